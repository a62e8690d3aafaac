// SPDX-License-Identifier: GPL-2.0
/*
 * Variables that put code into a program: each is found wherever it is in the environment, and
 * equal ones have equal hashes.
 */
#include <linux/string.h>

#include "suites.h"
#include "../../module/variables.c"

/* Feeds the environment in pieces of @piece bytes. */
static void scan(struct shelltrap_variables *variables, const char *bytes, size_t len,
		 size_t piece)
{
	size_t step;

	memset(variables, 0, sizeof(*variables));
	for (; len; bytes += step, len -= step) {
		step = min(len, piece);
		shelltrap_variables_feed(variables, bytes, step);
	}
}

static void a_variable_is_found_wherever_a_piece_ends(struct kunit *test)
{
	static const char bytes[] = "HOME=/\0LANG=C.UTF-8 and more than eight\0"
				    "LD_PRELOAD=/tmp/x.so\0LD_PRELOADED=/tmp/x\0X=LD_AUDIT=/tmp/x\0"
				    "=\0\0L\0PERL5LIB=/tmp";
	struct shelltrap_variables variables;
	u64 hash = 0;
	size_t piece;

	for (piece = 1; piece <= sizeof(bytes); piece++) {
		scan(&variables, bytes, sizeof(bytes), piece);
		KUNIT_ASSERT_EQ(test, variables.nr, 2U);
		KUNIT_EXPECT_STREQ(test, bytes + variables.found[0].start, "LD_PRELOAD=/tmp/x.so");
		KUNIT_EXPECT_EQ(test, (size_t)variables.found[0].len,
				strlen("LD_PRELOAD=/tmp/x.so"));
		KUNIT_EXPECT_STREQ(test, bytes + variables.found[1].start, "PERL5LIB=/tmp");
		KUNIT_EXPECT_TRUE(test, shelltrap_variables_end(&variables));
		hash = hash ?: variables.found[0].hash;
		KUNIT_EXPECT_EQ(test, variables.found[0].hash, hash);
	}
}

/* A string literal with its NUL. */
#define HASH_OF(test, text)	hash_of(test, text, sizeof(text))

static u64 hash_of(struct kunit *test, const char *bytes, size_t len)
{
	struct shelltrap_variables variables;

	scan(&variables, bytes, len, 128);
	KUNIT_EXPECT_EQ(test, variables.nr, 1U);
	return variables.found[0].hash;
}

static void only_equal_variables_have_one_hash(struct kunit *test)
{
	u64 hash = HASH_OF(test, "LD_PRELOAD=/a");

	KUNIT_EXPECT_EQ(test, hash, HASH_OF(test, "A=1\0LD_PRELOAD=/a\0B=2"));
	KUNIT_EXPECT_NE(test, hash, HASH_OF(test, "LD_PRELOAD=/b"));
	KUNIT_EXPECT_NE(test, hash, HASH_OF(test, "LD_PRELOAD=/a:"));
	KUNIT_EXPECT_NE(test, hash, HASH_OF(test, "LD_AUDIT=/a"));
	KUNIT_EXPECT_NE(test, HASH_OF(test, "LD_AUDIT=/a/long/path/to/x"),
			HASH_OF(test, "LD_AUDIT=/a/long/path/to/y"));
}

static void every_known_name_is_found(struct kunit *test)
{
	struct shelltrap_variables variables;
	char bytes[64];
	unsigned int i;
	int len;

	for (i = 0; i < ARRAY_SIZE(known); i++) {
		len = snprintf(bytes, sizeof(bytes), "%s=/x", known[i].name);
		scan(&variables, bytes, len + 1, 7);
		KUNIT_EXPECT_EQ_MSG(test, variables.nr, 1U, "%s", known[i].name);
		KUNIT_EXPECT_EQ(test, variables.found[0].which, (u8)i);
	}
}

