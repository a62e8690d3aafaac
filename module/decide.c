// SPDX-License-Identifier: GPL-2.0-or-later
#ifdef __KERNEL__
#include <linux/kernel.h>
#include <linux/string.h>
#else
#include <string.h>
#endif

#include "decide.h"
#include "environment.h"
#include "holes.h"
#include "policy_private.h"
#include "relative.h"

static bool is_exception(const struct shelltrap_rule *rule)
{
	return rule->action == SHELLTRAP_ACTION_ALLOW;
}

enum shelltrap_mismatch shelltrap_policy_mismatch(const struct shelltrap_rule *rule,
						  const struct shelltrap_exec *exec)
{
	if (rule->action == SHELLTRAP_ACTION_OFF)
		return SHELLTRAP_MISMATCH_OFF;
	if (rule->target && !(rule->all_target & exec->target))
		return SHELLTRAP_MISMATCH_TARGET;
	if (is_exception(rule) && !(rule->all_target & exec->file))
		return SHELLTRAP_MISMATCH_IDENTITY;
	if (rule->conditions & ~exec->conditions)
		return SHELLTRAP_MISMATCH_CONDITION;
	if (is_exception(rule) && (exec->conditions & SHELLTRAP_CONDITION_FILE_DROPPED))
		return SHELLTRAP_MISMATCH_DROPPED;
	if (rule->has_uid && rule->uid != exec->uid)
		return SHELLTRAP_MISMATCH_UID;
	return SHELLTRAP_MISMATCH_NONE;
}

enum shelltrap_mismatch shelltrap_policy_actor_mismatch(const struct shelltrap_rule *rule,
							const struct shelltrap_exec *exec)
{
	__u64 actor = exec->self;

	if (rule->scope == SHELLTRAP_SCOPE_SELF && rule->severity <= SHELLTRAP_SEVERITY_MEDIUM)
		actor |= exec->hint;
	if (rule->scope >= SHELLTRAP_SCOPE_ANCESTORS)
		actor |= exec->ancestors;
	if (rule->scope == SHELLTRAP_SCOPE_LINEAGE)
		actor |= exec->lineage;
	if (rule->actor && !(rule->all_actor & actor))
		return SHELLTRAP_MISMATCH_ACTOR;
	return rule->all_not_actor & exec->common ? SHELLTRAP_MISMATCH_NOT_ACTOR :
						    SHELLTRAP_MISMATCH_NONE;
}

static bool cgroup_matches(const char *wanted, const char *cgroup)
{
	size_t len = strlen(wanted);

	/* The root cgroup "/" contains all others. */
	if (len && wanted[len - 1] == '/')
		len--;
	return cgroup && !strncmp(cgroup, wanted, len) && (!cgroup[len] || cgroup[len] == '/');
}

/* An unknown cgroup is never left out. */
static bool is_cgroup_left_out(const struct shelltrap_rule *rule, const char *cgroup)
{
	__u32 at;

	for (at = 0; at < rule->not_cgroup_len; at += strlen(rule->not_cgroup + at) + 1)
		if (cgroup_matches(rule->not_cgroup + at, cgroup))
			return true;
	return false;
}

size_t shelltrap_argv_skip(const char *argv, size_t len)
{
	static const char * const prefixes[] = { "sh\0-c\0--", "sh\0-c" };
	static const size_t lens[] = { sizeof("sh\0-c\0--"), sizeof("sh\0-c") };
	unsigned int i;

	/* This excludes most others. */
	if (len < 2 || argv[0] != 's' || argv[1] != 'h')
		return 0;
	for (i = 0; i < 2; i++)
		if (len > lens[i] && !memcmp(argv, prefixes[i], lens[i]) &&
		    argv[lens[i]] != '-' && argv[lens[i]] != '+')
			return lens[i];
	return 0;
}

/* What comes before the first hole shows of most command lines that they do not match. */
static bool argv_matches(const struct shelltrap_rule *rule, const char *argv, size_t len)
{
	const char *wanted = rule->argv + rule->argv_skip;
	size_t wanted_len = rule->argv_len - rule->argv_skip;
	size_t skip = shelltrap_argv_skip(argv, len);

	if (!skip != !rule->argv_skip)
		return false;
	argv += skip;
	len -= skip;
	if (len < rule->argv_fixed || memcmp(argv, wanted, rule->argv_fixed))
		return false;
	return rule->argv_holes ? shelltrap_holes_match(wanted, wanted_len, argv, len) :
				  len == wanted_len;
}

static bool cwd_matches(const struct shelltrap_rule *rule, const char *cwd)
{
	return !rule->cwd || (cwd && !strcmp(rule->cwd, cwd));
}

/*
 * Without a cwd of the exception, nothing may depend on the working directory; unless any
 * command line is meant, which may name whatever it likes.
 */
