// SPDX-License-Identifier: GPL-2.0
/*
 * Rules: which are accepted, what a policy computes from them, which execs they match.
 */
#include "policy_test.h"

#include "../../module/decide.c"

#define TARGET	BIT_ULL(0)
#define ACTOR	BIT_ULL(1)
#define OTHER	BIT_ULL(62)

/* Matches by its target alone. */
static const struct shelltrap_rule plain = {
	.name = "plain", .target = TARGET, .severity = SHELLTRAP_SEVERITY_LOW,
	.action = SHELLTRAP_ACTION_ALERT,
};

/* Returns a policy with @rule and two sets, each with a path. */
static struct shelltrap_policy *policy_of(struct kunit *test, const struct shelltrap_rule *rule)
{
	struct shelltrap_policy *policy = new_policy(test, 2, 8192);

	add_sets(test, policy, 2);
	add_path(test, policy, 0, "/bin/target");
	add_path(test, policy, 1, "/bin/actor");
	add_rule(test, policy, rule);
	finish(test, policy);
	return policy;
}

static void expect_early(struct kunit *test, const struct shelltrap_policy *policy,
			 const struct shelltrap_exec *exec, enum shelltrap_mismatch expected)
{
	const struct shelltrap_late nothing = {};

	expect_mismatch(test, policy, exec, &nothing, expected);
}

static void an_invalid_rule_is_refused(struct kunit *test)
{
	static const struct {
		const char *says;
		struct shelltrap_rule rule;
	} bad[] = {
		{ "severity", { .target = 1, .severity = 0, .action = 2 } },
		{ "severity", { .target = 1, .severity = 5, .action = 2 } },
		{ "severity", { .target = 1, .severity = 255, .action = 2 } },
		{ "action", { .target = 1, .severity = 1, .action = 0 } },
		{ "action", { .target = 1, .severity = 1, .action = 7 } },
		{ "scope", { .target = 1, .severity = 1, .action = 2, .actor = 1 } },
		{ "scope", { .target = 1, .severity = 1, .action = 2, .actor = 1, .scope = 4 } },
		{ "scope", { .target = 1, .severity = 1, .action = 2, .scope = 1 } },
		{ "condition", { .target = 1, .severity = 1, .action = 2, .conditions = 32 } },
		{ "condition", { .target = 1, .severity = 1, .action = 2, .conditions = ~0U } },
		{ "every exec", { .severity = 1, .action = 2 } },
		{ "target", { .severity = 1, .action = 3, .actor = 1, .scope = 1 } },
		{ "target", { .severity = 1, .action = 3, .conditions = 1 } },
	};
	struct shelltrap_policy *policy = new_policy(test, 1, 64);
	struct shelltrap_rule rule;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		rule = bad[i].rule;
		rule.name = "bad";
		EXPECT_REFUSED(test, policy, shelltrap_policy_add_rule(policy, &rule),
			       bad[i].says);
	}
}

static void every_severity_action_scope_and_condition_is_accepted(struct kunit *test)
{
	struct shelltrap_rule rule = plain;

	for (rule.severity = 1; rule.severity <= 4; rule.severity++)
		policy_of(test, &rule);
	rule.severity = 1;
	for (rule.action = 1; rule.action <= 6; rule.action++)
		policy_of(test, &rule);
	rule.action = SHELLTRAP_ACTION_ALERT;
	for (rule.conditions = 0; rule.conditions < 32; rule.conditions++)
		policy_of(test, &rule);
	rule.conditions = 0;
	rule.actor = ACTOR;
	for (rule.scope = 1; rule.scope <= 3; rule.scope++)
		policy_of(test, &rule);
}

static void two_rules_cannot_have_the_same_name(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, 0, 256);
	struct shelltrap_rule rule = plain;

	rule.name = "";
	EXPECT_REFUSED(test, policy, shelltrap_policy_add_rule(policy, &rule), "name is missing");
	rule.name = "two words";
	EXPECT_REFUSED(test, policy, shelltrap_policy_add_rule(policy, &rule), "letters");
	rule.name = repeated(test, 'r', SHELLTRAP_LABEL_MAX + 1, "");
	EXPECT_REFUSED(test, policy, shelltrap_policy_add_rule(policy, &rule), "47");
	rule.name = repeated(test, 'r', SHELLTRAP_LABEL_MAX, "");
	add_rule(test, policy, &rule);
	EXPECT_REFUSED(test, policy, shelltrap_policy_add_rule(policy, &rule), "already");
	rule.name = "r";
	add_rule(test, policy, &rule);
}

static void a_rule_may_be_called_like_a_set(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, 0, 256);
	struct shelltrap_rule rule = plain;

	new_set(test, policy, "shells");
	rule.name = "shells";
	add_rule(test, policy, &rule);
}

