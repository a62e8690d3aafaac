// SPDX-License-Identifier: GPL-2.0
#include <linux/bitmap.h>
#include <linux/cred.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/hash.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/mount.h>
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
#include "event.h"
#include "evidence.h"
#include "lineage.h"
#include "lookup.h"
#include "ruleset.h"
#include "target.h"
#include "task.h"

/* Places for tasks in a bucket: as many pointers as fit into a cache line of 64 bytes. */
#define PLACES		8
#define BUCKETS_BITS_MIN 12
#define BUCKETS_BITS_MAX 17

/*
 * Number of places for each MiB of memory: four times the number of threads that the kernel
 * allows for that memory.
 */
#define PLACES_PER_MIB	32

#define FOUNDERS	2048
#define NAMED_PER_USER	64
#define LOCKS		64

/* About how many processes the survey examines in one RCU read-side section. */
#define SURVEY_BATCH	512

/*
 * Largest number of founders that precede a founder. A server that would exceed it stays in the
 * lineage that it has.
 */
#define DEPTH_MAX	7

#define NOWHERE		-1

/*
 * Buckets form pairs, whose numbers differ in the lowest bit. A task is in the bucket of its
 * hash or, if that is full, in the other bucket of the pair. One lock serves both buckets.
 */
struct table {
	struct task_struct **tasks;	/* the places of bucket 0, then those of bucket 1, ... */
	struct shelltrap_founder **founders;
	u32 *branches;			/* 0: the task is in none */
	struct shelltrap_founder pool[FOUNDERS];
	DECLARE_BITMAP(taken, FOUNDERS);
	raw_spinlock_t locks[LOCKS];	/* taken by writers; readers take no lock */
};

struct shelltrap_lineage_look shelltrap_lineage_look = {
	.doubts = BIT(SHELLTRAP_LINEAGE_STALE),
};

static struct table *table;
static atomic_t tasks;
static atomic64_t left_out;
static bool started;
static atomic_t invalidations;
static atomic_t wanted;		/* counts what makes a survey necessary */
static bool names_decide;	/* no call of listen() is seen */
static atomic_t last_branch;

/* The branches that were ended last: none of their tasks may fork. */
#define DOOMED_MAX	64

static u32 doomed[DOOMED_MAX];
static bool any_doomed;		/* a branch or a founder is */
static DEFINE_RAW_SPINLOCK(evidence_lock);	/* taken to change the evidence of founders */

static void repair(struct work_struct *work);
static DECLARE_DELAYED_WORK(repair_work, repair);

/* A survey begins this long after a task was left out, or after a server has become one late. */
#define REPAIR_INTERVAL	(5 * HZ)
#define LATE_INTERVAL	HZ

static bool is_doubted(enum shelltrap_lineage_doubt doubt)
{
	return test_bit(doubt, &shelltrap_lineage_look.doubts);
}

static void want_survey(enum shelltrap_lineage_doubt why, unsigned long interval)
{
	set_bit(why, &shelltrap_lineage_look.doubts);
	atomic_inc(&wanted);
	if (READ_ONCE(started))
		schedule_delayed_work(&repair_work, interval);
}

/* Must not be called in a probe's handler, which may run in an int3: it queues delayed work. */
void shelltrap_lineage_left_out(void)
{
	atomic64_inc(&left_out);
	want_survey(SHELLTRAP_LINEAGE_INCOMPLETE, REPAIR_INTERVAL);
}

void shelltrap_lineage_listen_missed(void)
{
	want_survey(SHELLTRAP_LINEAGE_INCOMPLETE, LATE_INTERVAL);
}

void shelltrap_lineage_names_decide(void)
{
	WRITE_ONCE(names_decide, true);
}

static void no_room(void)
{
	shelltrap_lineage_left_out();
	shelltrap_event_lineage_full();
}

/* Returns the place of the task in this bucket, or NOWHERE. */
static int place_in(unsigned int bucket, const struct task_struct *task)
{
	int place = bucket * PLACES, end = place + READ_ONCE(shelltrap_lineage_look.used[bucket]);

	for (; place < end; place++)
		/* Pairs with enter_bucket(): a reader that sees the task also sees its founder. */
		if (smp_load_acquire(&table->tasks[place]) == task)
			return place;
	return NOWHERE;
}

static int place_of(const struct task_struct *task)
{
	unsigned int bucket = shelltrap_lineage_bucket(task);
	int place = place_in(bucket, task);

	if (place == NOWHERE && READ_ONCE(shelltrap_lineage_look.used[bucket]) == PLACES)
		place = place_in(bucket ^ 1, task);
	return place;
}

