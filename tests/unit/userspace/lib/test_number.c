// SPDX-License-Identifier: GPL-2.0
/* A number is nothing but digits, and within its limits. */
#include "unit.h"

#include <errno.h>

#include "lib/number.h"

TEST(a_number_is_digits_and_nothing_else)
{
	static const char *const wrong[] = {
		"", " ", "-1", "+1", " 1", "1 ", "1x", "x", "0x10", "1e3", "1.0", "--", "\xd9\xa1",
	};
	uint64_t value = 7;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++)
		assert_int_equal(parse_number(wrong[i], 0, UINT64_MAX, &value), -EINVAL);
	assert_int_equal(value, 7);
}

TEST(a_number_is_within_its_limits)
{
	uint64_t value = 7;

	assert_int_equal(parse_number("18446744073709551616", 0, UINT64_MAX, &value), -ERANGE);
	assert_int_equal(parse_number("99999999999999999999999", 0, UINT64_MAX, &value), -ERANGE);
	assert_int_equal(parse_number("0", 1, 9, &value), -ERANGE);
	assert_int_equal(parse_number("10", 1, 9, &value), -ERANGE);
	assert_int_equal(value, 7);
	assert_int_equal(parse_number("18446744073709551615", 0, UINT64_MAX, &value), 0);
	assert_true(value == UINT64_MAX);
	assert_int_equal(parse_number("007", 0, 9, &value), 0);
	assert_int_equal(value, 7);
}
