// SPDX-License-Identifier: GPL-2.0
/*
 * Rules that deny and kill: which of them are refused, to which callers they apply, and
 * which exceptions keep an exec from being stopped.
 */
#include "policy_test.h"

#define TARGET	BIT_ULL(0)
#define ACTOR	BIT_ULL(1)

#define ARGV(bytes) .argv = bytes, .argv_len = sizeof(bytes)

static const struct shelltrap_rule denying = {
	.name = "rule", .target = TARGET, .severity = SHELLTRAP_SEVERITY_LOW,
	.action = SHELLTRAP_ACTION_DENY,
};

static const __u8 enforced[] = { SHELLTRAP_ACTION_DENY, SHELLTRAP_ACTION_KILL };
static const __u8 others[] = { SHELLTRAP_ACTION_ALERT, SHELLTRAP_ACTION_ALLOW };

/* Returns a policy with two sets, the first with a path. */
static struct shelltrap_policy *begun(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, 1, 8192);

	add_sets(test, policy, 2);
	add_path(test, policy, 0, "/bin/target");
	return policy;
}

static void a_rule_that_denies_or_kills_has_no_cgroup(struct kunit *test)
{
	struct shelltrap_policy *policy = begun(test);
	struct shelltrap_rule rule = denying;
	size_t i;

	rule.cgroup = "/c";
	for (i = 0; i < ARRAY_SIZE(enforced); i++) {
		rule.action = enforced[i];
		EXPECT_REFUSED(test, policy, shelltrap_policy_add_rule(policy, &rule), "cgroup");
	}
	rule.action = SHELLTRAP_ACTION_OFF;
	add_rule(test, policy, &rule);
}

static void a_rule_that_denies_or_kills_has_no_argv(struct kunit *test)
{
	struct shelltrap_rule rule = { .name = "r", .target = TARGET, .severity = 1, ARGV("sh") };
	struct shelltrap_policy *policy = begun(test);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(enforced); i++) {
		rule.action = enforced[i];
		EXPECT_REFUSED(test, policy, shelltrap_policy_add_rule(policy, &rule),
			       "exceptions");
	}
}

static void only_rules_that_deny_or_kill_may_have_anybody(struct kunit *test)
{
	struct shelltrap_policy *policy = begun(test);
	struct shelltrap_rule rule = denying;
	size_t i;

	rule.anybody = true;
	for (i = 0; i < ARRAY_SIZE(others); i++) {
		rule.action = others[i];
		EXPECT_REFUSED(test, policy, shelltrap_policy_add_rule(policy, &rule), "enforce");
	}
	for (i = 0; i < ARRAY_SIZE(enforced); i++) {
		rule.action = enforced[i];
		rule.name = i ? "kills" : "denies";
		add_rule(test, policy, &rule);
	}
	rule.name = "off";
	rule.action = SHELLTRAP_ACTION_OFF;
	add_rule(test, policy, &rule);
}

/*
 * The rules by number: 0 alerts, 1 allows, 2 denies, 3 kills, 4 denies any caller, 5 kills
 * any caller, 6 would deny any caller but is off.
 */
static struct shelltrap_policy *of_each_kind(struct kunit *test)
{
	static const struct shelltrap_rule rules[] = {
		{ .name = "a", .target = TARGET, .severity = 1, .action = SHELLTRAP_ACTION_ALERT },
		{ .name = "b", .target = TARGET, .severity = 1, .action = SHELLTRAP_ACTION_ALLOW },
		{ .name = "c", .target = TARGET, .severity = 1, .action = SHELLTRAP_ACTION_DENY },
		{ .name = "d", .target = TARGET, .severity = 1, .action = SHELLTRAP_ACTION_KILL },
		{ .name = "e", .target = TARGET, .severity = 1, .action = SHELLTRAP_ACTION_DENY,
		  .anybody = true },
		{ .name = "f", .target = TARGET, .severity = 1, .action = SHELLTRAP_ACTION_KILL,
		  .anybody = true },
		{ .name = "g", .target = TARGET, .severity = 1, .action = SHELLTRAP_ACTION_OFF,
		  .anybody = true },
	};
	struct shelltrap_policy *policy = begun(test);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rules); i++)
		add_rule(test, policy, &rules[i]);
	finish(test, policy);
	return policy;
}

static void a_rule_that_denies_or_kills_alerts_too(struct kunit *test)
{
	const struct shelltrap_policy *policy = of_each_kind(test);
	const struct shelltrap_exec exec = { .target = TARGET, .file = TARGET };

	KUNIT_EXPECT_EQ(test, policy->alerting, (u64)0x3d);
	KUNIT_EXPECT_EQ(test, policy->allowing, (u64)2);
	KUNIT_EXPECT_EQ(test, policy->denying, (u64)0x14);
	KUNIT_EXPECT_EQ(test, policy->killing, (u64)0x28);
	KUNIT_EXPECT_EQ(test, policy->anybody, (u64)0x30);
	KUNIT_EXPECT_EQ(test, shelltrap_policy_candidates(policy, &exec), (u64)0x3f);
}

