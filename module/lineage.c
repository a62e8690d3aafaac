// SPDX-License-Identifier: GPL-2.0
#include <linux/bitmap.h>
#include <linux/cred.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/hash.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include <linux/user_namespace.h>
#include <linux/vmalloc.h>
#include <linux/workqueue.h>

#include "account.h"
#include "compat.h"
#include "lineage.h"
#include "lookup.h"
#include "ruleset.h"
#include "target.h"
#include "task.h"

/* A bucket holds as many pointers as a cache line. */
#define PLACES		8
#define BUCKETS_BITS_MIN 12
#define BUCKETS_BITS_MAX 17

/* Places for each MiB of memory: four times as many as the kernel allows threads. */
#define PLACES_PER_MIB	32

#define FOUNDERS	2048
#define NAMED_PER_USER	64
#define LOCKS		64

/* How many processes the survey looks at in one RCU section, about. */
#define SURVEY_BATCH	512

/* How many servers in a chain of descent are kept apart. */
#define DEPTH_MAX	7

#define NOWHERE		-1

/*
 * A task is in its own bucket or, where that is full, in the other one of the pair. One
 * lock serves both.
 */
struct table {
	unsigned int bits;		/* of a bucket's number */
	struct task_struct **tasks;	/* PLACES of the first bucket, then of the next */
	struct shelltrap_founder **founders;
	u8 *used;			/* places of each bucket, up to the last that is taken */
	struct shelltrap_founder pool[FOUNDERS];
	DECLARE_BITMAP(taken, FOUNDERS);
	raw_spinlock_t locks[LOCKS];	/* for changes */
};

static struct table *table;
static atomic_t tasks;
static atomic64_t left_out;
static bool started;
static bool surveyed;		/* since the policy in force came */
static bool incomplete;		/* a task was left out since the last survey began */

static void repair(struct work_struct *work);
static DECLARE_DELAYED_WORK(repair_work, repair);

/* How long after a task was left out, at the least, all are looked at again. */
#define REPAIR_INTERVAL	(5 * HZ)

/* An int3 and its kind never come here. */
void shelltrap_lineage_left_out(void)
{
	atomic64_inc(&left_out);
	WRITE_ONCE(incomplete, true);
	if (READ_ONCE(started))
		schedule_delayed_work(&repair_work, REPAIR_INTERVAL);
}

static unsigned int bucket_of(const struct task_struct *task)
{
	return hash_ptr(task, table->bits);
}

/* The task's place in the bucket, or NOWHERE. */
static int place_in(unsigned int bucket, const struct task_struct *task)
{
	int place = bucket * PLACES, end = place + READ_ONCE(table->used[bucket]);

	for (; place < end; place++)
		/* Pairs with lineage_enter(): with the task comes its founder. */
		if (smp_load_acquire(&table->tasks[place]) == task)
			return place;
	return NOWHERE;
}

static int place_of(const struct task_struct *task)
{
	unsigned int bucket = bucket_of(task);
	int place = place_in(bucket, task);

	if (place == NOWHERE && READ_ONCE(table->used[bucket]) == PLACES)
		place = place_in(bucket ^ 1, task);
	return place;
}

static bool is_entered(const struct task_struct *task)
{
	return place_of(task) != NOWHERE;
}

/* A quick look: false for most tasks, and then the task is not entered. */
static bool may_be_entered(const struct task_struct *task)
{
	return atomic_read(&tasks) && READ_ONCE(table->used[bucket_of(task)]);
}

static bool founder_get(struct shelltrap_founder *founder)
{
	return atomic_inc_not_zero(&founder->tasks);
}

/* Drops a reference. A founder holds one on its predecessor, so walk the chain. */
static void founder_put(struct shelltrap_founder *founder)
{
	struct shelltrap_founder *before;

	for (; founder && atomic_dec_and_test(&founder->tasks); founder = before) {
		before = founder->before;
		clear_bit_unlock(founder - table->pool, table->taken);
	}
}

