// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/merge.h"

static void merge_restart(struct merge *merge, uint64_t instance)
{
	*merge = (struct merge){ .instance = instance, .next = 1 };
}

static enum merge_action merge_skip_to(struct merge *merge, uint64_t seq, struct merge_gap *gap)
{
	gap->first = merge->next;
	gap->count = seq - merge->next;
	merge->next = seq;
	return MERGE_LOST;
}

enum merge_action merge_record(struct merge *merge, enum merge_source source,
			       uint64_t instance, uint64_t seq, struct merge_gap *gap)
{
	if (instance != merge->instance)
		merge_restart(merge, instance);
	if (seq > merge->known)
		merge->known = seq;
	if (merge->from_oldest && source == MERGE_DUMP) {
		merge->from_oldest = false;
		merge->next = seq;
	}
	if (seq < merge->next)
		return MERGE_DROP;
	if (seq == merge->next) {
		merge->next++;
		return MERGE_EMIT;
	}
	/* The backlog may still hold what is missing between events, but not within a dump. */
	if (source == MERGE_EVENT)
		return MERGE_RESYNC;
	return merge_skip_to(merge, seq, gap);
}

void merge_dump_begins(struct merge *merge)
{
	merge->dump_start = merge->next;
}

enum merge_action merge_dump_ended(struct merge *merge, bool interrupted,
				   struct merge_gap *gap)
{
	merge->from_oldest = false;
	/*
	 * New records may have overwritten the end of the dump. Dump again only after
	 * progress, so that this ends.
	 */
	if (interrupted && merge->next != merge->dump_start)
		return MERGE_RESYNC;
	if (merge->next <= merge->known)
		return merge_skip_to(merge, merge->known + 1, gap);
	return MERGE_LIVE;
}
