// SPDX-License-Identifier: GPL-2.0
/*
 * The built-in policy: what is known without a word of configuration. Written out
 * once more, so that no name goes or comes unseen.
 */
#include "policy_test.h"

#include "../../module/defaults.c"

#define SHELLS	BIT_ULL(SHELLTRAP_SHELLS)
#define SERVERS	BIT_ULL(SHELLTRAP_WEB_SERVERS)

static const char * const known_shells[] = {
	"ash", "bash", "bash-static", "bosh", "bsh", "csh", "dash", "elvish", "fish", "hush", "jsh",
	"ksh", "ksh2020", "ksh93", "lash", "lksh", "loksh", "mksh", "mksh-static", "msh", "nu",
	"oksh", "pbosh", "pdksh", "posh", "pwsh", "rbash", "rksh", "rksh93", "rzsh", "sash", "sh",
	"tcsh", "xonsh", "yash", "zsh", "zsh-static", "zsh5", "zsh5-static",
};

static const char * const known_servers[] = {
	"angie", "apache", "apache2", "caddy", "fcgiwrap", "frankenphp", "gunicorn*", "h2o",
	"haproxy", "hiawatha", "httpd", "httpd-foreground", "httpd-prefork", "httpd-worker",
	"httpd.event", "httpd.worker", "hypercorn*", "lighttpd", "litespeed", "lshttpd", "lsphp*",
	"mini-httpd", "mini_httpd", "nginx", "nginx-debug", "openlitespeed", "openresty",
	"passenger*", "Passenger*", "php-cgi*", "php-fpm*", "puma*", "spawn-fcgi", "tengine",
	"thin", "thttpd", "tomcat*", "traefik", "unicorn*", "unitd", "uvicorn*", "uwsgi*",
	"waitress-serve",
};

static const char * const known_threads[] = {
	"ajp-nio*", "http-nio*", "https-jsse-nio*", "https-openssl-n*", "XNIO-*",
};

static struct shelltrap_policy *built_in(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, SHELLTRAP_DEFAULTS_MEMBERS,
						     SHELLTRAP_DEFAULTS_TEXT);

	expect_taken(test, shelltrap_defaults_add(policy));
	return policy;
}

/* A name as it is; of a prefix also what goes on after it. */
static void expect_added(struct kunit *test, const struct shelltrap_policy *policy,
			 const char *name, u64 file, u64 task)
{
	size_t len = strlen(name);
	bool prefix = name[len - 1] == '*';
	char text[64];

	scnprintf(text, sizeof(text), "%.*s", (int)(len - prefix), name);
	expect_file(test, policy, text, file);
	expect_task(test, policy, text, task);
	scnprintf(text, sizeof(text), "%.*s-and more", (int)(len - prefix), name);
	expect_file(test, policy, text, prefix ? file : 0);
	if (len - prefix < SHELLTRAP_COMM_MAX)
		expect_task(test, policy, text, prefix ? task : 0);
}

static void every_shell_is_known_as_a_file_and_as_a_task(struct kunit *test)
{
	const struct shelltrap_policy *policy = built_in(test);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(known_shells); i++)
		expect_added(test, policy, known_shells[i], SHELLS, SHELLS);
}

static void every_server_is_known_as_a_file_and_as_a_task(struct kunit *test)
{
	const struct shelltrap_policy *policy = built_in(test);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(known_servers); i++)
		expect_added(test, policy, known_servers[i], SERVERS, SERVERS);
}

static void every_server_thread_is_known_as_a_task_alone(struct kunit *test)
{
	const struct shelltrap_policy *policy = built_in(test);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(known_threads); i++)
		expect_added(test, policy, known_threads[i], 0, SERVERS);
}

static void nothing_else_is_known(struct kunit *test)
{
	const struct shelltrap_policy *policy = built_in(test);
	const size_t known = ARRAY_SIZE(known_shells) + ARRAY_SIZE(known_servers) +
			     ARRAY_SIZE(known_threads);

	KUNIT_EXPECT_EQ(test, (size_t)policy->nr_members, known);
	KUNIT_EXPECT_EQ(test, policy->nr_sets, (u32)2);
	KUNIT_EXPECT_EQ(test, shelltrap_policy_find_set(policy, "shells"), (int)SHELLTRAP_SHELLS);
	KUNIT_EXPECT_EQ(test, shelltrap_policy_find_set(policy, "web_servers"),
			(int)SHELLTRAP_WEB_SERVERS);
	KUNIT_EXPECT_EQ(test, policy->nr_paths, (u32)0);
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
		"", "s", "shh", "hs", "SH", "sh ", "*", "nginx-", "xnginx", "http-ni",
		"httpd-foregrou", "java", "node", "python3", "perl", "php", "php8.2", "php-fp",
		"sshd", "systemd", "jspawnhelper", "busybox", "apache2ctl", "XNIO", "ls",
	};
	const struct shelltrap_policy *policy = built_in(test);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bystanders); i++)
		expect_both(test, policy, bystanders[i], 0);
}

struct verdict {
	struct shelltrap_exec exec;
	const char *rules[4];	/* the leading one first */
};

