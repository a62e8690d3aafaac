// SPDX-License-Identifier: GPL-2.0
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/kprobes.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/tracepoint.h>
#include <trace/events/sched.h>
#include <trace/events/task.h>

#include "check.h"
#include "compat.h"
#include "hook.h"
#include "lineage.h"
#include "listen.h"
#include "tracepoints.h"

#ifndef CONFIG_KPROBES
#error "shelltrap needs a kernel with CONFIG_KPROBES"
#endif
#ifndef CONFIG_TRACEPOINTS
#error "shelltrap needs a kernel with CONFIG_TRACEPOINTS"
#endif

static int check_probe(struct kprobe *probe, struct pt_regs *regs)
{
	const struct linux_binprm *bprm = (const void *)regs_get_kernel_argument(regs, 0);

	shelltrap_check_count(bprm);
	shelltrap_check_exec(bprm, SHELLTRAP_PROBER_ENTRY);
	return 0;
}

static struct kprobe check_kprobe = {
	.symbol_name = "security_bprm_check",
	.pre_handler = check_probe,
};

/* Only what is to be refused keeps an instance until the function returns. */
static int deny_entry(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	const struct linux_binprm *bprm = (const void *)regs_get_kernel_argument(regs, 0);

	return !shelltrap_check_exec(bprm, SHELLTRAP_PROBER_RETURN);
}

/* Where another security module has refused the exec, this one has not. */
static int deny_return(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	if (!(int)regs_return_value(regs)) {
		shelltrap_check_refused();
		regs_set_return_value(regs, -EPERM);
	}
	return 0;
}

static unsigned int deny_instances = 128;
module_param(deny_instances, uint, 0444);
MODULE_PARM_DESC(deny_instances, "how many execs can be refused at the same moment (128)");

static struct kretprobe deny_kretprobe;
static DEFINE_MUTEX(deny_mutex);
static bool denying, ended;
static u64 deny_missed;		/* by those that are gone */

static int start_denying(void)
{
	int err;

	/* Nothing may be left of an earlier registration. */
	deny_kretprobe = (struct kretprobe){
		.kp.symbol_name	= check_kprobe.symbol_name,
		.entry_handler	= deny_entry,
		.handler	= deny_return,
		.maxactive	= clamp_t(unsigned int, deny_instances, 1, 4096),
	};
	err = register_kretprobe(&deny_kretprobe);
	if (err)
		pr_err("can't probe the return of %s, error %d: nothing is denied\n",
		       check_kprobe.symbol_name, err);
	WRITE_ONCE(denying, !err);
	return err;
}

static void stop_denying(void)
{
	WRITE_ONCE(denying, false);
	unregister_kretprobe(&deny_kretprobe);
	deny_missed += deny_kretprobe.nmissed;
}

int shelltrap_hook_deny(bool deny)
{
	int err = 0;

	mutex_lock(&deny_mutex);
	if (deny && ended)
		err = -ESHUTDOWN;
	else if (deny && !denying)
		err = start_denying();
	else if (!deny && denying)
		stop_denying();
	mutex_unlock(&deny_mutex);
	return err;
}

/* A policy may yet come in until the channel is closed. */
static void end_denying(void)
{
	mutex_lock(&deny_mutex);
	ended = true;
	mutex_unlock(&deny_mutex);
	shelltrap_hook_deny(false);
}

u64 shelltrap_hook_deny_missed(void)
{
	return deny_missed + (READ_ONCE(denying) ? deny_kretprobe.nmissed : 0);
}

/*
 * Root can disarm all kprobes, or the function tracer that they use, and the owner of a
 * probe is not notified. Only a test call of a probed function shows it. (Not a bool: with
 * UBSAN's checks of bools gcc makes READ_ONCE() a plain read, and optimizes it away.)
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

static void exited(void *data, struct task_struct *task)
{
	shelltrap_lineage_exited(task);
}

static void exited_group(void *data, struct task_struct *task, bool group_dead)
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
	{ "sched_process_exit", shelltrap_exit_probe(exited, exited_group) },
	{ "sched_process_fork", forked },
	{ "task_rename", renamed },
	{ "sched_process_exec", exec_done },
};

/* The compiler checks here that each function takes what its tracepoint gives. */
static void check_prototypes(void)
{
	check_trace_callback_type_sched_process_exit(shelltrap_exit_probe(exited, exited_group));
	check_trace_callback_type_sched_process_fork(forked);
	check_trace_callback_type_task_rename(renamed);
	check_trace_callback_type_sched_process_exec(exec_done);
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

	tracepoints[i].tracepoint = shelltrap_tracepoint(tracepoints[i].name);
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

	check_prototypes();
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
	end_denying();
	unregister_kprobe(&check_kprobe);
	unregister_kprobe(&canary_kprobe);
	disconnect_tracepoints(ARRAY_SIZE(tracepoints));
}

/* One at a time: of two, one would take the other's proof for its own. */
static bool try_canary(void)
{
	static DEFINE_MUTEX(mutex);
	bool sang;

	mutex_lock(&mutex);
	WRITE_ONCE(canary_sang, 0);
	canary();
	sang = READ_ONCE(canary_sang);
	mutex_unlock(&mutex);
	return sang;
}

u32 shelltrap_hook_armed(void)
{
	u32 armed = SHELLTRAP_ARMED_DONE;

	if (!try_canary())
		return armed;
	if (!kprobe_disabled(&check_kprobe))
		armed |= SHELLTRAP_ARMED_CHECK;
	if (READ_ONCE(denying) && !kprobe_disabled(&deny_kretprobe.kp))
		armed |= SHELLTRAP_ARMED_DENY;
	if (shelltrap_listen_armed())
		armed |= SHELLTRAP_ARMED_LISTEN;
	return armed;
}

u32 shelltrap_hook_placed(void)
{
	if (kprobe_ftrace(&check_kprobe))
		return SHELLTRAP_PLACED_FTRACE;
	return IS_ENABLED(CONFIG_X86) ? SHELLTRAP_PLACED_INT3 : SHELLTRAP_PLACED_BREAKPOINT;
}

unsigned long shelltrap_hook_missed(void)
{
	return check_kprobe.nmissed;
}
