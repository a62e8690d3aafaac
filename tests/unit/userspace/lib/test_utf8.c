// SPDX-License-Identifier: GPL-2.0
/* Bytes that are not UTF-8 are escaped such that they can be recovered. */
#include "unit.h"

#include <ctype.h>
#include <stdlib.h>

#include "lib/utf8.h"

static struct buffer out;

static const char *escaped(const char *s, size_t len)
{
	buffer_reset(&out);
	utf8_escape(&out, s, len);
	return len ? out.data : "";
}

#define ESCAPED(literal) escaped(literal, sizeof(literal) - 1)

TEST(bytes_that_are_not_utf8_become_backslash_x)
{
	assert_string_equal(ESCAPED("plain \\ text \\n \xc3\xa4 \xe2\x82\xac \xf0\x9f\x90\x9a"),
			    "plain \\ text \\n \xc3\xa4 \xe2\x82\xac \xf0\x9f\x90\x9a");
	assert_string_equal(ESCAPED("\xff"), "\\xff");
	assert_string_equal(ESCAPED("\xc0\xaf"), "\\xc0\\xaf");			/* overlong */
	assert_string_equal(ESCAPED("\xe0\x80\xaf"), "\\xe0\\x80\\xaf");	/* overlong */
	assert_string_equal(ESCAPED("\xed\xa0\x80"), "\\xed\\xa0\\x80");	/* surrogate */
	assert_string_equal(ESCAPED("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");
	assert_string_equal(ESCAPED("\xe2\x82"), "\\xe2\\x82");			/* cut */
	assert_string_equal(ESCAPED("\xe2\x82x"), "\\xe2\\x82x");
	assert_string_equal(ESCAPED("\\xff \\xfg \\\\x41"), "\\x5cxff \\xfg \\\\x5cx41");
}

static size_t decode(const char *s, char *into)
{
	char *at = into;

	while (*s) {
		if (s[0] == '\\' && s[1] == 'x' && isxdigit((unsigned char)s[2]) &&
		    isxdigit((unsigned char)s[3])) {
			char digits[] = { s[2], s[3], '\0' };

			*at++ = strtoul(digits, NULL, 16);
			s += 4;
		} else {
			*at++ = *s++;
		}
	}
	return at - into;
}

static void check_recovery(const char *text, size_t len)
{
	const char *written = escaped(text, len);
	char *back = malloc(strlen(written) + 1);
	size_t i, length;
	uint32_t c;

	assert_int_equal(decode(written, back), len);
	assert_memory_equal(back, text, len);
	free(back);
	for (i = 0; written[i]; i += length) {
		length = utf8_decode(written + i, strlen(written + i), &c);
		assert_int_not_equal(length, 0);
	}
}

TEST(any_bytes_can_be_recovered)
{
	static const char *const parts[] = {
		"\\", "\\", "x", "X", "0", "f", "F", "c", "C", "5",
		"\xff", "\xc3", "\xa4", "\xe2", "\x82", "\xac", "\xed", "\xa0",
	};

	try_random_texts(100000, 24, parts, ARRAY_SIZE(parts), check_recovery);
}

void tear_down_all(void)
{
	buffer_free(&out);
}
