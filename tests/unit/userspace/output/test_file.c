// SPDX-License-Identifier: GPL-2.0
/*
 * However a logger ended, the next one continues the file after its last whole line, in
 * every format.
 */
#include "unit.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files.h"
#include "output/output.h"
#include "samples.h"

#define INSTANCE 0x5b1f9c0e77aa01d3

static const struct format *const formats[] = {
	&format_json, &format_ecs, &format_ocsf, &format_cef, &format_syslog,
};

static const struct format *format;	/* of the current run of all tests */
static char name[80], rotated[80];
static const char *path;
static struct output output;
static struct cursor cursor;

void set_up(void)
{
	files_set_up();
	snprintf(name, sizeof(name), "file:%s/log", files_directory);
	path = name + strlen("file:");
	snprintf(rotated, sizeof(rotated), "%s.1", path);
	cursor = (struct cursor){0};
	output_init(&output, name, format, OUTPUT_SYNC_INTERVAL, -1);
}

void tear_down(void)
{
	output.kind->close(&output);
	files_tear_down();
}

/* @lost is 0 for a loss of unknown size. */
static int write_loss(uint64_t instance, uint64_t seq, uint64_t lost)
{
	const struct record record = {
		.seq = { true, seq },
		.instance = { true, instance },
		.loss = {
			.present = true,
			.lost = { lost > 0, lost },
			.reason = lost != 1 ? "overwritten" : NULL,
		},
	};
	struct buffer line = {0};
	const struct item item = { &record, &line, &line, &test_view };
	int ret;

	output.format->put(&line, &record, &test_view);
	ret = output.kind->write(&output, &item);
	buffer_free(&line);
	if (!ret)
		cursor.place = record_place(&record);
	return ret;
}

static void write_up_to(uint64_t seq)
{
	while (cursor.place.seq < seq)
		assert_int_equal(write_loss(INSTANCE, cursor.place.seq + 1, 1), 0);
}

/* Start a logger after another was killed; the state file holds @saved. */
static void start_again(const struct cursor *saved)
{
	output.kind->close(&output);
	output_init(&output, name, format, OUTPUT_SYNC_INTERVAL, -1);
	cursor = *saved;
	assert_int_equal(output.kind->open(&output, &cursor), 0);
}

static void start(void)
{
	start_again(&(struct cursor){0});
}

/* Start a logger on a new file, write records 1 to @seq, and save the progress. */
static struct cursor start_and_save(uint64_t seq)
{
	start();
	write_up_to(seq);
	assert_int_equal(output.kind->flush(&output, &cursor), 0);
	return cursor;
}

static off_t size_of(const char *file_path)
{
	struct stat st;

	assert_int_equal(stat(file_path, &st), 0);
	return st.st_size;
}

static void assert_place_is(uint64_t instance, uint64_t seq)
{
	assert_int_equal(cursor.place.instance, instance);
	assert_int_equal(cursor.place.seq, seq);
}

/* The file has whole lines of Shelltrap with these numbers, and nothing else. */
static void assert_lines_are(const char *file_path, uint64_t first, uint64_t last)
{
	FILE *file = fopen(file_path, "r");
	struct place place;
	char *line = NULL;
	size_t size = 0;
	ssize_t len;

	assert_non_null(file);
	while ((len = getline(&line, &size, file)) > 0) {
		assert_true(format->read_back(line, len - 1, &place));
		assert_int_equal(line[len - 1], '\n');
		assert_int_equal(place.seq, first++);
	}
	assert_int_equal(first, last + 1);
	free(line);
	fclose(file);
}

TEST(lines_after_the_saved_progress_count_as_written)
{
	const struct cursor saved = start_and_save(3);

	write_up_to(5);
	start_again(&saved);
	assert_place_is(INSTANCE, 5);
	write_up_to(6);
	assert_lines_are(path, 1, 6);
}

