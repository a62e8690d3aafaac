// SPDX-License-Identifier: GPL-2.0
/* Paths are taken apart and put together as text. */
#include "unit.h"

#include <stdlib.h>

#include "lib/path.h"

TEST(the_name_is_the_last_component)
{
	assert_string_equal(path_name("/bin/sh"), "sh");
	assert_string_equal(path_name("sh"), "sh");
	assert_string_equal(path_name("./a/b"), "b");
	assert_string_equal(path_name(""), "");
}

TEST(a_path_that_ends_in_a_slash_is_its_own_name)
{
	assert_string_equal(path_name("/bin/"), "/bin/");
	assert_string_equal(path_name("/"), "/");
}

static void is_directory(const char *path, const char *expected)
{
	char *directory = path_directory(path);

	assert_string_equal(directory, expected);
	free(directory);
}

TEST(the_directory_ends_in_its_slash)
{
	is_directory("/var/lib/state", "/var/lib/");
	is_directory("/state", "/");
}

TEST(a_suffix_makes_the_path_of_a_file_beside_it)
{
	struct buffer path = path_with_suffix("/var/lib/state", ".new");

	assert_string_equal(path.data, "/var/lib/state.new");
	buffer_free(&path);
}
