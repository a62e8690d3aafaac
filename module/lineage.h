/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Lineage: which tasks descend from a web server, even if that server no longer exists.
 *
 * A process that listens on a web port founds a lineage, and one that is a server by its name or
 * by what it runs, but until it listens on any socket this is only a hint. A child that
 * a task of a lineage forks belongs to the same lineage until it exits, whatever its name,
 * parent, session or program is. So the origin of a process is known even when all its
 * ancestors have exited, and even if the server has stopped to listen.
 *
 * A program that is never a server, such as pid 1, may hold a web port for what it starts. Its
 * children are in the table until their first exec shows whether they have got the socket.
 *
 * A lineage has branches. The first program that a server runs in a child begins one, with all
 * that is forked from it. So the descendants of one child of a server can be ended together,
 * whatever their parents are by now. The server, and what it has forked without an exec, such
 * as its workers, are in no branch. A server that is founded in a branch has branches of its own.
 *
 * A table holds the tasks of all lineages. It is searched without a lock. The memory of the
 * machine decides its size: within limits, it has four times as many places as there can be
 * threads. Founders are in a pool. One user may have at most as many founders as are free. A
 * founder that is known by its name alone costs its user only a prctl(2); so such founders are
 * shared by user and name, and each user may have only few of them.
 *
 * A task that finds no place is left out and counted. A later survey tries to enter it. Until
 * then such a task is recognized only by its living ancestors.
 */
#ifndef _SHELLTRAP_LINEAGE_H
#define _SHELLTRAP_LINEAGE_H

#include <linux/hash.h>
#include <linux/sched.h>

#include "evidence.h"
#include "origin.h"
#include "policy.h"

struct file;
struct sock;

/*
 * The server that founded a lineage, described at that time. Once it is ready it is constant,
 * except for the evidence, and for the marks that it is shared and that it is ended.
 */
struct shelltrap_founder {
	atomic_t tasks;		/* references: tasks of the lineage, next founders, readers */
	bool ready;		/* the fields are filled: the founder may be shared */
	bool named;		/* known by a task's name alone, not by its executable */
	bool shared;		/* the founder of more than one process */
	bool holder;		/* never a server, but it holds a web port for what it starts */
	bool doomed;		/* all its tasks end, see shelltrap_lineage_doom_server() */
	u32 branch;		/* of the task that founded it, in the lineage of "before" */
	u8 depth;		/* how many founders precede it */
	pid_t pid;		/* thread group; of the first task if the founder is shared */
	kuid_t user;		/* the user who is charged, see account.h */
	u32 user_ns;		/* inode number of the user namespace when it began to serve */
	u64 start;		/* when it began to serve, in ns since boot */
	struct shelltrap_founder *before; /* the founder whose lineage it belongs to, or NULL */
	char comm[TASK_COMM_LEN];
	char exe[64];		/* name of the executable's file; "": unknown, or too long */
	char runs[SHELLTRAP_RUNS_MAX + 1]; /* what a runtime runs; "": no runtime, or unknown */
	struct shelltrap_identity identity;	/* of the executable */
	struct shelltrap_origin origin;	/* of the first founder of the lineage */
	struct shelltrap_evidence evidence;	/* that it serves; grows later */
};

/* Why a task that is not in the table may descend from a server. */
enum shelltrap_lineage_doubt {
	SHELLTRAP_LINEAGE_STALE,	/* not all tasks were examined since the policy changed */
	SHELLTRAP_LINEAGE_INCOMPLETE,	/* a task was left out after the last survey began */
	SHELLTRAP_LINEAGE_LATE,		/* a server has children that it forked before it served */
};

/* Only for the inline functions below, which every exec, fork and exit calls. */
extern struct shelltrap_lineage_look {
	u8 *used;		/* for each bucket, how many of its places to search */
	unsigned int shift;	/* the number of buckets is 1 << (64 - shift) */
	unsigned long doubts;	/* bits of enum shelltrap_lineage_doubt */
} shelltrap_lineage_look;

