/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Hits: execs that match a rule, or may yet match one, from the hook to the report.
 *
 * The task that calls exec claims a hit. The hit holds the facts about that exec. The exec
 * reports itself, by means of a carrier: an anonymous file to which only the hit refers. The
 * hook drops this last reference. The kernel then calls the release function of the file in the
 * task's own task work: before the first instruction of the new program, or before the failed
 * execve() returns. That is process context. There the decision is completed, the record is
 * written, and the process is killed if a rule says so. (The module cannot queue task work
 * directly: mainline kernels export fput(), but not task_work_add().)
 *
 * A worker makes the hits and their carriers in advance, so a hit can be claimed in any context
 * and without allocating memory. The number of free hits limits how many hits one user and one
 * server can hold, see may_claim(). Only the task that claimed a hit changes it.
 *
 * A worker sweeps through the hits. It reports an exec that has been in flight for too long as
 * pending, and takes its hit away if free hits are scarce. It also completes an exec whose
 * carrier was never handed over, for example a failed exec of a kernel thread.
 */
#ifndef _SHELLTRAP_HIT_H
#define _SHELLTRAP_HIT_H

#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/irqflags.h>
#include <linux/llist.h>
#include <linux/path.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/uidgid.h>
#include <linux/shelltrap.h>

#include "decide.h"
#include "request.h"
#include "sockets.h"

struct cgroup;
struct file;
struct shelltrap_held;
struct shelltrap_loss_cause;
struct shelltrap_losses;
struct shelltrap_ruleset;

/* A standard descriptor of the calling task. Addresses and ports are in network byte order. */
struct shelltrap_stdio {
	enum shelltrap_stdio_type type;
	u16 family;		/* AF_*, 0: not a socket */
	u16 sock_type;		/* SOCK_* */
	u8 state;		/* TCP_* */
	__be16 local_port;
	__be16 peer_port;	/* 0: not connected */
	union shelltrap_address local, peer;
};

struct shelltrap_ancestor {
	pid_t pid;
	char comm[TASK_COMM_LEN];
};

/* Sizes of the buffers in a hit, NUL included. A longer text needs allocated memory. */
#define SHELLTRAP_HIT_PATHNAME	256
#define SHELLTRAP_HIT_INTERPRETER	128
#define SHELLTRAP_HIT_ARGV	512
#define SHELLTRAP_HIT_VARIABLES	256

/* The facts about one exec. Apart from the texts at the end, they contain no pointers. */
struct shelltrap_facts {
	u64 time;		/* ns since the epoch */
	u64 rules;		/* the rules that match; a bitmap, as the policy numbers them */
	u64 exceptions;		/* the exceptions that match by what the hook knows; a bitmap */
	u32 conditions;		/* the conditions that held in any round */
	bool becomes_server;	/* the new program is a server */
	u64 enforced;		/* of the matching rules, those that deny, kill or hold the exec */
	bool denied;		/* a rule denies the exec at the hook */
	bool server;		/* the caller is a server or descends from one */
	bool multicall;		/* the program is busybox or the like: its arguments decide */
	u64 lowered;		/* of the rules, those that are at most of high severity here */
	bool late;		/* something shows only after the exec has succeeded */
	u8 hints;		/* at injected code, to be judged in the task's own work */
	bool unsure;		/* only that work can find out whether the file is dropped */
	struct shelltrap_exec exec; /* the exec, as known so far */
	enum shelltrap_unheld unheld; /* why it is not held; 0: it is held, or no rule holds it */
	enum shelltrap_verdict verdict;

	char caller_comm[TASK_COMM_LEN]; /* name of the caller before the exec */
	char comm[TASK_COMM_LEN];
	pid_t pid, tid, ns_pid;
	u64 start;		/* of the process, ns since boot */
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

	enum shelltrap_matched matched;	/* 0: the caller has no server */
	u16 server_port;	/* 0, unless matched is SHELLTRAP_MATCHED_PORT */
	u64 server_started;	/* when it began to serve, ns since the epoch; 0: unknown */
	pid_t server_pid;
	char server_comm[TASK_COMM_LEN];

	u64 cgroup_id;		/* 0: unknown */
	struct shelltrap_stdio in, out;
	struct shelltrap_request request; /* only if the caller has a server */

	u32 nr_ancestors;
	struct shelltrap_ancestor ancestors[SHELLTRAP_ANCESTORS_MAX];

	const char *pathname;
	const char *interpreter; /* "": the same as pathname */
	const char *argv;	/* each argument ends in a NUL; may be NULL if argv_len is 0 */
	u32 argv_len;		/* bytes */
	bool argv_truncated;
	u32 unclean;		/* bits of enum shelltrap_unclean */
	bool judged;		/* unclean and environment are known */
	const char *environment; /* the variables that are not harmless, each with its NUL */
	u32 environment_len;	/* bytes; 0 if all are harmless, or unknown, see unclean */
	const char *variables;	/* those that hint at injected code, each with its NUL, or NULL */
	u32 variables_len;	/* bytes */
};