/* Checks each of the three alone. */
static void title_threat_and_reference_have_at_most_127_bytes(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, 0, 8192);
	const char *longest = repeated(test, 't', SHELLTRAP_TITLE_MAX, "");
	const char *longer = repeated(test, 't', SHELLTRAP_TITLE_MAX + 1, "");
	struct shelltrap_rule rule = plain;

	rule.title = longer;
	EXPECT_REFUSED(test, policy, shelltrap_policy_add_rule(policy, &rule), "127");
	rule.title = longest;
	rule.threat = longer;
	EXPECT_REFUSED(test, policy, shelltrap_policy_add_rule(policy, &rule), "127");
	rule.threat = longest;
	rule.reference = longer;
	EXPECT_REFUSED(test, policy, shelltrap_policy_add_rule(policy, &rule), "127");
	rule.reference = longest;
	add_rule(test, policy, &rule);
}

static void a_cgroup_is_a_path(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, 0, 8192);
	char *longer = repeated(test, 'c', SHELLTRAP_PATH_MAX, "");
	struct shelltrap_rule rule = plain;

	rule.cgroup = "";
	EXPECT_REFUSED(test, policy, shelltrap_policy_add_rule(policy, &rule), "cgroup");
	rule.cgroup = "system.slice";
	EXPECT_REFUSED(test, policy, shelltrap_policy_add_rule(policy, &rule), "cgroup");
	rule.cgroup = longer;
	longer[0] = '/';
	EXPECT_REFUSED(test, policy, shelltrap_policy_add_rule(policy, &rule), "cgroup");
	longer[SHELLTRAP_PATH_MAX - 1] = '\0';
	add_rule(test, policy, &rule);
}

static struct shelltrap_rule wordy(void)
{
	struct shelltrap_rule rule = plain;

	rule.name = "wordy";
	rule.title = "a title";
	rule.threat = "TA0001";
	rule.reference = "https://example.com";
	rule.cgroup = "/system.slice";
	rule.argv = "sh\0-c\0id";
	rule.argv_len = sizeof("sh\0-c\0id");
	rule.action = SHELLTRAP_ACTION_OFF;
	return rule;
}

#define WORDY_SIZE (6 + 8 + 7 + 20 + 14 + 9)

static void rules_take_the_text_that_was_announced(struct kunit *test)
{
	const struct shelltrap_rule rule = wordy();
	struct shelltrap_policy *policy;
	u32 size;

	for (size = 0; size < WORDY_SIZE; size++) {
		policy = new_policy(test, 0, size);
		EXPECT_REFUSED(test, policy, shelltrap_policy_add_rule(policy, &rule),
			       "more text");
	}
	policy = new_policy(test, 0, WORDY_SIZE);
	add_rule(test, policy, &rule);
	KUNIT_EXPECT_EQ(test, policy->text_used, policy->text_size);
}

/* The originals are overwritten before the copies are compared. */
static void a_rule_keeps_its_own_copy_of_all_its_strings(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, 0, WORDY_SIZE);
	char *texts = copy_bytes(test, "wordy\0a title\0TA0001\0/c\0sh", 27);
	struct shelltrap_rule rule = wordy();
	const struct shelltrap_rule *added = policy->rules;

	rule.name = texts;
	rule.title = texts + 6;
	rule.threat = texts + 14;
	rule.reference = NULL;
	rule.cgroup = texts + 21;
	rule.argv = texts + 24;
	rule.argv_len = 3;
	add_rule(test, policy, &rule);
	memset(texts, 'x', 27);
	KUNIT_EXPECT_STREQ(test, added->name, (const char *)"wordy");
	KUNIT_EXPECT_STREQ(test, added->title, (const char *)"a title");
	KUNIT_EXPECT_STREQ(test, added->threat, (const char *)"TA0001");
	KUNIT_EXPECT_TRUE(test, !added->reference);
	KUNIT_EXPECT_STREQ(test, added->cgroup, (const char *)"/c");
	KUNIT_EXPECT_EQ(test, memcmp(added->argv, "sh", 3), 0);
	KUNIT_EXPECT_EQ(test, added->argv_len, (u32)3);
}

static void strings_that_a_rule_lacks_stay_null(struct kunit *test)
{
	const struct shelltrap_rule *rule = policy_of(test, &plain)->rules;

	KUNIT_EXPECT_TRUE(test, !rule->title && !rule->threat && !rule->reference &&
			  !rule->cgroup && !rule->argv && !rule->has_uid);
}

