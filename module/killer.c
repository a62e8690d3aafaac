// SPDX-License-Identifier: GPL-2.0
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/mutex.h>
#include <linux/preempt.h>
#include <linux/sched/signal.h>
#include <linux/tracepoint.h>
#include <trace/events/signal.h>

#include "hold.h"
#include "killer.h"
#include "tracepoints.h"

static DEFINE_MUTEX(killer_mutex);
static struct tracepoint *killer_tracepoint;
static bool killer_watching, killer_ended;

/*
 * The kernel also sends signals of its own, as when memory is short, and signals that a process
 * has asked for earlier, as by F_SETSIG: then current has nothing to do with it.
 */
static bool killer_is_current(const struct kernel_siginfo *info)
{
	if (info == SEND_SIG_PRIV || !in_task())
		return false;
	return info == SEND_SIG_NOINFO || info->si_code == SI_USER || info->si_code == SI_TKILL ||
	       info->si_code == SI_QUEUE;
}

/* The kernel calls this for each signal, with interrupts off, and holds the lock of the signal. */
static void killer_see(void *data, int sig, struct kernel_siginfo *info, struct task_struct *task,
		       int group, int result)
{
	if (shelltrap_hold_any() && __fatal_signal_pending(task))
		shelltrap_hold_killed(task, killer_is_current(info));
}

/* The caller holds the mutex. */
static int killer_start(void)
{
	check_trace_callback_type_signal_generate(killer_see);
	killer_tracepoint = shelltrap_tracepoint("signal_generate");
	if (!killer_tracepoint)
		return -ENOENT;
	return tracepoint_probe_register(killer_tracepoint, killer_see, NULL);
}

void shelltrap_killer_watch(void)
{
	int err;

	mutex_lock(&killer_mutex);
	if (!killer_watching && !killer_ended) {
		err = killer_start();
		killer_watching = !err;
		if (err)
			pr_warn("can't hook tracepoint signal_generate, error %d: who kills a held process stays unknown\n",
				err);
	}
	mutex_unlock(&killer_mutex);
}

void shelltrap_killer_exit(void)
{
	mutex_lock(&killer_mutex);
	killer_ended = true;
	if (killer_watching)
		tracepoint_probe_unregister(killer_tracepoint, killer_see, NULL);
	killer_watching = false;
	mutex_unlock(&killer_mutex);
	tracepoint_synchronize_unregister();
}
