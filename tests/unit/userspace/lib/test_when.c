// SPDX-License-Identifier: GPL-2.0-or-later
/* Times are printed with their offset to UTC, and what is printed can be read again. */
#include "unit.h"

#include <stdlib.h>
#include <time.h>

#include "lib/when.h"

#define MOMENT UINT64_C(1795644041) /* 2026-11-25 22:00:41 UTC */

static const char *printed(const char *zone)
{
	static struct buffer text;

	setenv("TZ", zone, 1);
	tzset();
	buffer_reset(&text);
	when_put(&text, MOMENT * 1000000000);
	return text.data;
}

TEST(a_printed_time_has_its_offset)
{
	assert_string_equal(printed("UTC0"), "2026-11-25 22:00:41Z");
	assert_string_equal(printed("CET-1"), "2026-11-25 23:00:41+01");
	assert_string_equal(printed("IST-5:30"), "2026-11-26 03:30:41+05:30");
	assert_string_equal(printed("NST3:30"), "2026-11-25 18:30:41-03:30");
}

TEST(a_printed_time_can_be_read_again)
{
	static const char *const zones[] = { "UTC0", "CET-1", "IST-5:30", "NST3:30" };
	const char *text;
	uint64_t ns;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(zones); i++) {
		text = printed(zones[i]);
		setenv("TZ", "JST-9", 1);
		tzset();
		assert_int_equal(when_parse(text, &ns), 0);
		assert_true(ns == MOMENT * 1000000000);
	}
}

TEST(a_time_without_an_offset_is_local)
{
	uint64_t ns;

	printed("CET-1");
	assert_int_equal(when_parse("2026-11-25 23:00:41", &ns), 0);
	assert_true(ns == MOMENT * 1000000000);
	when_use_utc();
	assert_int_equal(when_parse("2026-11-25 22:00:41", &ns), 0);
	assert_true(ns == MOMENT * 1000000000);
}

TEST(what_is_no_time_is_refused)
{
	static const char *const texts[] = {
		"", "2026-13-01", "2026-02-31", "2026-11-25 23:00:41+", "2026-11-25 23:00:41+01x",
		"2026-11-25+01", "25:00", "-1", "-1y", "tomorrow",
	};
	uint64_t ns;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(texts); i++)
		assert_int_not_equal(when_parse(texts[i], &ns), 0);
}
