/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records in order, each exactly once, from a number on. What the kernel does
 * not hold any more comes as a loss, so that the numbers have no gap: a loss
 * that this program noticed stands for loss.lost numbers from its seq on.
 */
#ifndef KERNEL_STREAM_H
#define KERNEL_STREAM_H

#include "kernel/channel.h"
#include "kernel/merge.h"
#include "kernel/record.h"

#define STREAM_FROM_OLDEST	UINT64_C(0)
#define STREAM_FROM_NOW		UINT64_MAX

enum stream_end {
	STREAM_ENDLESS,		/* go on with what happens */
	STREAM_HELD,		/* end with what is held now */
};

struct stream {
	struct channel channel;
	struct merge merge;
	enum stream_end end;
	uint64_t last;		/* the newest number when the stream was opened */
	bool dumping;
	bool interrupted;	/* the dump */
	bool overrun;		/* events were dropped behind those that wait */
	bool last_words;	/* a module that goes is asked for what was read of it */
	bool gone;		/* and it is: what waits in the socket is all there is */
	bool kept;		/* record is the event that showed a gap, and not read anew yet */
	bool again;		/* record comes once more, after the loss before it */
	enum merge_source source;
	struct record record;
	struct record lost;
	char fault[128];	/* why a record could not be read */
};

/*
 * Starts at the number "from" of the instance that is loaded. Returns 0 or an
 * error of channel.h for stream_failed(); stream_close() also after an error.
 */
int stream_open(struct stream *stream, uint64_t from, enum stream_end end);

/*
 * Endless, with all that comes behind a place. Where that is of another instance,
 * or a number that this one has not reached, all of this one: from 1 on. Once
 * the module is unloaded, what it had said and can be read no more comes as a
 * loss before the error.
 */
int stream_open_after(struct stream *stream, const struct place *place);

/*
 * A loss: of a load that is over and was not heard to its end, that it may have said
 * more behind that place. Valid until the next record.
 */
const struct record *stream_unheard(struct stream *stream, const struct place *place);

void stream_close(struct stream *stream);

/*
 * The next record: 1, with *record valid until the next call. 0: none is
 * waiting, poll stream_fd(); with STREAM_HELD: that was the last one. Negative:
 * an error of channel.h.
 */
int stream_next(struct stream *stream, const struct record **record);
int stream_fd(const struct stream *stream);

/* As channel_failed(). */
int stream_failed(const struct stream *stream, int error);

#endif /* KERNEL_STREAM_H */
