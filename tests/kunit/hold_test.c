// SPDX-License-Identifier: GPL-2.0
/*
 * Rules that hold: their limits, to whom they apply, and who may be held beside whom.
 */
#include "policy_test.h"
#include "../../module/quota.c"

#define TARGET	BIT_ULL(0)

static const struct shelltrap_rule holding = {
	.name = "rule", .target = TARGET, .severity = SHELLTRAP_SEVERITY_LOW,
	.action = SHELLTRAP_ACTION_HOLD,
};

static const struct shelltrap_hold_limits usual = {
	.max = 8, .per_server = 2, .per_user = 2, .seconds = 30,
	.then = SHELLTRAP_HOLD_THEN_RELEASE,
};

static struct shelltrap_policy *with_a_set(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, 1, 8192);

	add_sets(test, policy, 2);
	add_path(test, policy, 0, "/bin/target");
	return policy;
}

static void a_rule_that_holds_has_neither_cgroup_nor_anybody(struct kunit *test)
{
	struct shelltrap_policy *policy = with_a_set(test);
	struct shelltrap_rule rule = holding;

	rule.cgroup = "/c";
	EXPECT_REFUSED(test, policy, shelltrap_policy_add_rule(policy, &rule), "cgroup");
	rule.cgroup = NULL;
	rule.anybody = true;
	EXPECT_REFUSED(test, policy, shelltrap_policy_add_rule(policy, &rule), "enforce");
	add_rule(test, policy, &holding);
}

static void a_rule_that_holds_alerts_and_applies_below_a_server(struct kunit *test)
{
	struct shelltrap_policy *policy = with_a_set(test);

	add_rule(test, policy, &holding);
	finish(test, policy);
	KUNIT_EXPECT_EQ(test, policy->alerting, (u64)1);
	KUNIT_EXPECT_EQ(test, policy->holding, (u64)1);
	KUNIT_EXPECT_EQ(test, policy->denying | policy->killing, (u64)0);
	KUNIT_EXPECT_EQ(test, shelltrap_policy_enforced(policy, 1, true), (u64)1);
	KUNIT_EXPECT_EQ(test, shelltrap_policy_enforced(policy, 1, false), (u64)0);
}

static void limits_have_defaults_and_bounds(struct kunit *test)
{
	static const struct shelltrap_hold_limits wrong[] = {
		{ 0, 1, 1, 1, 1 }, { 65, 1, 1, 1, 1 }, { 8, 0, 1, 1, 1 }, { 8, 9, 1, 1, 1 },
		{ 8, 1, 0, 1, 1 }, { 8, 1, 9, 1, 1 }, { 8, 1, 1, 0, 1 }, { 8, 1, 1, 301, 1 },
		{ 8, 1, 1, 1, 0 }, { 8, 1, 1, 1, 3 },
	};
	static const struct shelltrap_hold_limits largest = { 64, 64, 64, 300, 2 };
	struct shelltrap_policy *policy = with_a_set(test);
	size_t i;

	KUNIT_EXPECT_EQ(test, memcmp(&policy->hold, &usual, sizeof(usual)), 0);
	KUNIT_EXPECT_FALSE(test, shelltrap_policy_has_hold(policy));
	for (i = 0; i < ARRAY_SIZE(wrong); i++)
		EXPECT_REFUSED(test, policy, shelltrap_policy_set_hold(policy, &wrong[i]), "hold_");
	expect_taken(test, shelltrap_policy_set_hold(policy, &largest));
	KUNIT_EXPECT_TRUE(test, shelltrap_policy_has_hold(policy));
}

/* May an exec be held for @wanted, beside @nr of @held? */
static int exceeded(const struct shelltrap_hold_limits *limits,
		    const struct shelltrap_quota_account *held, unsigned int nr,
		    const struct shelltrap_quota_account *wanted)
{
	struct shelltrap_quota_use use = {};
	unsigned int i;

	for (i = 0; i < nr; i++)
		shelltrap_quota_count(&use, &held[i], wanted);
	return shelltrap_quota_exceeded(limits, &use, wanted);
}