static void there_are_64_rules_and_no_65th(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, 0, 1024);
	const struct shelltrap_exec exec = { .target = TARGET };
	const struct shelltrap_late nothing = {};
	struct shelltrap_rule rule = plain;
	char name[16];
	int i;

	rule.name = name;
	for (i = 0; i < SHELLTRAP_RULES_MAX; i++) {
		scnprintf(name, sizeof(name), "rule-%d", i);
		add_rule(test, policy, &rule);
	}
	scnprintf(name, sizeof(name), "one-more");
	EXPECT_REFUSED(test, policy, shelltrap_policy_add_rule(policy, &rule), "64");
	finish(test, policy);
	KUNIT_EXPECT_EQ(test, matching(policy, &exec, &nothing), U64_MAX);
	KUNIT_EXPECT_EQ(test, policy->alerting, U64_MAX);
	KUNIT_EXPECT_EQ(test, shelltrap_policy_leading(policy, BIT_ULL(63)), 63);
}

static void a_set_does_not_include_itself(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, 0, 64);

	add_sets(test, policy, 2);
	EXPECT_REFUSED(test, policy, shelltrap_policy_add_include(policy, 1, 1), "itself");
}

/* Set 0 includes all others, in a chain that goes on by @stride sets at each step. */
static void expect_chain(struct kunit *test, unsigned int stride)
{
	struct shelltrap_policy *policy = new_policy(test, 0, 1024);
	unsigned int i;

	add_sets(test, policy, SHELLTRAP_SETS_MAX);
	for (i = 0; i < 63; i++)
		add_include(test, policy, i * stride % 64, (i + 1) * stride % 64);
	add_rule(test, policy, &plain);
	finish(test, policy);
	KUNIT_EXPECT_EQ(test, policy->rules[0].all_target, U64_MAX);
	KUNIT_EXPECT_EQ(test, policy->targets, U64_MAX);
}

/* In the order in which the sets were added, in reverse, and mixed. */
static void a_chain_of_all_sets_is_followed_to_its_end(struct kunit *test)
{
	unsigned int stride;

	for (stride = 1; stride < 64; stride += 2)
		expect_chain(test, stride);
}

/* Set 0 includes 1 and 2, and both include 3. No set includes 4. */
static void two_ways_to_one_set_are_no_cycle(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, 0, 256);
	struct shelltrap_rule rule = plain;

	add_sets(test, policy, 5);
	add_include(test, policy, 0, 1);
	add_include(test, policy, 0, 2);
	add_include(test, policy, 1, 3);
	add_include(test, policy, 2, 3);
	add_include(test, policy, 2, 3);
	rule.actor = BIT_ULL(1);
	rule.scope = SHELLTRAP_SCOPE_SELF;
	add_rule(test, policy, &rule);
	finish(test, policy);
	KUNIT_EXPECT_EQ(test, policy->rules[0].all_target, (u64)0xf);
	KUNIT_EXPECT_EQ(test, policy->rules[0].all_actor, BIT_ULL(1) | BIT_ULL(3));
	KUNIT_EXPECT_EQ(test, policy->actors, BIT_ULL(1) | BIT_ULL(3));
}

static void an_included_set_does_not_include_the_other(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, 0, 256);
	struct shelltrap_exec exec = { .target = BIT_ULL(1), .self = BIT_ULL(2) };
	struct shelltrap_rule rule = plain;

	add_sets(test, policy, 3);
	add_include(test, policy, 0, 1);
	rule.target = BIT_ULL(0);
	rule.actor = BIT_ULL(2);
	rule.scope = SHELLTRAP_SCOPE_SELF;
	add_rule(test, policy, &rule);
	rule.name = "included";
	rule.target = BIT_ULL(1);
	add_rule(test, policy, &rule);
	finish(test, policy);
	KUNIT_EXPECT_EQ(test, shelltrap_policy_candidates(policy, &exec), (u64)3);
	exec.target = BIT_ULL(0);
	KUNIT_EXPECT_EQ(test, shelltrap_policy_candidates(policy, &exec), (u64)1);
}

static void sets_that_actors_include_are_actors(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, 0, 256);
	const struct shelltrap_exec exec = { .target = TARGET, .self = BIT_ULL(2) };
	struct shelltrap_rule rule = plain;

	add_sets(test, policy, 3);
	add_include(test, policy, 1, 2);
	rule.actor = ACTOR;
	rule.scope = SHELLTRAP_SCOPE_SELF;
	add_rule(test, policy, &rule);
	finish(test, policy);
	expect_early(test, policy, &exec, SHELLTRAP_MISMATCH_NONE);
	KUNIT_EXPECT_EQ(test, policy->actors, ACTOR | BIT_ULL(2));
}

/* Set 0 includes 1, which is in a ring of @links sets out of 1, 2, 3 and 4. */
static void expect_cycle(struct kunit *test, int links)
{
	static const unsigned int ring[] = { 1, 2, 3, 4 };
	struct shelltrap_policy *policy = new_policy(test, 0, 256);
	int i;

	add_sets(test, policy, 6);
	add_include(test, policy, 0, 1);
	for (i = 0; i < links; i++)
		add_include(test, policy, ring[i], ring[(i + 1) % links]);
	expect_finish_fault(test, policy, -1, 1, "includes");
}

