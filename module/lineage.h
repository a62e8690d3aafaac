/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Lineage: which tasks descend from a web server, whatever became of it.
 *
 * A task that is a server, by its name or by what it runs, founds a line. What a
 * task of a line forks is of that line, under whatever name, parent or session, and
 * with whatever program, until it exits. So a process knows where it comes from when
 * nobody above it is left to tell.
 *
 * Tasks are found in a table of fixed size without a lock. A task changes its own
 * entry, or its parent does before it runs, but for the survey of those that were
 * there before; so a task's own look-up needs no protection. Where there is no room
 * a task is left out and counted, and the walk up its living ancestors still works.
 */
#ifndef _SHELLTRAP_LINEAGE_H
#define _SHELLTRAP_LINEAGE_H

#include <linux/sched.h>

#include "policy.h"

struct file;

/* A server that a line goes back to, as it was then. */
struct shelltrap_founder {
	atomic_t tasks;		/* of its line, and who is about to make it one */
	pid_t pid;		/* thread group */
	u32 user_ns;		/* inode number of the user namespace it served in at first */
	u64 start;		/* and when that was, ns since boot */
	struct shelltrap_founder *before; /* whose line this one is of; NULL: nobody's */
	u8 depth;		/* how many are before it */
	char comm[TASK_COMM_LEN];
	char exe[64];		/* its executable's own name; "": unknown, or too long */
	char runs[SHELLTRAP_RUNS_MAX + 1]; /* if that is a runtime: what it runs; "": unknown */
	struct shelltrap_identity identity;	/* its executable's */
};

/* The founder of current's line, or NULL. Any context. */
const struct shelltrap_founder *shelltrap_lineage_mine(void);

/* The sets that a founder was in, by the names it had. Any context. */
u64 shelltrap_founder_sets(const struct shelltrap_policy *policy,
			   const struct shelltrap_founder *founder);

/* What happens to tasks. In process context of the task, or of its parent. */
void shelltrap_lineage_forked(struct task_struct *parent, struct task_struct *child);
void shelltrap_lineage_renamed(struct task_struct *task, const char *comm);
void shelltrap_lineage_exited(struct task_struct *task);

/*
 * Current runs @file now: a server's program, if @becomes_server; else it may be a runtime, and
 * that what it runs makes it one.
 */
void shelltrap_lineage_ran(const struct file *file, bool becomes_server);

/* Current will, and nobody will tell, for want of room elsewhere. Any context. */
void shelltrap_lineage_left_out(void);

/* Another policy, which may know other servers, is about to come into force. */
void shelltrap_lineage_invalidate(void);

/*
 * Looks at all tasks there are, for servers that the policy in force knows and what
 * descends from them; once it has started. May sleep.
 */
void shelltrap_lineage_survey(void);

/* From now on it is told what happens to tasks: not before, or it would not hear of an exit. */
void shelltrap_lineage_start(void);

struct shelltrap_lineage_counters {
	u32 tasks;		/* in the table */
	u64 left_out;		/* for want of room */
};

/*
 * Is current of a line, or may it be of one without being in the table: has anybody been
 * left out, or is a survey still to come? Any context.
 */
bool shelltrap_lineage_may_descend_from_server(void);

void shelltrap_lineage_read(struct shelltrap_lineage_counters *counters);

/* Returns 0 or -ENOMEM. */
int shelltrap_lineage_init(void);

/* Nothing is told to it any more. */
void shelltrap_lineage_exit(void);

#endif /* _SHELLTRAP_LINEAGE_H */
