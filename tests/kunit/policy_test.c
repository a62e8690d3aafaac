// SPDX-License-Identifier: GPL-2.0
/*
 * The decision, in the kernel and under KASAN: each promise of module/policy.h,
 * and what the built-in policy knows. Names are looked up from memory of their
 * exact size, so that a step beyond the NUL is seen.
 */
#include <linux/kernel.h>
#include <linux/shelltrap.h>
#include <linux/string.h>

#include "../../module/policy.c"
#include "../../module/defaults.c"
#include "suites.h"

#define SHELLS	SHELLTRAP_SET_SHELLS
#define SERVERS	SHELLTRAP_SET_WEB_SERVERS

static struct shelltrap_policy *new_policy(struct kunit *test, u32 names, u32 text)
{
	struct shelltrap_policy *policy;

	policy = kunit_kzalloc(test, shelltrap_policy_size(names, text), GFP_KERNEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, policy);
	shelltrap_policy_init(policy, names, text);
	return policy;
}

static struct shelltrap_policy *built_in(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, SHELLTRAP_DEFAULTS_NAMES,
						     SHELLTRAP_DEFAULTS_TEXT);

	KUNIT_ASSERT_EQ(test, shelltrap_defaults_add(policy), 0);
	return policy;
}

static void add(struct kunit *test, struct shelltrap_policy *policy, const char *name, u64 sets)
{
	KUNIT_EXPECT_EQ_MSG(test, shelltrap_policy_add_name(policy, name, sets), 0,
			    "adding '%s'", name);
}

static void expect_refused(struct kunit *test, struct shelltrap_policy *policy, const char *name,
			   u64 sets, int err)
{
	u32 before = policy->nr_names;

	KUNIT_EXPECT_EQ_MSG(test, shelltrap_policy_add_name(policy, name, sets), err,
			    "adding '%s'", name);
	KUNIT_EXPECT_EQ(test, policy->nr_names, before);
}

static void expect_sets(struct kunit *test, const struct shelltrap_policy *policy,
			const char *name, enum shelltrap_name_source source, u64 expected)
{
	size_t size = strlen(name) + 1;
	char *copy = kmalloc(size, GFP_KERNEL);
	u64 sets;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, copy);
	memcpy(copy, name, size);
	sets = shelltrap_policy_sets(policy, copy, source);
	kfree(copy);
	KUNIT_EXPECT_EQ_MSG(test, sets, expected, "'%s' as the name of a %s", name,
			    source == SHELLTRAP_NAME_OF_TASK ? "task" : "file");
}

static void expect_file(struct kunit *test, const struct shelltrap_policy *policy,
			const char *name, u64 expected)
{
	expect_sets(test, policy, name, SHELLTRAP_NAME_OF_FILE, expected);
}

/* The kernel cuts a task's name, so this does. */
static void expect_task(struct kunit *test, const struct shelltrap_policy *policy,
			const char *name, u64 expected)
{
	char comm[SHELLTRAP_COMM_MAX + 1];

	strscpy(comm, name, sizeof(comm));
	expect_sets(test, policy, comm, SHELLTRAP_NAME_OF_TASK, expected);
}

static void expect_both(struct kunit *test, const struct shelltrap_policy *policy,
			const char *name, u64 expected)
{
	expect_file(test, policy, name, expected);
	expect_task(test, policy, name, expected);
}

/* A name as it is; of a prefix also what goes on after it. */
static void expect_added(struct kunit *test, const struct shelltrap_policy *policy,
			 const char *name, u64 expected)
{
	size_t len = strlen(name);
	char text[64];

	if (name[len - 1] != '*') {
		expect_both(test, policy, name, expected);
		return;
	}
	scnprintf(text, sizeof(text), "%.*s", (int)len - 1, name);
	expect_both(test, policy, text, expected);
	scnprintf(text, sizeof(text), "%.*s-and more", (int)len - 1, name);
	expect_both(test, policy, text, expected);
}

static void every_built_in_name_is_known_whole_and_cut_to_15_bytes(struct kunit *test)
{
	const struct shelltrap_policy *policy = built_in(test);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(shells); i++)
		expect_added(test, policy, shells[i], SHELLS);
	for (i = 0; i < ARRAY_SIZE(web_servers); i++)
		expect_added(test, policy, web_servers[i], SERVERS);
}

