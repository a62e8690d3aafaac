// SPDX-License-Identifier: GPL-2.0
#include <linux/binfmts.h>
#include <linux/cred.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "actor.h"
#include "capture.h"
#include "check.h"
#include "condition.h"
#include "counters.h"
#include "decide.h"
#include "enforce.h"
#include "lineage.h"
#include "ruleset.h"
#include "slot.h"
#include "target.h"

static DEFINE_PER_CPU(u64, execs);

/* One interpreter round of current's exec. */
struct round {
	const struct linux_binprm *bprm;
	bool first;
	bool may_have_actor;	/* the caller may be a server, or descend from one */
	bool multicall;		/* so it may, and the program is many */
	struct shelltrap_ruleset *ruleset;
	const struct shelltrap_policy *policy;	/* the ruleset's */
	u64 rules;		/* that fit in this round */
	u64 enforced;		/* of those, the ones that deny or kill current */
	struct shelltrap_exec exec;
	struct shelltrap_actor actor;
};

/*
 * Who is behind it matters only where some rule would fit, or may do so later. Who is of
 * no line is no server whatever its name, and has none behind it.
 */
static void decide_on_actor(struct round *round)
{
	u64 candidates = shelltrap_policy_candidates(round->policy, &round->exec);

	if (!candidates && !round->multicall)
		return;
	if (round->may_have_actor)
		shelltrap_actor_identify(round->policy, &round->actor);
	round->exec.self = round->actor.self;
	round->exec.ancestors = round->actor.ancestors;
	round->exec.lineage = round->actor.lineage;
	round->rules = shelltrap_policy_decide(round->policy, candidates, &round->exec);
}

static bool may_fit(const struct round *round)
{
	const struct shelltrap_policy *policy = round->policy;

	return (round->exec.target & policy->targets) || policy->any_exec ||
	       (policy->any_target && round->may_have_actor);
}

/*
 * @before holds of the rounds before this one: of a script and its interpreter, what
 * is true of either. The caller holds the RCU read lock, as long as it uses what is
 * found.
 */
static void decide(struct round *round, u32 before)
{
	const struct shelltrap_policy *policy = round->policy;
	struct shelltrap_exec *exec = &round->exec;

	exec->target = shelltrap_target_sets(policy, round->bprm);
	exec->file = shelltrap_file_sets(policy, round->bprm->file);
	exec->target |= exec->file;
	if (!may_fit(round) && !round->multicall && !shelltrap_is_interpreted(round->bprm))
		return;

	exec->conditions = before | shelltrap_conditions(round->bprm, policy->conditions);
	exec->uid = __kuid_val(current_uid());
	decide_on_actor(round);
}

static bool has_server(const struct round *round)
{
	return round->actor.matched || round->actor.founder;
}

/*
 * Most execs end here: the caller is no server, nor is one behind it, and what it starts
 * is none and no rule's whoever calls. Of such a round nothing has to be known later.
 * Preemption is off in the handler of a probe, so this takes no RCU read lock.
 */
static bool is_nobodys(const struct linux_binprm *bprm)
{
	const struct shelltrap_policy *policy = shelltrap_ruleset_current()->policy;

	return !policy->any_exec && !shelltrap_lineage_may_descend_from_server() &&
	       !shelltrap_is_watched(policy, bprm);
}

/* Whatever an exception may yet say. @slot: current's for this exec, or NULL. */
static void begin_round(struct round *round, const struct linux_binprm *bprm,
			const struct shelltrap_slot *slot)
{
	memset(round, 0, sizeof(*round));
	round->bprm = bprm;
	round->first = shelltrap_first_round(bprm);
	round->ruleset = slot ? slot->ruleset : shelltrap_ruleset_current();
	round->policy = round->ruleset->policy;
	round->may_have_actor = shelltrap_lineage_may_descend_from_server();
	round->multicall = round->may_have_actor && shelltrap_is_multicall(round->bprm);
	decide(round, slot ? slot->facts.conditions : 0);
	round->enforced = shelltrap_enforce_rules(round->policy, round->rules, has_server(round));
}

/* Where an exception may fit, its command line has to be waited for. */
static bool is_denied(const struct round *round, const struct shelltrap_slot *slot)
{
	u64 exceptions = round->rules | (slot ? slot->facts.exceptions : 0);

	return (round->enforced & round->policy->denying) &&
	       !(exceptions & round->policy->allowing);
}

