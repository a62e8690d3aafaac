// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/aside.h"

#include <errno.h>
#include <signal.h>

static void *run(void *data)
{
	struct aside *aside = data;

	pthread_mutex_lock(&aside->lock);
	for (;;) {
		aside->work();
		pthread_cond_broadcast(&aside->answered);
		pthread_cond_wait(&aside->asked, &aside->lock);
	}
	return NULL;
}

/* Signals are for the others. */
static void start(struct aside *aside)
{
	pthread_condattr_t monotonic;
	sigset_t all, before;
	pthread_t thread;

	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&aside->answered, &monotonic);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	aside->runs = !pthread_create(&thread, NULL, run, aside);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (aside->runs)
		pthread_detach(thread);
}

bool aside_ask(struct aside *aside)
{
	if (!aside->runs)
		start(aside);
	pthread_cond_signal(&aside->asked);
	return aside->runs;
}

bool aside_wait(struct aside *aside, const struct timespec *deadline)
{
	return pthread_cond_timedwait(&aside->answered, &aside->lock, deadline) != ETIMEDOUT;
}
