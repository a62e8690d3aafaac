/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which records were read: several files, and the kernel, may hold the same one. Numbers
 * that follow each other need no memory of their own.
 */
#ifndef PAST_SEEN_H
#define PAST_SEEN_H

#include <stdbool.h>
#include <stddef.h>

#include "past/head.h"

/* Together 1.5 MiB. With more ranges, a record that two files hold may come twice. */
#define SEEN_RANGES_MAX 65536

struct seen_range {
	uint64_t instance;
	uint64_t first, last;
};

/* Starts as {0}. The ranges are sorted. */
struct seen {
	struct seen_range *ranges;
	size_t count, size;
	size_t latest;		/* index of the range that grew last */
	bool full;		/* a record could not be remembered */
};

/** seen_add() - Remember a record. Returns false if it was there before. */
bool seen_add(struct seen *seen, const struct head *head);
void seen_free(struct seen *seen);

#endif /* PAST_SEEN_H */
