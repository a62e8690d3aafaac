// SPDX-License-Identifier: GPL-2.0
/* Each number comes exactly once, as a record or within a loss. */
#include "unit.h"

#include <errno.h>
#include <stdlib.h>

#include "fake_channel.h"
#include "kernel/stream.h"

static struct stream stream;
static const struct record *record;

static bool is_loss_of_this_program(void)
{
	return record->loss.reason;
}

static void assert_next_is(uint64_t seq)
{
	assert_int_equal(stream_next(&stream, &record), 1);
	assert_false(is_loss_of_this_program());
	assert_int_equal(record->seq.value, seq);
}

static void assert_next_is_loss(uint64_t first, uint64_t count)
{
	assert_int_equal(stream_next(&stream, &record), 1);
	assert_true(is_loss_of_this_program());
	assert_string_equal(loss_reason(&record->loss), "overwritten before it was read");
	assert_int_equal(record->seq.value, first);
	assert_int_equal(record->loss.lost.value, count);
	assert_int_equal(record->instance.value, fake.instance);
	assert_true(record->time.known);
}

static void assert_nothing_waits(void)
{
	assert_int_equal(stream_next(&stream, &record), 0);
}

TEST(from_now_gives_only_later_records)
{
	fake_reset(1, 10);
	assert_int_equal(stream_open(&stream, STREAM_FROM_NOW, STREAM_ENDLESS), 0);
	assert_nothing_waits();
	fake_happens(false, false);
	assert_next_is(10);
	assert_nothing_waits();
	assert_int_equal(fake.dumps, 0);
}

TEST(a_lost_first_event_after_now_is_read_from_the_backlog)
{
	fake_reset(1, 10);
	assert_int_equal(stream_open(&stream, STREAM_FROM_NOW, STREAM_ENDLESS), 0);
	fake_happens(true, false);
	fake_happens(false, false);
	assert_next_is(10);
	assert_next_is(11);
	assert_nothing_waits();
}

TEST(from_the_oldest_gives_the_backlog_then_events)
{
	fake_reset(5, 8);
	assert_int_equal(stream_open(&stream, STREAM_FROM_OLDEST, STREAM_ENDLESS), 0);
	fake_happens(false, false);
	assert_next_is(5);
	assert_next_is(6);
	assert_next_is(7);
	assert_next_is(8);
	assert_nothing_waits();
}

TEST(overwritten_records_come_first_as_a_loss)
{
	fake_reset(5, 7);
	assert_int_equal(stream_open(&stream, 2, STREAM_HELD), 0);
	assert_next_is_loss(2, 3);
	assert_next_is(5);
	assert_next_is(6);
	assert_nothing_waits();
	assert_nothing_waits();
}

TEST(an_emptied_backlog_is_a_loss)
{
	fake_reset(7, 7);
	assert_int_equal(stream_open(&stream, 2, STREAM_HELD), 0);
	assert_next_is_loss(2, 5);
	assert_nothing_waits();
}

TEST(an_empty_replay_ends)
{
	fake_reset(1, 1);
	assert_int_equal(stream_open(&stream, STREAM_FROM_OLDEST, STREAM_HELD), 0);
	assert_nothing_waits();
}

TEST(events_lost_by_an_overrun_are_read_from_the_backlog)
{
	fake_reset(1, 1);
	assert_int_equal(stream_open(&stream, STREAM_FROM_NOW, STREAM_ENDLESS), 0);
	fake_happens(false, false);
	fake_happens(true, true);
	fake_happens(true, true);
	assert_next_is(1);
	assert_next_is(2);
	assert_next_is(3);
	assert_nothing_waits();
}

TEST(an_overrun_does_not_lose_queued_events)
{
	fake_reset(1, 1);
	assert_int_equal(stream_open(&stream, STREAM_FROM_NOW, STREAM_ENDLESS), 0);
	fake_happens(false, false);
	fake_happens(false, false);
	fake_happens(true, true);
	fake_happens(true, true);
	fake_happens(true, true);
	fake_keep(1);
	assert_next_is(1);
	assert_next_is(2);
	assert_next_is_loss(3, 2);
	assert_next_is(5);
	assert_nothing_waits();
}

TEST(an_unreadable_record_is_a_loss_of_one)
{
	fake_reset(1, 1);
	fake.unreadable = 2;
	assert_int_equal(stream_open(&stream, STREAM_FROM_NOW, STREAM_ENDLESS), 0);
	fake_happens(false, false);
	fake_happens(false, false);
	fake_happens(false, false);
	assert_next_is(1);
	assert_int_equal(stream_next(&stream, &record), 1);
	assert_int_equal(record->seq.value, 2);
	assert_int_equal(record->loss.lost.value, 1);
	assert_string_equal(loss_reason(&record->loss),
			    "unreadable: SHELLTRAP_RECORD_A_TIME has the wrong length");
	assert_next_is(3);
}

TEST(a_record_of_an_unknown_kind_is_skipped_and_no_loss)
{
	fake_reset(1, 4);
	fake.invented = 2;
	assert_int_equal(stream_open(&stream, 1, STREAM_ENDLESS), 0);
	assert_next_is(1);
	assert_next_is(3);
	assert_nothing_waits();
	fake.invented = 4;
	fake_happens(false, false);
	fake_happens(false, false);
	assert_next_is(5);
	assert_nothing_waits();
}

