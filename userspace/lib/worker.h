/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A thread for calls that may hang, such as asking a name service or reading a file on
 * a network file system: the thread that has alerts to write waits no longer than it
 * wants to.
 *
 * The thread is started when it is first needed, and detached: no one can end a call
 * that hangs, so the program does not wait for the thread when it exits.
 */
#ifndef LIB_WORKER_H
#define LIB_WORKER_H

#include <pthread.h>
#include <stdbool.h>
#include <time.h>

struct worker {
	/* Called in the thread, under the lock; gives the lock up while it may hang. */
	void (*work)(struct worker *worker);
	void (*release)(struct worker *worker);	/* set: the thread is to end */
	bool runs;			/* there is a thread */
	pthread_mutex_t lock;		/* of the worker and of what its user shares with it */
	pthread_cond_t asked;
	pthread_cond_t answered;
};

#define WORKER(work_function)					\
	{							\
		.work = (work_function),			\
		.lock = PTHREAD_MUTEX_INITIALIZER,		\
		.asked = PTHREAD_COND_INITIALIZER,		\
		.answered = PTHREAD_COND_INITIALIZER,		\
	}

/**
 * worker_ask() - Have the thread call work(), which looks for what there is to do.
 *
 * Under the lock. Returns false when the thread cannot be started: nothing is done.
 */
bool worker_ask(struct worker *worker);

/**
 * worker_wait() - Wait until work() returned, or woke those who wait by "answered".
 * @deadline: CLOCK_MONOTONIC
 *
 * Under the lock, which is given up meanwhile. May return too early. Returns false at
 * the deadline.
 */
bool worker_wait(struct worker *worker, const struct timespec *deadline);

/**
 * worker_end() - Have release() free the worker once nothing uses it any more.
 *
 * Not under the lock. A thread that hangs calls release() when it comes back; without a
 * thread, release() is called at once. The caller must not touch the worker afterwards.
 */
void worker_end(struct worker *worker, void (*release)(struct worker *worker));

#endif /* LIB_WORKER_H */
