/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Values that are words with whitespace between them.
 *
 * A word may be quoted, in whole or in part. Between single quotes each character stands
 * for itself. Between double quotes a backslash begins one of \n \t \xHH \\ \". Elsewhere
 * a backslash makes the next character stand for itself.
 */
#ifndef LIB_WORDS_H
#define LIB_WORDS_H

#include <stdbool.h>

#include "lib/buffer.h"

struct words {
	const char *at;		/* the rest of the value */
	unsigned int next_line;	/* the line of "at" */
	unsigned int line;	/* the line of the word, or of the fault */
	struct buffer word;
	bool quoted;		/* part of the word was */
	const char *fault;	/* what is wrong, after which there are no more words, or NULL */
};

/**
 * words_start() - Begin to take a value apart.
 * @value: must stay until words_stop(); a newline in it is whitespace
 * @line: where the value begins in its file
 */
void words_start(struct words *words, const char *value, unsigned int line);

/**
 * words_next() - Read the next word.
 *
 * Returns false at the end of the value, and at a fault. words->word is valid until the
 * next call.
 */
bool words_next(struct words *words);
void words_stop(struct words *words);

/**
 * words_join() - Take a whole value as text: its words with a space between each two.
 * @out: gets the text
 *
 * Returns NULL, or what is wrong with the value.
 */
const char *words_join(struct buffer *out, const char *value);

/** words_put() - Add a word, quoted such that words_next() reads the same bytes. */
void words_put(struct buffer *out, const char *word);

/** words_put_quoted() - The same, always in quotes. */
void words_put_quoted(struct buffer *out, const char *word);

#endif /* LIB_WORDS_H */
