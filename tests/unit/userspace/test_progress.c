// SPDX-License-Identifier: GPL-2.0
/* What each output has got is there again after a restart, or known to be lost. */
#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output/progress.h"

static char folder[64];
static char path[80], bad[80];
static struct progress progress;
static struct buffer fault;

static int make_folder(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/shelltrap-progress-XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/state", folder);
	snprintf(bad, sizeof(bad), "%s/state.bad", folder);
	return 0;
}

static int empty_folder(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s/* 2>/dev/null", folder);
	buffer_free(&fault);
	return system(command);
}

static int remove_folder(void **state)
{
	(void)state;
	return rmdir(folder);
}

static void put_file(const char *text)
{
	FILE *file = fopen(path, "w");

	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void reopen(void)
{
	assert_int_equal(progress_save(&progress), 0);
	progress_close(&progress);
	assert_int_equal(progress_open(&progress, path, &fault), 0);
}

static void assert_is(const char *output, const struct mark *wanted)
{
	struct mark mark;

	progress_get(&progress, output, &mark);
	assert_int_equal(mark.place.instance, wanted->place.instance);
	assert_int_equal(mark.place.seq, wanted->place.seq);
	assert_int_equal(mark.file.known, wanted->file.known);
	assert_int_equal(mark.file.dev, wanted->file.dev);
	assert_int_equal(mark.file.ino, wanted->file.ino);
	assert_int_equal(mark.file.offset, wanted->file.offset);
	assert_int_equal(mark.file.check, wanted->file.check);
}

static void all_of_a_mark_comes_back(void **state)
{
	const struct mark file = {
		.place = { 0xfedcba9876543210, 1234567890123 },
		.file = { true, 2049, 131, 1048576, 0x0123456789abcdef },
	};
	const struct mark journal = { .place = { 9, 7 } };

	(void)state;
	assert_int_equal(progress_open(&progress, path, &fault), 0);
	progress_set(&progress, "file:/var/log/\"x\" y", &file);
	progress_set(&progress, "journal", &journal);
	reopen();
	assert_is("file:/var/log/\"x\" y", &file);
	assert_is("journal", &journal);
	assert_is("syslog", &(struct mark){0});
	progress_close(&progress);
}

static void an_output_that_rests_is_not_forgotten(void **state)
{
	const struct mark mark = { .place = { 9, 7 } };
	struct mark found;

	(void)state;
	assert_int_equal(progress_open(&progress, path, &fault), 0);
	progress_set(&progress, "syslog", &mark);
	reopen();
	progress_set(&progress, "journal", &mark);
	reopen();
	progress_get(&progress, "syslog", &found);
	assert_int_equal(found.place.seq, 7);
	progress_close(&progress);
}

static void which_load_was_listened_to_is_remembered(void **state)
{
	struct mark mark = { .place = { 9, PLACE_END }, .load = 10 };
	struct mark found;

	(void)state;
	assert_int_equal(progress_open(&progress, path, &fault), 0);
	progress_set(&progress, "journal", &mark);
	mark.load_is_over = true;
	progress_set(&progress, "syslog", &mark);
	reopen();
	progress_get(&progress, "journal", &found);
	assert_true(found.place.seq == PLACE_END && found.load == 10 && !found.load_is_over);
	progress_get(&progress, "syslog", &found);
	assert_true(found.load == 10 && found.load_is_over);
	progress_close(&progress);
}

static void nonsense_is_set_aside(void **state)
{
	static const char *const texts[] = {
		"", "{", "nonsense\n", "[]", "null", "{}", "{\"shelltrap_state\":1}",
		"{\"shelltrap_state\":2,\"outputs\":{}}",
		"{\"shelltrap_state\":1,\"outputs\":[]}",
		"{\"shelltrap_state\":1,\"outputs\":{}} and more",
		"{\"shelltrap_state\":1,\"outputs\":{\"journal\":7}}",
		"{\"shelltrap_state\":1,\"outputs\":{\"journal\":{\"seq\":1}}}",
		"{\"shelltrap_state\":1,\"outputs\":{\"journal\":"
			"{\"instance\":\"12\",\"seq\":1}}}",
		"{\"shelltrap_state\":1,\"outputs\":{\"journal\":"
			"{\"instance\":\"0123456789abcdeg\",\"seq\":1}}}",
		"{\"shelltrap_state\":1,\"outputs\":{\"journal\":"
			"{\"instance\":\"0123456789abcdef\",\"seq\":-1}}}",
		"{\"shelltrap_state\":1,\"outputs\":{\"journal\":"
			"{\"instance\":\"0123456789abcdef\",\"seq\":1,\"file\":{}}}}",
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(texts); i++) {
		put_file(texts[i]);
		assert_int_equal(progress_open(&progress, path, &fault), 0);
		assert_int_equal(progress.count, 0);
		progress_close(&progress);
		assert_int_equal(unlink(bad), 0);
	}
}

static void what_was_saved_is_not_set_aside(void **state)
{
	(void)state;
	assert_int_equal(progress_open(&progress, path, &fault), 0);
	reopen();
	progress_close(&progress);
	assert_int_equal(access(bad, F_OK), -1);
}

static void two_cannot_have_it(void **state)
{
	struct progress other;

	(void)state;
	assert_int_equal(progress_open(&progress, path, &fault), 0);
	assert_int_equal(progress_open(&other, path, &fault), -EWOULDBLOCK);
	assert_non_null(strstr(fault.data, "another 'shelltrap log' has it"));
	progress_close(&other);
	progress_close(&progress);
	assert_int_equal(progress_open(&progress, path, &fault), 0);
	progress_close(&progress);
}

static void what_cannot_be_written_is_known_at_once(void **state)
{
	(void)state;
	assert_true(progress_open(&progress, "/proc/nonexistent/state", &fault) < 0);
	progress_close(&progress);
	assert_non_null(strstr(fault.data, "/proc/nonexistent/state"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(all_of_a_mark_comes_back, empty_folder),
		cmocka_unit_test_teardown(an_output_that_rests_is_not_forgotten, empty_folder),
		cmocka_unit_test_teardown(which_load_was_listened_to_is_remembered, empty_folder),
		cmocka_unit_test_teardown(nonsense_is_set_aside, empty_folder),
		cmocka_unit_test_teardown(what_was_saved_is_not_set_aside, empty_folder),
		cmocka_unit_test_teardown(two_cannot_have_it, empty_folder),
		cmocka_unit_test_teardown(what_cannot_be_written_is_known_at_once, empty_folder),
	};

	return cmocka_run_group_tests_name("progress", tests, make_folder, remove_folder);
}
