// SPDX-License-Identifier: GPL-2.0
#include <linux/binfmts.h>
#include <linux/cred.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "account.h"
#include "actor.h"
#include "capture.h"
#include "check.h"
#include "clean.h"
#include "condition.h"
#include "counters.h"
#include "decide.h"
#include "enforce.h"
#include "hit.h"
#include "injection.h"
#include "lineage.h"
#include "loss.h"
#include "ruleset.h"
#include "target.h"

DEFINE_PER_CPU(u64, shelltrap_execs);

/* One interpreter round of current's exec. */
struct round {
	const struct linux_binprm *bprm;
	bool first;
	bool may_have_actor;	/* the caller may be a server, or descend from one */
	bool multicall;		/* the arguments decide what the program is, and may_have_actor */
	bool late;		/* the exec has succeeded; a rule may match by what shows now */
	bool unsure;		/* whether the file is dropped shows later */
	struct shelltrap_ruleset *ruleset;
	const struct shelltrap_policy *policy;	/* the policy of the ruleset */
	u64 rules;		/* the rules that match in this round */
	u64 enforced;		/* of those rules, the ones that deny, kill or hold the exec */
	struct shelltrap_exec exec;
	struct shelltrap_actor actor;
};

/* May a rule yet match that does not match by what the hook knows? */
static bool shows_later(const struct round *round)
{
	return round->multicall || round->late || round->unsure;
}

/*
 * Looks at the caller and its ancestors, if a rule matches by the program or may match later. A
 * task outside every lineage cannot be a server: skip the lookup.
 */
static void decide_on_actor(struct round *round)
{
	u64 candidates = shelltrap_policy_candidates(round->policy, &round->exec);

	if (!candidates && !shows_later(round))
		return;
	if (round->may_have_actor)
		shelltrap_actor_identify(round->policy, &round->actor);
	round->exec.self = round->actor.self;
	round->exec.hint = round->actor.hint;
	round->exec.ancestors = round->actor.ancestors;
	round->exec.lineage = round->actor.lineage;
	round->exec.common = round->actor.common;
	round->rules = shelltrap_policy_decide(round->policy, candidates, &round->exec);
}

static bool may_fit(const struct round *round)
{
	const struct shelltrap_policy *policy = round->policy;

	return (round->exec.target & policy->targets) || policy->any_exec ||
	       (policy->any_target && round->may_have_actor);
}

/*
 * @before: the conditions that held in earlier rounds. A condition that holds for a script or
 * for its interpreter holds for the exec. The caller holds the RCU read lock as long as it uses
 * @round.
 */
static void decide(struct round *round, u32 before)
{
	const struct shelltrap_policy *policy = round->policy;
	struct shelltrap_exec *exec = &round->exec;

	exec->target = shelltrap_target_sets(policy, round->bprm);
	exec->file = shelltrap_file_sets(policy, round->bprm->file);
	exec->target |= exec->file;
	if (!may_fit(round) && !round->multicall && !round->late &&
	    !shelltrap_is_interpreted(round->bprm))
		return;

	exec->conditions = before | shelltrap_conditions(round->bprm, policy->conditions,
							 &round->unsure);
	exec->uid = __kuid_val(current_uid());
	decide_on_actor(round);
}

static bool has_server(const struct round *round)
{
	return round->actor.matched;
}

/*
 * Most execs end here: the caller neither is a server nor descends from one, and no rule
 * watches the program for every caller. Nothing about such a round is needed later. Preemption
 * is off in a probe's handler, so no RCU read lock is needed.
 */
static bool is_unwatched(const struct linux_binprm *bprm)
{
	const struct shelltrap_policy *policy = shelltrap_ruleset_current()->policy;

	return !policy->any_exec && !shelltrap_lineage_may_descend_from_server() &&
	       !shelltrap_is_watched(policy, bprm);
}

/* @hit: the hit of this exec, or NULL. The rules are found, but exceptions do not count yet. */
static void begin_round(struct round *round, const struct linux_binprm *bprm,
			const struct shelltrap_hit *hit, bool late)
{
	memset(round, 0, sizeof(*round));
	round->bprm = bprm;
	round->late = late;
	round->first = shelltrap_first_round(bprm);
	round->ruleset = hit ? hit->ruleset : shelltrap_ruleset_current();
	round->policy = round->ruleset->policy;
	round->may_have_actor = shelltrap_lineage_may_descend_from_server();
	round->multicall = round->may_have_actor &&
			   shelltrap_is_multicall(round->policy, round->bprm);
	decide(round, hit ? hit->facts.conditions : 0);
	round->enforced = shelltrap_enforce_rules(round->policy, round->rules, has_server(round));
}

