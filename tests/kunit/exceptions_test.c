// SPDX-License-Identifier: GPL-2.0
/*
 * Exceptions: when an exception silences an exec and, more important, when it must not.
 * Also: which variables are harmless, and which an exception must name.
 */
#include "policy_test.h"

#include "../../module/environment.c"

#define TARGET	BIT_ULL(0)
#define ACTOR	BIT_ULL(1)

#define ARGV(bytes) .argv = bytes, .argv_len = sizeof(bytes)

static const struct shelltrap_rule exception = {
	.name = "exception", .target = TARGET, .severity = SHELLTRAP_SEVERITY_LOW,
	.action = SHELLTRAP_ACTION_ALLOW,
};

/* What the exception matches. */
static const struct shelltrap_exec usual = { .target = TARGET, .file = TARGET };
static const struct shelltrap_late clean = { .cgroup = "/c", .clean = true };

/* Returns a policy with @rule and two sets, the first with a path. */
static struct shelltrap_policy *policy_of(struct kunit *test, const struct shelltrap_rule *rule)
{
	struct shelltrap_policy *policy = new_policy(test, 1, 8192);

	add_sets(test, policy, 2);
	add_path(test, policy, 0, "/bin/target");
	add_rule(test, policy, rule);
	finish(test, policy);
	return policy;
}

static void expect_rule(struct kunit *test, const struct shelltrap_rule *rule,
			const struct shelltrap_exec *exec, const struct shelltrap_late *late,
			enum shelltrap_mismatch expected)
{
	expect_mismatch(test, policy_of(test, rule), exec, late, expected);
}

static void an_exception_needs_a_set_with_a_path(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, 4, 256);
	struct shelltrap_rule rule = exception;

	add_sets(test, policy, 2);
	add_name(test, policy, 0, "sh");
	add_path(test, policy, 1, "/bin/sh");
	rule.name = "first";
	rule.action = SHELLTRAP_ACTION_ALERT;
	add_rule(test, policy, &rule);
	add_rule(test, policy, &exception);
	expect_finish_fault(test, policy, 1, -1, "files");
}

static void a_path_in_an_included_set_is_enough_for_an_exception(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, 4, 256);
	const struct shelltrap_exec exec = { .target = BIT_ULL(2), .file = BIT_ULL(2) };

	add_sets(test, policy, 3);
	add_path(test, policy, 2, "/bin/sh");
	add_include(test, policy, 0, 1);
	add_include(test, policy, 1, 2);
	add_rule(test, policy, &exception);
	finish(test, policy);
	KUNIT_EXPECT_EQ(test, policy->rules[0].all_target, (u64)7);
	KUNIT_EXPECT_EQ(test, policy->allowing, (u64)1);
	expect_mismatch(test, policy, &exec, &clean, SHELLTRAP_MISMATCH_NONE);
}

static void other_rules_need_no_paths(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, 4, 256);
	struct shelltrap_rule rule = exception;

	add_sets(test, policy, 1);
	rule.action = SHELLTRAP_ACTION_OFF;
	add_rule(test, policy, &rule);
	rule.action = SHELLTRAP_ACTION_ALERT;
	rule.name = "alert";
	add_rule(test, policy, &rule);
	finish(test, policy);
}

static void an_exception_matches_only_by_the_identity_of_the_file(struct kunit *test)
{
	struct shelltrap_exec exec = usual;

	expect_rule(test, &exception, &exec, &clean, SHELLTRAP_MISMATCH_NONE);
	exec.file = 0;
	expect_rule(test, &exception, &exec, &clean, SHELLTRAP_MISMATCH_IDENTITY);
	exec.target = U64_MAX;
	exec.file = ~TARGET;
	expect_rule(test, &exception, &exec, &clean, SHELLTRAP_MISMATCH_IDENTITY);
	exec.target = ~TARGET;
	expect_rule(test, &exception, &exec, &clean, SHELLTRAP_MISMATCH_TARGET);
}

/* The name is in both targets, the identity in one: only the identity counts. */
static void of_several_targets_the_one_with_the_identity_counts(struct kunit *test)
{
	struct shelltrap_exec exec = { .target = TARGET | ACTOR, .file = ACTOR };
	struct shelltrap_rule rule = exception;

	rule.target = TARGET | ACTOR;
	expect_rule(test, &rule, &exec, &clean, SHELLTRAP_MISMATCH_NONE);
	rule.target = TARGET;
	expect_rule(test, &rule, &exec, &clean, SHELLTRAP_MISMATCH_IDENTITY);
}

static void an_alert_does_not_ask_for_the_identity(struct kunit *test)
{
	const struct shelltrap_exec exec = { .target = TARGET, .conditions = 8 };
	const struct shelltrap_late late = {};
	struct shelltrap_rule rule = exception;

	rule.action = SHELLTRAP_ACTION_ALERT;
	expect_rule(test, &rule, &exec, &late, SHELLTRAP_MISMATCH_NONE);
}

static void an_exception_never_matches_a_dropped_file(struct kunit *test)
{
	struct shelltrap_exec exec = usual;

	exec.conditions = 15;
	expect_rule(test, &exception, &exec, &clean, SHELLTRAP_MISMATCH_DROPPED);
	exec.conditions = SHELLTRAP_CONDITION_FILE_DROPPED;
	expect_rule(test, &exception, &exec, &clean, SHELLTRAP_MISMATCH_DROPPED);
	exec.conditions = 7;
	expect_rule(test, &exception, &exec, &clean, SHELLTRAP_MISMATCH_NONE);
}

