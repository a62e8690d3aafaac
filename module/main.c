// SPDX-License-Identifier: GPL-2.0
/*
 * Shelltrap: sees a web server start a shell, at the moment of exec.
 *
 * What happens at an exec, in order:
 *
 *	hook.c		the kernel is about to run a program, or has done so:
 *	check.c		what is to be said of that
 *	ruleset.c	by the policy in force
 *	target.c	what is being started
 *	condition.c	under which circumstances
 *	actor.c		who starts it, and who is behind that,
 *	lineage.c	even if that is gone (runtime.c: and what a java or python is),
 *	task.c		as far as a task can be asked,
 *	lookup.c	by the sets that the policy has their names and files in (policy.c makes
 *			it, defaults.c is the built-in one),
 *	decide.c	which rules that hits (environment.c: whether an exception may)
 *	enforce.c	and whether it is to be stopped
 *	slot.c		the exec gets a slot until it is over
 *	capture.c	what is known of it is copied there
 *	counters.c	and counted there
 *	report.c	later, in process context: paths get names,
 *	record.c	all of it becomes a netlink message,
 *	backlog.c	which is kept under a number
 *	netlink.c	and sent to whoever listens
 *
 * And beside that: a policy comes in by transaction.c, has its paths followed by paths.c
 * and is shown by listing.c, until lock.c forbids to change it.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/err.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/slab.h>

#include "defaults.h"
#include "hook.h"
#include "lineage.h"
#include "netlink.h"
#include "paths.h"
#include "policy.h"
#include "report.h"
#include "ruleset.h"

static unsigned int backlog_size = 4 * 1024 * 1024;
module_param(backlog_size, uint, 0444);
MODULE_PARM_DESC(backlog_size, "bytes of memory for alerts nobody has read yet (4194304)");

/* In memory of kvzalloc(). */
static struct shelltrap_policy * __init new_built_in_policy(void)
{
	struct shelltrap_policy *policy;

	policy = kvzalloc(shelltrap_policy_size(SHELLTRAP_DEFAULTS_MEMBERS,
						SHELLTRAP_DEFAULTS_TEXT), GFP_KERNEL);
	if (!policy)
		return ERR_PTR(-ENOMEM);
	shelltrap_policy_init(policy, SHELLTRAP_DEFAULTS_MEMBERS, SHELLTRAP_DEFAULTS_TEXT);
	if (WARN_ON(shelltrap_defaults_add(policy))) {
		kvfree(policy);
		return ERR_PTR(-EINVAL);
	}
	shelltrap_paths_follow(policy);
	return policy;
}

/* The built-in policy, until another is loaded. */
static int __init load_defaults(void)
{
	struct shelltrap_policy *policy = new_built_in_policy();
	int err;

	if (IS_ERR(policy))
		return PTR_ERR(policy);
	err = shelltrap_ruleset_install(policy);
	if (err)
		kvfree(policy);
	return err;
}

static int __init open_channel(void)
{
	int err = shelltrap_netlink_init(backlog_size);

	if (err == -EINVAL)
		pr_err("backlog_size=%u is too small for an alert: not loading\n", backlog_size);
	else if (err)
		pr_err("can't open the channel with backlog_size=%u, error %d: not loading\n",
		       backlog_size, err);
	return err;
}

static int __init prepare_reports(void)
{
	int err = shelltrap_report_init();

	if (err)
		pr_err("can't prepare for alerts, error %d: not loading\n", err);
	return err;
}

static int __init prepare_lineage(void)
{
	int err = shelltrap_lineage_init();

	if (err)
		pr_err("can't prepare for the lineage, error %d: not loading\n", err);
	return err;
}

static int __init shelltrap_init(void)
{
	int err;

	err = load_defaults();
	if (err) {
		pr_err("can't load the rules, error %d: not loading\n", err);
		return err;
	}
	err = prepare_lineage();
	if (err)
		goto err_lineage;
	err = open_channel();
	if (err)
		goto err_netlink;
	err = prepare_reports();
	if (err)
		goto err_report;
	err = shelltrap_hook_init();
	if (err)
		goto err_hook;
	shelltrap_lineage_start();

	pr_info("version " SHELLTRAP_VERSION " armed\n");
	return 0;

err_hook:
	shelltrap_report_exit();
err_report:
	shelltrap_netlink_exit();
err_netlink:
	shelltrap_lineage_exit();
err_lineage:
	shelltrap_ruleset_exit();
	return err;
}

static void __exit shelltrap_exit(void)
{
	shelltrap_hook_exit();
	shelltrap_report_exit();
	shelltrap_netlink_exit();
	shelltrap_lineage_exit();
	shelltrap_ruleset_exit();
	pr_info("unloaded\n");
}

module_init(shelltrap_init);
module_exit(shelltrap_exit);

MODULE_DESCRIPTION("Sees web servers start shells, at the moment of exec");
MODULE_AUTHOR("The Shelltrap authors");
MODULE_VERSION(SHELLTRAP_VERSION);
MODULE_LICENSE("GPL");
