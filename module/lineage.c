// SPDX-License-Identifier: GPL-2.0
#include <linux/bitmap.h>
#include <linux/cred.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/hash.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include <linux/user_namespace.h>
#include <linux/vmalloc.h>

#include "compat.h"
#include "lineage.h"
#include "lookup.h"
#include "ruleset.h"
#include "target.h"
#include "task.h"

/*
 * A task can be in any of the places of one bucket: as many pointers as fit a line of
 * the cache. Half full, one in some hundred tasks finds no place.
 */
#define PLACES		8
#define BUCKETS_BITS	12
#define FOUNDERS	2048
#define LOCKS		64

/* How many servers one behind the other are told apart. */
#define DEPTH_MAX	7

#define NOWHERE		-1

struct table {
	struct task_struct *tasks[PLACES << BUCKETS_BITS];	/* one bucket after the other */
	struct shelltrap_founder *founders[PLACES << BUCKETS_BITS];
	u8 used[1 << BUCKETS_BITS];	/* places of it, up to the last that is taken */
	struct shelltrap_founder pool[FOUNDERS];
	DECLARE_BITMAP(taken, FOUNDERS);
	raw_spinlock_t locks[LOCKS];	/* for changes; each of many buckets */
};

/* Processes of runtimes, found where their arguments can't be read; each referenced. */
struct runtimes {
	struct task_struct *tasks[510];
	unsigned int nr;
};

static struct table *table;
static atomic_t tasks;
static atomic64_t left_out;
static bool started;
static bool surveyed;		/* since the policy in force is so */

static unsigned int bucket_of(const struct task_struct *task)
{
	return hash_ptr(task, BUCKETS_BITS);
}

/* Where the task is entered, or NOWHERE. */
static int place_of(const struct task_struct *task)
{
	unsigned int bucket = bucket_of(task);
	int place = bucket * PLACES, end = place + READ_ONCE(table->used[bucket]);

	for (; place < end; place++)
		/* Pairs with enter(): with the task comes its founder. */
		if (smp_load_acquire(&table->tasks[place]) == task)
			return place;
	return NOWHERE;
}

static bool is_entered(const struct task_struct *task)
{
	return place_of(task) != NOWHERE;
}

/* Quick, and false for most: is anybody where it would be? */
static bool may_be_entered(const struct task_struct *task)
{
	return atomic_read(&tasks) && READ_ONCE(table->used[bucket_of(task)]);
}

const struct shelltrap_founder *shelltrap_lineage_mine(void)
{
	int place = place_of(current);

	return place == NOWHERE ? NULL : READ_ONCE(table->founders[place]);
}

/* Held by the caller until it leaves it. */
static struct shelltrap_founder *new_founder(void)
{
	unsigned long i;

	do {
		i = find_first_zero_bit(table->taken, FOUNDERS);
		if (i >= FOUNDERS) {
			atomic64_inc(&left_out);
			return NULL;
		}
	} while (test_and_set_bit_lock(i, table->taken));
	memset(&table->pool[i], 0, sizeof(table->pool[i]));
	atomic_set(&table->pool[i].tasks, 1);
	return &table->pool[i];
}

/*
 * Whoever asked for it and then had no use for it is as good as one that left. It is
 * of the line of the one before it, too.
 */
static void leave(struct shelltrap_founder *founder)
{
	struct shelltrap_founder *before;

	for (; founder && atomic_dec_and_test(&founder->tasks); founder = before) {
		before = founder->before;
		clear_bit_unlock(founder - table->pool, table->taken);
	}
}

/*
 * To be called with the bucket's lock held, as the two that follow. The caller's hold on
 * the founder passes to the table.
 */
static void enter(struct task_struct *task, struct shelltrap_founder *founder)
{
	unsigned int bucket = bucket_of(task), i;
	struct task_struct **places = &table->tasks[bucket * PLACES];

	for (i = 0; i < PLACES && places[i]; i++)
		;
	if (i == PLACES) {
		atomic64_inc(&left_out);
		leave(founder);
		return;
	}
	WRITE_ONCE(table->founders[bucket * PLACES + i], founder);
	if (i >= table->used[bucket])
		WRITE_ONCE(table->used[bucket], i + 1);
	/* Pairs with place_of(). */
	smp_store_release(&places[i], task);
	atomic_inc(&tasks);
}

/* In the place of its old founder, if it has one. */
static void change_founder(struct task_struct *task, struct shelltrap_founder *founder)
{
	struct shelltrap_founder *old;
	int place = place_of(task);

	if (place == NOWHERE) {
		enter(task, founder);
		return;
	}
	old = table->founders[place];
	/* Pairs with the look at it in founder_of(): with it comes what is in it. */
	smp_store_release(&table->founders[place], founder);
	leave(old);
}

