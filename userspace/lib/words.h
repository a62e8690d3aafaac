/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Values that are words with blanks between them. A word may be quoted: '...' is as
 * it is; "..." knows a backslash before one of it and of ", n, t, xHH; elsewhere a
 * backslash takes the next character for what it is.
 */
#ifndef LIB_WORDS_H
#define LIB_WORDS_H

#include <stdbool.h>

#include "lib/buffer.h"

struct words {
	const char *at;
	unsigned int next_line;
	unsigned int line;	/* of the word */
	struct buffer word;
	bool quoted;		/* some of it */
	const char *fault;	/* what is wrong in that line, and ends them; NULL: nothing */
};

/* The value must stay; a newline in it is a blank. */
void words_start(struct words *words, const char *value, unsigned int line);

/* The next word, valid until the next call; false: that was all, or a fault. */
bool words_next(struct words *words);
void words_stop(struct words *words);

/* Adds that word as words_next() reads it. */
void words_put(struct buffer *out, const char *word);

#endif /* LIB_WORDS_H */