static void an_exception_needs_to_know_whether_the_file_is_dropped(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, policy_of(test, &exception)->conditions,
			(u32)SHELLTRAP_CONDITION_FILE_DROPPED);
}

static void an_exception_never_matches_an_unclean_exec(struct kunit *test)
{
	struct shelltrap_late late = clean;
	struct shelltrap_rule rule = exception;

	late.clean = false;
	expect_rule(test, &exception, &usual, &late, SHELLTRAP_MISMATCH_UNCLEAN);
	rule.argv = "sh";
	rule.argv_len = 3;
	late.argv = "sh";
	late.argv_len = 3;
	expect_rule(test, &rule, &usual, &late, SHELLTRAP_MISMATCH_UNCLEAN);
	late.clean = true;
	expect_rule(test, &rule, &usual, &late, SHELLTRAP_MISMATCH_NONE);
}

static void an_exception_may_have_conditions_uid_actor_and_cgroup(struct kunit *test)
{
	struct shelltrap_exec exec = usual;
	struct shelltrap_late late = clean;
	struct shelltrap_rule rule = exception;

	rule.conditions = 1;
	expect_rule(test, &rule, &exec, &late, SHELLTRAP_MISMATCH_CONDITION);
	exec.conditions = 1;
	rule.has_uid = true;
	rule.uid = 33;
	expect_rule(test, &rule, &exec, &late, SHELLTRAP_MISMATCH_UID);
	exec.uid = 33;
	rule.actor = ACTOR;
	rule.scope = SHELLTRAP_SCOPE_LINEAGE;
	expect_rule(test, &rule, &exec, &late, SHELLTRAP_MISMATCH_ACTOR);
	exec.lineage = ACTOR;
	rule.cgroup = "/other";
	expect_rule(test, &rule, &exec, &late, SHELLTRAP_MISMATCH_CGROUP);
	late.cgroup = "/other";
	expect_rule(test, &rule, &exec, &late, SHELLTRAP_MISMATCH_NONE);
}

/* At first everything mismatches; each step corrects one thing. */
static void the_first_reason_that_applies_is_returned(struct kunit *test)
{
	struct shelltrap_exec exec = { .conditions = 8, .uid = 1 };
	struct shelltrap_late late = {};
	struct shelltrap_rule rule = {
		.name = "r", .target = TARGET, .actor = ACTOR, .scope = 1, .conditions = 1,
		.has_uid = true, .cgroup = "/c", .severity = 1, ARGV("sh"),
		.action = SHELLTRAP_ACTION_OFF,
	};

	expect_rule(test, &rule, &exec, &late, SHELLTRAP_MISMATCH_OFF);
	rule.action = SHELLTRAP_ACTION_ALLOW;
	expect_rule(test, &rule, &exec, &late, SHELLTRAP_MISMATCH_TARGET);
	exec.target = TARGET;
	expect_rule(test, &rule, &exec, &late, SHELLTRAP_MISMATCH_IDENTITY);
	exec.file = TARGET;
	expect_rule(test, &rule, &exec, &late, SHELLTRAP_MISMATCH_CONDITION);
	exec.conditions |= 1;
	expect_rule(test, &rule, &exec, &late, SHELLTRAP_MISMATCH_DROPPED);
	exec.conditions = 1;
	expect_rule(test, &rule, &exec, &late, SHELLTRAP_MISMATCH_UID);
	exec.uid = 0;
	expect_rule(test, &rule, &exec, &late, SHELLTRAP_MISMATCH_ACTOR);
	exec.self = ACTOR;
	expect_rule(test, &rule, &exec, &late, SHELLTRAP_MISMATCH_CGROUP);
	late.cgroup = "/c";
	expect_rule(test, &rule, &exec, &late, SHELLTRAP_MISMATCH_ARGV);
	late.argv = "sh";
	late.argv_len = 3;
	expect_rule(test, &rule, &exec, &late, SHELLTRAP_MISMATCH_UNCLEAN);
	late.clean = true;
	late.environment = "A";
	late.environment_len = 2;
	expect_rule(test, &rule, &exec, &late, SHELLTRAP_MISMATCH_ENVIRONMENT);
	late.environment_len = 0;
	expect_rule(test, &rule, &exec, &late, SHELLTRAP_MISMATCH_NONE);
}

static void the_reasons_are_numbered_in_their_order(struct kunit *test)
{
	static const enum shelltrap_mismatch order[] = {
		SHELLTRAP_MISMATCH_NONE, SHELLTRAP_MISMATCH_OFF, SHELLTRAP_MISMATCH_TARGET,
		SHELLTRAP_MISMATCH_IDENTITY, SHELLTRAP_MISMATCH_CONDITION,
		SHELLTRAP_MISMATCH_DROPPED, SHELLTRAP_MISMATCH_UID, SHELLTRAP_MISMATCH_ACTOR,
		SHELLTRAP_MISMATCH_NOT_ACTOR, SHELLTRAP_MISMATCH_CGROUP,
		SHELLTRAP_MISMATCH_NOT_CGROUP, SHELLTRAP_MISMATCH_ARGV, SHELLTRAP_MISMATCH_CWD,
		SHELLTRAP_MISMATCH_RELATIVE, SHELLTRAP_MISMATCH_UNCLEAN,
		SHELLTRAP_MISMATCH_ENVIRONMENT,
	};
	int i;

	for (i = 0; i < (int)ARRAY_SIZE(order); i++)
		KUNIT_EXPECT_EQ(test, (int)order[i], i);
}