static void remove(int place)
{
	unsigned int bucket = place / PLACES, used = table->used[bucket];

	WRITE_ONCE(table->tasks[place], NULL);
	while (used && !table->tasks[bucket * PLACES + used - 1])
		used--;
	WRITE_ONCE(table->used[bucket], used);
	atomic_dec(&tasks);
	leave(table->founders[place]);
}

/*
 * Raw, as a tracepoint may be called where others can't be taken on PREEMPT_RT. No
 * interrupt ever takes one.
 */
static raw_spinlock_t *lock_of(const struct task_struct *task)
{
	return &table->locks[bucket_of(task) % LOCKS];
}

/*
 * That of a task that may be changing its own, or NULL; to be left. It takes no lock: a
 * founder's memory is always one's, so it can be held first; if it is the task's then, it
 * is so by right, and if not there is another by now, or none.
 */
static struct shelltrap_founder *founder_of(const struct task_struct *task)
{
	struct shelltrap_founder *founder;
	int place;

	for (;;) {
		place = place_of(task);
		if (place == NOWHERE)
			return NULL;
		founder = READ_ONCE(table->founders[place]);
		if (!atomic_inc_not_zero(&founder->tasks))
			continue;
		if (READ_ONCE(table->tasks[place]) == task &&
		    READ_ONCE(table->founders[place]) == founder)
			return founder;
		leave(founder);
	}
}

static void describe_exe(struct shelltrap_founder *founder, const struct file *exe)
{
	const char *name;

	shelltrap_identity_of(file_inode(exe), &founder->identity);
	rcu_read_lock();
	name = shelltrap_name_of(exe->f_path.dentry);
	if (strscpy(founder->exe, name, sizeof(founder->exe)) < 0)
		founder->exe[0] = '\0';
	rcu_read_unlock();
}

static u64 own_sets(const struct shelltrap_policy *policy,
		    const struct shelltrap_founder *founder)
{
	return shelltrap_policy_watched_sets(policy, founder->comm, SHELLTRAP_NAME_OF_TASK) |
	       shelltrap_policy_watched_sets(policy, founder->exe, SHELLTRAP_NAME_OF_FILE) |
	       shelltrap_policy_hosted_sets(policy, founder->exe, founder->runs) |
	       shelltrap_policy_file_sets(policy, &founder->identity);
}

u64 shelltrap_founder_sets(const struct shelltrap_policy *policy,
			   const struct shelltrap_founder *founder)
{
	u64 sets = 0;

	for (; founder; founder = founder->before)
		sets |= own_sets(policy, founder);
	return sets;
}

/*
 * A server that descends from another is as old as that: or it would be young again by
 * taking another name. And it is of that one's line still.
 */
static void put_behind(struct shelltrap_founder *founder, struct task_struct *task,
		       struct shelltrap_founder *before, u64 start)
{
	founder->before = before;
	founder->depth = before ? before->depth + 1 : 0;
	founder->start = before ? before->start : start;
	rcu_read_lock();
	founder->user_ns = before ? before->user_ns : __task_cred(task)->user_ns->ns.inum;
	rcu_read_unlock();
}

/* One that says the same, or the last of so many, will do for what comes after it. */
static bool is_enough(const struct shelltrap_founder *before, const char *comm,
		      const struct file *exe)
{
	return before && (before->depth == DEPTH_MAX ||
			  (!exe && !strncmp(before->comm, comm, TASK_COMM_LEN)));
}

/*
 * A founder like @task, of that name, with that executable if any, that serves since
 * @start; not yet in the table. NULL where there is no room, or no need.
 */
static struct shelltrap_founder *founder_like(struct task_struct *task, const char *comm,
					      const struct file *exe, u64 start)
{
	struct shelltrap_founder *before = founder_of(task);
	struct shelltrap_founder *founder;

	founder = is_enough(before, comm, exe) ? NULL : new_founder();
	if (!founder) {
		leave(before);
		return NULL;
	}
	founder->pid = task_tgid_nr(task);
	strscpy(founder->comm, comm, sizeof(founder->comm));
	if (exe)
		describe_exe(founder, exe);
	put_behind(founder, task, before, start);
	return founder;
}

/* Of threads it is the process that counts: one may have come after what it runs. */
static u64 start_of(const struct task_struct *task)
{
	return task->group_leader->start_boottime;
}

static bool is_server(const struct shelltrap_founder *founder)
{
	const struct shelltrap_policy *policy;
	bool is;

	rcu_read_lock();
	policy = shelltrap_ruleset_current()->policy;
	is = own_sets(policy, founder) & policy->actors;
	rcu_read_unlock();
	return is;
}

