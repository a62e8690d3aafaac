// SPDX-License-Identifier: GPL-2.0
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/kprobes.h>
#include <linux/sched.h>
#include <linux/tracepoint.h>

#include "check.h"
#include "compat.h"
#include "hook.h"
#include "lineage.h"

static int check_probe(struct kprobe *probe, struct pt_regs *regs)
{
	shelltrap_check_exec((const struct linux_binprm *)regs_get_kernel_argument(regs, 0));
	return 0;
}

static struct kprobe check_kprobe = {
	.symbol_name = "security_bprm_check",
	.pre_handler = check_probe,
};

/*
 * Root can disarm all kprobes, or the function tracer below them, without the
 * owner of a probe being told. Only trying shows it: on a function of our own.
 * (No bool: where UBSAN watches those, gcc takes READ_ONCE() for a plain read,
 * and what it then knows of canary() for granted.)
 */
static int canary_sang;

static noinline void canary(void)
{
	barrier();
}

static int canary_probe(struct kprobe *probe, struct pt_regs *regs)
{
	WRITE_ONCE(canary_sang, 1);
	return 0;
}

static struct kprobe canary_kprobe = {
	.addr = (kprobe_opcode_t *)canary,
	.pre_handler = canary_probe,
};

static void forked(void *data, struct task_struct *parent, struct task_struct *child)
{
	shelltrap_lineage_forked(parent, child);
}

static void renamed(void *data, struct task_struct *task, const char *comm)
{
	shelltrap_lineage_renamed(task, comm);
}

static void exited(void *data, SHELLTRAP_EXIT_PROTO(struct task_struct *task))
{
	shelltrap_lineage_exited(task);
}

static void exec_done(void *data, struct task_struct *task, pid_t old_pid,
		      struct linux_binprm *bprm)
{
	shelltrap_check_done(bprm);
}

static struct {
	const char *name;
	void *probe;
	struct tracepoint *tracepoint;
} tracepoints[] = {
	/* The one that empties the lineage before those that fill it. */
	{ "sched_process_exit", exited },
	{ "sched_process_fork", forked },
	{ "task_rename", renamed },
	{ "sched_process_exec", exec_done },
};

/* They aren't exported by name, but all are listed. */
static void match_tracepoint(struct tracepoint *tracepoint, void *unused)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(tracepoints); i++)
		if (!strcmp(tracepoint->name, tracepoints[i].name))
			tracepoints[i].tracepoint = tracepoint;
}

/* The first @connected of them. */
static void disconnect_tracepoints(unsigned int connected)
{
	while (connected--)
		tracepoint_probe_unregister(tracepoints[connected].tracepoint,
					    tracepoints[connected].probe, NULL);
	tracepoint_synchronize_unregister();
}

static int connect_tracepoint(unsigned int i)
{
	int err = -ENOENT;

	if (tracepoints[i].tracepoint)
		err = tracepoint_probe_register(tracepoints[i].tracepoint, tracepoints[i].probe,
						NULL);
	if (err)
		pr_err("can't hook tracepoint %s, error %d: not loading\n", tracepoints[i].name,
		       err);
	return err;
}

static int connect_tracepoints(void)
{
	unsigned int i;
	int err;

	for_each_kernel_tracepoint(match_tracepoint, NULL);
	for (i = 0; i < ARRAY_SIZE(tracepoints); i++) {
		err = connect_tracepoint(i);
		if (err) {
			disconnect_tracepoints(i);
			return err;
		}
	}
	return 0;
}

static int arm(struct kprobe *probe)
{
	int err = register_kprobe(probe);

	if (err == -ENOENT)
		pr_err("this kernel has no function %s to probe (built without CONFIG_SECURITY?): not loading\n",
		       probe->symbol_name);
	else if (err)
		pr_err("can't probe %s, error %d: not loading\n",
		       probe->symbol_name ?: "a function of its own", err);
	return err;
}

int shelltrap_hook_init(void)
{
	int err;

	err = connect_tracepoints();
	if (err)
		return err;
	err = arm(&canary_kprobe);
	if (err)
		goto err_canary;
	err = arm(&check_kprobe);
	if (err)
		goto err_check;
	return 0;

err_check:
	unregister_kprobe(&canary_kprobe);
err_canary:
	disconnect_tracepoints(ARRAY_SIZE(tracepoints));
	return err;
}

void shelltrap_hook_exit(void)
{
	unregister_kprobe(&check_kprobe);
	unregister_kprobe(&canary_kprobe);
	disconnect_tracepoints(ARRAY_SIZE(tracepoints));
}

u32 shelltrap_hook_armed(void)
{
	u32 armed = SHELLTRAP_ARMED_DONE;

	WRITE_ONCE(canary_sang, 0);
	canary();
	if (READ_ONCE(canary_sang) && !kprobe_disabled(&check_kprobe))
		armed |= SHELLTRAP_ARMED_CHECK;
	return armed;
}

unsigned long shelltrap_hook_missed(void)
{
	return check_kprobe.nmissed;
}
