// SPDX-License-Identifier: GPL-2.0
/*
 * Servers that a runtime hosts: what a command line runs, and which sets contain it.
 */
#include "policy_test.h"

#include "../../module/runtime.c"

/* An executable, its command line without the last NUL, and what it runs. */
struct line {
	const char *program;
	const char *bytes;
	size_t len;
	const char *runs;
	bool running;
};

#define LINE(program, bytes, runs) { program, bytes, sizeof(bytes), runs, false }
#define TITLE(program, bytes, runs) { program, bytes, sizeof(bytes), runs, true }

static const struct line lines[] = {
	LINE("java", "java\0-Dhome=/x\0-classpath\0/a.jar:/b.jar\0-Xmx1g\0org.apache.Main\0start",
	     "org.apache.Main"),
	LINE("java", "java\0-cp\0x\0--add-opens\0java.base/java.lang=ALL-UNNAMED\0Main\0a", "Main"),
	LINE("java", "java\0--add-opens=java.base/java.lang=ALL-UNNAMED\0Main", "Main"),
	LINE("java", "/usr/bin/java\0-jar\0/srv/app.jar\0--port", "/srv/app.jar"),
	LINE("java", "java\0-m\0app/org.example.Main", "app/org.example.Main"),
	LINE("java", "java\0-version", ""),
	TITLE("java", "/opt/My Java/bin/java\0Main", "Main"),
	TITLE("python3.11", "python3\0-m\0uvicorn", "uvicorn"),
	LINE("java", "My Java\0Main", "Main"),
	LINE("python3.11", "/usr/bin/python3\0/usr/bin/gunicorn\0app:app", "/usr/bin/gunicorn"),
	LINE("python3.11", "python3\0-m\0gunicorn\0app:app", "gunicorn"),
	LINE("python3.11", "python3\0-u\0-W\0ignore\0-Xdev\0-X\0utf8\0-m\0uvicorn", "uvicorn"),
	LINE("python3.11", "python3\0-c\0import gunicorn", "import gunicorn"),
	LINE("python3.11", "python3\0/usr/bin/pip\0install\0gunicorn", "/usr/bin/pip"),
	LINE("python3.11", "python3\0-I\0gunicorn", "gunicorn"),
	LINE("python3.11", "python3\0--\0-gunicorn", "-gunicorn"),
	LINE("python3.11", "python3", ""),
	LINE("python3.11", "python3\0-", ""),
	TITLE("python3.11", "gunicorn: master [app:app]\0", "gunicorn"),
	LINE("ruby3.1", "ruby\0-I\0lib\0-rbundler\0/usr/bin/puma\0-p", "/usr/bin/puma"),
	LINE("ruby3.1", "ruby\0/usr/bin/bundle\0exec\0puma\0-C\0config", "puma"),
	LINE("ruby3.1", "ruby\0/usr/bin/bundler3.1\0exec\0puma", "/usr/bin/bundler3.1"),
	LINE("ruby3.1", "ruby\0bundle\0install\0puma", "install"),
	LINE("ruby3.1", "ruby\0-S\0bundle\0exec\0--gemfile=x\0/x/unicorn", "/x/unicorn"),
	TITLE("ruby3.1", "puma 5.6.5 (tcp://0.0.0.0:9292) [app]\0\0\0\0\0", "puma"),
	TITLE("ruby3.1", "puma: cluster worker 0: 123 [app]", "puma"),
	TITLE("ruby3.1", ": x", ""),
	TITLE("ruby3.1", " x", ""),
	LINE("node", "node\0-r\0dotenv/config\0--import\0./a.mjs\0server.js\0puma", "server.js"),
	LINE("node", "node\0--inspect\0/srv/app/server.js", "/srv/app/server.js"),
	LINE("perl", "perl\0-I\0lib\0-T\0/usr/bin/starman", "/usr/bin/starman"),
	LINE("php8.2", "php\0-d\0a=b\0swoole.php", "swoole.php"),
	LINE("other", "other\0-W\0ignore\0x", "ignore"),
	LINE("python3.11", "\0\0", ""),
	LINE("", "", ""),
};

static void expect_runs(struct kunit *test, const struct line *line, size_t first, size_t size)
{
	size_t at = 0, piece = first;
	struct shelltrap_cmdline cmdline;
	bool done = false;

	shelltrap_cmdline_start(&cmdline, line->program, line->running);
	while (!done && at < line->len) {
		if (piece > line->len - at)
			piece = line->len - at;
		done = shelltrap_cmdline_feed(&cmdline, copy_bytes(test, line->bytes + at, piece),
					      piece);
		at += piece;
		piece = size;
	}
	shelltrap_cmdline_end(&cmdline);
	KUNIT_EXPECT_STREQ(test, (const char *)cmdline.runs, line->runs);
}

