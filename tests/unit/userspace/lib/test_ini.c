// SPDX-License-Identifier: GPL-2.0-or-later
/* Sections, keys, values and faults come with the numbers of their lines. */
#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files.h"
#include "lib/ini.h"

static struct ini ini;
static struct buffer faults;

static int read_text(const char *text)
{
	files_write_text("x", text);
	buffer_reset(&faults);
	return ini_read(&ini, "x", &faults);
}

static void assert_entry_is(unsigned int number, unsigned int section, unsigned int line,
			    const char *key, const char *value)
{
	const struct ini_entry *entry = &ini.entries[number];

	assert_true(number < ini.nr_entries);
	assert_int_equal(entry->section, section);
	assert_int_equal(entry->line, line);
	assert_string_equal(entry->key, key);
	assert_string_equal(entry->value, value);
}

TEST(sections_keys_and_values_come_with_their_lines)
{
	assert_int_equal(read_text("# c\n[ set  a ]\n\nkey = v ; w = # x\t\nk2=\n; c\n[rule]\n"
				   "[set  a]\r\nKEY\t=\tz\r\n"), 0);
	assert_int_equal(ini.nr_sections, 3);
	assert_string_equal(ini.sections[0].name, "set  a");
	assert_int_equal(ini.sections[0].line, 2);
	assert_string_equal(ini.sections[1].name, "rule");
	assert_string_equal(ini.sections[2].name, "set  a");
	assert_int_equal(ini.sections[2].line, 8);
	assert_int_equal(ini.nr_entries, 3);
	assert_entry_is(0, 0, 4, "key", "v ; w = # x");
	assert_entry_is(1, 0, 5, "k2", "");
	assert_entry_is(2, 2, 9, "KEY", "z");
	ini_free(&ini);
}

TEST(names_are_case_sensitive)
{
	assert_int_equal(read_text("[a]\nk = 1\nK = 2\n[A]\nk = 3\n[default]\nk = 4\n"), 0);
	assert_int_equal(ini.nr_sections, 3);
	assert_entry_is(0, 0, 2, "k", "1");
	assert_entry_is(1, 0, 3, "K", "2");
	assert_entry_is(2, 1, 5, "k", "3");
	ini_free(&ini);
}

TEST(a_section_may_have_any_name)
{
	assert_int_equal(read_text("[a!b]\nk = 1\n[\xc3\xa9]\nk = 2\n[0]\nk = 3\n[a!b]\nk = 4\n"
				   "[]]\nk = \xc3\xa9\n"), 0);
	assert_string_equal(ini.sections[1].name, "\xc3\xa9");
	assert_string_equal(ini.sections[4].name, "]");
	assert_entry_is(0, 0, 2, "k", "1");
	assert_entry_is(1, 1, 4, "k", "2");
	assert_entry_is(2, 2, 6, "k", "3");
	assert_entry_is(3, 3, 8, "k", "4");
	assert_entry_is(4, 4, 10, "k", "\xc3\xa9");
	ini_free(&ini);
}

TEST(an_indented_line_continues_a_value)
{
	assert_int_equal(read_text("[a]\nk = 1\n  2 3\n\t[4] [\n '#5'\nl =\n 6"), 0);
	assert_entry_is(0, 0, 2, "k", "1\n2 3\n[4] [\n'#5'");
	assert_entry_is(1, 0, 6, "l", "\n6");
	ini_free(&ini);
}

TEST(an_indented_comment_between_values_is_a_comment)
{
	assert_int_equal(read_text("\xef\xbb\xbf  # c\n[a]\n  ; c\nk = 1\n\n  # c\nl = 2\n"), 0);
	assert_entry_is(0, 0, 4, "k", "1");
	assert_entry_is(1, 0, 7, "l", "2");
	ini_free(&ini);
}

TEST(an_indented_key_section_or_comment_is_not_swallowed)
{
	static const char *const lines[] = {
		"  b = 2", "\tB_1=", " b =c", " [b]", "\t[set b]", "  # b", " ;b",
	};
	char text[64];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lines); i++) {
		snprintf(text, sizeof(text), "[a]\nk = 1\n%s\n", lines[i]);
		assert_int_equal(read_text(text), -EINVAL);
		assert_memory_equal(faults.data, "x:3: ", 5);
		assert_non_null(strstr(faults.data, "begins with whitespace continues the value"));
		assert_non_null(strstr(faults.data, "quote the first word"));
		ini_free(&ini);
	}
}