bool shelltrap_lineage_has(const struct task_struct *task);
void shelltrap_lineage_inherit(struct task_struct *task, const struct task_struct *other);
void shelltrap_lineage_forget(struct task_struct *task);
void shelltrap_lineage_end_child(struct task_struct *child);
void shelltrap_lineage_rename(struct task_struct *task, const char *comm);

static inline unsigned int shelltrap_lineage_bucket(const struct task_struct *task)
{
	return (u64)(unsigned long)task * GOLDEN_RATIO_64 >> shelltrap_lineage_look.shift;
}

/* A fast check. If it returns false, the task is not in the table; most tasks end here. */
static inline bool shelltrap_lineage_may_have(const struct task_struct *task)
{
	return READ_ONCE(shelltrap_lineage_look.used[shelltrap_lineage_bucket(task)]);
}

/**
 * shelltrap_lineage_get() - Take a reference to the founder of current's lineage.
 *
 * Any context.
 *
 * Return: the founder, or NULL if current is in no lineage.
 */
const struct shelltrap_founder *shelltrap_lineage_get(void);

/**
 * shelltrap_lineage_origin() - Which server is charged for what a lineage does?
 * @founder: its founder, with a reference; may be NULL
 *
 * The outermost server: what descends from a server may found lineages of its own. Any context.
 *
 * Return: a number that no other server has had since the boot; 0: none.
 */
u64 shelltrap_lineage_origin(const struct shelltrap_founder *founder);

/**
 * shelltrap_lineage_put() - Drop a reference to a founder.
 * @founder: may be NULL
 *
 * Any context.
 */
void shelltrap_lineage_put(const struct shelltrap_founder *founder);

/**
 * shelltrap_founder_common() - The sets that all servers of a lineage are in.
 * @policy: the policy
 * @founder: the founder; may be NULL
 *
 * Only what a server was when it began to serve counts: its executable, its name, and what a
 * runtime runs. A port counts for nothing here, as a server that is an attacker's can listen on
 * any; nor does a founder that stands for several processes. Any context.
 *
 * Return: a bitmap of sets; 0 if no founder is an actor of some rule.
 */
u64 shelltrap_founder_common(const struct shelltrap_policy *policy,
			     const struct shelltrap_founder *founder);

/**
 * shelltrap_founder_server() - The nearest founder that is an actor of some rule.
 * @policy: the policy
 * @founder: the founder; may be NULL
 * @sets: becomes the sets of @founder and of its predecessors: those that have a port on which
 *	one of them listens, or its name or executable. In a set with ports a name counts only if
 *	the founder serves.
 *
 * Any context. Return: @founder or one of its predecessors, without another reference, or NULL.
 */
const struct shelltrap_founder *shelltrap_founder_server(const struct shelltrap_policy *policy,
							 const struct shelltrap_founder *founder,
							 u64 *sets);

/**
 * shelltrap_founder_matched() - Why a founder is an actor of some rule.
 * @policy: the policy
 * @founder: from shelltrap_founder_server()
 * @port: set if the reason is SHELLTRAP_MATCHED_PORT, which means that there is no other
 *
 * Any context. Return: the reason, for a task that descends from the founder.
 */
enum shelltrap_matched shelltrap_founder_matched(const struct shelltrap_policy *policy,
						 const struct shelltrap_founder *founder,
						 u16 *port);

/**
 * shelltrap_founder_own_matched() - Why a founder itself is a server.
 * @policy: the policy
 * @founder: the founder
 *
 * Any context. Return: the reason, or 0 if the founder is an actor of no rule.
 */
enum shelltrap_matched shelltrap_founder_own_matched(const struct shelltrap_policy *policy,
						     const struct shelltrap_founder *founder);

/**
 * shelltrap_lineage_server() - Find the next founder that serves.
 * @number: where to begin, first 0; set to the number of the founder that was found
 *
 * Any context.
 *
 * Return: a founder with a reference, which the caller drops with shelltrap_lineage_put(); NULL
 * if there is none left.
 */
const struct shelltrap_founder *shelltrap_lineage_server(unsigned long *number);

