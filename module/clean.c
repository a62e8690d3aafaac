// SPDX-License-Identifier: GPL-2.0
#include <linux/cred.h>
#include <linux/dcache.h>
#include <linux/fs.h>
#include <linux/fs_struct.h>
#include <linux/kernel.h>
#include <linux/mm_types.h>
#include <linux/path.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/user_namespace.h>

#include "clean.h"
#include "compat.h"
#include "environment.h"
#include "hit.h"
#include "lineage.h"
#include "namespace.h"
#include "pathname.h"
#include "target.h"
#include "task.h"
#include "walk.h"

/* A larger environment, in bytes, is not scanned. */
#define ENVIRONMENT_MAX	(128 * 1024)

/* More paths in one environment are not resolved: each takes a lookup for each of its parts. */
#define PATHS_MAX	64

/* Longer names of programs are cut: only their beginning matters. */
#define PROGRAM_MAX	16

/* A parent that waits in vfork() cannot do anything meanwhile. */
void shelltrap_clean_look_before(struct shelltrap_hit *hit)
{
	const struct task_struct *parent = rcu_dereference(current->real_parent);

	if (current->mm && !current->vfork_done && READ_ONCE(parent->mm) == current->mm &&
	    !same_thread_group((struct task_struct *)parent, current))
		hit->facts.unclean |= SHELLTRAP_UNCLEAN_MEMORY;
}

/*
 * In a namespace of its own making, a process decides what paths and users mean. A filter of
 * its own may leave system calls to another process, which answers them: even an open() of a
 * library, with a file of its choice.
 */
static u32 look_at_surroundings(void)
{
	const struct shelltrap_founder *founder = shelltrap_lineage_get();
	u32 unclean = 0;

	if (founder && founder->user_ns && current_user_ns()->ns.inum != founder->user_ns)
		unclean |= SHELLTRAP_UNCLEAN_USER_NAMESPACE;
	if (founder && founder->origin.mnt_ns &&
	    founder->origin.mnt_ns != shelltrap_mnt_ns_of(current))
		unclean |= SHELLTRAP_UNCLEAN_MOUNT_NAMESPACE;
	if (founder && shelltrap_task_filters(current) > founder->origin.filters)
		unclean |= SHELLTRAP_UNCLEAN_SECCOMP;
	shelltrap_lineage_put(founder);
	return unclean;
}

void shelltrap_clean_look(struct shelltrap_hit *hit)
{
	struct shelltrap_facts *facts = &hit->facts;

	/* A tracer can change the arguments and the environment at each stop. */
	if (current->ptrace)
		facts->unclean |= SHELLTRAP_UNCLEAN_TRACED;
	/* A process that shares the working directory can change it. Threads have ended. */
	if (READ_ONCE(current->fs->users) > 1)
		facts->unclean |= SHELLTRAP_UNCLEAN_DIRECTORY;
}

static bool feed_environment(void *environment, const char *bytes, size_t len)
{
	shelltrap_environment_feed(environment, bytes, len);
	cond_resched();
	return !((struct shelltrap_environment *)environment)->full;
}

/* Returns false if the environment cannot be read or kept completely. */
static bool read_environment(struct shelltrap_environment *environment)
{
	const struct mm_struct *mm = current->mm;

	return mm->env_end - mm->env_start <= ENVIRONMENT_MAX &&
	       shelltrap_task_read(current, mm->env_start, mm->env_end, feed_environment,
				   environment) &&
	       !environment->full && !environment->variable_len;
}

static void name_program(char name[PROGRAM_MAX], const struct file *exe)
{
	name[0] = '\0';
	if (!exe)
		return;
	rcu_read_lock();
	strscpy(name, shelltrap_name_of(exe->f_path.dentry), PROGRAM_MAX);
	rcu_read_unlock();
}

/* The distribution's own directories: not to be looked up for each exec. */
static bool is_system_dir(const char *path, size_t len)
{
	static const char * const dirs[] = { "/bin", "/sbin", "/usr/bin", "/usr/sbin" };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(dirs); i++)
		if (strlen(dirs[i]) == len && !memcmp(dirs[i], path, len))
			return true;
	return false;
}