void shelltrap_lineage_put(const struct shelltrap_founder *founder)
{
	founder_put((struct shelltrap_founder *)founder);
}

/* What a founder is to be: on whose account, and what distinguishes it. */
struct founder_key {
	kuid_t user;
	const char *comm;
	const struct shelltrap_identity *identity;	/* NULL: by its name alone */
	const struct shelltrap_founder *before;
};

/* Which founders one user has: all, those by name alone, and one to share. */
struct founders_of_user {
	unsigned int nr, named;
	struct shelltrap_founder *alike;	/* referenced */
};

/*
 * May a task of @key share this founder? Never one of another lineage: the task would leave its
 * own, and be younger. Unless @exactly, any other of that user will do.
 */
static bool is_shareable(const struct shelltrap_founder *founder, const struct founder_key *key,
			 bool exactly)
{
	if (founder->before != key->before)
		return false;
	return !exactly || (founder->named && !key->identity &&
			    !strncmp(founder->comm, key->comm, TASK_COMM_LEN));
}

/* Looks through the pool. */
static void count_founders(struct founders_of_user *of, const struct founder_key *key,
			   bool exactly)
{
	struct shelltrap_founder *founder;
	unsigned long i;

	memset(of, 0, sizeof(*of));
	for_each_set_bit(i, table->taken, FOUNDERS) {
		founder = &table->pool[i];
		if (!founder_get(founder))
			continue;
		if (READ_ONCE(founder->ready) && uid_eq(founder->user, key->user)) {
			of->nr++;
			of->named += founder->named;
			if (!of->alike && is_shareable(founder, key, exactly)) {
				of->alike = founder;
				continue;
			}
		}
		founder_put(founder);
	}
}

static struct shelltrap_founder *founder_claim(void)
{
	unsigned long i;

	do {
		i = find_first_zero_bit(table->taken, FOUNDERS);
		if (i >= FOUNDERS)
			return NULL;
	} while (test_and_set_bit_lock(i, table->taken));
	memset(&table->pool[i], 0, sizeof(table->pool[i]));
	atomic_set(&table->pool[i].tasks, 1);
	return &table->pool[i];
}

/*
 * May the user have one more? As many as are still free: a user with many leaves room for
 * others. Founders by name alone, which cost a prctl(2), are few.
 */
static bool may_claim(const struct founders_of_user *of, bool named)
{
	unsigned int taken = bitmap_weight(table->taken, FOUNDERS);

	return of->nr < FOUNDERS - taken && !(named && of->named >= NAMED_PER_USER);
}

/*
 * A founder, referenced: a new one, or one that says the same, or where the user has too many
 * any of the user's. *@shared: it is not new. NULL where there is none, or where the lineage
 * that the task has must do.
 */
static struct shelltrap_founder *founder_new(const struct founder_key *key, bool *shared)
{
	struct shelltrap_founder *founder = NULL;
	struct founders_of_user of;

	count_founders(&of, key, true);
	*shared = of.alike;
	if (of.alike)
		return of.alike;
	if (may_claim(&of, !key->identity))
		founder = founder_claim();
	if (founder || key->before)
		return founder;
	count_founders(&of, key, false);
	*shared = of.alike;
	if (!of.alike)
		shelltrap_lineage_left_out();
	return of.alike;
}

/* With the lock of the buckets held. Returns false where all places are taken. */
static bool enter_bucket(unsigned int bucket, struct task_struct *task,
			 struct shelltrap_founder *founder)
{
	struct task_struct **places = &table->tasks[bucket * PLACES];
	unsigned int i;

	for (i = 0; i < PLACES && places[i]; i++)
		;
	if (i == PLACES)
		return false;
	WRITE_ONCE(table->founders[bucket * PLACES + i], founder);
	if (i >= table->used[bucket])
		WRITE_ONCE(table->used[bucket], i + 1);
	/* Pairs with place_in(). */
	smp_store_release(&places[i], task);
	atomic_inc(&tasks);
	return true;
}

