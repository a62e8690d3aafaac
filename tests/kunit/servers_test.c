// SPDX-License-Identifier: GPL-2.0
/*
 * What makes a server: the ports of a set, the executables that are never one, and names with
 * a version.
 */
#include "policy_test.h"

static void add_member(struct kunit *test, struct shelltrap_policy *policy,
		       enum shelltrap_member_kind kind, const char *text)
{
	expect_taken(test, try_member(test, policy, 0, kind, text));
}

static struct shelltrap_policy *policy_with_sets(struct kunit *test, u32 members, u32 sets)
{
	struct shelltrap_policy *policy = new_policy(test, members, members * 32 + 64);

	add_sets(test, policy, sets);
	return policy;
}

static void expect_port(struct kunit *test, const struct shelltrap_policy *policy, __u16 port,
			u64 sets)
{
	KUNIT_EXPECT_EQ_MSG(test, shelltrap_policy_port_sets(policy, port), sets, "port %u", port);
}

static void a_port_is_in_the_sets_that_have_it(struct kunit *test)
{
	struct shelltrap_policy *policy = policy_with_sets(test, 4, 2);

	add_member(test, policy, SHELLTRAP_MEMBER_PORTS, "80");
	add_member(test, policy, SHELLTRAP_MEMBER_PORTS, "8000-8008");
	add_member(test, policy, SHELLTRAP_MEMBER_PORTS, "65535");
	expect_taken(test, try_member(test, policy, 1, SHELLTRAP_MEMBER_PORTS, "8008"));
	expect_port(test, policy, 80, BIT_ULL(0));
	expect_port(test, policy, 7999, 0);
	expect_port(test, policy, 8000, BIT_ULL(0));
	expect_port(test, policy, 8008, BIT_ULL(0) | BIT_ULL(1));
	expect_port(test, policy, 8009, 0);
	expect_port(test, policy, 65535, BIT_ULL(0));
	expect_port(test, policy, 0, 0);
}

static void an_invalid_port_is_refused(struct kunit *test)
{
	static const char * const bad[] = {
		"", "0", "-", "80-", "-80", "65536", "80-65536", "8008-8000", "080", "0-80", "80 ",
		"8 0", "http", "80,443", "80-90-100", "99999999999999999999", "+80", "0x50",
	};
	struct shelltrap_policy *policy = policy_with_sets(test, 4, 1);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		EXPECT_REFUSED(test, policy,
			       try_member(test, policy, 0, SHELLTRAP_MEMBER_PORTS, bad[i]),
			       "from 1 to 65535");
}

static void a_policy_has_at_most_256_ports(struct kunit *test)
{
	struct shelltrap_policy *policy = policy_with_sets(test, SHELLTRAP_PORTS_MAX + 1, 1);
	char text[8];
	int i;

	for (i = 1; i <= SHELLTRAP_PORTS_MAX; i++) {
		scnprintf(text, sizeof(text), "%d", i);
		add_member(test, policy, SHELLTRAP_MEMBER_PORTS, text);
	}
	EXPECT_REFUSED(test, policy, try_member(test, policy, 0, SHELLTRAP_MEMBER_PORTS, "999"),
		       "256");
	expect_port(test, policy, SHELLTRAP_PORTS_MAX, BIT_ULL(0));
}

static void never_matches_only_an_executable(struct kunit *test)
{
	struct shelltrap_policy *policy = policy_with_sets(test, 2, 1);

	add_member(test, policy, SHELLTRAP_MEMBER_NEVER, "sshd");
	add_member(test, policy, SHELLTRAP_MEMBER_NEVER, "stunnel*");
	expect_sets(test, policy, "sshd", SHELLTRAP_NAME_OF_NEVER, BIT_ULL(0));
	expect_sets(test, policy, "stunnel4", SHELLTRAP_NAME_OF_NEVER, BIT_ULL(0));
	expect_sets(test, policy, "sshd2", SHELLTRAP_NAME_OF_NEVER, 0);
	expect_both(test, policy, "sshd", 0);
}

static void never_takes_no_path(struct kunit *test)
{
	struct shelltrap_policy *policy = policy_with_sets(test, 1, 1);

	EXPECT_REFUSED(test, policy,
		       try_member(test, policy, 0, SHELLTRAP_MEMBER_NEVER, "/usr/sbin/sshd"),
		       "without '/'");
}

static void a_version_may_follow_the_name(struct kunit *test)
{
	static const char * const good[] = {
		"php-fpm", "php-fpm8", "php-fpm82", "php-fpm8.2", "php-fpm-8.2", "php-fpm10.11.12",
	};
	static const char * const other[] = {
		"php-fp", "php-fpm-healthcheck", "php-fpm8.2-check", "php-fpm_exporter", "php-fpmd",
		"php-fpm.sh", "php-fpm.8", "php-fpm--8", "php-fpm 8", "php-fpm8a", "xphp-fpm8.2",
	};
	struct shelltrap_policy *policy = policy_with_sets(test, 1, 1);
	unsigned int i;

	add_name(test, policy, 0, "php-fpm[version]");
	for (i = 0; i < ARRAY_SIZE(good); i++)
		expect_both(test, policy, good[i], BIT_ULL(0));
	for (i = 0; i < ARRAY_SIZE(other); i++)
		expect_file(test, policy, other[i], 0);
}

