// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/stream.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static int stream_resync(struct stream *stream)
{
	stream->dumping = true;
	stream->interrupted = false;
	merge_dump_begins(&stream->merge);
	return channel_dump(&stream->channel,
			    stream->merge.from_oldest ? 0 : stream->merge.next);
}

static void stream_set_start(struct stream *stream, uint64_t from, const struct state *state)
{
	uint64_t seq_next = state->seq_next.value;

	stream->last = seq_next - 1;
	stream->merge = (struct merge){
		.instance = state->instance.value,
		.next = from,
		.known = stream->last,
	};
	if (from == STREAM_FROM_OLDEST || from == STREAM_FROM_NOW)
		stream->merge.next = seq_next;
	stream->merge.from_oldest = from == STREAM_FROM_OLDEST;
}

static int stream_start(struct stream *stream, enum stream_end end, struct state *state)
{
	int ret;

	memset(stream, 0, sizeof(*stream));
	stream->end = end;
	ret = channel_open(&stream->channel);
	if (ret)
		return ret;
	/* Join before asking for the state, so that no record falls between the two. */
	if (end == STREAM_ENDLESS) {
		ret = channel_join(&stream->channel);
		if (ret)
			return ret;
	}
	ret = channel_state(&stream->channel, state);
	if (ret)
		return ret;
	return state->seq_next.value ? 0 : -EBADMSG;
}

int stream_open(struct stream *stream, uint64_t from, enum stream_end end)
{
	struct state state;
	int ret = stream_start(stream, end, &state);

	if (ret)
		return ret;
	stream_set_start(stream, from, &state);
	return from == STREAM_FROM_NOW ? 0 : stream_resync(stream);
}

int stream_open_after(struct stream *stream, const struct place *place)
{
	uint64_t from = 1;
	struct state state;
	int ret = stream_start(stream, STREAM_ENDLESS, &state);

	if (ret)
		return ret;
	if (place->instance == state.instance.value && place->seq < state.seq_next.value)
		from = place->seq + 1;
	stream_set_start(stream, from, &state);
	stream->reads_rest = true;
	return stream_resync(stream);
}

void stream_close(struct stream *stream)
{
	channel_close(&stream->channel);
}

/* Turns a record that cannot be read into a loss of one record. */
static void stream_keep_fault(struct stream *stream, const struct fault *fault)
{
	struct record *record = &stream->record;
	char text[sizeof(stream->fault) - sizeof("unreadable: ")];

	fault_print(text, sizeof(text), fault);
	snprintf(stream->fault, sizeof(stream->fault), "unreadable: %s", text);
	record->alert.present = false;
	record->event.present = false;
	record->outcome.present = false;
	record->repeats.present = false;
	record->loss = (struct loss){
		.present = true,
		.lost = { true, 1 },
		.reason = stream->fault,
	};
}

/* Returns whether stream->record has been filled; other messages are ignored. */
static int stream_take(struct stream *stream, const struct nlmsghdr *message)
{
	struct fault fault;

	if (!record_parse(message, &stream->record, &fault))
		return stream->record.seq.known;
	if (!stream->record.seq.known)
		return 0;
	stream_keep_fault(stream, &fault);
	return 1;
}

static struct number now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (struct number){ true, ts.tv_sec * UINT64_C(1000000000) + ts.tv_nsec };
}

static const struct record *stream_loss(struct stream *stream, const struct merge_gap *gap)
{
	stream->lost = (struct record){
		.seq = { true, gap->first },
		.instance = { true, stream->merge.instance },
		.time = now(),
		.loss = {
			.present = true,
			.lost = { true, gap->count },
			.reason = stream->unloaded ? "the module was unloaded before it was read" :
						 "overwritten before it was read",
		},
	};
	return &stream->lost;
}

/* Events were dropped, and after the unload their number cannot be found out. */
static const struct record *stream_loss_unknown(struct stream *stream)
{
	struct merge_gap gap = { .first = stream->merge.next };

	stream_loss(stream, &gap);
	stream->lost.loss.lost.known = false;
	return &stream->lost;
}

const struct record *stream_unheard(struct stream *stream, const struct place *place)
{
	stream->lost = (struct record){
		.seq = { true, place->seq + 1 },
		.instance = { true, place->instance },
		.time = now(),
		.loss = {
			.present = true,
			.reason = "the module was unloaded unheard, and may have said more",
		},
	};
	return &stream->lost;
}