/*
 * The three below need the lock of the task's buckets. The caller's reference to the founder
 * passes to the table.
 */
static void lineage_enter(struct task_struct *task, struct shelltrap_founder *founder)
{
	unsigned int bucket = bucket_of(task);

	if (enter_bucket(bucket, task, founder) || enter_bucket(bucket ^ 1, task, founder))
		return;
	shelltrap_lineage_left_out();
	founder_put(founder);
}

/* Replaces the founder of a task, or enters the task. */
static void change_founder(struct task_struct *task, struct shelltrap_founder *founder)
{
	struct shelltrap_founder *old;
	int place = place_of(task);

	if (place == NOWHERE) {
		lineage_enter(task, founder);
		return;
	}
	old = table->founders[place];
	/* Pairs with the read in founder_of(): the fields come with the founder. */
	smp_store_release(&table->founders[place], founder);
	founder_put(old);
}

static void lineage_remove(int place)
{
	unsigned int bucket = place / PLACES, used = table->used[bucket];

	WRITE_ONCE(table->tasks[place], NULL);
	/* What overflowed into the other bucket is found only as long as this one says full. */
	if (used < PLACES || !READ_ONCE(table->used[bucket ^ 1]))
		while (used && !table->tasks[bucket * PLACES + used - 1])
			used--;
	WRITE_ONCE(table->used[bucket], used);
	atomic_dec(&tasks);
	founder_put(table->founders[place]);
}

/*
 * Raw: a tracepoint may be called where other locks cannot be taken on PREEMPT_RT. No
 * interrupt takes one.
 */
static raw_spinlock_t *lock_of(const struct task_struct *task)
{
	return &table->locks[(bucket_of(task) / 2) % LOCKS];
}

/*
 * The founder of a task, referenced, or NULL. Takes no lock, though another CPU may change
 * it: memory in the pool is always a founder's, so a reference can be taken first. If the
 * founder is the task's then, the reference is right; if not, look again.
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
		if (!founder_get(founder))
			continue;
		if (READ_ONCE(table->tasks[place]) == task &&
		    READ_ONCE(table->founders[place]) == founder)
			return founder;
		founder_put(founder);
	}
}

const struct shelltrap_founder *shelltrap_lineage_get(void)
{
	return founder_of(current);
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
 * A server that descends from another is as old as that one: or it would be young again
 * by taking another name. It stays in the other's lineage, too.
 */
static void put_after(struct shelltrap_founder *founder, struct task_struct *task,
		      struct shelltrap_founder *before, u64 start)
{
	founder->before = before;
	founder->depth = before ? before->depth + 1 : 0;
	founder->start = before ? before->start : start;
	rcu_read_lock();
	founder->user_ns = before ? before->user_ns : __task_cred(task)->user_ns->ns.inum;
	rcu_read_unlock();
}

/* Does a founder that says the same precede it, or the last of so many? */
static bool is_enough(const struct shelltrap_founder *before, const char *comm,
		      const struct file *exe)
{
	return before && (before->depth == DEPTH_MAX ||
			  (!exe && !strncmp(before->comm, comm, TASK_COMM_LEN)));
}

static kuid_t user_of(struct task_struct *task)
{
	kuid_t user;

	rcu_read_lock();
	user = shelltrap_account_of(__task_cred(task));
	rcu_read_unlock();
	return user;
}

/* What the task, its name and its executable, if any, make of a new founder. */
static void founder_fill(struct shelltrap_founder *founder, struct task_struct *task,
			 const char *comm, const struct file *exe)
{
	founder->pid = task_tgid_nr(task);
	founder->user = user_of(task);
	founder->named = !exe;
	strscpy(founder->comm, comm, sizeof(founder->comm));
	if (exe)
		describe_exe(founder, exe);
}

/*
 * A founder like @task, of that name, with that executable if any, that serves since
 * @start; referenced, not yet in the table. NULL where there is no room, or no need.
 * A shared one is not to be changed any more: *@shared.
 */
