// SPDX-License-Identifier: GPL-2.0
/*
 * spawn COUNT [PROGRAM]: starts PROGRAM COUNT times, or without PROGRAM only forks; each child
 * exits at once. Prints the nanoseconds of one iteration as this process's clock sees them:
 * the mean, in which what other processes do meanwhile counts, too, and the least. The file
 * has the name that the process shall have, as not all programs that observe it would notice
 * a prctl(PR_SET_NAME). It listens, as a server does.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../vm/serve.h"
#include "marks.h"

/* Iterations before those that are measured, which fill caches and allocators. */
#define WARM_UP 20

static long long now(void)
{
	struct timespec clock;

	clock_gettime(CLOCK_MONOTONIC, &clock);
	return clock.tv_sec * 1000000000LL + clock.tv_nsec;
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

/* Returns the nanoseconds of the shortest iteration, or -1. */
static long long spawn_all(char *program, int count)
{
	long long least = LLONG_MAX, begin = now(), end;

	while (count--) {
		if (spawn(program))
			return -1;
		end = now();
		if (end - begin < least)
			least = end - begin;
		begin = end;
	}
	return least;
}

int main(int argc, char **argv)
{
	int count = argc == 2 || argc == 3 ? atoi(argv[1]) : 0;
	long long begin, end, least;

	if (count <= 0)
		return 2;
	listen_somewhere();
	mark(MARK_FIRST);
	if (spawn_all(argv[2], WARM_UP) < 0)
		return 1;
	begin = now();
	mark(MARK_START);
	least = spawn_all(argv[2], count);
	mark(MARK_STOP);
	end = now();
	if (least < 0)
		return 1;
	printf("%lld %lld\n", (end - begin) / count, least);
	return 0;
}
