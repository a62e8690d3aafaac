// SPDX-License-Identifier: GPL-2.0
/* A message about wrong usage names the wrong argument. */
#include "unit.h"

#include <stdio.h>
#include <unistd.h>

#include "command/options.h"
#include "files.h"
#include "lib/exit.h"

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
		{ status_main, { "status", "--json=1" }, "--json=1: takes no value" },
		{ status_main, { "status", "--json", "\033[2J" }, "\\e[2J: unexpected" },
	};
	const char *said;
	size_t i;
	int code;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		said = files_said(STDERR_FILENO, cases[i].command, cases[i].argv, &code);
		print_message("%s", said);
		assert_int_equal(code, WRONG_USAGE);
		assert_non_null(strstr(said, cases[i].names));
		assert_non_null(strstr(said, "--help"));
		assert_ptr_equal(strchr(said, '\n'), said + strlen(said) - 1);
	}
}
