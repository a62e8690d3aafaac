// SPDX-License-Identifier: GPL-2.0-or-later
#include "evidence/subject.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define SECOND UINT64_C(1000000000)
/* Adjustments of the clock since the record, unless somebody set it. */
#define TOLERANCE (SECOND / 10)

static uint64_t subject_clock(clockid_t clock)
{
	struct timespec time = {0};

	clock_gettime(clock, &time);
	return time.tv_sec * SECOND + time.tv_nsec;
}

/* Field 22 of /proc/PID/stat. The name in the second one may have any character. */
static bool subject_ticks(int directory, uint64_t *ticks)
{
	int fd = openat(directory, "stat", O_RDONLY | O_CLOEXEC);
	char stat[1024];
	const char *at;
	ssize_t len;
	int field;

	if (fd < 0)
		return false;
	len = read(fd, stat, sizeof(stat) - 1);
	close(fd);
	stat[len > 0 ? len : 0] = '\0';
	at = strrchr(stat, ')');
	for (field = 2; at && field < 22; field++)
		at = strchr(at + 1, ' ');
	return at && sscanf(at, " %" SCNu64, ticks) == 1;
}

static bool subject_read_start(struct subject *subject)
{
	uint64_t ticks;

	if (!subject_ticks(subject->directory, &ticks))
		return false;
	subject->started = subject_clock(CLOCK_REALTIME) - subject_clock(CLOCK_BOOTTIME) +
			   ticks * (SECOND / sysconf(_SC_CLK_TCK));
	return true;
}

bool subject_open(struct subject *subject, uint64_t pid, uint64_t time)
{
	char path[64];

	*subject = (struct subject){ .pid = pid };
	snprintf(path, sizeof(path), "/proc/%" PRIu64, pid);
	subject->directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (subject->directory < 0 || !subject_read_start(subject))
		subject->fault = "the process has gone";
	else if (subject->started > time + TOLERANCE)
		subject->fault = "the process has gone, and another one has its PID";
	if (subject->fault)
		subject_close(subject);
	return !subject->fault;
}

void subject_close(struct subject *subject)
{
	if (subject->directory >= 0)
		close(subject->directory);
	subject->directory = -1;
}
