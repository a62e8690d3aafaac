// SPDX-License-Identifier: GPL-2.0
/* What the decision promises, tried on the very source that the module runs. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <linux/shelltrap.h>

#include "defaults.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define SET(n) ((__u64)1 << (n))

/* Names that the contract promises, by where they are promised to be seen. */
static const char * const shells[] = {
	"ash", "bash", "csh", "ksh", "sh", "tcsh", "zsh", "dash", "fish", "mksh", "rbash", "ksh93",
	"yash",
};

static const char * const servers[] = {
	"nginx", "httpd", "http-nio-8080-exec-1", "lighttpd", "apache", "apache2", "tomcat",
	"tomcat10", "php-fpm", "php-fpm8.2", "php-cgi", "php-cgi8.2", "caddy", "openresty", "uwsgi",
	"uwsgi-core", "gunicorn", "gunicorn3", "lsphp", "litespeed", "h2o", "haproxy", "traefik",
	"puma", "puma: cluster w", "unicorn", "unicorn_rails", "passenger",
	"PassengerAgent",
};

/* Task names, as the kernel cuts them. */
static const char * const server_comms[] = {
	"httpd-foregroun", "http-nio-8080-e", "php-fpm8.2", "https-jsse-nio-",
};

static const char * const bystanders[] = {
	"", "s", "shh", "hs", "sh ", "SH", "java", "node", "python3", "perl", "php", "php8.2", "ls",
	"nginx-", "xnginx", "http-ni", "systemd", "sshd", "jspawnhelper", "busybox", "apache2ctl",
	"httpd-foregrou", "*", "php-fp",
};

static struct shelltrap_policy *new_policy(__u32 names, __u32 text)
{
	struct shelltrap_policy *policy = calloc(1, shelltrap_policy_size(names, text));

	assert_non_null(policy);
	shelltrap_policy_init(policy, names, text);
	return policy;
}

static int set_up_defaults(void **state)
{
	struct shelltrap_policy *policy = new_policy(SHELLTRAP_DEFAULTS_NAMES,
						     SHELLTRAP_DEFAULTS_TEXT);

	*state = policy;
	return shelltrap_defaults_add(policy);
}

static int tear_down(void **state)
{
	free(*state);
	return 0;
}

/* A copy of the exact size, so that a sanitizer sees any step beyond the NUL. */
static __u64 sets_of(const struct shelltrap_policy *policy, const char *name,
		     enum shelltrap_name_source source)
{
	char *copy = strdup(name);
	__u64 sets;

	assert_non_null(copy);
	sets = shelltrap_policy_sets(policy, copy, source);
	free(copy);
	return sets;
}

static void every_promised_shell_is_known(void **state)
{
	size_t i;

	for (i = 0; i < COUNT(shells); i++) {
		assert_int_equal(sets_of(*state, shells[i], SHELLTRAP_NAME_OF_FILE),
				 SHELLTRAP_SET_SHELLS);
		assert_int_equal(sets_of(*state, shells[i], SHELLTRAP_NAME_OF_TASK),
				 SHELLTRAP_SET_SHELLS);
	}
}

static void every_promised_server_is_known(void **state)
{
	size_t i;

	for (i = 0; i < COUNT(servers); i++)
		assert_int_equal(sets_of(*state, servers[i], SHELLTRAP_NAME_OF_FILE),
				 SHELLTRAP_SET_WEB_SERVERS);
	for (i = 0; i < COUNT(server_comms); i++)
		assert_int_equal(sets_of(*state, server_comms[i], SHELLTRAP_NAME_OF_TASK),
				 SHELLTRAP_SET_WEB_SERVERS);
}

static void names_beside_the_known_ones_are_not_known(void **state)
{
	size_t i;

	for (i = 0; i < COUNT(bystanders); i++) {
		assert_int_equal(sets_of(*state, bystanders[i], SHELLTRAP_NAME_OF_FILE), 0);
		assert_int_equal(sets_of(*state, bystanders[i], SHELLTRAP_NAME_OF_TASK), 0);
	}
}

static void a_prefix_fits_itself_and_what_is_longer(void **state)
{
	struct shelltrap_policy *policy = new_policy(4, 64);

	(void)state;
	assert_int_equal(shelltrap_policy_add_name(policy, "ab*", SET(0)), 0);
	assert_int_equal(shelltrap_policy_add_name(policy, "abc*", SET(1)), 0);
	assert_int_equal(shelltrap_policy_add_name(policy, "abc", SET(63)), 0);
	assert_int_equal(sets_of(policy, "a", SHELLTRAP_NAME_OF_FILE), 0);
	assert_int_equal(sets_of(policy, "ab", SHELLTRAP_NAME_OF_FILE), SET(0));
	assert_int_equal(sets_of(policy, "abc", SHELLTRAP_NAME_OF_FILE),
			 SET(0) | SET(1) | SET(63));
	assert_int_equal(sets_of(policy, "abcd", SHELLTRAP_NAME_OF_FILE), SET(0) | SET(1));
	free(policy);
}

