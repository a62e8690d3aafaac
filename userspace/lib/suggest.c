// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/suggest.h"

#include <string.h>

#define LENGTH_MAX 63	/* of words that are compared */

void suggestion_start(struct suggestion *suggestion, const char *word)
{
	size_t limit = strlen(word) / 3;

	*suggestion = (struct suggestion){ .word = word, .distance = limit ? limit : 1 };
}

static unsigned int least(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

/* Fills the row of a table of distances that belongs to a[i - 1]; before[] is row i - 1. */
static void suggestion_fill_row(unsigned int *row, const unsigned int *before,
				const unsigned int *before_that, const char *a, size_t i,
				const char *b)
{
	size_t k;

	row[0] = i;
	for (k = 1; b[k - 1]; k++) {
		row[k] = least(before[k] + 1, row[k - 1] + 1);
		row[k] = least(row[k], before[k - 1] + (a[i - 1] != b[k - 1]));
		if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1])
			row[k] = least(row[k], before_that[k - 2] + 1);
	}
}

/* The optimal string alignment distance. Both words have at most LENGTH_MAX bytes. */
static unsigned int suggestion_distance(const char *a, const char *b)
{
	unsigned int rows[3][LENGTH_MAX + 1] = {0};
	size_t i, length = strlen(b);

	for (i = 0; i <= length; i++)
		rows[0][i] = i;
	for (i = 1; a[i - 1]; i++)
		suggestion_fill_row(rows[i % 3], rows[(i - 1) % 3], rows[(i + 1) % 3], a, i, b);
	return rows[(i - 1) % 3][length];
}

void suggestion_offer(struct suggestion *suggestion, const char *candidate)
{
	unsigned int distance;

	if (strlen(suggestion->word) > LENGTH_MAX || strlen(candidate) > LENGTH_MAX)
		return;
	distance = suggestion_distance(suggestion->word, candidate);
	/* A word that would be changed as a whole is not like the other. */
	if (!distance || distance >= strlen(candidate) ||
	    distance > suggestion->distance - !!suggestion->best)
		return;
	suggestion->best = candidate;
	suggestion->distance = distance;
}

void suggestion_put(struct buffer *out, const struct suggestion *suggestion)
{
	if (suggestion->best)
		buffer_printf(out, "; did you mean '%s'?", suggestion->best);
}
