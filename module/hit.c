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
#include "loss.h"
#include "ruleset.h"

/*
 * Each exec in flight needs a hit. All workers of a server may wait for the disk in an exec at
 * the same time, so there are many hits for each CPU.
 */
#define HITS_PER_CPU	32
#define HITS_MIN	256
#define HITS_MAX	2048

/*
 * Number of bits of the index into homes[]. A task whose counter there is 0 has no hit, so it
 * need not search. Tasks that share a counter may search in vain.
 */
#define HOMES_BITS	10

#define SWEEP_INTERVAL	(HZ / 4)

/* How long an unload waits for execs in flight to end, before it detaches their hits. */
#define UNLOAD_WAIT_MS	200

static unsigned int pending_after = 10;
module_param(pending_after, uint, 0444);
MODULE_PARM_DESC(pending_after, "seconds until an exec that stands still is reported as pending (10)");

static struct shelltrap_hit *hits;
static unsigned int nr_hits;
static DECLARE_BITMAP(ready, HITS_MAX);		/* free hits that have a carrier */
static DECLARE_BITMAP(claimed, HITS_MAX);
static atomic_t nr_ready;
atomic_t shelltrap_hits_open;
static atomic_t homes[1 << HOMES_BITS];		/* claimed hits, by hash of their task */

static LLIST_HEAD(spent);	/* free hits that have no carrier */
static LLIST_HEAD(left);	/* hits whose exec is over and that the worker completes */
static struct shelltrap_losses losses;		/* the worker is at work on them */
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
		shelltrap_cgroup_put(refs->cgroup);
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

/* Frees a hit that the caller has closed. Process context. */
static void hit_free(struct shelltrap_hit *hit)
{
	struct shelltrap_facts *facts = &hit->facts;
	struct task_struct *task = hit->task;
	unsigned int i = hit - hits;

	/*
	 * Under the lock: the sweep uses hit->task only under the lock, and only if it is not
	 * NULL.
	 */
	raw_spin_lock(&hit->lock);
	WRITE_ONCE(hit->task, NULL);
	raw_spin_unlock(&hit->lock);
	free_text(facts->pathname, hit->pathname);
	free_text(facts->interpreter, hit->interpreter);
	free_text(facts->argv, hit->argv);
	free_text(facts->variables, hit->variables);
	kfree(facts->environment);
	clear_bit(i, claimed);
	atomic_dec(home_of(task));
	put_refs(&hit->refs);
	shelltrap_ruleset_put(hit->ruleset);
	put_task_struct(task);
	if (hit->carrier) {
		/* The hit is reset before claim_any() can find its bit. */
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
	/* Must be last: an unload frees the hits when this counter is 0. */
	smp_mb__before_atomic();
	atomic_dec(&shelltrap_hits_open);
}

/* Is the task using the hit? The worker asks with hit->lock held, and leaves a busy hit alone. */
static bool hit_is_busy(const struct shelltrap_hit *hit)
{
	smp_mb(); /* Pairs with the barrier in shelltrap_hit_begin(). */
	return atomic_read_acquire(&hit->busy);
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
		/* Look again: the worker may have closed the hit before shelltrap_hit_begin(). */
		if (is_mine(&hits[i]))
			return &hits[i];
		shelltrap_hit_end(&hits[i]);
	}
	return NULL;
}

/*
 * Takes a free hit that has a carrier. The loop repeats only if another CPU has just taken the
 * hit that was found, so it ends soon.
 */
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
 * One user may hold at most as many hits as are free, and one server of that user at most half
 * as many. So a user with many hits always leaves hits for other users. While more than half of
 * all hits are free, the limit is not applied.
 */
static bool may_claim(kuid_t user, u64 server)
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

