// SPDX-License-Identifier: GPL-2.0
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/uaccess.h>
#include <linux/uidgid.h>

#include "compat.h"
#include "event.h"
#include "lock.h"
#include "ruleset.h"

static DEFINE_MUTEX(mutex);
static bool locked;
static atomic64_t refused;

/* In an unload's probe, too: printk and events work in any context. */
static void refuse(const char *what)
{
	atomic64_inc(&refused);
	shelltrap_event_refused(what);
	pr_warn_ratelimited("locked: refused to %s for %s[%d], user %u\n", what, current->comm,
			    task_tgid_nr(current), from_kuid(&init_user_ns, current_uid()));
}

bool shelltrap_lock_refuses(const char *what)
{
	if (!shelltrap_locked())
		return false;
	refuse(what);
	return true;
}

/* The kernel refuses all others itself. Read from the credentials: no audit, no other hook. */
static bool may_unload(void)
{
	const struct cred *cred = current_cred();

	return cred->user_ns == &init_user_ns && cap_raised(cred->cap_effective, CAP_SYS_MODULE);
}

/*
 * A module that is in use is not asked about its unloading, so the system call is
 * watched. A name that isn't in memory right now can't be read here. It is hardly ours: a
 * caller who means this module has just written its name.
 */
static int delete_probe(struct kprobe *probe, struct pt_regs *regs)
{
	struct pt_regs *user = (struct pt_regs *)regs_get_kernel_argument(regs, 0);
	const char __user *name = (const char __user *)regs_get_kernel_argument(user, 0);
	char copy[sizeof(KBUILD_MODNAME)];

	if (may_unload() && !copy_from_user_nofault(copy, name, sizeof(copy)) &&
	    !memcmp(copy, KBUILD_MODNAME, sizeof(copy)))
		refuse("unload");
	return 0;
}

static struct kprobe delete_kprobe = {
	.symbol_name = SHELLTRAP_DELETE_MODULE,
	.pre_handler = delete_probe,
};

static bool watched;		/* the system call */

static int lock(void)
{
	int err;

	if (!try_module_get(THIS_MODULE))
		return -ENODEV;
	shelltrap_ruleset_lock();
	err = register_kprobe(&delete_kprobe);
	if (err)
		pr_warn("can't probe %s, error %d: attempts to unload fail but are not counted\n",
			delete_kprobe.symbol_name, err);
	watched = !err;
	WRITE_ONCE(locked, true);
	pr_info("locked until the next boot by %s[%d], user %u\n", current->comm,
		task_tgid_nr(current), from_kuid(&init_user_ns, current_uid()));
	shelltrap_event_write_by(SHELLTRAP_EVENT_LOCKED);
	return 0;
}

int shelltrap_lock(void)
{
	int err = 0;

	mutex_lock(&mutex);
	if (!locked)
		err = lock();
	mutex_unlock(&mutex);
	return err;
}

bool shelltrap_locked(void)
{
	return READ_ONCE(locked);
}

u64 shelltrap_lock_refused(void)
{
	return atomic64_read(&refused);
}

/* The module stays, unless rmmod -f takes it away: then the probe must not stay behind. */
void shelltrap_lock_exit(void)
{
	if (watched)
		unregister_kprobe(&delete_kprobe);
}
