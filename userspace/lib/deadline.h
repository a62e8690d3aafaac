/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Time that no change of the clock moves (CLOCK_MONOTONIC), and deadlines on it. */
#ifndef LIB_DEADLINE_H
#define LIB_DEADLINE_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/** now_ms() - The time in milliseconds. */
int64_t now_ms(void);

/** deadline_in() - The time that comes in so many milliseconds. */
struct timespec deadline_in(int ms);

bool deadline_is_over(const struct timespec *deadline);

/** deadline_left() - How long it is until the deadline; 0 when it is over. */
struct timespec deadline_left(const struct timespec *deadline);

#endif /* LIB_DEADLINE_H */
