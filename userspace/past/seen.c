// SPDX-License-Identifier: GPL-2.0-or-later
#include "past/seen.h"

#include <stdlib.h>
#include <string.h>

#include "lib/xalloc.h"

static bool range_is_before(const struct seen_range *range, uint64_t instance, uint64_t seq)
{
	return range->instance < instance || (range->instance == instance && range->first <= seq);
}

/* The number of ranges that begin at this record or before it. */
static size_t seen_find(const struct seen *seen, uint64_t instance, uint64_t seq)
{
	size_t low = 0, high = seen->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (range_is_before(&seen->ranges[middle], instance, seq))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool range_has(const struct seen_range *range, uint64_t instance, uint64_t seq)
{
	return range->instance == instance && range->first <= seq && seq <= range->last;
}

static void seen_insert(struct seen *seen, size_t at, const struct seen_range *range)
{
	if (seen->count == SEEN_RANGES_MAX) {
		seen->full = true;
		return;
	}
	if (seen->count == seen->size) {
		seen->size = seen->size ? 2 * seen->size : 64;
		seen->ranges = xreallocarray(seen->ranges, seen->size, sizeof(*seen->ranges));
	}
	memmove(&seen->ranges[at + 1], &seen->ranges[at],
		(seen->count - at) * sizeof(*seen->ranges));
	seen->ranges[at] = *range;
	seen->count++;
	seen->latest = at;
}

static void seen_remove(struct seen *seen, size_t at)
{
	seen->count--;
	memmove(&seen->ranges[at], &seen->ranges[at + 1],
		(seen->count - at) * sizeof(*seen->ranges));
}

/* The range at the index now ends with this record: it may touch the one after it. */
static void seen_extend(struct seen *seen, size_t at, uint64_t seq)
{
	struct seen_range *range = &seen->ranges[at], *next = range + 1;

	range->last = seq;
	seen->latest = at;
	if (at + 1 < seen->count && next->instance == range->instance && next->first == seq + 1) {
		range->last = next->last;
		seen_remove(seen, at + 1);
	}
}

bool seen_add(struct seen *seen, const struct head *head)
{
	uint64_t instance = head->instance, seq = head->seq;
	size_t at = seen->latest;

	if (at < seen->count && seen->ranges[at].instance == instance &&
	    seen->ranges[at].last + 1 == seq) {
		seen_extend(seen, at, seq);
		return true;
	}
	at = seen_find(seen, instance, seq);
	if (at && range_has(&seen->ranges[at - 1], instance, seq))
		return false;
	if (at && seen->ranges[at - 1].instance == instance &&
	    seen->ranges[at - 1].last + 1 == seq) {
		seen_extend(seen, at - 1, seq);
	} else if (at < seen->count && seen->ranges[at].instance == instance &&
		   seen->ranges[at].first == seq + 1) {
		seen->ranges[at].first = seq;
		seen->latest = at;
	} else {
		seen_insert(seen, at, &(struct seen_range){ instance, seq, seq });
	}
	return true;
}

void seen_free(struct seen *seen)
{
	free(seen->ranges);
	*seen = (struct seen){0};
}
