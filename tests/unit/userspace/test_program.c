// SPDX-License-Identifier: GPL-2.0
/* Wrong usage is told, with what is wrong in it. */
#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "command/options.h"
#include "lib/exit.h"
#include "lib/number.h"

static void a_number_is_digits_and_nothing_else(void **state)
{
	static const char *const wrong[] = {
		"", " ", "-1", "+1", " 1", "1 ", "1x", "x", "0x10", "1e3", "1.0", "--", "\xd9\xa1",
	};
	uint64_t value = 7;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(wrong); i++)
		assert_int_equal(parse_number(wrong[i], 0, UINT64_MAX, &value), -EINVAL);
	assert_int_equal(value, 7);
}

static void a_number_is_within_its_limits(void **state)
{
	uint64_t value = 7;

	(void)state;
	assert_int_equal(parse_number("18446744073709551616", 0, UINT64_MAX, &value), -ERANGE);
	assert_int_equal(parse_number("99999999999999999999999", 0, UINT64_MAX, &value), -ERANGE);
	assert_int_equal(parse_number("0", 1, 9, &value), -ERANGE);
	assert_int_equal(parse_number("10", 1, 9, &value), -ERANGE);
	assert_int_equal(value, 7);
	assert_int_equal(parse_number("18446744073709551615", 0, UINT64_MAX, &value), 0);
	assert_true(value == UINT64_MAX);
	assert_int_equal(parse_number("007", 0, 9, &value), 0);
	assert_int_equal(value, 7);
}

/* What main() of a subcommand says on stderr, and its exit code. */
static int run(int (*command)(int, char **), char *said, size_t size, char **argv)
{
	FILE *file = tmpfile();
	int saved = dup(STDERR_FILENO);
	int argc = 0, ret;
	size_t len;

	while (argv[argc])
		argc++;
	dup2(fileno(file), STDERR_FILENO);
	optind = 0;	/* getopt_long() starts over */
	ret = command(argc, argv);
	fflush(stderr);
	dup2(saved, STDERR_FILENO);
	close(saved);
	rewind(file);
	len = fread(said, 1, size - 1, file);
	said[len] = '\0';
	fclose(file);
	return ret;
}

static void wrong_usage_names_the_wrong_argument_in_one_line(void **state)
{
	struct {
		int (*command)(int argc, char **argv);
		char *argv[4];
		const char *names;
	} cases[] = {
		{ watch_main, { "watch", "--frobnicate" }, "watch: --frobnicate" },
		{ watch_main, { "watch", "-x" }, "-x" },
		{ watch_main, { "watch", "--count", "x" }, "--count: 'x'" },
		{ watch_main, { "watch", "--count", "0" }, "--count: '0'" },
		{ watch_main, { "watch", "--count=-1" }, "--count: '-1'" },
		{ watch_main, { "watch", "--count" }, "--count: needs a value" },
		{ watch_main, { "watch", "--timeout", "1s" }, "--timeout: '1s'" },
		{ watch_main, { "watch", "--from", "" }, "--from: ''" },
		{ watch_main, { "watch", "--format", "xml" }, "--format: 'xml'" },
		{ watch_main, { "watch", "--color", "red" }, "--color: 'red'" },
		{ watch_main, { "watch", "here" }, "here: unexpected" },
		{ replay_main, { "replay", "--count", "1" }, "--count: no such option" },
		{ replay_main, { "replay", "--from", "1x" }, "--from: '1x'" },
		{ status_main, { "status", "--json", "--prometheus" }, "--json and --prometheus" },
		{ status_main, { "status", "--output", "/x" }, "--output: needs --prometheus" },
		{ status_main, { "status", "--prometheus", "--output", "x" }, "--output: 'x'" },
		{ status_main, { "status", "--json=1" }, "--json=1: takes no value" },
		{ status_main, { "status", "--json", "\033[2J" }, "\\e[2J: unexpected" },
	};
	char said[512];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		int ret = run(cases[i].command, said, sizeof(said), cases[i].argv);

		print_message("%s", said);
		assert_int_equal(ret, WRONG_USAGE);
		assert_non_null(strstr(said, cases[i].names));
		assert_non_null(strstr(said, "--help"));
		assert_ptr_equal(strchr(said, '\n'), said + strlen(said) - 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_number_is_digits_and_nothing_else),
		cmocka_unit_test(a_number_is_within_its_limits),
		cmocka_unit_test(wrong_usage_names_the_wrong_argument_in_one_line),
	};

	return cmocka_run_group_tests_name("program", tests, NULL, NULL);
}
