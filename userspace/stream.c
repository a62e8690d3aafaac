// SPDX-License-Identifier: GPL-2.0
#include "stream.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static int resync(struct stream *stream)
{
	stream->dumping = true;
	stream->interrupted = false;
	stream->overrun = false;
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

int stream_open(struct stream *stream, uint64_t from, enum stream_end end)
{
	struct state state;
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
	ret = channel_state(&stream->channel, &state);
	if (ret)
		return ret;
	if (!state.seq_next.value)
		return -EBADMSG;
	set_start(stream, from, &state);
	return from == STREAM_FROM_NOW ? 0 : resync(stream);
}

void stream_close(struct stream *stream)
{
	channel_close(&stream->channel);
}

/* A record that cannot be read is a loss of one, not a hole. */
static void keep_fault(struct stream *stream, const struct fault *fault)
{
	struct record *record = &stream->record;

	snprintf(stream->fault, sizeof(stream->fault), "unreadable: %s%s%s",
		 fault->where ? fault->where : "", fault->where ? " " : "", fault->what);
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
			.reason = "overwritten before it was read",
		},
	};
	return &stream->lost;
}

/* 1: *record is to be handed out; 0: go on; negative: an error. */
static int end_dump(struct stream *stream, const struct record **record)
{
	bool enough = stream->end == STREAM_HELD && stream->merge.next > stream->last;
	struct merge_gap gap;

	switch (merge_dump_ended(&stream->merge, stream->interrupted && !enough, &gap)) {
	case MERGE_RESYNC:
		return resync(stream);
	case MERGE_LOST:
		*record = lost(stream, &gap);
		break;
	default:
		stream->dumping = false;
		return 0;
	}
	stream->dumping = false;
	return 1;
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
		return resync(stream);
	default:
		return 0;
	}
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
		else if (stream->dumping)
			ret = next_dumped(stream, record);
		else if (stream->end == STREAM_HELD)
			ret = -EAGAIN;
		else
			ret = next_event(stream, record);
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
