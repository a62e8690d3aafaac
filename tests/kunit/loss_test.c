// SPDX-License-Identifier: GPL-2.0
/*
 * Losses: each exec is counted once, by its cause as long as there are places, and a place
 * that was taken is free for another cause.
 */
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/sched.h>

#include "../../module/loss.c"
#include "suites.h"

#define ADDED	20000

static struct shelltrap_loss_cause cause_of(u32 number)
{
	struct shelltrap_loss_cause cause = {
		.user = number,
		.server_pid = 1000 + number,
		.server_comm = "nginx",
		.rule = "webserver_shell_exec",
	};

	return cause;
}

static void add(u32 number)
{
	struct shelltrap_loss_cause cause = cause_of(number);

	shelltrap_loss_add(&cause);
}

static struct shelltrap_losses *new_losses(struct kunit *test)
{
	struct shelltrap_losses *losses = kunit_kzalloc(test, sizeof(*losses), GFP_KERNEL);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, losses);
	shelltrap_loss_take(losses);
	return losses;
}

static void equal_causes_are_one(struct kunit *test)
{
	struct shelltrap_losses *losses = new_losses(test);

	KUNIT_EXPECT_FALSE(test, shelltrap_loss_take(losses));
	add(1);
	add(2);
	add(1);
	KUNIT_EXPECT_TRUE(test, shelltrap_loss_take(losses));
	KUNIT_EXPECT_EQ(test, losses->execs, 3ULL);
	KUNIT_ASSERT_EQ(test, losses->nr_causes, 2U);
	KUNIT_EXPECT_EQ(test, losses->causes[0].execs, 2ULL);
	KUNIT_EXPECT_EQ(test, losses->causes[0].server_pid, 1001);
	KUNIT_EXPECT_EQ(test, losses->causes[1].execs, 1ULL);
	KUNIT_EXPECT_FALSE(test, shelltrap_loss_take(losses));
}

static void causes_differ_in_each_of_their_parts(struct kunit *test)
{
	struct shelltrap_losses *losses = new_losses(test);
	struct shelltrap_loss_cause causes[5];
	u32 i;

	for (i = 0; i < ARRAY_SIZE(causes); i++)
		causes[i] = cause_of(1);
	causes[1].user = 2;
	causes[2].server_pid = 2;
	causes[3].server_comm[0] = 'N';
	causes[4].rule[0] = 0;
	for (i = 0; i < ARRAY_SIZE(causes); i++)
		shelltrap_loss_add(&causes[i]);
	KUNIT_EXPECT_TRUE(test, shelltrap_loss_take(losses));
	KUNIT_EXPECT_EQ(test, losses->nr_causes, (u32)ARRAY_SIZE(causes));
}

static void what_finds_no_place_is_counted(struct kunit *test)
{
	struct shelltrap_losses *losses = new_losses(test);
	u32 i, round;

	for (round = 0; round < 3; round++) {
		for (i = 0; i < 2 * SHELLTRAP_LOSS_CAUSES_MAX; i++)
			add(100 * round + i);
		KUNIT_EXPECT_TRUE(test, shelltrap_loss_take(losses));
		KUNIT_EXPECT_EQ(test, losses->execs, 2ULL * SHELLTRAP_LOSS_CAUSES_MAX);
		KUNIT_ASSERT_EQ(test, losses->nr_causes, (u32)SHELLTRAP_LOSS_CAUSES_MAX);
		KUNIT_EXPECT_EQ(test, losses->causes[0].server_pid, (pid_t)(1000 + 100 * round));
	}
}

/* A place whose cause was interrupted while it was written is left alone. */
static void a_place_being_filled_is_left_alone(struct kunit *test)
{
	struct shelltrap_losses *losses = new_losses(test);

	atomic64_set(&places[0].state, NEXT_OWNER | BEING_FILLED);
	add(1);
	KUNIT_EXPECT_TRUE(test, shelltrap_loss_take(losses));
	KUNIT_EXPECT_EQ(test, losses->nr_causes, 1U);
	KUNIT_EXPECT_EQ(test, (u64)atomic64_read(&places[0].state),
			(u64)(NEXT_OWNER | BEING_FILLED));
	atomic64_set(&places[0].state, 0);
}

static int add_many(void *unused)
{
	u32 i;

	for (i = 0; i < ADDED; i++)
		add(i % (SHELLTRAP_LOSS_CAUSES_MAX + 3));
	while (!kthread_should_stop())
		cond_resched();
	return 0;
}

static void nothing_is_counted_twice_while_it_is_taken(struct kunit *test)
{
	struct shelltrap_losses *losses = new_losses(test);
	struct task_struct *adders[2];
	u64 execs = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(adders); i++) {
		adders[i] = kthread_run(add_many, NULL, "shelltrap-loss");
		KUNIT_ASSERT_FALSE(test, IS_ERR(adders[i]));
	}
	for (i = 0; i < 10 * ADDED && execs < ARRAY_SIZE(adders) * ADDED; i++) {
		shelltrap_loss_take(losses);
		execs += losses->execs;
		cond_resched();
	}
	for (i = 0; i < ARRAY_SIZE(adders); i++)
		kthread_stop(adders[i]);
	shelltrap_loss_take(losses);
	KUNIT_EXPECT_EQ(test, execs + losses->execs, (u64)ARRAY_SIZE(adders) * ADDED);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(equal_causes_are_one),
	KUNIT_CASE(causes_differ_in_each_of_their_parts),
	KUNIT_CASE(what_finds_no_place_is_counted),
	KUNIT_CASE(a_place_being_filled_is_left_alone),
	KUNIT_CASE(nothing_is_counted_twice_while_it_is_taken),
	{}
};

struct kunit_suite shelltrap_loss_suite = {
	.name = "shelltrap_loss",
	.test_cases = cases,
};
