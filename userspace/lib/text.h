/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hostile bytes made safe to show: they cannot steer a terminal or mislead its reader. */
#ifndef LIB_TEXT_H
#define LIB_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/buffer.h"

/* Which characters the terminal shows. */
enum text_charset {
	TEXT_ASCII,	/* all others are shown as \u{...} */
	TEXT_UTF8,
};

/** text_charset() - The charset of the locale that setlocale() chose. */
enum text_charset text_charset(void);

/**
 * text_is_hostile() - Does this character steer a terminal, reorder or hide text, or
 * break a line?
 *
 * Control characters (C0, DEL, C1), bidi controls, zero-width and other invisible
 * characters, line and paragraph separators.
 */
bool text_is_hostile(uint32_t code_point);

/**
 * text_put() - Add a string with all that is hostile in it escaped.
 *
 * \n \t \r \e, \xHH for other control characters and for bytes that are not UTF-8,
 * \u{202e} for other hostile characters. A backslash stays as it is: the original
 * cannot always be read back.
 */
void text_put(struct buffer *out, const char *s, enum text_charset charset);

/** text_put_bytes() - The same for len bytes, among which NUL becomes \x00. */
void text_put_bytes(struct buffer *out, const char *s, size_t len, enum text_charset charset);

/**
 * text_put_word() - Add len bytes as one word of a shell command.
 *
 * The word is bare where that is safe, in single quotes where it needs some, and in
 * $'...' where something had to be escaped.
 */
void text_put_word(struct buffer *out, const char *s, size_t len, enum text_charset charset);

#endif /* LIB_TEXT_H */