/* Takes the rules out of the bitmap in the order in which an alert lists them. */
static void expect_verdict(struct kunit *test, const struct shelltrap_policy *policy,
			   const struct verdict *verdict)
{
	const struct shelltrap_late nothing = {};
	u64 rest = fitting(policy, &verdict->exec, &nothing);
	const char * const *name;
	const char *leading;
	int rule;

	for (name = verdict->rules; *name; name++) {
		rule = shelltrap_policy_leading(policy, rest);
		KUNIT_ASSERT_TRUE(test, rule >= 0);
		leading = policy->rules[rule].name;
		KUNIT_EXPECT_STREQ(test, leading, *name);
		rest &= ~BIT_ULL(rule);
	}
	KUNIT_EXPECT_EQ(test, rest, (u64)0);
}

static void the_built_in_rules_fire_as_promised(struct kunit *test)
{
	static const struct verdict verdicts[] = {
		{ { SHELLS, 0, SERVERS, 0, 0 }, { "webserver_shell_exec", "illegitimate_shell" } },
		{ { SHELLS, 0, SERVERS, SERVERS, SERVERS },
		  { "webserver_shell_exec", "illegitimate_shell" } },
		{ { SHELLS, 0, 0, SERVERS, 0 }, { "webserver_shell_exec" } },
		{ { SHELLS, 0, 0, 0, SERVERS }, { "webserver_shell_exec" } },
		{ { SHELLS, 0, SHELLS, SHELLS, SHELLS }, { NULL } },
		{ { SHELLS, 0, 0, 0, 0 }, { NULL } },
		{ { SERVERS, 0, 0, 0, 0 }, { "webserver_exec" } },
		{ { SERVERS, 0, SERVERS, SERVERS, SERVERS }, { "webserver_exec" } },
		{ { 0, SERVERS, SERVERS, SERVERS, SERVERS }, { NULL } },
		{ { SHELLS | SERVERS, 0, 0, SERVERS, 0 },
		  { "webserver_shell_exec", "webserver_exec" } },
	};
	const struct shelltrap_policy *policy = built_in(test);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(verdicts); i++)
		expect_verdict(test, policy, &verdicts[i]);
}

static void the_built_in_rules_ask_nothing_that_takes_time(struct kunit *test)
{
	const struct shelltrap_policy *policy = built_in(test);
	const struct shelltrap_exec exec = { .target = SHELLS | SERVERS, .self = SERVERS };
	const struct shelltrap_late nothing = {};

	KUNIT_EXPECT_EQ(test, policy->nr_rules, (u32)3);
	KUNIT_EXPECT_EQ(test, policy->actors, SERVERS);
	KUNIT_EXPECT_EQ(test, policy->targets, SHELLS | SERVERS);
	KUNIT_EXPECT_EQ(test, policy->alerting, (u64)7);
	KUNIT_EXPECT_EQ(test, policy->allowing, (u64)0);
	KUNIT_EXPECT_EQ(test, policy->conditions, (u32)0);
	KUNIT_EXPECT_FALSE(test, policy->any_target);
	KUNIT_EXPECT_EQ(test, fitting(policy, &exec, &nothing), (u64)7);
}

static void expect_words(struct kunit *test, const struct shelltrap_rule *rule, const char *name,
			 const char *title, const char *threat, u32 severity)
{
	KUNIT_EXPECT_STREQ(test, rule->name, name);
	KUNIT_EXPECT_STREQ(test, rule->title, title);
	KUNIT_EXPECT_STREQ(test, rule->threat, threat);
	KUNIT_EXPECT_EQ(test, (u32)rule->severity, severity);
}

static void the_built_in_rules_say_what_they_are(struct kunit *test)
{
	const struct shelltrap_rule *built = built_in(test)->rules;

	expect_words(test, &built[0], "webserver_shell_exec", "shell under a web server",
		     "TA0002/T1059.004 TA0003/T1505.003 TA0011/T1104",
		     SHELLTRAP_SEVERITY_CRITICAL);
	expect_words(test, &built[1], "illegitimate_shell", "web server became a shell",
		     "TA0001/T1190", SHELLTRAP_SEVERITY_MEDIUM);
	expect_words(test, &built[2], "webserver_exec", "web server started", "TA0011/T1071.001",
		     SHELLTRAP_SEVERITY_HIGH);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(every_shell_is_known_as_a_file_and_as_a_task),
	KUNIT_CASE(every_server_is_known_as_a_file_and_as_a_task),
	KUNIT_CASE(every_server_thread_is_known_as_a_task_alone),
	KUNIT_CASE(nothing_else_is_known),
	KUNIT_CASE(every_name_of_the_original_recipes_is_known),
	KUNIT_CASE(names_beside_the_built_in_ones_are_not_known),
	KUNIT_CASE(the_built_in_rules_fire_as_promised),
	KUNIT_CASE(the_built_in_rules_ask_nothing_that_takes_time),
	KUNIT_CASE(the_built_in_rules_say_what_they_are),
	{}
};

struct kunit_suite shelltrap_defaults_suite = {
	.name = "shelltrap-defaults",
	.test_cases = cases,
};