static bool is_server_name(const char *comm)
{
	const struct shelltrap_policy *policy;
	bool is;

	rcu_read_lock();
	policy = shelltrap_ruleset_current()->policy;
	is = shelltrap_policy_name_sets(policy, comm, SHELLTRAP_NAME_OF_TASK) & policy->actors;
	rcu_read_unlock();
	return is;
}

/* Puts @task into the line of @founder; the caller's hold on that passes to the table. */
static void join(struct task_struct *task, struct shelltrap_founder *founder)
{
	raw_spin_lock(lock_of(task));
	change_founder(task, founder);
	raw_spin_unlock(lock_of(task));
}

/* Puts @task into the line of @other, if that has one and @task has none. */
static void inherit(struct task_struct *task, const struct task_struct *other)
{
	struct shelltrap_founder *founder = founder_of(other);

	if (!founder)
		return;
	raw_spin_lock(lock_of(task));
	if (is_entered(task))
		leave(founder);
	else
		enter(task, founder);
	raw_spin_unlock(lock_of(task));
}

void shelltrap_lineage_forked(struct task_struct *parent, struct task_struct *child)
{
	if (may_be_entered(parent))
		inherit(child, parent);
}

/* It may be forgotten by two at once; and who enters it again forgets it after that, too. */
static void forget(struct task_struct *task)
{
	int place = place_of(task);

	if (place == NOWHERE)
		return;
	raw_spin_lock(lock_of(task));
	if (table->tasks[place] == task)
		remove(place);
	raw_spin_unlock(lock_of(task));
}

void shelltrap_lineage_exited(struct task_struct *task)
{
	if (may_be_entered(task))
		forget(task);
}

/*
 * For a task that was entered by another: if it exits just now it may not have found
 * that; but it has said first that it exits.
 */
static void forget_if_exiting(struct task_struct *task)
{
	smp_mb(); /* between the entry and the look at the flag */
	if (READ_ONCE(task->flags) & PF_EXITING)
		forget(task);
}

/* What the leader is called, its threads are, those that were there before included. */
static void take_in_threads(struct task_struct *leader)
{
	struct task_struct *thread;

	rcu_read_lock();
	for_each_thread(leader, thread) {
		inherit(thread, leader);
		forget_if_exiting(thread);
	}
	rcu_read_unlock();
}

/* By itself or by another thread. An exec names its task, too, but says more of it later. */
void shelltrap_lineage_renamed(struct task_struct *task, const char *comm)
{
	struct shelltrap_founder *founder;

	if (current->in_execve || !same_thread_group(task, current) || !is_server_name(comm))
		return;
	founder = founder_like(task, comm, NULL, start_of(task));
	if (!founder)
		return;
	join(task, founder);
	forget_if_exiting(task);
	if (thread_group_leader(task))
		take_in_threads(task);
}

/* May what it runs make it a server? To have preemption off costs less than RCU's lock. */
static inline bool is_runtime(const struct file *exe)
{
	const struct shelltrap_policy *policy;
	bool is;

	preempt_disable();
	policy = shelltrap_ruleset_current()->policy;
	is = policy->nr_hosted &&
	     (shelltrap_policy_watched_sets(policy, shelltrap_name_of(exe->f_path.dentry),
					    SHELLTRAP_NAME_OF_RUNTIME) & policy->actors);
	preempt_enable();
	return is;
}

/* It must be a runtime. Of other tasks than current it may sleep. */
static void what_it_runs(char runs[SHELLTRAP_RUNS_MAX + 1], struct task_struct *task,
			 const struct file *exe)
{
	char program[64];

	rcu_read_lock();
	strscpy(program, shelltrap_name_of(exe->f_path.dentry), sizeof(program));
	rcu_read_unlock();
	shelltrap_task_runs(runs, task, program);
}

/* @runs: "" for what is no runtime, or not known. */
static void found(struct task_struct *task, const struct file *exe, const char *runs, u64 start)
{
	struct shelltrap_founder *founder;
	char comm[TASK_COMM_LEN];

	shelltrap_task_comm(comm, task);
	founder = founder_like(task, comm, exe, start);
	if (!founder)
		return;
	strscpy(founder->runs, runs, sizeof(founder->runs));
	if (is_server(founder))
		join(task, founder);
	else
		leave(founder);
}

/* Out of line: hardly any exec comes here, and it takes a large frame. */
static noinline void ran(const struct file *file, bool hosted)
{
	char runs[SHELLTRAP_RUNS_MAX + 1] = "";

	if (hosted)
		what_it_runs(runs, current, file);
	found(current, file, runs, ktime_get_boot_fast_ns());
}

void shelltrap_lineage_ran(const struct file *file, bool becomes_server)
{
	bool hosted = is_runtime(file);

	if (becomes_server || hosted)
		ran(file, hosted);
}

