// SPDX-License-Identifier: GPL-2.0
/* What an attacker names is shown as visible characters, and cannot act on a terminal. */
#include "unit.h"

#include <stdio.h>

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

#define UNICODE "/usr/share/unicode/"
#define CODE_POINTS 0x110000

/* Marks the code points that have a property, from a file of Unicode's own data. */
static void mark_property(const char *path, const char *property, bool *marked)
{
	char line[512], name[64];
	unsigned int first, last, nr = 0;
	FILE *file = fopen(path, "r");

	assert_non_null(file);
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%x..%x ; %63[A-Za-z_]", &first, &last, name) != 3) {
			if (sscanf(line, "%x ; %63[A-Za-z_]", &first, name) != 2)
				continue;
			last = first;
		}
		if (strcmp(name, property))
			continue;
		assert_true(first <= last && last < CODE_POINTS);
		memset(marked + first, true, (last - first + 1) * sizeof(*marked));
		nr++;
	}
	fclose(file);
	assert_true(nr > 0);
}

/* Hostile without one of the properties; the reasons stand at the table in text.c. */
static bool is_hostile_beside_unicode(uint32_t c)
{
	/* U+180F has its property since Unicode 14, and Debian 11 knows 13. */
	return c == 0x2028 || c == 0x2029 || (c >= 0xfff9 && c <= 0xffff) || c == 0x180f;
}

/*
 * Other format characters (Cf) are not hostile: they show, such as the signs before Arabic
 * numbers, or lay out hieroglyphs.
 */
TEST(what_unicode_calls_invisible_bidi_or_control_is_hostile)
{
	static bool marked[CODE_POINTS];
	uint32_t c;

	mark_property(UNICODE "DerivedCoreProperties.txt", "Default_Ignorable_Code_Point", marked);
	mark_property(UNICODE "PropList.txt", "Bidi_Control", marked);
	mark_property(UNICODE "extracted/DerivedGeneralCategory.txt", "Cc", marked);
	for (c = 0; c < CODE_POINTS; c++)
		if (text_is_hostile(c) != (marked[c] || is_hostile_beside_unicode(c)))
			fail_msg("U+%04X: hostile %d, in Unicode %d", c, text_is_hostile(c),
				 marked[c]);
}

void tear_down_all(void)
{
	buffer_free(&out);
}
