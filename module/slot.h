/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Slots: room for the execs in flight, from the hook to the report.
 *
 * All slots are allocated at load. A slot is claimed at the hook by the task
 * that calls exec, stays its own while the exec runs (several interpreter
 * rounds, then the tracepoint), and is closed with the exec's outcome. Closed
 * slots are reported in that order, by one work item, and become free again.
 *
 * Nobody tells of an exec that fails after the hook. Such a slot is closed by
 * the same task's next exec, or by a sweep that runs as long as any is open; so is
 * that of an exec which stands still, as it waits for a file system. Task and sweep
 * may both want a slot: one compare-and-exchange decides who holds it, and only who
 * holds it looks at the rest, changes or closes it.
 *
 * Claiming, finding and closing work in any context: they take no lock,
 * allocate nothing, and wake the work item through irq_work, with the next tick or, where
 * slots are going, at once.
 */
#ifndef _SHELLTRAP_SLOT_H
#define _SHELLTRAP_SLOT_H

#include <linux/atomic.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/llist.h>
#include <linux/path.h>
#include <linux/sched.h>
#include <linux/shelltrap.h>

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

/* What is known of one exec: numbers and strings, complete in themselves. */
struct shelltrap_facts {
	u64 time;		/* ns since the epoch */
	u64 rules;		/* hit; bitmap, the policy's numbering */
	u64 exceptions;		/* that fit, as far as is known at the hook; the same */
	u32 conditions;		/* that held in any round */
	bool becomes_server;		/* the new program is a server's */
	u64 enforced;		/* of the rules hit, those that deny or kill it */
	bool denied;		/* it is to be refused */
	bool server;		/* it, or something it descends from, is one */
	bool multicall;		/* what it is will be known by its arguments */
	struct shelltrap_exec exec; /* then: what is known of it before */
	bool clean;		/* the environment is one that an exception bears */
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

	bool argv_truncated;
	u32 argv_len;		/* bytes */
	char pathname[SHELLTRAP_PATH_MAX];
	char interpreter[SHELLTRAP_INTERPRETER_MAX]; /* "": equal to pathname */
	char argv[SHELLTRAP_ARGV_MAX];
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

struct shelltrap_slot {
	struct task_struct *task; /* the one that called exec; referenced */
	struct shelltrap_ruleset *ruleset; /* that decides on it; held on to */
	unsigned long since;	/* jiffies */
	u32 claims;
	atomic_t open;		/* while open: a number that no other claim had, and whether it
				 * is held; else 0
				 */
	struct llist_node closed;
	struct shelltrap_refs refs;
	struct shelltrap_facts facts;
};

/*
 * @report is called in process context, one slot at a time, for every closed
 * slot; @lost instead with a number of execs that found no free slot. Returns 0
 * or -ENOMEM.
 */
int shelltrap_slots_init(void (*report)(struct shelltrap_slot *slot), void (*lost)(u64 execs));

/* The hooks are gone: reports what is closed, drops what is open, frees all. */
void shelltrap_slots_exit(void);

unsigned int shelltrap_slots_nr(void);

/* How many are open, and the look through them: for the one below alone. */
extern atomic_t shelltrap_slots_open;

struct shelltrap_slot *shelltrap_slot_find(void);

/*
 * Current's slot, which it holds from now on until it leaves or closes it; NULL where it
 * has none, or the sweep is about to close it. Any context.
 */
static inline struct shelltrap_slot *shelltrap_slot_mine(void)
{
	/* Almost always there is nothing to look through. */
	return atomic_read(&shelltrap_slots_open) ? shelltrap_slot_find() : NULL;
}

/* It is held no longer, and still open. NULL will do. Any context. */
void shelltrap_slot_leave(struct shelltrap_slot *slot);

/*
 * Claims a slot for current, which holds it: no references but its task's and @ruleset's, and facts
 * that are to be written but for what the hook has found out, which is 0. NULL
 * when all are taken. Any context.
 */
struct shelltrap_slot *shelltrap_slot_claim(struct shelltrap_ruleset *ruleset);

/* Are there few left, so that only what can't do without should claim one? Any context. */
bool shelltrap_slots_scarce(void);

/* Counts one exec that hit a rule and found no slot. Any context. */
void shelltrap_slot_lost(void);

/* The same, of one whose hit is not counted yet, as it may have been none. Any context. */
void shelltrap_slot_lost_hit(void);

/*
 * Ends the exec in @slot, which the caller holds: with rules hit it is reported with
 * @verdict, without it is just freed. Any context.
 */
void shelltrap_slot_close(struct shelltrap_slot *slot, enum shelltrap_verdict verdict);

#endif /* _SHELLTRAP_SLOT_H */
