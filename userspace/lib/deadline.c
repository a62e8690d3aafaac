// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/deadline.h"

#define NS_PER_SECOND 1000000000L

static struct timespec deadline_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now;
}

int64_t now_ms(void)
{
	struct timespec ts = deadline_now();

	return ts.tv_sec * INT64_C(1000) + ts.tv_nsec / 1000000;
}

struct timespec deadline_in(int ms)
{
	struct timespec end = deadline_now();

	end.tv_sec += ms / 1000;
	end.tv_nsec += ms % 1000 * 1000000L;
	end.tv_sec += end.tv_nsec / NS_PER_SECOND;
	end.tv_nsec %= NS_PER_SECOND;
	return end;
}

bool deadline_is_over(const struct timespec *deadline)
{
	struct timespec left = deadline_left(deadline);

	return !left.tv_sec && !left.tv_nsec;
}

struct timespec deadline_left(const struct timespec *deadline)
{
	struct timespec left = deadline_now();

	left.tv_sec = deadline->tv_sec - left.tv_sec;
	left.tv_nsec = deadline->tv_nsec - left.tv_nsec;
	if (left.tv_nsec < 0) {
		left.tv_sec--;
		left.tv_nsec += NS_PER_SECOND;
	}
	return left.tv_sec < 0 ? (struct timespec){0} : left;
}