static void every_name_of_the_original_recipes_is_known(struct kunit *test)
{
	static const char * const recipe_shells[] = {
		"ash", "bash", "csh", "ksh", "sh", "tcsh", "zsh", "dash",
	};
	static const char * const recipe_servers[] = {
		"nginx", "httpd", "httpd-foregroun", "http-nio-8080-e", "lighttpd", "apache",
		"apache2", "tomcat", "tomcat10", "php-fpm8.2",
	};
	const struct shelltrap_policy *policy = built_in(test);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(recipe_shells); i++)
		expect_task(test, policy, recipe_shells[i], SHELLS);
	for (i = 0; i < ARRAY_SIZE(recipe_servers); i++)
		expect_task(test, policy, recipe_servers[i], SERVERS);
}

static void names_beside_the_built_in_ones_are_not_known(struct kunit *test)
{
	static const char * const bystanders[] = {
		"", "s", "shh", "SH", "sh ", "*", "nginx-", "xnginx", "http-ni", "httpd-foregrou",
		"java", "node", "python3", "perl", "php", "sshd", "systemd", "jspawnhelper",
	};
	const struct shelltrap_policy *policy = built_in(test);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bystanders); i++)
		expect_both(test, policy, bystanders[i], 0);
}

static void a_prefix_fits_itself_and_what_is_longer(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, 8, 64);

	add(test, policy, "ab*", BIT_ULL(0));
	add(test, policy, "abc*", BIT_ULL(1));
	add(test, policy, "abc", BIT_ULL(2));
	expect_both(test, policy, "a", 0);
	expect_both(test, policy, "ab", BIT_ULL(0));
	expect_both(test, policy, "abc", BIT_ULL(0) | BIT_ULL(1) | BIT_ULL(2));
	expect_both(test, policy, "abcd", BIT_ULL(0) | BIT_ULL(1));
	expect_both(test, policy, "xab", 0);
}

static void a_star_inside_a_name_is_a_star(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, 8, 64);

	add(test, policy, "a*b", BIT_ULL(0));
	add(test, policy, "c**", BIT_ULL(1));
	expect_both(test, policy, "a*b", BIT_ULL(0));
	expect_both(test, policy, "axb", 0);
	expect_both(test, policy, "c", 0);
	expect_both(test, policy, "c*x", BIT_ULL(1));
}

static void a_long_name_fits_a_task_by_its_first_15_bytes(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, 8, 128);

	add(test, policy, "0123456789abcdef", BIT_ULL(0));
	add(test, policy, "123456789abcdefgh*", BIT_ULL(1));
	add(test, policy, "exactly-15-long", BIT_ULL(2));
	expect_task(test, policy, "0123456789abcdef", BIT_ULL(0));
	expect_task(test, policy, "0123456789abcd", 0);
	expect_file(test, policy, "0123456789abcde", 0);
	expect_file(test, policy, "0123456789abcdef", BIT_ULL(0));
	expect_task(test, policy, "123456789abcdef", BIT_ULL(1));
	expect_file(test, policy, "123456789abcdef", 0);
	expect_both(test, policy, "exactly-15-long", BIT_ULL(2));
	expect_file(test, policy, "exactly-15-longer", 0);
}

static void names_that_share_their_first_15_bytes_share_the_task_name(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, 8, 128);

	add(test, policy, "0123456789abcde-one", BIT_ULL(0));
	add(test, policy, "0123456789abcde-two", BIT_ULL(1));
	expect_task(test, policy, "0123456789abcde", BIT_ULL(0) | BIT_ULL(1));
	expect_file(test, policy, "0123456789abcde-one", BIT_ULL(0));
	expect_file(test, policy, "0123456789abcde-two", BIT_ULL(1));
}

static void a_name_of_255_bytes_is_the_longest(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, 8, 1024);
	char *name = kunit_kzalloc(test, SHELLTRAP_NAME_MAX + 2, GFP_KERNEL);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, name);
	memset(name, 'n', SHELLTRAP_NAME_MAX + 1);
	expect_refused(test, policy, name, BIT_ULL(0), -EINVAL);
	expect_file(test, policy, name, 0);
	name[SHELLTRAP_NAME_MAX] = '\0';
	add(test, policy, name, BIT_ULL(0));
	expect_both(test, policy, name, BIT_ULL(0));
	name[SHELLTRAP_NAME_MAX - 1] = '\0';
	expect_file(test, policy, name, 0);
}

