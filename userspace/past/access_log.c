// SPDX-License-Identifier: GPL-2.0-or-later
#include "past/access_log.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/console.h"
#include "lib/exit.h"
#include "lib/message.h"
#include "lib/xalloc.h"
#include "past/files.h"
#include "past/lines.h"

#define SECOND UINT64_C(1000000000)

int access_logs_add(struct access_logs *logs, const char *text, struct buffer *fault)
{
	const char *colon = strchr(text, ':');
	size_t len = colon ? (size_t)(colon - text) : strlen(text);
	struct access_log *log = &logs->list[logs->count];
	int ret;

	if (logs->count == ACCESS_LOGS_MAX) {
		buffer_printf(fault, "more than %d logs", ACCESS_LOGS_MAX);
		return -EINVAL;
	}
	if (!len) {
		buffer_printf(fault, "'%s' names no file; write FILE or FILE:FORMAT", text);
		return -EINVAL;
	}
	ret = access_format_read(&log->format, colon ? colon + 1 : "combined", fault);
	if (ret) {
		access_format_free(&log->format);
		return ret;
	}
	log->path = xcalloc(len + 1, 1);
	memcpy(log->path, text, len);
	logs->count++;
	return 0;
}

void access_logs_collect(struct access_logs *logs, const struct head *head,
			 const struct record *record)
{
	uint64_t moment = access_moment(&logs->moments, record);
	struct access_alert *alert;
	size_t i, count = logs->alert_count;

	if (!moment)
		return;
	if (count == ACCESS_ALERTS_MAX) {
		logs->left_out++;
		return;
	}
	/* Doubled at each power of two. */
	if (!(count & (count - 1)))
		logs->alerts = xreallocarray(logs->alerts, count ? 2 * count : 1,
					     sizeof(*logs->alerts));
	alert = xcalloc(1, sizeof(*alert) + logs->count * sizeof(alert->joins[0]));
	alert->head = *head;
	for (i = 0; i < logs->count; i++)
		access_join_begin(&alert->joins[i], &record->alert, moment);
	logs->alerts[logs->alert_count++] = alert;
	if (!logs->first || moment < logs->first)
		logs->first = moment;
	if (moment > logs->last)
		logs->last = moment;
}

static uint64_t moment_of(const struct access_alert *alert)
{
	return alert->joins[0].moment;
}

static int compare_moments(const void *a, const void *b)
{
	const struct access_alert *one = *(const struct access_alert *const *)a;
	const struct access_alert *other = *(const struct access_alert *const *)b;

	return (moment_of(one) > moment_of(other)) - (moment_of(one) < moment_of(other));
}

static int compare_heads(const void *a, const void *b)
{
	const struct access_alert *one = *(const struct access_alert *const *)a;
	const struct access_alert *other = *(const struct access_alert *const *)b;

	if (one->head.instance != other->head.instance)
		return one->head.instance > other->head.instance ? 1 : -1;
	return (one->head.seq > other->head.seq) - (one->head.seq < other->head.seq);
}

