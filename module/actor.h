/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The actor: who calls exec, and who is behind it.
 */
#ifndef _SHELLTRAP_ACTOR_H
#define _SHELLTRAP_ACTOR_H

#include <linux/sched.h>
#include <linux/shelltrap.h>

#include "policy.h"

struct file;
struct shelltrap_ancestor;
struct shelltrap_founder;

struct shelltrap_actor {
	u64 self;		/* sets of the calling task */
	u64 ancestors;		/* sets of all its ancestors together */
	u64 lineage;		/* sets of the server its line goes back to */
	enum shelltrap_matched matched;	/* why it counts as an actor of some rule; 0: it does not */
	/* Nearest ancestor that is one by name, else current; NULL: the founder. Not referenced. */
	struct task_struct *server;
	const struct shelltrap_founder *founder; /* of current's line, or NULL */
};

/*
 * Looks current up, and at most SHELLTRAP_ANCESTORS_MAX ancestors, for an @actor that is
 * all zeros. The caller holds the RCU read lock as long as it uses @actor->server. Any
 * context.
 */
void shelltrap_actor_identify(const struct shelltrap_policy *policy, struct shelltrap_actor *actor);

/* Writes current's ancestors, parent first, and returns how many. Any context. */
u32 shelltrap_actor_ancestors(struct shelltrap_ancestor *ancestors, u32 max);

/*
 * A reference to @task's executable; NULL where it has none, or has exited. Takes the
 * task's lock, so not in the hooks.
 */
struct file *shelltrap_task_exe(struct task_struct *task);

/*
 * What @task's command line makes a program of that name run, as runtime.h has it. Of
 * current any context will do; of another task its memory is asked for, which may sleep.
 */
void shelltrap_task_runs(char runs[SHELLTRAP_RUNS_MAX + 1], struct task_struct *task,
			 const char *program);

/* Copies @task's name. Any context; the name may be one that is just being changed. */
void shelltrap_task_comm(char comm[TASK_COMM_LEN], const struct task_struct *task);

#endif /* _SHELLTRAP_ACTOR_H */