struct argv {
	const char *argv;
	u32 argv_len;
};

/* Copies both to memory of exactly their size. */
static void expect_argv(struct kunit *test, const struct argv *wanted, const struct argv *given,
			bool matches)
{
	struct shelltrap_late late = clean;
	struct shelltrap_rule rule = exception;

	rule.argv = copy_bytes(test, wanted->argv, wanted->argv_len);
	rule.argv_len = wanted->argv_len;
	rule.cwd = "/";
	late.cwd = "/";
	late.argv = copy_bytes(test, given->argv, given->argv_len);
	late.argv_len = given->argv_len;
	expect_rule(test, &rule, &usual, &late,
		    matches ? SHELLTRAP_MISMATCH_NONE : SHELLTRAP_MISMATCH_ARGV);
}

/* No two of these match each other. */
static const struct argv different[] = {
	{ ARGV("") }, { ARGV("id") }, { ARGV("sh") }, { ARGV("sh\0") }, { ARGV("sh\0id") },
	{ ARGV("sh\0-c") }, { ARGV("sh\0-c\0--") }, { ARGV("sh\0-c\0") }, { ARGV("sh\0-c\0id") },
	{ ARGV("sh\0-c\0id ") }, { ARGV("sh\0-c\0 id") }, { ARGV("sh\0-c\0id\0") },
	{ ARGV("sh\0-c\0id\0id") }, { ARGV("sh\0-c\0id;id") }, { ARGV("sh\0-c\0i") },
	{ ARGV("sh\0-c\0ID") }, { ARGV("sh\0-c\0xid") }, { ARGV("sh\0-c\0id\n") },
	{ ARGV("bash\0-c\0id") }, { ARGV("bash\0-c\0--\0id") }, { ARGV("/bin/sh\0-c\0id") },
	{ ARGV("-sh\0-c\0id") }, { ARGV("sh\0--\0-c\0id") }, { ARGV("sh\0-c\0--x\0id") },
	{ ARGV("sh\0-c\0-\0id") }, { ARGV("sh\0-c\0--\0--\0id") }, { ARGV("sh\0-e\0-c\0id") },
	{ ARGV("sh\0-ec\0id") }, { ARGV("sh\0-c --\0id") },
	{ ARGV("sh -c id") }, { ARGV("sh\0-c id") }, { ARGV("sh\0-c-\0id") },
	{ ARGV("sh\0-c\0sh\0-c\0id") },
};

static const struct argv none = { "", 0 };

/* Pairs that match: without and with "--", as different C libraries write it. */
static const struct argv same[][2] = {
	{ { ARGV("sh\0-c\0id") }, { ARGV("sh\0-c\0--\0id") } },
	{ { ARGV("sh\0-c\0") }, { ARGV("sh\0-c\0--\0") } },
	{ { ARGV("sh\0-c\0id\0a\0b") }, { ARGV("sh\0-c\0--\0id\0a\0b") } },
	{ { ARGV("sh\0-c\0sh\0-c\0id") }, { ARGV("sh\0-c\0--\0sh\0-c\0id") } },
	{ { ARGV("sh\0-c\0echo \xff *") }, { ARGV("sh\0-c\0--\0echo \xff *") } },
};

static void an_argv_matches_only_the_same_bytes(struct kunit *test)
{
	size_t i, k;

	for (i = 0; i < ARRAY_SIZE(different); i++)
		for (k = 0; k < ARRAY_SIZE(different); k++)
			expect_argv(test, &different[i], &different[k], i == k);
	for (i = 0; i < ARRAY_SIZE(different); i++)
		expect_argv(test, &different[i], &none, false);
}

static void sh_c_with_and_without_dashes_match_each_other(struct kunit *test)
{
	size_t i, k;

	for (i = 0; i < ARRAY_SIZE(same); i++)
		for (k = 0; k < 4; k++)
			expect_argv(test, &same[i][k & 1], &same[i][k >> 1], true);
}

static void sh_c_with_dashes_matches_no_other_command(struct kunit *test)
{
	size_t i, k;

	for (i = 0; i < ARRAY_SIZE(same); i++)
		for (k = 0; k < ARRAY_SIZE(same); k++) {
			expect_argv(test, &same[i][0], &same[k][1], i == k);
			expect_argv(test, &same[i][1], &same[k][0], i == k);
		}
}

/* Changes each byte once, and cuts the end at each position. */
static void every_byte_of_an_argv_counts(struct kunit *test)
{
	const struct argv wanted = { ARGV("sh\0-c\0ls -l /tmp\0x") };
	char bytes[sizeof("sh\0-c\0ls -l /tmp\0x")];
	const struct argv changed = { bytes, sizeof(bytes) };
	struct argv cut = wanted;
	size_t i;

	for (i = 0; i < sizeof(bytes); i++) {
		memcpy(bytes, wanted.argv, sizeof(bytes));
		bytes[i] ^= 1;
		expect_argv(test, &wanted, &changed, false);
	}
	for (cut.argv_len = 0; cut.argv_len < wanted.argv_len; cut.argv_len++)
		expect_argv(test, &wanted, &cut, false);
}

static void an_exception_with_another_argv_does_not_match(struct kunit *test)
{
	struct shelltrap_rule rule = exception;

	expect_rule(test, &rule, &usual, &clean, SHELLTRAP_MISMATCH_NONE);
	rule.argv = "sh";
	rule.argv_len = 3;
	expect_rule(test, &rule, &usual, &clean, SHELLTRAP_MISMATCH_ARGV);
}

