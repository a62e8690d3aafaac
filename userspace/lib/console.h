/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writing to standard output, and being told to stop meanwhile. */
#ifndef LIB_CONSOLE_H
#define LIB_CONSOLE_H

#include <stdbool.h>
#include <time.h>

#include "lib/buffer.h"

/* From now on SIGINT and SIGTERM ask to stop. */
void stop_on_signals(void);
void request_stop(void);
bool stop_requested(void);

/*
 * Writes all of it. 0, or negative errno; EINTR only where a stop was requested
 * while the reader kept us waiting.
 */
int console_write(int fd, const struct buffer *data);

/* Says why writing failed, but for a reader that is gone; returns the exit code. */
int console_failed(int error);

enum wait_result {
	WAIT_READABLE,
	WAIT_OVER,	/* time is up, or a stop was requested */
	WAIT_NO_READER,	/* nobody reads "out" any more */
};

/* Waits for input on fd. deadline (CLOCK_MONOTONIC) may be NULL: for ever. */
enum wait_result console_wait(int fd, int out, const struct timespec *deadline);

/* At the end of a command that printed to stdout: its exit code, or FAILED. */
int console_finish(int code);

#endif /* LIB_CONSOLE_H */
