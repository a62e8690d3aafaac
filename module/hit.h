/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Hits: execs that match a rule, or may yet match one, from the hook to the report.
 *
 * A hit is claimed by the task that calls exec and carries what is known of that exec.
 * The exec reports itself: each free hit has a carrier, an anonymous file that nothing
 * else refers to. Once the hook has dropped the last reference, the kernel calls the
 * file's release function from the task's own task work: before the first instruction of
 * the new program, or before the failed execve() returns. That is process context; the
 * decision is completed there, and the record is written and enforced. (task_work_add()
 * itself is not exported by mainline kernels; fput() is.)
 *
 * Hits and carriers are made ahead, by a worker, so claiming one works in any context and
 * needs no memory. What one user and one server can hold is bounded by what is free, see
 * may_claim(). A hit belongs to its task: only that task changes it. A worker sweeps through
 * the hits. It reports what has stood still for too long as pending, takes its hit away where
 * hits are scarce, and completes what no task work can: execs of kernel threads that failed.
 */
#ifndef _SHELLTRAP_HIT_H
#define _SHELLTRAP_HIT_H

#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/llist.h>
#include <linux/path.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/uidgid.h>
#include <linux/shelltrap.h>

#include "compat.h"
#include "decide.h"

struct cgroup;
struct file;
struct shelltrap_ruleset;

/* A standard descriptor. Addresses and ports are in network order. */
struct shelltrap_stdio {
	enum shelltrap_stdio_type type;
	u16 family;		/* AF_*, 0: not a socket */
	u16 sock_type;		/* SOCK_* */
	u8 state;		/* TCP_* */
	__be16 local_port;
	__be16 peer_port;	/* 0: not connected */
	union {
		__be32 v4;
		struct in6_addr v6;
	} local, peer;
};

struct shelltrap_ancestor {
	pid_t pid;
	char comm[TASK_COMM_LEN];
};

/* Texts up to these lengths need no memory of their own; NUL included. */
#define SHELLTRAP_HIT_PATHNAME	256
#define SHELLTRAP_HIT_INTERPRETER	128
#define SHELLTRAP_HIT_ARGV	512

/* What is known of one exec: numbers and strings, complete in themselves. */
struct shelltrap_facts {
	u64 time;		/* ns since the epoch */
	u64 rules;		/* hit; bitmap, the policy's numbering */
	u64 exceptions;		/* that match, as far as is known at the hook; the same */
	u32 conditions;		/* that held in any round */
	bool becomes_server;	/* the new program is a server's */
	u64 enforced;		/* of the rules hit, those that deny or kill the exec */
	bool denied;		/* the exec is to be refused at the hook */
	bool server;		/* the caller is a server or descends from one */
	bool multicall;		/* the arguments tell what the program is */
	struct shelltrap_exec exec; /* then: what is known of the exec without them */
	bool clean;		/* the environment changes nothing about what is run */
	enum shelltrap_verdict verdict;

	char caller_comm[TASK_COMM_LEN]; /* before the exec */
	char comm[TASK_COMM_LEN];
	pid_t pid, tid, ns_pid;
	u32 pid_ns, mnt_ns;	/* inode numbers; 0: unknown */
	uid_t uid, euid;
	gid_t gid, egid;
	uid_t loginuid;		/* (uid_t)-1: not set */
	u32 sessionid;		/* (u32)-1: not set */
	u32 argc;

	dev_t file_dev;
	u64 file_ino;
	umode_t file_mode;
	uid_t file_uid;
	gid_t file_gid;

	enum shelltrap_matched matched;	/* 0: no server */
	pid_t server_pid;
	char server_comm[TASK_COMM_LEN];

	u64 cgroup_id;		/* 0: unknown */
	struct shelltrap_stdio in, out;

	u32 nr_ancestors;
	struct shelltrap_ancestor ancestors[SHELLTRAP_ANCESTORS_MAX];

	const char *pathname;
	const char *interpreter; /* "": equal to pathname */
	const char *argv;	/* each argument with its NUL; may be NULL where argv_len is 0 */
	u32 argv_len;		/* bytes */
	bool argv_truncated;
};

/* References whose paths the report resolves; each may be NULL. */
struct shelltrap_refs {
	struct file *file;	/* what exec was given */
	struct file *exe;	/* the process's executable */
	struct file *server_exe;
	struct task_struct *server;
	struct cgroup *cgroup;
	struct path cwd;	/* empty: not taken */
};

/* Which of the two probes on the hook asks. */
enum shelltrap_prober {
	SHELLTRAP_PROBER_ENTRY = BIT(0),	/* the kprobe */
	SHELLTRAP_PROBER_RETURN = BIT(1),	/* the entry of the kretprobe */
};

#define SHELLTRAP_PENDING_SOON		U64_MAX		/* is about to be so reported */
#define SHELLTRAP_PENDING_SILENT	(U64_MAX - 1)	/* and no rule matched after all */

struct shelltrap_hit {
	struct task_struct *task; /* the one that called exec; referenced */
	struct shelltrap_ruleset *ruleset; /* that decides on it; referenced */
	struct file *carrier;	/* NULL: the worker has to make one */
	raw_spinlock_t lock;	/* the sweep copies, or lets go */
	atomic_t busy;		/* its task uses it, see shelltrap_hit_begin() */
	unsigned long closing;	/* bit 0: the exec is over, and somebody completes it */
	unsigned long since;	/* jiffies */
	kuid_t user;		/* on whose account, see hit.c */
	const void *server;	/* the same: a founder, or NULL */
	const void *round;	/* the file of the interpreter round that was decided last */
	u8 probers;		/* set of enum shelltrap_prober that have asked about that round */
	bool refused;		/* the answer that they got */
	bool handed;		/* the last reference to the carrier has been dropped */
	bool executed;		/* sched_process_exec has come: the exec has succeeded */
	bool kill;		/* and the process must not run */
	u64 pending;		/* number of the record that reports it as pending; see below */
	struct llist_node node;	/* in one of the lists of hit.c */
	struct shelltrap_refs refs;
	struct shelltrap_facts facts;
	char pathname[SHELLTRAP_HIT_PATHNAME];
	char interpreter[SHELLTRAP_HIT_INTERPRETER];
	char argv[SHELLTRAP_HIT_ARGV];
};