static void a_cycle_is_refused_and_one_of_its_sets_is_named(struct kunit *test)
{
	expect_cycle(test, 2);
	expect_cycle(test, 3);
	expect_cycle(test, 4);
}

static void a_cycle_of_all_sets_is_refused(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, 0, 1024);
	int i;

	add_sets(test, policy, SHELLTRAP_SETS_MAX);
	for (i = 0; i < SHELLTRAP_SETS_MAX; i++)
		add_include(test, policy, i, (i + 1) % SHELLTRAP_SETS_MAX);
	expect_finish_fault(test, policy, -1, 0, "includes");
}

static void a_rule_that_is_off_needs_nothing_and_never_matches(struct kunit *test)
{
	const struct shelltrap_exec exec = { U64_MAX, U64_MAX, U64_MAX, U64_MAX, U64_MAX, 8, 0 };
	struct shelltrap_rule rule = plain;
	struct shelltrap_policy *policy;

	rule.actor = ACTOR;
	rule.scope = SHELLTRAP_SCOPE_LINEAGE;
	rule.conditions = SHELLTRAP_CONDITION_FILE_DROPPED;
	rule.action = SHELLTRAP_ACTION_OFF;
	policy = policy_of(test, &rule);
	expect_early(test, policy, &exec, SHELLTRAP_MISMATCH_OFF);
	KUNIT_EXPECT_EQ(test, policy->actors | policy->targets, (u64)0);
	KUNIT_EXPECT_EQ(test, policy->alerting | policy->allowing, (u64)0);
	KUNIT_EXPECT_EQ(test, policy->conditions, (u32)0);
}

static void a_rule_without_target_that_is_off_leaves_other_targets_alone(struct kunit *test)
{
	struct shelltrap_rule rule = {
		.name = "off", .conditions = 1, .severity = 1, .action = SHELLTRAP_ACTION_OFF,
	};

	KUNIT_EXPECT_FALSE(test, policy_of(test, &rule)->any_exec);
	rule.action = SHELLTRAP_ACTION_ALERT;
	KUNIT_EXPECT_TRUE(test, policy_of(test, &rule)->any_exec);
	KUNIT_EXPECT_FALSE(test, policy_of(test, &rule)->any_target);
	rule.actor = ACTOR;
	rule.scope = SHELLTRAP_SCOPE_SELF;
	KUNIT_EXPECT_TRUE(test, policy_of(test, &rule)->any_target);
	KUNIT_EXPECT_FALSE(test, policy_of(test, &rule)->any_exec);
	KUNIT_EXPECT_FALSE(test, policy_of(test, &plain)->any_target);
	KUNIT_EXPECT_FALSE(test, policy_of(test, &plain)->any_exec);
}

/* The rules: alert, off, allow, alert. */
static void the_needs_of_all_rules_are_collected(struct kunit *test)
{
	static const struct shelltrap_rule rules[] = {
		{ .name = "a", .conditions = 1, .severity = 1, .action = 2 },
		{ .name = "b", .target = BIT_ULL(5), .severity = 1, .action = 1, .conditions = 2 },
		{ .name = "c", .target = TARGET, .severity = 1, .action = 3 },
		{ .name = "d", .actor = OTHER, .scope = 1, .severity = 1, .action = 2 },
	};
	struct shelltrap_policy *policy = new_policy(test, 1, 256);
	size_t i;

	add_sets(test, policy, 1);
	add_path(test, policy, 0, "/bin/target");
	for (i = 0; i < ARRAY_SIZE(rules); i++)
		add_rule(test, policy, &rules[i]);
	finish(test, policy);
	KUNIT_EXPECT_EQ(test, policy->alerting, (u64)9);
	KUNIT_EXPECT_EQ(test, policy->allowing, (u64)4);
	KUNIT_EXPECT_EQ(test, policy->targets, TARGET);
	KUNIT_EXPECT_EQ(test, policy->actors, OTHER);
	KUNIT_EXPECT_EQ(test, policy->conditions, 1U | SHELLTRAP_CONDITION_FILE_DROPPED);
	KUNIT_EXPECT_TRUE(test, policy->any_target);
}