struct shelltrap_hit *shelltrap_hit_claim(struct shelltrap_ruleset *ruleset, u64 server)
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
	hit->facts.variables = NULL;
	hit->facts.variables_len = 0;
	hit->facts.unclean = 0;
	hit->facts.judged = false;
	hit->facts.environment = NULL;
	hit->facts.environment_len = 0;
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
	hit->hold = false;
	hit->held = NULL;
	hit->pending = 0;
	shelltrap_ruleset_get(ruleset);
	hit->ruleset = ruleset;
	/*
	 * Release: a CPU that sees the task also sees the fields set above. Pairs with
	 * hit->lock, under which the sweep reads the task.
	 */
	smp_store_release(&hit->task, get_task_struct(current));
	atomic_inc(home_of(current));
	atomic_inc(&shelltrap_hits_open);
	set_bit(hit - hits, claimed);
	smp_mb__after_atomic(); /* Pairs with the barrier in sweep(). */
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

void shelltrap_hit_lost(const struct shelltrap_loss_cause *cause)
{
	shelltrap_loss_add(cause);
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

/*
 * Has the carrier been released while the exec still runs? io_uring runs the task work of a
 * task in the middle of its exec.
 */
static bool is_early(const struct shelltrap_hit *hit)
{
	return hit->task == current && current->in_execve && !hit->executed;
}

/* Release function of the carrier: the exec is over, so complete and free the hit. */
static int hit_release(struct inode *inode, struct file *carrier)
{
	struct shelltrap_hit *hit = carrier->private_data;
	bool early, mine;

	/*
	 * detach() takes this lock, too. After the unlock it no longer finds the carrier in the
	 * hit.
	 */
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

/*
 * No .owner: with an owner, the carriers of the free hits would hold references to the module,
 * and it could not be unloaded. shelltrap_hits_exit() makes sure that no carrier calls the
 * module.
 */
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
	/* The carrier is stored before claim_any() can find the bit. */
	smp_mb__before_atomic();
	set_bit(hit - hits, ready);
	atomic_inc(&nr_ready);
	return true;
}

/*
 * Gives each free hit without a carrier a new carrier. Only the worker does this, so that the
 * memory is not charged to the cgroup of a task that calls exec.
 */
static void refill(void)
{
	struct shelltrap_hit *hit, *next;

	llist_for_each_entry_safe(hit, next, llist_del_all(&spent), node)
		if (!make_carrier(hit)) {
			llist_add(&hit->node, &spent);
			/* No memory now: let the next sweep try again. */
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
	refill();
	complete_left();
	if (shelltrap_loss_take(&losses))
		ops->lost(&losses);
	ops->after();
	shelltrap_ruleset_reap();
	if (atomic_read(&sweeping) && !READ_ONCE(stopping))
		queue_delayed_work(workqueue, &sweep_work, SWEEP_INTERVAL);
}

/* An irq_work can be queued in any context, NMI included; a work item cannot. */
static void kick_work(struct irq_work *unused)
{
	/* At the unload the unloading task does the work, and nobody beside it. */
	if (!READ_ONCE(stopping))
		queue_work(workqueue, &work);
}

/*
 * The kernel sets task->in_execve before the hook runs, and clears it when the exec ends,
 * whether it succeeded or failed.
 */
static bool exec_is_over(const struct shelltrap_hit *hit, const struct task_struct *task)
{
	return hit->executed || READ_ONCE(task->exit_state) || !task->in_execve;
}

static bool is_scarce(void)
{
	return atomic_read(&nr_ready) <= (int)nr_hits / 2;
}

/*
 * Has the exec been in flight for too long? The limit is one second if free hits are scarce, as
 * other execs may need the hit; else it is the parameter pending_after.
 */
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

/*
 * Reports an exec as pending if it has been in flight for too long. The checks must be made
 * under hit->lock: the caller found the hit without the lock, and its exec may be over by now.
 */
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

/* May one of @rules, such as all that deny or kill, apply to this exec? */
static bool may_be_enforced(const struct shelltrap_hit *hit, u64 rules)
{
	return shelltrap_enforcing() &&
	       ((hit->facts.enforced & rules) ||
		((hit->facts.multicall || hit->facts.late) && rules));
}

/*
 * May a rule deny, kill or hold this exec? Then a sweep never takes its hit away, however long
 * the exec is in flight.
 */
static bool needs_hit_to_end(const struct shelltrap_hit *hit)
{
	const struct shelltrap_policy *policy = hit->ruleset->policy;

	return may_be_enforced(hit, shelltrap_policy_stopping(policy) | policy->holding);
}

/*
 * Does the exec not need its hit any more, as others may need it: has it stood still for long
 * and been reported, or has no rule matched? The lock is held.
 */
static bool can_give_up(const struct shelltrap_hit *hit)
{
	return is_scarce() && is_old(hit) && !needs_hit_to_end(hit) &&
	       (!hit->facts.rules || hit->pending);
}

/*
 * Takes the hit away from an exec that is still in flight. The carrier gets the file operations
 * of its inode, which belong to the kernel, so the release of the carrier does not call the
 * module. Returns true if the caller now owns the hit and must free it.
 */
static bool detach(struct shelltrap_hit *hit, bool unloading)
{
	struct file *carrier = NULL;
	bool mine;

	raw_spin_lock(&hit->lock);
	mine = !hit_is_busy(hit) && hit->task && (unloading || can_give_up(hit)) &&
	       hit_close(hit);
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

/*
 * Takes the hit away from an exec that has been in flight for too long, if free hits are
 * scarce. The exec must have been reported as pending, or no rule may have matched yet. An exec
 * that a rule may deny, kill or hold keeps its hit.
 */
static void give_up(struct shelltrap_hit *hit)
{
	if (!detach(hit, false))
		return;
	if ((hit->facts.multicall || hit->facts.late) && !hit->facts.rules)
		ops->undecided(hit);
	/*
	 * The script's own file name may have made the task a server. That name is not seen
	 * again, so the task counts as left out of the lineage table.
	 */
	if (hit->facts.becomes_server)
		shelltrap_lineage_left_out();
	hit_free(hit);
}

/*
 * Closes the hit if the exec has ended and its carrier was never handed over. Then nothing else
 * completes the hit. Returns true if the caller must complete it.
 */
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
	/*
	 * The barrier orders the store before the search: a hit that is claimed too late for
	 * this search finds sweeping == 0 and starts the next sweep.
	 */
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
	 * The last fput() may defer the release of the carrier until the module is gone. So the
	 * carrier gets the file operations of its inode, which belong to the kernel and do
	 * nothing.
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
	/*
	 * WQ_MEM_RECLAIM gives the workqueue a rescuer thread, so an alert does not wait until
	 * there is memory for a new thread.
	 */
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

/*
 * For the unload: detaches the hit from an exec that is still in flight. If a rule may deny or
 * kill the exec, the process is killed, as nothing could enforce the rule later.
 */
static void let_go(struct shelltrap_hit *hit)
{
	if (close_left(hit)) {
		ops->complete(hit, true);
		hit_free(hit);
		return;
	}
	look_at_stalled(hit);
	if (!detach(hit, true))
		return;
	if (may_be_enforced(hit, shelltrap_policy_stopping(hit->ruleset->policy))) {
		hit->kill = true;
		ops->complete(hit, true);
	}
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
	/*
	 * A kick queues work, work queues sweep_work, and sweep_work may kick again. With
	 * stopping set, work does not queue sweep_work any more. So cancel in this order, and
	 * the first two once more.
	 */
	WRITE_ONCE(stopping, true);
	pending_after = 0;
	sync_kicks();
	cancel_work_sync(&work);
	cancel_delayed_work_sync(&sweep_work);
	sync_kicks();
	cancel_work_sync(&work);

	complete_left();
	/* A hit that its task is completing cannot be detached: wait for the task. */
	while (atomic_read(&shelltrap_hits_open)) {
		for_each_set_bit(i, claimed, nr_hits)
			let_go(&hits[i]);
		complete_left();
		usleep_range(1000, 1500);
	}
	sync_kicks();
	cancel_work_sync(&work);
	do_work(&work);
	/*
	 * A task may have freed its hit and be preempted before the return from hit_release().
	 * Wait for such tasks: the code of the module must stay until they have returned.
	 */
	synchronize_rcu_tasks();
	destroy_workqueue(workqueue);
	free_all();
}
