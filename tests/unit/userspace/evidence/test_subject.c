// SPDX-License-Identifier: GPL-2.0-or-later
/* A process is taken for that of a record only if it can be. */
#include "evidence/subject.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "evidence/sources.h"
#include "unit.h"

#define SECOND UINT64_C(1000000000)

static uint64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_REALTIME, &time);
	return time.tv_sec * SECOND + time.tv_nsec;
}

static pid_t start(void)
{
	pid_t pid = fork();

	while (!pid)
		pause();
	return pid;
}

static void end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

TEST(a_process_that_lives_is_read)
{
	uint64_t before = now();
	pid_t pid = start();
	struct subject subject;

	assert_true(subject_open(&subject, pid, now()));
	assert_true(subject.started + SECOND > before && subject.started < now() + SECOND);
	assert_null(subject.fault);
	subject_close(&subject);
	end(pid);
}

TEST(a_process_that_was_started_after_the_record_is_another_one)
{
	uint64_t record = now() - SECOND;
	pid_t pid = start();
	struct subject subject;

	assert_false(subject_open(&subject, pid, record));
	assert_string_equal(subject.fault, "the process has gone, and another one has its PID");
	assert_int_equal(subject.directory, -1);
	end(pid);
}

TEST(a_process_that_has_gone_is_not_read)
{
	pid_t pid = start();
	struct subject subject;

	end(pid);
	assert_false(subject_open(&subject, pid, now()));
	assert_string_equal(subject.fault, "the process has gone");
}

TEST(nothing_opens_once_the_process_has_gone)
{
	pid_t pid = start();
	struct subject subject;

	assert_true(subject_open(&subject, pid, now()));
	end(pid);
	assert_int_equal(openat(subject.directory, "status", O_RDONLY), -1);
	subject_close(&subject);
}

TEST(lines_of_maps_are_read)
{
	struct region region;

	assert_true(region_parse(&region, "7f00-7f01 r-xp 00000000 fe:00 123   /bin/x y\n"));
	assert_int_equal(region.start, 0x7f00);
	assert_int_equal(region.end, 0x7f01);
	assert_string_equal(region.permissions, "r-xp");
	assert_false(region.anonymous);
	assert_true(region_parse(&region, "7f00-7f01 rw-p 00000000 00:00 0"));
	assert_true(region.anonymous);
	assert_false(region_parse(&region, "7f01-7f00 rw-p 00000000 00:00 0"));
	assert_false(region_parse(&region, "nonsense\n"));
}
