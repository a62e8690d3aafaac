// SPDX-License-Identifier: GPL-2.0
#include <linux/anon_inodes.h>
#include <linux/bitmap.h>
#include <linux/cgroup.h>
#include <linux/cpumask.h>
#include <linux/cred.h>
#include <linux/delay.h>
#include <linux/fcntl.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/hash.h>
#include <linux/irq_work.h>
#include <linux/jiffies.h>
#include <linux/moduleparam.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <linux/workqueue.h>

#include "account.h"
#include "compat.h"
#include "enforce.h"
#include "hit.h"
#include "decide.h"
#include "lineage.h"
#include "ruleset.h"

/* Execs in flight: a server's workers may all wait for the disk in theirs. */
#define HITS_PER_CPU	32
#define HITS_MIN	256
#define HITS_MAX	2048

/* A task without a hit finds so by its own counter, unless it shares that. */
#define HOMES_BITS	10

#define SWEEP_INTERVAL	(HZ / 4)

/* How long an unload waits for execs in flight. */
#define UNLOAD_WAIT_MS	200

static unsigned int pending_after = 10;
module_param(pending_after, uint, 0444);
MODULE_PARM_DESC(pending_after, "seconds until an exec that stands still is reported as pending (10)");

static struct shelltrap_hit *hits;
static unsigned int nr_hits;
static DECLARE_BITMAP(ready, HITS_MAX);		/* free, with a carrier */
static DECLARE_BITMAP(claimed, HITS_MAX);
static atomic_t nr_ready;
atomic_t shelltrap_hits_open;
static atomic_t homes[1 << HOMES_BITS];		/* claimed, by their tasks */

static LLIST_HEAD(spent);	/* free, without a carrier */
static LLIST_HEAD(left);	/* over, left to the worker to complete */
static atomic64_t lost;
static atomic_t sweeping;
static bool stopping;
static struct irq_work kick, kick_now;
static struct work_struct work;
static struct delayed_work sweep_work;
static struct workqueue_struct *workqueue;
static const struct shelltrap_hit_ops *ops;

unsigned int shelltrap_hits_nr(void)
{
	return nr_hits;
}

static atomic_t *home_of(const struct task_struct *task)
{
	return &homes[hash_ptr(task, HOMES_BITS)];
}

static void put_refs(struct shelltrap_refs *refs)
{
	if (refs->file)
		fput(refs->file);
	if (refs->exe)
		fput(refs->exe);
	if (refs->server_exe)
		fput(refs->server_exe);
	if (refs->server)
		put_task_struct(refs->server);
	if (refs->cgroup)
		cgroup_put(refs->cgroup);
	if (refs->cwd.dentry)
		path_put(&refs->cwd);
}

static void free_text(const char *text, const char *inside)
{
	if (text && text != inside)
		kfree(text);
}

void shelltrap_hit_put(struct shelltrap_hit *hit)
{
	put_refs(&hit->refs);
	shelltrap_ruleset_put(hit->ruleset);
	put_task_struct(hit->task);
}

/* Gives the hit back. Process context. */
static void hit_free(struct shelltrap_hit *hit)
{
	struct shelltrap_facts *facts = &hit->facts;
	struct task_struct *task = hit->task;
	unsigned int i = hit - hits;

	/* The sweep looks at a task only as long as the hit refers to it. */
	raw_spin_lock(&hit->lock);
	WRITE_ONCE(hit->task, NULL);
	raw_spin_unlock(&hit->lock);
	free_text(facts->pathname, hit->pathname);
	free_text(facts->interpreter, hit->interpreter);
	free_text(facts->argv, hit->argv);
	clear_bit(i, claimed);
	atomic_dec(home_of(task));
	put_refs(&hit->refs);
	shelltrap_ruleset_put(hit->ruleset);
	put_task_struct(task);
	if (hit->carrier) {
		/* Pairs with claim_any(). */
		smp_mb__before_atomic();
		set_bit(i, ready);
		atomic_inc(&nr_ready);
	} else {
		llist_add(&hit->node, &spent);
		if (atomic_read(&nr_ready) < (int)nr_hits / 2)
			irq_work_queue(&kick_now);
		else
			irq_work_queue(&kick);
	}
	/* Last: an unload waits for it. */
	smp_mb__before_atomic();
	atomic_dec(&shelltrap_hits_open);
}

