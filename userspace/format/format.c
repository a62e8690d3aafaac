// SPDX-License-Identifier: GPL-2.0-or-later
#include "format/format.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

static const struct format *const formats[] = {
	&format_text,
	&format_compact,
	&format_json,
	&format_ecs,
	&format_ocsf,
	&format_cef,
	&format_syslog,
};

void put_utc(struct buffer *out, uint64_t ns, int digits)
{
	time_t seconds = ns / 1000000000;
	uint64_t fraction = ns % 1000000000;
	char text[64];
	struct tm tm;
	int cut;

	for (cut = digits; cut < 9; cut++)
		fraction /= 10;
	gmtime_r(&seconds, &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	buffer_printf(out, "%s.%0*" PRIu64 "Z", text, digits, fraction);
}

uint64_t record_time(const struct record *record)
{
	struct timespec now;

	if (record->time.known)
		return record->time.value;
	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec * UINT64_C(1000000000) + now.tv_nsec;
}

void put_record_id(struct buffer *out, const struct record *record)
{
	buffer_printf(out, "%016" PRIx64 "-%" PRIu64, record->instance.value, record->seq.value);
}

const struct format *format_find(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(formats); i++)
		if (!strcmp(formats[i]->name, name))
			return formats[i];
	return NULL;
}

const char *format_names(void)
{
	static struct buffer names;
	size_t i;

	buffer_reset(&names);
	for (i = 0; i < ARRAY_SIZE(formats); i++)
		buffer_printf(&names, "%s%s", i ? ", " : "", formats[i]->name);
	return names.data;
}

const struct container_names *container_names_of(const struct view *view, const char *cgroup_path)
{
	static const struct container_names none;
	const struct container_names *names =
		view->find_container ? view->find_container(cgroup_path) : NULL;

	return names ? names : &none;
}
