/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Gives records in order, each exactly once, from a number on. Records that the kernel no
 * longer holds are reported as a loss, which covers loss.lost numbers from its seq on. Only
 * records of a kind that this program does not know are skipped.
 */
#ifndef KERNEL_STREAM_H
#define KERNEL_STREAM_H

#include "kernel/channel.h"
#include "kernel/merge.h"
#include "kernel/record.h"

#define STREAM_FROM_OLDEST	UINT64_C(0)
#define STREAM_FROM_NOW		UINT64_MAX

enum stream_end {
	STREAM_ENDLESS,		/* continue with new records */
	STREAM_HELD,		/* end with the records that the backlog holds now */
};

struct stream {
	struct channel channel;
	struct merge merge;
	enum stream_end end;
	uint64_t last;		/* the newest number when the stream was opened */
	bool dumping;		/* records are read from a dump, else from events */
	bool interrupted;	/* the dump misses records */
	bool overrun;		/* the kernel dropped events after those that are queued */
	bool reads_rest;	/* after an unload, read the queued events before the error */
	bool unloaded;		/* the module was unloaded: only queued events are left */
	bool pending;		/* "record" is an event after a gap; the dump has not had it yet */
	bool again;		/* merge "record" again, after the loss before it */
	enum merge_source source;	/* of "record" */
	struct record record;
	struct record lost;	/* the last loss that the stream has noticed */
	char fault[128];	/* why a record could not be read */
};

/**
 * stream_open() - Read records of the loaded module instance.
 * @from: the first number, STREAM_FROM_OLDEST or STREAM_FROM_NOW
 *
 * Returns 0 or an error of channel.h. Call stream_close() also after an error.
 */
int stream_open(struct stream *stream, uint64_t from, enum stream_end end);

/**
 * stream_open_after() - Read all records after a place, without end.
 *
 * If the place is of another instance, or the instance has not reached its number yet,
 * reading starts at record 1. After the module was unloaded, the queued events are read,
 * and records that can no longer be read are reported as a loss, before the error -ENODEV.
 */
int stream_open_after(struct stream *stream, const struct place *place);

/**
 * stream_unheard() - A loss for an instance that was unloaded while nobody listened.
 *
 * It says that the instance may have had records after the place. The record is valid
 * until the next call of stream_next() or stream_unheard().
 */
const struct record *stream_unheard(struct stream *stream, const struct place *place);

void stream_close(struct stream *stream);

/**
 * stream_next() - Read the next record.
 *
 * Returns 1 with *record valid until the next call. Returns 0 if there is none: then poll
 * stream_fd(), or, with STREAM_HELD, the stream has ended. Otherwise an error of channel.h.
 */
int stream_next(struct stream *stream, const struct record **record);
int stream_fd(const struct stream *stream);

/** stream_failed() - Print in one line why a call failed; returns the exit code. */
int stream_failed(const struct stream *stream, int error);

#endif /* KERNEL_STREAM_H */