static void a_server_is_stopped_by_all_rules_that_deny_or_kill(struct kunit *test)
{
	const struct shelltrap_policy *policy = of_each_kind(test);

	KUNIT_EXPECT_EQ(test, shelltrap_policy_enforced(policy, U64_MAX, true), (u64)0x3c);
	KUNIT_EXPECT_EQ(test, shelltrap_policy_enforced(policy, 0x14, true), (u64)0x14);
	KUNIT_EXPECT_EQ(test, shelltrap_policy_enforced(policy, 0x43, true), (u64)0);
}

static void other_callers_are_denied_only_by_rules_for_anybody(struct kunit *test)
{
	const struct shelltrap_policy *policy = of_each_kind(test);

	KUNIT_EXPECT_EQ(test, shelltrap_policy_enforced(policy, U64_MAX, false), (u64)0x30);
	KUNIT_EXPECT_EQ(test, shelltrap_policy_enforced(policy, 0x2f, false), (u64)0x20);
	KUNIT_EXPECT_EQ(test, shelltrap_policy_enforced(policy, 0xf, false), (u64)0);
}

static void a_policy_that_only_alerts_denies_no_caller(struct kunit *test)
{
	struct shelltrap_policy *policy = begun(test);
	struct shelltrap_rule rule = denying;

	rule.action = SHELLTRAP_ACTION_ALERT;
	add_rule(test, policy, &rule);
	finish(test, policy);
	KUNIT_EXPECT_EQ(test, shelltrap_policy_enforced(policy, U64_MAX, true), (u64)0);
	KUNIT_EXPECT_EQ(test, policy->denying | policy->killing | policy->anybody, (u64)0);
}

/* Does the exception @rule, which is number 1, match beside the rule that denies? */
static bool exception_matches(struct kunit *test, const struct shelltrap_rule *rule,
			      const struct shelltrap_late *late)
{
	struct shelltrap_policy *policy = begun(test);

	add_rule(test, policy, &denying);
	add_rule(test, policy, rule);
	finish(test, policy);
	KUNIT_EXPECT_FALSE(test, shelltrap_policy_exception_matches(policy, 1, late));
	return shelltrap_policy_exception_matches(policy, 3, late);
}

static void an_exception_that_matches_stops_enforcement(struct kunit *test)
{
	struct shelltrap_rule rule = { .name = "e", .target = TARGET, .severity = 1, ARGV("sh"),
				       .action = SHELLTRAP_ACTION_ALLOW };
	struct shelltrap_late late = { .argv = "sh", .argv_len = 3, .clean = true };

	KUNIT_EXPECT_TRUE(test, exception_matches(test, &rule, &late));
	late.clean = false;
	KUNIT_EXPECT_FALSE(test, exception_matches(test, &rule, &late));
	late.clean = true;
	late.argv = "id";
	KUNIT_EXPECT_FALSE(test, exception_matches(test, &rule, &late));
	late.argv = NULL;
	KUNIT_EXPECT_FALSE(test, exception_matches(test, &rule, &late));
	rule.argv = NULL;
	KUNIT_EXPECT_TRUE(test, exception_matches(test, &rule, &late));
}

/* The cgroup is known too late to stop an exec. It decides only about the alert. */
static void an_exception_of_another_cgroup_stops_enforcement_too(struct kunit *test)
{
	struct shelltrap_rule rule = { .name = "e", .target = TARGET, .severity = 1, .cgroup = "/c",
				       .action = SHELLTRAP_ACTION_ALLOW };
	struct shelltrap_late late = { .cgroup = "/other", .clean = true };

	KUNIT_EXPECT_TRUE(test, exception_matches(test, &rule, &late));
	late.cgroup = NULL;
	KUNIT_EXPECT_TRUE(test, exception_matches(test, &rule, &late));
	KUNIT_EXPECT_TRUE(test, shelltrap_policy_late_mismatch(&rule, &late) ==
				SHELLTRAP_MISMATCH_CGROUP);
	late.clean = false;
	KUNIT_EXPECT_FALSE(test, exception_matches(test, &rule, &late));
}

static void only_an_exception_stops_enforcement(struct kunit *test)
{
	struct shelltrap_rule rule = denying;
	const struct shelltrap_late late = { .clean = true };

	rule.name = "alert";
	rule.action = SHELLTRAP_ACTION_ALERT;
	KUNIT_EXPECT_FALSE(test, exception_matches(test, &rule, &late));
	rule.action = SHELLTRAP_ACTION_OFF;
	KUNIT_EXPECT_FALSE(test, exception_matches(test, &rule, &late));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(a_rule_that_denies_or_kills_has_no_cgroup),
	KUNIT_CASE(a_rule_that_denies_or_kills_has_no_argv),
	KUNIT_CASE(only_rules_that_deny_or_kill_may_have_anybody),
	KUNIT_CASE(a_rule_that_denies_or_kills_alerts_too),
	KUNIT_CASE(a_server_is_stopped_by_all_rules_that_deny_or_kill),
	KUNIT_CASE(other_callers_are_denied_only_by_rules_for_anybody),
	KUNIT_CASE(a_policy_that_only_alerts_denies_no_caller),
	KUNIT_CASE(an_exception_that_matches_stops_enforcement),
	KUNIT_CASE(an_exception_of_another_cgroup_stops_enforcement_too),
	KUNIT_CASE(only_an_exception_stops_enforcement),
	{}
};

struct kunit_suite shelltrap_enforcement_suite = {
	.name = "shelltrap-enforcement",
	.test_cases = cases,
};