/*
 * Is the exec to be refused now? If an exception may match, the decision must wait until the
 * command line is known, after the exec.
 */
static bool is_denied(const struct round *round, const struct shelltrap_hit *hit)
{
	u64 exceptions = round->rules | (hit ? hit->facts.exceptions : 0);

	return (round->enforced & round->policy->denying) &&
	       !(exceptions & round->policy->allowing);
}

static bool hits_rule(const struct round *round)
{
	return round->rules & round->policy->alerting;
}

/*
 * A script normally matches a rule in a later round, by its interpreter. But the script's own
 * file, and whether that file was dropped, can be seen only in the first round: so keep a hit.
 */
static bool may_hit_later(const struct round *round)
{
	return round->multicall || (round->unsure && has_server(round)) ||
	       (round->first && round->may_have_actor && shelltrap_is_interpreted(round->bprm));
}

/*
 * Can only the first round see that a server starts? The script's own file name says that the
 * program is a server, and later rounds see only the name that was given to exec, and the last
 * interpreter.
 */
static bool starts_server_by_own_name(const struct round *round)
{
	return round->first && (round->exec.target & round->policy->actors) &&
	       shelltrap_is_interpreted(round->bprm);
}

static struct shelltrap_hit *claim(const struct round *round)
{
	u64 server = shelltrap_lineage_origin(round->actor.founder);
	struct shelltrap_hit *hit = shelltrap_hit_claim(round->ruleset, server);

	if (!hit)
		return NULL;
	if (round->first)
		shelltrap_capture_file(hit, round->bprm);
	shelltrap_hit_hand_over(hit);
	return hit;
}

/* What holds for the script holds for the exec, and what holds for its interpreter. */
static void add_exec(struct shelltrap_exec *exec, const struct shelltrap_exec *round)
{
	exec->target |= round->target;
	exec->file |= round->file;
	exec->self |= round->self;
	exec->hint |= round->hint;
	exec->ancestors |= round->ancestors;
	exec->lineage |= round->lineage;
	exec->common |= round->common;
	exec->conditions |= round->conditions;
	exec->uid = round->uid;
}

static void capture_caller(struct shelltrap_hit *hit, const struct round *round)
{
	shelltrap_capture_caller(hit, round->bprm, &round->actor);
	if (!round->late)
		shelltrap_clean_look_before(hit);
}

/* Adds the facts of this round to the hit. */
static void add_round(struct shelltrap_hit *hit, const struct round *round)
{
	struct shelltrap_facts *facts = &hit->facts;
	bool first_hit = hits_rule(round) && !facts->rules;

	/* Once: the caller is the same in all rounds, and references are taken to it. */
	if (!facts->pathname && (first_hit || shows_later(round)))
		capture_caller(hit, round);
	if (first_hit)
		atomic64_inc(&shelltrap_counters.hits);
	if (hits_rule(round))
		shelltrap_capture_round(hit, round->bprm);
	facts->multicall |= round->multicall;
	facts->late |= round->late || round->unsure;
	facts->unsure |= round->unsure;
	facts->server |= has_server(round);
	add_exec(&facts->exec, &round->exec);
	/* What matches only late has not escaped the return probe. */
	facts->denied |= !round->late && is_denied(round, hit);
	facts->enforced |= round->enforced;
	facts->becomes_server |= !!(round->exec.target & round->policy->actors);
	facts->exceptions |= round->rules & round->policy->allowing;
	facts->conditions = round->exec.conditions;
	/* Must be last: the sweep reports an exec as soon as its hit has rules. */
	WRITE_ONCE(facts->rules, facts->rules | (round->rules & round->policy->alerting));
}

static void count_as_lost(const struct shelltrap_loss_cause *cause)
{
	atomic64_inc(&shelltrap_counters.hits);
	shelltrap_hit_lost(cause);
}

void shelltrap_check_undecided(const struct shelltrap_hit *hit)
{
	struct shelltrap_loss_cause cause = { .user = __kuid_val(hit->user) };

	cause.server_pid = hit->facts.server_pid;
	memcpy(cause.server_comm, hit->facts.server_comm, sizeof(cause.server_comm));
	count_as_lost(&cause);
}

