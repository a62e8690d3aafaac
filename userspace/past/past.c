// SPDX-License-Identifier: GPL-2.0-or-later
#include "past/past.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "kernel/stream.h"
#include "lib/console.h"
#include "lib/exit.h"
#include "lib/message.h"
#include "lib/xalloc.h"
#include "output/config.h"
#include "past/amender.h"
#include "past/feed.h"
#include "past/parse.h"

#define HOUR_NS (UINT64_C(3600) * 1000000000)

struct past {
	const struct past_query *query;
	past_take *take;
	void *context;
	struct files files;
	struct feed *feeds;		/* sorted by the head of the file */
	size_t first, next;		/* [first, next) are being read, those after wait */
	struct feed_wants wants;
	struct buffer text;
	struct amender *amender;	/* NULL: lines are given as they are */
	bool failed;
};

static void past_put_time(char *text, uint64_t ns)
{
	struct buffer time = {0};

	put_utc(&time, ns, 9);
	if (time.len == HEAD_TIME)
		memcpy(text, time.data, HEAD_TIME + 1);
	buffer_free(&time);
}

static void past_set_times(struct past *past)
{
	const struct past_query *query = past->query;
	struct feed_wants *wants = &past->wants;

	if (query->since) {
		past_put_time(wants->since, query->since);
		past_put_time(wants->since_early,
			      query->since > HOUR_NS ? query->since - HOUR_NS : 0);
	}
	if (query->until) {
		past_put_time(wants->until, query->until);
		past_put_time(wants->until_late, query->until + HOUR_NS);
	}
}

static int past_compare(const void *a, const void *b)
{
	const struct feed *one = a, *other = b;

	/* What is open already, a pipe, comes first: it waits for nothing. */
	if (one->opened != other->opened)
		return other->opened - one->opened;
	if (head_is_before(&one->head, &other->head))
		return -1;
	return head_is_before(&other->head, &one->head);
}

static void past_find_files(const struct past_query *query, struct files *files)
{
	int file;

	for (file = 0; file < query->nr_files; file++)
		files_open(files, query->files[file]);
	if (!query->nr_files)
		files_open_configured(files, query->config ? query->config : CONFIG_FILE);
}

int past_open_files(const struct past_query *query, struct files *files)
{
	past_find_files(query, files);
	return files_keep(files);
}

static void past_open(struct past *past)
{
	struct stat st;
	size_t i;

	if (past->query->opened)
		past->files = *past->query->opened;
	else
		past_find_files(past->query, &past->files);
	past->failed |= past->files.failed;
	past->feeds = xcalloc(past->files.count + 1, sizeof(*past->feeds));
	for (i = 0; i < past->files.count; i++) {
		feed_peek(&past->feeds[i], &past->files.list[i]);
		if (!fstat(past->files.list[i].fd, &st))
			past->wants.total += st.st_size;
	}
	qsort(past->feeds, past->files.count, sizeof(*past->feeds), past_compare);
}

static void past_advance(struct past *past, struct feed *feed)
{
	feed_next(feed, &past->wants);
	past->failed |= feed->ended && feed->failed;
}

/* The feed whose line comes next; opens those that may have an earlier one. NULL: the end. */
static struct feed *past_choose(struct past *past)
{
	struct feed *chosen = NULL;
	size_t i;

	while (past->first < past->next && past->feeds[past->first].ended)
		past->first++;
	for (i = past->first; i < past->next; i++) {
		struct feed *feed = &past->feeds[i];

		if (!feed->ended && (!chosen || head_is_before(&feed->head, &chosen->head)))
			chosen = feed;
	}
	while (past->next < past->files.count) {
		struct feed *feed = &past->feeds[past->next];

		if (chosen && !feed->opened && !head_is_before(&feed->head, &chosen->head))
			break;
		past->next++;
		feed_open(feed, &past->wants);
		past_advance(past, feed);
		if (!feed->ended && (!chosen || head_is_before(&feed->head, &chosen->head)))
			chosen = feed;
	}
	return chosen;
}

/* Returns what take() returns, 0 if the line does not match, or negative: it is no JSON. */
static int past_give(struct past *past, const char *text, size_t len, const struct head *head)
{
	const struct filter *filter = past->query->filter;
	struct past_line line = { .head = *head };
	int ret = 0;

	if (past->amender)
		amender_amend(past->amender, head, &text, &len);
	line.len = len;
	if (!past->query->text_only || filter) {
		line.object = past_parse(text, len);
		if (!line.object)
			return -EBADMSG;
	}
	if (!filter || filter_matches(filter, line.object)) {
		buffer_reset(&past->text);
		buffer_add(&past->text, text, len);
		line.text = past->text.data;
		meter_clear(&past->wants.meter);
		ret = past->take(past->context, &line);
	}
	return ret;
}

