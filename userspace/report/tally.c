// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/tally.h"

#include <stdlib.h>
#include <string.h>

#include "lib/xalloc.h"

/* Severities are 1 to 4; 0 is not known. */
#define SEVERITIES 5

void tally_add(struct tally *tally, const char *key, const struct entry *alert)
{
	if (!key)
		return;
	if (tally->count == tally->room) {
		tally->room = tally->room ? 2 * tally->room : 16;
		tally->rows = xreallocarray(tally->rows, tally->room, sizeof(*tally->rows));
	}
	tally->rows[tally->count] = (struct tally_row){
		.key = xstrdup(key),
		.alert = alert,
		.first = alert->time,
		.last = alert->time,
		.count = 1 + alert->repeats,
		.severity = alert->severity,
		.order = tally->count,
	};
	tally->count++;
}

static int tally_compare_order(const void *a, const void *b)
{
	const struct tally_row *one = a, *other = b;

	return (one->order > other->order) - (one->order < other->order);
}

static int tally_compare_keys(const void *a, const void *b)
{
	const struct tally_row *one = a, *other = b;
	int order = strcmp(one->key, other->key);

	return order ? order : tally_compare_order(a, b);
}

/* Both have the same key; "row" came first. */
static void tally_merge(struct tally_row *row, struct tally_row *later)
{
	row->count += later->count;
	if (later->last > row->last)
		row->last = later->last;
	if (later->severity > row->severity)
		row->severity = later->severity;
	free(later->key);
}

void tally_finish(struct tally *tally)
{
	size_t i, kept = 0;

	if (!tally->count)
		return;
	qsort(tally->rows, tally->count, sizeof(*tally->rows), tally_compare_keys);
	for (i = 1; i < tally->count; i++) {
		if (!strcmp(tally->rows[kept].key, tally->rows[i].key))
			tally_merge(&tally->rows[kept], &tally->rows[i]);
		else
			tally->rows[++kept] = tally->rows[i];
	}
	tally->count = kept + 1;
	qsort(tally->rows, tally->count, sizeof(*tally->rows), tally_compare_order);
}

void tally_free(struct tally *tally)
{
	size_t i;

	for (i = 0; i < tally->count; i++)
		free(tally->rows[i].key);
	free(tally->rows);
	*tally = (struct tally){0};
}

/* Shares max among the severities, the highest first. */
static void pick_shares(size_t *shares, size_t max)
{
	size_t severity;

	for (severity = SEVERITIES; severity-- > 0; max -= shares[severity])
		if (shares[severity] > max)
			shares[severity] = max;
}

bool *pick(size_t count, size_t max, unsigned int (*severity_of)(const void *things, size_t i),
	   const void *things)
{
	bool *picked = xcalloc(count + 1, sizeof(*picked));
	size_t shares[SEVERITIES] = {0};
	size_t i;

	for (i = 0; i < count; i++)
		shares[severity_of(things, i) % SEVERITIES]++;
	pick_shares(shares, max);
	for (i = 0; i < count; i++) {
		size_t *share = &shares[severity_of(things, i) % SEVERITIES];

		picked[i] = *share > 0;
		*share -= picked[i];
	}
	return picked;
}

static unsigned int tally_severity(const void *things, size_t i)
{
	const struct tally *tally = things;

	return tally->rows[i].severity;
}

bool *tally_pick(const struct tally *tally, size_t max)
{
	return pick(tally->count, max, tally_severity, tally);
}