TEST(another_instance_starts_at_record_1)
{
	fake_reset(1, 10);
	assert_int_equal(stream_open(&stream, STREAM_FROM_NOW, STREAM_ENDLESS), 0);
	fake.instance = 10;
	fake.oldest = 1;
	fake.next = 1;
	fake_happens(false, false);
	assert_next_is(1);
	assert_int_equal(record->instance.value, 10);
}

TEST(an_unloaded_module_ends_the_stream)
{
	fake_reset(1, 1);
	assert_int_equal(stream_open(&stream, STREAM_FROM_NOW, STREAM_ENDLESS), 0);
	fake_happens(false, false);
	fake.gone = true;
	assert_next_is(1);
	assert_int_equal(stream_next(&stream, &record), -ENODEV);
}

static void open_after(uint64_t instance, uint64_t seq)
{
	const struct place place = { instance, seq };

	assert_int_equal(stream_open_after(&stream, &place), 0);
}

TEST(after_a_place_comes_the_next_record)
{
	fake_reset(1, 10);
	open_after(9, 7);
	fake_happens(false, false);
	assert_next_is(8);
	assert_next_is(9);
	assert_next_is(10);
	assert_nothing_waits();
}

TEST(after_a_place_of_another_instance_comes_all_of_this_one)
{
	fake_reset(4, 6);
	open_after(8, 5);
	assert_next_is_loss(1, 3);
	assert_next_is(4);
	assert_next_is(5);
	assert_nothing_waits();
}

TEST(a_place_beyond_the_last_record_is_ignored)
{
	fake_reset(1, 3);
	open_after(9, 3);
	assert_next_is(1);
	assert_next_is(2);
	assert_nothing_waits();
	fake_happens(false, false);
	assert_next_is(3);
}

static void assert_next_is_loss_by_unload(uint64_t first, uint64_t count)
{
	assert_int_equal(stream_next(&stream, &record), 1);
	assert_string_equal(loss_reason(&record->loss),
			    "the module was unloaded before it was read");
	assert_int_equal(record->seq.value, first);
	assert_int_equal(record->loss.lost.known, count > 0);
	assert_int_equal(record->loss.lost.value, count);
}

static void assert_stream_has_ended(void)
{
	assert_int_equal(stream_next(&stream, &record), -ENODEV);
}

TEST(events_of_an_unloaded_module_are_still_read)
{
	fake_reset(1, 1);
	open_after(9, 0);
	assert_nothing_waits();
	fake_happens(false, false);
	fake_happens(true, false);
	fake_happens(true, false);
	fake_happens(false, false);
	fake.gone = true;
	assert_next_is(1);
	assert_next_is_loss_by_unload(2, 2);
	assert_next_is(4);
	assert_stream_has_ended();
}

TEST(the_backlog_of_an_unloaded_module_is_lost)
{
	fake_reset(1, 6);
	open_after(9, 2);
	fake.gone = true;
	assert_next_is_loss_by_unload(3, 3);
	assert_stream_has_ended();
}

TEST(after_an_overrun_the_loss_by_unloading_has_no_count)
{
	fake_reset(1, 1);
	open_after(9, 0);
	assert_nothing_waits();
	fake_happens(false, false);
	fake_happens(true, true);
	fake.gone = true;
	assert_next_is(1);
	assert_next_is_loss_by_unload(2, 0);
	assert_stream_has_ended();
}

static void flood(void)
{
	int i;

	for (i = 0; i < 5; i++)
		fake_happens(true, true);
	fake_keep(20);
}

TEST(a_replay_ends_during_a_flood)
{
	uint64_t wanted = 1;
	int ret, records = 0;

	fake_reset(1, 100);
	fake.meanwhile = flood;
	assert_int_equal(stream_open(&stream, 1, STREAM_HELD), 0);
	while ((ret = stream_next(&stream, &record)) == 1) {
		assert_int_equal(record->seq.value, wanted);
		wanted += record->loss.lost.value;
		assert_true(++records < 1000);
	}
	assert_int_equal(ret, 0);
	assert_true(wanted >= 100);
}

static void random_step(void)
{
	if (rand() % 3)
		return;
	fake_happens(rand() % 4 == 0, rand() % 2);
	if (rand() % 4 == 0)
		fake_keep(1 + rand() % 30);
}

/* In thousands of random histories the numbers come in order and without gaps. */
TEST(every_number_comes_exactly_once)
{
	int history;

	for (history = 0; history < 3000; history++) {
		uint64_t from = 1 + rand() % 50;
		uint64_t wanted = from;
		int steps = 300, ret;

		srand(history);
		fake_reset(1, 1);
		fake.next = 1 + rand() % 50;
		fake_keep(rand() % 60);
		fake.meanwhile = random_step;
		if (from > fake.next) {
			from = fake.next;
			wanted = from;
		}
		assert_int_equal(stream_open(&stream, from, STREAM_ENDLESS), 0);
		while (steps--) {
			random_step();
			ret = stream_next(&stream, &record);
			assert_true(ret >= 0);
			if (!ret)
				continue;
			assert_int_equal(record->seq.value, wanted);
			wanted += is_loss_of_this_program() ? record->loss.lost.value : 1;
		}
		/* The loss of the last event is noticed with the next event. */
		fake.meanwhile = NULL;
		fake_happens(fake.queued == 64, true);
		while (stream_next(&stream, &record) == 1) {
			assert_int_equal(record->seq.value, wanted);
			wanted += is_loss_of_this_program() ? record->loss.lost.value : 1;
		}
		assert_int_equal(wanted, fake.next);
	}
}