/*
 * A script hits a rule, if any, by its interpreter, in a later round; but the
 * file is at hand only now. A slot held until then keeps it. Only for those whom
 * some rule is about: anybody may hold up an exec between its rounds, for as long
 * as the interpreter's file system likes, and slots are few.
 */
static struct shelltrap_slot *keep_file(const struct round *round)
{
	struct shelltrap_slot *slot = shelltrap_slot_claim(round->ruleset);

	if (slot)
		shelltrap_capture_file(slot, round->bprm);
	return slot;
}

/* What would have been decided later is lost where there is no slot, and maybe a hit. */
static struct shelltrap_slot *keep_for_later(const struct round *round, bool becomes_server)
{
	struct shelltrap_slot *slot = NULL;

	if (round->multicall || becomes_server || !shelltrap_slots_scarce())
		slot = keep_file(round);
	if (!slot && round->multicall)
		shelltrap_slot_lost_hit();
	return slot;
}

/* In a later round without a slot: has an earlier one hit, found none, and said so? */
static bool lost_before(const struct round *round)
{
	const struct shelltrap_policy *policy = round->policy;
	struct shelltrap_exec given = round->exec;
	u64 rules;

	if (round->first)
		return false;
	given.target = shelltrap_given_sets(policy, round->bprm);
	rules = shelltrap_policy_candidates(policy, &given) & policy->alerting;
	return shelltrap_policy_decide(policy, rules, &given);
}

static struct shelltrap_slot *claim_for_hit(const struct round *round)
{
	struct shelltrap_slot *slot;

	if (lost_before(round))
		return NULL;
	atomic64_inc(&shelltrap_counters.hits);
	slot = shelltrap_slot_claim(round->ruleset);
	if (!slot)
		shelltrap_slot_lost();
	else if (round->first)
		shelltrap_capture_file(slot, round->bprm);
	return slot;
}

/* Returns the exec's slot, if it has one now. */
static struct shelltrap_slot *record_hit(struct shelltrap_slot *slot, const struct round *round)
{
	bool first_hit = !slot || !slot->facts.rules;

	if (slot && first_hit)
		atomic64_inc(&shelltrap_counters.hits);
	if (!slot)
		slot = claim_for_hit(round);
	if (!slot)
		return NULL;
	if (first_hit)
		shelltrap_capture_caller(slot, round->bprm, &round->actor);
	shelltrap_capture_round(slot, round->bprm);
	slot->facts.rules |= round->rules & round->policy->alerting;
	return slot;
}

/* What the arguments make of it is decided when they can be read, for a caller that is gone. */
static void hold_decision(struct shelltrap_slot *slot, const struct round *round)
{
	if (!slot->facts.rules)
		shelltrap_capture_caller(slot, round->bprm, &round->actor);
	slot->facts.multicall = true;
	slot->facts.server = has_server(round);
	slot->facts.exec = round->exec;
}

static bool is_worth_a_slot(const struct round *round)
{
	return round->multicall ||
	       (shelltrap_is_interpreted(round->bprm) && round->may_have_actor);
}

/* Returns the exec's slot, if it has one now. */
static struct shelltrap_slot *look_at(const struct linux_binprm *bprm, struct shelltrap_slot *slot)
{
	struct round round;
	bool becomes_server, denied;

	begin_round(&round, bprm, slot);
	denied = is_denied(&round, slot);
	becomes_server = round.exec.target & round.policy->actors;

	if (round.rules & round.policy->alerting)
		slot = record_hit(slot, &round);
	else if (!slot && round.first && (is_worth_a_slot(&round) || becomes_server))
		slot = keep_for_later(&round, becomes_server);
	if (!slot && becomes_server)
		shelltrap_lineage_left_out();
	if (!slot)
		return NULL;
	if (round.multicall)
		hold_decision(slot, &round);
	slot->facts.enforced |= round.enforced;
	slot->facts.denied |= denied;
	slot->facts.becomes_server |= becomes_server;
	slot->facts.exceptions |= round.rules & round.policy->allowing;
	slot->facts.conditions = round.exec.conditions;
	return slot;
}

void shelltrap_check_exec(const struct linux_binprm *bprm)
{
	struct shelltrap_slot *slot = shelltrap_slot_mine();
	bool first = shelltrap_first_round(bprm);

	if (first)
		this_cpu_inc(execs);
	if (first && slot) {
		/* An earlier exec of this task has failed unseen. */
		shelltrap_slot_close(slot, SHELLTRAP_VERDICT_FAILED);
		slot = NULL;
	}

	if (!slot && is_nobodys(bprm))
		return;
	rcu_read_lock();
	slot = look_at(bprm, slot);
	rcu_read_unlock();
	shelltrap_slot_leave(slot);
}

