// SPDX-License-Identifier: GPL-2.0
/* Options set what their table says; a message names what is wrong with them. */
#include "unit.h"

#include <stdio.h>
#include <unistd.h>

#include "command/options.h"
#include "lib/exit.h"
#include "subcommand.h"

TEST(wrong_usage_names_the_wrong_argument_in_one_line)
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
		{ status_main, { "status", "--json=1" }, "--json: '1' is not pretty" },
		{ status_main, { "status", "--prometheus=1" }, "--prometheus=1: takes no value" },
		{ status_main, { "status", "--json", "\033[2J" }, "\\e[2J: unexpected" },
	};
	const char *said;
	size_t i;
	int code;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		said = subcommand_output(STDERR_FILENO, cases[i].command, cases[i].argv, &code);
		print_message("%s", said);
		assert_int_equal(code, WRONG_USAGE);
		assert_non_null(strstr(said, cases[i].names));
		assert_non_null(strstr(said, "--help"));
		assert_ptr_equal(strchr(said, '\n'), said + strlen(said) - 1);
	}
}

struct settings {
	bool reverse;
	const char *name;
	uint64_t count;
};

static const struct command_option options[] = {
	{ "reverse", NULL, "a flag", OPTION_FLAG(struct settings, reverse), .letter = 'r' },
	{ "name", "NAME", "a string", OPTION_STRING(struct settings, name) },
	{ "count", "N", "a number", OPTION_NUMBER(struct settings, count, 1, 9), .letter = 'n' },
	{}
};

static const struct usage usage = {
	.command = "try", .synopsis = "[OPTION]...", .purpose = "Tries.", .options = options,
};

static int try_main(int argc, char **argv)
{
	struct settings settings = {0};
	int ret = options_read(&usage, &settings, argc, argv);

	if (ret >= 0)
		return ret;
	printf("%d %s %u", settings.reverse, settings.name ? settings.name : "none",
	       (unsigned int)settings.count);
	return DONE;
}

TEST(options_set_what_their_table_says_by_either_name)
{
	static const struct {
		char *argv[6];
		const char *says;
	} cases[] = {
		{ { "try" }, "0 none 0" },
		{ { "try", "--reverse", "--count", "3", "--name=x" }, "1 x 3" },
		{ { "try", "-rn", "9" }, "1 none 9" },
		{ { "try", "-n1", "-r" }, "1 none 1" },
	};
	const char *output;
	size_t i;
	int code;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		output = subcommand_output(STDOUT_FILENO, try_main, (char **)cases[i].argv, &code);
		assert_string_equal(output, cases[i].says);
		assert_int_equal(code, DONE);
	}
}

TEST(wrong_usage_of_a_short_option_is_reported)
{
	char *too_many[4] = { "try", "-n", "10" };
	char *no_value[3] = { "try", "-n" };
	int code;

	assert_non_null(strstr(subcommand_output(STDERR_FILENO, try_main, too_many, &code),
			       "--count: '10' is not between 1 and 9"));
	assert_int_equal(code, WRONG_USAGE);
	assert_non_null(strstr(subcommand_output(STDERR_FILENO, try_main, no_value, &code),
			       "-n: needs a value"));
	assert_int_equal(code, WRONG_USAGE);
}

TEST(help_has_every_option_with_its_letter)
{
	char *argv[3] = { "try", "--help" };
	int code;

	assert_string_equal(subcommand_output(STDOUT_FILENO, try_main, argv, &code),
			    "Usage: shelltrap try [OPTION]...\n"
			    "Tries.\n"
			    "\n"
			    "  -r, --reverse  a flag\n"
			    "  --name NAME    a string\n"
			    "  -n, --count N  a number\n"
			    "  -q, --quiet    print only what was asked for, and errors\n"
			    "  -h, --help     print this text\n"
			    "  -v, --version  print the program's version\n");
	assert_int_equal(code, DONE);
}