/* The caller's exec in this round has no hit. */
static void lose_round(const struct round *round)
{
	u64 rules = round->rules & round->policy->alerting;
	int rule = shelltrap_policy_leading(round->policy, rules);
	struct shelltrap_loss_cause cause = {
		.user = __kuid_val(shelltrap_account_of(current_cred())),
	};

	shelltrap_capture_server(&round->actor, &cause.server_pid, cause.server_comm);
	if (rule >= 0)
		strscpy(cause.rule, round->policy->rules[rule].name, sizeof(cause.rule));
	count_as_lost(&cause);
}

/*
 * For a later round without a hit: does what was given to exec match a rule already? Then an
 * earlier round matched, too. Its hit was reported as pending and taken away, or no hit was
 * free and the exec was counted as lost. Either way the exec must not be counted again.
 */
static bool was_reported(const struct round *round)
{
	const struct shelltrap_policy *policy = round->policy;
	struct shelltrap_exec given = round->exec;
	u64 rules;

	if (round->first)
		return false;
	given.target = shelltrap_given_sets(policy, round->bprm);
	/* True of the file of this round, and of an earlier one only perhaps. */
	given.conditions &= ~SHELLTRAP_CONDITION_FILE_DROPPED;
	rules = shelltrap_policy_candidates_of(policy, policy->alerting, &given);
	return shelltrap_policy_decide(policy, rules, &given);
}

/*
 * No hit is free for this exec. Both probes come here, and only the kprobe counts the loss.
 * Without a hit no rule can be enforced later: so the exec is refused now if a rule denies or
 * kills it, or if its arguments may decide that.
 */
static bool refuse_without_hit(const struct round *round, enum shelltrap_prober prober)
{
	bool may_be_enforced = shows_later(round) && has_server(round) &&
			       shelltrap_policy_enforces(round->policy);

	if (prober == SHELLTRAP_PROBER_ENTRY && !was_reported(round) &&
	    (hits_rule(round) || shows_later(round)))
		lose_round(round);
	return shelltrap_enforcing() &&
	       ((round->enforced & shelltrap_policy_stopping(round->policy)) || may_be_enforced);
}

static bool needs_hit(const struct round *round)
{
	return hits_rule(round) || may_hit_later(round) || starts_server_by_own_name(round);
}

/*
 * Adds the round to @hit, or to a new hit if @hit is NULL. Returns true if the exec is to be
 * refused.
 */
static bool keep_round(const struct round *round, struct shelltrap_hit *hit,
		       enum shelltrap_prober prober)
{
	struct shelltrap_hit *claimed = NULL;
	bool refused;

	if (!hit && !was_reported(round)) {
		claimed = claim(round);
		hit = claimed;
	}
	if (!hit)
		return refuse_without_hit(round, prober);
	add_round(hit, round);
	hit->round = round->bprm->file;
	hit->probers = prober;
	refused = is_denied(round, hit) && shelltrap_enforcing();
	hit->refused = refused;
	if (claimed)
		shelltrap_hit_end(claimed);
	return refused;
}

/* Returns true if the exec is to be refused. */
static bool decide_round(const struct linux_binprm *bprm, struct shelltrap_hit *hit,
			 enum shelltrap_prober prober)
{
	struct round round;
	bool refused;

	begin_round(&round, bprm, hit, false);
	if (!hit && !needs_hit(&round))
		refused = false;
	else
		refused = keep_round(&round, hit, prober);
	shelltrap_lineage_put(round.actor.founder);
	return refused;
}

/*
 * Has this round been decided already, for the other probe? The order of two probes on one
 * function is not defined, and the kernel may skip one of them. So the first probe that asks
 * decides, and the other one reads the answer in the hit. Each probe asks about a round once:
 * if it asks again, the task is in another exec, and the exec of the hit has failed.
 */
static bool is_answered(struct shelltrap_hit *hit, const struct linux_binprm *bprm,
			enum shelltrap_prober prober)
{
	if (hit->round != bprm->file || (hit->probers & prober))
		return false;
	hit->probers |= prober;
	return true;
}

/* The hit may belong to this exec, or to an earlier exec of the task that has failed. */
static bool check_hit(struct shelltrap_hit *hit, const struct linux_binprm *bprm,
		      enum shelltrap_prober prober)
{
	bool refused;

	if (is_answered(hit, bprm, prober))
		return hit->refused;
	if (shelltrap_first_round(bprm)) {
		shelltrap_hit_abandon(hit);
		hit = NULL;
	}
	rcu_read_lock();
	refused = decide_round(bprm, hit, prober);
	rcu_read_unlock();
	return refused;
}

