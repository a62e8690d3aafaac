/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The actor: the task that calls exec, and the tasks from which it descends.
 */
#ifndef _SHELLTRAP_ACTOR_H
#define _SHELLTRAP_ACTOR_H

#include <linux/sched.h>
#include <linux/shelltrap.h>

#include "policy.h"

struct shelltrap_ancestor;
struct shelltrap_founder;

struct shelltrap_actor {
	u64 self;		/* sets of the calling task */
	u64 hint;		/* sets of its names, if nothing shows that it serves */
	u64 ancestors;		/* sets of all its living ancestors together */
	u64 lineage;		/* sets of the servers in its lineage */
	u64 common;		/* sets that all of these are in, if some rule leaves servers out */
	enum shelltrap_matched matched;	/* why the caller is an actor of some rule; 0: it is none */
	u16 port;		/* if matched is SHELLTRAP_MATCHED_PORT */
	/*
	 * The nearest ancestor that is an actor by its name, or else current, if current is
	 * an actor itself. NULL: the server is @served_by. No reference is held.
	 */
	struct task_struct *server;
	const struct shelltrap_founder *founder; /* of current's lineage, or NULL; referenced */
	const struct shelltrap_founder *served_by; /* the nearest of the lineage that is an actor */
};

/**
 * shelltrap_actor_identify() - Look up current and at most SHELLTRAP_ANCESTORS_MAX ancestors.
 * @policy: the policy
 * @actor: all zeros; receives the result
 *
 * Any context. The caller holds the RCU read lock as long as it uses @actor->server, and
 * drops @actor->founder with shelltrap_lineage_put().
 */
void shelltrap_actor_identify(const struct shelltrap_policy *policy, struct shelltrap_actor *actor);

/**
 * shelltrap_actor_ancestors() - List the ancestors of current.
 * @ancestors: receives pid and name of each ancestor, the parent first
 * @max: size of @ancestors
 *
 * Any context. Return: the number of ancestors stored.
 */
u32 shelltrap_actor_ancestors(struct shelltrap_ancestor *ancestors, u32 max);

#endif /* _SHELLTRAP_ACTOR_H */
