// SPDX-License-Identifier: GPL-2.0
/*
 * Past records come once each and in order, from files of every kind, and what cannot be read
 * is one line on stderr and exit code 1, while the rest is shown.
 */
#include "unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "files.h"
#include "lib/buffer.h"
#include "lib/exit.h"
#include "past/past.h"

static struct buffer shown;	/* "SEQ " of each record */
static char said[4096];		/* on stderr */
static struct filter filter;
static struct past_query query;

void set_up(void)
{
	files_set_up();
	buffer_reset(&shown);
	buffer_puts(&shown, "");
	query = (struct past_query){0};
}

void tear_down(void)
{
	filter_free(&filter);
	files_tear_down();
}

static void put_alert(struct buffer *out, const char *instance, unsigned int seq, const char *time,
		      const char *rest)
{
	buffer_printf(out, "{\"seq\":%u,\"instance\":\"%s\",\"time\":\"%s\",\"host\":\"web01\","
		      "\"boot_id\":null,\"rule\":\"a\",\"rules\":[\"a\"]%s}\n", seq, instance,
		      time, rest);
}

/* Alerts [first, last] of instance 1, each a minute after the one before. */
static void put_alerts(struct buffer *out, unsigned int first, unsigned int last)
{
	char time[64];
	unsigned int seq;

	for (seq = first; seq <= last; seq++) {
		snprintf(time, sizeof(time), "2026-11-21T%02u:%02u:00.000000000Z", seq / 60 % 24,
			 seq % 60);
		put_alert(out, "0000000000000001", seq, time, "");
	}
}

static void write_alerts(const char *name, unsigned int first, unsigned int last)
{
	struct buffer text = {0};

	put_alerts(&text, first, last);
	files_write(name, text.data, text.len);
	buffer_free(&text);
}

static int take(void *context, const struct past_line *line)
{
	(void)context;
	assert_non_null(line->object);
	assert_int_equal(strlen(line->text), line->len);
	buffer_printf(&shown, "%s%d ", line->head.loss ? "loss " : "", (int)line->head.seq);
	return 0;
}

/* Reads the files, and keeps what is printed on stderr. */
static int read_files(char *const *names, int count)
{
	int before = dup(STDERR_FILENO), file = open("stderr", O_RDWR | O_CREAT | O_TRUNC, 0600);
	ssize_t len;
	int ret;

	buffer_reset(&shown);
	buffer_puts(&shown, "");
	query.files = names;
	query.nr_files = count;
	dup2(file, STDERR_FILENO);
	ret = past_read(&query, take, NULL);
	dup2(before, STDERR_FILENO);
	len = pread(file, said, sizeof(said) - 1, 0);
	said[len] = '\0';
	close(file);
	close(before);
	return ret;
}

#define READ(...)								\
	read_files((char *[]){ __VA_ARGS__ }, ARRAY_SIZE(((char *[]){ __VA_ARGS__ })))

static void assert_says_one_line(const char *part)
{
	const char *newline = strchr(said, '\n');

	if (!strstr(said, part))
		fail_msg("'%s' lacks '%s'", said, part);
	assert_non_null(newline);
	assert_string_equal(newline, "\n");
}

static void compress_file(const char *command)
{
	assert_int_equal(system(command), 0);
}

TEST(rotated_and_compressed_files_are_read_in_order_whatever_their_names)
{
	write_alerts("a", 1, 3);
	write_alerts("b", 4, 6);
	write_alerts("c", 7, 8);
	compress_file("gzip a");
	assert_int_equal(READ("c", "b", "a.gz"), DONE);
	assert_string_equal(shown.data, "1 2 3 4 5 6 7 8 ");
	assert_string_equal(said, "");
}

TEST(a_record_that_two_files_have_comes_once)
{
	write_alerts("a", 1, 5);
	write_alerts("b", 3, 8);
	assert_int_equal(READ("a", "b", "a"), DONE);
	assert_string_equal(shown.data, "1 2 3 4 5 6 7 8 ");
}

TEST(a_gzip_file_of_several_parts_is_read_to_its_end)
{
	write_alerts("a", 1, 2);
	write_alerts("b", 3, 4);
	compress_file("gzip a b && cat a.gz b.gz >c.gz");
	assert_int_equal(READ("c.gz"), DONE);
	assert_string_equal(shown.data, "1 2 3 4 ");
}

TEST(of_a_truncated_gzip_file_the_beginning_is_shown)
{
	write_alerts("a", 1, 1000);
	compress_file("gzip a && head -c 3000 a.gz >b.gz");
	assert_int_equal(READ("b.gz"), FAILED);
	assert_ptr_equal(strstr(shown.data, "1 2 3 4 5 "), shown.data);
	assert_says_one_line("b.gz: the compressed file is cut off");
}

TEST(a_damaged_gzip_file_does_not_hide_the_next_file)
{
	write_alerts("a", 1, 2);
	files_write("b.gz", "\x1f\x8b\x08\x00garbage that is no deflated data", 34);
	assert_int_equal(READ("b.gz", "a"), FAILED);
	assert_string_equal(shown.data, "1 2 ");
	assert_says_one_line("b.gz: the compressed data is damaged");
}