static struct shelltrap_founder *founder_like(struct task_struct *task, const char *comm,
					      const struct file *exe, u64 start, bool *shared)
{
	struct shelltrap_founder *before = founder_of(task);
	struct shelltrap_identity identity;
	struct founder_key key = {
		.user = user_of(task),
		.comm = comm,
		.identity = exe ? &identity : NULL,
		.before = before,
	};
	struct shelltrap_founder *founder;

	if (exe)
		shelltrap_identity_of(file_inode(exe), &identity);
	founder = is_enough(before, comm, exe) ? NULL : founder_new(&key, shared);
	if (!founder || *shared) {
		founder_put(before);
		return founder;
	}
	founder_fill(founder, task, comm, exe);
	put_after(founder, task, before, start);
	return founder;
}

/* Of the process: a thread may be younger than what its process runs. */
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

/* Puts @task into the lineage of @founder; the caller's reference passes to the table. */
static void lineage_join(struct task_struct *task, struct shelltrap_founder *founder)
{
	raw_spin_lock(lock_of(task));
	change_founder(task, founder);
	raw_spin_unlock(lock_of(task));
}

/* Puts @task into the lineage of @other, if that has one and @task has none. */
static void lineage_inherit(struct task_struct *task, const struct task_struct *other)
{
	struct shelltrap_founder *founder = founder_of(other);

	if (!founder)
		return;
	raw_spin_lock(lock_of(task));
	if (is_entered(task))
		founder_put(founder);
	else
		lineage_enter(task, founder);
	raw_spin_unlock(lock_of(task));
}

void shelltrap_lineage_forked(struct task_struct *parent, struct task_struct *child)
{
	if (may_be_entered(parent))
		lineage_inherit(child, parent);
}

/* Two CPUs may do so at once. A CPU that has entered the task again removes that entry, too. */
static void lineage_forget(struct task_struct *task)
{
	int place = place_of(task);

	if (place == NOWHERE)
		return;
	raw_spin_lock(lock_of(task));
	if (table->tasks[place] == task)
		lineage_remove(place);
	raw_spin_unlock(lock_of(task));
}

void shelltrap_lineage_exited(struct task_struct *task)
{
	if (may_be_entered(task))
		lineage_forget(task);
}

/*
 * For a task that another task has entered: if it exits just now it may have looked for its
 * entry before that. It has set PF_EXITING first.
 */
static void forget_if_exiting(struct task_struct *task)
{
	smp_mb(); /* between the entry and the look at the flag */
	if (READ_ONCE(task->flags) & PF_EXITING)
		lineage_forget(task);
}

/* The threads of a server's leader belong to its lineage, the older ones, too. */
static void take_in_threads(struct task_struct *leader)
{
	struct task_struct *thread;

	rcu_read_lock();
	for_each_thread(leader, thread) {
		lineage_inherit(thread, leader);
		forget_if_exiting(thread);
	}
	rcu_read_unlock();
}

/* By itself or by another thread. An exec names its task, too: then lineage_ran() comes. */
void shelltrap_lineage_renamed(struct task_struct *task, const char *comm)
{
	struct shelltrap_founder *founder;
	bool shared = false;

	if (current->in_execve || !same_thread_group(task, current) || !is_server_name(comm))
		return;
	founder = founder_like(task, comm, NULL, start_of(task), &shared);
	if (!founder)
		return;
	WRITE_ONCE(founder->ready, true);
	lineage_join(task, founder);
	forget_if_exiting(task);
	if (thread_group_leader(task))
		take_in_threads(task);
}

/* May what it runs make it a server? Preemption off costs less than the RCU read lock. */
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

/* @exe must be a runtime. For other tasks than current this may sleep. */
static bool what_it_runs(char runs[SHELLTRAP_RUNS_MAX + 1], struct task_struct *task,
			 const struct file *exe)
{
	char program[64];

	rcu_read_lock();
	strscpy(program, shelltrap_name_of(exe->f_path.dentry), sizeof(program));
	rcu_read_unlock();
	return shelltrap_task_runs(runs, task, program);
}

