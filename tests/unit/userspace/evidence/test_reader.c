// SPDX-License-Identifier: GPL-2.0-or-later
/* What hangs, dies or fails in the child is known to the parent in time. */
#include "evidence/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "files.h"
#include "lib/buffer.h"
#include "lib/deadline.h"
#include "unit.h"

static struct reading reading;
static struct buffer taken;

void set_up(void)
{
	files_set_up();
	signal(SIGPIPE, SIG_IGN);
}

void tear_down(void)
{
	buffer_free(&taken);
	files_tear_down();
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

static int take(void *limit, const void *data, size_t len)
{
	buffer_add(&taken, data, len);
	return limit && taken.len > *(size_t *)limit ? -EFBIG : 0;
}

static void gives(struct reading *shared, int out, const void *what)
{
	reader_give(out, what, strlen(what));
	shared->holes = 7;
}

static void hangs(struct reading *shared, int out, const void *what)
{
	gives(shared, out, what);
	for (;;)
		pause();
}

static void dies(struct reading *shared, int out, const void *what)
{
	gives(shared, out, what);
	raise(SIGKILL);
}

static void fails(struct reading *shared, int out, const void *what)
{
	(void)out;
	reader_fail(shared, "%s", (const char *)what);
	reader_fail(shared, "later");
}

static void floods(struct reading *shared, int out, const void *what)
{
	(void)shared;
	while (reader_give(out, what, strlen(what)))
		;
}

static void copies(struct reading *shared, int out, const void *what)
{
	int fd = open(what, O_RDONLY);

	shared->opened = !fstat(fd, &shared->st);
	reader_copy(shared, out, fd);
}

static void copies_while_it_changes(struct reading *shared, int out, const void *what)
{
	int fd = open(what, O_RDWR | O_APPEND);

	shared->opened = !fstat(fd, &shared->st);
	if (write(fd, "more", 4) < 0)
		return;
	lseek(fd, 0, SEEK_SET);
	reader_copy(shared, out, fd);
}

TEST(the_content_and_what_the_child_says_arrive)
{
	assert_int_equal(reader_run(gives, "content", 5000, take, NULL, &reading), 0);
	assert_string_equal(taken.data, "content");
	assert_int_equal(reading.holes, 7);
	assert_string_equal(reading.why, "");
}

TEST(a_child_that_hangs_is_killed_at_the_deadline_and_its_content_stays)
{
	int64_t begin = now_ms();

	assert_int_equal(reader_run(hangs, "content", 200, take, NULL, &reading), -ETIMEDOUT);
	assert_true(now_ms() - begin < 3000);
	assert_string_equal(taken.data, "content");
}

TEST(a_child_that_dies_is_no_success)
{
	assert_int_equal(reader_run(dies, "content", 5000, take, NULL, &reading), -EPIPE);
}

TEST(the_first_reason_counts)
{
	assert_int_equal(reader_run(fails, "first", 5000, take, NULL, &reading), 0);
	assert_string_equal(reading.why, "first");
}

TEST(no_more_is_read_than_the_parent_takes)
{
	size_t limit = 1000000;

	assert_int_equal(reader_run(floods, "flood", 5000, take, &limit, &reading), -EFBIG);
	assert_true(taken.len < 2 * limit);
}

TEST(a_file_is_copied)
{
	files_write_text("file", "some text");
	assert_int_equal(reader_run(copies, "file", 5000, take, NULL, &reading), 0);
	assert_string_equal(taken.data, "some text");
	assert_true(reading.opened);
	assert_false(reading.changed);
}

TEST(a_file_that_changes_meanwhile_is_noticed)
{
	files_write_text("file", "some text");
	assert_int_equal(reader_run(copies_while_it_changes, "file", 5000, take, NULL, &reading),
			 0);
	assert_true(reading.changed);
}
