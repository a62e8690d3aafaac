// SPDX-License-Identifier: GPL-2.0-or-later
#include "past/feed.h"

#include <inttypes.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/console.h"
#include "lib/message.h"
#include "past/parse.h"

/* A smaller file is read as a whole, which takes a moment. */
#define SEEK_LEAST (16 * 1024 * 1024)
/* Looks into a file, evenly spaced, to see whether it is sorted. */
#define LOOKS 32
/* Lines that may be no record where a record is looked for. */
#define LOOK_LINES 64
/* The last line may be half written at the moment: so often, and so long, it is waited for. */
#define WRITER_TRIES 10
#define WRITER_MS 20
/* The progress is looked at each time after so many lines. */
#define METER_LINES 1024

static bool feed_find_head(const struct line *line, struct head *head)
{
	const struct node *object;

	if (head_scan(line->text, line->len, head))
		return true;
	object = past_parse(line->text, line->len);
	return object && head_of_object(object, head);
}

/* Reads on to the next record; false: there is none among the next lines. */
static bool feed_look(struct lines *lines, struct line *line, struct head *head)
{
	int i;

	for (i = 0; i < LOOK_LINES && lines_next(lines, line) > 0; i++)
		if (feed_find_head(line, head))
			return true;
	return false;
}

void feed_peek(struct feed *feed, const struct past_file *file)
{
	struct lines lines;
	struct line line;

	*feed = (struct feed){ .file = file };
	lines_open(&lines, file->fd);
	if (!lines.source.regular) {
		feed->lines = lines;
		feed->opened = true;
		return;
	}
	if (!feed_look(&lines, &line, &feed->head))
		feed->head = (struct head){0};
	lines_close(&lines);
}

/* Whether the times at some places of the file rise. */
static bool feed_is_sorted(struct feed *feed, off_t size)
{
	char before[HEAD_TIME + 1] = "";
	struct head head;
	int i;

	for (i = 0; i < LOOKS; i++) {
		lines_seek(&feed->lines, size / LOOKS * i);
		if (!feed_look(&feed->lines, &feed->line, &head) || !head.time[0] ||
		    strcmp(head.time, before) < 0)
			return false;
		strcpy(before, head.time);
	}
	return true;
}

/* An offset before which all times are less, close to the first one that is not. */
static off_t feed_bisect(struct feed *feed, off_t size, const char *time)
{
	off_t low = 0, high = size;
	struct head head;

	while (high - low > LINE_LONGEST) {
		off_t middle = low + (high - low) / 2;

		lines_seek(&feed->lines, middle);
		if (feed_look(&feed->lines, &feed->line, &head) && strcmp(head.time, time) < 0)
			low = middle;
		else
			high = middle;
	}
	return low;
}

static void feed_seek(struct feed *feed, const struct feed_wants *wants)
{
	off_t start = 0;
	struct stat st;

	if (!feed->lines.source.seekable || (!wants->since[0] && !wants->until[0]) ||
	    fstat(feed->file->fd, &st) || st.st_size < SEEK_LEAST)
		return;
	if (feed_is_sorted(feed, st.st_size)) {
		if (wants->since[0])
			start = feed_bisect(feed, st.st_size, wants->since_early);
		if (wants->until[0])
			feed->end = feed_bisect(feed, st.st_size, wants->until_late) +
				    LINE_LONGEST;
	}
	lines_seek(&feed->lines, start);
}

void feed_open(struct feed *feed, const struct feed_wants *wants)
{
	if (!feed->opened)
		lines_open(&feed->lines, feed->file->fd);
	feed->opened = true;
	feed_seek(feed, wants);
}

void feed_tear(struct feed *feed)
{
	if (!feed->torn++) {
		feed->first_torn = feed->lines.number_known ? feed->lines.number : 0;
		feed->first_torn_offset = feed->line.offset;
	}
}

