// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/worker.h"

#include <errno.h>
#include <signal.h>

static void *worker_run(void *data)
{
	struct worker *worker = data;

	pthread_mutex_lock(&worker->lock);
	while (!worker->release) {
		worker->work(worker);
		pthread_cond_broadcast(&worker->answered);
		if (!worker->release)
			pthread_cond_wait(&worker->asked, &worker->lock);
	}
	pthread_mutex_unlock(&worker->lock);
	worker->release(worker);
	return NULL;
}

/* The thread blocks all signals, so that they reach the threads which wait for them. */
static void worker_start(struct worker *worker)
{
	pthread_condattr_t monotonic;
	sigset_t all, before;
	pthread_t thread;

	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&worker->answered, &monotonic);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	worker->runs = !pthread_create(&thread, NULL, worker_run, worker);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (worker->runs)
		pthread_detach(thread);
}

bool worker_ask(struct worker *worker)
{
	if (!worker->runs)
		worker_start(worker);
	pthread_cond_signal(&worker->asked);
	return worker->runs;
}

bool worker_wait(struct worker *worker, const struct timespec *deadline)
{
	return pthread_cond_timedwait(&worker->answered, &worker->lock, deadline) != ETIMEDOUT;
}

void worker_end(struct worker *worker, void (*release)(struct worker *worker))
{
	bool runs;

	pthread_mutex_lock(&worker->lock);
	runs = worker->runs;
	worker->release = release;
	pthread_cond_signal(&worker->asked);
	pthread_mutex_unlock(&worker->lock);
	/* If the thread runs, it may have freed the worker by now: do not touch it. */
	if (!runs)
		release(worker);
}