TEST(a_loss_of_unknown_size_ends_the_instance)
{
	start();
	write_up_to(3);
	assert_int_equal(write_loss(INSTANCE, 4, 0), 0);
	assert_place_is(INSTANCE, PLACE_END);
	start();
	assert_place_is(INSTANCE, PLACE_END);
}

TEST(a_torn_line_is_cut_off)
{
	const struct cursor saved = start_and_save(3);
	off_t whole;

	write_up_to(4);
	whole = size_of(path);
	files_append_text(path, "{\"type\":\"loss\",\"seq\":5,\"inst");
	start_again(&saved);
	assert_place_is(INSTANCE, 4);
	assert_int_equal(size_of(path), whole);
	write_up_to(5);
	assert_lines_are(path, 1, 5);
}

/* The file is cut after each byte of the lines after the saved progress. */
TEST(a_file_cut_at_any_byte_is_continued)
{
	const struct cursor saved = start_and_save(3);
	off_t cut, size;

	write_up_to(5);
	size = size_of(path);
	for (cut = saved.file.offset; cut <= size; cut++) {
		assert_int_equal(truncate(path, cut), 0);
		start_again(&saved);
		assert_int_equal(cursor.place.seq, cut < size ? (cut - saved.file.offset) /
				 ((size - saved.file.offset) / 2) + 3 : 5);
		write_up_to(5);
		assert_int_equal(size_of(path), size);
	}
	assert_lines_are(path, 1, 5);
}

TEST(without_saved_progress_the_last_line_counts)
{
	start();
	write_up_to(7);
	files_append_text(path, "{\"type\":\"lo");
	start();
	assert_place_is(INSTANCE, 7);
	write_up_to(8);
	assert_lines_are(path, 1, 8);
}

TEST(a_loss_counts_all_its_records_as_written)
{
	start();
	write_up_to(2);
	assert_int_equal(write_loss(INSTANCE, 3, 40), 0);
	start();
	assert_place_is(INSTANCE, 42);
}

TEST(a_line_of_another_instance_counts)
{
	const struct cursor saved = start_and_save(9);

	assert_int_equal(write_loss(77, 1, 1), 0);
	start_again(&saved);
	assert_place_is(77, 1);
}

TEST(a_rotated_file_is_found)
{
	const struct cursor saved = start_and_save(3);

	write_up_to(5);
	files_append_text(path, "{\"torn");
	assert_int_equal(rename(path, rotated), 0);
	start_again(&saved);
	assert_place_is(INSTANCE, 5);
	write_up_to(6);
	assert_lines_are(rotated, 1, 5);
	assert_lines_are(path, 6, 6);
}

TEST(without_the_file_the_saved_progress_counts)
{
	const struct cursor saved = start_and_save(3);

	assert_int_equal(unlink(path), 0);
	start_again(&saved);
	assert_place_is(INSTANCE, 3);
}

TEST(a_truncated_file_does_not_reset_the_progress)
{
	const struct cursor saved = start_and_save(3);

	assert_int_equal(truncate(path, 0), 0);
	start_again(&saved);
	assert_place_is(INSTANCE, 3);
	write_up_to(4);
	assert_lines_are(path, 4, 4);
}

TEST(foreign_lines_are_kept)
{
	files_append_text(path, "their line\nand half of one");
	start();
	assert_place_is(0, 0);
	write_up_to(1);
	assert_true(size_of(path) > 27);
	start();
	assert_place_is(INSTANCE, 1);
}