static void only_exceptions_may_have_an_argv(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, 0, 64);
	struct shelltrap_rule rule = exception;

	rule.argv = "sh";
	rule.argv_len = 3;
	rule.action = SHELLTRAP_ACTION_ALERT;
	EXPECT_REFUSED(test, policy, shelltrap_policy_add_rule(policy, &rule), "exceptions");
	rule.action = SHELLTRAP_ACTION_OFF;
	add_rule(test, policy, &rule);
}

static void an_argv_must_end_with_a_nul(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, 0, 64);
	struct shelltrap_rule rule = exception;

	rule.argv = copy_bytes(test, "sh\0-c", 5);
	rule.argv_len = 5;
	EXPECT_REFUSED(test, policy, shelltrap_policy_add_rule(policy, &rule), "NUL");
	rule.argv_len = 0;
	EXPECT_REFUSED(test, policy, shelltrap_policy_add_rule(policy, &rule), "NUL");
	rule.argv_len = 3;
	add_rule(test, policy, &rule);
}

/* Command lines that begin alike, each with the exceptions that match. */
static const struct {
	const char *argv;
	u32 argv_len;
	u64 rules;
} alike[] = {
	{ ARGV("sh\0-c\0tar x"), .rules = 1 },
	{ ARGV("sh\0-c\0--\0tar x"), .rules = 1 },
	{ ARGV("sh\0-c\0tar y"), .rules = 2 },
	{ ARGV("sh\0-c\0tar"), .rules = 4 },
	{ ARGV("sh\0-c\0--\0tar"), .rules = 4 },
	{ ARGV("sh\0-c\0tar 7"), .rules = 8 },
	{ ARGV("sh\0-c\0tar 7x"), .rules = 0 },
	{ ARGV("sh\0-c\0tar z"), .rules = 0 },
	{ ARGV("tar x"), .rules = 16 },
	{ ARGV("tar y"), .rules = 0 },
	{ ARGV("sh\0-c\0"), .rules = 0 },
	{ ARGV(""), .rules = 0 },
};

static void exceptions_that_begin_alike_match_their_own_command_lines(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, 1, 8192);
	struct shelltrap_rule rules[] = {
		{ ARGV("sh\0-c\0tar x") }, { ARGV("sh\0-c\0--\0tar y") }, { ARGV("sh\0-c\0tar") },
		{ ARGV("sh\0-c\0tar {number}"), .argv_holes = true }, { ARGV("tar x") },
	};
	struct shelltrap_late late = clean;
	size_t i;

	add_sets(test, policy, 2);
	add_path(test, policy, 0, "/bin/target");
	for (i = 0; i < ARRAY_SIZE(rules); i++) {
		rules[i].name = copy_string(test, (char []){ 'a' + i, '\0' });
		rules[i].target = TARGET;
		rules[i].severity = SHELLTRAP_SEVERITY_LOW;
		rules[i].action = SHELLTRAP_ACTION_ALLOW;
		add_rule(test, policy, &rules[i]);
	}
	finish(test, policy);
	for (i = 0; i < ARRAY_SIZE(alike); i++) {
		late.argv = copy_bytes(test, alike[i].argv, alike[i].argv_len);
		late.argv_len = alike[i].argv_len;
		KUNIT_EXPECT_EQ_MSG(test, shelltrap_policy_decide_late(policy, 31, &late),
				    alike[i].rules, "command line %zu", i);
	}
}

static void an_argv_has_at_most_4096_bytes(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, 0, 8192);
	struct shelltrap_rule rule = exception;

	rule.argv = repeated(test, 'a', SHELLTRAP_EXCEPTION_ARGV_MAX, "");
	rule.argv_len = SHELLTRAP_EXCEPTION_ARGV_MAX + 1;
	EXPECT_REFUSED(test, policy, shelltrap_policy_add_rule(policy, &rule), "4096");
	rule.argv++;
	rule.argv_len--;
	add_rule(test, policy, &rule);
}

/* Memory for what is kept of an environment, of exactly its size. */
static struct shelltrap_environment new_scan(struct kunit *test, u32 size)
{
	return (struct shelltrap_environment){
		.kept = kunit_kzalloc(test, size, GFP_KERNEL), .size = size, .program = "sh",
	};
}

static void expect_harm_in(struct kunit *test, const char *variable, const char *program,
			   enum shelltrap_harm harm)
{
	KUNIT_EXPECT_EQ_MSG(test, shelltrap_environment_harm(copy_string(test, variable), true,
							     program), harm, "%s", variable);
}

static void expect_harms(struct kunit *test, const char * const *variables, size_t nr,
			 enum shelltrap_harm harm)
{
	while (nr--)
		expect_harm_in(test, variables[nr], "sh", harm);
}

