/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One output with all that feeds it: a thread, a stream of its own, its place in
 * that. Nothing is queued here; an output that is slow or dead falls back in the
 * kernel's backlog, alone, and what that cannot hold comes to it as a loss.
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
	struct progress *progress;
	const struct view *view;
	pthread_t thread;
	bool started;

	/* Its thread's own. */
	struct stream stream;
	struct mark mark;		/* how far it has got */
	struct mark safe;		/* and what of that is remembered */
	bool went_back;			/* to that: its stream is to be opened there */
	struct buffer line, summary;
	int64_t unsaved_since;		/* ms; 0: all is flushed and remembered */

	/* Looked at from outside. */
	const char *_Atomic failing;	/* what of it fails, once that was said */
	atomic_bool reopen;		/* asked for */
	atomic_bool ended;		/* the thread did */
	atomic_bool in_output;
	atomic_int_fast64_t turned;	/* ms: when it last did anything */
	atomic_uint_fast64_t written;
};

/* 0 or negative errno. The rest must outlive the writer. */
int writer_start(struct writer *writer, const struct config_output *config,
		 struct progress *progress, const struct view *view);

/* Wakes it, after a stop was requested or with reopen set. */
void writer_wake(struct writer *writer);

/* Waits for its end up to the deadline (ms); false: it hangs in its output. */
bool writer_join(struct writer *writer, int64_t deadline);

/* Does it get on, or wait for something it may wait for? */
bool writer_is_healthy(const struct writer *writer, int64_t now);

#endif /* OUTPUT_WRITER_H */