static void a_long_name_fits_a_task_by_its_first_15_bytes(void **state)
{
	struct shelltrap_policy *policy = new_policy(4, 128);

	(void)state;
	assert_int_equal(shelltrap_policy_add_name(policy, "0123456789abcdef", SET(0)), 0);
	assert_int_equal(shelltrap_policy_add_name(policy, "123456789abcdefgh*", SET(1)), 0);
	assert_int_equal(shelltrap_policy_add_name(policy, "exactly-15-long", SET(2)), 0);

	assert_int_equal(sets_of(policy, "0123456789abcde", SHELLTRAP_NAME_OF_TASK), SET(0));
	assert_int_equal(sets_of(policy, "0123456789abcde", SHELLTRAP_NAME_OF_FILE), 0);
	assert_int_equal(sets_of(policy, "0123456789abcd", SHELLTRAP_NAME_OF_TASK), 0);
	assert_int_equal(sets_of(policy, "0123456789abcdef", SHELLTRAP_NAME_OF_FILE), SET(0));
	assert_int_equal(sets_of(policy, "123456789abcdef", SHELLTRAP_NAME_OF_TASK), SET(1));
	assert_int_equal(sets_of(policy, "exactly-15-long", SHELLTRAP_NAME_OF_TASK), SET(2));
	assert_int_equal(sets_of(policy, "exactly-15-longer", SHELLTRAP_NAME_OF_FILE), 0);
	free(policy);
}

static void names_have_limits(void **state)
{
	struct shelltrap_policy *policy = new_policy(8, 1024);
	char name[300];

	(void)state;
	memset(name, 'n', sizeof(name));
	name[256] = '\0';
	assert_int_equal(shelltrap_policy_add_name(policy, name, SET(0)), -EINVAL);
	assert_int_equal(sets_of(policy, name, SHELLTRAP_NAME_OF_FILE), 0);
	name[255] = '\0';
	assert_int_equal(shelltrap_policy_add_name(policy, name, SET(0)), 0);
	assert_int_equal(sets_of(policy, name, SHELLTRAP_NAME_OF_FILE), SET(0));
	name[64] = '*';
	name[65] = '\0';
	assert_int_equal(shelltrap_policy_add_name(policy, name, SET(1)), -EINVAL);
	name[63] = '*';
	name[64] = '\0';
	assert_int_equal(shelltrap_policy_add_name(policy, name, SET(1)), 0);

	assert_int_equal(shelltrap_policy_add_name(policy, "", SET(0)), -EINVAL);
	assert_int_equal(shelltrap_policy_add_name(policy, "*", SET(0)), -EINVAL);
	assert_int_equal(shelltrap_policy_add_name(policy, "name", 0), -EINVAL);
	free(policy);
}

static void a_full_policy_takes_no_more_and_keeps_what_it_has(void **state)
{
	struct shelltrap_policy *policy = new_policy(3, 9);
	__u32 before;

	(void)state;
	assert_int_equal(shelltrap_policy_add_name(policy, "aaa", SET(0)), 0);
	assert_int_equal(shelltrap_policy_add_name(policy, "bbbb", SET(1)), 0);
	before = policy->nr_names;
	assert_int_equal(shelltrap_policy_add_name(policy, "ccc", SET(2)), -ENOSPC);
	assert_int_equal(policy->nr_names, before);
	assert_int_equal(sets_of(policy, "aaa", SHELLTRAP_NAME_OF_FILE), SET(0));
	assert_int_equal(sets_of(policy, "ccc", SHELLTRAP_NAME_OF_FILE), 0);
	free(policy);
}

/* Ten thousand names in all 64 sets, some in two: each in its own, none in another's. */
static void many_names_in_many_sets_stay_apart(void **state)
{
	struct shelltrap_policy *policy = new_policy(20000, 400000);
	char name[32];
	int i;

	(void)state;
	for (i = 0; i < 10000; i++) {
		snprintf(name, sizeof(name), "program-%d", i);
		assert_int_equal(shelltrap_policy_add_name(policy, name, SET(i % 64)), 0);
		if (i % 3 == 0)
			assert_int_equal(shelltrap_policy_add_name(policy, name, SET(7)), 0);
	}
	for (i = 0; i < 10000; i++) {
		snprintf(name, sizeof(name), "program-%d", i);
		assert_int_equal(sets_of(policy, name, SHELLTRAP_NAME_OF_FILE),
				 SET(i % 64) | (i % 3 ? 0 : SET(7)));
	}
	assert_int_equal(sets_of(policy, "program-10000", SHELLTRAP_NAME_OF_FILE), 0);
	free(policy);
}

struct verdict {
	struct shelltrap_exec exec;
	const char *rules[4];	/* the leading one first */
};

