// SPDX-License-Identifier: GPL-2.0
/* Relative paths: which command lines depend on the working directory. */
#include "policy_test.h"

#include "../../module/relative.c"

#define LINE(bytes) { bytes, sizeof(bytes) }

struct line {
	const char *argv;
	size_t len;
};

static const char *find_word(struct kunit *test, const struct line *line, size_t *len)
{
	return shelltrap_relative(copy_bytes(test, line->argv, line->len), line->len, len);
}

/* Each with the word that is found in it. */
static const struct {
	struct line line;
	const char *word;
} relative[] = {
	{ LINE("sh\0-c\0php cron.php"), "cron.php" },
	{ LINE("sh\0-ec\0A=1 /usr/bin/php8.2 -q cron.php"), "cron.php" },
	{ LINE("php\0cron.php"), "cron.php" },
	{ LINE("php\0-f\0x.php"), "x.php" }, { LINE("php\0-fx.php"), "-fx.php" },
	{ LINE("php\0/srv/x.php\0data/y"), "data/y" },
	{ LINE("python3\0-m\0json.tool"), "json.tool" },
	{ LINE("python3\0-Im\0json.tool"), "json.tool" },
	{ LINE("python3\0-mjson"), "-mjson" },
	{ LINE("python3\0-c\0import json"), "import json" },
	{ LINE("perl\0-Ilib\0/x"), "-Ilib" }, { LINE("node\0-r\0mod\0/x"), "mod" },
	{ LINE("/bin/sh\0hooks/post-receive"), "hooks/post-receive" },
	{ LINE("-sh\0x"), "x" }, { LINE("sh\0-c\0./x"), "./x" }, { LINE("sh\0-c\0. ./x"), "./x" },
	{ LINE("sh\0-c\0source x"), "x" }, { LINE("sh\0-c\0bin/run x"), "bin/run" },
	{ LINE("sh\0-c\0cat >/tmp/x ../y"), "../y" }, { LINE("sh\0-c\0x >out/y"), "out/y" },
	{ LINE("sh\0-c\0timeout 5 php cron.php"), "cron.php" },
	{ LINE("timeout\0-v\0php\0cron.php"), "cron.php" },
	{ LINE("sh\0-c\0bash -c 'php x'"), "x" },
	{ LINE("sh\0-c\0(cd /srv/app) && php cron.php"), "cron.php" },
	{ LINE("sh\0-c\0cd /srv | php cron.php"), "cron.php" },
	{ LINE("sh\0-c\0cd /srv; php cron.php"), "cron.php" },
	{ LINE("sh\0-c\0cd app && php cron.php"), "cron.php" },
	{ LINE("sh\0-c\0id && php cron.php"), "cron.php" },
	{ LINE("sh\0-c\0sh -c \"sh -c 'sh -c id'\""), "id" },
};

static const struct line absolute[] = {
	LINE(""), LINE("sh"), LINE("sh\0-c"), LINE("sh\0-c\0"), LINE("./sh\0-c\0id"),
	LINE("sh\0-c\0/usr/sbin/sendmail -t -i"), LINE("sh\0-c\0id; uname -a"),
	LINE("sh\0-c\0cd /srv/app && php cron.php"), LINE("sh\0-c\0php /srv/cron.php 2>/dev/null"),
	LINE("sh\0-c\0/bin/bash '/srv/mw/l.sh' 'convert /tmp/t.jpg -resize 1x2 /srv/x' 'C=50'"),
	LINE("bash\0-l\0-c\0echo honest"), LINE("/bin/sh\0/usr/lib/cgit/filter.sh\0README"),
	LINE("php\0-d\0a=b\0/srv/x.php"), LINE("php\0-r\0echo 1;"), LINE("perl\0-e\0print 1"),
	LINE("python3\0/srv/x.py"), LINE("python3\0-Wd\0-u\0/srv/x.py"), LINE("node\0-r\0/x\0/y"),
	LINE("sh\0-o\0errexit\0/x"), LINE("sh\0-c\0echo http://x/y a@b/c --x=a/b -a/b"),
};