/**
 * shelltrap_lineage_process() - Find the next process that is in the table.
 * @place: the number of the place at which the search begins, 0 for the first call. The function
 *	sets it to the number after the place where it has found the process.
 *
 * Process context. What enters the table meanwhile may be missed.
 *
 * Return: the first thread of the process, with a reference, which the caller drops with
 * put_task_struct(); NULL if there is none left.
 */
struct task_struct *shelltrap_lineage_process(unsigned int *place);

/**
 * shelltrap_founder_ports() - The ports on which a founder listens.
 * @founder: the founder; may be NULL
 *
 * Any context. Return: its evidence, or NULL.
 */
static inline const struct shelltrap_evidence *
shelltrap_founder_ports(const struct shelltrap_founder *founder)
{
	return founder ? &founder->evidence : NULL;
}

/**
 * shelltrap_lineage_proven() - In which sets are names of current more than a hint?
 * @policy: the policy
 *
 * Any context. While the table may lack current and its ancestors, a name counts in all sets.
 *
 * Return: a bitmap of sets. The sets of current's lineage are not considered.
 */
u64 shelltrap_lineage_proven(const struct shelltrap_policy *policy);

/**
 * shelltrap_lineage_left_by() - The lineage to which a child of a task should belong.
 * @task: the task; the caller holds the RCU read lock
 *
 * Any context.
 *
 * Return: a founder with a reference, which the caller drops with shelltrap_lineage_put(); NULL
 * if there is none.
 */
const struct shelltrap_founder *shelltrap_lineage_left_by(const struct task_struct *task);

/**
 * shelltrap_lineage_forked() - Put a new task into the lineage of its parent.
 * @parent: current
 * @child: the new task, which does not run yet
 *
 * Called at sched_process_fork, in the parent. Does not sleep.
 */
static inline void shelltrap_lineage_forked(struct task_struct *parent, struct task_struct *child)
{
	if (!shelltrap_lineage_may_have(parent))
		return;
	shelltrap_lineage_inherit(child, parent);
	shelltrap_lineage_end_child(child);
}

/**
 * shelltrap_lineage_branch_off() - Begin a branch, if current is in none.
 *
 * Called at sched_process_exec, after shelltrap_lineage_ran(). What the server's own process
 * executes is the server still, and begins no branch. Does not sleep.
 */
void shelltrap_lineage_branch_off(void);

/**
 * shelltrap_lineage_branch() - The branch of current.
 *
 * If current is in none, also as it was a server until its last exec, it begins one. Any context.
 *
 * Return: the branch of current; 0: it is in no lineage.
 */
u32 shelltrap_lineage_branch(void);

/**
 * shelltrap_lineage_doom_branch() - Mark a branch: what is forked in it is killed.
 * @branch: from shelltrap_lineage_branch(), not 0
 *
 * The child is killed before it returns to user mode for the first time. (On PREEMPT_RT a
 * tracepoint may not take the lock of a signal, so a worker kills it, soon.) Any context.
 */
void shelltrap_lineage_doom_branch(u32 branch);

/**
 * shelltrap_lineage_doom_server() - The same for a server, and all that descends from it.
 * @founder: the server, with a reference; not shared
 */
void shelltrap_lineage_doom_server(const struct shelltrap_founder *founder);

/**
 * shelltrap_lineage_is_doomed() - Is a task in what was marked?
 * @task: the task; the caller has a reference
 *
 * Any context. Return: true if it is.
 */
bool shelltrap_lineage_is_doomed(const struct task_struct *task);

/**
 * shelltrap_lineage_end() - Kill all tasks in what was marked.
 *
 * Process context.
 */
void shelltrap_lineage_end(void);

/**
 * shelltrap_lineage_renamed() - Found a lineage if the new name is a server's.
 * @task: current, or another thread of its process
 * @comm: the new name
 *
 * Called at task_rename. Does nothing during an exec. Does not sleep.
 */
static inline void shelltrap_lineage_renamed(struct task_struct *task, const char *comm)
{
	if (!current->in_execve)
		shelltrap_lineage_rename(task, comm);
}

/**
 * shelltrap_lineage_exited() - Remove a task that exits from the table.
 * @task: current
 *
 * Called at sched_process_exit. Does not sleep.
 */
