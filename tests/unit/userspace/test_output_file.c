// SPDX-License-Identifier: GPL-2.0
/*
 * However a logger ended, its file goes on behind its last whole line, whatever the
 * format of that.
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

#include "output/output.h"

#define INSTANCE 0x5b1f9c0e77aa01d3

static const struct format *const formats[] = {
	&format_json, &format_ecs, &format_ocsf, &format_cef, &format_syslog,
};

static const struct format *format;	/* what is written */
static char folder[64];
static char name[80], rotated[80];
static const char *path;
static struct output output;
static struct mark mark;

static int make_folder(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/shelltrap-output-XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	snprintf(name, sizeof(name), "file:%s/log", folder);
	path = name + strlen("file:");
	snprintf(rotated, sizeof(rotated), "%s.1", path);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	return rmdir(folder);
}

static int set_up(void **state)
{
	(void)state;
	mark = (struct mark){0};
	output_init(&output, name, format, OUTPUT_SYNC_INTERVAL, -1);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	output.kind->close(&output);
	unlink(path);
	unlink(rotated);
	return 0;
}

/* lost 0: nobody knows how many. */
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
		mark.place = record_place(&record);
	return ret;
}

static void write_up_to(uint64_t seq)
{
	while (mark.place.seq < seq)
		assert_int_equal(write_loss(INSTANCE, mark.place.seq + 1, 1), 0);
}

static void flush(void)
{
	assert_int_equal(output.kind->flush(&output, &mark), 0);
}

/* As after SIGKILL: what is remembered is what was when it was flushed last. */
static void start_again(const struct mark *remembered)
{
	output.kind->close(&output);
	output_init(&output, name, format, OUTPUT_SYNC_INTERVAL, -1);
	mark = *remembered;
	assert_int_equal(output.kind->open(&output, &mark), 0);
}

static void start(void)
{
	start_again(&(struct mark){0});
}