static void a_server_and_a_user_have_limits(struct kunit *test)
{
	static const struct shelltrap_quota_account held[] = {
		{ .server = 1, .user = 33, .system = true },
		{ .server = 1, .user = 34, .system = true },
		{ .server = 2, .user = 35, .system = true },
		{ .server = 3, .user = 35, .system = true },
	};
	static const struct {
		struct shelltrap_quota_account account;
		enum shelltrap_unheld unheld;
	} cases[] = {
		{ { 1, 40, true }, SHELLTRAP_UNHELD_PER_SERVER },
		{ { 4, 35, true }, SHELLTRAP_UNHELD_PER_USER },
		{ { 2, 33, true }, 0 },
		{ { 4, 40, true }, 0 },
		{ { 4, 40, false }, 0 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		KUNIT_EXPECT_EQ(test, exceeded(&usual, held, 4, &cases[i].account),
				(int)cases[i].unheld);
}

/* Fills the places with users that are no system users, until one is refused. */
static unsigned int held_of_others(struct kunit *test, const struct shelltrap_hold_limits *limits)
{
	struct shelltrap_quota_account *held;
	unsigned int nr = 0;

	held = kunit_kzalloc(test, (SHELLTRAP_HOLD_MAX + 1) * sizeof(*held), GFP_KERNEL);
	do {
		held[nr].server = nr + 1;
		held[nr].user = nr + 1000;
	} while (!exceeded(limits, held, nr, &held[nr]) && ++nr);
	return nr;
}

static void half_is_reserved_for_system_servers(struct kunit *test)
{
	static const struct shelltrap_quota_account system = { .server = 99, .user = 33, true };
	struct shelltrap_quota_account held[4] = {};
	struct shelltrap_hold_limits limits = usual;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(held); i++) {
		held[i].server = i + 1;
		held[i].user = i + 1000;
	}
	KUNIT_EXPECT_EQ(test, held_of_others(test, &usual), 4U);
	KUNIT_EXPECT_EQ(test, exceeded(&usual, held, 4, &system), 0);
	limits.max = 1;
	KUNIT_EXPECT_EQ(test, held_of_others(test, &limits), 1U);
	limits.max = 4;
	KUNIT_EXPECT_EQ(test, exceeded(&limits, held, 4, &system),
			(int)SHELLTRAP_UNHELD_MAX);
}

static void system_servers_are_those_of_system_users_and_services(struct kunit *test)
{
	static const struct {
		__u32 uid;
		const char *cgroup;
		bool system;
	} cases[] = {
		{ 0, NULL, true }, { 33, NULL, true }, { 999, "/user.slice/x", true },
		{ 1000, NULL, false }, { 1000, "", false },
		{ 1000, "/system.slice/web.service", true },
		{ 1000, "/web.slice/web.service/pool", true },
		{ 1000, "/system.slice/docker-1.scope", false },
		{ 1000, "/a.servicex/b", false },
		{ 1000, "/user.slice/user-1000.slice/user@1000.service/x.service", false },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		KUNIT_EXPECT_EQ(test, shelltrap_quota_is_system(cases[i].uid, cases[i].cgroup),
				cases[i].system);
}

static struct kunit_case hold_cases[] = {
	KUNIT_CASE(a_rule_that_holds_has_neither_cgroup_nor_anybody),
	KUNIT_CASE(a_rule_that_holds_alerts_and_applies_below_a_server),
	KUNIT_CASE(limits_have_defaults_and_bounds),
	KUNIT_CASE(a_server_and_a_user_have_limits),
	KUNIT_CASE(half_is_reserved_for_system_servers),
	KUNIT_CASE(system_servers_are_those_of_system_users_and_services),
	{}
};

struct kunit_suite shelltrap_hold_suite = {
	.name = "shelltrap-hold",
	.test_cases = hold_cases,
};
