/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rulesets: the policy in force, and earlier policies that are still in use.
 *
 * A ruleset is a policy together with the counters of its rules. Exactly one ruleset is
 * in force; the hook finds it under RCU, without a lock. A new ruleset replaces it in one
 * step, so some ruleset is always in force. An exec in flight, until it is reported, and a
 * dump hold a reference. A replaced ruleset is freed when its last reference is gone.
 */
#ifndef _SHELLTRAP_RULESET_H
#define _SHELLTRAP_RULESET_H

#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/rcupdate.h>

#include "policy.h"

struct shelltrap_ruleset {
	const struct shelltrap_policy *policy;
	u32 number;		/* 0: the built-in policy; each later policy counts one up */
	atomic_t users;		/* references */
	struct list_head retired; /* in the list of replaced rulesets */
	/* By verdict: alerts that list the rule. Index 0: alerts that an exception silenced. */
	atomic64_t hits[SHELLTRAP_RULES_MAX][SHELLTRAP_VERDICT_HELD + 1];
};

/* Only for shelltrap_ruleset_current(). */
extern struct shelltrap_ruleset __rcu *shelltrap_ruleset_in_force;

/**
 * shelltrap_ruleset_current() - The ruleset in force.
 *
 * Any context. The caller holds the RCU read lock, or keeps preemption off, as long as it
 * uses the ruleset, or takes a reference before it lets go.
 *
 * Return: the ruleset, never NULL.
 */
static inline struct shelltrap_ruleset *shelltrap_ruleset_current(void)
{
	return rcu_dereference_check(shelltrap_ruleset_in_force, rcu_read_lock_sched_held());
}

/**
 * shelltrap_ruleset_get() - Take a reference.
 * @ruleset: found by shelltrap_ruleset_current() under the RCU read lock that the caller
 *	still holds, or kept alive by another reference
 *
 * Any context.
 */
void shelltrap_ruleset_get(struct shelltrap_ruleset *ruleset);

/**
 * shelltrap_ruleset_put() - Drop a reference.
 * @ruleset: the ruleset
 *
 * Any context. Frees nothing: shelltrap_ruleset_reap() does.
 */
void shelltrap_ruleset_put(struct shelltrap_ruleset *ruleset);

/**
 * shelltrap_ruleset_get_current() - Take a reference to the ruleset in force.
 *
 * Any context. Return: the ruleset.
 */
struct shelltrap_ruleset *shelltrap_ruleset_get_current(void);

/**
 * shelltrap_ruleset_install() - Put a policy into force.
 * @policy: finished, in memory of kvzalloc(); belongs to the ruleset after success
 *
 * May sleep. Return: 0, -ENOMEM, or -EPERM after shelltrap_ruleset_lock().
 */
int shelltrap_ruleset_install(const struct shelltrap_policy *policy);

/**
 * shelltrap_ruleset_lock() - Refuse every other policy from now on.
 *
 * May sleep.
 */
void shelltrap_ruleset_lock(void);

/**
 * shelltrap_ruleset_reap() - Free the replaced rulesets that have no references left.
 *
 * May sleep.
 */
void shelltrap_ruleset_reap(void);

/**
 * shelltrap_ruleset_exit() - Free all rulesets.
 *
 * May sleep. No references are left, and the hooks are gone.
 */
void shelltrap_ruleset_exit(void);

#endif /* _SHELLTRAP_RULESET_H */