static void what_a_runtime_runs_is_found_after_the_options(struct kunit *test)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lines); i++)
		expect_runs(test, &lines[i], lines[i].len, 1);
}

static void a_command_line_comes_in_pieces_of_any_size(struct kunit *test)
{
	size_t i, size;

	for (i = 0; i < ARRAY_SIZE(lines); i++)
		for (size = 1; size < lines[i].len; size++) {
			expect_runs(test, &lines[i], size, size);
			expect_runs(test, &lines[i], size, lines[i].len);
		}
}

/* The process may have overwritten the last NUL, or the command line was cut. */
static void a_last_argument_without_a_nul_counts(struct kunit *test)
{
	struct line line = LINE("java", "java\0-cp\0x\0Main", "Main");

	line.len--;
	expect_runs(test, &line, line.len, 1);
	line.len -= 4;
	line.runs = "";
	expect_runs(test, &line, line.len, 1);
}

static void expect_last(struct kunit *test, const char *arguments, size_t len, const char *last,
			const char *runs)
{
	struct shelltrap_cmdline cmdline;

	shelltrap_cmdline_start(&cmdline, "java", false);
	shelltrap_cmdline_feed(&cmdline, arguments, len);
	shelltrap_cmdline_feed(&cmdline, last, strlen(last) + 1);
	shelltrap_cmdline_end(&cmdline);
	KUNIT_EXPECT_STREQ(test, (const char *)cmdline.runs, runs);
}

static void an_argument_over_95_bytes_is_not_known(struct kunit *test)
{
	const char *longest = repeated(test, 'x', SHELLTRAP_RUNS_MAX, "");
	const char *longer = repeated(test, 'x', SHELLTRAP_RUNS_MAX + 1, "");

	expect_last(test, "java", 5, longest, longest);
	expect_last(test, "java", 5, longer, "");
	expect_last(test, "java\0-cp", 9, repeated(test, 'x', 5000, ""), "");
	expect_last(test, repeated(test, 'x', 5000, ""), 5001, "Main", "Main");
}

static void a_long_value_of_an_option_is_skipped(struct kunit *test)
{
	struct shelltrap_cmdline cmdline;

	shelltrap_cmdline_start(&cmdline, "java", false);
	shelltrap_cmdline_feed(&cmdline, "java\0-cp", 9);
	shelltrap_cmdline_feed(&cmdline, repeated(test, 'x', 5000, ""), 5001);
	KUNIT_EXPECT_TRUE(test, shelltrap_cmdline_feed(&cmdline, "Main", 5));
	KUNIT_EXPECT_STREQ(test, (const char *)cmdline.runs, (const char *)"Main");
}

static void expect_hosted(struct kunit *test, const struct shelltrap_policy *policy,
			  const char *program, const char *runs, u64 sets)
{
	KUNIT_EXPECT_EQ_MSG(test, shelltrap_policy_hosted_sets(policy, copy_string(test, program),
							       copy_string(test, runs)), sets,
			    "%s running %s", program, runs);
}

static void a_server_is_known_by_its_runtime_and_what_it_runs(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, 8, 512);

	add_runs(test, policy, 0, "java:org.apache.catalina.*");
	add_runs(test, policy, 1, "python3*:gunicorn");
	add_runs(test, policy, 2, "python3.11:gunicorn");
	add_runs(test, policy, 3, "node:/srv/app/server.js");
	add_runs(test, policy, 3, "node:index.js");

	expect_hosted(test, policy, "java", "org.apache.catalina.startup.Bootstrap", BIT_ULL(0));
	expect_hosted(test, policy, "java", "org.apache.catalina.", BIT_ULL(0));
	expect_hosted(test, policy, "java", "org.apache.catalina", 0);
	expect_hosted(test, policy, "java8", "org.apache.catalina.startup.Bootstrap", 0);
	expect_hosted(test, policy, "python3", "gunicorn", BIT_ULL(1));
	expect_hosted(test, policy, "python3.11", "/usr/bin/gunicorn", BIT_ULL(1) | BIT_ULL(2));
	expect_hosted(test, policy, "python3.11", "/usr/bin/gunicorn3", 0);
	expect_hosted(test, policy, "python3.11", "gunicorn/", 0);
	expect_hosted(test, policy, "python3.11", "", 0);
	expect_hosted(test, policy, "node", "/srv/app/server.js", BIT_ULL(3));
	expect_hosted(test, policy, "node", "/srv/ap/server.js", 0);
	expect_hosted(test, policy, "node", "server.js", 0);
	expect_hosted(test, policy, "node", "dist/index.js", BIT_ULL(3));
	expect_hosted(test, policy, "gunicorn", "gunicorn", 0);
	expect_hosted(test, policy, "", "gunicorn", 0);
}

