/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The target: the program that an exec starts. All functions may be called in any context.
 *
 * An exec of a script has several rounds: the kernel looks at the script, then at its
 * interpreter, and so on. The functions that take a struct linux_binprm are called in each
 * round.
 */
#ifndef _SHELLTRAP_TARGET_H
#define _SHELLTRAP_TARGET_H

#include <linux/binfmts.h>
#include <linux/dcache.h>
#include <linux/fs.h>
#include <linux/sched.h>

#include "lookup.h"
#include "policy.h"
#include "text.h"

/**
 * shelltrap_given_sets() - The sets of the program by what exec was given.
 * @policy: the policy
 * @bprm: the exec, in any round
 *
 * In the first round the name of the opened file counts, too.
 *
 * Return: a bitmap of sets.
 */
u64 shelltrap_given_sets(const struct shelltrap_policy *policy, const struct linux_binprm *bprm);

/**
 * shelltrap_target_sets() - The sets of the program in this round.
 * @policy: the policy
 * @bprm: the exec, in any round
 *
 * Return: the result of shelltrap_given_sets(), and in later rounds also the sets of the
 * interpreter by its path and by the name of its file.
 */
u64 shelltrap_target_sets(const struct shelltrap_policy *policy, const struct linux_binprm *bprm);

/**
 * shelltrap_name_of() - The name of a file, whatever link led to it.
 * @dentry: the file
 *
 * The caller holds the RCU read lock, or keeps preemption off, as long as it uses the name:
 * a rename may replace the name at any time, and RCU keeps the old name readable. A name
 * stored inline in the dentry always ends in a NUL.
 *
 * Return: the name.
 */
static inline const char *shelltrap_name_of(const struct dentry *dentry)
{
	/* Pairs with the publication of a name by a rename. */
	return smp_load_acquire(&dentry->d_name.name);
}

/**
 * shelltrap_file_sets() - The sets of a file by its identity.
 * @policy: the policy
 * @file: the file
 *
 * Return: a bitmap of sets.
 */
u64 shelltrap_file_sets(const struct shelltrap_policy *policy, const struct file *file);

/* Stores the identity of @inode in @identity. */
void shelltrap_identity_of(const struct inode *inode, struct shelltrap_identity *identity);

/**
 * shelltrap_is_multicall() - Is the program one that is many programs, as busybox is?
 * @policy: the policy; it knows the files of such programs
 * @bprm: the exec, in any round
 *
 * Return: true by the identity of the file, or by its name.
 */
bool shelltrap_is_multicall(const struct shelltrap_policy *policy, const struct linux_binprm *bprm);

/**
 * shelltrap_applet_sets() - The sets of the applet that a multi-call program runs.
 * @policy: the policy
 * @argv: the arguments, each with its NUL
 * @len: their length in bytes
 * @sets: receives a bitmap of sets
 *
 * Any program may be a multi-call program by a name that hides this. So the function also
 * serves for other programs.
 *
 * Return: false if the arguments end before the applet's name does.
 */
bool shelltrap_applet_sets(const struct shelltrap_policy *policy, const char *argv, size_t len,
			   u64 *sets);

/*
 * Is this the first round of the exec? binfmt_script and binfmt_misc replace the pointer
 * bprm->interp, never the bytes of the string.
 */
static inline bool shelltrap_first_round(const struct linux_binprm *bprm)
{
	return bprm->interp == bprm->filename;
}

/* Only for the inline functions below: the parts that few execs need. */
u32 shelltrap_interpreter_prefix(const struct linux_binprm *bprm);
bool shelltrap_is_watched_path(const struct shelltrap_policy *policy,
			       const struct linux_binprm *bprm);

/* Returns the name prefix of the last component. Almost all of the path is only skipped. */
static __always_inline u32 shelltrap_last_part_prefix(const char *path)
{
	const char *end = path + shelltrap_text_len(path), *part = end;

	while (part > path && part[-1] != '/')
		part--;
	/* One byte less is enough: the NUL follows it. */
	return end - part >= SHELLTRAP_NAME_PREFIX_LEN - 1 ? shelltrap_name_prefix_full(part) :
						       shelltrap_name_prefix(part);
}

/* @given: the prefix of the name that was given to exec. */
static __always_inline bool
shelltrap_may_be_watched(const struct shelltrap_policy *policy, const struct linux_binprm *bprm,
			 u32 given)
{
	/* A name stored in the dentry has more space than a prefix, any other one is longer. */
	const char *name = shelltrap_name_of(bprm->file->f_path.dentry);
	u32 own = shelltrap_name_prefix_full(name);

	/* Mostly the two are the same. */
	if (shelltrap_policy_watches(policy, given) ||
	    (own != given && shelltrap_policy_watches(policy, shelltrap_name_prefix_padded(name))))
		return true;
	if (!shelltrap_first_round(bprm) &&
	    shelltrap_policy_watches(policy, shelltrap_interpreter_prefix(bprm)))
		return true;
	return policy->watched_paths && shelltrap_is_watched_path(policy, bprm);
}

/**
 * shelltrap_is_watched() - Can the program be in a set that matters for any caller?
 * @policy: the policy
 * @bprm: the exec, in any round
 *
 * Looks at what exec was given, and at the names and the file of this round. Fast; the
 * conditions are those of shelltrap_name_of().
 *
 * Return: false if the program is in no watched set.
 */
static inline bool shelltrap_is_watched(const struct shelltrap_policy *policy,
					const struct linux_binprm *bprm)
{
	return shelltrap_may_be_watched(policy, bprm, shelltrap_last_part_prefix(bprm->filename));
}

/**
 * shelltrap_was_watched() - The same for an exec that has succeeded.
 * @policy: the policy
 * @bprm: as it is at sched_process_exec
 *
 * Takes the name given to exec from the task, whose name it is now, and so need not search
 * the path for it. The exec has renamed its task, and has ended all other threads, so none of
 * them writes the name. Where the program was given as a descriptor, newer kernels take the
 * file's name.
 *
 * Context: the exec's own task, at sched_process_exec; under the conditions of
 * shelltrap_name_of().
 * Return: false if the program is in no such set.
 */
static __always_inline bool
shelltrap_was_watched(const struct shelltrap_policy *policy, const struct linux_binprm *bprm)
{
	return shelltrap_may_be_watched(policy, bprm, shelltrap_name_prefix_padded(current->comm));
}

/* Can another round follow this one? No, if the file is an ELF program. */
bool shelltrap_is_interpreted(const struct linux_binprm *bprm);

#endif /* _SHELLTRAP_TARGET_H */