/* References to the objects whose paths the report resolves. Each may be NULL. */
struct shelltrap_refs {
	struct file *file;	/* the file that was given to exec */
	struct file *exe;	/* executable of the process */
	struct file *server_exe;
	struct task_struct *server;
	struct cgroup *cgroup;
	struct path cwd;	/* dentry is NULL: no reference taken */
};

/* The two probes on security_bprm_check(). Each asks for a decision in every round. */
enum shelltrap_prober {
	SHELLTRAP_PROBER_ENTRY = BIT(0),	/* the kprobe */
	SHELLTRAP_PROBER_RETURN = BIT(1),	/* the entry handler of the kretprobe */
};

#define SHELLTRAP_PENDING_SOON		U64_MAX		/* the worker is about to report it */
#define SHELLTRAP_PENDING_SILENT	(U64_MAX - 1)	/* the worker looked: no record to write */

struct shelltrap_hit {
	struct task_struct *task; /* the task that called exec; referenced */
	struct shelltrap_ruleset *ruleset; /* decides on the exec; referenced */
	struct file *carrier;	/* NULL: the worker has to make one */
	raw_spinlock_t lock;	/* the worker holds it to copy, close or detach the hit */
	atomic_t busy;		/* number of users in shelltrap_hit_begin() */
	unsigned long closing;	/* bit 0: the hit belongs to the one who set it */
	unsigned long since;	/* when the hit was claimed, in jiffies */
	kuid_t user;		/* the user who is charged, see account.h */
	u64 server;		/* the server that is charged, or 0 */
	const void *round;	/* bprm->file of the interpreter round that was decided last */
	u8 probers;		/* the probes that have asked about that round */
	bool refused;		/* the answer to them: refuse the exec */
	bool handed;		/* the last reference to the carrier has been dropped */
	bool executed;		/* the exec has succeeded: sched_process_exec was called */
	bool kill;		/* kill the process before it runs the new program */
	bool hold;		/* hold the process before it runs the new program */
	struct shelltrap_held *held; /* the slot in which it is to be held, or NULL */
	u64 pending;		/* 0, a SHELLTRAP_PENDING_*, or the number of the record */
	struct llist_node node;	/* links the hit into a list of hit.c */
	struct shelltrap_refs refs;
	struct shelltrap_facts facts;
	char pathname[SHELLTRAP_HIT_PATHNAME];
	char interpreter[SHELLTRAP_HIT_INTERPRETER];
	char argv[SHELLTRAP_HIT_ARGV];
	char variables[SHELLTRAP_HIT_VARIABLES];
};

/**
 * struct shelltrap_hit_ops - What the owner of the hits does with them.
 * @complete: Reports the exec in @hit, which is over. Process context. Called in the
 *	task that called exec wherever possible; otherwise hit->task is not current. Returns
 *	false if there was no memory. The worker then calls again with @worker true; that call
 *	must succeed.
 * @copy: Copies @hit, whose exec has been in flight for too long. Worker, with the lock of
 *	the hit held.
 * @pending: Reports the last copy as pending. Returns the number of the record, or 0 if no
 *	record was written. Worker.
 * @lost: Reports the execs that found no free hit. Worker.
 * @undecided: Counts the exec in @hit as lost: it loses the hit and might have matched a
 *	rule. Worker.
 * @after: Sends the new records, if there are any. Worker.
 */
struct shelltrap_hit_ops {
	bool (*complete)(struct shelltrap_hit *hit, bool worker);
	void (*copy)(const struct shelltrap_hit *hit);
	u64 (*pending)(void);
	void (*lost)(const struct shelltrap_losses *losses);
	void (*undecided)(const struct shelltrap_hit *hit);
	void (*after)(void);
};

/**
 * shelltrap_hits_init() - Allocate the hits and their carriers.
 * @ops: functions of the owner of the hits
 *
 * Process context, may sleep.
 *
 * Return: 0 or -ENOMEM.
 */
int shelltrap_hits_init(const struct shelltrap_hit_ops *ops);

/**
 * shelltrap_hits_exit() - Detach the execs in flight and free all hits.
 *
 * The hooks are gone. Execs in flight have a moment to end. After that an exec that still
 * runs is reported as pending, and its process is killed if a rule denies or kills the exec.
 * When this returns, no exec calls the module any more. Process context, may sleep.
 */
void shelltrap_hits_exit(void);

/**
 * shelltrap_hits_nr() - The number of hits.
 *
 * Any context.
 *
 * Return: how many execs can be in flight at once.
 */
unsigned int shelltrap_hits_nr(void);

/* Only for the inline functions below: the number of claimed hits, and the search through them. */
extern atomic_t shelltrap_hits_open;

struct shelltrap_hit *shelltrap_hit_find(void);

/* Returns false if no hit is claimed, so that none is current's. */
static inline bool shelltrap_hits_any(void)
{
	return atomic_read(&shelltrap_hits_open);
}

/**
 * shelltrap_hit_mine() - Find the hit of current's exec.
 *
 * Any context. The caller passes the hit to shelltrap_hit_end() when it has finished.
 *
 * Return: the hit, or NULL.
 */
