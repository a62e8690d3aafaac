/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Distinct values among alerts, such as programs or clients: how often, when, how severe. */
#ifndef REPORT_TALLY_H
#define REPORT_TALLY_H

#include "report/entry.h"

/**
 * struct tally_row - one value
 * @key: the value
 * @alert: the first alert that has the value
 * @count: how many alerts have it, repeats that were only counted included
 * @severity: the highest of them
 */
struct tally_row {
	char *key;
	const struct entry *alert;
	uint64_t first, last, count;
	unsigned int severity;
	size_t order;
};

struct tally {
	struct tally_row *rows;
	size_t count, room;
};

/** tally_add() - Count an alert under a value. A key NULL is not counted. */
void tally_add(struct tally *tally, const char *key, const struct entry *alert);

/** tally_finish() - Merge equal values; sort the rows by their first alert. */
void tally_finish(struct tally *tally);
void tally_free(struct tally *tally);

/**
 * pick() - Choose at most max of count things: the most severe ones, of these the first.
 * @severity_of: the severity of the thing of this number, at most 4
 *
 * Who makes many alerts of little severity cannot hide a severe one behind them. Returns an
 * array of count flags, which the caller frees.
 */
bool *pick(size_t count, size_t max, unsigned int (*severity_of)(const void *things, size_t i),
	   const void *things);

/** tally_pick() - The same for the rows of a tally. */
bool *tally_pick(const struct tally *tally, size_t max);

#endif /* REPORT_TALLY_H */