static void variables_that_can_run_code_may_do_harm(struct kunit *test)
{
	static const char * const harmful[] = {
		"LD_PRELOAD=/tmp/x.so", "LD_AUDIT=x", "LD_LIBRARY_PATH=", "LD_=", "LD_X", "LD_",
		"GCONV_PATH=/tmp", "LOCPATH=/tmp", "NLSPATH=/tmp", "TERMINFO=/tmp", "TZDIR=/tmp",
		"ENV=/tmp/x", "ENV=", "BASH_ENV=x", "BASH_FUNC_id%%=() { sh; }", "IFS=x",
		"SHELLOPTS=xtrace", "BASHOPTS=extdebug", "PS4=$(id)", "CDPATH=/tmp", "FPATH=/tmp",
		"GLIBC_TUNABLES=x", "OPENSSL_CONF=/tmp/x", "SSL_CERT_FILE=/tmp/x", "LUA_INIT=@/x",
		"PHPRC=/tmp", "PHP_INI_SCAN_DIR=/tmp", "JAVA_TOOL_OPTIONS=-x", "_JAVA_OPTIONS=-x",
		"PERL5LIB=x", "PERL5OPT=-Mx", "PERLLIB=x", "PYTHONPATH=x", "PYTHONSTARTUP=x",
		"PYTHONHOME=/", "PYTHONUSERBASE=/tmp", "RUBYOPT=-rx",
		"RUBYLIB=", "BUNDLE_GEMFILE=x",
		"NODE_OPTIONS=-r x", "NODE_PATH=", "GIT_DIR=.", "GIT_SSH_COMMAND=id", "GIT_X=1",
		"EDITOR=vi", "PAGER=less", "LESSOPEN=|id", "MAGICK_CODER_MODULE_PATH=/tmp",
		"APACHE_ENVVARS=/tmp/x", "APACHE_HTTPD=/tmp/x", "APACHE_ARGUMENTS=-x",
		"PATH_TRANSLATED=/tmp/x", "HTTP_PROXY=http://x",
		"http_proxy=x", "PROMPT_COMMAND=id",
		"DJANGO_SETTINGS_MODULE=x", "UNKNOWN=1", "A", "=", "=x",
		"LANGX=C", "XLANG=C", "lang=C",
	};

	expect_harms(test, harmful, ARRAY_SIZE(harmful), SHELLTRAP_HARM_POSSIBLE);
}

static void variables_of_sessions_services_and_cgi_are_harmless(struct kunit *test)
{
	static const char * const harmless_ones[] = {
		"LANG=C.UTF-8", "LANG=de_DE@euro", "LC_ALL=C",
		"LC_CTYPE=en_US.UTF-8", "LANGUAGE=de:en",
		"TZ=Europe/Berlin", "TZ=:UTC", "TZ=/etc/localtime", "TZ=CET-1CEST,M3.5.0,M10.5.0/3",
		"TERM=xterm-256color", "USER=www-data", "LOGNAME=deploy", "PWD=/tmp/x", "OLDPWD=",
		"SHLVL=2", "SHLVL=", "_=/usr/bin/env", "HOSTNAME=web01", "NODE_ENV=production",
		"INVOCATION_ID=0123abcd", "JOURNAL_STREAM=8:12345",
		"LISTEN_FDS=1", "PYTHON_VERSION=3.11.2",
		"PYTHONUNBUFFERED=1", "PYTHON_SETUPTOOLS_VERSION=65.5.1", "GPG_KEY=A035C8C1",
		"APACHE_RUN_USER=www-data", "APACHE_LOG_DIR=/var/log/apache2", "APACHE_PID_FILE=/x",
		"QUERY_STRING=a=$(id)", "REQUEST_URI=/x", "HTTP_COOKIE=a;b", "HTTP_HOST=x",
		"SCRIPT_FILENAME=/srv/x.cgi",
		"REMOTE_ADDR=203.0.113.5", "SERVER_SIGNATURE=<p>x</p>",
		"SSL_CLIENT_S_DN=CN=x", "KUBERNETES_PORT=tcp://10.0.0.1:443",
	};

	expect_harms(test, harmless_ones, ARRAY_SIZE(harmless_ones), SHELLTRAP_HARM_NONE);
}

static void a_harmless_name_with_another_value_may_do_harm(struct kunit *test)
{
	static const char * const harmful[] = {
		"LANG=../../tmp/x", "LANG=/tmp/x", "LC_ALL=x y", "LANGUAGE=de/x", "TZ=/tmp/x",
		"TZ=../x", "TZ=:/tmp/x", "TZ=x/../y", "TZ=$(id)",
		"TERM=../x", "USER=a;b", "USER=$(id)",
		"SHLVL=x[$(id)]", "SHLVL=-1", "NODE_ENV=../x", "NODE_ENV=.x", "NODE_ENV=-x",
		"PYTHON_VERSION=../x", "X_VERSION=x", "X_VERSION=", "_VERSION=1", "PORT=8000;id",
		"LANG=() { :;}; id", "HTTP_COOKIE=() { :;}; id",
		"QUERY_STRING=() { x", "HOME=() { x",
		"SHELL=/usr/bin/python3", "SHELL=/usr/local/bin/sh", "SHELL=sh", "SHELL=",
		"SHELL=/bin/../tmp/sh",
	};

	expect_harms(test, harmful, ARRAY_SIZE(harmful), SHELLTRAP_HARM_POSSIBLE);
}

static void paths_and_homes_do_harm_by_their_paths(struct kunit *test)
{
	static const char * const by_path[] = {
		"PATH=/usr/bin:/bin", "PATH=", "PATH=.",
		"HOME=/root", "HOME=", "XDG_CONFIG_HOME=/x",
		"XDG_DATA_DIRS=/usr/share:/tmp", "ZDOTDIR=/x", "GEM_HOME=/x",
		"SHELL=/bin/sh", "SHELL=/usr/sbin/nologin",
		"APACHE_CONFDIR=/etc/apache2", "JAVA_HOME=/usr/lib/jvm/x", "TMPDIR=/x",
	};

	expect_harms(test, by_path, ARRAY_SIZE(by_path), SHELLTRAP_HARM_BY_PATH);
	expect_harm_in(test, "XDG_SESSION_ID=c1", "sh", SHELLTRAP_HARM_NONE);
}