static bool is_alike(const struct shelltrap_founder *founder, struct task_struct *task,
		     const struct file *exe, const char *runs)
{
	struct shelltrap_identity identity;
	char comm[TASK_COMM_LEN];

	shelltrap_task_comm(comm, task);
	shelltrap_identity_of(file_inode(exe), &identity);
	return !strcmp(founder->comm, comm) &&
	       !memcmp(&founder->identity, &identity, sizeof(identity)) &&
	       (!runs[0] || !strcmp(founder->runs, runs));
}

/* Under another policy it may be one, of whatever line it is; but it need not be found twice. */
static void survey_found(struct task_struct *task, const struct file *exe, const char *runs)
{
	struct shelltrap_founder *founder = founder_of(task);

	if (exe && !(founder && is_alike(founder, task, exe, runs)))
		found(task, exe, runs, start_of(task));
	leave(founder);
}

/* Its arguments are read when one may sleep. */
static void put_off(struct runtimes *runtimes, struct task_struct *task)
{
	if (runtimes->nr < ARRAY_SIZE(runtimes->tasks))
		runtimes->tasks[runtimes->nr++] = get_task_struct(task);
	else
		shelltrap_lineage_left_out();
}

/* Its parent has been looked at before it, as that is older. */
static void survey_task(struct task_struct *task, struct runtimes *runtimes)
{
	struct file *exe = shelltrap_task_exe(task);

	inherit(task, rcu_dereference(task->real_parent));
	if (!is_entered(task) && task != task->group_leader)
		inherit(task, task->group_leader);
	survey_found(task, exe, "");
	if (runtimes && exe && thread_group_leader(task) && is_runtime(exe))
		put_off(runtimes, task);
	if (exe)
		fput(exe);
	forget_if_exiting(task);
}

static void survey_tasks(struct runtimes *runtimes)
{
	struct task_struct *process, *task;

	rcu_read_lock();
	for_each_process_thread(process, task)
		survey_task(task, runtimes);
	rcu_read_unlock();
}

/* Of its threads, those have entries of their own that were servers by their names. */
static void survey_threads(struct task_struct *leader, const struct file *exe, const char *runs)
{
	struct task_struct *thread;

	rcu_read_lock();
	inherit(leader, rcu_dereference(leader->real_parent));
	for_each_thread(leader, thread) {
		if (thread == leader || is_entered(thread))
			survey_found(thread, exe, runs);
		else
			inherit(thread, leader);
		forget_if_exiting(thread);
	}
	rcu_read_unlock();
}

static void survey_runtime(struct task_struct *leader)
{
	struct file *exe = shelltrap_task_exe(leader);
	char runs[SHELLTRAP_RUNS_MAX + 1];

	if (!exe)
		return;
	what_it_runs(runs, leader, exe);
	if (runs[0])
		survey_threads(leader, exe, runs);
	fput(exe);
}

static void survey_runtimes(struct runtimes *runtimes)
{
	unsigned int i;

	for (i = 0; i < runtimes->nr; i++) {
		survey_runtime(runtimes->tasks[i]);
		put_task_struct(runtimes->tasks[i]);
	}
}

void shelltrap_lineage_invalidate(void)
{
	WRITE_ONCE(surveyed, false);
}

void shelltrap_lineage_survey(void)
{
	struct runtimes *runtimes;

	if (!READ_ONCE(started))
		return;
	runtimes = kzalloc(sizeof(*runtimes), GFP_KERNEL);
	if (!runtimes)
		shelltrap_lineage_left_out();
	survey_tasks(runtimes);
	/* What descends from those comes after them. */
	if (runtimes && runtimes->nr) {
		survey_runtimes(runtimes);
		survey_tasks(NULL);
	}
	kfree(runtimes);
	WRITE_ONCE(surveyed, true);
}

void shelltrap_lineage_start(void)
{
	WRITE_ONCE(started, true);
	shelltrap_lineage_survey();
}

void shelltrap_lineage_left_out(void)
{
	atomic64_inc(&left_out);
}

bool shelltrap_lineage_may_descend_from_server(void)
{
	return is_entered(current) || !READ_ONCE(surveyed) || atomic64_read(&left_out);
}

void shelltrap_lineage_read(struct shelltrap_lineage_counters *counters)
{
	counters->tasks = atomic_read(&tasks);
	counters->left_out = atomic64_read(&left_out);
}

int shelltrap_lineage_init(void)
{
	unsigned int i;

	table = vzalloc(sizeof(*table));
	if (!table)
		return -ENOMEM;
	for (i = 0; i < LOCKS; i++)
		raw_spin_lock_init(&table->locks[i]);
	return 0;
}

void shelltrap_lineage_exit(void)
{
	vfree(table);
}