/* Not inline: few execs come here, and the variables would enlarge the caller's frame. */
static noinline bool check_closely(const struct linux_binprm *bprm, enum shelltrap_prober prober,
				   bool unwatched)
{
	struct shelltrap_hit *hit = shelltrap_hit_mine();
	bool refused = false;

	if (hit) {
		refused = check_hit(hit, bprm, prober);
		shelltrap_hit_end(hit);
	} else if (!unwatched) {
		rcu_read_lock();
		refused = decide_round(bprm, NULL, prober);
		rcu_read_unlock();
	}
	return refused;
}

bool shelltrap_check_exec(const struct linux_binprm *bprm, enum shelltrap_prober prober)
{
	bool unwatched = is_unwatched(bprm);

	if (unwatched && !shelltrap_hits_any())
		return false;
	return check_closely(bprm, prober, unwatched);
}

void shelltrap_check_refused(void)
{
	struct shelltrap_hit *hit = shelltrap_hit_mine();

	shelltrap_enforce_denied();
	if (!hit)
		return;
	hit->facts.verdict = SHELLTRAP_VERDICT_DENIED;
	shelltrap_hit_end(hit);
}

/*
 * The sets of the program by its arguments. If they do not show which applet a program runs, as
 * they are too long, it may be a shell.
 */
static u64 argv_sets(const struct shelltrap_hit *hit)
{
	const struct shelltrap_policy *policy = hit->ruleset->policy;
	const struct shelltrap_facts *facts = &hit->facts;
	u64 sets;

	if (!shelltrap_applet_sets(policy, facts->argv, facts->argv_len, &sets))
		return facts->argv_truncated ? policy->shells : 0;
	return facts->multicall ? sets : sets & policy->shells;
}

/* Decides again, as more is known of facts->exec. Returns the rules that are new. */
static u64 decide_again(struct shelltrap_hit *hit)
{
	const struct shelltrap_policy *policy = hit->ruleset->policy;
	struct shelltrap_facts *facts = &hit->facts;
	u64 rules;

	rules = policy->alerting & ~facts->rules;
	rules = shelltrap_policy_candidates_of(policy, rules, &facts->exec);
	rules = shelltrap_policy_decide(policy, rules, &facts->exec);
	if (rules && !facts->rules)
		atomic64_inc(&shelltrap_counters.hits);
	facts->enforced |= shelltrap_enforce_rules(policy, rules, facts->server);
	WRITE_ONCE(facts->rules, facts->rules | rules);
	return rules;
}

/*
 * A program that is known to be something else, such as perl, is hardly a shell although its
 * argv[0] says so.
 */
static void decide_on_argv(struct shelltrap_hit *hit)
{
	const struct shelltrap_policy *policy = hit->ruleset->policy;
	struct shelltrap_facts *facts = &hit->facts;
	bool is_other = !facts->multicall &&
			(facts->exec.target & policy->targets & ~policy->shells);
	u64 rules;

	facts->exec.target |= argv_sets(hit);
	rules = decide_again(hit);
	if (is_other)
		facts->lowered |= rules;
}

/* Does a rule deny or kill the exec? Else it is held. */
static bool stops(const struct shelltrap_hit *hit)
{
	return hit->facts.enforced & shelltrap_policy_stopping(hit->ruleset->policy);
}

/*
 * The exec has succeeded, but no instruction of the new program has run. If no exception may
 * match, the decision is made at once. Else it is made in the task's own work, where the
 * environment can be judged.
 */
static void decide_on_enforcement(struct shelltrap_hit *hit, const char *cwd)
{
	struct shelltrap_facts *facts = &hit->facts;
	struct shelltrap_late late;

	shelltrap_clean_late(hit, &late);
	late.cwd = cwd;
	facts->verdict = SHELLTRAP_VERDICT_OBSERVED;
	if (!facts->enforced ||
	    shelltrap_policy_exception_matches(hit->ruleset->policy, facts->exceptions, &late))
		return;
	if (!stops(hit)) {
		hit->hold = shelltrap_enforcing();
		facts->unheld = hit->hold ? 0 : SHELLTRAP_UNHELD_OFF;
		return;
	}
	hit->hold = false;
	facts->unheld = 0;
	if (!shelltrap_enforcing()) {
		shelltrap_enforce_would_deny();
		facts->verdict = SHELLTRAP_VERDICT_WOULD_DENY;
		return;
	}
	if (facts->denied)
		shelltrap_enforce_escaped();
	hit->kill = true;
}

