/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Decisions: which rules of a policy match an exec, given the sets that lookup.h found.
 * Plain C, like policy.h. All functions may be called in any context. A bitmap of rules has
 * bit n for rules[n].
 */
#ifndef _SHELLTRAP_DECIDE_H
#define _SHELLTRAP_DECIDE_H

#include "policy.h"

/* What is known about an exec at the hook. */
struct shelltrap_exec {
	__u64 target;		/* sets of the program, by name, interpreter, path or identity */
	__u64 file;		/* sets of the program, only by the identity of its file */
	__u64 self;		/* sets of the calling task */
	__u64 ancestors;	/* sets of its living ancestors */
	__u64 lineage;		/* sets of the servers that it descends from */
	__u32 conditions;	/* bits of enum shelltrap_condition that hold */
	__u32 uid;		/* real user id of the caller */
	__u64 hint;		/* sets of its names, if nothing shows that it serves */
	__u64 common;		/* sets of all servers in lineage, if a rule has not_actor */
};

/* What is known later. */
struct shelltrap_late {
	const char *cgroup;	/* path; NULL: unknown */
	const char *argv;	/* arguments, each with its NUL; NULL: not all are known */
	__u32 argv_len;		/* bytes */
	const char *cwd;	/* the working directory; NULL: unknown */
	bool clean;		/* nobody else decides what runs, and the environment is known */
	const char *environment; /* the variables that are not harmless, each with its NUL */
	__u32 environment_len;	/* bytes */
};

/* Why a rule does not match: the first reason that applies, in this order. */
enum shelltrap_mismatch {
	SHELLTRAP_MISMATCH_NONE,	/* the rule matches */
	SHELLTRAP_MISMATCH_OFF,
	SHELLTRAP_MISMATCH_TARGET,
	SHELLTRAP_MISMATCH_IDENTITY,	/* an exception's target matches only by its name */
	SHELLTRAP_MISMATCH_CONDITION,
	SHELLTRAP_MISMATCH_DROPPED,	/* an exception; the file is dropped */
	SHELLTRAP_MISMATCH_UID,
	SHELLTRAP_MISMATCH_ACTOR,
	SHELLTRAP_MISMATCH_NOT_ACTOR,	/* the rule is off for this server */
	SHELLTRAP_MISMATCH_CGROUP,
	SHELLTRAP_MISMATCH_NOT_CGROUP,	/* the rule is off in this cgroup */
	SHELLTRAP_MISMATCH_ARGV,
	SHELLTRAP_MISMATCH_CWD,
	SHELLTRAP_MISMATCH_RELATIVE,	/* an exception without the cwd that argv needs */
	SHELLTRAP_MISMATCH_UNCLEAN,	/* an exception; others may change what is run */
	SHELLTRAP_MISMATCH_ENVIRONMENT,	/* an exception; a variable may, that it does not name */
};

/**
 * shelltrap_policy_mismatch() - Does a rule match, apart from its actor?
 * @rule: the rule
 * @exec: the exec; only target, file, conditions and uid are used
 *
 * Return: the reason, or SHELLTRAP_MISMATCH_NONE.
 */
enum shelltrap_mismatch shelltrap_policy_mismatch(const struct shelltrap_rule *rule,
						  const struct shelltrap_exec *exec);

/**
 * shelltrap_policy_actor_mismatch() - Does the actor of a rule match?
 * @rule: the rule
 * @exec: the exec; only self, hint, ancestors, lineage and common are used
 *
 * A name that is only a hint matches a rule of medium or low severity about the caller itself.
 *
 * Return: SHELLTRAP_MISMATCH_ACTOR, SHELLTRAP_MISMATCH_NOT_ACTOR or SHELLTRAP_MISMATCH_NONE.
 */
enum shelltrap_mismatch shelltrap_policy_actor_mismatch(const struct shelltrap_rule *rule,
							const struct shelltrap_exec *exec);

/**
 * shelltrap_policy_late_mismatch() - Do cgroup, environment and argv of a rule match?
 * @rule: the rule, as shelltrap_policy_add_rule() has added it
 * @late: what is known
 *
 * Return: the reason, or SHELLTRAP_MISMATCH_NONE.
 */
enum shelltrap_mismatch shelltrap_policy_late_mismatch(const struct shelltrap_rule *rule,
						       const struct shelltrap_late *late);

/**
 * shelltrap_policy_candidates_of() - Find those of some rules that match for some caller.
 * @policy: the policy
 * @rules: a bitmap of rules
 * @exec: the exec, as for shelltrap_policy_mismatch()
 *
 * Return: those of @rules that match.
 */
__u64 shelltrap_policy_candidates_of(const struct shelltrap_policy *policy, __u64 rules,
				     const struct shelltrap_exec *exec);

/**
 * shelltrap_policy_candidates() - Find all rules that match for some caller.
 * @policy: the policy
 * @exec: the exec, as for shelltrap_policy_mismatch()
 *
 * Return: a bitmap of rules.
 */
static inline __u64 shelltrap_policy_candidates(const struct shelltrap_policy *policy,
						const struct shelltrap_exec *exec)
{
	return shelltrap_policy_candidates_of(policy, ~(__u64)0, exec);
}

/**
 * shelltrap_policy_decide() - Find the rules that match for this caller.
 * @policy: the policy
 * @rules: the result of shelltrap_policy_candidates()
 * @exec: the exec, as for shelltrap_policy_actor_mismatch()
 *
 * Return: those of @rules that match, as far as is known at the hook.
 */
__u64 shelltrap_policy_decide(const struct shelltrap_policy *policy, __u64 rules,
			      const struct shelltrap_exec *exec);

/**
 * shelltrap_policy_decide_late() - Drop the rules that do not match after all.
 * @policy: the policy
 * @rules: the result of shelltrap_policy_decide()
 * @late: what is known now
 *
 * Return: those of @rules that match.
 */
__u64 shelltrap_policy_decide_late(const struct shelltrap_policy *policy, __u64 rules,
				   const struct shelltrap_late *late);

/* The rules that deny or kill. */
static inline __u64 shelltrap_policy_stopping(const struct shelltrap_policy *policy)
{
	return policy->denying | policy->killing;
}

/* Does any rule deny or kill? */
static inline bool shelltrap_policy_enforces(const struct shelltrap_policy *policy)
{
	return shelltrap_policy_stopping(policy);
}

/**
 * shelltrap_policy_enforced() - Find the rules that deny, kill or hold the caller.
 * @policy: the policy
 * @rules: the rules that match
 * @server: the caller is a server or descends from one
 *
 * Return: those of @rules that deny, kill or hold. Without a server only rules with the flag
 * "anybody" do, which no rule that holds has.
 */
__u64 shelltrap_policy_enforced(const struct shelltrap_policy *policy, __u64 rules, bool server);

/**
 * shelltrap_policy_exception_matches() - Does an exception keep the exec from being stopped?
 * @policy: the policy
 * @rules: the result of shelltrap_policy_decide()
 * @late: what is known now; its cgroup is ignored, as if it matched
 *
 * Return: true if one of the exceptions in @rules matches.
 */
bool shelltrap_policy_exception_matches(const struct shelltrap_policy *policy, __u64 rules,
					const struct shelltrap_late *late);

/**
 * shelltrap_policy_leading() - Find the most severe rule.
 * @policy: the policy
 * @rules: a bitmap of rules
 *
 * Return: the number of the rule; among equals, of the one that was added first. A negative
 * number for an empty bitmap.
 */
int shelltrap_policy_leading(const struct shelltrap_policy *policy, __u64 rules);

#endif /* _SHELLTRAP_DECIDE_H */
