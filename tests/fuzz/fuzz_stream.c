// SPDX-License-Identifier: GPL-2.0
/*
 * The input is what happens to the backlog and to the multicast group between the reads of
 * a stream and during its dumps. The reader must get each number exactly once and in order,
 * as a record or within a loss; only records that the backlog has dropped may be lost.
 */
#include "fuzz.h"

#include <errno.h>

#include "fake_channel.h"
#include "kernel/stream.h"

/* More reads than any input can need: a reader that needs more is in an endless loop. */
#define READS_MAX 100000

static struct input in;
static struct stream stream;

/* The number that must come next; 0 for any. */
static uint64_t wanted;
/* The newest number that the reader can know about. */
static uint64_t announced;

/* An event is lost. The kernel always reports that if the queue is empty. */
static void be_lost(bool reported)
{
	fake_happens(true, reported || !fake.queued);
}

static void do_happen(uint8_t what)
{
	switch (what & 7) {
	case 0:
	case 1:
	case 2:
		fake_happens(false, what & 8);
		break;
	case 3:
		be_lost(what & 8);
		break;
	case 4:
		/* The backlog always holds the newest record. */
		fake_keep(1 + (what >> 3));
		break;
	case 5:
		if (!fake.unreadable)
			fake.unreadable = fake.next;
		if (what & 8)
			be_lost(what & 16);
		else
			fake_happens(false, what & 16);
		break;
	case 6:
		fake.overrun = true;
		break;
	case 7:
		fake.gone = what >= 0xf8;
		break;
	}
}

static void happen(void)
{
	unsigned int queued = fake.queued;

	do_happen(take_byte(&in));
	if (fake.queued > queued || fake.overrun)
		announced = fake.next - 1;
}

/* Called during a dump: the backlog may drop records that it has still to read. */
static void meanwhile(void)
{
	uint8_t count;

	if (input_left(&in) && (*in.at & 7) == 7)
		for (count = take_byte(&in) >> 3 & 7; count; count--)
			happen();
}

static void accept_loss(const struct record *record)
{
	uint64_t count = record->loss.lost.value;

	PROMISE(record->seq.value == wanted);
	PROMISE(count && wanted + count <= fake.oldest);
	wanted += count;
}

static void accept(const struct record *record)
{
	PROMISE(record->instance.value == fake.instance);
	PROMISE(record->seq.known && record->loss.present);
	if (!wanted)
		wanted = record->seq.value;
	if (record->loss.reason && !strncmp(record->loss.reason, "overwritten", 11)) {
		accept_loss(record);
		return;
	}
	PROMISE(!record->loss.reason || record->seq.value == fake.unreadable);
	PROMISE(record->seq.value == wanted);
	wanted++;
}

/*
 * Reads up to @max records. Returns false if there are no more; then the reader must have
 * got every record that an event or an overrun has announced.
 */
static bool read_some(unsigned int max)
{
	const struct record *record;
	int ret;

	while (max--) {
		ret = stream_next(&stream, &record);
		PROMISE(ret >= 0 || (ret == -ENODEV && fake.gone));
		if (ret <= 0) {
			PROMISE(fake.gone || stream.end == STREAM_HELD || wanted > announced ||
				!announced);
			return false;
		}
		accept(record);
	}
	return true;
}

static enum stream_end open_somewhere(void)
{
	uint8_t how = take_byte(&in);
	enum stream_end end = how & 1 ? STREAM_HELD : STREAM_ENDLESS;
	uint64_t from = (how >> 3) % (fake.next + 1);

	if ((how & 6) == 2)
		from = STREAM_FROM_OLDEST;
	if ((how & 6) == 4 && end == STREAM_ENDLESS)
		from = STREAM_FROM_NOW;
	wanted = from == STREAM_FROM_NOW ? fake.next : from;
	PROMISE(!stream_open(&stream, from, end));
	return end;
}

/* One more event arrives, and then the reader must have got every record. */
static void catch_up(void)
{
	PROMISE(!read_some(READS_MAX));
	fake_happens(false, false);
	PROMISE(!read_some(READS_MAX));
	PROMISE(wanted == fake.next);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum stream_end end;
	uint64_t next;

	in = (struct input){ data, data + size };
	fake_reset(1 + (take_byte(&in) & 15), 20);
	next = fake.next;
	announced = 0;
	end = open_somewhere();
	fake.meanwhile = meanwhile;
	while (input_left(&in)) {
		happen();
		read_some(take_byte(&in) & 3);
	}
	fake.meanwhile = NULL;
	if (fake.gone)
		PROMISE(!read_some(READS_MAX));
	else if (end == STREAM_ENDLESS)
		catch_up();
	else
		PROMISE(!read_some(READS_MAX) && (!wanted || wanted >= next));
	stream_close(&stream);
	return 0;
}