static void append_text(const char *file_path, const char *text)
{
	FILE *file = fopen(file_path, "a");

	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static off_t size_of(const char *file_path)
{
	struct stat st;

	assert_int_equal(stat(file_path, &st), 0);
	return st.st_size;
}

static void assert_place_is(uint64_t instance, uint64_t seq)
{
	assert_int_equal(mark.place.instance, instance);
	assert_int_equal(mark.place.seq, seq);
}

/* Each a whole line of ours, with these numbers, and nothing else. */
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

static void lines_behind_what_is_remembered_count_as_written(void **state)
{
	struct mark remembered;

	(void)state;
	start();
	write_up_to(3);
	flush();
	remembered = mark;
	write_up_to(5);
	start_again(&remembered);
	assert_place_is(INSTANCE, 5);
	write_up_to(6);
	assert_lines_are(path, 1, 6);
}

static void a_loss_to_the_end_of_a_load_is_its_end(void **state)
{
	(void)state;
	start();
	write_up_to(3);
	assert_int_equal(write_loss(INSTANCE, 4, 0), 0);
	assert_place_is(INSTANCE, PLACE_END);
	start();
	assert_place_is(INSTANCE, PLACE_END);
}

static void a_torn_line_is_cut_off(void **state)
{
	struct mark remembered;
	off_t whole;

	(void)state;
	start();
	write_up_to(3);
	flush();
	remembered = mark;
	write_up_to(4);
	whole = size_of(path);
	append_text(path, "{\"type\":\"loss\",\"seq\":5,\"inst");
	start_again(&remembered);
	assert_place_is(INSTANCE, 4);
	assert_int_equal(size_of(path), whole);
	write_up_to(5);
	assert_lines_are(path, 1, 5);
}

/* Each byte of the lines that are not remembered. */
static void wherever_a_crash_cut_it_it_goes_on(void **state)
{
	struct mark remembered;
	off_t cut, size;

	(void)state;
	start();
	write_up_to(3);
	flush();
	remembered = mark;
	write_up_to(5);
	size = size_of(path);
	for (cut = remembered.file.offset; cut <= size; cut++) {
		assert_int_equal(truncate(path, cut), 0);
		start_again(&remembered);
		assert_int_equal(mark.place.seq, cut < size ? (cut - remembered.file.offset) /
				 ((size - remembered.file.offset) / 2) + 3 : 5);
		write_up_to(5);
		assert_int_equal(size_of(path), size);
	}
	assert_lines_are(path, 1, 5);
}

static void without_a_memory_the_file_knows(void **state)
{
	(void)state;
	start();
	write_up_to(7);
	append_text(path, "{\"type\":\"lo");
	start();
	assert_place_is(INSTANCE, 7);
	write_up_to(8);
	assert_lines_are(path, 1, 8);
}

static void a_loss_stands_for_all_its_numbers(void **state)
{
	(void)state;
	start();
	write_up_to(2);
	assert_int_equal(write_loss(INSTANCE, 3, 40), 0);
	start();
	assert_place_is(INSTANCE, 42);
}

static void another_instance_behind_it_counts(void **state)
{
	struct mark remembered;

	(void)state;
	start();
	write_up_to(9);
	flush();
	remembered = mark;
	assert_int_equal(write_loss(77, 1, 1), 0);
	start_again(&remembered);
	assert_place_is(77, 1);
}

static void a_file_that_was_renamed_is_found(void **state)
{
	struct mark remembered;

	(void)state;
	start();
	write_up_to(3);
	flush();
	remembered = mark;
	write_up_to(5);
	append_text(path, "{\"torn");
	assert_int_equal(rename(path, rotated), 0);
	start_again(&remembered);
	assert_place_is(INSTANCE, 5);
	write_up_to(6);
	assert_lines_are(rotated, 1, 5);
	assert_lines_are(path, 6, 6);
}

static void a_file_that_is_gone_leaves_what_is_remembered(void **state)
{
	struct mark remembered;

	(void)state;
	start();
	write_up_to(3);
	flush();
	remembered = mark;
	assert_int_equal(unlink(path), 0);
	start_again(&remembered);
	assert_place_is(INSTANCE, 3);
}

static void an_emptied_file_is_not_taken_for_the_old_one(void **state)
{
	struct mark remembered;

	(void)state;
	start();
	write_up_to(3);
	flush();
	remembered = mark;
	assert_int_equal(truncate(path, 0), 0);
	start_again(&remembered);
	assert_place_is(INSTANCE, 3);
	write_up_to(4);
	assert_lines_are(path, 4, 4);
}

static void a_file_of_others_loses_nothing(void **state)
{
	(void)state;
	append_text(path, "their line\nand half of one");
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

static void a_line_that_finds_no_room_leaves_no_trace(void **state)
{
	off_t size;

	(void)state;
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

static void it_opens_anew_when_told_to(void **state)
{
	(void)state;
	start();
	write_up_to(2);
	assert_int_equal(rename(path, rotated), 0);
	assert_int_equal(output.kind->reopen(&output), 0);
	write_up_to(4);
	assert_lines_are(rotated, 1, 2);
	assert_lines_are(path, 3, 4);
}

static void it_notices_that_it_was_renamed(void **state)
{
	(void)state;
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

static void a_folder_that_is_not_there_may_come_later(void **state)
{
	char moved[80];

	(void)state;
	snprintf(moved, sizeof(moved), "%s.away", folder);
	start();
	write_up_to(1);
	assert_int_equal(rename(folder, moved), 0);
	assert_int_equal(output.kind->reopen(&output), -ENOENT);
	assert_int_equal(write_loss(INSTANCE, 2, 1), -EBADF);
	assert_true(output.kind->has_moved(&output));
	assert_int_equal(rename(moved, folder), 0);
	assert_int_equal(output.kind->reopen(&output), 0);
	write_up_to(2);
	assert_lines_are(path, 1, 2);
}

static void what_is_no_file_is_refused(void **state)
{
	(void)state;
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(output.kind->open(&output, &mark), -EINVAL);
	assert_string_equal(output_reason(&output, -EINVAL), "not a regular file");
}

static void only_lines_of_ours_are_read_back(void **state)
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

	(void)state;
	for (i = 0; i < ARRAY_SIZE(lines); i++)
		assert_false(format->read_back(lines[i], strlen(lines[i]), &place));
	assert_int_equal(place.instance, 1);
	assert_int_equal(place.seq, 2);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(lines_behind_what_is_remembered_count_as_written),
		TEST(a_loss_to_the_end_of_a_load_is_its_end),
		TEST(a_torn_line_is_cut_off),
		TEST(wherever_a_crash_cut_it_it_goes_on),
		TEST(without_a_memory_the_file_knows),
		TEST(a_loss_stands_for_all_its_numbers),
		TEST(another_instance_behind_it_counts),
		TEST(a_file_that_was_renamed_is_found),
		TEST(a_file_that_is_gone_leaves_what_is_remembered),
		TEST(an_emptied_file_is_not_taken_for_the_old_one),
		TEST(a_file_of_others_loses_nothing),
		TEST(a_line_that_finds_no_room_leaves_no_trace),
		TEST(it_opens_anew_when_told_to),
		TEST(it_notices_that_it_was_renamed),
		TEST(a_folder_that_is_not_there_may_come_later),
		TEST(what_is_no_file_is_refused),
		TEST(only_lines_of_ours_are_read_back),
	};

	size_t i;
	int failed = 0;

	for (i = 0; i < ARRAY_SIZE(formats); i++) {
		format = formats[i];
		failed += cmocka_run_group_tests_name(format->name, tests, make_folder,
						      remove_folder);
	}
	return failed;
}
