/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Merges two sources of numbered records, events of the multicast group and dumps of the
 * backlog, into one sequence without gaps, duplicates or silent losses. This is only
 * arithmetic on the numbers; stream.c has the sockets.
 */
#ifndef KERNEL_MERGE_H
#define KERNEL_MERGE_H

#include <stdbool.h>
#include <stdint.h>

/* The caller sets instance, next, known and from_oldest, and leaves the rest 0. */
struct merge {
	uint64_t instance;
	uint64_t next;		/* the next number to emit */
	uint64_t known;		/* the highest number known to exist, or 0 */
	bool from_oldest;	/* the first record of the dump becomes "next" */
	uint64_t dump_start;	/* "next" when the current dump began */
};

enum merge_source {
	MERGE_EVENT,
	MERGE_DUMP,
};

enum merge_action {
	MERGE_EMIT,	/* return this record to the reader */
	MERGE_DROP,	/* ignore it: it was emitted before, or comes before the start */
	MERGE_RESYNC,	/* request a dump from merge.next on, which has this record, too */
	MERGE_LOST,	/* report *gap as lost, then pass the same record again */
	MERGE_LIVE,	/* the dump is complete: continue with events */
};

struct merge_gap {
	uint64_t first;
	uint64_t count;
};

/** merge_record() - Decide about a record. Only MERGE_LOST sets *gap. */
enum merge_action merge_record(struct merge *merge, enum merge_source source,
			       uint64_t instance, uint64_t seq, struct merge_gap *gap);

/** merge_dump_begins() - To be called when a dump from merge.next on is requested. */
void merge_dump_begins(struct merge *merge);

/**
 * merge_dump_ended() - To be called after the last record of a dump.
 *
 * Returns MERGE_RESYNC, MERGE_LOST or MERGE_LIVE. After MERGE_LOST the dump is complete.
 */
enum merge_action merge_dump_ended(struct merge *merge, bool interrupted,
				   struct merge_gap *gap);

#endif /* KERNEL_MERGE_H */