/* Only absolute paths: what a relative one leads to depends on who uses it. */
static bool is_path_roots(struct shelltrap_walk *walk, const char *path, size_t len)
{
	return len && *path == '/' &&
	       (is_system_dir(path, len) || !shelltrap_walk_is_suspect(walk, path, len));
}

/* @left: how many more paths may be looked up. */
static bool are_paths_roots(struct shelltrap_walk *walk, const char *variable, unsigned int *left)
{
	const char *at = strchr(variable, '=') + 1, *path;
	size_t len;

	while ((path = shelltrap_environment_path(&at, &len))) {
		if (!*left || !is_path_roots(walk, path, len))
			return false;
		--*left;
		cond_resched();
	}
	return true;
}

/*
 * Takes out the variables whose paths only root can write to, unless the command line itself reads
 * them.
 */
static void drop_harmless(struct shelltrap_environment *environment, struct shelltrap_walk *walk)
{
	const char *at = environment->kept, *end = at + environment->len;
	char *to = environment->kept;
	unsigned int left = PATHS_MAX;
	size_t size;

	walk->strict = true;
	for (; at < end; at += size) {
		size = strlen(at) + 1;
		if (shelltrap_environment_harm(at, true, environment->program) ==
			    SHELLTRAP_HARM_BY_PATH &&
		    !shelltrap_reader_reads(&environment->reader, at) &&
		    are_paths_roots(walk, at, &left))
			continue;
		memmove(to, at, size);
		to += size;
	}
	environment->len = to - environment->kept;
}

static bool judge_environment(struct shelltrap_environment *environment)
{
	const struct shelltrap_founder *founder;
	struct shelltrap_walk walk;
	bool read = read_environment(environment);

	if (!read || !environment->len)
		return read;
	founder = shelltrap_lineage_get();
	read = shelltrap_walk_begin(&walk, founder);
	if (read)
		drop_harmless(environment, &walk);
	shelltrap_walk_end(&walk);
	shelltrap_lineage_put(founder);
	return read;
}

void shelltrap_clean_judge(struct shelltrap_hit *hit)
{
	char program[PROGRAM_MAX];
	struct shelltrap_environment environment = {
		.size = SHELLTRAP_ENVIRONMENT_KEPT, .program = program,
	};
	struct shelltrap_facts *facts = &hit->facts;

	/* Killed in between: the program does not run. */
	if (hit->task == current && (!current->mm || !current->fs))
		return;
	facts->unclean |= SHELLTRAP_UNCLEAN_ENVIRONMENT;
	if (hit->task != current)
		return;
	shelltrap_clean_look(hit);
	facts->unclean |= look_at_surroundings();
	if (current->mm->env_start == current->mm->env_end) {
		facts->unclean &= ~SHELLTRAP_UNCLEAN_ENVIRONMENT;
		return;
	}
	environment.kept = kmalloc(environment.size, GFP_KERNEL | __GFP_NORETRY | __GFP_NOWARN);
	if (!environment.kept)
		return;
	name_program(program, hit->refs.exe);
	shelltrap_reader_begin(&environment.reader, facts->argv, facts->argv_len);
	if (judge_environment(&environment)) {
		facts->unclean &= ~SHELLTRAP_UNCLEAN_ENVIRONMENT;
		facts->environment_len = environment.len;
	}
	facts->environment = environment.kept;
}

const char *shelltrap_clean_cwd(const struct shelltrap_hit *hit, char *buf)
{
	const char *text;
	struct path cwd;

	if (hit->task != current || !current->fs)
		return NULL;
	get_fs_pwd(current->fs, &cwd);
	text = shelltrap_pathname(&cwd, buf);
	path_put(&cwd);
	return text;
}

void shelltrap_clean_late(const struct shelltrap_hit *hit, struct shelltrap_late *late)
{
	const struct shelltrap_facts *facts = &hit->facts;

	*late = (struct shelltrap_late){
		.argv = facts->argv_truncated ? NULL : facts->argv,
		.argv_len = facts->argv_len,
		.clean = !facts->unclean,
		.environment = facts->environment,
		.environment_len = facts->environment_len,
	};
}