TEST(xz_is_refused_with_the_command_to_use)
{
	files_write("a.xz", "\xfd\x37zXZ\0more", 10);
	assert_int_equal(READ("a.xz"), FAILED);
	assert_says_one_line("xz -dc");
}

TEST(torn_lines_are_left_out_and_reported_once)
{
	struct buffer text = {0};

	put_alerts(&text, 1, 2);
	buffer_puts(&text, "{\"seq\":3,\"instance\":\"00000000\n");
	put_alerts(&text, 4, 4);
	buffer_puts(&text, "no json\n\n");
	put_alerts(&text, 5, 5);
	files_write("a", text.data, text.len);
	buffer_free(&text);
	assert_int_equal(READ("a"), FAILED);
	assert_string_equal(shown.data, "1 2 4 5 ");
	assert_says_one_line("a:3: not a whole record in the format json, and 1 more");
}

TEST(a_line_of_ten_megabytes_is_left_out)
{
	struct buffer text = {0};
	size_t i;

	put_alerts(&text, 1, 1);
	for (i = 0; i < 10 * 1024 * 1024; i++)
		buffer_putc(&text, 'x');
	buffer_putc(&text, '\n');
	put_alerts(&text, 2, 2);
	files_write("a", text.data, text.len);
	buffer_free(&text);
	assert_int_equal(READ("a"), FAILED);
	assert_string_equal(shown.data, "1 2 ");
	assert_says_one_line("a: 1 line longer than 1024 KiB; left out");
}

TEST(a_last_line_without_a_newline_counts_if_it_is_whole)
{
	struct buffer text = {0};

	put_alerts(&text, 1, 2);
	files_write("a", text.data, text.len - 1);
	assert_int_equal(READ("a"), DONE);
	assert_string_equal(shown.data, "1 2 ");
	files_write("a", text.data, text.len - 20);
	assert_int_equal(READ("a"), FAILED);
	assert_string_equal(shown.data, "1 ");
	buffer_free(&text);
}

TEST(the_numbers_give_the_order_when_the_clock_was_set_back)
{
	struct buffer text = {0};

	put_alert(&text, "0000000000000001", 1, "2026-11-21T10:00:00.000000000Z", "");
	files_write("a", text.data, text.len);
	buffer_reset(&text);
	put_alert(&text, "0000000000000001", 2, "2026-11-21T09:00:00.000000000Z", "");
	files_write("b", text.data, text.len);
	buffer_free(&text);
	assert_int_equal(READ("b", "a"), DONE);
	assert_string_equal(shown.data, "1 2 ");
}

TEST(a_missing_file_is_one_line_and_the_others_are_shown)
{
	write_alerts("a", 1, 2);
	assert_int_equal(READ("missing", "a"), FAILED);
	assert_string_equal(shown.data, "1 2 ");
	assert_says_one_line("missing: No such file or directory");
}

/* A minute is 60 s; record 60 is of 01:00. */
#define MINUTE_NS UINT64_C(60000000000)
#define MIDNIGHT UINT64_C(1795219200000000000)

TEST(only_records_of_the_times_that_are_asked_for_are_shown)
{
	write_alerts("a", 1, 100);
	query.since = MIDNIGHT + 50 * MINUTE_NS;
	query.until = MIDNIGHT + 53 * MINUTE_NS;
	assert_int_equal(READ("a"), DONE);
	assert_string_equal(shown.data, "50 51 52 53 ");
}

TEST(a_large_sorted_file_gives_the_same_when_most_of_it_is_not_read)
{
	struct buffer text = {0}, pad = {0};
	unsigned int seq;
	char time[64];

	buffer_puts(&pad, ",\"pad\":\"");
	while (pad.len < 20000)
		buffer_putc(&pad, 'x');
	buffer_putc(&pad, '"');
	for (seq = 1; seq <= 1200; seq++) {
		snprintf(time, sizeof(time), "2026-11-21T%02u:%02u:00.000000000Z", seq / 60,
			 seq % 60);
		put_alert(&text, "0000000000000001", seq, time, pad.data);
	}
	files_write("a", text.data, text.len);
	buffer_free(&text);
	buffer_free(&pad);
	query.since = MIDNIGHT + 700 * MINUTE_NS;
	query.until = MIDNIGHT + 702 * MINUTE_NS;
	assert_int_equal(READ("a"), DONE);
	assert_string_equal(shown.data, "700 701 702 ");
}

TEST(a_loss_and_an_alert_of_the_same_number_are_both_shown)
{
	struct buffer text = {0};

	put_alerts(&text, 1, 1);
	buffer_puts(&text, "{\"type\":\"loss\",\"seq\":1,\"instance\":\"0000000000000001\","
		    "\"time\":null,\"host\":\"web01\",\"last\":1,\"lost\":1,\"why\":\"x\"}\n");
	files_write("a", text.data, text.len);
	buffer_free(&text);
	assert_int_equal(READ("a", "a"), DONE);
	assert_string_equal(shown.data, "1 loss 1 ");
}