static bool needs_cwd(const struct shelltrap_rule *rule, const struct shelltrap_late *late)
{
	size_t len;

	if (rule->cwd || !rule->argv)
		return false;
	return shelltrap_relative(late->argv, late->argv_len, &len);
}

static const char *environment_stranger(const struct shelltrap_rule *rule,
					const struct shelltrap_late *late)
{
	return shelltrap_environment_stranger(rule->environment, rule->environment_len,
					      late->environment, late->environment_len);
}

enum shelltrap_mismatch shelltrap_policy_late_mismatch(const struct shelltrap_rule *rule,
						       const struct shelltrap_late *late)
{
	if (rule->cgroup && !cgroup_matches(rule->cgroup, late->cgroup))
		return SHELLTRAP_MISMATCH_CGROUP;
	if (is_cgroup_left_out(rule, late->cgroup))
		return SHELLTRAP_MISMATCH_NOT_CGROUP;
	if (rule->argv && !(late->argv && argv_matches(rule, late->argv, late->argv_len)))
		return SHELLTRAP_MISMATCH_ARGV;
	if (!cwd_matches(rule, late->cwd))
		return SHELLTRAP_MISMATCH_CWD;
	if (needs_cwd(rule, late))
		return SHELLTRAP_MISMATCH_RELATIVE;
	if (is_exception(rule) && !late->clean)
		return SHELLTRAP_MISMATCH_UNCLEAN;
	if (is_exception(rule) && environment_stranger(rule, late))
		return SHELLTRAP_MISMATCH_ENVIRONMENT;
	return SHELLTRAP_MISMATCH_NONE;
}

__u64 shelltrap_policy_candidates_of(const struct shelltrap_policy *policy, __u64 rules,
				     const struct shelltrap_exec *exec)
{
	__u64 targeting = policy->untargeted, sets = exec->target, left;

	for (; sets; sets &= sets - 1)
		targeting |= policy->targeting[bit_first(sets)];
	rules &= targeting;
	for (left = rules; left; left &= left - 1)
		if (shelltrap_policy_mismatch(&policy->rules[bit_first(left)], exec))
			rules &= ~(left & -left);
	return rules;
}

__u64 shelltrap_policy_decide(const struct shelltrap_policy *policy, __u64 rules,
			      const struct shelltrap_exec *exec)
{
	__u64 left;

	for (left = rules; left; left &= left - 1)
		if (shelltrap_policy_actor_mismatch(&policy->rules[bit_first(left)], exec))
			rules &= ~(left & -left);
	return rules;
}

/* Drops the rules of which one byte shows that they are for another command line: most of them. */
static __u64 rules_for(const struct shelltrap_policy *policy, __u64 rules,
		       const struct shelltrap_late *late)
{
	size_t skip = late->argv ? shelltrap_argv_skip(late->argv, late->argv_len) : 0;
	const struct shelltrap_rule *rule;
	__u64 left, at;

	for (left = late->argv ? rules : 0; left; left &= left - 1) {
		rule = &policy->rules[bit_first(left)];
		at = skip + rule->argv_probe;
		if (rule->argv_fixed &&
		    (at >= late->argv_len || late->argv[at] != rule->argv_byte))
			rules &= ~(left & -left);
	}
	return rules;
}

__u64 shelltrap_policy_decide_late(const struct shelltrap_policy *policy, __u64 rules,
				   const struct shelltrap_late *late)
{
	__u64 left;

	rules = rules_for(policy, rules, late);
	for (left = rules; left; left &= left - 1)
		if (shelltrap_policy_late_mismatch(&policy->rules[bit_first(left)], late))
			rules &= ~(left & -left);
	return rules;
}

__u64 shelltrap_policy_enforced(const struct shelltrap_policy *policy, __u64 rules, bool server)
{
	rules &= policy->denying | policy->killing | policy->holding;
	return server ? rules : rules & policy->anybody;
}

bool shelltrap_policy_exception_matches(const struct shelltrap_policy *policy, __u64 rules,
					const struct shelltrap_late *late)
{
	struct shelltrap_late there = *late;
	const struct shelltrap_rule *rule;
	__u64 left;

	for (left = rules_for(policy, rules & policy->allowing, late); left; left &= left - 1) {
		rule = &policy->rules[bit_first(left)];
		there.cgroup = rule->cgroup;
		if (!shelltrap_policy_late_mismatch(rule, &there))
			return true;
	}
	return false;
}

int shelltrap_policy_leading(const struct shelltrap_policy *policy, __u64 rules)
{
	int leading = -1, rule;

	for (; rules; rules &= rules - 1) {
		rule = bit_first(rules);
		if (leading < 0 || policy->rules[rule].severity > policy->rules[leading].severity)
			leading = rule;
	}
	return leading;
}