static inline void shelltrap_lineage_exited(struct task_struct *task)
{
	if (shelltrap_lineage_may_have(task))
		shelltrap_lineage_forget(task);
}

/**
 * shelltrap_lineage_is_held() - Has current got a holder's socket, perhaps?
 *
 * Any context. Return: true if no program has been executed since a holder forked current.
 */
bool shelltrap_lineage_is_held(void);

/**
 * shelltrap_lineage_ran() - Found a lineage if the program that current runs now is a server.
 * @file: the new executable of current
 * @becomes_server: the exec started a server; if false, @file may still be a runtime, and the
 *	program that it runs may be a server
 *
 * Called at sched_process_exec. Does not sleep.
 */
void shelltrap_lineage_ran(const struct file *file, bool becomes_server);

/**
 * shelltrap_lineage_listened() - Found a lineage if current is a server by this socket.
 * @sk: the socket; current has called listen() for it
 *
 * If the call failed, nothing happens. Process context; does not sleep.
 */
void shelltrap_lineage_listened(const struct sock *sk);

/**
 * shelltrap_lineage_listen_missed() - Look soon for a server whose listen() was not examined.
 *
 * Queues a survey. Any context but a probe's handler.
 */
void shelltrap_lineage_listen_missed(void);

/**
 * shelltrap_lineage_names_decide() - Let names alone decide which tasks are servers.
 *
 * For a kernel in which listen() cannot be seen. To be called before shelltrap_lineage_start().
 */
void shelltrap_lineage_names_decide(void);

/**
 * shelltrap_lineage_left_out() - Count a task that should be in the table and is not.
 *
 * Queues a survey. Any context but a probe's handler.
 */
void shelltrap_lineage_left_out(void);

/**
 * shelltrap_lineage_invalidate() - Announce another policy, which may name other servers.
 *
 * Until the next survey, every task may descend from a server. Any context.
 */
void shelltrap_lineage_invalidate(void);

/**
 * shelltrap_lineage_survey() - Enter all running servers and their descendants.
 *
 * Examines all tasks with the policy in force, in batches. Does nothing before
 * shelltrap_lineage_start(). May sleep, but does not wait for any of the tasks.
 */
void shelltrap_lineage_survey(void);

/**
 * shelltrap_lineage_start() - Allow surveys, and do the first one.
 *
 * The hooks are there: forks and exits are reported from now on. May sleep.
 */
void shelltrap_lineage_start(void);

struct shelltrap_lineage_counters {
	u32 tasks;		/* number of tasks in the table */
	u32 servers;		/* number of founders that serve */
	u64 left_out;		/* how often a task was left out */
};

/**
 * shelltrap_lineage_is_doubtful() - May the table lack a task?
 *
 * Any context.
 *
 * Return: true if a task was left out, or a survey has not been made yet.
 */
static inline bool shelltrap_lineage_is_doubtful(void)
{
	/* Pairs with the survey, which clears a bit when it has entered the tasks. */
	return smp_load_acquire(&shelltrap_lineage_look.doubts);
}

/**
 * shelltrap_lineage_may_descend_from_server() - May current belong to a lineage?
 *
 * Any context.
 *
 * Return: true if current is in the table, and also if the table may lack a task, because a
 * task was left out or a survey has not been made yet.
 */
static inline bool shelltrap_lineage_may_descend_from_server(void)
{
	return shelltrap_lineage_is_doubtful() ||
	       (shelltrap_lineage_may_have(current) && shelltrap_lineage_has(current));
}

/**
 * shelltrap_lineage_read() - Read the counters.
 * @counters: receives the values
 *
 * Any context.
 */
void shelltrap_lineage_read(struct shelltrap_lineage_counters *counters);

/**
 * shelltrap_lineage_init() - Allocate the table and the pool.
 *
 * May sleep.
 *
 * Return: 0 or -ENOMEM.
 */
int shelltrap_lineage_init(void);

/**
 * shelltrap_lineage_exit() - Free the table and the pool.
 *
 * The hooks are gone, and the netlink channel is closed. May sleep.
 */
void shelltrap_lineage_exit(void);

#endif /* _SHELLTRAP_LINEAGE_H */