static void php_takes_its_script_from_a_variable_of_cgi(struct kunit *test)
{
	expect_harm_in(test, "SCRIPT_FILENAME=/x", "php-cgi8.2", SHELLTRAP_HARM_POSSIBLE);
	expect_harm_in(test, "SCRIPT_FILENAME=/x", "lsphp", SHELLTRAP_HARM_POSSIBLE);
	expect_harm_in(test, "SCRIPT_FILENAME=/x", "perl", SHELLTRAP_HARM_NONE);
	expect_harm_in(test, "SCRIPT_NAME=/x", "php-cgi8.2", SHELLTRAP_HARM_NONE);
}

#define COMMAND(text) "sh\0-c\0" text

static void expect_read(struct kunit *test, const char *argv, size_t len, const char *variable,
			bool read)
{
	struct shelltrap_reader reader;

	shelltrap_reader_begin(&reader, copy_bytes(test, argv, len), len);
	KUNIT_EXPECT_EQ_MSG(test, read,
			    shelltrap_reader_reads(&reader, copy_string(test, variable)),
			    "%s by %s", variable, argv + sizeof("sh\0-c"));
}

#define EXPECT_READ(test, text, variable, read) \
	expect_read(test, COMMAND(text), sizeof(COMMAND(text)), variable, read)

static void a_variable_that_the_command_line_names_is_read(struct kunit *test)
{
	EXPECT_READ(test, "$QUERY_STRING", "QUERY_STRING=id", true);
	EXPECT_READ(test, "tar -C \"${DOCUMENT_ROOT:-/srv}\"", "DOCUMENT_ROOT=/x", true);
	EXPECT_READ(test, "awk 'BEGIN{system(ENVIRON[\"HTTP_X\"])}'", "HTTP_X=id", true);
	EXPECT_READ(test, "cd ${HOME=/root}", "HOME=/x", true);
	EXPECT_READ(test, "test $LANG=C", "LANG=x", true);
	EXPECT_READ(test, "(( SHLVL==2 ))", "SHLVL=2", true);
	EXPECT_READ(test, "LANG=C; a$LANG", "LANG=x", true);
	EXPECT_READ(test, "LANG", "LANG=x", true);
	EXPECT_READ(test, "LC_ALL=C sort", "LC_ALL=x", false);
	EXPECT_READ(test, "docker container ls", "container=lxc", false);
	EXPECT_READ(test, "echo $container", "container=lxc", true);
	EXPECT_READ(test, "$HTTP_HOST", "HTTP_HOS=x", false);
	EXPECT_READ(test, "$HTTP_HOST", "TTP_HOST=x", false);
	EXPECT_READ(test, "$XHOME_2", "HOME=x", false);
	EXPECT_READ(test, "true", "QUERY_STRING=true", false);
	EXPECT_READ(test, "true", "=true", false);
	EXPECT_READ(test, "", "sh=/x", false);
}

static void a_shell_asks_for_the_variables_of_directories(struct kunit *test)
{
	EXPECT_READ(test, "make -C ~", "HOME=/x", true);
	EXPECT_READ(test, "sh ~-/x", "OLDPWD=/x", true);
	EXPECT_READ(test, "cd - && make", "OLDPWD=/x", true);
	EXPECT_READ(test, "cd\t -P -; make", "OLDPWD=/x", true);
	EXPECT_READ(test, "cd;make", "HOME=/x", true);
	EXPECT_READ(test, "cd", "HOME=/x", true);
	EXPECT_READ(test, "cd /srv/app && make", "HOME=/x", false);
	EXPECT_READ(test, "abcd -x", "OLDPWD=/x", false);
	EXPECT_READ(test, "rm x~", "HOME=/x", false);
	EXPECT_READ(test, "cd -", "LANG=x", false);
}

static void what_the_command_line_reads_is_kept(struct kunit *test)
{
	static const char bytes[] = "PWD=/x\0LANG=C\0QUERY_STRING=id";
	struct shelltrap_environment environment = new_scan(test, 64);

	shelltrap_reader_begin(&environment.reader, COMMAND("$QUERY_STRING"),
			       sizeof(COMMAND("$QUERY_STRING")));
	shelltrap_environment_feed(&environment, copy_bytes(test, bytes, sizeof(bytes)),
				   sizeof(bytes));
	KUNIT_ASSERT_EQ(test, environment.len, (u32)sizeof("QUERY_STRING=id"));
	KUNIT_EXPECT_STREQ(test, environment.kept, "QUERY_STRING=id");
}

static void expect_paths(struct kunit *test, const char *value, const char * const *paths,
			 size_t nr)
{
	const char *at = copy_string(test, value), *path;
	size_t i = 0, len;

	while ((path = shelltrap_environment_path(&at, &len))) {
		KUNIT_ASSERT_TRUE(test, i < nr);
		KUNIT_EXPECT_EQ(test, len, strlen(paths[i]));
		KUNIT_EXPECT_EQ(test, memcmp(path, paths[i], len), 0);
		i++;
	}
	KUNIT_EXPECT_EQ(test, i, nr);
}

/* An empty part is the working directory, so it must be seen. */
static void each_path_of_a_value_is_looked_at(struct kunit *test)
{
	static const char * const usual_paths[] = { "/bin", "/usr/bin" };
	static const char * const empty[] = { "" };
	static const char * const inside[] = { "", "/bin", "", "a=/x", "" };

	expect_paths(test, "/bin:/usr/bin", usual_paths, 2);
	expect_paths(test, "", empty, 1);
	expect_paths(test, ":/bin::a=/x:", inside, 5);
}