/* Takes the rules out of the bitmap in the order in which an alert lists them. */
static void assert_verdict(const struct shelltrap_policy *policy, const struct verdict *verdict)
{
	__u64 rules = shelltrap_policy_decide(policy, &verdict->exec);
	const char * const *name;
	int rule;

	for (name = verdict->rules; *name; name++) {
		rule = shelltrap_policy_leading(policy, rules);
		assert_true(rule >= 0);
		assert_string_equal(policy->rules[rule].name, *name);
		rules &= ~SET(rule);
	}
	assert_int_equal(rules, 0);
	assert_int_equal(shelltrap_policy_leading(policy, 0), -1);
}

static void the_built_in_rules_fire_as_promised(void **state)
{
	const __u64 shell = SHELLTRAP_SET_SHELLS, server = SHELLTRAP_SET_WEB_SERVERS;
	const struct verdict verdicts[] = {
		{ { shell, server, 0 }, { "webserver_shell_exec", "illegitimate_shell" } },
		{ { shell, server, server }, { "webserver_shell_exec", "illegitimate_shell" } },
		{ { shell, 0, server }, { "webserver_shell_exec" } },
		{ { shell, shell, shell }, { NULL } },
		{ { shell, 0, 0 }, { NULL } },
		{ { server, 0, 0 }, { "webserver_exec" } },
		{ { server, server, server }, { "webserver_exec" } },
		{ { 0, server, server }, { NULL } },
		{ { shell | server, 0, server }, { "webserver_shell_exec", "webserver_exec" } },
	};
	size_t i;

	for (i = 0; i < COUNT(verdicts); i++)
		assert_verdict(*state, &verdicts[i]);
}

static void the_most_severe_rule_leads_and_among_equals_the_first(void **state)
{
	const struct shelltrap_rule rules[] = {
		{ "low", 0, SET(0), SHELLTRAP_SCOPE_SELF, SHELLTRAP_SEVERITY_LOW },
		{ "high-1", 0, SET(0), SHELLTRAP_SCOPE_SELF, SHELLTRAP_SEVERITY_HIGH },
		{ "high-2", 0, SET(0), SHELLTRAP_SCOPE_SELF, SHELLTRAP_SEVERITY_HIGH },
	};
	const struct verdict verdict = { { SET(0), 0, 0 }, { "high-1", "high-2", "low" } };
	struct shelltrap_policy *policy = new_policy(1, 1);
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rules); i++)
		assert_int_equal(shelltrap_policy_add_rule(policy, &rules[i]), 0);
	assert_verdict(policy, &verdict);
	free(policy);
}

static void a_rule_that_could_not_work_is_refused(void **state)
{
	struct shelltrap_rule rule = { "r", 0, SET(0), SHELLTRAP_SCOPE_SELF, 1 };
	struct shelltrap_policy *policy = new_policy(1, 1);
	int i;

	(void)state;
	assert_int_equal(shelltrap_policy_add_rule(policy, &rule), 0);
	assert_int_equal(shelltrap_policy_add_rule(policy, &rule), -EEXIST);
	rule.name[0] = '\0';
	assert_int_equal(shelltrap_policy_add_rule(policy, &rule), -EINVAL);
	rule = (struct shelltrap_rule){ "s", 0, 0, SHELLTRAP_SCOPE_SELF, 1 };
	assert_int_equal(shelltrap_policy_add_rule(policy, &rule), -EINVAL);
	for (i = 1; i < SHELLTRAP_RULES_MAX; i++) {
		rule.target = SET(63);
		snprintf(rule.name, sizeof(rule.name), "rule-%d", i);
		assert_int_equal(shelltrap_policy_add_rule(policy, &rule), 0);
	}
	snprintf(rule.name, sizeof(rule.name), "one-too-many");
	assert_int_equal(shelltrap_policy_add_rule(policy, &rule), -ENOSPC);
	free(policy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_promised_shell_is_known, set_up_defaults,
						tear_down),
		cmocka_unit_test_setup_teardown(every_promised_server_is_known, set_up_defaults,
						tear_down),
		cmocka_unit_test_setup_teardown(names_beside_the_known_ones_are_not_known,
						set_up_defaults, tear_down),
		cmocka_unit_test(a_prefix_fits_itself_and_what_is_longer),
		cmocka_unit_test(a_long_name_fits_a_task_by_its_first_15_bytes),
		cmocka_unit_test(names_have_limits),
		cmocka_unit_test(a_full_policy_takes_no_more_and_keeps_what_it_has),
		cmocka_unit_test(many_names_in_many_sets_stay_apart),
		cmocka_unit_test_setup_teardown(the_built_in_rules_fire_as_promised,
						set_up_defaults, tear_down),
		cmocka_unit_test(the_most_severe_rule_leads_and_among_equals_the_first),
		cmocka_unit_test(a_rule_that_could_not_work_is_refused),
	};

	return cmocka_run_group_tests_name("decision", tests, NULL, NULL);
}
