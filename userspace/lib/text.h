/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Making hostile bytes safe for a terminal, and for the eye in front of it. */
#ifndef LIB_TEXT_H
#define LIB_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/buffer.h"

/* What the reader's terminal understands. */
enum text_charset {
	TEXT_ASCII,	/* anything above is shown as \u{...} */
	TEXT_UTF8,
};

/* The charset of the locale that setlocale() chose. */
enum text_charset text_charset(void);

/*
 * Does this character steer a terminal, reorder or hide text, or break a line?
 * Control characters (C0, DEL, C1), bidi controls, zero-width and other
 * invisible characters, line and paragraph separators.
 */
bool text_is_hostile(uint32_t code_point);

/*
 * Adds s so that nothing in it acts: \n \t \r \e, \xHH for other control
 * characters and for bytes that are not UTF-8, \u{202e} for other hostile ones.
 */
void text_put(struct buffer *out, const char *s, enum text_charset charset);

/*
 * Adds len bytes as one word of a shell command: bare where that is safe, in
 * single quotes where it needs some, as $'...' where something had to be
 * escaped.
 */
void text_put_word(struct buffer *out, const char *s, size_t len, enum text_charset charset);

#endif /* LIB_TEXT_H */