/* The name of a runtime alone is in no set, and neither is the name of what it runs. */
static void a_bare_runtime_is_in_no_set(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, 8, 512);

	add_runs(test, policy, 0, "java:Main");
	add_runs(test, policy, 0, "node*:app.js");
	expect_both(test, policy, "java", 0);
	expect_both(test, policy, "Main", 0);
	expect_both(test, policy, "java:Main", 0);
	expect_both(test, policy, "node18", 0);
	KUNIT_EXPECT_EQ(test, shelltrap_policy_name_sets(policy, "java", SHELLTRAP_NAME_OF_RUNTIME),
			BIT_ULL(0));
	KUNIT_EXPECT_EQ(test, shelltrap_policy_name_sets(policy, "node18",
							 SHELLTRAP_NAME_OF_RUNTIME), BIT_ULL(0));
	KUNIT_EXPECT_EQ(test, shelltrap_policy_name_sets(policy, "Main", SHELLTRAP_NAME_OF_RUNTIME),
			(u64)0);
}

static void a_name_may_be_that_of_a_server_and_of_a_runtime(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, 8, 512);

	add_name(test, policy, 1, "java");
	add_runs(test, policy, 0, "java:Main");
	expect_both(test, policy, "java", BIT_ULL(1));
	expect_hosted(test, policy, "java", "Main", BIT_ULL(0));
}

static void an_invalid_member_is_refused(struct kunit *test)
{
	static const struct {
		const char *runs;
		const char *fault;
	} bad[] = {
		{ "", "PROGRAM:WHAT" }, { "java", "PROGRAM:WHAT" }, { "java:", "PROGRAM:WHAT" },
		{ ":Main", "PROGRAM:WHAT" }, { "*:Main", "every name" }, { "java:*", "every name" },
		{ "/bin/java:Main", "'/'" }, { "java:lib/Main", "'/'" }, { "java:/srv/", "'/'" },
	};
	struct shelltrap_policy *policy = new_policy(test, 8, 1024);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		EXPECT_REFUSED(test, policy, try_member(test, policy, 0, SHELLTRAP_MEMBER_RUNS,
							bad[i].runs), bad[i].fault);
}

static void program_and_argument_have_limits(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, 8, 4096);
	char *runs = repeated(test, 'w', 2 + SHELLTRAP_RUNS_MAX + 1, "");
	char *program = repeated(test, 'p', SHELLTRAP_NAME_MAX + 1, ":w");

	memcpy(runs, "p:", 2);
	EXPECT_REFUSED(test, policy, try_member(test, policy, 0, SHELLTRAP_MEMBER_RUNS, runs),
		       "95");
	EXPECT_REFUSED(test, policy, try_member(test, policy, 0, SHELLTRAP_MEMBER_RUNS, program),
		       "255");
	runs[2 + SHELLTRAP_RUNS_MAX] = '\0';
	add_runs(test, policy, 0, runs);
	add_runs(test, policy, 0, program + 1);
	expect_hosted(test, policy, "p", runs + 2, BIT_ULL(0));
}

static void a_policy_has_at_most_256_such_members(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, SHELLTRAP_HOSTED_MAX + 2, 8192);
	char runs[16];
	int i;

	for (i = 0; i < SHELLTRAP_HOSTED_MAX; i++) {
		scnprintf(runs, sizeof(runs), "java:M%d", i);
		add_runs(test, policy, i % 2, runs);
	}
	EXPECT_REFUSED(test, policy, try_member(test, policy, 0, SHELLTRAP_MEMBER_RUNS, "java:M"),
		       "256");
	add_name(test, policy, 2, "M");
	expect_hosted(test, policy, "java", "M0", BIT_ULL(0));
	expect_hosted(test, policy, "java", "M255", BIT_ULL(1));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(what_a_runtime_runs_is_found_after_the_options),
	KUNIT_CASE(a_command_line_comes_in_pieces_of_any_size),
	KUNIT_CASE(a_last_argument_without_a_nul_counts),
	KUNIT_CASE(an_argument_over_95_bytes_is_not_known),
	KUNIT_CASE(a_long_value_of_an_option_is_skipped),
	KUNIT_CASE(a_server_is_known_by_its_runtime_and_what_it_runs),
	KUNIT_CASE(a_bare_runtime_is_in_no_set),
	KUNIT_CASE(a_name_may_be_that_of_a_server_and_of_a_runtime),
	KUNIT_CASE(an_invalid_member_is_refused),
	KUNIT_CASE(program_and_argument_have_limits),
	KUNIT_CASE(a_policy_has_at_most_256_such_members),
	{}
};

struct kunit_suite shelltrap_hosted_suite = {
	.name = "shelltrap-hosted",
	.test_cases = cases,
};
