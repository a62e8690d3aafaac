// SPDX-License-Identifier: GPL-2.0
/*
 * The backlog, compared with a simple model: a list of the records appended. The bytes of a
 * record are computed from its number, so that a wrong record is detected.
 */
#include <linux/kernel.h>
#include <linux/prandom.h>

#include "../../module/backlog.c"
#include "suites.h"

#define LARGEST	1000
#define APPENDS	2000
#define APPENDS_MAX	20000

struct model {
	struct shelltrap_backlog backlog;
	u32 *lens;		/* lengths of the records, by number */
	u64 next;
	u64 oldest;
	u64 delivered;
	u64 overwritten;
};

static u8 byte_of(u64 seq, u32 at)
{
	return seq * 31 + at * 7 + 1;
}

static struct model *new_model(struct kunit *test, u32 size, u32 largest)
{
	struct model *model = kunit_kzalloc(test, sizeof(*model), GFP_KERNEL);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, model);
	model->lens = kunit_kzalloc(test, (APPENDS_MAX + 1) * sizeof(*model->lens), GFP_KERNEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, model->lens);
	KUNIT_ASSERT_EQ(test, shelltrap_backlog_init(&model->backlog, size, largest), 0);
	model->next = 1;
	model->oldest = 1;
	return model;
}

static void free_model(struct model *model)
{
	shelltrap_backlog_free(&model->backlog);
}

/*
 * Believes the backlog which records it has dropped. expect_no_more_dropped_than_needed()
 * checks that these are not too many.
 */
static void note_dropped(struct model *model)
{
	for (; model->oldest < model->backlog.seq_oldest; model->oldest++)
		if (model->oldest > model->delivered)
			model->overwritten++;
}

/* The record is in memory of exactly its size: an access beyond it is detected. */
static void append(struct kunit *test, struct model *model, u32 len)
{
	u8 *record = kmalloc(len, GFP_KERNEL);
	u32 i;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, record);
	for (i = 0; i < len; i++)
		record[i] = byte_of(model->next, i);
	shelltrap_backlog_append(&model->backlog, record, len);
	kfree(record);
	model->lens[model->next++] = len;
	note_dropped(model);
}

static void hand(struct model *model, u64 seq)
{
	shelltrap_backlog_mark_delivered(&model->backlog, seq);
	model->delivered = max(model->delivered, seq);
}

static bool bytes_are_of(const u8 *record, u64 seq, u32 len)
{
	u32 i;

	for (i = 0; i < len; i++)
		if (record[i] != byte_of(seq, i))
			return false;
	return true;
}

/* Asks for record @wanted and expects the record that the model has. */
static void expect_get(struct kunit *test, const struct model *model, u64 wanted)
{
	u64 seq = wanted, expected = max(wanted, model->oldest);
	const u8 *record;
	u32 len = 0;

	record = shelltrap_backlog_get(&model->backlog, &seq, &len);
	if (expected >= model->next) {
		KUNIT_EXPECT_TRUE_MSG(test, !record, "%llu has not been written yet", wanted);
		return;
	}
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, record);
	KUNIT_EXPECT_EQ(test, seq, expected);
	KUNIT_ASSERT_EQ_MSG(test, len, model->lens[expected], "record %llu", expected);
	KUNIT_EXPECT_TRUE_MSG(test, bytes_are_of(record, expected, len),
			      "the bytes of record %llu", expected);
}

static u64 bytes_held(const struct model *model)
{
	u64 seq, bytes = 0;

	for (seq = model->oldest; seq < model->next; seq++)
		bytes += backlog_entry_size(model->lens[seq]);
	return bytes;
}

static void expect_numbers(struct kunit *test, const struct model *model)
{
	const struct shelltrap_backlog *backlog = &model->backlog;
	u64 held = bytes_held(model);

	KUNIT_EXPECT_EQ(test, backlog->seq_next, model->next);
	KUNIT_EXPECT_EQ(test, backlog->overwritten, model->overwritten);
	KUNIT_EXPECT_TRUE(test, backlog->seq_oldest < backlog->seq_next);
	KUNIT_EXPECT_TRUE(test, backlog->used <= backlog->size);
	KUNIT_EXPECT_TRUE(test, held <= backlog->used);
	/* The gap at the end is smaller than the largest record. */
	KUNIT_EXPECT_TRUE(test, backlog->used - held < backlog_entry_size(LARGEST));
}