static inline struct shelltrap_hit *shelltrap_hit_mine(void)
{
	/* Nearly always no hit is claimed, and a search is not needed. */
	return shelltrap_hits_any() ? shelltrap_hit_find() : NULL;
}

/**
 * shelltrap_hit_claim() - Claim a hit for current's exec.
 * @ruleset: the ruleset that decides on the exec; the caller holds the RCU read lock
 * @server: the server that is charged, see shelltrap_lineage_origin()
 *
 * Any context. Takes references to current and to @ruleset. The facts before the verdict are
 * zero, and the texts are empty; all other facts are uninitialized. The caller passes the hit
 * to shelltrap_hit_end() when it has finished.
 *
 * Return: the hit, or NULL if none is free for this user and server.
 */
struct shelltrap_hit *shelltrap_hit_claim(struct shelltrap_ruleset *ruleset, u64 server);

/**
 * shelltrap_hit_hand_over() - Drop the last reference to the carrier.
 * @hit: the hit of current's exec
 *
 * Called in the hook and at sched_process_exec. After this the exec reports itself when it is
 * over. Does nothing in an int3 and in a kernel thread: there fput() would leave the release
 * to a worker, which might run before the exec is over. Does nothing either if io_uring has
 * already released the carrier.
 *
 * Return: true if the exec reports itself.
 */
bool shelltrap_hit_hand_over(struct shelltrap_hit *hit);

/**
 * shelltrap_hit_abandon() - Leave the hit of an exec that failed to the worker.
 * @hit: the hit; its task is current, which has already begun another exec
 *
 * Any context. Does nothing if the exec reports itself. Current must not use the hit any
 * more.
 */
void shelltrap_hit_abandon(struct shelltrap_hit *hit);

/**
 * shelltrap_hit_put() - Drop the references of a copy of a hit.
 * @hit: the copy
 *
 * Process context.
 */
void shelltrap_hit_put(struct shelltrap_hit *hit);

/**
 * shelltrap_hit_lost() - Count an exec that may have matched a rule and found no free hit.
 * @cause: whose it is; execs is ignored
 *
 * Any context. The worker reports the number as a loss.
 */
void shelltrap_hit_lost(const struct shelltrap_loss_cause *cause);

/**
 * shelltrap_hits_kick() - Let the worker send the new records, at the next timer tick.
 *
 * Any context. The worker calls ops->after().
 */
void shelltrap_hits_kick(void);

/**
 * shelltrap_hit_keep() - Store a text for as long as the hit lives.
 * @old: the text that the new one replaces, or NULL
 * @inside: the buffer in the hit
 * @size: of @inside, in bytes
 * @text: the text
 * @len: its length in bytes, without a NUL
 *
 * Only for the hit of current's exec, in the hook or at sched_process_exec. A text that does
 * not fit into @inside gets memory of its own. If the context does not allow that, or there
 * is no memory, the text is cut off. In such a context a text @old in memory of its own is
 * not replaced.
 *
 * Return: the stored text, with a NUL at its end; or @old if that is not replaced.
 */
const char *shelltrap_hit_keep(const char *old, char *inside, size_t size, const char *text,
			       size_t len);

/* Returns irqs_disabled(). clang's analyzer takes the kernel's own macro for a fault. */
static inline bool hit_irqs_disabled(void)
{
#ifdef __clang_analyzer__
	return false;
#else
	return irqs_disabled();
#endif
}

/**
 * shelltrap_may_allocate() - May the caller allocate memory with GFP_NOWAIT?
 *
 * Any context.
 *
 * Return: false in an int3, with interrupts disabled, and on PREEMPT_RT.
 */
static inline bool shelltrap_may_allocate(void)
{
	return !IS_ENABLED(CONFIG_PREEMPT_RT) && !in_nmi() && !hit_irqs_disabled();
}

/**
 * shelltrap_hit_begin() - Keep the worker away from a hit.
 * @hit: the hit
 *
 * Any context. Until shelltrap_hit_end() the worker neither copies nor detaches the hit.
 *
 * This cannot be a lock: an int3 counts as an NMI, where no lock may be taken. The worker
 * leaves a busy hit alone. If the worker holds the lock already, the caller spins until it
 * lets go; the worker is on another CPU and needs only microseconds.
 *
 * "busy" is a counter: another task may still be looking at the hit, which it had before,
 * while current has just claimed it.
 */
static inline void shelltrap_hit_begin(struct shelltrap_hit *hit)
{
	atomic_inc(&hit->busy);
	smp_mb__after_atomic(); /* Pairs with the barrier in hit_is_busy(). */
	while (raw_spin_is_locked(&hit->lock))
		cpu_relax();
	smp_acquire__after_ctrl_dep(); /* What the holder of the lock has done is seen. */
}

/**
 * shelltrap_hit_end() - End the use of a hit.
 * @hit: from shelltrap_hit_begin(), shelltrap_hit_mine() or shelltrap_hit_claim()
 *
 * Any context.
 */
static inline void shelltrap_hit_end(struct shelltrap_hit *hit)
{
	smp_mb__before_atomic(); /* A worker that reads busy == 0 must see the new facts. */
	atomic_dec(&hit->busy);
}

#endif /* _SHELLTRAP_HIT_H */