TEST(an_indented_word_that_is_quoted_continues_a_value)
{
	assert_int_equal(read_text("[a]\nk = 1\n 'b' = 2\n '[b]'\n --c=d\n"), 0);
	assert_entry_is(0, 0, 2, "k", "1\n'b' = 2\n'[b]'\n--c=d");
	ini_free(&ini);
}

TEST(utf_16_is_named)
{
	static const char *const texts[] = { "\xff\xfe[\0", "\xfe\xff\0[", "[\0a\0", "\0[\0a" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(texts); i++) {
		files_write("x", texts[i], 4);
		buffer_reset(&faults);
		assert_int_equal(ini_read(&ini, "x", &faults), -EINVAL);
		assert_string_equal(faults.data, "x: the file is UTF-16; save it as UTF-8, for "
				    "example with iconv -f UTF-16\n");
		ini_free(&ini);
	}
}

TEST(a_file_without_entries_is_valid)
{
	static const char *const texts[] = { "", "\n", "#", "\n\n;x\n", "\xef\xbb\xbf" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(texts); i++) {
		assert_int_equal(read_text(texts[i]), 0);
		assert_int_equal(ini.nr_sections + ini.nr_entries, 0);
		ini_free(&ini);
	}
}

TEST(a_fault_is_reported_with_its_line)
{
	static const struct {
		const char *text, *fault;
	} cases[] = {
		{ "a = 1\n", "x:1: outside of any [section]\n" },
		{ "[a\nb\n", "x:1: a section ends with ']'\n"
			     "x:2: neither a [section] nor 'key = value'\n" },
		{ "[a] b\n", "x:1: only the end of the line may follow ']'; a comment needs a line "
			    "of its own\n" },
		{ "[a] # b\n", "x:1: only the end of the line may follow ']'; a comment needs a "
			      "line of its own\n" },
		{ "[", "x:1: a section ends with ']'\n" },
		{ "[ ]\n", "x:1: no such section: []\n" },
		{ "[a]\n=\n", "x:2: no key before the '='\n" },
		{ "[a]\nb!=1\n", "x:2: the name of a key is letters, digits and '_'\n" },
		{ "[a]\n\xc3\xa9=1\n", "x:2: the name of a key is letters, digits and '_'\n" },
		{ "[a]\nb=1\nB=2\nb=3\n", "x:4: b is set twice\n" },
		{ "[a]\n b=1\n", "x:2: begins with whitespace, but there is no value before it to "
				 "continue; remove the whitespace\n" },
		{ "[a]\nb=\x01\n", "x:2: a control character\n" },
		{ "[a]\nb=\xc3\n", "x:2: not UTF-8\n" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(read_text(cases[i].text), -EINVAL);
		assert_string_equal(faults.data, cases[i].fault);
		ini_free(&ini);
	}
}

TEST(long_names_are_refused_or_kept_whole)
{
	char text[6000] = "[";

	memset(text + 1, 'x', 1000);
	strcpy(text + 1001, "]\nk=1\n");
	assert_int_equal(read_text(text), 0);
	assert_entry_is(0, 0, 2, "k", "1");
	ini_free(&ini);
	memset(text + 1, 'x', 4000);
	strcpy(text + 4001, "]\nk=1\n");
	assert_int_equal(read_text(text), 0);
	assert_int_equal(strlen(ini.sections[0].name), 4000);
	ini_free(&ini);
	strcpy(text, "[a]\n");
	memset(text + 4, 'x', 4000);
	strcpy(text + 4004, "=1\n");
	assert_int_equal(read_text(text), -EINVAL);
	assert_string_equal(faults.data, "x:2: the name of a key is too long\n");
	ini_free(&ini);
}

TEST(too_many_entries_or_faults_end_the_reading)
{
	struct buffer text = {0};
	int i;

	buffer_puts(&text, "[a]\n");
	for (i = 0; i < INI_LINES_MAX; i++)
		buffer_puts(&text, "k=1\n");
	assert_int_equal(read_text(text.data), -EINVAL);
	assert_string_equal(faults.data, "x:8193: more than 8192 sections and keys\n");
	ini_free(&ini);
	buffer_reset(&text);
	for (i = 0; i < 1000; i++)
		buffer_puts(&text, "junk\n");
	assert_int_equal(read_text(text.data), -EINVAL);
	assert_null(strstr(faults.data, "x:21:"));
	ini_free(&ini);
	buffer_free(&text);
}

void set_up_all(void)
{
	files_set_up();
}

void tear_down_all(void)
{
	buffer_free(&faults);
	files_tear_down();
}