bool shelltrap_lineage_has(const struct task_struct *task)
{
	return place_of(task) != NOWHERE;
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

u64 shelltrap_lineage_origin(const struct shelltrap_founder *founder)
{
	if (!founder)
		return 0;
	while (founder->before)
		founder = founder->before;
	/* A process founds one lineage at a time, and no two start in the same nanosecond. */
	return (founder->start ^ (u64)founder->pid << 40) ?: 1;
}

void shelltrap_lineage_put(const struct shelltrap_founder *founder)
{
	founder_put((struct shelltrap_founder *)founder);
}

/* Describes the founder that a new server needs. */
struct founder_key {
	kuid_t user;
	const char *comm;
	const struct shelltrap_identity *identity;	/* NULL: known by name alone */
	const struct shelltrap_founder *before;
	u32 branch;			/* of the task, in the lineage of "before" */
	bool serves;
	bool holder;
};

/*
 * The founders that one user has: the number of all, the number of those known by name alone,
 * and one that may be shared.
 */
struct founders_of_user {
	unsigned int nr, named;
	struct shelltrap_founder *alike;	/* holds a reference; NULL: none can be shared */
};

/*
 * May a task that needs a founder of @key share this founder of the same user? The founder must
 * have the same predecessor and branch: otherwise the task would leave its own lineage, and would
 * seem to have started later. If @exactly, both must also be known by name alone, and by the same
 * name, and both must serve or neither. Otherwise the founder serves from now on if the task does:
 * an alert too many of the same user is better than one too few.
 */
static bool is_shareable(const struct shelltrap_founder *founder, const struct founder_key *key,
			 bool exactly)
{
	if (founder->before != key->before || founder->branch != key->branch ||
	    founder->holder || key->holder)
		return false;
	return !exactly || (founder->named && !key->identity &&
			    founder->evidence.serves == key->serves &&
			    !strncmp(founder->comm, key->comm, TASK_COMM_LEN));
}

/* Counts the user's founders in the pool, and takes a reference to one that may be shared. */
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
		/* Pairs with the release of "ready": the other fields are complete. */
		if (smp_load_acquire(&founder->ready) && uid_eq(founder->user, key->user)) {
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
	/* Pairs with founder_get() of a reader that finds the bit set: it sees no old fields. */
	atomic_set_release(&table->pool[i].tasks, 1);
	return &table->pool[i];
}

/*
 * May the user have another founder? A user may have as many founders as are free, so a user
 * with many founders leaves some for others. A founder known by name alone needs only a call of
 * prctl(2), so each user may have only NAMED_PER_USER of them.
 */
static bool may_claim(const struct founders_of_user *of, bool named)
{
	unsigned int taken = bitmap_weight(table->taken, FOUNDERS);

	return of->nr < FOUNDERS - taken && !(named && of->named >= NAMED_PER_USER);
}

/* Marks a founder as that of more than one process. @founder may be NULL. */
static struct shelltrap_founder *share(struct shelltrap_founder *founder)
{
	if (founder)
		WRITE_ONCE(founder->shared, true);
	return founder;
}

/*
 * Returns a founder with a reference. If the user has one for the same key, it is shared. Else
 * the founder is new. If the user may have no more founders and the task is in no lineage, any
 * founder of the user without a predecessor is shared. *@shared is false only for a new
 * founder. Returns NULL if none is available; a task that is in a lineage then stays in it.
 */
static struct shelltrap_founder *founder_new(const struct founder_key *key, bool *shared)
{
	struct shelltrap_founder *founder = NULL;
	struct founders_of_user of;

	count_founders(&of, key, true);
	*shared = of.alike;
	if (of.alike)
		return share(of.alike);
	if (may_claim(&of, !key->identity))
		founder = founder_claim();
	if (founder || key->before || key->holder)
		return founder;
	count_founders(&of, key, false);
	*shared = of.alike;
	if (!of.alike)
		no_room();
	return share(of.alike);
}

/* The caller holds the lock of the bucket. Returns false if all places are taken. */
static bool enter_bucket(unsigned int bucket, struct task_struct *task,
			 struct shelltrap_founder *founder, u32 branch)
{
	struct task_struct **places = &table->tasks[bucket * PLACES];
	unsigned int i;

	for (i = 0; i < PLACES && places[i]; i++)
		;
	if (i == PLACES)
		return false;
	WRITE_ONCE(table->founders[bucket * PLACES + i], founder);
	WRITE_ONCE(table->branches[bucket * PLACES + i], branch);
	if (i >= shelltrap_lineage_look.used[bucket])
		WRITE_ONCE(shelltrap_lineage_look.used[bucket], i + 1);
	/* Pairs with place_in(): founder and branch must be visible before the task. */
	smp_store_release(&places[i], task);
	atomic_inc(&tasks);
	return true;
}

/*
 * lineage_enter(), change_founder() and lineage_remove() need the lock of the task's buckets.
 * The first two give the caller's reference to @founder to the table.
 */
static void lineage_enter(struct task_struct *task, struct shelltrap_founder *founder, u32 branch)
{
	unsigned int bucket = shelltrap_lineage_bucket(task);

	if (enter_bucket(bucket, task, founder, branch) ||
	    enter_bucket(bucket ^ 1, task, founder, branch))
		return;
	no_room();
	founder_put(founder);
}

/* Gives a task in the table another founder, or enters a task that is not in the table. */
static void change_founder(struct task_struct *task, struct shelltrap_founder *founder, u32 branch)
{
	struct shelltrap_founder *old;
	int place = place_of(task);

	if (place == NOWHERE) {
		lineage_enter(task, founder, branch);
		return;
	}
	old = table->founders[place];
	/*
	 * Pairs with the reads in membership_of(): the founder's fields must be visible before
	 * the pointer, and the pointer before the branch.
	 */
	smp_store_release(&table->founders[place], founder);
	smp_wmb(); /* Pairs with membership_of(). */
	WRITE_ONCE(table->branches[place], branch);
	founder_put(old);
}

static void lineage_remove(int place)
{
	unsigned int bucket = place / PLACES, used = shelltrap_lineage_look.used[bucket];

	WRITE_ONCE(table->tasks[place], NULL);
	/*
	 * A task that did not fit into this bucket is in the other one, and is searched there
	 * only while this bucket counts as full. Therefore a full bucket must not shrink while
	 * the other is in use.
	 */
	if (used < PLACES || !READ_ONCE(shelltrap_lineage_look.used[bucket ^ 1]))
		while (used && !table->tasks[bucket * PLACES + used - 1])
			used--;
	WRITE_ONCE(shelltrap_lineage_look.used[bucket], used);
	atomic_dec(&tasks);
	founder_put(table->founders[place]);
}

/*
 * Raw spinlocks: a tracepoint may be called with preemption off, where PREEMPT_RT forbids other
 * spinlocks. No interrupt handler takes them, so interrupts stay enabled.
 */
static raw_spinlock_t *lock_of(const struct task_struct *task)
{
	return &table->locks[(shelltrap_lineage_bucket(task) / 2) % LOCKS];
}

/* The same lineage has a task if it has this founder, and the same branch. */
struct membership {
	struct shelltrap_founder *founder;	/* with a reference, or NULL */
	u32 branch;
};

/*
 * Takes no lock, although another CPU may change the founder at the same time. The memory of the
 * pool always holds founders, so it is safe to take a reference first and to check afterwards
 * whether the founder still belongs to the task. If it does not, search again. A branch of the
 * next founder is not taken for one of this: that founder would then be seen here.
 */
static struct membership membership_of(const struct task_struct *task)
{
	struct membership of;
	int place;

	for (;;) {
		place = place_of(task);
		if (place == NOWHERE)
			return (struct membership){};
		of.founder = READ_ONCE(table->founders[place]);
		if (!founder_get(of.founder))
			continue;
		of.branch = READ_ONCE(table->branches[place]);
		smp_rmb(); /* Pairs with change_founder(). */
		if (READ_ONCE(table->tasks[place]) == task &&
		    READ_ONCE(table->founders[place]) == of.founder)
			return of;
		founder_put(of.founder);
	}
}

/* Returns the founder of a task with a reference, or NULL. */
static struct shelltrap_founder *founder_of(const struct task_struct *task)
{
	return membership_of(task).founder;
}

const struct shelltrap_founder *shelltrap_lineage_get(void)
{
	return founder_of(current);
}

/* As membership_of(). What a holder starts belongs to no lineage until it serves itself. */
static struct membership membership_before(const struct task_struct *task)
{
	struct membership before = membership_of(task);

	if (before.founder && before.founder->holder) {
		founder_put(before.founder);
		before = (struct membership){};
	}
	return before;
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

/* The sets of a founder by its names and its file, whether it serves or not. */
static u64 name_sets(const struct shelltrap_policy *policy,
		     const struct shelltrap_founder *founder)
{
	return shelltrap_policy_watched_sets(policy, founder->comm, SHELLTRAP_NAME_OF_TASK) |
	       shelltrap_policy_watched_sets(policy, founder->exe, SHELLTRAP_NAME_OF_FILE) |
	       shelltrap_policy_file_sets(policy, &founder->identity);
}

static u64 runs_sets(const struct shelltrap_policy *policy,
		     const struct shelltrap_founder *founder)
{
	return shelltrap_policy_hosted_sets(policy, founder->exe, founder->runs);
}

/* The sets in which the names of a founder are more than a hint. */
static u64 proven_sets(const struct shelltrap_policy *policy,
		       const struct shelltrap_founder *founder)
{
	if (READ_ONCE(founder->evidence.serves) || READ_ONCE(names_decide))
		return ~0ULL;
	return ~policy->serving;
}

static u64 own_sets(const struct shelltrap_policy *policy,
		    const struct shelltrap_founder *founder)
{
	u64 names;

	if (founder->holder)
		return 0;
	names = name_sets(policy, founder) | runs_sets(policy, founder);
	return (names & proven_sets(policy, founder)) |
	       shelltrap_evidence_sets(policy, &founder->evidence);
}

/* Not by the names that the policy watches: what leaves a server out need not be watched. */
static u64 lasting_sets(const struct shelltrap_policy *policy,
			const struct shelltrap_founder *founder)
{
	if (READ_ONCE(founder->shared))
		return 0;
	return shelltrap_policy_name_sets(policy, founder->comm, SHELLTRAP_NAME_OF_TASK) |
	       shelltrap_policy_name_sets(policy, founder->exe, SHELLTRAP_NAME_OF_FILE) |
	       shelltrap_policy_file_sets(policy, &founder->identity) |
	       runs_sets(policy, founder);
}

u64 shelltrap_founder_common(const struct shelltrap_policy *policy,
			     const struct shelltrap_founder *founder)
{
	u64 common = ~0ULL;
	bool any = false;

	for (; founder; founder = founder->before) {
		if (!(own_sets(policy, founder) & policy->actors))
			continue;
		common &= lasting_sets(policy, founder);
		any = true;
	}
	return any ? common : 0;
}

const struct shelltrap_founder *shelltrap_founder_server(const struct shelltrap_policy *policy,
							 const struct shelltrap_founder *founder,
							 u64 *sets)
{
	const struct shelltrap_founder *server = NULL;
	u64 own;

	for (*sets = 0; founder; founder = founder->before) {
		own = own_sets(policy, founder);
		*sets |= own;
		if (!server && (own & policy->actors))
			server = founder;
	}
	return server;
}

enum shelltrap_matched shelltrap_founder_own_matched(const struct shelltrap_policy *policy,
						     const struct shelltrap_founder *founder)
{
	u64 actors = policy->actors;

	if (shelltrap_policy_watched_sets(policy, founder->comm, SHELLTRAP_NAME_OF_TASK) & actors)
		return SHELLTRAP_MATCHED_COMM;
	if (shelltrap_policy_watched_sets(policy, founder->exe, SHELLTRAP_NAME_OF_FILE) & actors)
		return SHELLTRAP_MATCHED_EXE;
	if (shelltrap_policy_file_sets(policy, &founder->identity) & actors)
		return SHELLTRAP_MATCHED_FILE;
	if (runs_sets(policy, founder) & actors)
		return SHELLTRAP_MATCHED_RUNS;
	return shelltrap_evidence_sets(policy, &founder->evidence) & actors ?
		       SHELLTRAP_MATCHED_PORT : 0;
}

enum shelltrap_matched shelltrap_founder_matched(const struct shelltrap_policy *policy,
						 const struct shelltrap_founder *founder,
						 u16 *port)
{
	u64 proven = proven_sets(policy, founder) & policy->actors;

	if (name_sets(policy, founder) & proven)
		return SHELLTRAP_MATCHED_LINEAGE;
	if (runs_sets(policy, founder) & proven)
		return SHELLTRAP_MATCHED_RUNS;
	*port = shelltrap_evidence_port(policy, &founder->evidence, policy->actors);
	return SHELLTRAP_MATCHED_PORT;
}

u64 shelltrap_lineage_proven(const struct shelltrap_policy *policy)
{
	if (READ_ONCE(names_decide))
		return ~0ULL;
	if (!is_doubted(SHELLTRAP_LINEAGE_STALE) && !is_doubted(SHELLTRAP_LINEAGE_INCOMPLETE))
		return ~policy->serving;
	return shelltrap_lineage_has(current) ? ~policy->serving : ~0ULL;
}

const struct shelltrap_founder *shelltrap_lineage_left_by(const struct task_struct *task)
{
	return membership_before(task).founder;
}

/*
 * A server that descends from another server inherits the age of that server: otherwise it
 * could make itself look younger by changing its name. It also stays in the older lineage.
 */
static void put_after(struct shelltrap_founder *founder, struct task_struct *task,
		      struct shelltrap_founder *before, const struct file *exe, u64 start)
{
	founder->before = before;
	founder->depth = before ? before->depth + 1 : 0;
	founder->start = before ? before->start : start;
	rcu_read_lock();
	founder->user_ns = before ? before->user_ns : __task_cred(task)->user_ns->ns.inum;
	rcu_read_unlock();
	if (before)
		founder->origin = before->origin;
	else
		shelltrap_origin_describe(&founder->origin, task, exe);
}

/* A process that may be a server, or a thread that may be one by its name. */
struct candidate {
	struct task_struct *task;
	const char *comm;
	const struct file *exe;		/* its executable, or NULL: only the name counts */
	const char *runs;		/* what a runtime runs; "": no runtime, or unknown */
	struct shelltrap_evidence evidence;
	u64 start;			/* since when it may serve, in ns since boot */
	bool holder;
};

/*
 * Can the task do without a new founder? It can if its lineage has the largest depth, or if it
 * is known by name alone and its present founder has that name.
 */
static bool is_enough(const struct shelltrap_founder *before, const struct candidate *candidate)
{
	if (!before)
		return false;
	if (before->depth == DEPTH_MAX)
		return true;
	return !candidate->exe && !strncmp(before->comm, candidate->comm, TASK_COMM_LEN) &&
	       (before->evidence.serves || !candidate->evidence.serves);
}

static kuid_t user_of(struct task_struct *task)
{
	kuid_t user;

	rcu_read_lock();
	user = shelltrap_account_of(__task_cred(task));
	rcu_read_unlock();
	return user;
}

/* Fills a new founder, apart from its place among other founders. */
static void founder_fill(struct shelltrap_founder *founder, const struct candidate *candidate)
{
	founder->pid = task_tgid_nr(candidate->task);
	founder->user = user_of(candidate->task);
	founder->named = !candidate->exe;
	founder->holder = candidate->holder;
	founder->evidence = candidate->evidence;
	strscpy(founder->comm, candidate->comm, sizeof(founder->comm));
	strscpy(founder->runs, candidate->runs, sizeof(founder->runs));
	if (candidate->exe)
		describe_exe(founder, candidate->exe);
}

static void add_evidence(struct shelltrap_founder *founder,
			 const struct shelltrap_evidence *evidence)
{
	if (!founder || founder->holder || !evidence->serves)
		return;
	raw_spin_lock(&evidence_lock);
	shelltrap_evidence_merge(&founder->evidence, evidence);
	raw_spin_unlock(&evidence_lock);
}

/*
 * Returns a founder for the candidate, with a reference, which is not yet in the table. Returns
 * NULL if no founder is available or none is needed: then the founder that the task has gets
 * the evidence. If *@shared is true, other tasks use the founder, and the caller must not
 * change it.
 */
static struct shelltrap_founder *founder_like(const struct candidate *candidate, bool *shared)
{
	struct membership of = membership_before(candidate->task);
	struct shelltrap_founder *before = of.founder;
	struct shelltrap_identity identity;
	struct founder_key key = {
		.user = user_of(candidate->task),
		.comm = candidate->comm,
		.identity = candidate->exe ? &identity : NULL,
		.before = before,
		.branch = of.branch,
		.serves = candidate->evidence.serves,
		.holder = candidate->holder,
	};
	struct shelltrap_founder *founder;

	if (candidate->exe)
		shelltrap_identity_of(file_inode(candidate->exe), &identity);
	founder = is_enough(before, candidate) ? NULL : founder_new(&key, shared);
	if (!founder || *shared) {
		add_evidence(founder ?: before, &candidate->evidence);
		founder_put(before);
		return founder;
	}
	founder_fill(founder, candidate);
	put_after(founder, candidate->task, before, candidate->exe, candidate->start);
	founder->branch = of.branch;
	return founder;
}

/*
 * The start time of the process: a thread may have been created after the process began to run
 * its program.
 */
static u64 start_of(const struct task_struct *task)
{
	return task->group_leader->start_boottime;
}

/*
 * The sets whose servers this executable never is, whatever it does. Its name counts only if
 * nobody but root can give it: the file is root's, and not on a file system that a user has
 * mounted, which always is one without set-user-ID.
 */
static u64 never_sets(const struct shelltrap_policy *policy, const struct file *exe)
{
	const char *name;

	if (!uid_eq(file_inode(exe)->i_uid, GLOBAL_ROOT_UID) ||
	    (exe->f_path.mnt->mnt_flags & MNT_NOSUID))
		return 0;
	name = shelltrap_name_of(exe->f_path.dentry);
	return shelltrap_policy_name_sets(policy, name, SHELLTRAP_NAME_OF_NEVER);
}

/*
 * The sets of actors in which the candidate is: by its ports, and by its names. Without evidence
 * its names are a hint, which may become more. The caller holds the RCU read lock.
 */
static u64 candidate_sets(const struct shelltrap_policy *policy, const struct candidate *candidate)
{
	struct shelltrap_founder like = {};
	u64 sets;

	founder_fill(&like, candidate);
	sets = (name_sets(policy, &like) | runs_sets(policy, &like) |
		shelltrap_evidence_sets(policy, &candidate->evidence)) & policy->actors;
	return sets && candidate->exe ? sets & ~never_sets(policy, candidate->exe) : sets;
}

/* Does it hold a web port without being a server, so that what it starts may get the socket? */
static bool is_holder(const struct shelltrap_policy *policy, const struct candidate *candidate)
{
	u64 sets = shelltrap_evidence_sets(policy, &candidate->evidence) & policy->actors;

	return sets && candidate->exe && (never_sets(policy, candidate->exe) & sets);
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

/* Puts @task into the lineage of @founder. Gives the caller's reference to the table. */
static void lineage_join(struct task_struct *task, struct shelltrap_founder *founder)
{
	raw_spin_lock(lock_of(task));
	change_founder(task, founder, 0);
	raw_spin_unlock(lock_of(task));
}

/* Puts @task into the lineage of @other, unless @task is in the table already. */
void shelltrap_lineage_inherit(struct task_struct *task, const struct task_struct *other)
{
	struct membership of = membership_of(other);

	if (!of.founder)
		return;
	raw_spin_lock(lock_of(task));
	if (shelltrap_lineage_has(task))
		founder_put(of.founder);
	else
		lineage_enter(task, of.founder, of.branch);
	raw_spin_unlock(lock_of(task));
}

static bool precedes(const struct shelltrap_founder *older,
		     const struct shelltrap_founder *founder)
{
	do
		founder = founder->before;
	while (founder && founder != older);
	return founder;
}

/*
 * Does @founder take over a task of @old? It does if it has begun to serve since: it follows
 * @old, or @old is only a hint.
 */
static bool takes_over(const struct shelltrap_founder *founder,
		       const struct shelltrap_founder *old)
{
	if (founder == old || founder->holder || precedes(founder, old))
		return false;
	return precedes(old, founder) || (READ_ONCE(founder->evidence.serves) &&
					  !READ_ONCE(old->evidence.serves));
}

/*
 * Puts @task into the lineage of @other, its parent or the leader of its process, if @task is
 * in none, or was forked before @other became a server.
 */
static void lineage_follow(struct task_struct *task, const struct task_struct *other)
{
	struct membership of = membership_of(other);
	int place;

	if (!of.founder)
		return;
	raw_spin_lock(lock_of(task));
	place = place_of(task);
	if (place == NOWHERE)
		lineage_enter(task, of.founder, of.branch);
	else if (takes_over(of.founder, table->founders[place]))
		change_founder(task, of.founder, of.branch);
	else
		founder_put(of.founder);
	raw_spin_unlock(lock_of(task));
}

static bool is_doomed_branch(u32 branch)
{
	unsigned int i;

	for (i = 0; branch && i < DOOMED_MAX; i++)
		if (READ_ONCE(doomed[i]) == branch)
			return true;
	return false;
}

/*
 * Is @task in a branch or below a server that is ended? A server may be in a branch itself, of the
 * lineage of the server before it.
 */
static bool is_doomed(const struct task_struct *task)
{
	struct membership of = membership_of(task);
	const struct shelltrap_founder *founder;
	u32 branch = of.branch;
	bool is = false;

	for (founder = of.founder; founder && !is; founder = founder->before) {
		is = READ_ONCE(founder->doomed) || is_doomed_branch(branch);
		branch = founder->branch;
	}
	founder_put(of.founder);
	return is;
}

bool shelltrap_lineage_is_doomed(const struct task_struct *task)
{
	return READ_ONCE(any_doomed) && is_doomed(task);
}

/*
 * Kills all that is doomed. A task that has been killed cannot fork any more, and what it has
 * forked before comes after it in the list: so nothing gets ahead of this. A task that is not in
 * the table, as it had no room or is being forked, is known by its parent.
 */
static void end_doomed(struct work_struct *unused)
{
	struct task_struct *process, *task;

	rcu_read_lock();
	for_each_process_thread(process, task)
		if (!is_global_init(task) && !(task->flags & (PF_KTHREAD | PF_EXITING)) &&
		    !fatal_signal_pending(task) &&
		    is_doomed(shelltrap_lineage_has(task) ? task :
							    rcu_dereference(task->real_parent)))
			send_sig(SIGKILL, task, 1);
	rcu_read_unlock();
}

static DECLARE_WORK(end_work, end_doomed);

void shelltrap_lineage_end_child(struct task_struct *child)
{
	smp_mb(); /* Pairs with lineage_doom(): the entry is seen there, or the mark here. */
	if (!shelltrap_lineage_is_doomed(child))
		return;
	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		schedule_work(&end_work);
	else
		send_sig(SIGKILL, child, 1);
}

static void lineage_doom(void)
{
	WRITE_ONCE(any_doomed, true);
	smp_mb(); /* Pairs with shelltrap_lineage_end_child(). */
}

void shelltrap_lineage_doom_branch(u32 branch)
{
	static atomic_t next;

	WRITE_ONCE(doomed[(u32)atomic_inc_return(&next) % DOOMED_MAX], branch);
	lineage_doom();
}

void shelltrap_lineage_doom_server(const struct shelltrap_founder *founder)
{
	WRITE_ONCE(table->pool[founder - table->pool].doomed, true);
	lineage_doom();
}

void shelltrap_lineage_end(void)
{
	end_doomed(NULL);
}

/* Two CPUs may remove the same task at the same time: look again under the lock. */
void shelltrap_lineage_forget(struct task_struct *task)
{
	int place = place_of(task);

	if (place == NOWHERE)
		return;
	raw_spin_lock(lock_of(task));
	if (table->tasks[place] == task)
		lineage_remove(place);
	raw_spin_unlock(lock_of(task));
}

/*
 * Must follow each entry of a task other than current. A task that exits at the same time may
 * have searched the table before the entry, and would then stay in the table for ever. An
 * exiting task sets PF_EXITING before it searches.
 */
static void forget_if_exiting(struct task_struct *task)
{
	smp_mb(); /* the entry comes before the read of the flag */
	if (READ_ONCE(task->flags) & PF_EXITING)
		shelltrap_lineage_forget(task);
}

/*
 * When the leader of a process becomes a server, all threads of the process join its lineage,
 * including the threads that are already running.
 */
static void take_in_threads(struct task_struct *leader)
{
	struct task_struct *thread;

	rcu_read_lock();
	for_each_thread(leader, thread) {
		lineage_follow(thread, leader);
		forget_if_exiting(thread);
	}
	rcu_read_unlock();
}

/* Puts the task of the candidate into a lineage of its own. */
static void found_lineage(const struct candidate *candidate)
{
	struct shelltrap_founder *founder;
	bool shared = false;

	founder = founder_like(candidate, &shared);
	if (!founder)
		return;
	/* Pairs with count_founders(): another task may share it, with all its fields. */
	smp_store_release(&founder->ready, true);
	lineage_join(candidate->task, founder);
}

/* Did the process of @task found the lineage, and is nobody else using the founder? */
static bool is_own(const struct shelltrap_founder *founder, struct task_struct *task)
{
	return founder->pid == task_tgid_nr(task) && !READ_ONCE(founder->shared) &&
	       !founder->holder;
}

static bool is_alike(const struct shelltrap_founder *founder, const struct candidate *candidate)
{
	struct shelltrap_identity identity;

	if (strncmp(founder->comm, candidate->comm, TASK_COMM_LEN) ||
	    (candidate->evidence.serves && !founder->evidence.serves))
		return false;
	if (!candidate->exe)
		return true;
	shelltrap_identity_of(file_inode(candidate->exe), &identity);
	return !memcmp(&founder->identity, &identity, sizeof(identity)) &&
	       (!candidate->runs[0] || !strcmp(founder->runs, candidate->runs));
}

/* A daemon that forks after its start runs what its parent ran. */
static void inherit_runs(struct candidate *candidate, const struct shelltrap_founder *founder)
{
	struct shelltrap_identity identity;

	if (candidate->runs[0] || !candidate->exe)
		return;
	shelltrap_identity_of(file_inode(candidate->exe), &identity);
	if (!memcmp(&founder->identity, &identity, sizeof(identity)))
		candidate->runs = founder->runs;
}

/* Does the candidate need a founder of its own, beside @founder, that of its lineage or NULL? */
static bool needs_founder(struct candidate *candidate, const struct shelltrap_founder *founder)
{
	const struct shelltrap_policy *policy;
	bool needs;
	u64 sets, known;

	rcu_read_lock();
	policy = shelltrap_ruleset_current()->policy;
	sets = candidate_sets(policy, candidate);
	candidate->holder = !sets && !founder && is_holder(policy, candidate);
	shelltrap_founder_server(policy, founder, &known);
	needs = candidate->holder || (sets & ~known);
	rcu_read_unlock();
	return needs;
}

/*
 * Makes the candidate a server if it is one: by a new founder, or by new evidence for the
 * founder that its process has.
 */
static void consider(struct candidate *candidate)
{
	struct shelltrap_founder *founder = founder_of(candidate->task);

	if (founder) {
		if (is_own(founder, candidate->task))
			add_evidence(founder, &candidate->evidence);
		inherit_runs(candidate, founder);
	}
	if (!(founder && is_alike(founder, candidate)) && needs_founder(candidate, founder))
		found_lineage(candidate);
	founder_put(founder);
}

/*
 * A thread renames itself or another thread of its process. An exec renames its task, too; that
 * is ignored, because shelltrap_lineage_ran() follows.
 */
void shelltrap_lineage_rename(struct task_struct *task, const char *comm)
{
	struct candidate candidate = {
		.task = task, .comm = comm, .runs = "", .start = start_of(task),
	};

	if (!same_thread_group(task, current) || !is_server_name(comm))
		return;
	shelltrap_evidence_of_current(&candidate.evidence);
	consider(&candidate);
	forget_if_exiting(task);
	if (thread_group_leader(task))
		take_in_threads(task);
}

static bool has_children(struct task_struct *leader)
{
	struct task_struct *thread;
	bool has = false;

	rcu_read_lock();
	for_each_thread(leader, thread)
		has |= !list_empty(&thread->children);
	rcu_read_unlock();
	return has;
}

/* The name by which current is a server: its own, if that is a server's, or its leader's. */
static void serving_comm(char comm[TASK_COMM_LEN])
{
	shelltrap_task_comm(comm, current);
	if (!is_server_name(comm))
		shelltrap_task_comm(comm, current->group_leader);
}

/*
 * A holder may have its sockets made by a child that runs the same program, as systemd does, and
 * get them from there. So the parent may be a holder, too.
 */
static void consider_parent(struct candidate *candidate)
{
	struct task_struct *parent;
	struct file *exe;

	rcu_read_lock();
	parent = get_task_struct(rcu_dereference(current->real_parent)->group_leader);
	rcu_read_unlock();
	exe = shelltrap_task_exe(parent);
	if (exe && file_inode(exe) == file_inode(candidate->exe)) {
		candidate->task = parent;
		candidate->exe = exe;
		candidate->start = start_of(parent);
		consider(candidate);
		take_in_threads(parent);
		forget_if_exiting(parent);
	}
	if (exe)
		fput(exe);
	put_task_struct(parent);
}

void shelltrap_lineage_listened(const struct sock *sk)
{
	struct task_struct *leader = current->group_leader;
	struct candidate candidate = { .task = leader, .runs = "", .start = start_of(leader) };
	struct shelltrap_founder *old, *new;
	char comm[TASK_COMM_LEN];
	struct file *exe;

	/* Without an executable the process is exiting. */
	exe = shelltrap_task_exe(current);
	if (!exe || !shelltrap_evidence_add(&candidate.evidence, sk))
		goto out;
	/* It may have listened before, when nothing made it a server. */
	shelltrap_evidence_of_current(&candidate.evidence);
	candidate.exe = exe;
	serving_comm(comm);
	candidate.comm = comm;
	old = founder_of(leader);
	consider(&candidate);
	take_in_threads(leader);
	forget_if_exiting(leader);
	new = founder_of(leader);
	/* Children that were forked before this are in another lineage, or in none. */
	if (new && new != old && has_children(leader))
		want_survey(SHELLTRAP_LINEAGE_LATE, LATE_INTERVAL);
	founder_put(new);
	founder_put(old);
	if (candidate.holder)
		consider_parent(&candidate);
out:
	if (exe)
		fput(exe);
}

/*
 * Can the program that @exe runs make the task a server? Disabling preemption protects the
 * policy as the RCU read lock does, and costs less.
 */
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

/* @exe must be a runtime. May sleep if @task is not current. */
static bool what_it_runs(char runs[SHELLTRAP_RUNS_MAX + 1], struct task_struct *task,
			 const struct file *exe)
{
	char program[64];

	rcu_read_lock();
	strscpy(program, shelltrap_name_of(exe->f_path.dentry), sizeof(program));
	rcu_read_unlock();
	return shelltrap_task_runs(runs, task, program);
}

static bool runs_server(const struct candidate *candidate)
{
	const struct shelltrap_policy *policy;
	struct shelltrap_founder like = {};
	bool is;

	founder_fill(&like, candidate);
	rcu_read_lock();
	policy = shelltrap_ruleset_current()->policy;
	is = runs_sets(policy, &like) & policy->actors;
	rcu_read_unlock();
	return is;
}

/*
 * The first program below a holder gets the holder's socket, or has nothing more to do with it.
 * A holder's own helper programs only pass the socket on.
 */
static void leave_holder(struct candidate *candidate)
{
	const struct shelltrap_policy *policy;
	bool serves, passes;

	rcu_read_lock();
	policy = shelltrap_ruleset_current()->policy;
	serves = candidate_sets(policy, candidate);
	passes = never_sets(policy, candidate->exe) & policy->actors;
	rcu_read_unlock();
	if (serves)
		found_lineage(candidate);
	else if (!passes)
		shelltrap_lineage_forget(candidate->task);
}

/* Not inline: few execs come here, and the variables would enlarge the caller's frame. */
static noinline void ran(const struct file *file, bool named, bool hosted, bool held)
{
	char runs[SHELLTRAP_RUNS_MAX + 1] = "", comm[TASK_COMM_LEN];
	struct candidate candidate = {
		.task = current, .comm = comm, .exe = file, .runs = runs,
		.start = ktime_get_boot_fast_ns(),
	};
	const struct shelltrap_policy *policy;
	bool found;

	shelltrap_task_comm(comm, current);
	if (hosted)
		what_it_runs(runs, current, file);
	if (!named && !held && !runs_server(&candidate))
		return;
	shelltrap_evidence_of_current(&candidate.evidence);
	if (held) {
		leave_holder(&candidate);
		return;
	}
	rcu_read_lock();
	policy = shelltrap_ruleset_current()->policy;
	found = candidate_sets(policy, &candidate);
	rcu_read_unlock();
	if (found)
		found_lineage(&candidate);
}

bool shelltrap_lineage_is_held(void)
{
	struct shelltrap_founder *founder;
	bool is;

	if (!shelltrap_lineage_may_have(current))
		return false;
	founder = founder_of(current);
	is = founder && founder->holder;
	founder_put(founder);
	return is;
}

void shelltrap_lineage_ran(const struct file *file, bool becomes_server)
{
	bool hosted = is_runtime(file), held = shelltrap_lineage_is_held();

	if (becomes_server || hosted || held)
		ran(file, becomes_server, hosted, held);
}

/* Numbers come again after 2^32 branches: 0 is left out, and what an ended branch has. */
static u32 new_branch(void)
{
	u32 branch;

	do {
		branch = atomic_inc_return(&last_branch);
	} while (!branch || (READ_ONCE(any_doomed) && is_doomed_branch(branch)));
	return branch;
}

/*
 * Puts @task into @branch, or into a new one if that is 0. Returns the branch of @task then; 0: it
 * is in no lineage.
 */
static u32 enter_branch(const struct task_struct *task, u32 branch)
{
	u32 entered = 0;
	int place;

	raw_spin_lock(lock_of(task));
	place = place_of(task);
	if (place != NOWHERE && !table->branches[place])
		WRITE_ONCE(table->branches[place], branch ?: new_branch());
	if (place != NOWHERE)
		entered = table->branches[place];
	raw_spin_unlock(lock_of(task));
	return entered;
}

void shelltrap_lineage_branch_off(void)
{
	struct membership of = membership_of(current);
	bool server = !of.founder || of.founder->holder ||
		      of.founder->pid == task_tgid_nr(current);

	founder_put(of.founder);
	if (!server && !of.branch)
		enter_branch(current, 0);
}

u32 shelltrap_lineage_branch(void)
{
	return enter_branch(current, 0);
}

/*
 * Puts a program into a branch that a server has run before the module knew of the server. A
 * process that runs the server's executable counts as a part of the server: workers do. @other:
 * its parent, or the leader of its process.
 */
static void survey_branch(struct task_struct *task, const struct file *exe,
			  const struct task_struct *other)
{
	struct membership of = membership_of(task), before = membership_of(other);
	struct shelltrap_founder *founder = of.founder;
	struct shelltrap_identity identity;

	if (!founder || founder->holder || founder->named || of.branch ||
	    founder->pid == task_tgid_nr(task))
		goto out;
	shelltrap_identity_of(file_inode(exe), &identity);
	if (memcmp(&founder->identity, &identity, sizeof(identity)))
		enter_branch(task, before.founder == founder ? before.branch : 0);
out:
	founder_put(of.founder);
	founder_put(before.founder);
}

/*
 * Under a new policy a task can be a server although it is in a lineage already. @evidence: of
 * its process.
 */
static void survey_found(struct task_struct *task, const struct file *exe, const char *runs,
			 const struct shelltrap_evidence *evidence)
{
	char comm[TASK_COMM_LEN];
	struct candidate candidate = {
		.task = task, .comm = comm, .exe = exe, .runs = runs, .evidence = *evidence,
		.start = start_of(task),
	};

	if (!exe)
		return;
	shelltrap_task_comm(comm, task);
	consider(&candidate);
}

/*
 * The runtime processes that one batch of the survey has found, each with a reference. Their
 * arguments are read after the batch, outside the RCU section, because that may sleep.
 */
struct runtimes {
	struct task_struct *tasks[SURVEY_BATCH];
	unsigned int nr;
};

/*
 * A batch has room for as many processes as it examines. While a thread other than the leader
 * executes a program, two threads of a process may look like its leader.
 */
static void note_runtime(struct runtimes *runtimes, struct task_struct *leader)
{
	if (runtimes->nr < ARRAY_SIZE(runtimes->tasks))
		runtimes->tasks[runtimes->nr++] = get_task_struct(leader);
	else
		shelltrap_lineage_left_out();
}

/* What a holder has started has run a program since: it serves by its own sockets or not at all. */
static void survey_parent(struct task_struct *task, const struct task_struct *parent)
{
	struct shelltrap_founder *founder = founder_of(parent);

	if (founder && !founder->holder)
		lineage_follow(task, parent);
	founder_put(founder);
}

/* The survey examines older tasks first, so the parent has been examined already. */
static void survey_task(struct task_struct *task, const struct shelltrap_evidence *evidence,
			struct runtimes *runtimes)
{
	struct file *exe = shelltrap_task_exe(task);

	survey_parent(task, rcu_dereference(task->real_parent));
	if (task != task->group_leader)
		lineage_follow(task, task->group_leader);
	survey_found(task, exe, "", evidence);
	if (exe)
		survey_branch(task, exe, thread_group_leader(task) ?
						 rcu_dereference(task->real_parent) :
						 task->group_leader);
	if (runtimes && exe && thread_group_leader(task) && is_runtime(exe))
		note_runtime(runtimes, task);
	if (exe)
		fput(exe);
	forget_if_exiting(task);
}

static void survey_process(struct task_struct *process, struct runtimes *runtimes)
{
	struct shelltrap_evidence evidence = {};
	struct task_struct *thread;

	shelltrap_evidence_of(&evidence, process);
	for_each_thread(process, thread)
		survey_task(thread, &evidence, runtimes);
}

/*
 * A thread that is in the table already may be a server by its own name: then it has a founder
 * of its own, and is examined by itself.
 */
static void survey_threads(struct task_struct *leader, const struct file *exe, const char *runs)
{
	struct shelltrap_evidence evidence = {};
	struct task_struct *thread;

	rcu_read_lock();
	/* It may have been reaped since: then nothing would remove its entry. */
	if (!pid_alive(leader)) {
		rcu_read_unlock();
		return;
	}
	shelltrap_evidence_of(&evidence, leader);
	survey_parent(leader, rcu_dereference(leader->real_parent));
	for_each_thread(leader, thread) {
		if (thread == leader || shelltrap_lineage_has(thread))
			survey_found(thread, exe, runs, &evidence);
		else
			shelltrap_lineage_inherit(thread, leader);
		forget_if_exiting(thread);
	}
	forget_if_exiting(leader);
	rcu_read_unlock();
}

/* If the memory of the process is locked just now, the next survey examines the process. */
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

/*
 * Returns true if there was any runtime: its descendants were examined before it, so another
 * pass must examine them again.
 */
static bool survey_runtimes(struct runtimes *runtimes)
{
	bool any = runtimes->nr;
	unsigned int i;

	/* The oldest first: a worker belongs to the lineage of its master. */
	for (i = 0; i < runtimes->nr; i++) {
		survey_runtime(runtimes->tasks[i]);
		put_task_struct(runtimes->tasks[i]);
		cond_resched();
	}
	runtimes->nr = 0;
	return any;
}

/*
 * Processes are listed nearly in the order of their start. Two that started at the same time
 * may be listed the other way round. So each batch begins a little before the end of the last
 * one.
 */
#define SURVEY_OVERLAP	(100 * NSEC_PER_MSEC)

/*
 * Examines the processes that started at @from or later, and some that started shortly before.
 * Returns the start time at which the next batch begins, or U64_MAX at the end.
 */
static u64 survey_batch(u64 from, struct runtimes *runtimes)
{
	struct task_struct *process;
	unsigned int nr = 0;
	u64 next = U64_MAX;
	bool is_new;

	rcu_read_lock();
	for_each_process(process) {
		if (process->start_boottime + SURVEY_OVERLAP < from)
			continue;
		is_new = process->start_boottime > from;
		if (is_new && ++nr > SURVEY_BATCH) {
			/* The next batch takes this process, and always gets further. */
			next = max(process->start_boottime - 1, from + 1);
			break;
		}
		/* The last batch has found the runtimes among the others. */
		survey_process(process, is_new ? runtimes : NULL);
	}
	rcu_read_unlock();
	return next;
}

/* Examines all tasks in batches. If a runtime was found, a second pass examines its descendants. */
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
	set_bit(SHELLTRAP_LINEAGE_STALE, &shelltrap_lineage_look.doubts);
	/* A survey that has begun before this does not count. */
	atomic_inc(&invalidations);
}

void shelltrap_lineage_survey(void)
{
	static DEFINE_MUTEX(mutex);
	struct runtimes *runtimes;
	int invalidated, requests;
	bool complete;

	if (!READ_ONCE(started))
		return;
	mutex_lock(&mutex);
	invalidated = atomic_read(&invalidations);
	requests = atomic_read(&wanted);
	runtimes = kvzalloc(sizeof(*runtimes), GFP_KERNEL);
	if (!runtimes)
		shelltrap_lineage_left_out();
	survey_all(runtimes);
	kvfree(runtimes);
	/* Until here a task that was left out is looked for by its living ancestors. */
	complete = requests == atomic_read(&wanted);
	if (complete) {
		clear_bit_unlock(SHELLTRAP_LINEAGE_INCOMPLETE, &shelltrap_lineage_look.doubts);
		clear_bit_unlock(SHELLTRAP_LINEAGE_LATE, &shelltrap_lineage_look.doubts);
	}
	if (invalidated == atomic_read(&invalidations))
		clear_bit_unlock(SHELLTRAP_LINEAGE_STALE, &shelltrap_lineage_look.doubts);
	mutex_unlock(&mutex);
	if (complete)
		shelltrap_event_lineage_complete();
}

/*
 * A task that had no place may find one now. A task that was never entered is found through its
 * parent or its group leader, if that one is in the table.
 */
static void repair(struct work_struct *work)
{
	shelltrap_lineage_survey();
}

void shelltrap_lineage_start(void)
{
	WRITE_ONCE(started, true);
	shelltrap_lineage_survey();
}

const struct shelltrap_founder *shelltrap_lineage_server(unsigned long *number)
{
	struct shelltrap_founder *founder;

	for (*number = find_next_bit(table->taken, FOUNDERS, *number); *number < FOUNDERS;
	     *number = find_next_bit(table->taken, FOUNDERS, *number + 1)) {
		founder = &table->pool[*number];
		if (!founder_get(founder))
			continue;
		/* Pairs with the release of "ready", as in count_founders(). */
		if (smp_load_acquire(&founder->ready) && READ_ONCE(founder->evidence.serves) &&
		    !founder->holder)
			return founder;
		founder_put(founder);
	}
	return NULL;
}

/* Most buckets are empty: looks at the numbers of eight at once. @bucket: the first of eight. */
static bool are_empty(unsigned int bucket)
{
	BUILD_BUG_ON(BUCKETS_BITS_MIN < 3);
	return !READ_ONCE(*(const u64 *)&shelltrap_lineage_look.used[bucket]);
}

/* The next place after @place that may have a task, or @end. */
static unsigned int used_place(unsigned int place, unsigned int end)
{
	while (place < end) {
		unsigned int bucket = place / PLACES;

		if (place % (8 * PLACES) == 0 && are_empty(bucket))
			place += 8 * PLACES;
		else if (place % PLACES >= READ_ONCE(shelltrap_lineage_look.used[bucket]))
			place = (bucket + 1) * PLACES;
		else
			return place;
	}
	return end;
}

/*
 * A task leaves the table when it exits, and RCU keeps it until later: so a task that is seen in
 * the table has a reference that another can be taken from.
 */
struct task_struct *shelltrap_lineage_process(unsigned int *place)
{
	unsigned int end = PLACES << (64 - shelltrap_lineage_look.shift);
	struct task_struct *task = NULL;

	rcu_read_lock();
	while ((*place = used_place(*place, end)) < end) {
		task = READ_ONCE(table->tasks[(*place)++]);
		if (task && thread_group_leader(task)) {
			get_task_struct(task);
			break;
		}
		task = NULL;
	}
	rcu_read_unlock();
	return task;
}

static u32 count_servers(void)
{
	const struct shelltrap_founder *founder;
	unsigned long number;
	u32 nr = 0;

	for (number = 0; (founder = shelltrap_lineage_server(&number)); number++) {
		nr++;
		shelltrap_lineage_put(founder);
	}
	return nr;
}

void shelltrap_lineage_read(struct shelltrap_lineage_counters *counters)
{
	counters->tasks = atomic_read(&tasks);
	counters->servers = count_servers();
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
	vfree(table->branches);
	vfree(shelltrap_lineage_look.used);
	vfree(table);
}

int shelltrap_lineage_init(void)
{
	unsigned int i, bits = bits_for_memory();
	size_t places;

	table = vzalloc(sizeof(*table));
	if (!table)
		return -ENOMEM;
	shelltrap_lineage_look.shift = 64 - bits;
	places = (size_t)PLACES << bits;
	table->tasks = vzalloc(array_size(places, sizeof(*table->tasks)));
	table->founders = vzalloc(array_size(places, sizeof(*table->founders)));
	table->branches = vzalloc(array_size(places, sizeof(*table->branches)));
	shelltrap_lineage_look.used = vzalloc((size_t)1 << bits);
	if (!table->tasks || !table->founders || !table->branches ||
	    !shelltrap_lineage_look.used) {
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
	cancel_work_sync(&end_work);
	free_table();
}