/* For the worker, with the lock held: it must leave a busy hit alone. */
static bool hit_is_busy(const struct shelltrap_hit *hit)
{
	smp_mb(); /* Pairs with the one in shelltrap_hit_begin(). */
	return atomic_read(&hit->busy);
}

static bool hit_close(struct shelltrap_hit *hit)
{
	return !test_and_set_bit(0, &hit->closing);
}

static bool is_mine(const struct shelltrap_hit *hit)
{
	return READ_ONCE(hit->task) == current && !test_bit(0, &hit->closing);
}

struct shelltrap_hit *shelltrap_hit_find(void)
{
	unsigned int i;

	if (!atomic_read(home_of(current)))
		return NULL;
	for_each_set_bit(i, claimed, nr_hits) {
		if (!is_mine(&hits[i]))
			continue;
		shelltrap_hit_begin(&hits[i]);
		/* The worker may have taken it away before that. */
		if (is_mine(&hits[i]))
			return &hits[i];
		shelltrap_hit_end(&hits[i]);
	}
	return NULL;
}

/* Each turn means that another CPU has just taken a hit, so turns are few. */
static struct shelltrap_hit *claim_any(void)
{
	unsigned long i;

	do {
		i = find_first_bit(ready, nr_hits);
		if (i >= nr_hits)
			return NULL;
	} while (!test_and_clear_bit(i, ready));
	atomic_dec(&nr_ready);
	return &hits[i];
}

/*
 * One user may hold as many hits as are still free, and one server half of that: so a user
 * with many leaves room for the others, however many others there are. Nothing is counted
 * while more than half is free.
 */
static bool may_claim(kuid_t user, const void *server)
{
	int free = atomic_read(&nr_ready), by_user = 0, by_server = 0;
	unsigned int i;

	if (free > (int)nr_hits / 2)
		return true;
	for_each_set_bit(i, claimed, nr_hits) {
		if (!uid_eq(READ_ONCE(hits[i].user), user))
			continue;
		by_user++;
		by_server += READ_ONCE(hits[i].server) == server;
	}
	return by_user < free && by_server * 2 <= free;
}

static void start_sweep(void)
{
	if (!atomic_read(&sweeping) && !atomic_xchg(&sweeping, 1))
		irq_work_queue(&kick);
}

struct shelltrap_hit *shelltrap_hit_claim(struct shelltrap_ruleset *ruleset, const void *server)
{
	kuid_t user = shelltrap_account_of(current_cred());
	struct shelltrap_hit *hit;

	hit = may_claim(user, server) ? claim_any() : NULL;
	if (!hit)
		return NULL;
	shelltrap_hit_begin(hit);
	memset(&hit->refs, 0, sizeof(hit->refs));
	memset(&hit->facts, 0, offsetof(struct shelltrap_facts, verdict));
	hit->facts.pathname = NULL;
	hit->facts.interpreter = NULL;
	hit->facts.argv = NULL;
	hit->facts.argv_len = 0;
	hit->facts.argv_truncated = false;
	hit->closing = 0;
	hit->since = jiffies;
	hit->user = user;
	hit->server = server;
	hit->round = NULL;
	hit->probers = 0;
	hit->refused = false;
	hit->handed = false;
	hit->executed = false;
	hit->kill = false;
	hit->pending = 0;
	shelltrap_ruleset_get(ruleset);
	hit->ruleset = ruleset;
	/* With the task comes what was written. Pairs with the lock of the sweep. */
	smp_store_release(&hit->task, get_task_struct(current));
	atomic_inc(home_of(current));
	atomic_inc(&shelltrap_hits_open);
	set_bit(hit - hits, claimed);
	start_sweep();
	return hit;
}

