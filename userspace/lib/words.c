// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/words.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

#include "lib/text.h"
#include "lib/utf8.h"

void words_start(struct words *words, const char *value, unsigned int line)
{
	*words = (struct words){ .at = value, .next_line = line, .line = line };
}

void words_stop(struct words *words)
{
	buffer_free(&words->word);
}

static bool words_fail(struct words *words, const char *fault)
{
	words->fault = fault;
	return false;
}

static void words_skip_whitespace(struct words *words)
{
	for (; isspace((unsigned char)*words->at); words->at++)
		words->next_line += *words->at == '\n';
}

static int words_hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "at" is after "\x". */
static bool words_take_hex(struct words *words)
{
	int high = words_hex_digit(words->at[0]);
	int low = high < 0 ? -1 : words_hex_digit(words->at[1]);

	if (low < 0)
		return words_fail(words, "after \\x there must be two hexadecimal digits");
	if (!(high << 4 | low))
		return words_fail(words, "a word cannot hold a NUL");
	buffer_putc(&words->word, high << 4 | low);
	words->at += 2;
	return true;
}

/* "at" is after a backslash in double quotes. */
static bool words_take_escape(struct words *words)
{
	char c = *words->at++;

	switch (c) {
	case 'x':
		return words_take_hex(words);
	case 'n':
		c = '\n';
		break;
	case 't':
		c = '\t';
		break;
	case '"':
	case '\\':
		break;
	default:
		return words_fail(words, "no such escape in double quotes: "
				  "use \\\\, \\\", \\n, \\t, \\xHH");
	}
	buffer_putc(&words->word, c);
	return true;
}

/* A quoted part must end before the end of its line. */
static bool words_take_quoted(struct words *words, char quote)
{
	words->quoted = true;
	while (*words->at != quote) {
		if (!*words->at || *words->at == '\n')
			return words_fail(words, "a quote must end on the line that it begins on");
		if (quote == '"' && *words->at == '\\') {
			words->at++;
			if (!words_take_escape(words))
				return false;
			continue;
		}
		buffer_putc(&words->word, *words->at++);
	}
	words->at++;
	return true;
}

static bool words_take_part(struct words *words)
{
	char c = *words->at++;

	if (c == '\'' || c == '"')
		return words_take_quoted(words, c);
	if (c == '\\') {
		c = *words->at;
		if (!c || c == '\n')
			return words_fail(words, "a backslash must have a character after it");
		words->at++;
		words->quoted = true;
	}
	buffer_putc(&words->word, c);
	return true;
}

bool words_next(struct words *words)
{
	if (words->fault)
		return false;
	words_skip_whitespace(words);
	words->line = words->next_line;
	words->quoted = false;
	buffer_reset(&words->word);
	if (!*words->at)
		return false;
	if (*words->at == '#' || *words->at == ';')
		return words_fail(words, "comments must be on a line of their own; "
				  "quote '#' or ';' to use it literally");
	buffer_add(&words->word, "", 0);
	while (*words->at && !isspace((unsigned char)*words->at))
		if (!words_take_part(words))
			return false;
	return true;
}

const char *words_join(struct buffer *out, const char *value)
{
	struct words words;
	const char *fault, *space = "";

	words_start(&words, value, 1);
	for (; words_next(&words); space = " ")
		buffer_printf(out, "%s%s", space, words.word.data);
	fault = words.fault;
	words_stop(&words);
	return fault;
}

static bool words_is_bare(const char *word)
{
	size_t i;

	/* isalnum() depends on the locale for bytes above 0x7f. */
	for (i = 0; word[i]; i++)
		if ((word[i] & 0x80) || (!isalnum(word[i]) &&
					 !strchr("_./:@%+,=*~^?!()[]{}<>|&$-", word[i])))
			return false;
	return i;
}

static bool words_is_literal(const char *word)
{
	uint32_t c;
	size_t length;

	for (; *word; word += length) {
		length = utf8_decode(word, strlen(word), &c);
		if (!length || *word == '\'' || text_is_hostile(c))
			return false;
	}
	return true;
}

static void words_put_escaped(struct buffer *out, const char *s, size_t length)
{
	if (*s == '"' || *s == '\\')
		buffer_printf(out, "\\%c", *s);
	else if (*s == '\n' || *s == '\t')
		buffer_puts(out, *s == '\n' ? "\\n" : "\\t");
	else
		for (; length; length--)
			buffer_printf(out, "\\x%02x", (unsigned char)*s++);
}

static bool words_needs_escape(const char *s, size_t length, uint32_t c)
{
	return !length || *s == '"' || *s == '\\' || text_is_hostile(c);
}

void words_put(struct buffer *out, const char *word)
{
	if (words_is_bare(word))
		buffer_puts(out, word);
	else
		words_put_quoted(out, word);
}

void words_put_quoted(struct buffer *out, const char *word)
{
	if (words_is_literal(word)) {
		buffer_printf(out, "'%s'", word);
		return;
	}
	buffer_putc(out, '"');
	while (*word) {
		uint32_t c = 0;
		size_t length = utf8_decode(word, strlen(word), &c);

		if (words_needs_escape(word, length, c))
			words_put_escaped(out, word, length ? length : 1);
		else
			buffer_add(out, word, length);
		word += length ? length : 1;
	}
	buffer_putc(out, '"');
}
