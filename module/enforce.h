/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Enforcement: the switches that allow it, and the counts of what it has done.
 *
 * An exec that a rule denies is refused at the hook, by a return probe. The probe is registered
 * only while a rule in force denies or kills (hook.c). If only the command line can decide, the
 * exec goes on, and the process is killed before it returns to user mode (report.c). check.c
 * decides on both.
 */
#ifndef _SHELLTRAP_ENFORCE_H
#define _SHELLTRAP_ENFORCE_H

#include <linux/shelltrap.h>
#include <linux/types.h>

#include "policy.h"

struct task_struct;

/**
 * shelltrap_enforcing() - Are rules enforced now?
 *
 * Any context.
 *
 * Return: false if rules only raise alerts.
 */
bool shelltrap_enforcing(void);

/**
 * shelltrap_enforce_rules() - Find the rules that deny, kill or hold current's exec.
 * @policy: the policy
 * @rules: the rules that match
 * @server: current is a server or descends from one
 *
 * Any context.
 *
 * Return: those of @rules that deny, kill or hold; none for pid 1, kernel threads, and tasks
 * without memory of their own.
 */
u64 shelltrap_enforce_rules(const struct shelltrap_policy *policy, u64 rules, bool server);

/**
 * shelltrap_enforce_observe() - Suspend enforcement.
 * @seconds: for how long; U32_MAX: for ever
 *
 * Any context.
 *
 * Return: the former state, for shelltrap_enforce_restore().
 */
u64 shelltrap_enforce_observe(u32 seconds);

/**
 * shelltrap_enforce_restore() - Undo shelltrap_enforce_observe().
 * @observed_until: the result of shelltrap_enforce_observe()
 *
 * Any context.
 */
void shelltrap_enforce_restore(u64 observed_until);

/**
 * shelltrap_enforce_observing() - For how long is enforcement still suspended?
 *
 * Any context.
 *
 * Return: the time in seconds; 0 if it is not suspended, U32_MAX if it is suspended for ever.
 */
u32 shelltrap_enforce_observing(void);

/**
 * shelltrap_enforce_kill() - Send SIGKILL to a task that has got a new program.
 * @task: the task, with a reference
 *
 * Process context. Also at sched_process_exec, except on PREEMPT_RT.
 *
 * Return: true if the signal was sent; it is then counted.
 */
bool shelltrap_enforce_kill(struct task_struct *task);

/**
 * shelltrap_enforce_denied() - Count an exec that was refused.
 *
 * Any context.
 */
void shelltrap_enforce_denied(void);

/**
 * shelltrap_enforce_would_deny() - Count an exec that enforcement would have stopped.
 *
 * Any context.
 */
void shelltrap_enforce_would_deny(void);

/**
 * shelltrap_enforce_escaped() - Count and log an exec that should have been refused and was not.
 *
 * Called at sched_process_exec, in the task that called exec.
 */
void shelltrap_enforce_escaped(void);

struct shelltrap_enforce_counters {
	bool enforce;		/* the module parameter */
	u64 denied, killed, would_deny, escaped;
};

/**
 * shelltrap_enforce_read() - Read the counters.
 * @counters: receives the values
 *
 * Any context.
 */
void shelltrap_enforce_read(struct shelltrap_enforce_counters *counters);

#endif /* _SHELLTRAP_ENFORCE_H */
