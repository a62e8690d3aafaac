// SPDX-License-Identifier: GPL-2.0
/*
 * Shelltrap: sees a web server start a shell, at the moment of exec.
 *
 * The files, in the order in which they work at an exec:
 *
 *	hook.c		probes: the kernel is about to run a program, or has done so
 *	listen.c	another probe, earlier: a process has begun to listen
 *	check.c		handles the exec, from the first probe to the last
 *	ruleset.c	finds the policy in force
 *	target.c	finds out what is being started
 *	condition.c	finds out under which circumstances
 *	trust.c		finds out whether an attacker may have put a file there
 *	injection.c	finds out whether other code than the program's own runs in it
 *	actor.c		looks at the calling task and its ancestors
 *	lineage.c	remembers which processes descend from a server, even a dead one
 *	origin.c	describes a server that begins to serve
 *	variables.c	finds variables of an environment that put code into a program
 *	task.c		reads a task's name, executable and command line
 *	evidence.c	finds out on which sockets a process listens
 *	runtime.c	reads in a command line which program a java or python runs
 *	lookup.c	finds the policy's sets that contain a name, a path or a file
 *	decide.c	decides which rules match
 *	holes.c		compares a command line with one whose parts may vary
 *	environment.c	decides whether the environment allows an exception
 *	enforce.c	decides whether the exec is to be stopped
 *	hit.c		keeps an exec that a rule matches, or may yet match, until it is over
 *	capture.c	copies the facts into the hit
 *	sockets.c	finds the sockets of a process
 *	client.c	describes a connection that a server has accepted
 *	proxy.c		finds the server that has the other end of a connection
 *	request.c	finds the clients among them: whose request it was
 *	counters.c	counts
 *	report.c	before the program's first instruction, in its own process: stops it, or
 *			resolves the paths (pathname.c), and reads the environment (cgi.c)
 *	hold.c		lets that process wait, if a rule says so
 *	quota.c		bounds how many wait at once
 *	killer.c	sees who ends one by a signal
 *	record.c	writes the facts as a netlink message
 *	backlog.c	keeps the message under a number
 *	netlink.c	sends the message to the listeners
 *
 * event.c writes records of what happens to the module itself (record_event.c); watch.c tests
 * the probes at regular intervals.
 *
 * The policy: policy.c builds and checks it; defaults.c is the built-in one.
 * transaction.c receives another from user space, paths.c resolves its paths, listing.c
 * sends it back, and lock.c forbids to change it. servers.c lists the known servers.
 *
 * kernel.c finds out what the running kernel is like; compat.h holds what differs between
 * kernels.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/err.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/slab.h>

#include "defaults.h"
#include "environment.h"
#include "event.h"
#include "hook.h"
#include "lineage.h"
#include "listen.h"
#include "lock.h"
#include "namespace.h"
#include "netlink.h"
#include "paths.h"
#include "policy.h"
#include "report.h"
#include "ruleset.h"
#include "sockets.h"
#include "variables.h"
#include "watch.h"

static unsigned int backlog_size = 4 * 1024 * 1024;
module_param(backlog_size, uint, 0444);
MODULE_PARM_DESC(backlog_size, "memory for the latest alerts, in bytes (4194304)");

/* Returns an error pointer, or a policy to be freed with kvfree(). */
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

/* The built-in policy stays in force until user space loads another. */
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

static int __init prepare_channel(void)
{
	int err = shelltrap_netlink_init(backlog_size);

	if (err == -EINVAL)
		pr_err("backlog_size=%u is too small for an alert: not loading\n", backlog_size);
	else if (err)
		pr_err("can't open the netlink channel with backlog_size=%u, error %d: not loading\n",
		       backlog_size, err);
	return err;
}

static int __init open_channel(void)
{
	int err = shelltrap_netlink_open();

	if (err)
		pr_err("can't open the channel, error %d: not loading\n", err);
	return err;
}

static int __init prepare_reports(void)
{
	int err = shelltrap_report_init();

	if (err)
		pr_err("can't allocate memory for alerts, error %d: not loading\n", err);
	return err;
}

static int __init prepare_lineage(void)
{
	int err = shelltrap_lineage_init();

	if (err)
		pr_err("can't allocate memory for the lineage, error %d: not loading\n", err);
	return err;
}

static int __init prepare_sockets(void)
{
	int err = shelltrap_sockets_init();

	if (err)
		pr_err("can't make a socket, error %d: not loading\n", err);
	return err;
}

static int __init prepare_listen(void)
{
	int err = shelltrap_listen_init();

	if (err)
		pr_err("can't allocate memory to see listen(), error %d: not loading\n", err);
	return err;
}

static int __init shelltrap_init(void)
{
	int err;

	shelltrap_variables_init();
	shelltrap_environment_init();
	shelltrap_namespace_init();
	err = prepare_sockets();
	if (err)
		return err;
	err = load_defaults();
	if (err) {
		pr_err("can't load the built-in policy, error %d: not loading\n", err);
		return err;
	}
	err = prepare_lineage();
	if (err)
		goto err_lineage;
	err = prepare_channel();
	if (err)
		goto err_netlink;
	err = prepare_reports();
	if (err)
		goto err_report;
	shelltrap_event_init(shelltrap_report_event);
	err = shelltrap_hook_init();
	if (err)
		goto err_hook;
	err = prepare_listen();
	if (err)
		goto err_listen;
	shelltrap_lineage_start();
	/* Last: no policy comes in before all is there to be taken back. */
	err = open_channel();
	if (err)
		goto err_open;
	shelltrap_watch_init(shelltrap_netlink_overwritten);

	pr_info("version " SHELLTRAP_VERSION " armed\n");
	return 0;

err_open:
	shelltrap_listen_exit();
err_listen:
	shelltrap_hook_exit();
err_hook:
	shelltrap_event_drop();
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
	shelltrap_lock_exit();
	shelltrap_listen_exit();
	shelltrap_watch_exit();
	shelltrap_event_exit();
	shelltrap_hook_exit();
	shelltrap_report_exit();
	shelltrap_netlink_close();
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