/* Returns 1 with *record to be returned to the reader, 0 to continue, or an error. */
static int stream_end_dump(struct stream *stream, const struct record **record)
{
	bool enough = stream->end == STREAM_HELD && stream->merge.next > stream->last;
	struct merge_gap gap;

	*record = NULL;
	switch (merge_dump_ended(&stream->merge, stream->interrupted && !enough, &gap)) {
	case MERGE_RESYNC:
		return stream_resync(stream);
	case MERGE_LOST:
		*record = stream_loss(stream, &gap);
		break;
	default:
		break;
	}
	stream->dumping = false;
	stream->overrun = false;
	stream->pending = false;
	return *record ? 1 : 0;
}

/*
 * Returns 1 with *record to be returned to the reader, 0 to continue, or an error. A record of
 * an unknown kind is skipped: its number is not missing, so it is no loss.
 */
static int stream_merge(struct stream *stream, const struct record **record)
{
	const struct record *r = &stream->record;
	struct merge_gap gap;

	stream->again = false;
	switch (merge_record(&stream->merge, stream->source, r->instance.value,
			     r->seq.value, &gap)) {
	case MERGE_EMIT:
		*record = r;
		return record_kind(r) != RECORD_UNKNOWN;
	case MERGE_LOST:
		stream->again = true;
		*record = stream_loss(stream, &gap);
		return 1;
	case MERGE_RESYNC:
		stream->pending = true;
		return stream_resync(stream);
	default:
		return 0;
	}
}

/* After -ENODEV, continue with the queued events if the reader wants them. */
static int stream_outlive(struct stream *stream, int error)
{
	if (error != -ENODEV || !stream->reads_rest || stream->unloaded)
		return error;
	stream->unloaded = true;
	stream->dumping = false;
	stream->again = stream->pending;
	stream->source = MERGE_DUMP;
	return 0;
}

/* Reads queued events of an unloaded module. Returns as stream_merge(), -ENODEV at the end. */
static int stream_next_queued(struct stream *stream, const struct record **record)
{
	const struct nlmsghdr *message;
	int ret = channel_event(&stream->channel, &message);
	struct merge_gap gap;

	if (ret == -ENOBUFS) {
		stream->overrun = true;
		return 0;
	}
	if (ret > 0) {
		stream->source = MERGE_DUMP;
		return stream_take(stream, message) ? stream_merge(stream, record) : 0;
	}
	if (merge_dump_ended(&stream->merge, false, &gap) == MERGE_LOST) {
		*record = stream_loss(stream, &gap);
		return 1;
	}
	if (!stream->overrun)
		return -ENODEV;
	stream->overrun = false;
	*record = stream_loss_unknown(stream);
	return 1;
}

static int stream_next_dumped(struct stream *stream, const struct record **record)
{
	const struct nlmsghdr *message;
	int ret = channel_dumped(&stream->channel, &message, &stream->interrupted);

	if (ret < 0)
		return ret;
	if (!ret)
		return stream_end_dump(stream, record);
	stream->source = MERGE_DUMP;
	stream->pending = false;
	return stream_take(stream, message) ? stream_merge(stream, record) : 0;
}

/*
 * Returns as stream_merge(), but -EAGAIN if no event is queued. After an overrun, the
 * queued events are read before the dump: the backlog may no longer hold them.
 */
static int stream_next_event(struct stream *stream, const struct record **record)
{
	const struct nlmsghdr *message;
	int ret = channel_event(&stream->channel, &message);

	if (ret == -ENOBUFS) {
		stream->overrun = true;
		return 0;
	}
	if (!ret)
		return stream->overrun ? stream_resync(stream) : -EAGAIN;
	if (ret < 0)
		return ret;
	stream->source = MERGE_EVENT;
	return stream_take(stream, message) ? stream_merge(stream, record) : 0;
}

int stream_next(struct stream *stream, const struct record **record)
{
	int ret;

	do {
		if (stream->again)
			ret = stream_merge(stream, record);
		else if (stream->unloaded)
			ret = stream_next_queued(stream, record);
		else if (stream->dumping)
			ret = stream_outlive(stream, stream_next_dumped(stream, record));
		else if (stream->end == STREAM_HELD)
			ret = -EAGAIN;
		else
			ret = stream_outlive(stream, stream_next_event(stream, record));
	} while (!ret);
	return ret == -EAGAIN ? 0 : ret;
}

int stream_fd(const struct stream *stream)
{
	return channel_fd(&stream->channel);
}

int stream_failed(const struct stream *stream, int error)
{
	return channel_failed(&stream->channel, error);
}
