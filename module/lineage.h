/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Lineage: which tasks descend from a web server, whatever has become of that server.
 *
 * A task that is a server, by its name or by what it runs, founds a lineage. What a task
 * of a lineage forks belongs to that lineage, under whatever name, parent or session, and
 * with whatever program, until it exits. So a process knows its origin when none of its
 * ancestors is left.
 *
 * Tasks are found in a table, without a lock. The table is sized by the machine's memory:
 * four times as many places as there can be threads. Founders are in a pool. One user may
 * have as many of them as are still free; those by name alone, which cost a prctl(2), are
 * shared by user and name, and few. A task without a place is left out and counted; it is
 * looked for again by a survey, and until then the walk up its living ancestors works.
 */
#ifndef _SHELLTRAP_LINEAGE_H
#define _SHELLTRAP_LINEAGE_H

#include <linux/sched.h>

#include "policy.h"

struct file;

/* A server that a lineage goes back to, as it was then. Constant once it is ready. */
struct shelltrap_founder {
	atomic_t tasks;		/* references: tasks of its lineage, successors, readers */
	bool ready;		/* it may be shared */
	bool named;		/* by a task's name alone: no executable is known */
	u8 depth;		/* how many founders precede it */
	pid_t pid;		/* thread group; of the first, where it is shared */
	kuid_t user;		/* on whose account, see account.h */
	u32 user_ns;		/* inode number of the user namespace it served in at first */
	u64 start;		/* and when that was, ns since boot */
	struct shelltrap_founder *before; /* in whose lineage it is itself; NULL: in none */
	char comm[TASK_COMM_LEN];
	char exe[64];		/* the executable's own name; "": unknown, or too long */
	char runs[SHELLTRAP_RUNS_MAX + 1]; /* what a runtime runs; "": no runtime, or unknown */
	struct shelltrap_identity identity;	/* the executable's */
};

/**
 * shelltrap_lineage_get() - The founder of current's lineage.
 *
 * Any context. Return: the founder, referenced, or NULL.
 */
const struct shelltrap_founder *shelltrap_lineage_get(void);

/**
 * shelltrap_lineage_put() - Drop that reference.
 * @founder: may be NULL
 *
 * Any context.
 */
void shelltrap_lineage_put(const struct shelltrap_founder *founder);

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

/* A task that belongs into a lineage was left out of the table. Not in a probe's handler. */
void shelltrap_lineage_left_out(void);

/* Another policy, which may know other servers, is about to come into force. */
void shelltrap_lineage_invalidate(void);

/*
 * Looks at all tasks there are, for servers that the policy in force knows and what descends
 * from them; once it has started. In batches, without waiting for any of them. May sleep.
 */
void shelltrap_lineage_survey(void);

/* The hooks report forks and exits from now on: so entries can be made. Surveys. */
void shelltrap_lineage_start(void);

struct shelltrap_lineage_counters {
	u32 tasks;		/* in the table */
	u64 left_out;		/* for want of room */
};

/*
 * Does current belong to a lineage, or may it without being in the table: because a task was
 * left out, or a survey is still to come? Any context.
 */
bool shelltrap_lineage_may_descend_from_server(void);

void shelltrap_lineage_read(struct shelltrap_lineage_counters *counters);

/* Returns 0 or -ENOMEM. */
int shelltrap_lineage_init(void);

/* The hooks are gone. */
void shelltrap_lineage_exit(void);

#endif /* _SHELLTRAP_LINEAGE_H */
