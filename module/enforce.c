// SPDX-License-Identifier: GPL-2.0
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/atomic.h>
#include <linux/moduleparam.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/timekeeping.h>

#include "decide.h"
#include "enforce.h"
#include "event.h"
#include "lock.h"

static bool enforce = true;

/* When observation ends, ns since boot. */
static atomic64_t observed_until;
static atomic64_t denied, killed, would_deny, escaped;

/* Who has locked the policy has locked this. The kernel calls one set function at a time. */
static int set_enforce(const char *value, const struct kernel_param *param)
{
	struct shelltrap_event_facts event = { .kind = SHELLTRAP_EVENT_ENFORCE_CHANGED };
	bool before = READ_ONCE(enforce);
	int err;

	if (shelltrap_lock_refuses("change enforce"))
		return -EPERM;
	err = param_set_bool(value, param);
	event.enforce = READ_ONCE(enforce);
	if (err || event.enforce == before)
		return err;
	shelltrap_event_by_current(&event.by);
	shelltrap_event_write(&event);
	return 0;
}

static const struct kernel_param_ops enforce_ops = {
	.flags	= KERNEL_PARAM_OPS_FL_NOARG,
	.set	= set_enforce,
	.get	= param_get_bool,
};

module_param_cb(enforce, &enforce_ops, &enforce, 0644);
MODULE_PARM_DESC(enforce, "whether rules that deny or kill do so, or only raise alerts (Y)");

bool shelltrap_enforcing(void)
{
	return READ_ONCE(enforce) &&
	       ktime_get_boot_fast_ns() >= (u64)atomic64_read(&observed_until);
}

u64 shelltrap_enforce_rules(const struct shelltrap_policy *policy, u64 rules, bool server)
{
	/* The kernel's own helpers have no memory of their own before they are executed. */
	if (is_global_init(current) || (current->flags & PF_KTHREAD) || !current->mm)
		return 0;
	return shelltrap_policy_enforced(policy, rules, server);
}

u64 shelltrap_enforce_observe(u32 seconds)
{
	u64 until = U64_MAX;

	if (seconds != U32_MAX)
		until = ktime_get_boot_fast_ns() + (u64)seconds * NSEC_PER_SEC;
	return atomic64_xchg(&observed_until, until);
}

void shelltrap_enforce_restore(u64 until)
{
	atomic64_set(&observed_until, until);
}

u32 shelltrap_enforce_observing(void)
{
	u64 until = atomic64_read(&observed_until), now = ktime_get_boot_fast_ns();

	if (until == U64_MAX)
		return U32_MAX;
	return until > now ? DIV_ROUND_UP_ULL(until - now, NSEC_PER_SEC) : 0;
}

bool shelltrap_enforce_kill(struct task_struct *task)
{
	if (send_sig(SIGKILL, task, 1))
		return false;
	atomic64_inc(&killed);
	return true;
}

void shelltrap_enforce_denied(void)
{
	atomic64_inc(&denied);
}

void shelltrap_enforce_would_deny(void)
{
	atomic64_inc(&would_deny);
}

void shelltrap_enforce_escaped(void)
{
	atomic64_inc(&escaped);
	pr_warn_ratelimited("%s[%d] was to be denied an exec, and was not\n", current->comm,
			    task_tgid_nr(current));
}

void shelltrap_enforce_read(struct shelltrap_enforce_counters *counters)
{
	counters->enforce = READ_ONCE(enforce);
	counters->denied = atomic64_read(&denied);
	counters->killed = atomic64_read(&killed);
	counters->would_deny = atomic64_read(&would_deny);
	counters->escaped = atomic64_read(&escaped);
}
