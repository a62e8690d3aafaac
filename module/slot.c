// SPDX-License-Identifier: GPL-2.0
#include <linux/bitmap.h>
#include <linux/cgroup.h>
#include <linux/cpumask.h>
#include <linux/file.h>
#include <linux/irq_work.h>
#include <linux/jiffies.h>
#include <linux/moduleparam.h>
#include <linux/sched/task.h>
#include <linux/vmalloc.h>
#include <linux/workqueue.h>

#include "compat.h"
#include "counters.h"
#include "lineage.h"
#include "ruleset.h"
#include "slot.h"

/* Execs in flight: eight for each CPU is far beyond what it can run at once. */
#define SLOTS_PER_CPU	8
#define SLOTS_MIN	64
#define SLOTS_MAX	512

/*
 * A closed slot is reported with the next tick, and with it those that were closed
 * meanwhile: to wake somebody for each costs more than all else. Where one in so many slots
 * is taken, it is reported at once.
 */
#define MANY		8

/* How long after its failure, at most about, an exec is reported as failed. */
#define SWEEP_INTERVAL	(HZ / 4)

static unsigned int pending_after = 10;
module_param(pending_after, uint, 0444);
MODULE_PARM_DESC(pending_after, "seconds until an exec that stands still is told of as it is (10)");

/* States of a claim, beside its number. */
#define OPEN	1
#define HELD	2
#define CLAIM	4

static struct shelltrap_slot *slots;
static unsigned int nr_slots;
static DECLARE_BITMAP(claimed, SLOTS_MAX);
atomic_t shelltrap_slots_open;

static LLIST_HEAD(closed);
static atomic64_t lost;
static atomic_t sweeping;
static bool stopping;
static struct irq_work kick, kick_now;
static struct work_struct report_work;
static struct delayed_work sweep_work;
static struct workqueue_struct *workqueue;
static void (*report_slot)(struct shelltrap_slot *slot);
static void (*report_lost)(u64 execs);

