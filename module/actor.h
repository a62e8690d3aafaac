/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The actor: who calls exec, and who is behind it.
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
	u64 ancestors;		/* sets of all its ancestors together */
	u64 lineage;		/* sets of the server its line goes back to */
	enum shelltrap_matched matched;	/* why it counts as an actor of some rule; 0: it does not */
	/* Nearest ancestor that is one by name, else current; NULL: the founder. Not referenced. */
	struct task_struct *server;
	const struct shelltrap_founder *founder; /* of current's line, or NULL */
};

/*
 * Looks current up, and at most SHELLTRAP_ANCESTORS_MAX ancestors, for an @actor that is
 * all zeros. The caller holds the RCU read lock as long as it uses @actor->server. Any
 * context.
 */
void shelltrap_actor_identify(const struct shelltrap_policy *policy, struct shelltrap_actor *actor);

/* Writes current's ancestors, parent first, and returns how many. Any context. */
u32 shelltrap_actor_ancestors(struct shelltrap_ancestor *ancestors, u32 max);

#endif /* _SHELLTRAP_ACTOR_H */