static void one_of_the_targets_of_a_rule_is_enough(struct kunit *test)
{
	struct shelltrap_rule rule = plain;
	const struct shelltrap_policy *policy;
	struct shelltrap_exec exec = { .target = TARGET };

	rule.target = TARGET | OTHER;
	policy = policy_of(test, &rule);
	expect_early(test, policy, &exec, SHELLTRAP_MISMATCH_NONE);
	exec.target = OTHER | ACTOR;
	expect_early(test, policy, &exec, SHELLTRAP_MISMATCH_NONE);
	exec.target = ~(TARGET | OTHER);
	exec.self = U64_MAX;
	expect_early(test, policy, &exec, SHELLTRAP_MISMATCH_TARGET);
}

static void a_rule_matches_any_value_that_it_does_not_name(struct kunit *test)
{
	const struct shelltrap_rule rule = {
		.name = "any", .conditions = SHELLTRAP_CONDITION_STDIN_CONNECTED, .severity = 1,
		.action = SHELLTRAP_ACTION_ALERT,
	};
	const struct shelltrap_policy *policy = policy_of(test, &rule);
	struct shelltrap_exec exec = { .conditions = SHELLTRAP_CONDITION_STDIN_CONNECTED };

	expect_early(test, policy, &exec, SHELLTRAP_MISMATCH_NONE);
	exec.target = OTHER;
	exec.self = OTHER;
	exec.uid = 33;
	exec.conditions = 15;
	expect_early(test, policy, &exec, SHELLTRAP_MISMATCH_NONE);
}

static void a_scope_says_whose_sets_count(struct kunit *test)
{
	static const enum shelltrap_mismatch expected[3][4] = {
		/* who is an actor: none, self, an ancestor, the lineage */
		{ SHELLTRAP_MISMATCH_ACTOR, SHELLTRAP_MISMATCH_NONE, SHELLTRAP_MISMATCH_ACTOR,
		  SHELLTRAP_MISMATCH_ACTOR },
		{ SHELLTRAP_MISMATCH_ACTOR, SHELLTRAP_MISMATCH_NONE, SHELLTRAP_MISMATCH_NONE,
		  SHELLTRAP_MISMATCH_ACTOR },
		{ SHELLTRAP_MISMATCH_ACTOR, SHELLTRAP_MISMATCH_NONE, SHELLTRAP_MISMATCH_NONE,
		  SHELLTRAP_MISMATCH_NONE },
	};
	struct shelltrap_rule rule = plain;
	struct shelltrap_exec exec;
	int who;

	rule.actor = ACTOR;
	for (rule.scope = 1; rule.scope <= SHELLTRAP_SCOPE_LINEAGE; rule.scope++)
		for (who = 0; who < 4; who++) {
			exec = (struct shelltrap_exec){
				.target = TARGET, .file = U64_MAX,
				.self = who == 1 ? ACTOR : ~ACTOR,
				.ancestors = who == 2 ? ACTOR : ~ACTOR,
				.lineage = who == 3 ? ACTOR : ~ACTOR,
			};
			expect_early(test, policy_of(test, &rule), &exec,
				     expected[rule.scope - 1][who]);
		}
}

static void one_of_the_actors_of_a_rule_is_enough(struct kunit *test)
{
	struct shelltrap_exec exec = { .target = TARGET, .self = OTHER };
	struct shelltrap_rule rule = plain;
	const struct shelltrap_policy *policy;

	rule.actor = ACTOR | OTHER;
	rule.scope = SHELLTRAP_SCOPE_SELF;
	policy = policy_of(test, &rule);
	expect_early(test, policy, &exec, SHELLTRAP_MISMATCH_NONE);
	exec.self = ACTOR | TARGET;
	expect_early(test, policy, &exec, SHELLTRAP_MISMATCH_NONE);
	exec.self = ~(ACTOR | OTHER);
	expect_early(test, policy, &exec, SHELLTRAP_MISMATCH_ACTOR);
}

/* Compares each combination of conditions with each other. */
static void all_conditions_of_a_rule_must_hold(struct kunit *test)
{
	struct shelltrap_exec exec = { .target = TARGET };
	struct shelltrap_rule rule = plain;
	const struct shelltrap_policy *policy;

	for (rule.conditions = 0; rule.conditions < 32; rule.conditions++) {
		policy = policy_of(test, &rule);
		KUNIT_EXPECT_EQ(test, policy->conditions, rule.conditions);
		for (exec.conditions = 0; exec.conditions < 32; exec.conditions++)
			expect_early(test, policy, &exec,
				     (rule.conditions & exec.conditions) == rule.conditions ?
				     SHELLTRAP_MISMATCH_NONE : SHELLTRAP_MISMATCH_CONDITION);
	}
}

