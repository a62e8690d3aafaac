/* SPDX-License-Identifier: GPL-2.0-or-later */
/* CLOCK_MONOTONIC, which no setting of the system's clock changes, and deadlines on it. */
#ifndef LIB_DEADLINE_H
#define LIB_DEADLINE_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/** now_ms() - The time in milliseconds. */
int64_t now_ms(void);

/** deadline_in() - The time @ms milliseconds from now. */
struct timespec deadline_in(int ms);

bool deadline_is_over(const struct timespec *deadline);

/** deadline_left() - The time from now to the deadline; 0 after the deadline. */
struct timespec deadline_left(const struct timespec *deadline);

#endif /* LIB_DEADLINE_H */
