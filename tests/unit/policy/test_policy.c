// SPDX-License-Identifier: GPL-2.0
/*
 * Runs the KUnit suites of the policy in user space, under ASan and UBSan. They test the
 * same source that the module contains.
 */
#include "suites.h"

void *kunit_kzalloc(struct kunit *test, size_t size, int flags)
{
	(void)flags;
	test->blocks = realloc(test->blocks, (test->nr_blocks + 1) * sizeof(*test->blocks));
	assert_non_null(test->blocks);
	test->blocks[test->nr_blocks] = calloc(1, size);
	assert_non_null(test->blocks[test->nr_blocks]);
	return test->blocks[test->nr_blocks++];
}

int scnprintf(char *text, size_t size, const char *format, ...)
{
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(text, size, format, args);
	va_end(args);
	return len < (int)size ? len : (int)size - 1;
}

/* State of a test: the test case, and the memory that it has allocated. */
struct running {
	const struct kunit_case *self;
	struct kunit test;
};

static int set_up(void **state)
{
	struct running *running = calloc(1, sizeof(*running));

	assert_non_null(running);
	running->self = *state;
	*state = running;
	return 0;
}

static void run_case(void **state)
{
	struct running *running = *state;

	running->self->run_case(&running->test);
}

static int tear_down(void **state)
{
	struct running *running = *state;

	while (running->test.nr_blocks)
		free(running->test.blocks[--running->test.nr_blocks]);
	free(running->test.blocks);
	free(running);
	return 0;
}

static size_t count_cases(const struct kunit_suite *suite)
{
	size_t count = 0;

	while (suite->test_cases[count].run_case)
		count++;
	return count;
}

static void collect(const struct kunit_suite *suite, struct CMUnitTest *tests)
{
	size_t i;

	/* Before its first case, not before each: what these suites prepare does not change. */
	if (suite->init)
		assert_int_equal(suite->init(NULL), 0);
	for (i = 0; suite->test_cases[i].run_case; i++)
		tests[i] = (struct CMUnitTest){
			suite->test_cases[i].name, run_case, set_up, tear_down,
			&suite->test_cases[i],
		};
}

int main(void)
{
	static const struct kunit_suite * const suites[] = {
		&shelltrap_policy_suite, &shelltrap_rules_suite, &shelltrap_exceptions_suite,
		&shelltrap_hold_suite,
		&shelltrap_enforcement_suite, &shelltrap_hosted_suite, &shelltrap_servers_suite,
		&shelltrap_holes_suite, &shelltrap_relative_suite, &shelltrap_defaults_suite,
	};
	struct CMUnitTest tests[256];
	size_t count = 0, i;

	for (i = 0; i < ARRAY_SIZE(suites); i++) {
		assert_true(count + count_cases(suites[i]) <= ARRAY_SIZE(tests));
		collect(suites[i], tests + count);
		count += count_cases(suites[i]);
	}
	return _cmocka_run_group_tests("decision", tests, count, NULL, NULL);
}
