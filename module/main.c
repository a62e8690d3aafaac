// SPDX-License-Identifier: GPL-2.0
/*
 * Shelltrap: sees a web server start a shell, at the moment of exec.
 *
 * What happens at an exec, in order:
 *
 *	hook.c		the kernel is about to run a program, or has done so
 *	target.c	what is being started
 *	actor.c		who starts it, and who is behind that
 *	policy.c	which rules that hits (defaults.c: the built-in ones)
 *	slot.c		the exec gets a slot until it is over
 *	capture.c	what is known of it is copied there
 *	report.c	later, in process context: paths get names,
 *	record.c	all of it becomes a netlink message,
 *	backlog.c	which is kept under a number
 *	netlink.c	and sent to whoever listens
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/mm.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/slab.h>

#include "defaults.h"
#include "hook.h"
#include "netlink.h"
#include "policy.h"
#include "report.h"

static unsigned int backlog_size = 4 * 1024 * 1024;
module_param(backlog_size, uint, 0444);
MODULE_PARM_DESC(backlog_size, "bytes of memory for alerts nobody has read yet (4194304)");

static struct shelltrap_policy *policy;

static int __init load_policy(void)
{
	int err;

	policy = kvzalloc(shelltrap_policy_size(SHELLTRAP_DEFAULTS_NAMES, SHELLTRAP_DEFAULTS_TEXT),
			  GFP_KERNEL);
	if (!policy)
		return -ENOMEM;
	shelltrap_policy_init(policy, SHELLTRAP_DEFAULTS_NAMES, SHELLTRAP_DEFAULTS_TEXT);
	err = shelltrap_defaults_add(policy);
	if (err)
		kvfree(policy);
	return err;
}

static int __init open_channel(void)
{
	int err = shelltrap_netlink_init(backlog_size, policy);

	if (err == -EINVAL)
		pr_err("backlog_size=%u is too small for an alert: not loading\n", backlog_size);
	else if (err)
		pr_err("can't open the channel with backlog_size=%u, error %d: not loading\n",
		       backlog_size, err);
	return err;
}

static int __init prepare_reports(void)
{
	int err = shelltrap_report_init(policy);

	if (err)
		pr_err("can't prepare for alerts, error %d: not loading\n", err);
	return err;
}

static int __init shelltrap_init(void)
{
	int err;

	err = load_policy();
	if (err) {
		pr_err("can't load the rules, error %d: not loading\n", err);
		return err;
	}
	err = open_channel();
	if (err)
		goto err_netlink;
	err = prepare_reports();
	if (err)
		goto err_report;
	err = shelltrap_hook_init(policy);
	if (err)
		goto err_hook;

	pr_info("version " SHELLTRAP_VERSION " armed: %u rules, %u names\n", policy->nr_rules,
		policy->nr_names);
	return 0;

err_hook:
	shelltrap_report_exit();
err_report:
	shelltrap_netlink_exit();
err_netlink:
	kvfree(policy);
	return err;
}

static void __exit shelltrap_exit(void)
{
	shelltrap_hook_exit();
	shelltrap_report_exit();
	shelltrap_netlink_exit();
	kvfree(policy);
	pr_info("unloaded\n");
}

module_init(shelltrap_init);
module_exit(shelltrap_exit);

MODULE_DESCRIPTION("Sees web servers start shells, at the moment of exec");
MODULE_AUTHOR("The Shelltrap authors");
MODULE_VERSION(SHELLTRAP_VERSION);
MODULE_LICENSE("GPL");
