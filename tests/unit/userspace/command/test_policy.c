// SPDX-License-Identifier: GPL-2.0-or-later
/* policy check: each bad policy is refused with exactly the lines of its .expected file. */
#include "command/options.h"
#include "unit.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files.h"
#include "lib/exit.h"
#include "subcommand.h"

static void assert_refused_with(char *path, const char *expected)
{
	char *argv[5] = { "policy", "check", "--replace", path };
	const char *said;
	int code;

	said = subcommand_output(STDERR_FILENO, policy_main, argv, &code);
	if (strcmp(said, expected))
		print_error("%s:\n", path);
	assert_string_equal(said, expected);
	assert_int_equal(code, WRONG_USAGE);
}

static int is_policy(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return dot && !strcmp(dot, ".conf");
}

static void read_expected(const char *policy, char *expected, size_t size)
{
	char path[512];
	FILE *file;
	size_t len;

	snprintf(path, sizeof(path), "%.*s.expected", (int)strcspn(policy, "."), policy);
	file = fopen(path, "r");
	assert_non_null(file);
	len = fread(expected, 1, size - 1, file);
	expected[len] = '\0';
	fclose(file);
}

TEST(each_bad_policy_is_refused_with_the_expected_lines)
{
	struct dirent **entries;
	char expected[4096];
	int count, i;

	assert_int_equal(chdir(BAD_POLICIES), 0);
	count = scandir(".", &entries, is_policy, alphasort);
	assert_true(count >= 30);
	for (i = 0; i < count; i++) {
		read_expected(entries[i]->d_name, expected, sizeof(expected));
		assert_refused_with(entries[i]->d_name, expected);
		free(entries[i]);
	}
	free(entries);
}

TEST(a_missing_file_is_reported)
{
	assert_refused_with("nowhere.conf", "nowhere.conf: No such file or directory\n");
	assert_refused_with("/dev/null/x", "/dev/null/x: Not a directory\n");
}

TEST(a_directory_is_refused)
{
	assert_refused_with("/tmp", "/tmp: reading failed: Is a directory\n");
}

TEST(an_unreadable_file_is_reported)
{
	bool root = !geteuid();

	files_write_text("secret.conf", "[set a]\n");
	assert_int_equal(chmod("secret.conf", 0), 0);
	assert_int_equal(chmod(".", 0711), 0);
	if (root)
		assert_int_equal(seteuid(65534), 0);
	assert_refused_with("secret.conf", "secret.conf: Permission denied\n");
	if (root)
		assert_int_equal(seteuid(0), 0);
}

TEST(a_file_over_8_mib_is_refused)
{
	files_write_text("large.conf", "# ");
	assert_int_equal(truncate("large.conf", 100 << 20), 0);
	assert_refused_with("large.conf", "large.conf: the file is larger than 8 MiB\n");
	assert_refused_with("/dev/zero", "/dev/zero: the file is larger than 8 MiB\n");
}

TEST(faults_of_all_files_are_reported)
{
	char *argv[7] = { "policy", "check", "--replace", "a", "b", "c\n" };
	int code;

	files_write_text("a", "x\n[set a]\ny\n");
	files_write_text("b", "x\n");
	assert_string_equal(subcommand_output(STDERR_FILENO, policy_main, argv, &code),
			    "a:1: neither a [section] nor 'key = value'\n"
			    "a:3: neither a [section] nor 'key = value'\n"
			    "b:1: neither a [section] nor 'key = value'\n"
			    "c\\n: No such file or directory\n");
	assert_int_equal(code, WRONG_USAGE);
}

TEST(a_valid_policy_is_summed_up)
{
	char *argv[5] = { "policy", "check", "--replace", "shipped" };
	int code;

	/* What this machine lists as shells may be more. */
	assert_int_equal(system("sed '/^lists = /d' " SHIPPED_POLICY " > shipped"), 0);
	assert_string_equal(subcommand_output(STDOUT_FILENO, policy_main, argv, &code),
			    "7 sets, 437 names, 11 rules: fine\n");
	assert_int_equal(code, DONE);
}

TEST(wrong_usage_names_the_help)
{
	static char *commands[][4] = {
		{ "policy" },
		{ "policy", "chekc" },
		{ "policy", "show", "x" },
		{ "policy", "explain" },
		{ "policy", "explain", "--target" },
		{ "policy", "check", "--file=x" },
		{ "policy", "check", "--enforce" },
		{ "policy", "load", "--observe=0" },
		{ "policy", "load", "--observe=525601" },
		{ "policy", "load", "--observe=1h" },
		{ "policy", "load", "--observe" },
		{ "policy", "load", "--enforce=yes" },
		{ "policy", "load", "--enforce", "--dry-run" },
		{ "policy", "load", "--dry-run", "--observe=5" },
		{ "policy", "--file" },
	};

	subcommand_assert_wrong_usage(policy_main, commands, ARRAY_SIZE(commands));
}

void set_up(void)
{
	files_set_up();
}

void tear_down(void)
{
	files_tear_down();
}