/* Would the latest dropped record still fit, with a gap of the largest size? */
static void expect_no_more_dropped_than_needed(struct kunit *test, const struct model *model)
{
	u64 needed = bytes_held(model);

	if (model->oldest == 1)
		return;
	needed += backlog_entry_size(model->lens[model->oldest - 1]) + backlog_entry_size(LARGEST);
	KUNIT_EXPECT_TRUE(test, needed > model->backlog.size);
}

static void wrap_with_random_sizes(struct kunit *test, u32 size, u64 seed)
{
	struct model *model = new_model(test, size, LARGEST);
	struct rnd_state random;
	int i;

	prandom_seed_state(&random, seed);
	for (i = 0; i < APPENDS; i++) {
		append(test, model, 1 + prandom_u32_state(&random) % LARGEST);
		expect_numbers(test, model);
		expect_no_more_dropped_than_needed(test, model);
		expect_get(test, model, model->next - 1);
		expect_get(test, model, prandom_u32_state(&random) % (model->next + 2));
		if (i % 5 == 0)
			hand(model, prandom_u32_state(&random) % model->next);
	}
	free_model(model);
}

static void appended_records_stay_the_same_however_often_the_ring_wraps(struct kunit *test)
{
	/* The smallest ring, rings of odd sizes, and a ring for many records. */
	static const u32 sizes[] = { 2016, 2017, 2023, 2500, 5001, 20000 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++)
		wrap_with_random_sizes(test, sizes[i], i + 1);
}

static void records_that_end_exactly_at_the_end_of_the_ring_wrap(struct kunit *test)
{
	struct model *model = new_model(test, 4 * 504, 500);
	int i;

	for (i = 0; i < 50; i++) {
		append(test, model, 500);
		expect_get(test, model, 0);
		expect_get(test, model, model->next - 1);
		KUNIT_EXPECT_TRUE(test, model->next - model->oldest == min(i + 1, 4));
	}
	free_model(model);
}

static void two_of_the_largest_records_fit_the_smallest_ring(struct kunit *test)
{
	struct model *model = new_model(test, 2 * backlog_entry_size(LARGEST), LARGEST);
	int i;

	for (i = 0; i < 10; i++) {
		append(test, model, LARGEST);
		append(test, model, 1);
		append(test, model, LARGEST);
		expect_get(test, model, model->next - 1);
		expect_get(test, model, 0);
	}
	free_model(model);
}

static void a_ring_too_small_for_the_largest_record_is_refused(struct kunit *test)
{
	static const u32 larges[] = { 1, 3, 4, 5, 12, LARGEST, 45000 };
	struct shelltrap_backlog backlog;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(larges); i++) {
		u32 enough = 2 * backlog_entry_size(larges[i]);

		KUNIT_EXPECT_EQ(test, shelltrap_backlog_init(&backlog, enough - 1, larges[i]),
				-EINVAL);
		KUNIT_EXPECT_EQ(test, shelltrap_backlog_init(&backlog, 0, larges[i]), -EINVAL);
		KUNIT_EXPECT_EQ(test, shelltrap_backlog_init(&backlog, enough, larges[i]), 0);
		shelltrap_backlog_free(&backlog);
	}
}

static void numbers_start_at_1_and_an_empty_backlog_holds_none(struct kunit *test)
{
	struct model *model = new_model(test, 5000, LARGEST);

	KUNIT_EXPECT_EQ(test, model->backlog.seq_oldest, (u64)1);
	KUNIT_EXPECT_EQ(test, model->backlog.seq_next, (u64)1);
	expect_get(test, model, 0);
	expect_get(test, model, 1);
	expect_get(test, model, U64_MAX);
	append(test, model, 1);
	KUNIT_EXPECT_EQ(test, model->backlog.seq_next, (u64)2);
	expect_get(test, model, 0);
	free_model(model);
}

static void append_many(struct kunit *test, struct model *model, int count)
{
	while (count--)
		append(test, model, 100);
}

static void a_reader_gets_everything_from_n_on_in_order(struct kunit *test)
{
	struct model *model = new_model(test, 5000, LARGEST);
	u64 from, seq;

	append_many(test, model, 120);
	for (from = 0; from <= model->next; from++) {
		for (seq = max(from, model->oldest); seq <= model->next; seq++)
			expect_get(test, model, seq);
	}
	free_model(model);
}

static void expect_all(struct kunit *test, const struct model *model)
{
	u64 seq;

	for (seq = model->oldest; seq < model->next; seq++)
		expect_get(test, model, seq);
}

