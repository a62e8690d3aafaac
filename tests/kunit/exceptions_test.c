// SPDX-License-Identifier: GPL-2.0
/*
 * Exceptions: when an exception silences an exec and, more important, when it must not.
 * Also: which variables an environment may contain then.
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

static void an_exception_never_matches_an_unclean_environment(struct kunit *test)
{
	struct shelltrap_late late = clean;
	struct shelltrap_rule rule = exception;

	late.clean = false;
	expect_rule(test, &exception, &usual, &late, SHELLTRAP_MISMATCH_ENVIRONMENT);
	rule.argv = "sh";
	rule.argv_len = 3;
	late.argv = "sh";
	late.argv_len = 3;
	expect_rule(test, &rule, &usual, &late, SHELLTRAP_MISMATCH_ENVIRONMENT);
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
	expect_rule(test, &rule, &exec, &late, SHELLTRAP_MISMATCH_ENVIRONMENT);
	late.clean = true;
	expect_rule(test, &rule, &exec, &late, SHELLTRAP_MISMATCH_ARGV);
	late.argv = "sh";
	late.argv_len = 3;
	expect_rule(test, &rule, &exec, &late, SHELLTRAP_MISMATCH_NONE);
}

static void the_reasons_are_numbered_in_their_order(struct kunit *test)
{
	static const enum shelltrap_mismatch order[] = {
		SHELLTRAP_MISMATCH_NONE, SHELLTRAP_MISMATCH_OFF, SHELLTRAP_MISMATCH_TARGET,
		SHELLTRAP_MISMATCH_IDENTITY, SHELLTRAP_MISMATCH_CONDITION,
		SHELLTRAP_MISMATCH_DROPPED, SHELLTRAP_MISMATCH_UID, SHELLTRAP_MISMATCH_ACTOR,
		SHELLTRAP_MISMATCH_CGROUP, SHELLTRAP_MISMATCH_ENVIRONMENT, SHELLTRAP_MISMATCH_ARGV,
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

/* Feeds all in one piece, from memory of exactly its size. */
static bool is_unclean_env(struct kunit *test, const char *bytes, size_t len)
{
	struct shelltrap_environment environment = {};

	shelltrap_environment_feed(&environment, copy_bytes(test, bytes, len), len);
	return environment.unclean;
}

static void expect_variable(struct kunit *test, const char *variable, bool unclean)
{
	KUNIT_EXPECT_EQ_MSG(test, is_unclean_env(test, variable, strlen(variable) + 1), unclean,
			    "%s", variable);
}

static void variables_that_make_a_program_run_other_code_are_unclean(struct kunit *test)
{
	static const char * const unclean[] = {
		"LD_PRELOAD=/tmp/x.so", "LD_AUDIT=x", "LD_LIBRARY_PATH=", "LD_=", "LD_X", "LD_",
		"GCONV_PATH=/tmp", "GCONV_PATH=", "ENV=/tmp/x", "ENV=", "BASH_ENV=x", "BASH_ENV=",
		"BASH_FUNC_id%%=() { sh; }", "BASH_FUNC_", "SHELLOPTS=xtrace", "SHELLOPTS=",
		"BASHOPTS=extdebug", "BASHOPTS=", "PS4=$(id)", "PS4=", "ZDOTDIR=/tmp",
		"GLIBC_TUNABLES=x", "OPENSSL_CONF=/tmp/x", "OPENSSL_MODULES=/tmp", "LUA_INIT=@/x",
		"LUA_INIT_5_4=x", "PHPRC=/tmp", "PHP_INI_SCAN_DIR=/tmp", "JAVA_TOOL_OPTIONS=-x",
		"JDK_JAVA_OPTIONS=-x", "_JAVA_OPTIONS=-x", "PERL5LIB=x", "PERL5OPT=-Mx",
		"PERL5DB=x", "PERL5", "PERLLIB=x", "PERLLIB=", "PYTHONPATH=x", "PYTHONSTARTUP=x",
		"PYTHONHOME=", "PYTHON", "RUBYOPT=-rx", "RUBYLIB=", "RUBY", "NODE_OPTIONS=-r x",
		"NODE_PATH=", "NODE_",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(unclean); i++)
		expect_variable(test, unclean[i], true);
}

