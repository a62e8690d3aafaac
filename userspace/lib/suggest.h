/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the word that somebody most likely meant, for "did you mean ...?". */
#ifndef LIB_SUGGEST_H
#define LIB_SUGGEST_H

#include "lib/buffer.h"

struct suggestion {
	const char *word;	/* as it was written */
	const char *best;	/* the closest word offered; NULL: none is close */
	unsigned int distance;	/* of best; without best, the largest that counts as close */
};

/* Starts to look for a word like this one. */
void suggestion_start(struct suggestion *suggestion, const char *word);

/*
 * Offers a word, which must stay valid. It is close if it can be made from the other by few
 * changes: one for every three characters, at least one. A change adds, removes or replaces
 * a character, or swaps two that are side by side.
 */
void suggestion_offer(struct suggestion *suggestion, const char *candidate);

/* Appends "; did you mean 'BEST'?" if a word was close. */
void suggestion_put(struct buffer *out, const struct suggestion *suggestion);

#endif /* LIB_SUGGEST_H */