static void a_prefix_of_63_bytes_is_the_longest(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, 8, 1024);
	char name[SHELLTRAP_PREFIX_MAX + 3] = "";

	memset(name, 'p', SHELLTRAP_PREFIX_MAX + 1);
	name[SHELLTRAP_PREFIX_MAX + 1] = '*';
	expect_refused(test, policy, name, BIT_ULL(0), -EINVAL);
	name[SHELLTRAP_PREFIX_MAX] = '*';
	name[SHELLTRAP_PREFIX_MAX + 1] = '\0';
	add(test, policy, name, BIT_ULL(0));
	expect_file(test, policy, name, BIT_ULL(0));
	name[SHELLTRAP_PREFIX_MAX] = '\0';
	expect_both(test, policy, name, BIT_ULL(0));
	name[SHELLTRAP_PREFIX_MAX - 1] = '\0';
	expect_file(test, policy, name, 0);
}

static void a_name_that_could_not_work_is_refused(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, 8, 64);

	expect_refused(test, policy, "", BIT_ULL(0), -EINVAL);
	expect_refused(test, policy, "*", BIT_ULL(0), -EINVAL);
	expect_refused(test, policy, "name", 0, -EINVAL);
	expect_both(test, policy, "name", 0);
}

static void a_policy_without_names_knows_none(struct kunit *test)
{
	const struct shelltrap_policy *policy = new_policy(test, 0, 0);
	const struct shelltrap_exec exec = { U64_MAX, U64_MAX, U64_MAX };

	expect_both(test, policy, "", 0);
	expect_both(test, policy, "sh", 0);
	KUNIT_EXPECT_EQ(test, shelltrap_policy_decide(policy, &exec), (u64)0);
}

static void a_policy_takes_all_the_names_it_was_made_for(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, 100, 100 * 18);
	char name[32];
	int i;

	for (i = 0; i < 100; i++) {
		scnprintf(name, sizeof(name), "%03d-and-more-than", i);
		add(test, policy, name, BIT_ULL(i % 64));
	}
	for (i = 0; i < 100; i++) {
		scnprintf(name, sizeof(name), "%03d-and-more-than", i);
		expect_both(test, policy, name, BIT_ULL(i % 64));
	}
}

static void a_full_policy_takes_no_more_and_keeps_what_it_has(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, 3, 9);

	add(test, policy, "aaa", BIT_ULL(0));
	add(test, policy, "bbbb", BIT_ULL(1));
	expect_refused(test, policy, "ccc", BIT_ULL(2), -ENOSPC);
	expect_both(test, policy, "aaa", BIT_ULL(0));
	expect_both(test, policy, "bbbb", BIT_ULL(1));
	expect_both(test, policy, "ccc", 0);
}

/* A name that is not there ends each of its look-ups at an unused entry. */
static void a_look_up_ends_in_the_fullest_table(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, 1, 4096);
	char name[32];
	int i;

	for (i = 0; i < 1000; i++) {
		scnprintf(name, sizeof(name), "program-%d", i);
		if (shelltrap_policy_add_name(policy, name, BIT_ULL(0)))
			break;
	}
	KUNIT_EXPECT_TRUE(test, i < 1000);
	KUNIT_EXPECT_TRUE(test, policy->nr_entries <= policy->mask);
	expect_both(test, policy, "nothing", 0);
}

static void each_of_64_sets_is_told_from_the_others(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, 2 * SHELLTRAP_SETS_MAX, 2048);
	char name[32];
	int set;

	for (set = 0; set < SHELLTRAP_SETS_MAX; set++) {
		scnprintf(name, sizeof(name), "only-%d", set);
		add(test, policy, name, BIT_ULL(set));
		add(test, policy, "everywhere", BIT_ULL(set));
	}
	for (set = 0; set < SHELLTRAP_SETS_MAX; set++) {
		scnprintf(name, sizeof(name), "only-%d", set);
		expect_both(test, policy, name, BIT_ULL(set));
	}
	expect_both(test, policy, "everywhere", U64_MAX);
}

