// SPDX-License-Identifier: GPL-2.0
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "ruleset.h"

static DEFINE_MUTEX(ruleset_mutex);
struct shelltrap_ruleset __rcu *shelltrap_ruleset_in_force;

/* All of these are protected by the mutex. */
static LIST_HEAD(retired);	/* replaced rulesets that still have users */
static u32 installed;
static bool locked;

void shelltrap_ruleset_get(struct shelltrap_ruleset *ruleset)
{
	atomic_inc(&ruleset->users);
}

/* Release: pairs with ruleset_free_unused(). The user's last access comes before the free. */
void shelltrap_ruleset_put(struct shelltrap_ruleset *ruleset)
{
	atomic_dec_return_release(&ruleset->users);
}

struct shelltrap_ruleset *shelltrap_ruleset_get_current(void)
{
	struct shelltrap_ruleset *ruleset;

	rcu_read_lock();
	ruleset = shelltrap_ruleset_current();
	shelltrap_ruleset_get(ruleset);
	rcu_read_unlock();
	return ruleset;
}

static void ruleset_free(struct shelltrap_ruleset *ruleset)
{
	if (!ruleset)
		return;
	kvfree(ruleset->policy);
	kfree(ruleset);
}

/*
 * The caller holds the mutex. A retired ruleset gets no new users: ruleset_replace() has
 * waited for all readers that could still find it.
 */
static void ruleset_free_unused(void)
{
	struct shelltrap_ruleset *ruleset, *next;

	list_for_each_entry_safe(ruleset, next, &retired, retired) {
		if (atomic_read_acquire(&ruleset->users))
			continue;
		list_del(&ruleset->retired);
		ruleset_free(ruleset);
	}
}

static void ruleset_replace(struct shelltrap_ruleset *ruleset)
{
	struct shelltrap_ruleset *old;

	ruleset->number = installed++;
	old = rcu_replace_pointer(shelltrap_ruleset_in_force, ruleset,
				  lockdep_is_held(&ruleset_mutex));
	if (!old)
		return;
	synchronize_rcu();
	list_add(&old->retired, &retired);
	ruleset_free_unused();
}

int shelltrap_ruleset_install(const struct shelltrap_policy *policy)
{
	struct shelltrap_ruleset *ruleset = kzalloc(sizeof(*ruleset), GFP_KERNEL);
	int err = 0;

	if (!ruleset)
		return -ENOMEM;
	ruleset->policy = policy;
	mutex_lock(&ruleset_mutex);
	if (locked)
		err = -EPERM;
	else
		ruleset_replace(ruleset);
	mutex_unlock(&ruleset_mutex);
	if (err)
		kfree(ruleset);
	return err;
}

void shelltrap_ruleset_lock(void)
{
	mutex_lock(&ruleset_mutex);
	locked = true;
	mutex_unlock(&ruleset_mutex);
}

void shelltrap_ruleset_reap(void)
{
	mutex_lock(&ruleset_mutex);
	ruleset_free_unused();
	mutex_unlock(&ruleset_mutex);
}

void shelltrap_ruleset_exit(void)
{
	shelltrap_ruleset_reap();
	WARN_ON(!list_empty(&retired));
	ruleset_free(rcu_dereference_protected(shelltrap_ruleset_in_force, true));
}
