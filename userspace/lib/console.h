/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Standard output, the signals that end a command, and waiting for either of them. */
#ifndef LIB_CONSOLE_H
#define LIB_CONSOLE_H

#include <stdbool.h>
#include <time.h>

#include "lib/buffer.h"

/** stop_on_signals() - From now on SIGINT and SIGTERM only set what stop_requested() returns. */
void stop_on_signals(void);

/** request_stop() - The same as a signal; also in a signal handler. Any thread. */
void request_stop(void);

/** stop_requested() - True once the command should end. Any thread. */
bool stop_requested(void);

/**
 * console_write() - Write the whole buffer, and wait for a slow reader.
 *
 * Returns 0 or negative errno; -EINTR only when a stop was requested while the reader
 * did not take more.
 */
int console_write(int fd, const struct buffer *data);

/**
 * console_failed() - Report a failure of console_write() on stderr.
 *
 * A reader that closed its end of the pipe (EPIPE) is not reported. Returns the exit code.
 */
int console_failed(int error);

/** console_reader_left() - Whether console_failed() was called because the reader left. */
bool console_reader_left(void);

/**
 * console_agrees() - Ask on the terminal whether to go on.
 * @question: one line or more
 *
 * Only "yes" is a yes. Returns true if that is the answer, otherwise *asked says whether there
 * is a terminal to ask on.
 */
bool console_agrees(const char *question, bool *asked);

enum wait_result {
	WAIT_READABLE,
	WAIT_OVER,	/* the deadline has passed, or a stop was requested */
	WAIT_NO_READER,	/* nothing reads "out" any more */
};

/**
 * console_wait() - Wait for input, for a stop, or for the reader of the output to go away.
 * @fd: to wait for input on
 * @out: the output
 * @deadline: CLOCK_MONOTONIC; NULL to wait without a limit
 */
enum wait_result console_wait(int fd, int out, const struct timespec *deadline);

/**
 * console_finish() - Flush stdout at the end of a command.
 * @code: the exit code that the command wants
 *
 * Returns that code, or FAILED when not all of the output was written.
 */
int console_finish(int code);

#endif /* LIB_CONSOLE_H */