static void many_names_stay_apart(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, 3000, 60000);
	char name[32];
	int i;

	for (i = 0; i < 2000; i++) {
		scnprintf(name, sizeof(name), "program-%d", i);
		add(test, policy, name, BIT_ULL(i % 64));
		if (i % 3 == 0)
			add(test, policy, name, BIT_ULL(7));
	}
	for (i = 0; i < 2000; i++) {
		scnprintf(name, sizeof(name), "program-%d", i);
		expect_file(test, policy, name, BIT_ULL(i % 64) | (i % 3 ? 0 : BIT_ULL(7)));
	}
	expect_file(test, policy, "program-2000", 0);
}

struct verdict {
	struct shelltrap_exec exec;
	const char *rules[4];	/* the leading one first */
};

/* Takes the rules out of the bitmap in the order in which an alert lists them. */
static void expect_verdict(struct kunit *test, const struct shelltrap_policy *policy,
			   const struct verdict *verdict)
{
	u64 hit = shelltrap_policy_decide(policy, &verdict->exec);
	const char * const *name;
	const char *leading;
	int rule;

	for (name = verdict->rules; *name; name++) {
		rule = shelltrap_policy_leading(policy, hit);
		KUNIT_ASSERT_TRUE(test, rule >= 0);
		leading = policy->rules[rule].name;
		KUNIT_EXPECT_STREQ(test, leading, *name);
		hit &= ~BIT_ULL(rule);
	}
	KUNIT_EXPECT_EQ(test, hit, (u64)0);
}

static void the_built_in_rules_fire_as_promised(struct kunit *test)
{
	static const struct verdict verdicts[] = {
		{ { SHELLS, SERVERS, 0 }, { "webserver_shell_exec", "illegitimate_shell" } },
		{ { SHELLS, SERVERS, SERVERS }, { "webserver_shell_exec", "illegitimate_shell" } },
		{ { SHELLS, 0, SERVERS }, { "webserver_shell_exec" } },
		{ { SHELLS, SHELLS, SERVERS }, { "webserver_shell_exec" } },
		{ { SHELLS, SHELLS, SHELLS }, { NULL } },
		{ { SHELLS, 0, 0 }, { NULL } },
		{ { SERVERS, 0, 0 }, { "webserver_exec" } },
		{ { SERVERS, SERVERS, SERVERS }, { "webserver_exec" } },
		{ { 0, SERVERS, SERVERS }, { NULL } },
		{ { SHELLS | SERVERS, 0, SERVERS }, { "webserver_shell_exec", "webserver_exec" } },
	};
	const struct shelltrap_policy *policy = built_in(test);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(verdicts); i++)
		expect_verdict(test, policy, &verdicts[i]);
}

static void a_rule_over_several_sets_wants_one_of_each_side(struct kunit *test)
{
	static const struct shelltrap_rule rule = {
		"r", BIT_ULL(1) | BIT_ULL(63), BIT_ULL(0) | BIT_ULL(62), SHELLTRAP_SCOPE_ANCESTORS,
		SHELLTRAP_SEVERITY_LOW,
	};
	static const struct verdict verdicts[] = {
		{ { BIT_ULL(62), BIT_ULL(1), 0 }, { "r" } },
		{ { BIT_ULL(0), 0, BIT_ULL(63) }, { "r" } },
		{ { BIT_ULL(1), BIT_ULL(1), BIT_ULL(1) }, { NULL } },
		{ { BIT_ULL(62), BIT_ULL(62), BIT_ULL(0) }, { NULL } },
	};
	struct shelltrap_policy *policy = new_policy(test, 1, 1);
	size_t i;

	KUNIT_ASSERT_EQ(test, shelltrap_policy_add_rule(policy, &rule), 0);
	KUNIT_EXPECT_EQ(test, policy->actors, rule.actor);
	KUNIT_EXPECT_EQ(test, policy->targets, rule.target);
	for (i = 0; i < ARRAY_SIZE(verdicts); i++)
		expect_verdict(test, policy, &verdicts[i]);
}

