// SPDX-License-Identifier: GPL-2.0
/* What an attacker names is shown as visible characters, and cannot act on a terminal. */
#include "unit.h"

#include "lib/text.h"

static struct buffer out;

static const char *safe(const char *s, enum text_charset charset)
{
	buffer_reset(&out);
	text_put(&out, s, charset);
	return out.data;
}

TEST(hostile_characters_are_shown_escaped)
{
	assert_string_equal(safe("a\n\t\r\x1b\x01\x7f", TEXT_UTF8), "a\\n\\t\\r\\e\\x01\\x7f");
	assert_string_equal(safe("\xff\xc2\x9b\xe2\x80\xae", TEXT_UTF8), "\\xff\\u{9b}\\u{202e}");
	assert_string_equal(safe("\xe2\x81\xa6\xe2\x80\x8b\xef\xbb\xbf", TEXT_UTF8),
			    "\\u{2066}\\u{200b}\\u{feff}");
	assert_string_equal(safe("\xc3\xa4\xe2\x82\xac", TEXT_UTF8), "\xc3\xa4\xe2\x82\xac");
	assert_string_equal(safe("\xc3\xa4\xe2\x82\xac", TEXT_ASCII), "\\u{e4}\\u{20ac}");
}

static const char *word(const char *s, size_t len)
{
	buffer_reset(&out);
	text_put_word(&out, s, len, TEXT_UTF8);
	return out.data;
}

TEST(an_argument_is_quoted_as_a_shell_needs_it)
{
	assert_string_equal(word("-c", 2), "-c");
	assert_string_equal(word("", 0), "''");
	assert_string_equal(word("id; uname", 9), "'id; uname'");
	assert_string_equal(word("a\\b", 3), "'a\\b'");
	assert_string_equal(word("it's", 4), "$'it\\'s'");
	assert_string_equal(word("a\nb\\c", 5), "$'a\\nb\\\\c'");
	assert_string_equal(word("\xff", 1), "$'\\xff'");
	assert_string_equal(word("~", 1), "'~'");
	assert_string_equal(word("$(id)", 5), "'$(id)'");
}

void tear_down_all(void)
{
	buffer_free(&out);
}
