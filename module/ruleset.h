/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rulesets: the policy in force, and those before it that are still needed.
 *
 * A ruleset is a policy with what is counted of its rules. One is in force; the
 * hook finds it under RCU, without a lock. Another takes its place in one step, so
 * there is no moment without. Whoever works with one for longer (an exec in
 * flight, until it is reported; a dump) holds on to it, and a ruleset that is in
 * force no more is freed when nobody does.
 */
#ifndef _SHELLTRAP_RULESET_H
#define _SHELLTRAP_RULESET_H

#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/rcupdate.h>

#include "policy.h"

struct shelltrap_ruleset {
	const struct shelltrap_policy *policy;
	u32 number;		/* 0: the built-in one; then one more for each that came */
	atomic_t users;
	struct list_head retired;
	/* By verdict, the alerts that list the rule; at 0, what it has silenced. */
	atomic64_t hits[SHELLTRAP_RULES_MAX][SHELLTRAP_VERDICT_PENDING + 1];
};

/* For the one below alone. */
extern struct shelltrap_ruleset __rcu *shelltrap_ruleset_in_force;

/*
 * The one in force. The caller holds the RCU read lock, or has preemption off, as long as
 * it uses it. Any context.
 */
static inline struct shelltrap_ruleset *shelltrap_ruleset_current(void)
{
	return rcu_dereference_check(shelltrap_ruleset_in_force, rcu_read_lock_sched_held());
}

/*
 * Holds on to one: as long as the RCU read lock is held under which it was in
 * force, or as somebody else holds on to it. Any context, the same for giving up.
 */
void shelltrap_ruleset_get(struct shelltrap_ruleset *ruleset);
void shelltrap_ruleset_put(struct shelltrap_ruleset *ruleset);

/* The one in force, held on to. */
struct shelltrap_ruleset *shelltrap_ruleset_get_current(void);

/*
 * Puts a finished policy, in memory of kvzalloc(), into force. Returns 0; else the
 * policy is still the caller's: -ENOMEM, or -EPERM where it is locked. May sleep.
 */
int shelltrap_ruleset_install(const struct shelltrap_policy *policy);

/* No other policy from now on. */
void shelltrap_ruleset_lock(void);

/* Frees what nobody needs any more. May sleep. */
void shelltrap_ruleset_reap(void);

/* Nobody uses any. */
void shelltrap_ruleset_exit(void);

#endif /* _SHELLTRAP_RULESET_H */