static void a_uid_is_one_user_and_0_is_root(struct kunit *test)
{
	struct shelltrap_exec exec = { .target = TARGET };
	struct shelltrap_rule rule = plain;

	rule.uid = 33;
	expect_early(test, policy_of(test, &rule), &exec, SHELLTRAP_MISMATCH_NONE);
	rule.has_uid = true;
	expect_early(test, policy_of(test, &rule), &exec, SHELLTRAP_MISMATCH_UID);
	exec.uid = 33;
	expect_early(test, policy_of(test, &rule), &exec, SHELLTRAP_MISMATCH_NONE);
	rule.uid = 0;
	expect_early(test, policy_of(test, &rule), &exec, SHELLTRAP_MISMATCH_UID);
	exec.uid = 0;
	expect_early(test, policy_of(test, &rule), &exec, SHELLTRAP_MISMATCH_NONE);
}

static const char * const other_cgroups[] = {
	NULL, "", "/", "/a", "/a/", "/a/bc", "/a/b2/c", "/a/b.service", "/x/a/b", "a/b", "/A/b",
};

static void expect_cgroup(struct kunit *test, const char *wanted, const char *cgroup, bool matches)
{
	const struct shelltrap_late late = {
		.cgroup = cgroup ? copy_string(test, cgroup) : NULL, .clean = true,
	};
	const struct shelltrap_exec exec = { .target = TARGET };
	struct shelltrap_rule rule = plain;

	rule.cgroup = wanted;
	expect_mismatch(test, policy_of(test, &rule), &exec, &late,
			matches ? SHELLTRAP_MISMATCH_NONE : SHELLTRAP_MISMATCH_CGROUP);
}

static void a_cgroup_matches_itself_and_its_descendants(struct kunit *test)
{
	size_t i;

	expect_cgroup(test, "/a/b", "/a/b", true);
	expect_cgroup(test, "/a/b", "/a/b/", true);
	expect_cgroup(test, "/a/b", "/a/b/c", true);
	expect_cgroup(test, "/a/b", "/a/b/c/d", true);
	for (i = 0; i < ARRAY_SIZE(other_cgroups); i++)
		expect_cgroup(test, "/a/b", other_cgroups[i], false);
}

static void a_slash_at_a_cgroups_end_means_nothing(struct kunit *test)
{
	size_t i;

	expect_cgroup(test, "/a/b/", "/a/b", true);
	expect_cgroup(test, "/a/b/", "/a/b/c", true);
	for (i = 0; i < ARRAY_SIZE(other_cgroups); i++)
		expect_cgroup(test, "/a/b/", other_cgroups[i], false);
}

static void the_root_cgroup_matches_every_known_cgroup(struct kunit *test)
{
	expect_cgroup(test, "/", "/", true);
	expect_cgroup(test, "/", "/a", true);
	expect_cgroup(test, "/", "/a/b", true);
	expect_cgroup(test, "/", NULL, false);
	expect_cgroup(test, "/", "a", false);
}

static void a_rule_without_a_cgroup_matches_known_and_unknown_cgroups(struct kunit *test)
{
	expect_cgroup(test, NULL, "/a", true);
	expect_cgroup(test, NULL, NULL, true);
}

static void a_rule_is_off_only_below_servers_that_are_all_in_the_set(struct kunit *test)
{
	struct shelltrap_exec exec = { .target = TARGET, .self = ~0ULL, .ancestors = ~0ULL,
				       .lineage = ~0ULL };
	struct shelltrap_rule rule = plain;
	const struct shelltrap_policy *policy;

	rule.not_actor = ACTOR;
	for (rule.scope = 0; rule.scope <= SHELLTRAP_SCOPE_LINEAGE; rule.scope++) {
		rule.actor = rule.scope ? TARGET | ACTOR : 0;
		policy = policy_of(test, &rule);
		KUNIT_EXPECT_TRUE(test, policy->any_not_actor);
		exec.common = ACTOR;
		expect_early(test, policy, &exec, SHELLTRAP_MISMATCH_NOT_ACTOR);
		exec.common = ~ACTOR;
		expect_early(test, policy, &exec, SHELLTRAP_MISMATCH_NONE);
		exec.common = 0;
		expect_early(test, policy, &exec, SHELLTRAP_MISMATCH_NONE);
	}
	KUNIT_EXPECT_FALSE(test, policy_of(test, &plain)->any_not_actor);
}

static void what_a_set_includes_is_left_out_with_it_and_founds_no_lineage(struct kunit *test)
{
	const struct shelltrap_exec exec = { .target = TARGET, .common = BIT_ULL(2) };
	struct shelltrap_policy *policy = new_policy(test, 0, 256);
	struct shelltrap_rule rule = plain;

	rule.not_actor = ACTOR;
	add_sets(test, policy, 3);
	add_include(test, policy, 1, 2);
	add_rule(test, policy, &rule);
	finish(test, policy);
	expect_early(test, policy, &exec, SHELLTRAP_MISMATCH_NOT_ACTOR);
	KUNIT_EXPECT_EQ(test, policy->actors, 0ULL);
	KUNIT_EXPECT_EQ(test, policy->watched, TARGET);
}

