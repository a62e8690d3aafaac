// SPDX-License-Identifier: GPL-2.0
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/binfmts.h>
#include <linux/kprobes.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/tracepoint.h>

#include "actor.h"
#include "capture.h"
#include "compat.h"
#include "hook.h"
#include "slot.h"
#include "target.h"

static const struct shelltrap_policy *policy;
static DEFINE_PER_CPU(u64, execs);
static atomic64_t hits;

/* One interpreter round of current's exec. */
struct round {
	const struct linux_binprm *bprm;
	bool first;
	u64 rules;		/* hit in this round */
	struct shelltrap_exec exec;
	struct shelltrap_actor actor;
};

/* The caller holds the RCU read lock, as long as it uses what is found. */
static void decide(struct round *round)
{
	struct shelltrap_exec *exec = &round->exec;

	exec->target = shelltrap_target_sets(policy, round->bprm);
	round->rules = 0;
	/* Most execs end here. */
	if (!(exec->target & policy->targets))
		return;

	shelltrap_actor_identify(policy, &round->actor);
	exec->self = round->actor.self;
	exec->ancestors = round->actor.ancestors;
	round->rules = shelltrap_policy_decide(policy, exec);
}

/*
 * A script hits a rule, if any, by its interpreter, in a later round; but the
 * file is at hand only now. A slot held until then keeps it.
 */
static void keep_file(const struct round *round)
{
	struct shelltrap_slot *slot = shelltrap_slot_claim();

	if (slot)
		shelltrap_capture_file(slot, round->bprm);
}

/* In a later round without a slot: has an earlier one hit, found none, and said so? */
static bool lost_before(const struct round *round)
{
	struct shelltrap_exec given = round->exec;

	given.target = shelltrap_given_sets(policy, round->bprm);
	return !round->first && shelltrap_policy_decide(policy, &given);
}

static struct shelltrap_slot *claim_for_hit(const struct round *round)
{
	struct shelltrap_slot *slot;

	if (lost_before(round))
		return NULL;
	atomic64_inc(&hits);
	slot = shelltrap_slot_claim();
	if (!slot)
		shelltrap_slot_lost();
	else if (round->first)
		shelltrap_capture_file(slot, round->bprm);
	return slot;
}

static void record_hit(struct shelltrap_slot *slot, const struct round *round)
{
	bool first_hit = !slot || !slot->facts.rules;

	if (slot && first_hit)
		atomic64_inc(&hits);
	if (!slot)
		slot = claim_for_hit(round);
	if (!slot)
		return;
	if (first_hit)
		shelltrap_capture_caller(slot, round->bprm, &round->actor);
	shelltrap_capture_round(slot, round->bprm);
	slot->facts.rules |= round->rules;
}

/*
 * Before an exec, once for each of its interpreter rounds, in the calling task.
 *
 * This runs in a kprobe: with preemption off at the least, with interrupts off
 * on arm64, inside an int3 that counts as NMI where the probe is not optimized.
 * So: no sleeping, no allocation, no lock but a raw one (on PREEMPT_RT the
 * others sleep), no waiting for anybody. Lookups under RCU, atomics, copies.
 */
static void check_exec(const struct linux_binprm *bprm)
{
	struct round round = { .bprm = bprm, .first = shelltrap_first_round(bprm) };
	struct shelltrap_slot *slot = shelltrap_slot_mine();

	if (round.first)
		this_cpu_inc(execs);
	if (round.first && slot) {
		/* An earlier exec of this task has failed unseen. */
		shelltrap_slot_close(slot, SHELLTRAP_VERDICT_FAILED);
		slot = NULL;
	}

	rcu_read_lock();
	decide(&round);
	if (round.rules)
		record_hit(slot, &round);
	else if (round.first && shelltrap_is_interpreted(bprm))
		keep_file(&round);
	rcu_read_unlock();
}

/*
 * After a successful exec, in its task. Preemption is off before some 6.x and on
 * after, so neither is relied on; nothing here sleeps.
 */
static void exec_done(void *data, struct task_struct *task, pid_t old_pid,
		      struct linux_binprm *bprm)
{
	struct shelltrap_slot *slot = shelltrap_slot_mine();

	if (!slot)
		return;
	if (slot->facts.rules)
		shelltrap_capture_done(slot, bprm);
	shelltrap_slot_close(slot, SHELLTRAP_VERDICT_OBSERVED);
}

static int check_probe(struct kprobe *probe, struct pt_regs *regs)
{
	check_exec((const struct linux_binprm *)regs_get_kernel_argument(regs, 0));
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

/* The tracepoint isn't exported by name, but all are listed. */
static struct tracepoint *exec_tracepoint;

static void match_tracepoint(struct tracepoint *tracepoint, void *name)
{
	if (!strcmp(tracepoint->name, name))
		exec_tracepoint = tracepoint;
}

static int connect_tracepoint(void)
{
	int err;

	for_each_kernel_tracepoint(match_tracepoint, "sched_process_exec");
	err = exec_tracepoint ? tracepoint_probe_register(exec_tracepoint, exec_done, NULL) :
				-ENOENT;
	if (err)
		pr_err("can't hook tracepoint sched_process_exec, error %d: not loading\n", err);
	return err;
}

static void disconnect_tracepoint(void)
{
	tracepoint_probe_unregister(exec_tracepoint, exec_done, NULL);
	tracepoint_synchronize_unregister();
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

int shelltrap_hook_init(const struct shelltrap_policy *in_force)
{
	int err;

	policy = in_force;
	err = connect_tracepoint();
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
	disconnect_tracepoint();
	return err;
}

void shelltrap_hook_exit(void)
{
	unregister_kprobe(&check_kprobe);
	unregister_kprobe(&canary_kprobe);
	disconnect_tracepoint();
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

void shelltrap_hook_read(struct shelltrap_hook_counters *counters)
{
	int cpu;

	counters->execs = 0;
	for_each_possible_cpu(cpu)
		counters->execs += per_cpu(execs, cpu);
	counters->hits = atomic64_read(&hits);
	counters->missed = check_kprobe.nmissed;
}