unsigned int shelltrap_slots_nr(void)
{
	return nr_slots;
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

/*
 * In the hook only for a slot that is light. That holds a file, and fput() is
 * safe anywhere, and its own running task, of which others hold references.
 */
static void slot_free(struct shelltrap_slot *slot)
{
	put_refs(&slot->refs);
	shelltrap_ruleset_put(slot->ruleset);
	put_task_struct(slot->task);
	WRITE_ONCE(slot->task, NULL);
	clear_bit_unlock(slot - slots, claimed);
}

/* @open is what the caller saw: if that claim has ended since, or is held, it fails. */
static bool hold(struct shelltrap_slot *slot, int open)
{
	return (open & OPEN) && !(open & HELD) &&
	       atomic_cmpxchg(&slot->open, open, open | HELD) == open;
}

struct shelltrap_slot *shelltrap_slot_find(void)
{
	unsigned int i;

	for_each_set_bit(i, claimed, nr_slots)
		if (READ_ONCE(slots[i].task) == current &&
		    hold(&slots[i], atomic_read(&slots[i].open)))
			return &slots[i];
	return NULL;
}

void shelltrap_slot_leave(struct shelltrap_slot *slot)
{
	/* Nobody else changes what is held. */
	if (slot)
		atomic_set_release(&slot->open, atomic_read(&slot->open) & ~HELD);
}

/* Each turn means that another CPU has just taken a slot, so turns are few. */
static struct shelltrap_slot *claim_any(void)
{
	unsigned long i;

	do {
		i = find_first_zero_bit(claimed, nr_slots);
		if (i >= nr_slots)
			return NULL;
	} while (test_and_set_bit_lock(i, claimed));
	return &slots[i];
}

struct shelltrap_slot *shelltrap_slot_claim(struct shelltrap_ruleset *ruleset)
{
	struct shelltrap_slot *slot = claim_any();

	if (!slot)
		return NULL;

	memset(&slot->refs, 0, sizeof(slot->refs));
	slot->facts.rules = 0;
	slot->facts.exceptions = 0;
	slot->facts.conditions = 0;
	slot->facts.enforced = 0;
	slot->facts.denied = false;
	slot->facts.becomes_server = false;
	slot->facts.multicall = false;
	slot->facts.clean = false;
	shelltrap_ruleset_get(ruleset);
	slot->ruleset = ruleset;
	WRITE_ONCE(slot->task, get_task_struct(current));
	slot->since = jiffies;
	slot->claims += CLAIM;
	atomic_inc(&shelltrap_slots_open);
	atomic_set_release(&slot->open, slot->claims | OPEN | HELD);

	if (!atomic_xchg(&sweeping, 1))
		irq_work_queue(&kick);
	return slot;
}

static unsigned int nr_claimed(void)
{
	return bitmap_weight(claimed, nr_slots);
}

bool shelltrap_slots_scarce(void)
{
	return nr_claimed() > nr_slots / 2;
}

void shelltrap_slot_lost(void)
{
	atomic64_inc(&lost);
	irq_work_queue(&kick_now);
}

void shelltrap_slot_lost_hit(void)
{
	atomic64_inc(&shelltrap_counters.hits);
	shelltrap_slot_lost();
}

/* Nothing to report, and nothing of the caller has been captured. */
static bool is_placeholder(const struct shelltrap_slot *slot)
{
	return !slot->facts.rules && !slot->facts.multicall;
}

void shelltrap_slot_close(struct shelltrap_slot *slot, enum shelltrap_verdict verdict)
{
	atomic_set(&slot->open, 0);
	atomic_dec(&shelltrap_slots_open);
	if (is_placeholder(slot)) {
		slot_free(slot);
		return;
	}
	slot->facts.verdict = verdict;
	llist_add(&slot->closed, &closed);
	irq_work_queue(nr_claimed() > nr_slots / MANY ? &kick_now : &kick);
}

/* irq_work is the one way from any context to a workqueue. */
static void kick_work(struct irq_work *work)
{
	queue_work(workqueue, &report_work);
}

static void report(struct work_struct *work)
{
	struct shelltrap_slot *slot, *next;
	struct llist_node *first;
	u64 execs;

	first = llist_reverse_order(llist_del_all(&closed));
	llist_for_each_entry_safe(slot, next, first, closed) {
		if (slot->facts.rules)
			report_slot(slot);
		slot_free(slot);
	}
	execs = atomic64_xchg(&lost, 0);
	if (execs)
		report_lost(execs);
	shelltrap_ruleset_reap();
	if (atomic_read(&sweeping) && !READ_ONCE(stopping))
		queue_delayed_work(workqueue, &sweep_work, SWEEP_INTERVAL);
}

/* in_execve is set before the hook and cleared however the exec ends. */
static bool exec_is_over(const struct task_struct *task)
{
	return READ_ONCE(task->exit_state) || !task->in_execve;
}

/*
 * Whoever waits for an interpreter that never comes must not keep others from a slot. Of
 * the light ones only a server's are as many as there are slots.
 */
static bool stands_still(const struct shelltrap_slot *slot)
{
	return (!is_placeholder(slot) || slot->facts.becomes_server) &&
	       time_after(jiffies, slot->since + pending_after * HZ);
}

static void give_up(struct shelltrap_slot *slot)
{
	if (!is_placeholder(slot) && !slot->facts.rules)
		shelltrap_slot_lost_hit();
	/* When it goes on, nobody will know that it is a server now. */
	if (slot->facts.becomes_server)
		shelltrap_lineage_left_out();
	shelltrap_slot_close(slot, SHELLTRAP_VERDICT_PENDING);
}

/*
 * A claim's task is referenced, but the claim may end under us until it is held. Where a
 * report ends it, that is not now: the workqueue runs one item at a time. Otherwise the
 * task itself does, which is alive then, so its memory stays for a grace period.
 */
static void sweep_slot(struct shelltrap_slot *slot)
{
	int open = atomic_read_acquire(&slot->open);
	struct task_struct *task;
	bool over;

	rcu_read_lock();
	task = READ_ONCE(slot->task);
	over = task && exec_is_over(task);
	rcu_read_unlock();
	if (!over && !stands_still(slot))
		return;
	if (!hold(slot, open))
		return;
	if (over)
		shelltrap_slot_close(slot, SHELLTRAP_VERDICT_FAILED);
	else
		give_up(slot);
}

static void sweep(struct work_struct *work)
{
	unsigned int i;

	atomic_set(&sweeping, 0);
	/* Before looking: who claims a slot after this starts the next sweep. */
	smp_mb__after_atomic();

	for_each_set_bit(i, claimed, nr_slots)
		sweep_slot(&slots[i]);
	if (atomic_read(&shelltrap_slots_open) && !READ_ONCE(stopping) &&
	    !atomic_xchg(&sweeping, 1))
		queue_delayed_work(workqueue, &sweep_work, SWEEP_INTERVAL);
}

int shelltrap_slots_init(void (*report_fn)(struct shelltrap_slot *slot), void (*lost_fn)(u64 execs))
{
	report_slot = report_fn;
	report_lost = lost_fn;
	shelltrap_init_lazy_irq_work(&kick, kick_work);
	init_irq_work(&kick_now, kick_work);
	INIT_WORK(&report_work, report);
	INIT_DELAYED_WORK(&sweep_work, sweep);

	nr_slots = clamp_t(unsigned int, SLOTS_PER_CPU * num_possible_cpus(), SLOTS_MIN, SLOTS_MAX);
	slots = vzalloc(array_size(nr_slots, sizeof(*slots)));
	if (!slots)
		return -ENOMEM;
	/* With a rescuer: an alert does not wait for memory to make a thread. */
	workqueue = alloc_ordered_workqueue("shelltrap", WQ_HIGHPRI | WQ_MEM_RECLAIM);
	if (!workqueue) {
		vfree(slots);
		return -ENOMEM;
	}
	return 0;
}

static void sync_kicks(void)
{
	irq_work_sync(&kick);
	irq_work_sync(&kick_now);
}

void shelltrap_slots_exit(void)
{
	unsigned int i;

	/* Each may start the one below it, and the last the first, but no more than once. */
	WRITE_ONCE(stopping, true);
	sync_kicks();
	cancel_work_sync(&report_work);
	cancel_delayed_work_sync(&sweep_work);
	sync_kicks();
	cancel_work_sync(&report_work);

	report(&report_work);
	for_each_set_bit(i, claimed, nr_slots)
		slot_free(&slots[i]);
	destroy_workqueue(workqueue);
	vfree(slots);
}