/* Records of up to @largest bytes. All held are looked up about five times in each wrap. */
static void wrap_many_times(struct kunit *test, u32 size, u32 largest)
{
	struct model *model = new_model(test, size, largest);
	struct rnd_state random;
	u64 checked = 0;
	int i;

	prandom_seed_state(&random, largest);
	for (i = 0; i < APPENDS_MAX; i++) {
		append(test, model, 1 + prandom_u32_state(&random) % largest);
		if (model->next - checked < (model->next - model->oldest) / 5)
			continue;
		expect_all(test, model);
		checked = model->next;
	}
	KUNIT_EXPECT_TRUE(test, model->oldest > 10 * (model->next - model->oldest));
	free_model(model);
}

/* With the smallest records all marks are in use; 4095 bytes hold 511 of them. */
static void a_mark_leads_to_its_record_however_often_it_was_reused(struct kunit *test)
{
	wrap_many_times(test, 2048, 4);
	wrap_many_times(test, 4095, 4);
	wrap_many_times(test, 5000, 60);
	wrap_many_times(test, 20000, 300);
}

static void records_are_found_in_any_order(struct kunit *test)
{
	struct model *model = new_model(test, 5000, LARGEST);
	struct rnd_state random;
	int i;

	prandom_seed_state(&random, 42);
	append_many(test, model, 120);
	for (i = 0; i < 500; i++)
		expect_get(test, model, prandom_u32_state(&random) % (model->next + 1));
	free_model(model);
}

static void an_overtaken_reader_continues_with_the_oldest_record(struct kunit *test)
{
	struct model *model = new_model(test, 5000, LARGEST);
	int lead;

	for (lead = 1; lead < 100; lead++) {
		u64 at = model->next;

		append(test, model, 1 + lead * 9);
		expect_get(test, model, at);
		append_many(test, model, lead);
		expect_get(test, model, at + 1);
		expect_get(test, model, at + 2);
		if (model->next > APPENDS - 200)
			break;
	}
	free_model(model);
}

/* A dump does so: when the message is full it asks for the same record again. */
static void the_same_record_can_be_read_twice(struct kunit *test)
{
	struct model *model = new_model(test, 5000, LARGEST);
	u64 seq;

	append_many(test, model, 120);
	for (seq = model->oldest; seq < model->next; seq++) {
		expect_get(test, model, seq);
		expect_get(test, model, seq);
	}
	free_model(model);
}

static void only_records_dropped_unread_are_counted(struct kunit *test)
{
	struct model *model = new_model(test, 10 * backlog_entry_size(100), 100);

	append_many(test, model, 10);
	KUNIT_EXPECT_EQ(test, model->backlog.overwritten, (u64)0);
	append_many(test, model, 3);
	KUNIT_EXPECT_EQ(test, model->backlog.overwritten, (u64)3);
	hand(model, 8);
	append_many(test, model, 5);
	KUNIT_EXPECT_EQ(test, model->backlog.overwritten, (u64)3);
	append_many(test, model, 2);
	KUNIT_EXPECT_EQ(test, model->backlog.overwritten, (u64)5);
	hand(model, 1);
	append_many(test, model, 1);
	KUNIT_EXPECT_EQ(test, model->backlog.overwritten, (u64)6);
	free_model(model);
}

static void the_size_of_the_largest_record_is_kept(struct kunit *test)
{
	struct model *model = new_model(test, 5000, LARGEST);

	append(test, model, 10);
	append(test, model, 700);
	append_many(test, model, 100);
	KUNIT_EXPECT_EQ(test, model->backlog.largest, (u32)700);
	free_model(model);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(appended_records_stay_the_same_however_often_the_ring_wraps),
	KUNIT_CASE(records_that_end_exactly_at_the_end_of_the_ring_wrap),
	KUNIT_CASE(two_of_the_largest_records_fit_the_smallest_ring),
	KUNIT_CASE(a_ring_too_small_for_the_largest_record_is_refused),
	KUNIT_CASE(numbers_start_at_1_and_an_empty_backlog_holds_none),
	KUNIT_CASE(a_reader_gets_everything_from_n_on_in_order),
	KUNIT_CASE(a_mark_leads_to_its_record_however_often_it_was_reused),
	KUNIT_CASE(records_are_found_in_any_order),
	KUNIT_CASE(an_overtaken_reader_continues_with_the_oldest_record),
	KUNIT_CASE(the_same_record_can_be_read_twice),
	KUNIT_CASE(only_records_dropped_unread_are_counted),
	KUNIT_CASE(the_size_of_the_largest_record_is_kept),
	{}
};

struct kunit_suite shelltrap_backlog_suite = {
	.name = "shelltrap-backlog",
	.test_cases = cases,
};