/* Not inline: few execs have a hit, and the variables would enlarge the caller's frame. */
static noinline void finish(struct shelltrap_hit *hit, const struct linux_binprm *bprm)
{
	struct shelltrap_facts *facts = &hit->facts;

	if (facts->multicall || facts->late || facts->rules)
		shelltrap_capture_argv(hit);
	if (facts->multicall || facts->server)
		decide_on_argv(hit);
	if (facts->rules || facts->hints || facts->unsure)
		shelltrap_capture_done(hit, bprm);
	shelltrap_clean_look(hit);
	if (facts->exceptions && facts->enforced) {
		facts->verdict = SHELLTRAP_VERDICT_OBSERVED;
		hit->kill = stops(hit) && shelltrap_enforcing();
	} else {
		decide_on_enforcement(hit, NULL);
	}
	hit->executed = true;
	/*
	 * Rare: io_uring has released the carrier before the exec was over. Then only the sweep
	 * completes the hit, after the program has begun to run. So kill the process here.
	 */
	if (!shelltrap_hit_hand_over(hit) && hit->kill && !IS_ENABLED(CONFIG_PREEMPT_RT) &&
	    shelltrap_enforce_kill(current)) {
		hit->kill = false;
		facts->verdict = SHELLTRAP_VERDICT_KILLED;
	}
}

/*
 * Called after the last round. @bprm still has the name that was given to exec, the last
 * interpreter and its file.
 */
static bool is_program_of_server(const struct shelltrap_policy *policy,
				 const struct linux_binprm *bprm)
{
	return (shelltrap_target_sets(policy, bprm) | shelltrap_file_sets(policy, bprm->file)) &
	       policy->actors;
}

/*
 * @server: the hit says that a server starts. A runtime, whose program may be a server, has a
 * watched name, too. @entered: current may be in a lineage, or hold a web port for a holder.
 */
static void look_for_server(const struct linux_binprm *bprm, bool server, bool entered)
{
	const struct shelltrap_policy *policy;
	bool watched;

	rcu_read_lock();
	policy = shelltrap_ruleset_current()->policy;
	watched = shelltrap_was_watched(policy, bprm);
	if (watched && !server)
		server = is_program_of_server(policy, bprm);
	rcu_read_unlock();
	if (watched || server || (entered && shelltrap_lineage_is_held()))
		shelltrap_lineage_ran(bprm->file, server);
}

/* Bytes of the arguments that are read to find out whether more of them matter. */
#define ARGV_PEEK	128

/* May the first arguments of the new program name a shell? They do in few execs. */
static bool argv_may_name_shell(const struct shelltrap_policy *policy)
{
	const struct mm_struct *mm = current->mm;
	unsigned long len = min_t(unsigned long, mm->arg_end - mm->arg_start, ARGV_PEEK);
	char argv[ARGV_PEEK];
	u64 sets;

	len = min(len, PAGE_SIZE - offset_in_page(mm->arg_start));
	if (copy_from_user_nofault(argv, (const void __user *)mm->arg_start, len))
		return true;
	if (!shelltrap_applet_sets(policy, argv, len, &sets))
		return len < mm->arg_end - mm->arg_start;
	return sets & policy->shells;
}

/*
 * The program runs already, as far as the kernel is concerned: it cannot be refused any more. If
 * it has no hit, only killing it keeps a rule that may match from being passed by.
 */
static void kill_without_hit(void)
{
	if (!IS_ENABLED(CONFIG_PREEMPT_RT))
		shelltrap_enforce_kill(current);
	else
		shelltrap_enforce_escaped();
}

/*
 * Takes a hit, or completes @hit, for an exec that has succeeded and that a rule may match by
 * what shows only now. The caller's own name is lost: the exec has replaced it by the name of
 * the new program.
 * Returns the hit, or NULL.
 */
static struct shelltrap_hit *keep_late(struct shelltrap_hit *hit, const struct linux_binprm *bprm)
{
	struct round round;

	begin_round(&round, bprm, hit, true);
	if (has_server(&round)) {
		if (!hit)
			hit = claim(&round);
		if (hit)
			add_round(hit, &round);
		else if (refuse_without_hit(&round, SHELLTRAP_PROBER_ENTRY))
			kill_without_hit();
	}
	shelltrap_lineage_put(round.actor.founder);
	return hit;
}