static int past_read_files(struct past *past)
{
	struct feed *feed;
	int ret = 0;

	while (!ret && !stop_requested() && (feed = past_choose(past))) {
		ret = past_give(past, feed->line.text, feed->line.len, &feed->head);
		if (ret == -EBADMSG) {
			feed_tear(feed);
			ret = 0;
		}
		if (!ret)
			past_advance(past, feed);
	}
	return ret;
}

static int past_give_record(struct past *past, const struct record *record)
{
	static struct buffer line;
	struct head head;

	buffer_reset(&line);
	format_json.put(&line, record, past->query->view);
	line.data[--line.len] = '\0';
	if (!head_scan(line.data, line.len, &head) ||
	    !seen_add(head.loss ? &past->wants.losses : &past->wants.records, &head) ||
	    strcmp(head.time, past->wants.since) < 0 ||
	    (past->wants.until[0] && strcmp(head.time, past->wants.until) > 0))
		return 0;
	return past_give(past, line.data, line.len, &head);
}

/* A module that is not loaded holds nothing, which is no failure. */
static int past_kernel_failed(struct past *past, int error)
{
	if (error == -ENOENT || error == -ENODEV)
		return 0;
	past->failed = true;
	if (!past->query->quiet)
		complain("what the logger has not written yet is missing: the kernel's backlog: %s",
			 error == -EPERM ? "not permitted; run as root" : strerror(-error));
	return 0;
}

static int past_read_kernel(struct past *past)
{
	static struct stream stream;
	const struct record *record;
	int ret = stream_open(&stream, STREAM_FROM_OLDEST, STREAM_HELD), taken = 0;

	while (!ret && !taken && !stop_requested()) {
		ret = stream_next(&stream, &record);
		if (ret > 0) {
			taken = past_give_record(past, record);
			ret = 0;
		} else if (!ret) {
			break;
		}
	}
	stream_close(&stream);
	return taken ? taken : ret ? past_kernel_failed(past, ret) : 0;
}

static void past_close(struct past *past)
{
	size_t i;

	if (past->wants.records.full || past->wants.losses.full) {
		past->failed = true;
		if (!past->query->quiet)
			complain("the files have too many gaps: a record that two of them have "
				 "may be shown twice");
	}
	for (i = 0; i < past->files.count; i++)
		feed_close(&past->feeds[i]);
	meter_clear(&past->wants.meter);
	free(past->feeds);
	if (!past->query->opened)
		files_close(&past->files);
	seen_free(&past->wants.records);
	seen_free(&past->wants.losses);
	buffer_free(&past->text);
}

static int past_read_with(const struct past_query *query, struct amender *amender,
			  past_take *take, void *context)
{
	struct past past = {
		.query = query,
		.take = take,
		.context = context,
		.amender = amender,
		/* What a filter looks for may come from an access log. */
		.wants.filter = amender ? NULL : query->filter,
		.wants.quiet = query->quiet,
	};
	int ret;

	meter_start(&past.wants.meter);
	past_set_times(&past);
	past_open(&past);
	ret = past_read_files(&past);
	if (!ret && !query->nr_files && query->view)
		ret = past_read_kernel(&past);
	past_close(&past);
	return ret ? ret : past.failed ? FAILED : DONE;
}

static int past_collect(void *context, const struct past_line *line)
{
	struct amender *amender = context;

	amender_collect(amender, line->object, &line->head, line->len);
	return 0;
}

/* The first reading finds the alerts, for which the access logs are searched then. */
static int past_read_twice(struct past_query *query, past_take *take, void *context)
{
	struct amender amender = { .logs = query->access };
	struct past_query first = *query;
	int ret;

	first.filter = NULL;
	first.text_only = false;
	first.quiet = true;
	past_read_with(&first, NULL, past_collect, &amender);
	amender.failed = access_logs_read(query->access);
	ret = past_read_with(query, &amender, take, context);
	access_logs_forget(query->access);
	if (!ret && amender.failed)
		ret = FAILED;
	amender_free(&amender);
	return ret;
}

int past_read(const struct past_query *query, past_take *take, void *context)
{
	struct past_query same = *query;
	struct files files = {0};
	int ret;

	if (!query->access || !query->access->count)
		return past_read_with(query, NULL, take, context);
	if (!query->opened) {
		ret = past_open_files(query, &files);
		same.opened = &files;
		if (ret)
			complain("a copy of what a pipe gives: %s", strerror(-ret));
	}
	ret = past_read_twice(&same, take, context);
	files_close(&files);
	return ret;
}
