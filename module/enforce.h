/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Enforcement: the switches that allow it, and the counts of what it has done.
 *
 * An exec that a rule denies is refused at the hook, by a return probe that is registered
 * only while some rule in force denies (hook.c). Where only the command line can decide, the
 * process is killed before it returns to user mode (hit.c). check.c decides on both.
 */
#ifndef _SHELLTRAP_ENFORCE_H
#define _SHELLTRAP_ENFORCE_H

#include <linux/shelltrap.h>
#include <linux/types.h>

#include "policy.h"

struct task_struct;

/* Are rules enforced now? If not, they only raise alerts. Any context. */
bool shelltrap_enforcing(void);

/* Those of @rules that deny or kill current; @server: it descends from one. Any context. */
u64 shelltrap_enforce_rules(const struct shelltrap_policy *policy, u64 rules, bool server);

/*
 * Suspends enforcement for @seconds, U32_MAX: for good. Returns the former state, for
 * shelltrap_enforce_restore().
 */
u64 shelltrap_enforce_observe(u32 seconds);

void shelltrap_enforce_restore(u64 observed_until);

/* Seconds until enforcement begins again; U32_MAX: never, 0: it is not suspended. */
u32 shelltrap_enforce_observing(void);

/*
 * Sends SIGKILL to @task, which has just got a new program and runs none of it. Returns
 * whether it was sent. Process context, or on kernels without PREEMPT_RT sched_process_exec.
 */
bool shelltrap_enforce_kill(struct task_struct *task);

/* An exec was refused, would have been, or should have been. Any context. */
void shelltrap_enforce_denied(void);
void shelltrap_enforce_would_deny(void);
void shelltrap_enforce_escaped(void);

struct shelltrap_enforce_counters {
	bool enforce;		/* the parameter */
	u64 denied, killed, would_deny, escaped;
};

void shelltrap_enforce_read(struct shelltrap_enforce_counters *counters);

#endif /* _SHELLTRAP_ENFORCE_H */