static void more_variables_than_fit_are_counted(struct kunit *test)
{
	static const char bytes[] = "LD_PRELOAD=/some/where.so";
	struct shelltrap_variables variables = { .nr = 0 };
	unsigned int i;

	for (i = 0; i < SHELLTRAP_VARIABLES_MAX + 3; i++)
		shelltrap_variables_feed(&variables, bytes, sizeof(bytes));
	KUNIT_EXPECT_EQ(test, variables.nr, SHELLTRAP_VARIABLES_MAX + 3U);
}

static void an_environment_without_its_end_is_noticed(struct kunit *test)
{
	struct shelltrap_variables variables;

	scan(&variables, "A=1\0LD_PRELOAD=/a", 17, 128);
	KUNIT_EXPECT_FALSE(test, shelltrap_variables_end(&variables));
	scan(&variables, "", 0, 128);
	KUNIT_EXPECT_TRUE(test, shelltrap_variables_end(&variables));
}

static void an_interpreters_variable_matters_to_it_alone(struct kunit *test)
{
	static const char bytes[] = "PYTHONPATH=/a\0LD_AUDIT=/b";
	struct shelltrap_variables variables;

	scan(&variables, bytes, sizeof(bytes), 128);
	KUNIT_ASSERT_EQ(test, variables.nr, 2U);
	KUNIT_EXPECT_TRUE(test, shelltrap_variable_matters(&variables.found[0], "python3.11"));
	KUNIT_EXPECT_FALSE(test, shelltrap_variable_matters(&variables.found[0], "convert"));
	KUNIT_EXPECT_TRUE(test, shelltrap_variable_matters(&variables.found[1], "convert"));
}

/* @paths: those that are found, each with a '|'. */
static void expect_paths(struct kunit *test, const char *text, const char *paths)
{
	char found[128] = "";
	const char *at, *path;
	enum shelltrap_value kind = shelltrap_variable_value(text, &at);
	size_t len, used = 0;

	while ((path = shelltrap_variable_path(&at, kind, &len)))
		used += snprintf(found + used, sizeof(found) - used, "%.*s|", (int)len, path);
	KUNIT_EXPECT_STREQ_MSG(test, found, paths, "%s", text);
}

static void the_paths_of_a_value_are_found(struct kunit *test)
{
	expect_paths(test, "LD_PRELOAD=/a.so:/b.so c.so ./d.so", "/a.so|/b.so|./d.so|");
	expect_paths(test, "LD_PRELOAD=libjemalloc.so.2", "");
	expect_paths(test, "LD_LIBRARY_PATH=/a:", "/a||");
	expect_paths(test, "LD_LIBRARY_PATH=/a;lib::/b", "/a|lib||/b|");
	expect_paths(test, "OPENSSL_CONF=x.cnf", "x.cnf|");
	expect_paths(test, "PERL5OPT=-I/tmp/x -Mstrict", "/tmp/x|");
	expect_paths(test, "RUBYOPT=-r../x -W0", "../x|");
	expect_paths(test, "NODE_OPTIONS=--require=\"./a b.js\" --max-old-space-size=4096", "./a|");
	expect_paths(test, "JAVA_TOOL_OPTIONS=-javaagent:/tmp/x.jar=a,b", "/tmp/x.jar|");
}

static struct kunit_case cases[] = {
	KUNIT_CASE(a_variable_is_found_wherever_a_piece_ends),
	KUNIT_CASE(only_equal_variables_have_one_hash),
	KUNIT_CASE(every_known_name_is_found),
	KUNIT_CASE(more_variables_than_fit_are_counted),
	KUNIT_CASE(an_environment_without_its_end_is_noticed),
	KUNIT_CASE(an_interpreters_variable_matters_to_it_alone),
	KUNIT_CASE(the_paths_of_a_value_are_found),
	{}
};

struct kunit_suite shelltrap_variables_suite = {
	.name = "shelltrap-variables",
	.test_cases = cases,
};
