// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/when.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/number.h"
#include "lib/util.h"

#define NS_PER_SECOND UINT64_C(1000000000)
/* A thousand years: the result stays far from the end of the number's range. */
#define SECONDS_MAX (UINT64_C(1000) * 366 * 24 * 3600 / 2)

static int when_from(time_t seconds, uint64_t *ns)
{
	if (seconds < 0 || (uint64_t)seconds > SECONDS_MAX)
		return -EINVAL;
	*ns = seconds * NS_PER_SECOND;
	return 0;
}

/* "-1h": so long ago. */
static int when_parse_ago(const char *text, uint64_t *ns)
{
	static const struct {
		char unit;
		unsigned int seconds;
	} units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 }, { 'w', 604800 } };
	size_t len = strlen(text), i;
	uint64_t count;
	char digits[16];

	if (len < 3 || len > sizeof(digits))
		return -EINVAL;
	memcpy(digits, text + 1, len - 2);
	digits[len - 2] = '\0';
	if (parse_number(digits, 0, SECONDS_MAX, &count))
		return -EINVAL;
	for (i = 0; i < ARRAY_SIZE(units); i++)
		if (text[len - 1] == units[i].unit && count <= SECONDS_MAX / units[i].seconds)
			return when_from(time(NULL) - (time_t)(count * units[i].seconds), ns);
	return -EINVAL;
}

/* Midnight of the day that is so many days before today. */
static int when_parse_day(int days_ago, uint64_t *ns)
{
	time_t now = time(NULL);
	struct tm tm;

	localtime_r(&now, &tm);
	tm.tm_hour = 0;
	tm.tm_min = 0;
	tm.tm_sec = 0;
	tm.tm_mday -= days_ago;
	tm.tm_isdst = -1;
	return when_from(mktime(&tm), ns);
}

/* strptime() accepts "2026-2-31" and signs; a time that mktime() changes is no time. */
static int when_of_tm(struct tm *tm, bool utc, uint64_t *ns)
{
	struct tm asked = *tm;
	time_t seconds;

	tm->tm_isdst = -1;
	seconds = utc ? timegm(tm) : mktime(tm);
	if (tm->tm_mday != asked.tm_mday || tm->tm_mon != asked.tm_mon)
		return -EINVAL;
	return when_from(seconds, ns);
}

static int when_parse_date(const char *text, uint64_t *ns)
{
	static const char *const forms[] = {
		"%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M",
		"%Y-%m-%dT%H:%M:%S",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(forms); i++) {
		struct tm tm = {0};
		const char *end = strptime(text, forms[i], &tm);

		if (end && (!*end || !strcmp(end, "Z")))
			return when_of_tm(&tm, *end, ns);
	}
	return -EINVAL;
}

/* As when_put() writes it. */
static int when_parse_offset(const char *text, uint64_t *ns)
{
	struct tm tm = {0};
	const char *end = strptime(text, "%Y-%m-%d %H:%M:%S%z", &tm);
	long offset = tm.tm_gmtoff;

	if (!end || *end || when_of_tm(&tm, true, ns))
		return -EINVAL;
	*ns -= offset * (int64_t)NS_PER_SECOND;
	return 0;
}

static int when_parse_time(const char *text, uint64_t *ns)
{
	static const char *const forms[] = { "%H:%M", "%H:%M:%S" };
	time_t now = time(NULL);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(forms); i++) {
		struct tm tm;
		const char *end;

		localtime_r(&now, &tm);
		tm.tm_sec = 0;
		end = strptime(text, forms[i], &tm);
		if (end && !*end)
			return when_of_tm(&tm, false, ns);
	}
	return -EINVAL;
}

int when_parse(const char *text, uint64_t *ns)
{
	if (*text == '-')
		return when_parse_ago(text, ns);
	if (!strcmp(text, "today"))
		return when_parse_day(0, ns);
	if (!strcmp(text, "yesterday"))
		return when_parse_day(1, ns);
	if (!strcmp(text, "now"))
		return when_from(time(NULL), ns);
	if (!when_parse_date(text, ns) || !when_parse_offset(text, ns))
		return 0;
	return when_parse_time(text, ns);
}

void when_put(struct buffer *out, uint64_t ns)
{
	time_t seconds = ns / NS_PER_SECOND;
	char text[64];
	struct tm tm;
	long minutes;

	if (!localtime_r(&seconds, &tm) ||
	    !strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm))
		return;
	buffer_puts(out, text);
	minutes = tm.tm_gmtoff / 60;
	if (!minutes) {
		buffer_putc(out, 'Z');
		return;
	}
	buffer_printf(out, "%c%02ld", minutes < 0 ? '-' : '+', labs(minutes) / 60);
	if (minutes % 60)
		buffer_printf(out, ":%02ld", labs(minutes) % 60);
}

void when_use_utc(void)
{
	setenv("TZ", "UTC0", 1);
	tzset();
}