/* By its arguments, which can't be read yet. */
static bool may_be_enforced(const struct round *round)
{
	return round->multicall && has_server(round) && shelltrap_policy_enforces(round->policy);
}

/*
 * The same once more: nobody promises which of two probes is first, or that both are
 * called.
 */
static enum shelltrap_refusal refusal_of(const struct linux_binprm *bprm,
					 const struct shelltrap_slot *slot)
{
	struct round round;

	begin_round(&round, bprm, slot);
	if (is_denied(&round, slot))
		return SHELLTRAP_REFUSED;
	return round.enforced || may_be_enforced(&round) ? SHELLTRAP_REFUSED_WITHOUT_SLOT :
							   SHELLTRAP_NOT_REFUSED;
}

enum shelltrap_refusal shelltrap_check_refusal(const struct linux_binprm *bprm)
{
	struct shelltrap_slot *slot = shelltrap_first_round(bprm) ? NULL : shelltrap_slot_mine();
	enum shelltrap_refusal refusal = SHELLTRAP_NOT_REFUSED;

	if (!slot && is_nobodys(bprm))
		return SHELLTRAP_NOT_REFUSED;
	rcu_read_lock();
	if (shelltrap_enforcing())
		refusal = refusal_of(bprm, slot);
	rcu_read_unlock();
	shelltrap_slot_leave(slot);
	return refusal;
}

bool shelltrap_check_refuse(enum shelltrap_refusal refusal)
{
	struct shelltrap_slot *slot = shelltrap_slot_mine();

	if (slot && refusal == SHELLTRAP_REFUSED_WITHOUT_SLOT) {
		shelltrap_slot_leave(slot);
		return false;
	}
	shelltrap_enforce_denied();
	if (slot)
		shelltrap_slot_close(slot, SHELLTRAP_VERDICT_DENIED);
	return true;
}

static void decide_on_applet(struct shelltrap_slot *slot)
{
	const struct shelltrap_policy *policy = slot->ruleset->policy;
	struct shelltrap_facts *facts = &slot->facts;
	u64 rules;

	facts->exec.target |= shelltrap_applet_sets(policy, facts->argv, facts->argv_len);
	rules = shelltrap_policy_candidates(policy, &facts->exec) & policy->alerting;
	rules = shelltrap_policy_decide(policy, rules, &facts->exec);
	if (rules && !facts->rules)
		atomic64_inc(&shelltrap_counters.hits);
	facts->rules |= rules;
	facts->enforced |= shelltrap_enforce_rules(policy, rules, facts->server);
}

/* It has completed, and not one instruction has run. */
static enum shelltrap_verdict enforce(const struct shelltrap_slot *slot)
{
	const struct shelltrap_facts *facts = &slot->facts;
	const struct shelltrap_late late = {
		.argv = facts->argv_truncated ? NULL : facts->argv,
		.argv_len = facts->argv_len,
		.clean = facts->clean,
	};

	if (!facts->enforced ||
	    shelltrap_policy_exception_matches(slot->ruleset->policy, facts->exceptions, &late))
		return SHELLTRAP_VERDICT_OBSERVED;
	if (!shelltrap_enforcing()) {
		shelltrap_enforce_would_deny();
		return SHELLTRAP_VERDICT_WOULD_DENY;
	}
	if (facts->denied)
		shelltrap_enforce_escaped();
	return shelltrap_enforce_kill() ? SHELLTRAP_VERDICT_KILLED : SHELLTRAP_VERDICT_OBSERVED;
}

/* Out of line: hardly any exec comes here, and it takes a frame. */
static noinline void finish(struct shelltrap_slot *slot, const struct linux_binprm *bprm)
{
	if (slot->facts.multicall || slot->facts.rules)
		shelltrap_capture_argv(slot);
	if (slot->facts.multicall)
		decide_on_applet(slot);
	if (slot->facts.rules)
		shelltrap_capture_done(slot, bprm);
	shelltrap_slot_close(slot, enforce(slot));
}

void shelltrap_check_done(const struct linux_binprm *bprm)
{
	struct shelltrap_slot *slot = shelltrap_slot_mine();

	shelltrap_lineage_ran(bprm->file, slot && slot->facts.becomes_server);
	if (slot)
		finish(slot, bprm);
}

u64 shelltrap_check_execs(void)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += per_cpu(execs, cpu);
	return sum;
}