bool shelltrap_hit_hand_over(struct shelltrap_hit *hit)
{
	if (hit->handed)
		return true;
	if (!hit->carrier || in_interrupt() || (current->flags & PF_KTHREAD))
		return false;
	hit->handed = true;
	fput(hit->carrier);
	return true;
}

static void leave_to_worker(struct shelltrap_hit *hit)
{
	llist_add(&hit->node, &left);
	irq_work_queue(&kick_now);
}

void shelltrap_hit_abandon(struct shelltrap_hit *hit)
{
	if (!hit->handed && hit_close(hit))
		leave_to_worker(hit);
}

void shelltrap_hit_lost(void)
{
	atomic64_inc(&lost);
	irq_work_queue(&kick_now);
}

void shelltrap_hits_kick(void)
{
	irq_work_queue(&kick);
}

const char *shelltrap_hit_keep(const char *old, char *inside, size_t size, const char *text,
			       size_t len)
{
	bool allocate = shelltrap_may_allocate();
	char *copy = inside;

	if (old && old != inside) {
		if (!allocate)
			return old;
		kfree(old);
	}
	if (len >= size && allocate)
		copy = kmalloc(len + 1, GFP_NOWAIT | __GFP_NOWARN) ?: inside;
	if (copy == inside)
		len = min(len, size - 1);
	memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

/* io_uring runs a task's work in the middle of an exec: then it is not over. */
static bool is_early(const struct shelltrap_hit *hit)
{
	return hit->task == current && current->in_execve && !hit->executed;
}

/* The carrier's end: the exec is over. */
static int hit_release(struct inode *inode, struct file *carrier)
{
	struct shelltrap_hit *hit = carrier->private_data;
	bool early, mine;

	/* Once this is unlocked, detach() does not touch the carrier any more. */
	raw_spin_lock(&hit->lock);
	mine = hit->carrier == carrier;
	if (mine)
		hit->carrier = NULL;
	early = mine && is_early(hit);
	if (early)
		hit->handed = false;
	mine = mine && !early && hit_close(hit);
	raw_spin_unlock(&hit->lock);
	if (!mine)
		return 0;
	if (ops->complete(hit, false))
		hit_free(hit);
	else
		leave_to_worker(hit);
	return 0;
}

/* No owner: the carriers of free hits would keep the module loaded. See let_go(). */
static const struct file_operations carrier_operations = {
	.release = hit_release,
};

static bool make_carrier(struct shelltrap_hit *hit)
{
	struct file *carrier;

	carrier = anon_inode_getfile("[shelltrap]", &carrier_operations, hit, O_RDONLY);
	if (IS_ERR(carrier))
		return false;
	hit->carrier = carrier;
	/* Pairs with claim_any(). */
	smp_mb__before_atomic();
	set_bit(hit - hits, ready);
	atomic_inc(&nr_ready);
	return true;
}

/* By a worker: so the memory is not charged to the task that made the hit. */
static void refill(void)
{
	struct shelltrap_hit *hit, *next;

	llist_for_each_entry_safe(hit, next, llist_del_all(&spent), node)
		if (!make_carrier(hit)) {
			llist_add(&hit->node, &spent);
			/* Again with the next sweep. */
			atomic_set(&sweeping, 1);
		}
}

static void complete_left(void)
{
	struct shelltrap_hit *hit, *next;
	struct llist_node *first = llist_reverse_order(llist_del_all(&left));

	llist_for_each_entry_safe(hit, next, first, node) {
		ops->complete(hit, true);
		hit_free(hit);
	}
}

static void do_work(struct work_struct *unused)
{
	u64 execs;

	refill();
	complete_left();
	execs = atomic64_xchg(&lost, 0);
	if (execs)
		ops->lost(execs);
	ops->after();
	shelltrap_ruleset_reap();
	if (atomic_read(&sweeping) && !READ_ONCE(stopping))
		queue_delayed_work(workqueue, &sweep_work, SWEEP_INTERVAL);
}

/* irq_work is the one way from any context to a workqueue. */
static void kick_work(struct irq_work *unused)
{
	queue_work(workqueue, &work);
}

/* in_execve is set before the hook and cleared however the exec ends. */
static bool exec_is_over(const struct shelltrap_hit *hit, const struct task_struct *task)
{
	return hit->executed || READ_ONCE(task->exit_state) || !task->in_execve;
}

static bool is_scarce(void)
{
	return atomic_read(&nr_ready) <= (int)nr_hits / 2;
}

/* How long an exec may stand still. Not long where others may need its hit. */
static bool is_old(const struct shelltrap_hit *hit)
{
	return time_after(jiffies, hit->since + (is_scarce() ? HZ : pending_after * HZ));
}

static bool stands_still(const struct shelltrap_hit *hit)
{
	return hit->task && !hit->pending && hit->facts.rules && !test_bit(0, &hit->closing) &&
	       is_old(hit);
}

static void report_as_pending(struct shelltrap_hit *hit)
{
	u64 seq = ops->pending();

	WRITE_ONCE(hit->pending, seq ?: SHELLTRAP_PENDING_SILENT);
}

/* The hit may be another exec's by now, so the look at it counts that is under its lock. */
static void look_at_stalled(struct shelltrap_hit *hit)
{
	bool stalled;

	raw_spin_lock(&hit->lock);
	stalled = !hit_is_busy(hit) && stands_still(hit);
	if (stalled) {
		ops->copy(hit);
		hit->pending = SHELLTRAP_PENDING_SOON;
	}
	raw_spin_unlock(&hit->lock);
	if (stalled)
		report_as_pending(hit);
}

/*
 * Ends what the module knows of an exec that has not ended. Its carrier gets the kernel's own
 * operations, so that nothing of the module is called when it does. Returns whether the
 * hit is the caller's now, to be freed.
 */
static bool detach(struct shelltrap_hit *hit)
{
	struct file *carrier = NULL;
	bool mine;

	raw_spin_lock(&hit->lock);
	mine = !hit_is_busy(hit) && hit->task && hit_close(hit);
	if (mine && hit->carrier) {
		hit->carrier->f_op = file_inode(hit->carrier)->i_fop;
		if (!hit->handed)
			carrier = hit->carrier;
		hit->carrier = NULL;
	}
	raw_spin_unlock(&hit->lock);
	if (carrier)
		fput(carrier);
	return mine;
}

/* What a rule may refuse or kill is kept, however long it stands still. */
static bool may_be_enforced(const struct shelltrap_hit *hit)
{
	return shelltrap_enforcing() &&
	       (hit->facts.enforced ||
		(hit->facts.multicall && shelltrap_policy_enforces(hit->ruleset->policy)));
}

/*
 * Where hits are scarce, an exec that stands still and was reported gives its hit up, and so
 * does one that no rule has matched yet; unless it is an enforced one.
 */
static void give_up(struct shelltrap_hit *hit)
{
	if (!is_scarce() || !READ_ONCE(hit->task) || !is_old(hit) || may_be_enforced(hit) ||
	    (hit->facts.rules && !hit->pending))
		return;
	if (!detach(hit))
		return;
	if (hit->facts.multicall && !hit->facts.rules)
		ops->undecided();
	/* Its own name may have told so, and is not seen again. */
	if (hit->facts.becomes_server)
		shelltrap_lineage_left_out();
	hit_free(hit);
}

/* Has the exec ended without a report of its own? Then closes the hit. */
static bool close_left(struct shelltrap_hit *hit)
{
	bool mine;

	raw_spin_lock(&hit->lock);
	mine = !hit_is_busy(hit) && hit->task && !hit->handed &&
	       exec_is_over(hit, hit->task) && hit_close(hit);
	raw_spin_unlock(&hit->lock);
	return mine;
}

static void sweep_hit(struct shelltrap_hit *hit)
{
	if (close_left(hit)) {
		ops->complete(hit, true);
		hit_free(hit);
	} else {
		look_at_stalled(hit);
		give_up(hit);
	}
}

static void sweep(struct work_struct *unused)
{
	unsigned int i;

	atomic_set(&sweeping, 0);
	/* Before looking: who claims a hit after this starts the next sweep. */
	smp_mb__after_atomic();

	for_each_set_bit(i, claimed, nr_hits)
		sweep_hit(&hits[i]);
	refill();
	ops->after();
	if (atomic_read(&shelltrap_hits_open))
		atomic_set(&sweeping, 1);
	if (atomic_read(&sweeping) && !READ_ONCE(stopping))
		queue_delayed_work(workqueue, &sweep_work, SWEEP_INTERVAL);
}

static void free_all(void)
{
	unsigned int i;

	/*
	 * Without our operations: this fput() may put off the rest until the module is gone.
	 * Those of the inode are the kernel's own and do nothing.
	 */
	for (i = 0; i < nr_hits; i++)
		if (hits[i].carrier) {
			hits[i].carrier->f_op = file_inode(hits[i].carrier)->i_fop;
			fput(hits[i].carrier);
		}
	vfree(hits);
}

int shelltrap_hits_init(const struct shelltrap_hit_ops *hit_ops)
{
	unsigned int i;

	ops = hit_ops;
	shelltrap_init_lazy_irq_work(&kick, kick_work);
	init_irq_work(&kick_now, kick_work);
	INIT_WORK(&work, do_work);
	INIT_DELAYED_WORK(&sweep_work, sweep);

	nr_hits = clamp_t(unsigned int, HITS_PER_CPU * num_possible_cpus(), HITS_MIN, HITS_MAX);
	hits = vzalloc(array_size(nr_hits, sizeof(*hits)));
	if (!hits)
		return -ENOMEM;
	for (i = 0; i < nr_hits; i++) {
		raw_spin_lock_init(&hits[i].lock);
		if (!make_carrier(&hits[i]))
			goto err;
	}
	/* With a rescuer: an alert does not wait for memory to make a thread. */
	workqueue = alloc_ordered_workqueue("shelltrap", WQ_HIGHPRI | WQ_MEM_RECLAIM);
	if (!workqueue)
		goto err;
	return 0;

err:
	free_all();
	return -ENOMEM;
}

static void sync_kicks(void)
{
	irq_work_sync(&kick);
	irq_work_sync(&kick_now);
}

/* At the unload: whatever a rule refuses or kills must not go on. */
static void let_go(struct shelltrap_hit *hit)
{
	bool enforced = may_be_enforced(hit);

	look_at_stalled(hit);
	if (!detach(hit))
		return;
	if (enforced)
		send_sig(SIGKILL, hit->task, 1);
	hit_free(hit);
}

static void wait_for_open(unsigned int ms)
{
	for (; ms && atomic_read(&shelltrap_hits_open); ms--)
		usleep_range(1000, 1500);
}

void shelltrap_hits_exit(void)
{
	unsigned int i;

	wait_for_open(UNLOAD_WAIT_MS);
	/* Each may start the one below it, and the last the first, but no more than once. */
	WRITE_ONCE(stopping, true);
	pending_after = 0;
	sync_kicks();
	cancel_work_sync(&work);
	cancel_delayed_work_sync(&sweep_work);
	sync_kicks();
	cancel_work_sync(&work);

	complete_left();
	/* Some tasks may be completing theirs just now. */
	while (atomic_read(&shelltrap_hits_open)) {
		for_each_set_bit(i, claimed, nr_hits)
			let_go(&hits[i]);
		complete_left();
		usleep_range(1000, 1500);
	}
	sync_kicks();
	cancel_work_sync(&work);
	do_work(&work);
	/* No task is in hit_release() any more, however it was interrupted there. */
	synchronize_rcu_tasks();
	destroy_workqueue(workqueue);
	free_all();
}