static void a_runtime_may_have_a_version(struct kunit *test)
{
	struct shelltrap_policy *policy = policy_with_sets(test, 1, 1);

	add_runs(test, policy, 0, "python[version]:gunicorn");
	KUNIT_EXPECT_EQ(test, shelltrap_policy_hosted_sets(policy, "python3.11", "gunicorn"),
			BIT_ULL(0));
	KUNIT_EXPECT_EQ(test, shelltrap_policy_hosted_sets(policy, "python", "gunicorn"),
			BIT_ULL(0));
	KUNIT_EXPECT_EQ(test, shelltrap_policy_hosted_sets(policy, "python3-config", "gunicorn"),
			0ULL);
}

static void a_version_needs_a_name(struct kunit *test)
{
	struct shelltrap_policy *policy = policy_with_sets(test, 1, 1);
	char *long_name = repeated(test, 'x', SHELLTRAP_PREFIX_MAX + 1, "[version]");

	EXPECT_REFUSED(test, policy,
		       try_member(test, policy, 0, SHELLTRAP_MEMBER_NAME, "[version]"),
		       "before '[version]'");
	EXPECT_REFUSED(test, policy,
		       try_member(test, policy, 0, SHELLTRAP_MEMBER_NAME, long_name), "63");
}

/* The names of actors are watched by their first bytes: a short one must narrow the filter. */
static void a_short_name_with_a_version_is_watched(struct kunit *test)
{
	struct shelltrap_rule rule = {
		.name = "r", .actor = BIT_ULL(0), .scope = SHELLTRAP_SCOPE_SELF,
		.severity = SHELLTRAP_SEVERITY_LOW, .action = SHELLTRAP_ACTION_ALERT,
	};
	struct shelltrap_policy *policy = policy_with_sets(test, 2, 1);

	add_name(test, policy, 0, "ab[version]");
	add_rule(test, policy, &rule);
	finish(test, policy);
	KUNIT_EXPECT_TRUE(test,
			  shelltrap_policy_watches(policy, shelltrap_name_prefix("ab3.11")));
	KUNIT_EXPECT_TRUE(test, shelltrap_policy_watches(policy, shelltrap_name_prefix("ab")));
	KUNIT_EXPECT_FALSE(test, shelltrap_policy_watches(policy, shelltrap_name_prefix("zz3")));
}

/* A set that includes one with ports, or that such a set includes, is about servers, too. */
static void a_name_is_a_hint_where_there_are_ports(struct kunit *test)
{
	struct shelltrap_policy *policy = policy_with_sets(test, 8, 5);

	expect_taken(test, try_member(test, policy, 1, SHELLTRAP_MEMBER_PORTS, "80"));
	expect_taken(test, shelltrap_policy_add_include(policy, 0, 1));
	expect_taken(test, shelltrap_policy_add_include(policy, 1, 2));
	expect_taken(test, shelltrap_policy_add_include(policy, 3, 2));
	finish(test, policy);
	KUNIT_EXPECT_EQ(test, policy->serving, BIT_ULL(0) | BIT_ULL(1) | BIT_ULL(2));
}

static void a_hint_matches_only_mild_rules_about_the_caller(struct kunit *test)
{
	struct shelltrap_rule rule = {
		.name = "r", .actor = BIT_ULL(0), .all_actor = BIT_ULL(0),
		.scope = SHELLTRAP_SCOPE_SELF, .severity = SHELLTRAP_SEVERITY_MEDIUM,
	};
	const struct shelltrap_exec exec = { .hint = BIT_ULL(0) };

	KUNIT_EXPECT_FALSE(test, shelltrap_policy_actor_mismatch(&rule, &exec));
	rule.severity = SHELLTRAP_SEVERITY_HIGH;
	KUNIT_EXPECT_TRUE(test, shelltrap_policy_actor_mismatch(&rule, &exec));
	rule.severity = SHELLTRAP_SEVERITY_LOW;
	rule.scope = SHELLTRAP_SCOPE_LINEAGE;
	KUNIT_EXPECT_TRUE(test, shelltrap_policy_actor_mismatch(&rule, &exec));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(a_port_is_in_the_sets_that_have_it),
	KUNIT_CASE(an_invalid_port_is_refused),
	KUNIT_CASE(a_policy_has_at_most_256_ports),
	KUNIT_CASE(never_matches_only_an_executable),
	KUNIT_CASE(never_takes_no_path),
	KUNIT_CASE(a_version_may_follow_the_name),
	KUNIT_CASE(a_runtime_may_have_a_version),
	KUNIT_CASE(a_version_needs_a_name),
	KUNIT_CASE(a_short_name_with_a_version_is_watched),
	KUNIT_CASE(a_name_is_a_hint_where_there_are_ports),
	KUNIT_CASE(a_hint_matches_only_mild_rules_about_the_caller),
	{}
};

struct kunit_suite shelltrap_servers_suite = {
	.name = "shelltrap-servers",
	.test_cases = cases,
};
