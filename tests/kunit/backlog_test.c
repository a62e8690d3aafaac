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
	bool *delivered;	/* by number */
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
	model->delivered = kunit_kzalloc(test, APPENDS_MAX + 1, GFP_KERNEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, model->lens);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, model->delivered);
	KUNIT_ASSERT_EQ(test, shelltrap_backlog_init(&model->backlog, size, largest), 0);
	/* Most tests are about the first ring alone. */
	model->backlog.reserve.size = 0;
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
		model->overwritten += !model->delivered[model->oldest];
}

/* The record is in memory of exactly its size: an access beyond it is detected. */
static void append_of(struct kunit *test, struct model *model, u32 len,
		      const struct shelltrap_source *source)
{
	u8 *record = kmalloc(len, GFP_KERNEL);
	u32 i;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, record);
	for (i = 0; i < len; i++)
		record[i] = byte_of(model->next, i);
	shelltrap_backlog_append(&model->backlog, record, len, source);
	kfree(record);
	model->lens[model->next++] = len;
	note_dropped(model);
}

static void append(struct kunit *test, struct model *model, u32 len)
{
	static const struct shelltrap_source source;

	append_of(test, model, len, &source);
}

static void hand(struct model *model, u64 seq)
{
	shelltrap_backlog_mark_delivered(&model->backlog, seq);
	if (seq >= model->backlog.seq_oldest)
		model->delivered[seq] = true;
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
	KUNIT_EXPECT_TRUE(test, backlog->ring.used <= backlog->ring.size);
	KUNIT_EXPECT_TRUE(test, held <= backlog->ring.used);
	/* The gap at the end is smaller than the largest record. */
	KUNIT_EXPECT_TRUE(test, backlog->ring.used - held < backlog_entry_size(LARGEST));
}

/* Would the latest dropped record still fit, with a gap of the largest size? */
static void expect_no_more_dropped_than_needed(struct kunit *test, const struct model *model)
{
	u64 needed = bytes_held(model);

	if (model->oldest == 1)
		return;
	needed += backlog_entry_size(model->lens[model->oldest - 1]) + backlog_entry_size(LARGEST);
	KUNIT_EXPECT_TRUE(test, needed > model->backlog.ring.size);
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
	static const u32 sizes[] = { 2048, 2049, 2055, 2500, 5001, 20000 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++)
		wrap_with_random_sizes(test, sizes[i], i + 1);
}

