// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/stream.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static int resync(struct stream *stream)
{
	stream->dumping = true;
	stream->interrupted = false;
	merge_dump_begins(&stream->merge);
	return channel_dump(&stream->channel,
			    stream->merge.from_oldest ? 0 : stream->merge.next);
}

static void set_start(struct stream *stream, uint64_t from, const struct state *state)
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

static int start(struct stream *stream, enum stream_end end, struct state *state)
{
	int ret;

	memset(stream, 0, sizeof(*stream));
	stream->end = end;
	ret = channel_open(&stream->channel);
	if (ret)
		return ret;
	/* Joined before the state is asked for, no number falls between the two. */
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
	int ret = start(stream, end, &state);

	if (ret)
		return ret;
	set_start(stream, from, &state);
	return from == STREAM_FROM_NOW ? 0 : resync(stream);
}

int stream_open_after(struct stream *stream, const struct place *place)
{
	uint64_t from = 1;
	struct state state;
	int ret = start(stream, STREAM_ENDLESS, &state);

	if (ret)
		return ret;
	if (place->instance == state.instance.value && place->seq < state.seq_next.value)
		from = place->seq + 1;
	set_start(stream, from, &state);
	stream->last_words = true;
	return resync(stream);
}

void stream_close(struct stream *stream)
{
	channel_close(&stream->channel);
}

/* A record that cannot be read is a loss of one, not a hole. */
static void keep_fault(struct stream *stream, const struct fault *fault)
{
	struct record *record = &stream->record;

	char text[sizeof(stream->fault) - sizeof("unreadable: ")];

	fault_print(text, sizeof(text), fault);
	snprintf(stream->fault, sizeof(stream->fault), "unreadable: %s", text);
	record->alert.present = false;
	record->loss = (struct loss){
		.present = true,
		.lost = { true, 1 },
		.reason = stream->fault,
	};
}

/* 1: stream->record is filled. 0: the message is passed over. */
static int take(struct stream *stream, const struct nlmsghdr *message)
{
	struct fault fault;

	if (!record_parse(message, &stream->record, &fault))
		return stream->record.seq.known;
	if (!stream->record.seq.known)
		return 0;
	keep_fault(stream, &fault);
	return 1;
}

static struct number now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (struct number){ true, ts.tv_sec * UINT64_C(1000000000) + ts.tv_nsec };
}

static const struct record *lost(struct stream *stream, const struct merge_gap *gap)
{
	stream->lost = (struct record){
		.seq = { true, gap->first },
		.instance = { true, stream->merge.instance },
		.time = now(),
		.loss = {
			.present = true,
			.lost = { true, gap->count },
			.reason = stream->gone ? "the module was unloaded before it was read" :
						 "overwritten before it was read",
		},
	};
	return &stream->lost;
}

/* Events were dropped, and nobody can be asked any more which. */
static const struct record *lost_unknown(struct stream *stream)
{
	struct merge_gap gap = { .first = stream->merge.next };

	lost(stream, &gap);
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

/* 1: *record is to be handed out; 0: go on; negative: an error. */
static int end_dump(struct stream *stream, const struct record **record)
{
	bool enough = stream->end == STREAM_HELD && stream->merge.next > stream->last;
	struct merge_gap gap;

	*record = NULL;
	switch (merge_dump_ended(&stream->merge, stream->interrupted && !enough, &gap)) {
	case MERGE_RESYNC:
		return resync(stream);
	case MERGE_LOST:
		*record = lost(stream, &gap);
		break;
	default:
		break;
	}
	stream->dumping = false;
	stream->overrun = false;
	stream->kept = false;
	return *record ? 1 : 0;
}

static int merge(struct stream *stream, const struct record **record)
{
	const struct record *r = &stream->record;
	struct merge_gap gap;

	stream->again = false;
	switch (merge_record(&stream->merge, stream->source, r->instance.value,
			     r->seq.value, &gap)) {
	case MERGE_EMIT:
		*record = r;
		return 1;
	case MERGE_LOST:
		stream->again = true;
		*record = lost(stream, &gap);
		return 1;
	case MERGE_RESYNC:
		stream->kept = true;
		return resync(stream);
	default:
		return 0;
	}
}

/* The module is gone: go on with what waits in the socket, or give up. */
static int outlive(struct stream *stream, int error)
{
	if (error != -ENODEV || !stream->last_words || stream->gone)
		return error;
	stream->gone = true;
	stream->dumping = false;
	stream->again = stream->kept;
	stream->source = MERGE_DUMP;
	return 0;
}

/* As merge(), but -ENODEV at the end of what was left behind. */
static int next_left_behind(struct stream *stream, const struct record **record)
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
		return take(stream, message) ? merge(stream, record) : 0;
	}
	if (merge_dump_ended(&stream->merge, false, &gap) == MERGE_LOST) {
		*record = lost(stream, &gap);
		return 1;
	}
	if (!stream->overrun)
		return -ENODEV;
	stream->overrun = false;
	*record = lost_unknown(stream);
	return 1;
}

static int next_dumped(struct stream *stream, const struct record **record)
{
	const struct nlmsghdr *message;
	int ret = channel_dumped(&stream->channel, &message, &stream->interrupted);

	if (ret < 0)
		return ret;
	if (!ret)
		return end_dump(stream, record);
	stream->source = MERGE_DUMP;
	stream->kept = false;
	return take(stream, message) ? merge(stream, record) : 0;
}

/*
 * As merge(), but -EAGAIN where no event is waiting. After an overrun the events
 * that did find room still wait, and the backlog may hold them no longer: only
 * behind them is it time to dump.
 */
static int next_event(struct stream *stream, const struct record **record)
{
	const struct nlmsghdr *message;
	int ret = channel_event(&stream->channel, &message);

	if (ret == -ENOBUFS) {
		stream->overrun = true;
		return 0;
	}
	if (!ret)
		return stream->overrun ? resync(stream) : -EAGAIN;
	if (ret < 0)
		return ret;
	stream->source = MERGE_EVENT;
	return take(stream, message) ? merge(stream, record) : 0;
}

int stream_next(struct stream *stream, const struct record **record)
{
	int ret;

	do {
		if (stream->again)
			ret = merge(stream, record);
		else if (stream->gone)
			ret = next_left_behind(stream, record);
		else if (stream->dumping)
			ret = outlive(stream, next_dumped(stream, record));
		else if (stream->end == STREAM_HELD)
			ret = -EAGAIN;
		else
			ret = outlive(stream, next_event(stream, record));
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
