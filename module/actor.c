// SPDX-License-Identifier: GPL-2.0
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/rcupdate.h>

#include "actor.h"
#include "compat.h"
#include "lineage.h"
#include "lookup.h"
#include "hit.h"
#include "target.h"
#include "task.h"

/* The last name looked up, and the result: the parent of a server mostly has the same name. */
struct comm_cache {
	char comm[TASK_COMM_LEN];
	u64 sets;
};

static u64 actor_comm_sets(const struct shelltrap_policy *policy, const struct task_struct *task,
			   struct comm_cache *cache)
{
	char comm[TASK_COMM_LEN];

	if (!shelltrap_policy_watches(policy, shelltrap_name_prefix_padded(task->comm)))
		return 0;
	shelltrap_task_comm(comm, task);
	if (memcmp(comm, cache->comm, TASK_COMM_LEN)) {
		memcpy(cache->comm, comm, TASK_COMM_LEN);
		cache->sets = shelltrap_policy_name_sets(policy, comm, SHELLTRAP_NAME_OF_TASK);
	}
	return cache->sets;
}

/*
 * Looks up the executable that current runs before the exec. A child after fork() or
 * vfork() has the executable of its parent. The caller holds the RCU read lock.
 */
static void actor_identify_exe(const struct shelltrap_policy *policy, u64 *by_name,
			       u64 *by_identity)
{
	struct file *exe;

	/* A kernel thread that starts a user mode helper has no memory, and no executable. */
	exe = current->mm ? shelltrap_exe_file(current->mm) : NULL;
	if (!exe)
		return;
	*by_name = shelltrap_policy_watched_sets(policy, shelltrap_name_of(exe->f_path.dentry),
						 SHELLTRAP_NAME_OF_FILE);
	*by_identity = shelltrap_file_sets(policy, exe);
	fput(exe);
}

/* @proven: the sets in which a name is more than a hint. */
static void actor_identify_self(const struct shelltrap_policy *policy,
				struct shelltrap_actor *actor, struct comm_cache *cache,
				u64 proven)
{
	const struct task_struct *leader = current->group_leader;
	u64 own = actor_comm_sets(policy, current, cache);
	u64 group = leader == current ? own : actor_comm_sets(policy, leader, cache);
	struct {
		enum shelltrap_matched matched;
		u64 sets;
	} reasons[] = {
		{ SHELLTRAP_MATCHED_COMM, own },
		{ SHELLTRAP_MATCHED_LEADER, group },
		{ SHELLTRAP_MATCHED_EXE, 0 },
		{ SHELLTRAP_MATCHED_FILE, 0 },
	};
	unsigned int i;

	actor_identify_exe(policy, &reasons[2].sets, &reasons[3].sets);

	for (i = 0; i < ARRAY_SIZE(reasons); i++) {
		actor->hint |= reasons[i].sets & ~proven;
		reasons[i].sets &= proven;
		actor->self |= reasons[i].sets;
		if (!actor->matched && (reasons[i].sets & policy->actors))
			actor->matched = reasons[i].matched;
	}
	if (actor->matched)
		actor->server = current;
}

/*
 * Returns the parent of @task: the thread that forked @task, as long as this thread lives.
 * NULL for pid 1, whose parent is the idle task. Under RCU every link can be followed, but
 * the chain may change meanwhile: a parent exits, and @task gets another parent.
 */
static struct task_struct *actor_parent_of(const struct task_struct *task)
{
	struct task_struct *parent = rcu_dereference(task->real_parent);

	return parent && parent->pid ? parent : NULL;
}

/*
 * Adds the sets of a thread and of its group leader to @actor->ancestors. Returns the one of
 * the two that is an actor, or NULL.
 */
static struct task_struct *actor_identify_ancestor(const struct shelltrap_policy *policy,
						   struct shelltrap_actor *actor,
						   struct task_struct *task,
						   struct comm_cache *cache, u64 proven)
{
	struct task_struct *leader = task->group_leader;
	u64 own = actor_comm_sets(policy, task, cache);
	u64 group = leader == task ? own : actor_comm_sets(policy, leader, cache);

	actor->ancestors |= (own | group) & proven;
	if (own & proven & policy->actors)
		return task;
	return group & proven & policy->actors ? leader : NULL;
}

static void actor_identify_ancestors(const struct shelltrap_policy *policy,
				     struct shelltrap_actor *actor, struct comm_cache *cache,
				     u64 proven)
{
	struct task_struct *task = current, *nearest = NULL, *server;
	unsigned int i;

	for (i = 0; i < SHELLTRAP_ANCESTORS_MAX; i++) {
		task = actor_parent_of(task);
		if (!task)
			break;
		server = actor_identify_ancestor(policy, actor, task, cache, proven);
		nearest = nearest ?: server;
	}
	if (!nearest)
		return;
	actor->server = nearest;
	if (!actor->matched)
		actor->matched = SHELLTRAP_MATCHED_ANCESTOR;
}

/* Only if neither the caller nor a living ancestor is a server by its name. */
static void actor_match_lineage(const struct shelltrap_policy *policy,
				struct shelltrap_actor *actor)
{
	if (!actor->matched && actor->served_by)
		actor->matched = shelltrap_founder_matched(policy, actor->served_by, &actor->port);
}

/*
 * Returns the founder of current's lineage, with a reference. If current is in none, it may have
 * been forked before an ancestor became a server: then it is the founder of that ancestor.
 */
static const struct shelltrap_founder *actor_founder(void)
{
	const struct shelltrap_founder *founder = shelltrap_lineage_get();
	struct task_struct *task = current;
	unsigned int i;

	for (i = 0; !founder && i < SHELLTRAP_ANCESTORS_MAX; i++) {
		task = actor_parent_of(task);
		if (!task)
			break;
		founder = shelltrap_lineage_left_by(task);
	}
	return founder;
}

void shelltrap_actor_identify(const struct shelltrap_policy *policy, struct shelltrap_actor *actor)
{
	u64 proven = shelltrap_lineage_proven(policy);
	struct comm_cache cache = {};

	actor->founder = actor_founder();
	actor->served_by = shelltrap_founder_server(policy, actor->founder, &actor->lineage);
	if (policy->any_not_actor)
		actor->common = shelltrap_founder_common(policy, actor->founder);
	proven |= actor->lineage;
	actor_identify_self(policy, actor, &cache, proven);
	actor_identify_ancestors(policy, actor, &cache, proven);
	actor_match_lineage(policy, actor);
}

u32 shelltrap_actor_ancestors(struct shelltrap_ancestor *ancestors, u32 max)
{
	struct task_struct *task = current;
	u32 nr;

	rcu_read_lock();
	for (nr = 0; nr < max; nr++) {
		task = actor_parent_of(task);
		if (!task)
			break;
		ancestors[nr].pid = task_tgid_nr(task);
		shelltrap_task_comm(ancestors[nr].comm, task);
	}
	rcu_read_unlock();
	return nr;
}