static void records_that_end_exactly_at_the_end_of_the_ring_wrap(struct kunit *test)
{
	struct model *model = new_model(test, 4 * backlog_entry_size(500), 500);
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

/* With the smallest records all marks are in use that can be. */
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
	hand(model, 7);
	hand(model, 8);
	append_many(test, model, 5);
	KUNIT_EXPECT_EQ(test, model->backlog.overwritten, (u64)6);
	append_many(test, model, 2);
	KUNIT_EXPECT_EQ(test, model->backlog.overwritten, (u64)8);
	hand(model, 1);
	append_many(test, model, 1);
	KUNIT_EXPECT_EQ(test, model->backlog.overwritten, (u64)9);
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

/* Sources: an attacker with many records, and others. */
static const struct shelltrap_source flood = { .user = 65534, .server = 7, .rules = 1 };
static const struct shelltrap_source victim = { .user = 33, .server = 8, .rules = 1 };
static const struct shelltrap_source module_itself = { .user = U32_MAX };

#define RESERVE	(100 * backlog_entry_size(100))

/* The reserve has room for 100 records of 100 bytes, the first ring for 200. */
static struct model *new_model_with_reserve(struct kunit *test)
{
	struct model *model = new_model(test, 2 * RESERVE, 100);

	vfree(model->backlog.reserve.bytes);
	model->backlog.reserve.bytes = vmalloc(RESERVE);
	model->backlog.reserve.size = RESERVE;
	return model;
}

static void append_from(struct kunit *test, struct model *model,
			const struct shelltrap_source *source, int count)
{
	while (count--)
		append_of(test, model, 100, source);
}

static bool has(const struct model *model, u64 wanted)
{
	u64 seq = wanted;
	const u8 *record;
	u32 len = 0;

	record = shelltrap_backlog_get(&model->backlog, &seq, &len);
	return record && seq == wanted && bytes_are_of(record, seq, len);
}

static u32 reserved_of(const struct model *model, u32 user)
{
	u32 i, nr = 0;

	for (i = 0; i < model->backlog.reserved_nr; i++)
		nr += reserved_at(&model->backlog, i)->user == user;
	return nr;
}

static void one_source_does_not_push_out_the_records_of_others(struct kunit *test)
{
	struct model *model = new_model_with_reserve(test);
	u64 before, between;

	before = model->next;
	append_from(test, model, &victim, 3);
	append_from(test, model, &flood, 1000);
	between = model->next;
	append_from(test, model, &victim, 1);
	append_from(test, model, &module_itself, 1);
	append_from(test, model, &flood, 1000);
	KUNIT_EXPECT_TRUE(test, has(model, before));
	KUNIT_EXPECT_TRUE(test, has(model, before + 1));
	KUNIT_EXPECT_TRUE(test, has(model, before + 2));
	KUNIT_EXPECT_TRUE(test, has(model, between));
	KUNIT_EXPECT_TRUE(test, has(model, between + 1));
	KUNIT_EXPECT_TRUE(test, reserved_of(model, flood.user) > 10);
	KUNIT_EXPECT_TRUE(test, reserved_of(model, flood.user) <= 50);
	KUNIT_EXPECT_EQ(test, shelltrap_backlog_oldest(&model->backlog), (u64)1);
	free_model(model);
}

static void numbers_that_are_missing_in_the_reserve_are_skipped(struct kunit *test)
{
	struct model *model = new_model_with_reserve(test);
	u64 seq, wanted, found, last = 0, nr = 0;
	u32 len;

	append_from(test, model, &flood, 1500);
	append_from(test, model, &victim, 1);
	append_from(test, model, &flood, 500);
	for (seq = 1; shelltrap_backlog_get(&model->backlog, &seq, &len); seq++) {
		KUNIT_EXPECT_TRUE(test, seq > last);
		KUNIT_EXPECT_TRUE(test, has(model, seq));
		/* Each number in between leads here. */
		for (wanted = last + 1; wanted < seq; wanted++) {
			found = wanted;
			shelltrap_backlog_get(&model->backlog, &found, &len);
			KUNIT_EXPECT_EQ(test, found, seq);
			KUNIT_EXPECT_TRUE(test, wanted <= model->backlog.seq_gone);
		}
		last = seq;
		nr++;
	}
	KUNIT_EXPECT_EQ(test, last + 1, model->next);
	KUNIT_EXPECT_EQ(test, nr, model->backlog.reserved_nr + model->next -
				  model->backlog.seq_oldest);
	KUNIT_EXPECT_EQ(test, model->backlog.overwritten, model->next - 1 - nr);
	free_model(model);
}

static void many_users_each_have_a_share(struct kunit *test)
{
	struct model *model = new_model_with_reserve(test);
	struct shelltrap_source source = flood;
	u32 user;

	for (user = 1; user <= 4; user++) {
		source.user = user;
		append_from(test, model, &source, 300);
	}
	append_from(test, model, &victim, 1);
	append_from(test, model, &flood, 300);
	for (user = 1; user <= 4; user++)
		KUNIT_EXPECT_TRUE(test, reserved_of(model, user));
	KUNIT_EXPECT_EQ(test, reserved_of(model, victim.user), 1U);
	free_model(model);
}

/* One server attacks: what it does first is kept, whatever it does next. */
static void the_first_alert_of_a_rule_is_kept(struct kunit *test)
{
	struct model *model = new_model_with_reserve(test);
	struct shelltrap_source other = flood;
	u64 first;

	append_from(test, model, &flood, 600);
	first = model->next;
	other.rules = 6;
	append_from(test, model, &other, 600);
	KUNIT_EXPECT_TRUE(test, has(model, 1));
	KUNIT_EXPECT_TRUE(test, has(model, first));
	KUNIT_EXPECT_FALSE(test, has(model, first + 1));
	free_model(model);
}

static void what_a_reader_has_received_is_not_reserved(struct kunit *test)
{
	struct model *model = new_model_with_reserve(test);
	int i;

	append_from(test, model, &victim, 20);
	for (i = 1; i <= 10; i++)
		hand(model, i);
	append_from(test, model, &flood, 200);
	KUNIT_EXPECT_FALSE(test, has(model, 10));
	KUNIT_EXPECT_TRUE(test, has(model, 11));
	KUNIT_EXPECT_EQ(test, model->backlog.overwritten, (u64)0);
	/* What is read in the reserve makes room there. */
	for (i = 11; i <= 20; i++)
		shelltrap_backlog_mark_delivered(&model->backlog, i);
	append_from(test, model, &flood, 1);
	KUNIT_EXPECT_FALSE(test, has(model, 11));
	KUNIT_EXPECT_EQ(test, reserved_of(model, victim.user), 0U);
	free_model(model);
}

static void repeats_are_counted_only_where_unread_records_would_go(struct kunit *test)
{
	struct model *model = new_model_with_reserve(test);
	struct shelltrap_source alike = flood;
	u64 of, seq = 0;
	u32 len = 0;

	alike.key = 4711;
	KUNIT_EXPECT_EQ(test, shelltrap_backlog_alike(&model->backlog, 4711), (u64)0);
	of = model->next;
	append_from(test, model, &alike, 150);
	KUNIT_EXPECT_EQ(test, shelltrap_backlog_alike(&model->backlog, 4711), of);
	KUNIT_EXPECT_EQ(test, shelltrap_backlog_alike(&model->backlog, 4712), (u64)0);
	KUNIT_EXPECT_EQ(test, shelltrap_backlog_alike(&model->backlog, 0), (u64)0);
	KUNIT_EXPECT_FALSE(test, shelltrap_backlog_is_pressed(&model->backlog, 100));
	append_from(test, model, &alike, 50);
	KUNIT_EXPECT_TRUE(test, shelltrap_backlog_is_pressed(&model->backlog, 100));
	hand(model, 1);
	KUNIT_EXPECT_FALSE(test, shelltrap_backlog_is_pressed(&model->backlog, 100));

	KUNIT_EXPECT_TRUE(test, !shelltrap_backlog_repeats(&model->backlog, 4711, &seq, &len));
	alike.repeats = true;
	append_from(test, model, &alike, 1);
	KUNIT_EXPECT_TRUE(test, !!shelltrap_backlog_repeats(&model->backlog, 4711, &seq, &len));
	KUNIT_EXPECT_EQ(test, seq, model->next - 1);
	/* A reader has a copy: the next exec needs another record. */
	shelltrap_backlog_mark_copied(&model->backlog, seq);
	KUNIT_EXPECT_TRUE(test, !shelltrap_backlog_repeats(&model->backlog, 4711, &seq, &len));
	free_model(model);
}

/* The alert that a record of repeats names must be there. */
static void an_alert_that_is_gone_is_not_repeated(struct kunit *test)
{
	struct model *model = new_model_with_reserve(test);
	struct shelltrap_source alike = flood;

	append_from(test, model, &flood, 2000);
	alike.key = 4711;
	append_from(test, model, &alike, 1);
	KUNIT_EXPECT_EQ(test, shelltrap_backlog_alike(&model->backlog, 4711), model->next - 1);
	append_from(test, model, &flood, 400);
	KUNIT_EXPECT_EQ(test, shelltrap_backlog_alike(&model->backlog, 4711), (u64)0);
	append_from(test, model, &alike, 1);
	KUNIT_EXPECT_EQ(test, shelltrap_backlog_alike(&model->backlog, 4711), model->next - 1);
	free_model(model);
}

/* Records of all sizes and sources, read now and then: the reserve has what the ring lacks. */
static void the_reserve_wraps(struct kunit *test)
{
	struct model *model = new_model(test, 20000, LARGEST);
	struct shelltrap_source source = { .rules = 1 };
	struct rnd_state random;
	u64 seq;
	u32 len;
	int i;

	prandom_seed_state(&random, 7);
	model->backlog.reserve.size = 2496;
	for (i = 0; i < APPENDS; i++) {
		source.user = prandom_u32_state(&random) % 5;
		source.server = prandom_u32_state(&random) % 3;
		append_of(test, model, 1 + prandom_u32_state(&random) % 300, &source);
		KUNIT_EXPECT_TRUE(test, model->backlog.reserve.used <= 2496U);
		KUNIT_EXPECT_TRUE(test, has(model, shelltrap_backlog_oldest(&model->backlog)));
		if (i % 50)
			continue;
		for (seq = 0; shelltrap_backlog_get(&model->backlog, &seq, &len); seq++) {
			KUNIT_EXPECT_TRUE(test, has(model, seq));
			shelltrap_backlog_mark_delivered(&model->backlog, seq);
		}
	}
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
	KUNIT_CASE(one_source_does_not_push_out_the_records_of_others),
	KUNIT_CASE(numbers_that_are_missing_in_the_reserve_are_skipped),
	KUNIT_CASE(many_users_each_have_a_share),
	KUNIT_CASE(the_first_alert_of_a_rule_is_kept),
	KUNIT_CASE(what_a_reader_has_received_is_not_reserved),
	KUNIT_CASE(repeats_are_counted_only_where_unread_records_would_go),
	KUNIT_CASE(an_alert_that_is_gone_is_not_repeated),
	KUNIT_CASE(the_reserve_wraps),
	{}
};

struct kunit_suite shelltrap_backlog_suite = {
	.name = "shelltrap-backlog",
	.test_cases = cases,
};