/* Waits a moment for the rest of a last line, which the logger may be writing just now. */
static void feed_complete_line(struct feed *feed)
{
	int i;

	for (i = 0; i < WRITER_TRIES && !feed->line.whole; i++) {
		if (!feed->lines.source.seekable ||
		    head_scan(feed->line.text, feed->line.len, &feed->head))
			return;
		poll(NULL, 0, WRITER_MS);
		lines_again(&feed->lines, &feed->line);
		if (lines_next(&feed->lines, &feed->line) <= 0)
			return;
	}
}

static bool feed_wants_line(struct feed *feed, struct feed_wants *wants)
{
	const struct line *line = &feed->line;
	struct head *head = &feed->head;

	if (!line->len)
		return false;
	if (!feed_find_head(line, head)) {
		/* A file that cannot be read on is reported anyway. */
		if (!feed->lines.source.reason)
			feed_tear(feed);
		return false;
	}
	if (!seen_add(head->loss ? &wants->losses : &wants->records, head))
		return false;
	if (head->time[0] &&
	    (strcmp(head->time, wants->since) < 0 ||
	     (wants->until[0] && strcmp(head->time, wants->until) > 0)))
		return false;
	return !wants->filter || head->loss ||
	       filter_may_match(wants->filter, line->text, line->len);
}

static void __printf(3, 4) feed_complain(struct feed *feed, struct feed_wants *wants,
					 const char *format, ...)
{
	struct buffer text = {0};
	va_list args;

	feed->failed = true;
	if (wants->quiet)
		return;
	va_start(args, format);
	buffer_vprintf(&text, format, args);
	va_end(args);
	meter_clear(&wants->meter);
	complain("%s%s", feed->file->name, text.data);
	buffer_free(&text);
}

static void feed_report_torn(struct feed *feed, struct feed_wants *wants)
{
	struct buffer where = {0}, more = {0};

	if (feed->first_torn)
		buffer_printf(&where, ":%" PRIu64, feed->first_torn);
	else
		buffer_printf(&where, ": at byte %jd", (intmax_t)feed->first_torn_offset);
	buffer_puts(&more, "");
	if (feed->torn > 1)
		buffer_printf(&more, ", and %" PRIu64 " more lines", feed->torn - 1);
	feed_complain(feed, wants, "%s: not a whole record in the format json%s; left out",
		      where.data, more.data);
	buffer_free(&where);
	buffer_free(&more);
}

/* Says, once for the file, what could not be read. */
static void feed_end(struct feed *feed, struct feed_wants *wants, int error)
{
	struct stat st;

	feed->ended = true;
	if (feed->torn)
		feed_report_torn(feed, wants);
	if (feed->lines.too_long)
		feed_complain(feed, wants, ": %" PRIu64 " line%s longer than %d KiB; left out",
			      feed->lines.too_long, feed->lines.too_long == 1 ? "" : "s",
			      LINE_LONGEST / 1024);
	if (error)
		feed_complain(feed, wants, ": %s; the rest is missing", feed->lines.source.reason);
	else if (feed->lines.source.seekable && !fstat(feed->file->fd, &st) &&
		 st.st_size < feed->lines.offset)
		feed_complain(feed, wants, ": was cut while it was read; records are missing");
	feed_close(feed);
}

static void feed_show_progress(const struct feed *feed, struct feed_wants *wants, off_t before)
{
	wants->done += feed->lines.source.offset - before;
	if (!(++wants->lines % METER_LINES))
		meter_show(&wants->meter, feed->file->name, wants->done, wants->total);
}

void feed_next(struct feed *feed, struct feed_wants *wants)
{
	off_t before = feed->lines.source.offset;
	int ret;

	while ((ret = lines_next(&feed->lines, &feed->line)) > 0 && !stop_requested()) {
		if (feed->end && feed->line.offset > feed->end) {
			ret = 0;
			break;
		}
		feed_show_progress(feed, wants, before);
		before = feed->lines.source.offset;
		if (!feed->line.whole)
			feed_complete_line(feed);
		if (feed_wants_line(feed, wants))
			return;
	}
	feed_end(feed, wants, ret < 0);
}

void feed_close(struct feed *feed)
{
	if (feed->opened)
		lines_close(&feed->lines);
	feed->opened = false;
}
