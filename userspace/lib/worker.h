/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A thread for calls that may hang, such as asking a name service or reading a file on
 * a network file system. The thread that writes alerts can wait for such a call, but no
 * longer than until a deadline.
 *
 * The thread is started when it is first needed. It is detached: a call that hangs cannot
 * be ended, so the program does not wait for the thread when it exits.
 */
#ifndef LIB_WORKER_H
#define LIB_WORKER_H

#include <pthread.h>
#include <stdbool.h>
#include <time.h>

struct worker {
	/* Runs in the thread with the lock held; drops the lock around calls that may hang. */
	void (*work)(struct worker *worker);
	void (*release)(struct worker *worker);	/* once set, the thread ends and calls it */
	bool runs;			/* the thread was started */
	pthread_mutex_t lock;		/* of the worker and of the data that its user shares */
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
 * worker_ask() - Make the thread call work(), which looks for work to do.
 *
 * Call it with the lock held. Returns false if the thread cannot be started.
 */
bool worker_ask(struct worker *worker);

/**
 * worker_wait() - Wait until work() returns or signals "answered".
 * @deadline: CLOCK_MONOTONIC
 *
 * Call it with the lock held; it drops the lock while it waits. It may return too early, so
 * check the condition again. Returns false at the deadline.
 */
bool worker_wait(struct worker *worker, const struct timespec *deadline);

/**
 * worker_end() - Have release() free the worker once nothing uses it any more.
 *
 * Call it without the lock. A thread that hangs calls release() when its call returns;
 * without a thread, release() is called at once. Do not use the worker afterwards.
 */
void worker_end(struct worker *worker, void (*release)(struct worker *worker));

#endif /* LIB_WORKER_H */