#define ENVIRONMENT(bytes, left) { bytes, sizeof(bytes), left, sizeof(left) }

/* Environments, and what is kept of them. Also shorter variables after longer ones. */
static const struct {
	const char *bytes;
	size_t len;
	const char *kept;
	size_t kept_len;
} environments[] = {
	ENVIRONMENT("PWD=/root\0PATH=/usr/bin:/bin\0LANG=C", "PATH=/usr/bin:/bin"),
	ENVIRONMENT("PATH=/bin\0PATH=/tmp\0USER=x", "PATH=/bin\0PATH=/tmp"),
	ENVIRONMENT("LD_PRELOAD=x\0PWD=/", "LD_PRELOAD=x"),
	ENVIRONMENT("PWD=/\0LD_PRELOAD=x", "LD_PRELOAD=x"),
	ENVIRONMENT("\0\0PWD=1\0\0ENV=x\0\0", "ENV=x"),
	ENVIRONMENT("PWD=PWD=\0LD\0_X=1\0EN\0V=x", "LD\0_X=1\0EN\0V=x"),
	ENVIRONMENT("PWD=0123456789012345678901234567890123456789\0A=1\0PWD=x\0B=2", "A=1\0B=2"),
};

/* Feeds pieces of @size bytes, the first of @first bytes, each from its own memory. */
static void expect_pieces(struct kunit *test, size_t number, size_t first, size_t size)
{
	const char *bytes = environments[number].bytes;
	size_t left = environments[number].len, piece = first;
	struct shelltrap_environment environment = new_scan(test, 64);

	while (left) {
		if (piece > left)
			piece = left;
		shelltrap_environment_feed(&environment, copy_bytes(test, bytes, piece), piece);
		bytes += piece;
		left -= piece;
		piece = size;
	}
	KUNIT_EXPECT_FALSE(test, environment.full);
	KUNIT_EXPECT_EQ(test, environment.variable_len, (u32)0);
	KUNIT_ASSERT_EQ(test, environment.len, (u32)environments[number].kept_len);
	KUNIT_EXPECT_EQ(test, memcmp(environment.kept, environments[number].kept,
				     environments[number].kept_len), 0);
}

static void an_environment_comes_in_pieces_of_any_size(struct kunit *test)
{
	size_t number, size;

	for (number = 0; number < ARRAY_SIZE(environments); number++)
		for (size = 1; size <= environments[number].len; size++) {
			expect_pieces(test, number, size, size);
			expect_pieces(test, number, size, environments[number].len);
			expect_pieces(test, number, 0, size);
		}
}

static bool is_full_after(struct kunit *test, u32 size, const char *variable)
{
	struct shelltrap_environment environment = new_scan(test, size);
	size_t len = strlen(variable) + 1;

	shelltrap_environment_feed(&environment, copy_bytes(test, variable, len), len);
	return environment.full;
}

static void what_does_not_fit_makes_an_environment_full(struct kunit *test)
{
	char *cookie = repeated(test, 'x', 5000, "");
	struct shelltrap_environment environment = new_scan(test, 1024);
	unsigned int i;

	KUNIT_EXPECT_FALSE(test, is_full_after(test, 8, "LD_X=12"));
	KUNIT_EXPECT_TRUE(test, is_full_after(test, 8, "LD_X=123"));
	KUNIT_EXPECT_TRUE(test, is_full_after(test, 8, "PATH=/bin"));
	memcpy(cookie, "HTTP_COOKIE=", 12);
	KUNIT_EXPECT_FALSE(test, is_full_after(test, 16, cookie));
	/* Cut values are not known, even if their beginning is harmless. */
	KUNIT_EXPECT_TRUE(test, is_full_after(test, 8, "LANG=CCC"));
	for (i = 0; i < SHELLTRAP_ENVIRONMENT_VARIABLES; i++)
		shelltrap_environment_feed(&environment, "A=1", 4);
	KUNIT_EXPECT_FALSE(test, environment.full);
	shelltrap_environment_feed(&environment, "A=1", 4);
	KUNIT_EXPECT_TRUE(test, environment.full);
}

static void a_variable_counts_only_after_its_nul(struct kunit *test)
{
	struct shelltrap_environment environment = new_scan(test, 64);

	shelltrap_environment_feed(&environment, "LD_PRELOAD=x", 12);
	KUNIT_EXPECT_EQ(test, environment.len, (u32)0);
	KUNIT_EXPECT_EQ(test, environment.variable_len, (u32)12);
	shelltrap_environment_feed(&environment, "", 1);
	KUNIT_EXPECT_EQ(test, environment.len, (u32)13);
	KUNIT_EXPECT_EQ(test, environment.variable_len, (u32)0);
}