static void allow_size(rlim_t size)
{
	const struct rlimit limit = { size, RLIM_INFINITY };

	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

TEST(a_line_written_in_part_is_removed)
{
	off_t size;

	signal(SIGXFSZ, SIG_IGN);
	start();
	write_up_to(2);
	size = size_of(path);
	allow_size(size + 10);
	assert_int_equal(write_loss(INSTANCE, 3, 1), -EFBIG);
	assert_int_equal(size_of(path), size);
	assert_int_equal(write_loss(INSTANCE, 3, 1), -EFBIG);
	allow_size(RLIM_INFINITY);
	write_up_to(3);
	assert_lines_are(path, 1, 3);
}

TEST(reopening_creates_a_new_file_after_rotation)
{
	start();
	write_up_to(2);
	assert_int_equal(rename(path, rotated), 0);
	assert_int_equal(output.kind->reopen(&output), 0);
	write_up_to(4);
	assert_lines_are(rotated, 1, 2);
	assert_lines_are(path, 3, 4);
}

TEST(a_renamed_file_is_noticed)
{
	start();
	write_up_to(2);
	assert_false(output.kind->has_moved(&output));
	assert_int_equal(rename(path, rotated), 0);
	assert_true(output.kind->has_moved(&output));
	assert_int_equal(output.kind->reopen(&output), 0);
	assert_false(output.kind->has_moved(&output));
	write_up_to(4);
	assert_lines_are(rotated, 1, 2);
	assert_lines_are(path, 3, 4);
}

TEST(a_missing_directory_may_come_back)
{
	char moved[80];

	snprintf(moved, sizeof(moved), "%s.away", files_directory);
	start();
	write_up_to(1);
	assert_int_equal(rename(files_directory, moved), 0);
	assert_int_equal(output.kind->reopen(&output), -ENOENT);
	assert_int_equal(write_loss(INSTANCE, 2, 1), -EBADF);
	assert_true(output.kind->has_moved(&output));
	assert_int_equal(rename(moved, files_directory), 0);
	assert_int_equal(output.kind->reopen(&output), 0);
	write_up_to(2);
	assert_lines_are(path, 1, 2);
}

TEST(a_fifo_is_refused)
{
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(output.kind->open(&output, &cursor), -EINVAL);
	assert_string_equal(output_reason(&output, -EINVAL), "not a regular file");
}

TEST(only_lines_of_shelltrap_are_read_back)
{
	static const char *const lines[] = {
		"", "{", "{}", "null", "[1]", "nonsense",
		"{\"seq\":1}", "{\"seq\":\"1\",\"instance\":\"5b1f9c0e77aa01d3\"}",
		"{\"seq\":0,\"instance\":\"5b1f9c0e77aa01d3\"}",
		"{\"seq\":1,\"instance\":\"gg\"}", "{\"seq\":1,\"instance\":7}",
		"{\"event\":{\"sequence\":1},\"shelltrap\":7}",
		"{\"event\":7,\"shelltrap\":{\"instance\":\"5b1f9c0e77aa01d3\"}}",
		"{\"metadata\":[1],\"unmapped\":{\"instance\":\"5b1f9c0e77aa01d3\"}}",
		"CEF:0|a|b|c|d|e|5| externalId=1", "CEF:0|a|b|c|d|e| externalId=1 cs6=1",
		"CEF:0|a|b|c|d|e|5| externalId=0 cs6=1", "CEF:0|a|b|c|d|e|5| externalId=x cs6=1",
		"CEF:0|a|b|c|d|e\\|5| externalId=1 cs6=1",
		"CEF:0|a|b|c|d|e|5| externalId=1\\n cs6=1",
		"<82>1 - - - - -", "<82>1 - - - - - [shelltrap@32473 seq=\"1\"",
		"<82>1 - - - - - [shelltrap@32473 seq=\"\" instance=\"1\"] x",
		"<82>1 - - - - - [shelltrap@32473 instance=\"1\"] seq=\"1\"",
		"<82>1 - - - - - [shelltrap@32473 pathname=\"\\] seq=\\\"1\" instance=\"1\"]",
	};
	struct place place = { 1, 2 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lines); i++)
		assert_false(format->read_back(lines[i], strlen(lines[i]), &place));
	assert_int_equal(place.instance, 1);
	assert_int_equal(place.seq, 2);
}

int main(void)
{
	int failed = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(formats); i++) {
		format = formats[i];
		failed += unit_run(format->name);
	}
	return failed;
}