static void similar_variables_are_clean(struct kunit *test)
{
	static const char * const harmless[] = {
		"", "=", "LD", "LD=", "ld_preload=x", "XLD_PRELOAD=x", " LD_PRELOAD=x", "A=LD_X=1",
		"GCONV_PATH", "GCONV_PATHS=x", "GCONV=x", "ENV", "ENVIRONMENT=x", "XENV=x", "EN=x",
		"BASH_ENV", "BASH_ENVX=x", "BASH=x", "BASH_FUNC=x", "BASH_VERSION=5", "SHELLOPTS",
		"SHELLOPT=x", "SHELL=/bin/sh", "BASHOPTS", "BASHOPTSX=", "PS1=$", "PS4", "PS44=x",
		"PERL=x", "PERL4=x", "PERLLIB", "PERLLIBS=x", "PYTHO=x", "PY=x", "RUB=x",
		"NODE=x", "NODEPATH=x", "HOME=/root", "PWD=/", "LANG=C", "PATH", "PATHS=x",
		"PAT=.", "XPATH=.", "MANPATH=.", "USER=www-data", "TERM=xterm", "QUERY=LD_=1",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(harmless); i++)
		expect_variable(test, harmless[i], false);
}

static void a_path_of_the_systems_own_directories_is_clean(struct kunit *test)
{
	static const char * const paths[] = {
		"PATH=/bin", "PATH=/sbin", "PATH=/usr/bin", "PATH=/usr/sbin",
		"PATH=/usr/local/bin", "PATH=/usr/local/sbin", "PATH=/bin:/bin",
		"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(paths); i++)
		expect_variable(test, paths[i], false);
}

static void a_path_with_anything_else_in_it_is_unclean(struct kunit *test)
{
	static const char * const paths[] = {
		"PATH=", "PATH=:", "PATH=:/bin", "PATH=/bin:", "PATH=/bin::/sbin", "PATH=.",
		"PATH=/bin:.", "PATH=bin", "PATH=./bin", "PATH=usr/bin:/bin", "PATH=/", "PATH=/tmp",
		"PATH=/bin:/tmp", "PATH=/tmp:/bin", "PATH=/bin:/tmp:/sbin", "PATH=/bin/",
		"PATH=/bin/.", "PATH=/bin/../tmp", "PATH=//bin", "PATH=/bi", "PATH=/binx",
		"PATH=/usr", "PATH=/usr/", "PATH=/usr/local", "PATH=/usr/games", "PATH=/usr/bin/x",
		"PATH=/opt/bin", "PATH=/bin /sbin", "PATH= /bin", "PATH=/BIN", "PATH=/bin:~/bin",
		"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/snap/bin",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(paths); i++)
		expect_variable(test, paths[i], true);
}

/* Returns "PATH=/bin", then ":/bin" @bins times, ":/sbin" @sbins times, and @end. */
static char *long_path(struct kunit *test, int bins, int sbins, const char *end)
{
	size_t size = sizeof("PATH=/bin") + 5 * bins + 6 * sbins + strlen(end), len;
	char *path = kunit_kzalloc(test, size, GFP_KERNEL);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, path);
	len = scnprintf(path, size, "PATH=/bin");
	while (bins--)
		len += scnprintf(path + len, size - len, ":/bin");
	while (sbins--)
		len += scnprintf(path + len, size - len, ":/sbin");
	scnprintf(path + len, size - len, "%s", end);
	return path;
}

static void a_path_longer_than_the_buffer_is_unclean(struct kunit *test)
{
	const struct shelltrap_environment *environment;
	const int most = sizeof(environment->variable) - 1;

	KUNIT_EXPECT_EQ(test, most, 9 + 5 * 30);
	expect_variable(test, long_path(test, 30, 0, ""), false);
	expect_variable(test, long_path(test, 29, 1, ""), true);
	expect_variable(test, long_path(test, 30, 0, ":"), true);
	expect_variable(test, long_path(test, 30, 0, ":/tmp"), true);
	expect_variable(test, long_path(test, 1000, 0, ""), true);
}

static void other_variables_may_have_any_length(struct kunit *test)
{
	char *variable = repeated(test, 'x', 5000, "LD_PRELOAD=x");

	expect_variable(test, variable, false);
	memcpy(variable, "HOME=", 5);
	expect_variable(test, variable, false);
	memcpy(variable, "LD_X=", 5);
	expect_variable(test, variable, true);
	expect_variable(test, repeated(test, 'x', 156, "LD_"), false);
	expect_variable(test, repeated(test, 'x', 160, "PATH=/tmp"), false);
}

static void an_empty_environment_is_clean(struct kunit *test)
{
	struct shelltrap_environment environment = {};

	shelltrap_environment_feed(&environment, "", 0);
	KUNIT_EXPECT_FALSE(test, environment.unclean);
	KUNIT_EXPECT_EQ(test, environment.len, (u32)0);
}

