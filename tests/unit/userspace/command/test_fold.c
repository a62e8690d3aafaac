// SPDX-License-Identifier: GPL-2.0
/* Repeats of an alert are counted, every other alert is shown, and none is lost. */
#include "unit.h"

#include "command/fold.h"
#include "samples.h"

static uint64_t storage[MESSAGE_SIZE / 8];
static struct fold fold;
static struct buffer out;

void tear_down(void)
{
	fold_free(&fold);
	fold = (struct fold){0};
	buffer_free(&out);
}

static bool fold_alert(uint64_t seq, const char *program)
{
	struct sample sample = contract_example;
	struct record record;

	sample.seq = seq;
	sample.time += seq;
	sample.pathname = program;
	sample_parse(message_alert(storage, &sample), &record);
	buffer_reset(&out);
	return fold_takes(&fold, &record, &out);
}

static bool fold_loss(uint64_t seq)
{
	struct record record;

	sample_parse(message_loss(storage, contract_example.instance, seq, 1), &record);
	buffer_reset(&out);
	return fold_takes(&fold, &record, &out);
}

TEST(repeats_are_counted_and_printed_before_the_next_alert)
{
	assert_false(fold_alert(7, "/bin/sh"));
	assert_true(fold_alert(8, "/bin/sh"));
	assert_true(fold_alert(9, "/bin/sh"));
	assert_int_equal(out.len, 0);
	assert_false(fold_alert(10, "/bin/ash"));
	assert_string_equal(out.data, "... and 2 more like seq 7, the last seq 9\n\n");
	assert_false(fold_alert(11, "/bin/sh"));
	assert_int_equal(out.len, 0);
}

TEST(a_long_burst_is_printed_in_parts)
{
	assert_false(fold_alert(1, "/bin/sh"));
	assert_true(fold_alert(2, "/bin/sh"));
	fold_put(&fold, &out);
	assert_string_equal(out.data, "... and 1 more like seq 1, the last seq 2\n\n");
	assert_true(fold_alert(3, "/bin/sh"));
	fold_put(&fold, &out);
	assert_string_equal(out.data, "... and 1 more like seq 1, the last seq 3\n\n");
	fold_put(&fold, &out);
	assert_int_equal(fold.more, 0);
}

TEST(a_loss_is_never_folded)
{
	assert_false(fold_loss(1));
	assert_false(fold_loss(2));
	assert_false(fold_alert(3, "/bin/sh"));
	assert_false(fold_loss(4));
	assert_false(fold_alert(5, "/bin/sh"));
}
