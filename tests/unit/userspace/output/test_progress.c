// SPDX-License-Identifier: GPL-2.0
/* The progress of each output survives a restart, or is known to be lost. */
#include "unit.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files.h"
#include "lib/deadline.h"
#include "output/progress.h"

/* The longest time to wait for the disk, with a wide margin. */
#define LONG_MS 20000

static char path[80], bad[80];
static struct progress progress;
static struct buffer fault;

void set_up(void)
{
	files_set_up();
	snprintf(path, sizeof(path), "%s/state", files_directory);
	snprintf(bad, sizeof(bad), "%s/state.bad", files_directory);
}

void tear_down(void)
{
	buffer_free(&fault);
	files_tear_down();
}

static void save_and_reopen(void)
{
	assert_int_equal(progress_sync(&progress, LONG_MS), 0);
	progress_close(&progress);
	assert_int_equal(progress_open(&progress, path, &fault), 0);
}

static void assert_saved_is(const char *output, const struct cursor *wanted)
{
	struct cursor cursor;

	progress_get(&progress, output, &cursor);
	assert_int_equal(cursor.place.instance, wanted->place.instance);
	assert_int_equal(cursor.place.seq, wanted->place.seq);
	assert_int_equal(cursor.file.known, wanted->file.known);
	assert_int_equal(cursor.file.dev, wanted->file.dev);
	assert_int_equal(cursor.file.ino, wanted->file.ino);
	assert_int_equal(cursor.file.offset, wanted->file.offset);
	assert_int_equal(cursor.file.checksum, wanted->file.checksum);
}

TEST(a_saved_mark_is_read_back_whole)
{
	const struct cursor file = {
		.place = { 0xfedcba9876543210, 1234567890123 },
		.file = { true, 2049, 131, 1048576, 0x0123456789abcdef },
	};
	const struct cursor journal = { .place = { 9, 7 } };

	assert_int_equal(progress_open(&progress, path, &fault), 0);
	progress_set(&progress, "file:/var/log/\"x\" y", &file);
	progress_set(&progress, "journal", &journal);
	save_and_reopen();
	assert_saved_is("file:/var/log/\"x\" y", &file);
	assert_saved_is("journal", &journal);
	assert_saved_is("syslog", &(struct cursor){0});
	progress_close(&progress);
}

TEST(an_unused_output_keeps_its_mark)
{
	const struct cursor cursor = { .place = { 9, 7 } };
	struct cursor found;

	assert_int_equal(progress_open(&progress, path, &fault), 0);
	progress_set(&progress, "syslog", &cursor);
	save_and_reopen();
	progress_set(&progress, "journal", &cursor);
	save_and_reopen();
	progress_get(&progress, "syslog", &found);
	assert_int_equal(found.place.seq, 7);
	progress_close(&progress);
}

TEST(the_instance_last_listened_to_is_saved)
{
	struct cursor cursor = { .place = { 9, PLACE_END }, .instance = 10 };
	struct cursor found;

	assert_int_equal(progress_open(&progress, path, &fault), 0);
	progress_set(&progress, "journal", &cursor);
	cursor.instance_is_over = true;
	progress_set(&progress, "syslog", &cursor);
	save_and_reopen();
	progress_get(&progress, "journal", &found);
	assert_true(found.place.seq == PLACE_END && found.instance == 10);
	assert_false(found.instance_is_over);
	progress_get(&progress, "syslog", &found);
	assert_true(found.instance == 10 && found.instance_is_over);
	progress_close(&progress);
}

TEST(an_invalid_file_is_set_aside)
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

	for (i = 0; i < ARRAY_SIZE(texts); i++) {
		files_write_text(path, texts[i]);
		assert_int_equal(progress_open(&progress, path, &fault), 0);
		assert_int_equal(progress.count, 0);
		progress_close(&progress);
		assert_int_equal(unlink(bad), 0);
	}
}

TEST(a_saved_file_is_not_set_aside)
{
	assert_int_equal(progress_open(&progress, path, &fault), 0);
	save_and_reopen();
	progress_close(&progress);
	assert_int_equal(access(bad, F_OK), -1);
}

TEST(two_loggers_cannot_share_a_state_file)
{
	struct progress other;

	assert_int_equal(progress_open(&progress, path, &fault), 0);
	assert_int_equal(progress_open(&other, path, &fault), -EWOULDBLOCK);
	assert_non_null(strstr(fault.data, "another 'shelltrap logger' uses it"));
	progress_close(&other);
	progress_close(&progress);
	assert_int_equal(progress_open(&progress, path, &fault), 0);
	progress_close(&progress);
}

