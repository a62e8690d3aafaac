/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Enforcement: whether what a rule denies is denied, and what has come of it.
 *
 * A rule that denies has the exec refused at the hook, by a return probe that is only
 * there while some rule in force denies (hook.c). What is known when it is too late for
 * that, by the command line, is killed before it returns to user mode. Both are decided
 * in check.c; here are the switches and the counts.
 */
#ifndef _SHELLTRAP_ENFORCE_H
#define _SHELLTRAP_ENFORCE_H

#include <linux/shelltrap.h>
#include <linux/types.h>

#include "policy.h"

/* Is anything denied or killed now, or only told of? Any context. */
bool shelltrap_enforcing(void);

/* Those of @rules that deny or kill current, whom a server is behind or not. Any context. */
u64 shelltrap_enforce_rules(const struct shelltrap_policy *policy, u64 rules, bool server);

/* For @seconds from now on only told of; U32_MAX: for good. Returns how it was. */
u64 shelltrap_enforce_observe(u32 seconds);

/* As it was. */
void shelltrap_enforce_restore(u64 observed_until);

/* Seconds left of that; U32_MAX: for good. */
u32 shelltrap_enforce_observing(void);

/* What this kernel can't do of what the policy asks for, or NULL. */
const char *shelltrap_enforce_fault(const struct shelltrap_policy *policy);

/*
 * SIGKILL for current, which has just got a new program and runs none of it. False where
 * that can't be. Not in the handler of a probe.
 */
bool shelltrap_enforce_kill(void);

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
