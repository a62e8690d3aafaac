/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From two sources of numbered records, the group's events and dumps of the
 * backlog, one sequence without a gap, a double or a silent loss. Plain
 * arithmetic on numbers: the sockets are in stream.c.
 */
#ifndef KERNEL_MERGE_H
#define KERNEL_MERGE_H

#include <stdbool.h>
#include <stdint.h>

/* Set instance, next, known and from_oldest; leave the rest 0. */
struct merge {
	uint64_t instance;
	uint64_t next;		/* the number wanted next */
	uint64_t known;		/* the highest number known to exist, 0: none */
	bool from_oldest;	/* the first record of the dump decides on next */
	uint64_t dump_start;
};

enum merge_source {
	MERGE_EVENT,
	MERGE_DUMP,
};

enum merge_action {
	MERGE_EMIT,	/* hand this record out */
	MERGE_DROP,	/* it was handed out before, or not asked for */
	MERGE_RESYNC,	/* dump from merge.next on; this record is in there */
	MERGE_LOST,	/* say that *gap is lost, then ask again */
	MERGE_LIVE,	/* the dump is done, go on with the events */
};

struct merge_gap {
	uint64_t first;
	uint64_t count;
};

/* What to do with this record. *gap is set with MERGE_LOST only. */
enum merge_action merge_record(struct merge *merge, enum merge_source source,
			       uint64_t instance, uint64_t seq, struct merge_gap *gap);

/* Call when a dump from merge.next is asked for, and when it ended. */
void merge_dump_begins(struct merge *merge);
enum merge_action merge_dump_ended(struct merge *merge, bool interrupted,
				   struct merge_gap *gap);

#endif /* KERNEL_MERGE_H */