TEST(a_file_that_cannot_be_created_is_reported_at_once)
{
	assert_true(progress_open(&progress, "/proc/nonexistent/state", &fault) < 0);
	progress_close(&progress);
	assert_non_null(strstr(fault.data, "/proc/nonexistent/state"));
}

static void set_number(unsigned int number, uint64_t seq)
{
	const struct cursor cursor = { .place = { 9, seq } };
	char output[32];

	snprintf(output, sizeof(output), "file:/log/%u", number);
	progress_set(&progress, output, &cursor);
}

static uint64_t seq_of(const char *output)
{
	struct cursor cursor;

	progress_get(&progress, output, &cursor);
	return cursor.place.seq;
}

TEST(an_output_is_remembered_however_many_were_configured_before)
{
	unsigned int i;

	assert_int_equal(progress_open(&progress, path, &fault), 0);
	assert_int_equal(seq_of("journal"), 0);
	progress_set(&progress, "journal", &(struct cursor){ .place = { 9, 7 } });
	for (i = 1; i <= 2 * PROGRESS_MAX; i++)
		set_number(i, i);
	save_and_reopen();
	assert_int_equal(progress.count, PROGRESS_MAX);
	assert_int_equal(seq_of("journal"), 7);
	assert_int_equal(seq_of("file:/log/128"), 128);
	assert_int_equal(seq_of("file:/log/66"), 66);
	assert_int_equal(seq_of("file:/log/1"), 0);
	progress_close(&progress);
}

TEST(an_output_without_a_writer_may_be_forgotten)
{
	unsigned int i;

	assert_int_equal(progress_open(&progress, path, &fault), 0);
	for (i = 1; i <= PROGRESS_MAX; i++)
		set_number(i, i);
	assert_int_equal(seq_of("file:/log/1"), 1);
	assert_int_equal(seq_of("file:/log/2"), 2);
	progress_unuse(&progress, "file:/log/1");
	for (; i < 2 * PROGRESS_MAX; i++)
		set_number(i, i);
	assert_int_equal(seq_of("file:/log/2"), 2);
	assert_int_equal(seq_of("file:/log/1"), 0);
	progress_close(&progress);
}

/* Replaces fsync(), to hang like a disk that does not answer. */
static pthread_mutex_t hangs = PTHREAD_MUTEX_INITIALIZER;

int fsync(int fd)
{
	(void)fd;
	pthread_mutex_lock(&hangs);
	pthread_mutex_unlock(&hangs);
	return 0;
}

TEST(a_disk_that_hangs_stops_nobody_for_longer_than_they_allow)
{
	int64_t begin;

	assert_int_equal(progress_open(&progress, path, &fault), 0);
	pthread_mutex_lock(&hangs);
	begin = now_ms();
	set_number(1, 5);
	assert_int_equal(progress_save(&progress), 0);
	set_number(1, 6);
	assert_int_equal(progress_save(&progress), 0);
	assert_int_equal(progress_sync(&progress, 100), -EAGAIN);
	assert_in_range(now_ms() - begin, 100, LONG_MS / 2);
	pthread_mutex_unlock(&hangs);
	save_and_reopen();
	assert_int_equal(seq_of("file:/log/1"), 6);
	progress_close(&progress);
}

TEST(a_disk_that_still_hangs_at_the_end_is_left)
{
	assert_int_equal(progress_open(&progress, path, &fault), 0);
	pthread_mutex_lock(&hangs);
	set_number(1, 5);
	progress_save(&progress);
	progress_close(&progress);
	pthread_mutex_unlock(&hangs);
}

TEST(a_save_that_failed_is_tried_again)
{
	char blocks[96];

	assert_int_equal(progress_open(&progress, path, &fault), 0);
	snprintf(blocks, sizeof(blocks), "%s.new", path);
	assert_int_equal(mkdir(blocks, 0700), 0);
	set_number(1, 5);
	assert_int_equal(progress_sync(&progress, LONG_MS), -EISDIR);
	assert_int_equal(rmdir(blocks), 0);
	assert_int_equal(progress_sync(&progress, LONG_MS), 0);
	progress_close(&progress);
}