/* The first alert, of those sorted by time, that is not before the time. */
static size_t logs_first_after(const struct access_logs *logs, uint64_t time)
{
	size_t low = 0, high = logs->alert_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (moment_of(logs->alerts[middle]) < time)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void logs_offer(struct access_logs *logs, size_t number, const struct access_line *line)
{
	const struct access_format *format = &logs->list[number].format;
	size_t i;

	for (i = logs_first_after(logs, line->first); i < logs->alert_count; i++) {
		if (moment_of(logs->alerts[i]) > line->last)
			break;
		access_join_offer(&logs->alerts[i]->joins[number], format, line);
	}
}

/* Returns how many lines have the format; *others counts those that do not. */
static uint64_t logs_read_lines(struct access_logs *logs, size_t number, struct lines *lines,
				uint64_t *others)
{
	struct access_line read;
	struct line line;
	uint64_t good = 0;

	while (!stop_requested() && lines_next(lines, &line) > 0) {
		if (!access_line_read(&logs->list[number].format, line.text, line.len, &read)) {
			*others += line.len > 0;
			continue;
		}
		good++;
		logs_offer(logs, number, &read);
	}
	return good;
}

/* What was last written before the first alert has no line of its request. */
static bool file_is_too_old(const struct access_logs *logs, int fd)
{
	struct stat st;

	return !fstat(fd, &st) && S_ISREG(st.st_mode) &&
	       (uint64_t)st.st_mtime + 120 < logs->first / SECOND;
}

static int logs_read_file(struct access_logs *logs, size_t number, const struct past_file *file)
{
	uint64_t others = 0, good;
	struct lines lines;
	int ret = DONE;

	if (file_is_too_old(logs, file->fd))
		return DONE;
	lines_open(&lines, file->fd);
	good = logs_read_lines(logs, number, &lines, &others);
	if (lines.source.reason)
		complain("%s: %s", file->name, lines.source.reason);
	else if (!good && others)
		complain("%s: no line has the format; write '--access-log %s:FORMAT' with that of "
			 "the server's configuration", file->name, logs->list[number].path);
	if (lines.source.reason || (!good && others))
		ret = FAILED;
	lines_close(&lines);
	return ret;
}

static int logs_read_log(struct access_logs *logs, size_t number)
{
	struct files files = {0};
	int ret = DONE;
	size_t i;

	files_open_rotating(&files, logs->list[number].path);
	for (i = 0; i < files.count; i++)
		if (logs_read_file(logs, number, &files.list[i]))
			ret = FAILED;
	if (files.failed)
		ret = FAILED;
	files_close(&files);
	return ret;
}

static void logs_sort(struct access_logs *logs, int (*compare)(const void *a, const void *b))
{
	if (logs->alert_count)
		qsort(logs->alerts, logs->alert_count, sizeof(*logs->alerts), compare);
}

int access_logs_read(struct access_logs *logs)
{
	int ret = DONE;
	size_t i;

	logs_sort(logs, compare_moments);
	for (i = 0; i < logs->count; i++)
		if (logs_read_log(logs, i))
			ret = FAILED;
	logs_sort(logs, compare_heads);
	if (!logs->left_out)
		return ret;
	complain("more than %d alerts: the requests of %" PRIu64 " were not looked for in an "
		 "access log; --since and --until choose", ACCESS_ALERTS_MAX, logs->left_out);
	return FAILED;
}

const struct access_alert *access_logs_find(const struct access_logs *logs, const struct head *head)
{
	const struct access_alert wanted = { .head = *head }, *key = &wanted;
	struct access_alert **found;

	if (!logs->alert_count)
		return NULL;
	found = bsearch(&key, logs->alerts, logs->alert_count, sizeof(*logs->alerts),
			compare_heads);
	return found ? *found : NULL;
}

bool access_logs_apply(const struct access_logs *logs, const struct access_alert *alert,
		       struct alert_request *request)
{
	bool added = false;
	size_t i;

	for (i = 0; i < logs->count; i++)
		added |= access_join_apply(&alert->joins[i], request);
	return added;
}

void access_logs_forget(struct access_logs *logs)
{
	size_t i, k;

	for (i = 0; i < logs->alert_count; i++) {
		for (k = 0; k < logs->count; k++)
			access_join_end(&logs->alerts[i]->joins[k]);
		free(logs->alerts[i]);
	}
	free(logs->alerts);
	logs->alerts = NULL;
	logs->alert_count = 0;
}

void access_logs_free(struct access_logs *logs)
{
	size_t i;

	access_logs_forget(logs);
	for (i = 0; i < logs->count; i++) {
		free(logs->list[i].path);
		access_format_free(&logs->list[i].format);
	}
	*logs = (struct access_logs){0};
}
