// SPDX-License-Identifier: GPL-2.0
#include <linux/atomic.h>
#include <linux/audit.h>
#include <linux/cred.h>
#include <linux/irq_work.h>
#include <linux/jiffies.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/uidgid.h>
#include <linux/workqueue.h>

#include "event.h"
#include "ruleset.h"

/* Held to write an event. */
static DEFINE_MUTEX(event_mutex);
static void (*event_writer)(const struct shelltrap_event_facts *event);	/* NULL: no events */
static bool may_kick;

/*
 * The attempts on what is locked. The one that finds "refused_state" free describes itself, for
 * the next event. All others are only counted.
 */
enum { REFUSED_FREE, REFUSED_FILLING, REFUSED_FULL };
static atomic_t refused_state = ATOMIC_INIT(REFUSED_FREE);
static struct shelltrap_event_facts refused;
static atomic64_t refused_count;
static unsigned long refused_last;	/* when the last event was written, in jiffies */
static bool refused_ever;

static atomic64_t full_count;		/* tasks without room in the lineage table */
static bool full;			/* readers know; protected by the mutex */

static void tell_counted(struct work_struct *work);
static DECLARE_DELAYED_WORK(event_work, tell_counted);
static struct irq_work event_kick;

void shelltrap_event_by_current(struct shelltrap_by *by)
{
	by->pid = task_tgid_nr(current);
	/* Not get_task_comm(): it takes a lock, and this may be the handler of a probe. */
	strscpy(by->comm, current->comm, sizeof(by->comm));
	by->uid = __kuid_val(current_uid());
	by->loginuid = __kuid_val(audit_get_loginuid(current));
}

/* The caller holds the mutex. */
static void write_event(const struct shelltrap_event_facts *event)
{
	if (event_writer)
		event_writer(event);
}

void shelltrap_event_write(const struct shelltrap_event_facts *event)
{
	mutex_lock(&event_mutex);
	write_event(event);
	mutex_unlock(&event_mutex);
}

void shelltrap_event_write_by(enum shelltrap_event kind)
{
	struct shelltrap_event_facts event = { .kind = kind };

	shelltrap_event_by_current(&event.by);
	shelltrap_event_write(&event);
}

/*
 * Any context. shelltrap_event_exit() waits for all that have read may_kick, and then for the
 * irq_work.
 */
static void kick(void)
{
	preempt_disable_notrace();
	if (READ_ONCE(may_kick))
		irq_work_queue(&event_kick);
	preempt_enable_notrace();
}

static void kicked(struct irq_work *work)
{
	unsigned long next = READ_ONCE(refused_last) + HZ;

	if (READ_ONCE(refused_ever) && time_before(jiffies, next))
		schedule_delayed_work(&event_work, next - jiffies);
	else
		schedule_delayed_work(&event_work, 0);
}

void shelltrap_event_refused(const char *what)
{
	/* With barriers: tell_refused() counts this attempt, or this finds the state free. */
	atomic64_inc_return(&refused_count);
	if (atomic_cmpxchg(&refused_state, REFUSED_FREE, REFUSED_FILLING) != REFUSED_FREE)
		return;
	refused.kind = SHELLTRAP_EVENT_REFUSED;
	refused.what = what;
	shelltrap_event_by_current(&refused.by);
	atomic_set_release(&refused_state, REFUSED_FULL);
	kick();
}

/* The caller holds the mutex. */
static void tell_refused(void)
{
	struct shelltrap_event_facts event;

	if (atomic_read_acquire(&refused_state) != REFUSED_FULL)
		return;
	event = refused;
	/* With barriers on both sides: the copy comes before, the count after. */
	atomic_xchg(&refused_state, REFUSED_FREE);
	event.count = atomic64_xchg(&refused_count, 0);
	if (!event.count)
		return;
	write_event(&event);
	WRITE_ONCE(refused_last, jiffies);
	WRITE_ONCE(refused_ever, true);
}

void shelltrap_event_lineage_full(void)
{
	if (atomic64_inc_return(&full_count) == 1)
		kick();
}

/* The caller holds the mutex. */
static void tell_full(void)
{
	struct shelltrap_event_facts event = { .kind = SHELLTRAP_EVENT_LINEAGE_FULL };

	event.count = atomic64_xchg(&full_count, 0);
	if (!event.count || full)
		return;
	full = true;
	write_event(&event);
}

void shelltrap_event_lineage_complete(void)
{
	const struct shelltrap_event_facts event = { .kind = SHELLTRAP_EVENT_LINEAGE_RECOVERED };

	mutex_lock(&event_mutex);
	tell_full();
	if (full)
		write_event(&event);
	full = false;
	mutex_unlock(&event_mutex);
}

static void tell_counted(struct work_struct *work)
{
	mutex_lock(&event_mutex);
	tell_refused();
	tell_full();
	mutex_unlock(&event_mutex);
}

static void write_loaded(void)
{
	struct shelltrap_ruleset *ruleset = shelltrap_ruleset_get_current();
	struct shelltrap_event_facts event = {
		.kind = SHELLTRAP_EVENT_LOADED,
		.policy = ruleset->policy,
	};

	shelltrap_event_by_current(&event.by);
	shelltrap_event_write(&event);
	shelltrap_ruleset_put(ruleset);
}

void shelltrap_event_init(void (*writer)(const struct shelltrap_event_facts *event))
{
	init_irq_work(&event_kick, kicked);
	mutex_lock(&event_mutex);
	event_writer = writer;
	mutex_unlock(&event_mutex);
	WRITE_ONCE(may_kick, true);
	write_loaded();
}

void shelltrap_event_drop(void)
{
	WRITE_ONCE(may_kick, false);
	synchronize_rcu();
	irq_work_sync(&event_kick);
	cancel_delayed_work_sync(&event_work);
	mutex_lock(&event_mutex);
	event_writer = NULL;
	mutex_unlock(&event_mutex);
}

void shelltrap_event_exit(void)
{
	shelltrap_event_write_by(SHELLTRAP_EVENT_UNLOADING);
	shelltrap_event_drop();
}