static void an_exception_matches_only_with_the_variables_that_it_names(struct kunit *test)
{
	static const char kept[] = "HOME=/tmp/h\0RAILS_X=1\0RAILS_Y=2";
	struct shelltrap_rule rule = exception;
	struct shelltrap_late late = clean;

	late.environment = copy_bytes(test, kept, sizeof(kept));
	late.environment_len = sizeof(kept);
	expect_rule(test, &rule, &usual, &late, SHELLTRAP_MISMATCH_ENVIRONMENT);
	rule.environment = "HOME\0RAILS_X";
	rule.environment_len = sizeof("HOME\0RAILS_X");
	expect_rule(test, &rule, &usual, &late, SHELLTRAP_MISMATCH_ENVIRONMENT);
	rule.environment = "HOME\0RAILS_*";
	expect_rule(test, &rule, &usual, &late, SHELLTRAP_MISMATCH_NONE);
	rule.environment = "HOME=/tmp/h\0RAILS_*";
	rule.environment_len = sizeof("HOME=/tmp/h\0RAILS_*");
	expect_rule(test, &rule, &usual, &late, SHELLTRAP_MISMATCH_NONE);
	rule.environment = "HOME=/tmp/x\0RAILS_*";
	expect_rule(test, &rule, &usual, &late, SHELLTRAP_MISMATCH_ENVIRONMENT);
	rule.environment = "HOME=/tmp/h/\0RAILS*";
	expect_rule(test, &rule, &usual, &late, SHELLTRAP_MISMATCH_ENVIRONMENT);
}

static void expect_environment_fault(struct kunit *test, const char *bytes, size_t len,
				     const char *wanted)
{
	struct shelltrap_policy *policy = new_policy(test, 0, 8192);
	struct shelltrap_rule rule = exception;

	rule.environment = copy_bytes(test, bytes, len);
	rule.environment_len = len;
	EXPECT_REFUSED(test, policy, shelltrap_policy_add_rule(policy, &rule), wanted);
}

static void an_environment_names_variables(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, 0, 64);
	struct shelltrap_rule rule = exception;

	expect_environment_fault(test, "", 1, "name");
	expect_environment_fault(test, "*", 2, "name");
	expect_environment_fault(test, "=x", 3, "name");
	expect_environment_fault(test, "A*B", 4, "end");
	expect_environment_fault(test, "A*=x", 5, "end");
	expect_environment_fault(test, "A", 1, "NUL");
	expect_environment_fault(test, repeated(test, 'a', 2048, ""), 2049, "2048");
	expect_environment_fault(test, "A\0A\0A\0A\0A\0A\0A\0A\0A\0A\0A\0A\0A\0A\0A\0A\0A\0"
				 "A\0A\0A\0A\0A\0A\0A\0A\0A\0A\0A\0A\0A\0A\0A\0A", 66, "32");
	rule.environment = "A\0B=*\0C_*";
	rule.environment_len = sizeof("A\0B=*\0C_*");
	add_rule(test, policy, &rule);
	rule.name = "alert";
	rule.action = SHELLTRAP_ACTION_ALERT;
	EXPECT_REFUSED(test, policy, shelltrap_policy_add_rule(policy, &rule), "exceptions");
}

static struct kunit_case cases[] = {
	KUNIT_CASE(an_exception_needs_a_set_with_a_path),
	KUNIT_CASE(a_path_in_an_included_set_is_enough_for_an_exception),
	KUNIT_CASE(other_rules_need_no_paths),
	KUNIT_CASE(an_exception_matches_only_by_the_identity_of_the_file),
	KUNIT_CASE(of_several_targets_the_one_with_the_identity_counts),
	KUNIT_CASE(an_alert_does_not_ask_for_the_identity),
	KUNIT_CASE(an_exception_never_matches_a_dropped_file),
	KUNIT_CASE(an_exception_needs_to_know_whether_the_file_is_dropped),
	KUNIT_CASE(an_exception_never_matches_an_unclean_exec),
	KUNIT_CASE(an_exception_may_have_conditions_uid_actor_and_cgroup),
	KUNIT_CASE(the_first_reason_that_applies_is_returned),
	KUNIT_CASE(the_reasons_are_numbered_in_their_order),
	KUNIT_CASE(an_argv_matches_only_the_same_bytes),
	KUNIT_CASE(sh_c_with_and_without_dashes_match_each_other),
	KUNIT_CASE(sh_c_with_dashes_matches_no_other_command),
	KUNIT_CASE(every_byte_of_an_argv_counts),
	KUNIT_CASE(an_exception_with_another_argv_does_not_match),
	KUNIT_CASE(only_exceptions_may_have_an_argv),
	KUNIT_CASE(an_argv_must_end_with_a_nul),
	KUNIT_CASE(exceptions_that_begin_alike_match_their_own_command_lines),
	KUNIT_CASE(an_argv_has_at_most_4096_bytes),
	KUNIT_CASE(variables_that_can_run_code_may_do_harm),
	KUNIT_CASE(variables_of_sessions_services_and_cgi_are_harmless),
	KUNIT_CASE(a_harmless_name_with_another_value_may_do_harm),
	KUNIT_CASE(paths_and_homes_do_harm_by_their_paths),
	KUNIT_CASE(php_takes_its_script_from_a_variable_of_cgi),
	KUNIT_CASE(a_variable_that_the_command_line_names_is_read),
	KUNIT_CASE(a_shell_asks_for_the_variables_of_directories),
	KUNIT_CASE(what_the_command_line_reads_is_kept),
	KUNIT_CASE(each_path_of_a_value_is_looked_at),
	KUNIT_CASE(what_does_not_fit_makes_an_environment_full),
	KUNIT_CASE(a_variable_counts_only_after_its_nul),
	KUNIT_CASE(an_exception_matches_only_with_the_variables_that_it_names),
	KUNIT_CASE(an_environment_names_variables),
	KUNIT_CASE(an_environment_comes_in_pieces_of_any_size),
	{}
};

static int order_names(struct kunit *test)
{
	(void)test;
	shelltrap_environment_init();
	return 0;
}

struct kunit_suite shelltrap_exceptions_suite = {
	.name = "shelltrap-exceptions",
	.init = order_names,
	.test_cases = cases,
};
