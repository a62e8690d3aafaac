// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/merge.h"

static void start_anew(struct merge *merge, uint64_t instance)
{
	*merge = (struct merge){ .instance = instance, .next = 1 };
}

static enum merge_action skip_to(struct merge *merge, uint64_t seq, struct merge_gap *gap)
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
		start_anew(merge, instance);
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
	/* A gap between events may still be held; one in a dump is not. */
	if (source == MERGE_EVENT)
		return MERGE_RESYNC;
	return skip_to(merge, seq, gap);
}

void merge_dump_begins(struct merge *merge)
{
	merge->dump_start = merge->next;
}

enum merge_action merge_dump_ended(struct merge *merge, bool interrupted,
				   struct merge_gap *gap)
{
	merge->from_oldest = false;
	/* The end itself may have been overtaken. No progress: do not spin. */
	if (interrupted && merge->next != merge->dump_start)
		return MERGE_RESYNC;
	if (merge->next <= merge->known)
		return skip_to(merge, merge->known + 1, gap);
	return MERGE_LIVE;
}
