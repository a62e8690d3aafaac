// SPDX-License-Identifier: GPL-2.0
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/timekeeping.h>
#include <linux/workqueue.h>

#include "check.h"
#include "counters.h"
#include "enforce.h"
#include "event.h"
#include "hook.h"
#include "lineage.h"
#include "watch.h"

static unsigned int canary_interval = 10;
module_param(canary_interval, uint, 0444);
MODULE_PARM_DESC(canary_interval, "seconds between two tests of the probes, 0: never (10)");

static unsigned int heartbeat;
module_param(heartbeat, uint, 0444);
MODULE_PARM_DESC(heartbeat, "minutes between two heartbeat events, 0: none (0)");

/* A timer may be late by an eighth of its time. So a longer wait is made of shorter ones. */
#define WAIT_MAX	(30ULL * NSEC_PER_SEC)

static void look(struct work_struct *work);
static DECLARE_DELAYED_WORK(look_work, look);

/* Only the work uses these, all in ns since boot. */
static u64 loaded;
static u64 proven;		/* when the probes worked last */
static u64 test_due, beat_due;	/* U64_MAX: never */
static bool worked = true;
static u64 missed_told;
static u64 (*overwritten)(void);

static DEFINE_MUTEX(observe_mutex);
static bool observing;		/* the event of its end is still to be sent */
static bool stopped;

static void test_probes(u64 now)
{
	struct shelltrap_event_facts event = { .kind = SHELLTRAP_EVENT_DISARMED };
	bool works;

	event.armed = shelltrap_hook_armed();
	event.since = now - proven;
	works = event.armed & SHELLTRAP_ARMED_CHECK;
	if (works)
		event.kind = SHELLTRAP_EVENT_ARMED;
	if (works != worked)
		shelltrap_event_write(&event);
	if (works)
		proven = now;
	worked = works;
}

static void look_for_missed(void)
{
	struct shelltrap_event_facts event = { .kind = SHELLTRAP_EVENT_PROBE_MISSED };
	u64 missed = shelltrap_hook_missed() + shelltrap_hook_deny_missed();

	if (missed <= missed_told)
		return;
	event.count = missed - missed_told;
	missed_told = missed;
	shelltrap_event_write(&event);
}

static void beat(u64 now)
{
	struct shelltrap_event_counters counters = {
		.uptime = now - loaded,
		.execs = shelltrap_check_execs(),
		/* Read before "hits": see netlink_put_reports(). */
		.alerts = atomic64_read(&shelltrap_counters.alerts),
		.lost = atomic64_read(&shelltrap_counters.lost),
		.overwritten = overwritten(),
		.missed = shelltrap_hook_missed(),
	};
	const struct shelltrap_event_facts event = {
		.kind = SHELLTRAP_EVENT_HEARTBEAT,
		.armed = shelltrap_hook_armed(),
		.counters = &counters,
	};
	struct shelltrap_lineage_counters lineage;

	counters.hits = atomic64_read(&shelltrap_counters.hits);
	shelltrap_lineage_read(&lineage);
	counters.lineage = lineage.tasks;
	counters.left_out = lineage.left_out;
	shelltrap_event_write(&event);
}

/* Returns in how many seconds the observation ends; U32_MAX: never, or there is none. */
static u32 look_at_observation(void)
{
	const struct shelltrap_event_facts event = { .kind = SHELLTRAP_EVENT_OBSERVE_ENDED };
	u32 left = U32_MAX;

	mutex_lock(&observe_mutex);
	if (observing)
		left = shelltrap_enforce_observing();
	if (!left) {
		observing = false;
		shelltrap_event_write(&event);
		left = U32_MAX;
	}
	mutex_unlock(&observe_mutex);
	return left;
}

/* Returns the next time after @now, in steps of @interval from @due on. */
static u64 next_due(u64 due, u64 interval, u64 now)
{
	due += interval;
	return due > now ? due : now + interval;
}

static void look(struct work_struct *work)
{
	u64 now = ktime_get_boottime_ns(), due;
	u32 observed;

	if (now >= test_due) {
		test_probes(now);
		look_for_missed();
		test_due = next_due(test_due, canary_interval * (u64)NSEC_PER_SEC, now);
	}
	if (now >= beat_due) {
		beat(now);
		beat_due = next_due(beat_due, heartbeat * 60ULL * NSEC_PER_SEC, now);
	}
	observed = look_at_observation();
	due = min(test_due, beat_due);
	if (observed != U32_MAX)
		due = min(due, now + observed * (u64)NSEC_PER_SEC);
	if (due != U64_MAX)
		schedule_delayed_work(&look_work,
				      nsecs_to_jiffies(min_t(u64, due - now, WAIT_MAX)) + 1);
}

void shelltrap_watch_observe(bool observes)
{
	mutex_lock(&observe_mutex);
	if (observing && !observes)
		shelltrap_event_write_by(SHELLTRAP_EVENT_OBSERVE_ENDED);
	observing = observes;
	if (!stopped) {
		/* Not mod_delayed_work(): the name of the queue differs between kernels. */
		cancel_delayed_work(&look_work);
		schedule_delayed_work(&look_work, 0);
	}
	mutex_unlock(&observe_mutex);
}

void shelltrap_watch_init(u64 (*count_overwritten)(void))
{
	u64 now = ktime_get_boottime_ns();

	overwritten = count_overwritten;
	loaded = now;
	proven = now;
	test_due = canary_interval ? now + canary_interval * (u64)NSEC_PER_SEC : U64_MAX;
	beat_due = heartbeat ? now + heartbeat * 60ULL * NSEC_PER_SEC : U64_MAX;
	schedule_delayed_work(&look_work, 0);
}

void shelltrap_watch_exit(void)
{
	/* A policy may yet come in until the channel is closed. */
	mutex_lock(&observe_mutex);
	stopped = true;
	mutex_unlock(&observe_mutex);
	cancel_delayed_work_sync(&look_work);
}
