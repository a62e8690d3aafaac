// SPDX-License-Identifier: GPL-2.0-or-later
/* Words are read with quotes and escapes, and a word that is written is read back the same. */
#include "unit.h"

#include <stdlib.h>

#include "lib/words.h"

static struct buffer out;

/* All words, each with '|' after it, and before it the number of its line where that changes. */
static const char *read_words(const char *value)
{
	struct words words;
	unsigned int line = 1;

	buffer_reset(&out);
	words_start(&words, value, 1);
	while (words_next(&words)) {
		if (words.line != line)
			buffer_printf(&out, "%u:", words.line);
		line = words.line;
		buffer_puts(&out, words.word.data);
		buffer_putc(&out, '|');
	}
	if (words.fault)
		buffer_printf(&out, "%u: fault", words.line);
	words_stop(&words);
	return out.data;
}

TEST(words_are_separated_by_whitespace)
{
	assert_string_equal(read_words("a b\t c"), "a|b|c|");
	assert_string_equal(read_words(""), "");
	assert_string_equal(read_words("\t\n a\n b c\n\td "), "2:a|3:b|c|4:d|");
}

TEST(quotes_keep_whitespace_and_escapes)
{
	assert_string_equal(read_words("'a b' \"c d\" e\\ f"), "a b|c d|e f|");
	assert_string_equal(read_words("'a\\'b '' \"\" x'y z'\"w\""), "a\\b|||xy zw|");
	assert_string_equal(read_words("\"\\\"\\\\\\x41\\n\\t\""), "\"\\A\n\t|");
}

TEST(a_fault_ends_the_list)
{
	static const char *const faults[] = {
		"'a", "\"a", "'a\nb'", "\"\\", "\"\\q\"", "\"\\x\"", "\"\\x0\"", "\"\\x00\"", "a\\",
		"a\\\nb", "#a", ";a", "\"\\xg0\"", "a'", "\"\\x", "\"\\x0",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(faults); i++)
		assert_string_equal(read_words(faults[i]), "1: fault");
	assert_string_equal(read_words("a\n b 'c"), "a|2:b|2: fault");
}

static void assert_read_back(const char *word)
{
	struct buffer text = {0};

	words_put(&text, word);
	assert_null(strchr(text.data, '\n'));
	read_words(text.data);
	assert_int_equal(out.len, strlen(word) + 1);
	assert_memory_equal(out.data, word, strlen(word));
	buffer_free(&text);
}

TEST(written_words_are_read_back)
{
	static const char *const words[] = {
		"", "sh", "/usr/bin/php-fpm8.2", "a b", "'", "\"", "\\", "it's \"it\"",
		"#a", ";", "*",
		"a\nb\tc", "\x01\x1b[2J\x7f", "\xff\xfe", "caf\xc3\xa9", "\xe2\x80\xae", "a'\xc3",
		"[x]", "=", "\\x41", "\xc3\xa9'", "$'x'", "sh -c 'id'",
	};
	char byte[2] = "";
	size_t i;

	for (i = 0; i < ARRAY_SIZE(words); i++)
		assert_read_back(words[i]);
	for (i = 1; i < 256; i++) {
		byte[0] = i;
		assert_read_back(byte);
	}
}

TEST(words_are_quoted_only_if_needed)
{
	static const struct {
		const char *word, *text;
	} cases[] = {
		{ "php-fpm*", "php-fpm*" }, { "/bin/sh", "/bin/sh" }, { "", "''" },
		{ "a b", "'a b'" }, { "a'b", "\"a'b\"" }, { "a\nb", "\"a\\nb\"" },
		{ "a\x01", "\"a\\x01\"" }, { "\xff", "\"\\xff\"" },
		{ "\xe2\x80\xae", "\"\\xe2\\x80\\xae\"" }, { "\\", "'\\'" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		buffer_reset(&out);
		words_put(&out, cases[i].word);
		assert_string_equal(out.data, cases[i].text);
	}
}

void tear_down_all(void)
{
	buffer_free(&out);
}
