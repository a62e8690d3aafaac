// SPDX-License-Identifier: GPL-2.0
#include <linux/dcache.h>
#include <linux/elf.h>
#include <linux/fs.h>
#include <linux/rcupdate.h>
#include <linux/string.h>

#include "lookup.h"
#include "target.h"

void shelltrap_identity_of(const struct inode *inode, struct shelltrap_identity *identity)
{
	identity->ino = inode->i_ino;
	identity->dev = inode->i_sb->s_dev;
	identity->generation = inode->i_generation;
}

u64 shelltrap_file_sets(const struct shelltrap_policy *policy, const struct file *file)
{
	struct shelltrap_identity identity;

	shelltrap_identity_of(file_inode(file), &identity);
	return shelltrap_policy_file_sets(policy, &identity);
}

static u64 target_path_sets(const struct shelltrap_policy *policy, const char *path)
{
	return shelltrap_policy_path_sets(policy, path) |
	       shelltrap_policy_name_sets(policy, kbasename(path), SHELLTRAP_NAME_OF_FILE);
}

/*
 * Everything that is not ELF may get an interpreter: by "#!", or by binfmt_misc as a jar
 * does. An ELF file of another architecture that binfmt_misc handles is not recognized.
 */
bool shelltrap_is_interpreted(const struct linux_binprm *bprm)
{
	return memcmp(bprm->buf, ELFMAG, SELFMAG) != 0;
}

/* Is the last component of a path of @len bytes one of @names? */
static bool last_part_is_one_of(const char *path, size_t len, const char * const *names, size_t nr)
{
	size_t start = len, i;

	while (start && path[start - 1] != '/')
		start--;
	for (i = 0; i < nr; i++)
		if (strlen(names[i]) == len - start && !memcmp(path + start, names[i], len - start))
			return true;
	return false;
}

/* In later rounds the interpreter is in bprm->buf: then what was given to exec is a script. */
static bool is_script(const struct linux_binprm *bprm)
{
	return !shelltrap_first_round(bprm) || !memcmp(bprm->buf, "#!", 2);
}

/* Is the path in a directory of programs, or relative, so that its directory is unknown? */
static bool may_be_in_program_dir(const char *path)
{
	static const char * const directories[] = { "bin", "sbin", ".", "..", "" };
	size_t len = kbasename(path) - path;

	return !len || last_part_is_one_of(path, len - 1, directories, ARRAY_SIZE(directories));
}

/*
 * Init scripts, cron jobs and hooks often carry the name of the server that they manage,
 * but are no servers, whatever their interpreter is. A script in a directory of programs is
 * different: it may be a wrapper that starts the server.
 */
static bool is_maintenance_script(const struct linux_binprm *bprm)
{
	return is_script(bprm) && !may_be_in_program_dir(bprm->filename);
}

/* Looks the file's own name up, unless it equals @known, which the caller has looked up. */
static u64 target_other_name_sets(const struct shelltrap_policy *policy, const struct file *file,
				  const char *known)
{
	const char *name;
	u64 sets = 0;

	rcu_read_lock();
	name = shelltrap_name_of(file->f_path.dentry);
	if (strcmp(name, known))
		sets = shelltrap_policy_name_sets(policy, name, SHELLTRAP_NAME_OF_FILE);
	rcu_read_unlock();
	return sets;
}

/* Looks up the name given to exec, and in the first round the file's own name. */
static u64 target_own_name_sets(const struct shelltrap_policy *policy,
				const struct linux_binprm *bprm)
{
	const char *given = kbasename(bprm->filename);
	u64 sets = shelltrap_policy_name_sets(policy, given, SHELLTRAP_NAME_OF_FILE);

	if (shelltrap_first_round(bprm))
		sets |= target_other_name_sets(policy, bprm->file, given);
	if ((sets & policy->actors) && is_maintenance_script(bprm))
		sets &= ~policy->actors;
	return sets;
}

u64 shelltrap_given_sets(const struct shelltrap_policy *policy, const struct linux_binprm *bprm)
{
	return shelltrap_policy_path_sets(policy, bprm->filename) |
	       target_own_name_sets(policy, bprm);
}

u64 shelltrap_target_sets(const struct shelltrap_policy *policy, const struct linux_binprm *bprm)
{
	u64 sets = shelltrap_given_sets(policy, bprm);

	if (!shelltrap_first_round(bprm))
		sets |= target_path_sets(policy, bprm->interp) |
			target_other_name_sets(policy, bprm->file, kbasename(bprm->interp));
	return sets;
}

u32 shelltrap_interpreter_prefix(const struct linux_binprm *bprm)
{
	return shelltrap_last_part_prefix(bprm->interp);
}

bool shelltrap_is_watched_path(const struct shelltrap_policy *policy,
			       const struct linux_binprm *bprm)
{
	return (shelltrap_policy_path_sets(policy, bprm->filename) |
		shelltrap_policy_path_sets(policy, bprm->interp) |
		shelltrap_file_sets(policy, bprm->file)) & policy->watched;
}

/* Prefixes: there are busybox-static and busybox.nosuid, too. */
static const char * const multicalls[] = { "busybox", "toybox", "coreutils" };

static bool target_is_multicall_name(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(multicalls); i++)
		if (!strncmp(name, multicalls[i], strlen(multicalls[i])))
			return true;
	return false;
}

static bool target_is_multicall_file(const struct shelltrap_policy *policy,
				     const struct file *file)
{
	struct shelltrap_identity identity;
	unsigned int i;

	shelltrap_identity_of(file_inode(file), &identity);
	for (i = 0; i < policy->nr_multicalls; i++)
		if (!memcmp(&policy->multicalls[i], &identity, sizeof(identity)))
			return true;
	return false;
}

/* The name is only a hint, for the busybox of a container: its file is not known. */
bool shelltrap_is_multicall(const struct shelltrap_policy *policy, const struct linux_binprm *bprm)
{
	bool is;

	rcu_read_lock();
	is = target_is_multicall_name(shelltrap_name_of(bprm->file->f_path.dentry));
	rcu_read_unlock();
	return is || target_is_multicall_file(policy, bprm->file);
}

/* How the arguments of coreutils may name its applet. */
static const char applet_option[] = "--coreutils-prog=";

/*
 * The applet is the first argument that is not a name of the multi-call program itself. A dash
 * before it marks a login shell, and busybox passes over it.
 */
bool shelltrap_applet_sets(const struct shelltrap_policy *policy, const char *argv, size_t len,
			   u64 *sets)
{
	const char *applet;
	size_t size;

	*sets = 0;
	for (; len; argv += size, len -= size) {
		size = strnlen(argv, len) + 1;
		if (size > len)
			return false;
		applet = argv;
		if (!strncmp(applet, applet_option, strlen(applet_option)))
			applet += strlen(applet_option);
		else if (*applet == '-')
			applet++;
		if (!target_is_multicall_name(kbasename(applet))) {
			*sets = target_path_sets(policy, applet);
			return true;
		}
	}
	return false;
}