static void each_interpreter_is_found(struct kunit *test)
{
	struct word word;
	size_t i;

	for (i = 0; interpreters[i].name; i++) {
		word = (struct word){ interpreters[i].name, strlen(interpreters[i].name) };
		KUNIT_EXPECT_TRUE(test, find_interpreter(&word) == &interpreters[i]);
	}
}

static void what_depends_on_the_directory_is_found(struct kunit *test)
{
	const char *word;
	size_t i, len;

	for (i = 0; i < ARRAY_SIZE(relative); i++) {
		word = find_word(test, &relative[i].line, &len);
		KUNIT_EXPECT_TRUE_MSG(test, !!word, "nothing found for %s", relative[i].word);
		if (!word)
			continue;
		KUNIT_EXPECT_EQ_MSG(test, len, strlen(relative[i].word), "%s", relative[i].word);
		KUNIT_EXPECT_EQ(test, memcmp(word, relative[i].word, len), 0);
	}
}

static void other_command_lines_need_no_directory(struct kunit *test)
{
	const char *word;
	size_t i, len;

	for (i = 0; i < ARRAY_SIZE(absolute); i++) {
		word = find_word(test, &absolute[i], &len);
		KUNIT_EXPECT_TRUE_MSG(test, !word, "line %u: %s", (unsigned int)i, word);
	}
}

static const struct shelltrap_rule exception = {
	.name = "exception", .target = 1, .severity = SHELLTRAP_SEVERITY_LOW,
	.action = SHELLTRAP_ACTION_ALLOW, .argv = "php\0cron.php", .argv_len = 13,
};

static void expect_rule(struct kunit *test, const struct shelltrap_rule *rule, const char *cwd,
			enum shelltrap_mismatch expected)
{
	const struct shelltrap_exec exec = { .target = 1, .file = 1 };
	const struct shelltrap_late late = {
		.argv = "php\0cron.php", .argv_len = 13, .cwd = cwd, .clean = true,
	};
	struct shelltrap_policy *policy = new_policy(test, 1, 8192);

	add_sets(test, policy, 1);
	add_path(test, policy, 0, "/bin/target");
	add_rule(test, policy, rule);
	finish(test, policy);
	expect_mismatch(test, policy, &exec, &late, expected);
}

static void an_exception_with_a_relative_path_needs_the_directory(struct kunit *test)
{
	struct shelltrap_rule rule = exception;

	expect_rule(test, &rule, "/srv", SHELLTRAP_MISMATCH_RELATIVE);
	rule.cwd = "/srv";
	expect_rule(test, &rule, "/srv", SHELLTRAP_MISMATCH_NONE);
	expect_rule(test, &rule, "/srv/", SHELLTRAP_MISMATCH_CWD);
	expect_rule(test, &rule, "/srv/x", SHELLTRAP_MISMATCH_CWD);
	expect_rule(test, &rule, "/", SHELLTRAP_MISMATCH_CWD);
	expect_rule(test, &rule, NULL, SHELLTRAP_MISMATCH_CWD);
	rule.argv = NULL;
	rule.cwd = NULL;
	expect_rule(test, &rule, NULL, SHELLTRAP_MISMATCH_NONE);
}

static void only_exceptions_may_have_a_directory(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, 0, 256);
	struct shelltrap_rule rule = exception;

	rule.cwd = "srv";
	EXPECT_REFUSED(test, policy, shelltrap_policy_add_rule(policy, &rule), "begins with '/'");
	rule.cwd = "/srv";
	rule.argv = NULL;
	rule.action = SHELLTRAP_ACTION_ALERT;
	EXPECT_REFUSED(test, policy, shelltrap_policy_add_rule(policy, &rule), "exceptions");
	rule.action = SHELLTRAP_ACTION_OFF;
	add_rule(test, policy, &rule);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(each_interpreter_is_found),
	KUNIT_CASE(what_depends_on_the_directory_is_found),
	KUNIT_CASE(other_command_lines_need_no_directory),
	KUNIT_CASE(an_exception_with_a_relative_path_needs_the_directory),
	KUNIT_CASE(only_exceptions_may_have_a_directory),
	{}
};

struct kunit_suite shelltrap_relative_suite = {
	.name = "shelltrap-relative",
	.test_cases = cases,
};
