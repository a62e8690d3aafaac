// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/text.h"

#include <langinfo.h>
#include <string.h>

#include "lib/utf8.h"
#include "lib/util.h"

enum text_charset text_charset(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") ? TEXT_ASCII : TEXT_UTF8;
}

/*
 * All of Unicode's Cc, Bidi_Control and Default_Ignorable_Code_Point. In addition U+2028
 * and U+2029, which break a line, and U+FFF9 to U+FFFF: annotation controls, two
 * replacement characters, and two code points that are no characters. Sorted.
 */
static const struct {
	uint32_t first, last;
} hostile[] = {
	{ 0x00, 0x1f }, { 0x7f, 0x9f },
	{ 0xad, 0xad },			/* soft hyphen */
	{ 0x034f, 0x034f },		/* combining grapheme joiner */
	{ 0x061c, 0x061c },		/* Arabic letter mark: bidi */
	{ 0x115f, 0x1160 },		/* Hangul fillers */
	{ 0x17b4, 0x17b5 },		/* invisible Khmer vowels */
	{ 0x180b, 0x180f },		/* Mongolian selectors and separator */
	{ 0x200b, 0x200f },		/* zero width, bidi marks */
	{ 0x2028, 0x202e },		/* line, paragraph; bidi embeddings */
	{ 0x2060, 0x206f },		/* invisible operators, bidi isolates */
	{ 0x3164, 0x3164 },		/* Hangul filler */
	{ 0xfe00, 0xfe0f },		/* variation selectors */
	{ 0xfeff, 0xfeff },		/* byte order mark */
	{ 0xffa0, 0xffa0 },		/* Hangul filler */
	{ 0xfff0, 0xffff },		/* specials, non-characters */
	{ 0x1bca0, 0x1bca3 },		/* shorthand format controls */
	{ 0x1d173, 0x1d17a },		/* musical beams, ties, slurs, phrases */
	{ 0xe0000, 0xe0fff },		/* tags, variation selectors */
};

bool text_is_hostile(uint32_t c)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(hostile) && hostile[i].first <= c; i++)
		if (c <= hostile[i].last)
			return true;
	return false;
}

static void text_put_escaped(struct buffer *out, uint32_t c)
{
	switch (c) {
	case '\n':
		buffer_puts(out, "\\n");
		break;
	case '\t':
		buffer_puts(out, "\\t");
		break;
	case '\r':
		buffer_puts(out, "\\r");
		break;
	case 0x1b:
		buffer_puts(out, "\\e");
		break;
	default:
		buffer_printf(out, c < 0x80 ? "\\x%02x" : "\\u{%x}", c);
	}
}

static bool text_is_shown_raw(uint32_t c, enum text_charset charset)
{
	return !text_is_hostile(c) && (c < 0x80 || charset == TEXT_UTF8);
}

/*
 * Adds the first character of s and returns its length in bytes. In quoted text the
 * quote and the backslash are escaped, too.
 */
static size_t text_put_character(struct buffer *out, const char *s, size_t len,
				 enum text_charset charset, bool quoted)
{
	uint32_t c;
	size_t length = utf8_decode(s, len, &c);

	if (!length) {
		buffer_printf(out, "\\x%02x", (unsigned char)*s);
		return 1;
	}
	if (quoted && (c == '\'' || c == '\\'))
		buffer_putc(out, '\\');
	if (text_is_shown_raw(c, charset))
		buffer_add(out, s, length);
	else
		text_put_escaped(out, c);
	return length;
}

static void text_put_characters(struct buffer *out, const char *s, size_t len,
				enum text_charset charset, bool quoted)
{
	while (len) {
		size_t length = text_put_character(out, s, len, charset, quoted);

		s += length;
		len -= length;
	}
}

void text_put(struct buffer *out, const char *s, enum text_charset charset)
{
	text_put_bytes(out, s, strlen(s), charset);
}

void text_put_bytes(struct buffer *out, const char *s, size_t len, enum text_charset charset)
{
	text_put_characters(out, s, len, charset, false);
}

enum quoting {
	QUOTING_NONE,
	QUOTING_SINGLE,
	QUOTING_ESCAPES,
};

static bool text_is_plain_in_shell(uint32_t c)
{
	if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
		return true;
	return c >= 0x80 || (c && strchr("%+,-./:=@_", c));
}

static enum quoting text_quoting_needed(const char *s, size_t len, enum text_charset charset)
{
	enum quoting needed = len ? QUOTING_NONE : QUOTING_SINGLE;

	while (len) {
		uint32_t c;
		size_t length = utf8_decode(s, len, &c);

		if (!length || !text_is_shown_raw(c, charset) || c == '\'')
			return QUOTING_ESCAPES;
		if (!text_is_plain_in_shell(c))
			needed = QUOTING_SINGLE;
		s += length;
		len -= length;
	}
	return needed;
}

void text_put_word(struct buffer *out, const char *s, size_t len, enum text_charset charset)
{
	enum quoting quoting = text_quoting_needed(s, len, charset);

	if (quoting == QUOTING_ESCAPES)
		buffer_putc(out, '$');
	if (quoting != QUOTING_NONE)
		buffer_putc(out, '\'');
	text_put_characters(out, s, len, charset, quoting == QUOTING_ESCAPES);
	if (quoting != QUOTING_NONE)
		buffer_putc(out, '\'');
}