static void the_most_severe_rule_leads_and_among_equals_the_first(struct kunit *test)
{
	static const struct shelltrap_rule set[] = {
		{ "low", 0, BIT_ULL(0), SHELLTRAP_SCOPE_SELF, SHELLTRAP_SEVERITY_LOW },
		{ "high-1", 0, BIT_ULL(0), SHELLTRAP_SCOPE_SELF, SHELLTRAP_SEVERITY_HIGH },
		{ "high-2", 0, BIT_ULL(0), SHELLTRAP_SCOPE_SELF, SHELLTRAP_SEVERITY_HIGH },
	};
	static const struct verdict verdict = {
		{ BIT_ULL(0), 0, 0 }, { "high-1", "high-2", "low" }
	};
	struct shelltrap_policy *policy = new_policy(test, 1, 1);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(set); i++)
		KUNIT_ASSERT_EQ(test, shelltrap_policy_add_rule(policy, &set[i]), 0);
	expect_verdict(test, policy, &verdict);
	KUNIT_EXPECT_TRUE(test, shelltrap_policy_leading(policy, 0) < 0);
}

static void a_rule_that_could_not_work_is_refused(struct kunit *test)
{
	static const struct shelltrap_rule bad[] = {
		{ "", 0, BIT_ULL(0), SHELLTRAP_SCOPE_SELF, 1 },
		{ "no target", 0, 0, SHELLTRAP_SCOPE_SELF, 1 },
		{ "no scope", 0, BIT_ULL(0), 0, 1 },
	};
	struct shelltrap_policy *policy = new_policy(test, 1, 1);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		KUNIT_EXPECT_EQ(test, shelltrap_policy_add_rule(policy, &bad[i]), -EINVAL);
	KUNIT_EXPECT_EQ(test, policy->nr_rules, (u32)0);
}

static void all_64_rules_count_and_a_65th_is_refused(struct kunit *test)
{
	struct shelltrap_rule rule = { "", 0, BIT_ULL(5), SHELLTRAP_SCOPE_SELF, 1 };
	const struct shelltrap_exec exec = { .target = BIT_ULL(5) };
	struct shelltrap_policy *policy = new_policy(test, 1, 1);
	int i;

	for (i = 0; i < SHELLTRAP_RULES_MAX; i++) {
		scnprintf(rule.name, sizeof(rule.name), "rule-%d", i);
		KUNIT_EXPECT_EQ(test, shelltrap_policy_add_rule(policy, &rule), 0);
		KUNIT_EXPECT_EQ(test, shelltrap_policy_add_rule(policy, &rule), -EEXIST);
	}
	strscpy(rule.name, "one too many", sizeof(rule.name));
	KUNIT_EXPECT_EQ(test, shelltrap_policy_add_rule(policy, &rule), -ENOSPC);
	KUNIT_EXPECT_EQ(test, shelltrap_policy_decide(policy, &exec), U64_MAX);
	KUNIT_EXPECT_EQ(test, shelltrap_policy_leading(policy, BIT_ULL(63)), 63);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(every_built_in_name_is_known_whole_and_cut_to_15_bytes),
	KUNIT_CASE(every_name_of_the_original_recipes_is_known),
	KUNIT_CASE(names_beside_the_built_in_ones_are_not_known),
	KUNIT_CASE(a_prefix_fits_itself_and_what_is_longer),
	KUNIT_CASE(a_star_inside_a_name_is_a_star),
	KUNIT_CASE(a_long_name_fits_a_task_by_its_first_15_bytes),
	KUNIT_CASE(names_that_share_their_first_15_bytes_share_the_task_name),
	KUNIT_CASE(a_name_of_255_bytes_is_the_longest),
	KUNIT_CASE(a_prefix_of_63_bytes_is_the_longest),
	KUNIT_CASE(a_name_that_could_not_work_is_refused),
	KUNIT_CASE(a_policy_without_names_knows_none),
	KUNIT_CASE(a_policy_takes_all_the_names_it_was_made_for),
	KUNIT_CASE(a_full_policy_takes_no_more_and_keeps_what_it_has),
	KUNIT_CASE(a_look_up_ends_in_the_fullest_table),
	KUNIT_CASE(each_of_64_sets_is_told_from_the_others),
	KUNIT_CASE(many_names_stay_apart),
	KUNIT_CASE(the_built_in_rules_fire_as_promised),
	KUNIT_CASE(a_rule_over_several_sets_wants_one_of_each_side),
	KUNIT_CASE(the_most_severe_rule_leads_and_among_equals_the_first),
	KUNIT_CASE(a_rule_that_could_not_work_is_refused),
	KUNIT_CASE(all_64_rules_count_and_a_65th_is_refused),
	{}
};

struct kunit_suite shelltrap_policy_suite = {
	.name = "shelltrap-policy",
	.test_cases = cases,
};
