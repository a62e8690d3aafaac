/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Deciding: which rules an exec fits, by the sets that were looked up. Plain C, as
 * policy.h. Any context.
 */
#ifndef _SHELLTRAP_DECIDE_H
#define _SHELLTRAP_DECIDE_H

#include "policy.h"

/* What is known of an exec at the hook. */
struct shelltrap_exec {
	__u64 target;		/* sets it is in by name, interpreter, path or identity */
	__u64 file;		/* by the identity of a file that is run, and by nothing else */
	__u64 self;		/* sets of the calling task */
	__u64 ancestors;
	__u64 lineage;
	__u32 conditions;
	__u32 uid;
};

/* What is known of it later. */
struct shelltrap_late {
	const char *cgroup;	/* NULL: unknown */
	const char *argv;	/* arguments, each with its NUL; NULL: not all of it is known */
	__u32 argv_len;		/* bytes */
	bool clean;		/* nothing in the environment makes it run something else */
};

/* Why a rule does not fit; in this order, the first that applies. */
enum shelltrap_mismatch {
	SHELLTRAP_MISMATCH_NONE,
	SHELLTRAP_MISMATCH_OFF,
	SHELLTRAP_MISMATCH_TARGET,
	SHELLTRAP_MISMATCH_IDENTITY,	/* an exception's target, by name only */
	SHELLTRAP_MISMATCH_CONDITION,
	SHELLTRAP_MISMATCH_DROPPED,	/* an exception, for a dropped file */
	SHELLTRAP_MISMATCH_UID,
	SHELLTRAP_MISMATCH_ACTOR,
	SHELLTRAP_MISMATCH_CGROUP,
	SHELLTRAP_MISMATCH_ENVIRONMENT,	/* an exception, for an environment not clean */
	SHELLTRAP_MISMATCH_ARGV,
};

/* But for the actor. */
enum shelltrap_mismatch shelltrap_policy_mismatch(const struct shelltrap_rule *rule,
						  const struct shelltrap_exec *exec);
enum shelltrap_mismatch shelltrap_policy_actor_mismatch(const struct shelltrap_rule *rule,
							const struct shelltrap_exec *exec);
enum shelltrap_mismatch shelltrap_policy_late_mismatch(const struct shelltrap_rule *rule,
						       const struct shelltrap_late *late);

/* Rules, bit n for rules[n], that may fit; whoever the caller is. */
__u64 shelltrap_policy_candidates(const struct shelltrap_policy *policy,
				  const struct shelltrap_exec *exec);

/* Those of @rules that fit, as far as is known at the hook. */
__u64 shelltrap_policy_decide(const struct shelltrap_policy *policy, __u64 rules,
			      const struct shelltrap_exec *exec);

/* Those of them that fit after all. */
__u64 shelltrap_policy_decide_late(const struct shelltrap_policy *policy, __u64 rules,
				   const struct shelltrap_late *late);

/* Does any rule deny or kill? */
static inline bool shelltrap_policy_enforces(const struct shelltrap_policy *policy)
{
	return policy->denying || policy->killing;
}

/* Those of @rules that deny or kill a caller that a server is behind, or not. */
__u64 shelltrap_policy_enforced(const struct shelltrap_policy *policy, __u64 rules, bool server);

/* Does one of the exceptions in @rules fit after all, whatever the cgroup? */
bool shelltrap_policy_exception_matches(const struct shelltrap_policy *policy, __u64 rules,
					const struct shelltrap_late *late);

/*
 * The most severe of the rules in the bitmap @rules, among equals the one added
 * first; a negative number for an empty bitmap.
 */
int shelltrap_policy_leading(const struct shelltrap_policy *policy, __u64 rules);

#endif /* _SHELLTRAP_DECIDE_H */