static void expect_left_out(struct kunit *test, const char *cgroup, bool is)
{
	const struct shelltrap_late late = {
		.cgroup = cgroup ? copy_string(test, cgroup) : NULL, .clean = true,
	};
	const struct shelltrap_exec exec = { .target = TARGET };
	struct shelltrap_rule rule = plain;

	rule.not_cgroup = "/x\0/a/b";
	rule.not_cgroup_len = sizeof("/x\0/a/b");
	expect_mismatch(test, policy_of(test, &rule), &exec, &late,
			is ? SHELLTRAP_MISMATCH_NOT_CGROUP : SHELLTRAP_MISMATCH_NONE);
}

static void a_rule_is_off_in_the_cgroups_that_it_leaves_out(struct kunit *test)
{
	size_t i;

	expect_left_out(test, "/a/b", true);
	expect_left_out(test, "/a/b/c", true);
	expect_left_out(test, "/x/a/c", true);
	for (i = 0; i < ARRAY_SIZE(other_cgroups); i++)
		if (!other_cgroups[i] || strcmp(other_cgroups[i], "/x/a/b"))
			expect_left_out(test, other_cgroups[i], false);
}

static void expect_no_such_not_cgroup(struct kunit *test, const char *paths, u32 len,
				      enum shelltrap_action action)
{
	struct shelltrap_policy *policy = new_policy(test, 0, 8192);
	struct shelltrap_rule rule = plain;

	add_sets(test, policy, 1);
	rule.not_cgroup = paths;
	rule.not_cgroup_len = len;
	rule.action = action;
	KUNIT_EXPECT_FALSE(test, !shelltrap_policy_add_rule(policy, &rule));
	KUNIT_EXPECT_EQ(test, policy->nr_rules, 0U);
}

static void left_out_cgroups_are_paths_and_of_no_rule_that_refuses(struct kunit *test)
{
	char *longest = kunit_kzalloc(test, SHELLTRAP_NOT_CGROUP_MAX + 1, GFP_KERNEL);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, longest);
	memset(longest, '/', SHELLTRAP_NOT_CGROUP_MAX);
	expect_no_such_not_cgroup(test, longest, SHELLTRAP_NOT_CGROUP_MAX + 1,
				  SHELLTRAP_ACTION_ALERT);
	expect_no_such_not_cgroup(test, "/a", 0, SHELLTRAP_ACTION_ALERT);
	expect_no_such_not_cgroup(test, "/a", 2, SHELLTRAP_ACTION_ALERT);
	expect_no_such_not_cgroup(test, "/a\0", 4, SHELLTRAP_ACTION_ALERT);
	expect_no_such_not_cgroup(test, "/a\0b", 5, SHELLTRAP_ACTION_ALERT);
	expect_no_such_not_cgroup(test, "/a", 3, SHELLTRAP_ACTION_DENY);
	expect_no_such_not_cgroup(test, "/a", 3, SHELLTRAP_ACTION_KILL);
	expect_no_such_not_cgroup(test, "/a", 3, SHELLTRAP_ACTION_HOLD);
}

/* Eight equal rules, except for the target: rule n has set n. */
static struct shelltrap_policy *ladder(struct kunit *test, struct shelltrap_rule rule)
{
	struct shelltrap_policy *policy = new_policy(test, 0, 256);
	char name[] = "r0";
	int i;

	rule.name = name;
	for (i = 0; i < 8; i++) {
		name[1] = '0' + i;
		rule.target = BIT_ULL(i);
		rule.severity = i % 4 + 1;
		add_rule(test, policy, &rule);
	}
	finish(test, policy);
	return policy;
}

static void candidates_do_not_depend_on_the_caller(struct kunit *test)
{
	const struct shelltrap_exec exec = { .target = 0xa5 };
	struct shelltrap_rule rule = plain;

	rule.actor = ACTOR;
	rule.scope = SHELLTRAP_SCOPE_SELF;
	rule.cgroup = "/c";
	KUNIT_EXPECT_EQ(test, shelltrap_policy_candidates(ladder(test, rule), &exec), (u64)0xa5);
}

