/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A writer serves one output: a thread, a netlink stream of its own, and a cursor in that
 * stream. The writer queues nothing. When its output is slow or fails, only this writer
 * falls behind; its records wait in the kernel's backlog, and records that the backlog
 * overwrites meanwhile reach the output as a loss.
 */
#ifndef OUTPUT_WRITER_H
#define OUTPUT_WRITER_H

#include <pthread.h>
#include <stdatomic.h>

#include "kernel/stream.h"
#include "output/config.h"
#include "output/progress.h"

struct writer {
	struct output output;
	char *name;			/* of the output */
	struct progress *progress;
	struct host host;		/* as it was when the last record was written */
	struct view view;		/* with this host */
	pthread_t thread;
	bool started;
	bool hangs;			/* and a message said so */

	/* Used by the writer's thread only. */
	struct stream stream;
	struct cursor cursor;		/* after the last record that was written */
	struct cursor durable;		/* the last cursor that was flushed and given to progress */
	bool rewound;			/* cursor was set back: the stream must be opened there */
	struct buffer line, summary;
	int64_t dirty_since;		/* ms; 0: everything written is flushed */

	/* Shared with the main thread. */
	const char *_Atomic failing;	/* the step whose failure was reported, or NULL */
	atomic_bool reopen;		/* the main thread or has_moved() asks for it */
	atomic_bool ended;		/* the thread has ended */
	atomic_bool in_output;		/* in a function of the output, which may block */
	atomic_int_fast64_t last_active;	/* ms */
	atomic_uint_fast64_t written;	/* records */
};

/**
 * writer_start() - Start the thread of one output.
 *
 * A new output starts at the first record of the loaded module; a known one resumes
 * after the last record that it wrote.
 *
 * Main thread. *writer must be zeroed; it, progress and view's functions must outlive the thread.
 * Returns 0 or negative errno; writer_join() also after an error.
 */
int writer_start(struct writer *writer, const struct config_output *config,
		 struct progress *progress, const struct view *view);

/**
 * writer_wake() - Wake the writer's thread.
 *
 * Any thread. To be called after writer->reopen was set.
 */
void writer_wake(struct writer *writer);

/**
 * writer_stop() - Have the writer's thread end; see writer_join().
 *
 * Main thread.
 */
void writer_stop(struct writer *writer);

/**
 * writer_join() - Wait for the end of the writer's thread, and free what the writer has.
 *
 * Waits until now_ms() is the deadline. Returns false if the thread still hangs in its
 * output; then nothing is freed, because the thread may still use it.
 *
 * Main thread, after writer_stop() or request_stop().
 */
bool writer_join(struct writer *writer, int64_t deadline);

/**
 * writer_is_healthy() - Check that the thread does not hang outside of its output.
 *
 * Any thread. "now" is now_ms(). Returns true if the thread was active lately, has
 * ended, or waits in a function of its output.
 */
bool writer_is_healthy(const struct writer *writer, int64_t now);

#endif /* OUTPUT_WRITER_H */
