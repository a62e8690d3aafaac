// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/moment.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* Reads the digits of a fraction as nanoseconds. Returns what follows them. */
static const char *moment_parse_fraction(const char *text, uint64_t *ns)
{
	uint64_t digit = MOMENT_SECOND / 10;

	for (*ns = 0; *text >= '0' && *text <= '9'; text++, digit /= 10)
		*ns += (*text - '0') * digit;
	return text;
}

bool moment_parse(const char *text, uint64_t *ns)
{
	struct tm tm = {0};
	uint64_t fraction = 0;
	const char *rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
	time_t seconds;

	if (rest && *rest == '.')
		rest = moment_parse_fraction(rest + 1, &fraction);
	if (!rest || *rest != 'Z')
		return false;
	seconds = timegm(&tm);
	/* Later than the year 2500 nanoseconds do not fit. */
	if (seconds <= 0 || tm.tm_year >= 600)
		return false;
	*ns = seconds * MOMENT_SECOND + fraction;
	return true;
}

/* Writes what stands for a time that is not known, and returns false, if this is one. */
static bool moment_split(char *text, uint64_t ns, struct tm *tm)
{
	time_t seconds = ns / MOMENT_SECOND;

	if (ns && gmtime_r(&seconds, tm))
		return true;
	snprintf(text, MOMENT_SIZE, "(time unknown)");
	return false;
}

/* Month names in English in every locale. */
const char *moment_day(char *text, uint64_t ns)
{
	static const char *const months[] = {
		"January", "February", "March", "April", "May", "June", "July", "August",
		"September", "October", "November", "December",
	};
	struct tm tm;

	if (moment_split(text, ns, &tm))
		snprintf(text, MOMENT_SIZE, "%d %s %d", tm.tm_mday, months[tm.tm_mon],
			 tm.tm_year + 1900);
	return text;
}

const char *moment_clock(char *text, uint64_t ns)
{
	struct tm tm;

	if (moment_split(text, ns, &tm))
		strftime(text, MOMENT_SIZE, "%H:%M:%S", &tm);
	return text;
}

const char *moment_fine_clock(char *text, uint64_t ns)
{
	struct tm tm;

	if (moment_split(text, ns, &tm))
		snprintf(text, MOMENT_SIZE, "%02d:%02d:%02d.%03u", tm.tm_hour, tm.tm_min,
			 tm.tm_sec, (unsigned int)(ns % MOMENT_SECOND / 1000000));
	return text;
}

const char *moment_iso(char *text, uint64_t ns)
{
	struct tm tm;

	if (moment_split(text, ns, &tm))
		strftime(text, MOMENT_SIZE, "%Y-%m-%dT%H:%M:%SZ", &tm);
	return text;
}

const char *moment_span(char *text, uint64_t ns)
{
	uint64_t seconds = ns / MOMENT_SECOND;

	if (!seconds)
		snprintf(text, MOMENT_SIZE, "%" PRIu64 " ms", ns / 1000000);
	else if (seconds < 60)
		snprintf(text, MOMENT_SIZE, "%" PRIu64 ".%" PRIu64 " s", seconds,
			 ns % MOMENT_SECOND / (MOMENT_SECOND / 10));
	else if (seconds < 3600)
		snprintf(text, MOMENT_SIZE, "%" PRIu64 " min %" PRIu64 " s", seconds / 60,
			 seconds % 60);
	else
		snprintf(text, MOMENT_SIZE, "%" PRIu64 " h %" PRIu64 " min", seconds / 3600,
			 seconds % 3600 / 60);
	return text;
}