/* @runs: "" if @exe is no runtime, or not known. */
static void found_lineage(struct task_struct *task, const struct file *exe, const char *runs,
			  u64 start)
{
	struct shelltrap_founder *founder;
	char comm[TASK_COMM_LEN];
	bool shared = false;

	shelltrap_task_comm(comm, task);
	founder = founder_like(task, comm, exe, start, &shared);
	if (!founder)
		return;
	if (!shared)
		strscpy(founder->runs, runs, sizeof(founder->runs));
	if (!is_server(founder)) {
		founder_put(founder);
		return;
	}
	WRITE_ONCE(founder->ready, true);
	lineage_join(task, founder);
}

/* Out of line: hardly any exec comes here, and it takes a large frame. */
static noinline void ran(const struct file *file, bool hosted)
{
	char runs[SHELLTRAP_RUNS_MAX + 1] = "";

	if (hosted)
		what_it_runs(runs, current, file);
	found_lineage(current, file, runs, ktime_get_boot_fast_ns());
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

/* Another policy may make a task of any lineage a server; but none is found twice. */
static void survey_found(struct task_struct *task, const struct file *exe, const char *runs)
{
	struct shelltrap_founder *founder = founder_of(task);

	if (exe && !(founder && is_alike(founder, task, exe, runs)))
		found_lineage(task, exe, runs, start_of(task));
	founder_put(founder);
}

/*
 * Processes of runtimes that a batch of the survey has found; each referenced. Their arguments
 * are read after it, where one may sleep.
 */
struct runtimes {
	struct task_struct *tasks[SURVEY_BATCH];
	unsigned int nr;
};

/* The survey looks at older tasks first: the parent has been looked at. */
static void survey_task(struct task_struct *task, struct runtimes *runtimes)
{
	struct file *exe = shelltrap_task_exe(task);

	lineage_inherit(task, rcu_dereference(task->real_parent));
	if (!is_entered(task) && task != task->group_leader)
		lineage_inherit(task, task->group_leader);
	survey_found(task, exe, "");
	if (runtimes && exe && thread_group_leader(task) && is_runtime(exe))
		runtimes->tasks[runtimes->nr++] = get_task_struct(task);
	if (exe)
		fput(exe);
	forget_if_exiting(task);
}

/* Threads that were servers by their own names have entries of their own. */
static void survey_threads(struct task_struct *leader, const struct file *exe, const char *runs)
{
	struct task_struct *thread;

	rcu_read_lock();
	lineage_inherit(leader, rcu_dereference(leader->real_parent));
	for_each_thread(leader, thread) {
		if (thread == leader || is_entered(thread))
			survey_found(thread, exe, runs);
		else
			lineage_inherit(thread, leader);
		forget_if_exiting(thread);
	}
	rcu_read_unlock();
}

/* A process whose memory is locked just now has another turn: with the next survey. */
static void survey_runtime(struct task_struct *leader)
{
	struct file *exe = shelltrap_task_exe(leader);
	char runs[SHELLTRAP_RUNS_MAX + 1];

	if (!exe)
		return;
	if (!what_it_runs(runs, leader, exe))
		shelltrap_lineage_left_out();
	if (runs[0])
		survey_threads(leader, exe, runs);
	fput(exe);
}

/* Returns whether there were any: what descends from them was looked at before them. */
static bool survey_runtimes(struct runtimes *runtimes)
{
	bool any = runtimes->nr;

	while (runtimes->nr) {
		survey_runtime(runtimes->tasks[--runtimes->nr]);
		put_task_struct(runtimes->tasks[runtimes->nr]);
		cond_resched();
	}
	return any;
}

/*
 * The list of processes is in the order of their starts, nearly: two that start at once may
 * have changed places. So a batch begins a little before the end of the last one.
 */
#define SURVEY_OVERLAP	(100 * NSEC_PER_MSEC)

/* Looks at processes that started about @from or later. Returns where to go on. */
static u64 survey_batch(u64 from, struct runtimes *runtimes)
{
	struct task_struct *process, *thread;
	unsigned int nr = 0;
	u64 next = U64_MAX;

	rcu_read_lock();
	for_each_process(process) {
		if (process->start_boottime + SURVEY_OVERLAP < from)
			continue;
		if (process->start_boottime > from)
			nr++;
		if (nr == SURVEY_BATCH / 2 || (runtimes && runtimes->nr == SURVEY_BATCH)) {
			next = process->start_boottime;
			break;
		}
		for_each_thread(process, thread)
			survey_task(thread, runtimes);
	}
	rcu_read_unlock();
	return next;
}

/* All tasks there are, in batches. */
static void survey_all(struct runtimes *runtimes)
{
	bool again = false;
	u64 from;

	for (from = 0; from != U64_MAX; from = survey_batch(from, runtimes)) {
		if (runtimes)
			again |= survey_runtimes(runtimes);
		cond_resched();
	}
	if (runtimes && (survey_runtimes(runtimes) || again))
		survey_all(NULL);
}

void shelltrap_lineage_invalidate(void)
{
	WRITE_ONCE(surveyed, false);
}

void shelltrap_lineage_survey(void)
{
	static DEFINE_MUTEX(mutex);
	struct runtimes *runtimes;

	if (!READ_ONCE(started))
		return;
	mutex_lock(&mutex);
	WRITE_ONCE(incomplete, false);
	runtimes = kvzalloc(sizeof(*runtimes), GFP_KERNEL);
	if (!runtimes)
		shelltrap_lineage_left_out();
	survey_all(runtimes);
	kvfree(runtimes);
	WRITE_ONCE(surveyed, true);
	mutex_unlock(&mutex);
}

/* Tasks that had no room may find some now; what descends from a living relative is found. */
static void repair(struct work_struct *work)
{
	shelltrap_lineage_survey();
}

void shelltrap_lineage_start(void)
{
	WRITE_ONCE(started, true);
	shelltrap_lineage_survey();
}

bool shelltrap_lineage_may_descend_from_server(void)
{
	return is_entered(current) || !READ_ONCE(surveyed) || READ_ONCE(incomplete);
}

void shelltrap_lineage_read(struct shelltrap_lineage_counters *counters)
{
	counters->tasks = atomic_read(&tasks);
	counters->left_out = atomic64_read(&left_out);
}

static unsigned int bits_for_memory(void)
{
	u64 mib = (u64)totalram_pages() >> (20 - PAGE_SHIFT);
	u64 buckets = mib * PLACES_PER_MIB / PLACES;

	return clamp_t(unsigned int, ilog2(buckets | 1) + 1, BUCKETS_BITS_MIN, BUCKETS_BITS_MAX);
}

static void free_table(void)
{
	vfree(table->tasks);
	vfree(table->founders);
	vfree(table->used);
	vfree(table);
}

int shelltrap_lineage_init(void)
{
	unsigned int i;
	size_t places;

	table = vzalloc(sizeof(*table));
	if (!table)
		return -ENOMEM;
	table->bits = bits_for_memory();
	places = (size_t)PLACES << table->bits;
	table->tasks = vzalloc(array_size(places, sizeof(*table->tasks)));
	table->founders = vzalloc(array_size(places, sizeof(*table->founders)));
	table->used = vzalloc((size_t)1 << table->bits);
	if (!table->tasks || !table->founders || !table->used) {
		free_table();
		return -ENOMEM;
	}
	for (i = 0; i < LOCKS; i++)
		raw_spin_lock_init(&table->locks[i]);
	return 0;
}

void shelltrap_lineage_exit(void)
{
	WRITE_ONCE(started, false);
	cancel_delayed_work_sync(&repair_work);
	free_table();
}