/* These functions do not look at the target again. */
static void deciding_only_removes_rules(struct kunit *test)
{
	struct shelltrap_exec exec = { .target = U64_MAX, .self = ACTOR };
	const struct shelltrap_late elsewhere = { .cgroup = "/d" }, there = { .cgroup = "/c" };
	struct shelltrap_rule rule = plain;
	struct shelltrap_policy *policy;

	rule.actor = ACTOR;
	rule.scope = SHELLTRAP_SCOPE_SELF;
	rule.cgroup = "/c";
	policy = ladder(test, rule);
	KUNIT_EXPECT_EQ(test, shelltrap_policy_decide(policy, 0x5a, &exec), (u64)0x5a);
	KUNIT_EXPECT_EQ(test, shelltrap_policy_decide(policy, 0, &exec), (u64)0);
	KUNIT_EXPECT_EQ(test, shelltrap_policy_decide_late(policy, 0x3c, &there), (u64)0x3c);
	KUNIT_EXPECT_EQ(test, shelltrap_policy_decide_late(policy, 0x3c, &elsewhere), (u64)0);
	exec.self = 0;
	KUNIT_EXPECT_EQ(test, shelltrap_policy_decide(policy, 0x5a, &exec), (u64)0);
}

/* The severities are 1 to 4, twice. */
static void the_most_severe_rule_leads_and_among_equals_the_first(struct kunit *test)
{
	const struct shelltrap_policy *policy = ladder(test, plain);

	KUNIT_EXPECT_EQ(test, shelltrap_policy_leading(policy, 0xff), 3);
	KUNIT_EXPECT_EQ(test, shelltrap_policy_leading(policy, 0xf7), 7);
	KUNIT_EXPECT_EQ(test, shelltrap_policy_leading(policy, 0x77), 2);
	KUNIT_EXPECT_EQ(test, shelltrap_policy_leading(policy, 0x73), 6);
	KUNIT_EXPECT_EQ(test, shelltrap_policy_leading(policy, 0x11), 0);
	KUNIT_EXPECT_EQ(test, shelltrap_policy_leading(policy, 0x10), 4);
	KUNIT_EXPECT_TRUE(test, shelltrap_policy_leading(policy, 0) < 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(an_invalid_rule_is_refused),
	KUNIT_CASE(every_severity_action_scope_and_condition_is_accepted),
	KUNIT_CASE(two_rules_cannot_have_the_same_name),
	KUNIT_CASE(a_rule_may_be_called_like_a_set),
	KUNIT_CASE(title_threat_and_reference_have_at_most_127_bytes),
	KUNIT_CASE(a_cgroup_is_a_path),
	KUNIT_CASE(rules_take_the_text_that_was_announced),
	KUNIT_CASE(a_rule_keeps_its_own_copy_of_all_its_strings),
	KUNIT_CASE(strings_that_a_rule_lacks_stay_null),
	KUNIT_CASE(there_are_64_rules_and_no_65th),
	KUNIT_CASE(a_set_does_not_include_itself),
	KUNIT_CASE(a_chain_of_all_sets_is_followed_to_its_end),
	KUNIT_CASE(two_ways_to_one_set_are_no_cycle),
	KUNIT_CASE(an_included_set_does_not_include_the_other),
	KUNIT_CASE(sets_that_actors_include_are_actors),
	KUNIT_CASE(a_cycle_is_refused_and_one_of_its_sets_is_named),
	KUNIT_CASE(a_cycle_of_all_sets_is_refused),
	KUNIT_CASE(a_rule_that_is_off_needs_nothing_and_never_matches),
	KUNIT_CASE(a_rule_without_target_that_is_off_leaves_other_targets_alone),
	KUNIT_CASE(the_needs_of_all_rules_are_collected),
	KUNIT_CASE(one_of_the_targets_of_a_rule_is_enough),
	KUNIT_CASE(a_rule_matches_any_value_that_it_does_not_name),
	KUNIT_CASE(a_scope_says_whose_sets_count),
	KUNIT_CASE(one_of_the_actors_of_a_rule_is_enough),
	KUNIT_CASE(all_conditions_of_a_rule_must_hold),
	KUNIT_CASE(a_uid_is_one_user_and_0_is_root),
	KUNIT_CASE(a_cgroup_matches_itself_and_its_descendants),
	KUNIT_CASE(a_slash_at_a_cgroups_end_means_nothing),
	KUNIT_CASE(the_root_cgroup_matches_every_known_cgroup),
	KUNIT_CASE(a_rule_without_a_cgroup_matches_known_and_unknown_cgroups),
	KUNIT_CASE(a_rule_is_off_only_below_servers_that_are_all_in_the_set),
	KUNIT_CASE(what_a_set_includes_is_left_out_with_it_and_founds_no_lineage),
	KUNIT_CASE(a_rule_is_off_in_the_cgroups_that_it_leaves_out),
	KUNIT_CASE(left_out_cgroups_are_paths_and_of_no_rule_that_refuses),
	KUNIT_CASE(candidates_do_not_depend_on_the_caller),
	KUNIT_CASE(deciding_only_removes_rules),
	KUNIT_CASE(the_most_severe_rule_leads_and_among_equals_the_first),
	{}
};

struct kunit_suite shelltrap_rules_suite = {
	.name = "shelltrap-rules",
	.test_cases = cases,
};