/**
 * struct shelltrap_hit_ops - what the owner of the hits does with one
 * @complete: the exec in @hit is over; in process context, in the task that called exec
 *	wherever possible (else hit->task is not current). Returns false where no memory
 *	was left: a worker calls again, with @worker true, and then it must succeed.
 * @copy: sets a copy of @hit aside, which has stood still for pending_after seconds. Worker;
 *	holds the hit's lock.
 * @pending: reports that copy. Returns the record's number, 0 for none. Worker.
 * @lost: so many execs found no hit. Worker.
 * @undecided: an exec gives up its hit and may have matched a rule. Worker.
 * @after: something may have been recorded. Worker.
 */
struct shelltrap_hit_ops {
	bool (*complete)(struct shelltrap_hit *hit, bool worker);
	void (*copy)(const struct shelltrap_hit *hit);
	u64 (*pending)(void);
	void (*lost)(u64 execs);
	void (*undecided)(void);
	void (*after)(void);
};

/**
 * shelltrap_hits_init() - allocate the hits and their carriers
 *
 * Return: 0 or -ENOMEM. Process context.
 */
int shelltrap_hits_init(const struct shelltrap_hit_ops *ops);

/**
 * shelltrap_hits_exit() - let go of all hits and free them
 *
 * The hooks are gone. Execs in flight get a moment to complete; what stands still longer
 * is reported as pending, and killed where a rule denies or kills it. No code of the
 * module runs for any exec when this returns. Sleeps.
 */
void shelltrap_hits_exit(void);

/* How many execs can be in flight at once. */
unsigned int shelltrap_hits_nr(void);

/* How many are, and the search through them: for shelltrap_hit_mine() alone. */
extern atomic_t shelltrap_hits_open;

struct shelltrap_hit *shelltrap_hit_find(void);

/* The hit of current's exec, or NULL. To be given back to shelltrap_hit_end(). Any context. */
static inline struct shelltrap_hit *shelltrap_hit_mine(void)
{
	/* Almost always there is nothing to search. */
	return atomic_read(&shelltrap_hits_open) ? shelltrap_hit_find() : NULL;
}

/**
 * shelltrap_hit_claim() - claim a hit for current's exec
 * @ruleset: that decides on it; in use under RCU
 * @server: the founder of current's lineage, or NULL
 *
 * Any context. References to current and @ruleset are taken; of the facts, those that the
 * decision gathers are zero, and the others are not initialised.
 *
 * Return: the hit, for shelltrap_hit_end(), or NULL where none is free for this user or server.
 */
struct shelltrap_hit *shelltrap_hit_claim(struct shelltrap_ruleset *ruleset, const void *server);

/**
 * shelltrap_hit_hand_over() - drop the last reference to the carrier, where possible
 *
 * Current's hit, in the hook or at sched_process_exec. From now on the exec reports itself
 * when it is over. In an int3 and in a kernel thread fput() would use a worker, which may
 * run before that: there nothing happens.
 *
 * Return: whether the exec reports itself.
 */
bool shelltrap_hit_hand_over(struct shelltrap_hit *hit);

/* The exec in @hit has ended without a report: its task, current, is at another one. */
void shelltrap_hit_abandon(struct shelltrap_hit *hit);

/* Drops what a hit, or the copy of one, refers to. Process context. */
void shelltrap_hit_put(struct shelltrap_hit *hit);

/* Counts one exec that matched a rule and found no hit. Any context. */
void shelltrap_hit_lost(void);

/* Something was recorded: have ops->after() called with the next tick. Any context. */
void shelltrap_hits_kick(void);

/*
 * Stores @len bytes of @text for as long as the hit lives: in @inside, of @size bytes, or in
 * memory of its own. Where the context or the memory does not allow that, what does not
 * fit is cut off. The result has a NUL. Current's hit; hook or sched_process_exec.
 */
const char *shelltrap_hit_keep(const char *old, char *inside, size_t size, const char *text,
			       size_t len);

/* May memory be allocated here, with GFP_NOWAIT? Not in an int3, nor on PREEMPT_RT. */
static inline bool shelltrap_may_allocate(void)
{
	return !IS_ENABLED(CONFIG_PREEMPT_RT) && !in_nmi() && !shelltrap_irqs_disabled();
}

/*
 * Between these two the worker neither copies the hit nor takes it away. Not a lock, as in an
 * int3, which counts as an NMI, none may be taken: the worker leaves a busy hit alone, and
 * here its work on one, which takes microseconds on another CPU, is waited for. A count, as a
 * task may come here with a hit that the worker has just given to another task.
 */
static inline void shelltrap_hit_begin(struct shelltrap_hit *hit)
{
	atomic_inc(&hit->busy);
	smp_mb__after_atomic(); /* Pairs with the one in hit_is_busy(). */
	while (raw_spin_is_locked(&hit->lock))
		cpu_relax();
}

static inline void shelltrap_hit_end(struct shelltrap_hit *hit)
{
	smp_mb__before_atomic(); /* The facts come first. */
	atomic_dec(&hit->busy);
}

#endif /* _SHELLTRAP_HIT_H */