/* "len" shows the caller that the last variable has not ended. */
static void a_variable_counts_only_after_its_nul(struct kunit *test)
{
	struct shelltrap_environment environment = {};

	shelltrap_environment_feed(&environment, "LD_PRELOAD=x", 12);
	KUNIT_EXPECT_FALSE(test, environment.unclean);
	KUNIT_EXPECT_EQ(test, environment.len, (u32)12);
	shelltrap_environment_feed(&environment, "", 1);
	KUNIT_EXPECT_TRUE(test, environment.unclean);
	KUNIT_EXPECT_EQ(test, environment.len, (u32)0);
}

#define ENVIRONMENT(bytes, unclean) { bytes, sizeof(bytes), unclean }

/* Environments and the result. Also shorter variables after longer ones. */
static const struct {
	const char *bytes;
	size_t len;
	bool unclean;
} environments[] = {
	ENVIRONMENT("HOME=/root\0PATH=/usr/bin:/bin\0LANG=C", false),
	ENVIRONMENT("HOME=/root\0PATH=/usr/bin:/tmp\0LANG=C", true),
	ENVIRONMENT("PATH=/bin\0PATH=/tmp\0PATH=/bin", true),
	ENVIRONMENT("PATH=/tmp\0PATH=/bin", true),
	ENVIRONMENT("LD_PRELOAD=x\0HOME=/", true),
	ENVIRONMENT("HOME=/\0LD_PRELOAD=x", true),
	ENVIRONMENT("\0\0A=1\0\0ENV=x\0\0", true),
	ENVIRONMENT("\0\0A=1\0\0ENVX=x\0\0", false),
	ENVIRONMENT("XXXX\0LD\0_X=1\0PATH\0=/tmp\0EN\0V=x", false),
	ENVIRONMENT("PATH=/usr/bin:/tmp/0123456789\0PATH=/bin", true),
	ENVIRONMENT("HOMEHOMEHOME=/bin:/bin:/bin\0PATH=/bin", false),
	ENVIRONMENT("HOMEHOME=LD_PRELOAD=x\0L=D_PRELOAD=x", false),
};

/* Feeds pieces of @size bytes, the first of @first bytes, each from its own memory. */
static void expect_pieces(struct kunit *test, size_t number, size_t first, size_t size)
{
	const char *bytes = environments[number].bytes;
	size_t left = environments[number].len, piece = first;
	struct shelltrap_environment environment = {};

	while (left) {
		if (piece > left)
			piece = left;
		shelltrap_environment_feed(&environment, copy_bytes(test, bytes, piece), piece);
		bytes += piece;
		left -= piece;
		piece = size;
	}
	KUNIT_EXPECT_EQ_MSG(test, environment.unclean, environments[number].unclean,
			    "environment %u in pieces of %u, the first of %u",
			    (unsigned int)number, (unsigned int)size, (unsigned int)first);
	KUNIT_EXPECT_EQ(test, environment.len, (u32)0);
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

static struct kunit_case cases[] = {
	KUNIT_CASE(an_exception_needs_a_set_with_a_path),
	KUNIT_CASE(a_path_in_an_included_set_is_enough_for_an_exception),
	KUNIT_CASE(other_rules_need_no_paths),
	KUNIT_CASE(an_exception_matches_only_by_the_identity_of_the_file),
	KUNIT_CASE(of_several_targets_the_one_with_the_identity_counts),
	KUNIT_CASE(an_alert_does_not_ask_for_the_identity),
	KUNIT_CASE(an_exception_never_matches_a_dropped_file),
	KUNIT_CASE(an_exception_needs_to_know_whether_the_file_is_dropped),
	KUNIT_CASE(an_exception_never_matches_an_unclean_environment),
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
	KUNIT_CASE(an_argv_has_at_most_4096_bytes),
	KUNIT_CASE(variables_that_make_a_program_run_other_code_are_unclean),
	KUNIT_CASE(similar_variables_are_clean),
	KUNIT_CASE(a_path_of_the_systems_own_directories_is_clean),
	KUNIT_CASE(a_path_with_anything_else_in_it_is_unclean),
	KUNIT_CASE(a_path_longer_than_the_buffer_is_unclean),
	KUNIT_CASE(other_variables_may_have_any_length),
	KUNIT_CASE(an_empty_environment_is_clean),
	KUNIT_CASE(a_variable_counts_only_after_its_nul),
	KUNIT_CASE(an_environment_comes_in_pieces_of_any_size),
	{}
};

struct kunit_suite shelltrap_exceptions_suite = {
	.name = "shelltrap-exceptions",
	.test_cases = cases,
};