/*
 * Called before the exec may have made current a server: what it descends from counts. Returns
 * the hit of the exec, or NULL. Not inline, as finish().
 */
static noinline struct shelltrap_hit *look_late(struct shelltrap_hit *hit,
						const struct linux_binprm *bprm)
{
	const struct shelltrap_policy *policy;
	struct shelltrap_hints hints;
	bool hinted;

	rcu_read_lock();
	policy = hit ? hit->ruleset->policy : shelltrap_ruleset_current()->policy;
	hinted = (policy->conditions & SHELLTRAP_CONDITION_CODE_INJECTED) &&
		 shelltrap_hints_find(&hints, bprm);
	/* With the caller captured, finish() looks at the arguments. */
	if (!(hit && hit->facts.server) && (hinted || argv_may_name_shell(policy)))
		hit = keep_late(hit, bprm);
	if (hit && hit->facts.server && hinted)
		shelltrap_hints_keep(hit, &hints);
	rcu_read_unlock();
	return hit;
}

/* Not inline, as check_closely(). */
static noinline void look_closely(const struct linux_binprm *bprm)
{
	struct shelltrap_hit *hit = shelltrap_hit_mine();
	bool server = hit && hit->facts.becomes_server;
	bool entered = shelltrap_lineage_may_descend_from_server();

	if (entered)
		hit = look_late(hit, bprm);
	look_for_server(bprm, server, entered);
	if (entered)
		shelltrap_lineage_branch_off();
	if (!hit)
		return;
	finish(hit, bprm);
	shelltrap_hit_end(hit);
}

/*
 * Most execs end here: nobody claims a hit, current is in no lineage, and the program is no
 * server's. Disabling preemption protects the policy as the RCU read lock does, and costs less.
 */
void shelltrap_check_done(const struct linux_binprm *bprm)
{
	bool any = shelltrap_hits_any() || shelltrap_lineage_may_descend_from_server();

	if (!any) {
		preempt_disable();
		any = shelltrap_was_watched(shelltrap_ruleset_current()->policy, bprm);
		preempt_enable();
	}
	if (any)
		look_closely(bprm);
}

/*
 * The program, or the script that it interprets. A task that has been killed has no memory, and
 * runs neither. Outside the task it cannot be found out: then a doubt is enough.
 */
static bool is_dropped(const struct shelltrap_hit *hit)
{
	const struct shelltrap_refs *refs = &hit->refs;

	if (!hit->facts.unsure || hit->task != current)
		return hit->facts.unsure;
	if (!current->mm || !current->fs)
		return false;
	return (refs->file && shelltrap_is_dropped(refs->file)) ||
	       (refs->exe && shelltrap_is_dropped(refs->exe));
}

static u32 conditions_in_work(const struct shelltrap_hit *hit)
{
	u32 holds = 0;

	if (is_dropped(hit))
		holds |= SHELLTRAP_CONDITION_FILE_DROPPED;
	if (shelltrap_is_injected(hit))
		holds |= SHELLTRAP_CONDITION_CODE_INJECTED;
	return holds;
}

/* Without memory the working directory is unknown: no exception with a cwd matches. */
static void decide_in_work(struct shelltrap_hit *hit)
{
	char *buf = kmalloc(SHELLTRAP_PATH_MAX, GFP_KERNEL | __GFP_NORETRY | __GFP_NOWARN);

	decide_on_enforcement(hit, buf ? shelltrap_clean_cwd(hit, buf) : NULL);
	kfree(buf);
}

/* No exception matches a dropped file or injected code, whatever the environment is. */
void shelltrap_check_in_work(struct shelltrap_hit *hit)
{
	struct shelltrap_facts *facts = &hit->facts;
	bool waiting = facts->exceptions && facts->enforced;
	u32 holds;

	/* Once: the worker may have to report again, and knows less. */
	if (facts->judged)
		return;
	facts->judged = true;
	holds = conditions_in_work(hit);
	if (holds) {
		facts->exec.conditions |= holds;
		facts->exceptions = 0;
		decide_again(hit);
	}
	if (facts->rules)
		shelltrap_clean_judge(hit);
	if (waiting)
		hit->kill = false;
	/* Else the exec is stopped already, or would have been. */
	if (waiting || (holds && facts->verdict == SHELLTRAP_VERDICT_OBSERVED && !hit->kill))
		decide_in_work(hit);
}

u64 shelltrap_check_execs(void)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += per_cpu(shelltrap_execs, cpu);
	return sum;
}
