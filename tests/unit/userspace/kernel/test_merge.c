// SPDX-License-Identifier: GPL-2.0
/* The numbers of events and of dumped records decide what the stream does next. */
#include "unit.h"

#include "kernel/merge.h"

#define INSTANCE 5

static struct merge_gap gap;

static enum merge_action event(struct merge *m, uint64_t seq)
{
	return merge_record(m, MERGE_EVENT, INSTANCE, seq, &gap);
}

static enum merge_action dumped(struct merge *m, uint64_t seq)
{
	return merge_record(m, MERGE_DUMP, INSTANCE, seq, &gap);
}

static struct merge merge_from(uint64_t next)
{
	return (struct merge){ .instance = INSTANCE, .next = next };
}

TEST(events_in_order_are_emitted)
{
	struct merge m = merge_from(3);

	assert_int_equal(event(&m, 3), MERGE_EMIT);
	assert_int_equal(event(&m, 4), MERGE_EMIT);
	assert_int_equal(m.next, 5);
}

TEST(records_seen_before_are_dropped)
{
	struct merge m = merge_from(3);

	assert_int_equal(event(&m, 2), MERGE_DROP);
	assert_int_equal(event(&m, 3), MERGE_EMIT);
	assert_int_equal(event(&m, 3), MERGE_DROP);
	assert_int_equal(dumped(&m, 3), MERGE_DROP);
}

TEST(a_gap_between_events_is_filled_by_a_dump)
{
	struct merge m = merge_from(3);

	assert_int_equal(event(&m, 5), MERGE_RESYNC);
	merge_dump_begins(&m);
	assert_int_equal(dumped(&m, 3), MERGE_EMIT);
	assert_int_equal(dumped(&m, 4), MERGE_EMIT);
	assert_int_equal(dumped(&m, 5), MERGE_EMIT);
	assert_int_equal(merge_dump_ended(&m, false, &gap), MERGE_LIVE);
	assert_int_equal(event(&m, 5), MERGE_DROP);
	assert_int_equal(event(&m, 6), MERGE_EMIT);
}

TEST(a_gap_in_a_dump_is_a_loss_reported_once_before_the_next_record)
{
	struct merge m = merge_from(3);

	merge_dump_begins(&m);
	assert_int_equal(dumped(&m, 7), MERGE_LOST);
	assert_int_equal(gap.first, 3);
	assert_int_equal(gap.count, 4);
	assert_int_equal(dumped(&m, 7), MERGE_EMIT);
	assert_int_equal(merge_dump_ended(&m, false, &gap), MERGE_LIVE);
}

TEST(records_known_to_exist_but_not_dumped_are_lost)
{
	struct merge m = merge_from(3);

	assert_int_equal(event(&m, 5), MERGE_RESYNC);
	merge_dump_begins(&m);
	assert_int_equal(merge_dump_ended(&m, false, &gap), MERGE_LOST);
	assert_int_equal(gap.first, 3);
	assert_int_equal(gap.count, 3);
	assert_int_equal(event(&m, 6), MERGE_EMIT);
}

TEST(reading_from_the_oldest_record_is_no_loss)
{
	struct merge m = merge_from(100);

	m.from_oldest = true;
	merge_dump_begins(&m);
	assert_int_equal(dumped(&m, 50), MERGE_EMIT);
	assert_int_equal(dumped(&m, 52), MERGE_LOST);
	assert_int_equal(gap.first, 51);
	assert_int_equal(gap.count, 1);
}

TEST(an_empty_backlog_is_no_loss)
{
	struct merge m = { .instance = INSTANCE, .next = 100, .known = 99, .from_oldest = true };

	merge_dump_begins(&m);
	assert_int_equal(merge_dump_ended(&m, false, &gap), MERGE_LIVE);
	assert_int_equal(event(&m, 100), MERGE_EMIT);
}

TEST(an_interrupted_dump_is_continued_by_another)
{
	struct merge m = merge_from(3);

	merge_dump_begins(&m);
	assert_int_equal(dumped(&m, 3), MERGE_EMIT);
	assert_int_equal(merge_dump_ended(&m, true, &gap), MERGE_RESYNC);
	assert_int_equal(m.next, 4);
	merge_dump_begins(&m);
	assert_int_equal(merge_dump_ended(&m, true, &gap), MERGE_LIVE);
}

TEST(another_instance_starts_at_record_1)
{
	struct merge m = merge_from(100);

	assert_int_equal(merge_record(&m, MERGE_EVENT, 6, 1, &gap), MERGE_EMIT);
	assert_int_equal(m.instance, 6);
	assert_int_equal(merge_record(&m, MERGE_EVENT, 7, 3, &gap), MERGE_RESYNC);
	assert_int_equal(m.next, 1);
	merge_dump_begins(&m);
	assert_int_equal(merge_record(&m, MERGE_DUMP, 7, 2, &gap), MERGE_LOST);
	assert_int_equal(gap.first, 1);
	assert_int_equal(gap.count, 1);
}
