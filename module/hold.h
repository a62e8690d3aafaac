/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Holding: an exec that a rule holds has completed, and its process waits before the first
 * instruction of the new program.
 *
 * The process waits in its own task work, as hit.h explains for the report. It waits in a
 * killable state: no signal but SIGKILL reaches it, so another process of the same user can
 * end it but cannot let it go. A stop by SIGSTOP would end with anybody's SIGCONT.
 *
 * While it waits, the process has no lock of the kernel, no hit, no record and no reference to
 * a policy. Files that the exec has closed are closed: the wait is a task work that is queued
 * when all others are being worked off. So nobody else waits for this process but those who
 * wait for its program.
 *
 * The number of processes that wait is bounded (quota.h). A slot has what describes one.
 */
#ifndef _SHELLTRAP_HOLD_H
#define _SHELLTRAP_HOLD_H

#include <linux/types.h>
#include <linux/shelltrap.h>

#include "record.h"

struct genl_family;
struct netlink_callback;
struct shelltrap_held;
struct shelltrap_hit;
struct sk_buff;
struct task_struct;

/* How an exec has ended that was held. */
struct shelltrap_hold_end {
	struct shelltrap_outcome outcome;
	u64 server;		/* both are charged for the record */
	u32 user;
};

/**
 * shelltrap_hold_init() - Allocate what a process needs to wait.
 * @writer: writes the record of an end into the given message. Process context.
 *
 * May sleep.
 *
 * Return: 0 or -ENOMEM.
 */
int shelltrap_hold_init(void (*writer)(const struct shelltrap_hold_end *end,
				       struct sk_buff *record));

/**
 * shelltrap_hold_exit() - End all waits, and free the memory.
 *
 * Each process is released or killed, as its policy says. When this returns, none of them waits
 * in the module any more. New ones are refused. May sleep. The caller then waits for an RCU
 * tasks grace period before the code of the module may go.
 */
void shelltrap_hold_exit(void);

/**
 * shelltrap_hold_claim() - Ask for a slot for current's exec.
 * @hit: the hit of an exec that has succeeded
 * @held: receives the slot, which the caller gives to shelltrap_hold_begin() or _cancel()
 *
 * In the report, before the alert is written. Process context; may sleep.
 *
 * Return: 0, or why the exec cannot be held.
 */
enum shelltrap_unheld shelltrap_hold_claim(const struct shelltrap_hit *hit,
					   struct shelltrap_held **held);

/**
 * shelltrap_hold_cancel() - Give a slot back.
 * @held: from shelltrap_hold_claim(); the alert was not written
 */
void shelltrap_hold_cancel(struct shelltrap_held *held);

/**
 * shelltrap_hold_begin() - Let current wait before it returns to user mode.
 * @held: from shelltrap_hold_claim()
 * @seq: number of the alert
 *
 * Returns at once: it queues task work.
 */
void shelltrap_hold_begin(struct shelltrap_held *held, u64 seq);

/**
 * shelltrap_hold_any() - Is any process held, or about to be?
 *
 * Any context. Return: true if one is.
 */
bool shelltrap_hold_any(void);

/**
 * shelltrap_hold_killed() - Note who has sent a signal that ends a process.
 * @task: the process, which may be held; the caller holds the lock of its signals
 * @by_current: current has sent the signal; else it is not known who did
 *
 * Any context but an NMI.
 */
void shelltrap_hold_killed(struct task_struct *task, bool by_current);

/* What becomes of a process that is held. */
enum shelltrap_release {
	SHELLTRAP_RELEASE_RUN,
	SHELLTRAP_RELEASE_KILL,		/* kill its branch of the lineage, see lineage.h */
	SHELLTRAP_RELEASE_KILL_SERVER,	/* kill its server, and all that descends from that */
};

/**
 * shelltrap_hold_release() - End a wait.
 * @seq: number of the alert
 * @how: what becomes of the process
 *
 * Process context; may sleep.
 *
 * Return: NULL, or a constant text that says why there is nothing to release.
 */
const char *shelltrap_hold_release(u64 seq, enum shelltrap_release how);

/**
 * shelltrap_hold_dump() - Handle a dump of what is held.
 * @skb: the message
 * @cb: the netlink callback
 * @family: the netlink family
 *
 * Return: the length of @skb.
 */
int shelltrap_hold_dump(struct sk_buff *skb, struct netlink_callback *cb,
			const struct genl_family *family);

struct shelltrap_hold_counters {
	u32 now;		/* held now */
	u64 held, unheld;	/* execs */
};

/**
 * shelltrap_hold_read() - Read the counters.
 * @counters: receives the values
 *
 * Any context.
 */
void shelltrap_hold_read(struct shelltrap_hold_counters *counters);

#endif /* _SHELLTRAP_HOLD_H */
