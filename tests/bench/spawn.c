// SPDX-License-Identifier: GPL-2.0
/*
 * spawn COUNT [PROGRAM]: starts PROGRAM COUNT times, or without PROGRAM only forks; each child
 * exits at once. Prints the nanoseconds of one iteration: of the clock, and of the CPU time
 * of these processes. The file has the name that the process shall have, as not all programs
 * that observe it would notice a prctl(PR_SET_NAME).
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "marks.h"

/* Iterations before those that are measured, which fill caches and allocators. */
#define WARM_UP 20

struct times {
	long long clock, cpu;
};

static long long used_by(int who)
{
	struct rusage usage;

	getrusage(who, &usage);
	return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000000LL +
	       (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1000LL;
}

static struct times now(void)
{
	struct timespec clock;

	clock_gettime(CLOCK_MONOTONIC, &clock);
	return (struct times){
		.clock = clock.tv_sec * 1000000000LL + clock.tv_nsec,
		.cpu = used_by(RUSAGE_SELF) + used_by(RUSAGE_CHILDREN),
	};
}

static int spawn(char *program)
{
	char *arguments[2] = { program }, *environment[1] = { NULL };
	pid_t child = program ? vfork() : fork();

	if (!child) {
		mark(MARK_CHILD);
		if (program)
			execve(program, arguments, environment);
		_exit(0);
	}
	return child > 0 && waitpid(child, NULL, 0) == child ? 0 : -1;
}

static int spawn_all(char *program, int count)
{
	while (count--)
		if (spawn(program))
			return -1;
	return 0;
}

int main(int argc, char **argv)
{
	int count = argc == 2 || argc == 3 ? atoi(argv[1]) : 0;
	struct times before, after;

	if (count <= 0)
		return 2;
	mark(MARK_FIRST);
	if (spawn_all(argv[2], WARM_UP))
		return 1;
	before = now();
	mark(MARK_START);
	if (spawn_all(argv[2], count))
		return 1;
	mark(MARK_STOP);
	after = now();
	printf("%lld %lld\n", (after.clock - before.clock) / count,
	       (after.cpu - before.cpu) / count);
	return 0;
}
