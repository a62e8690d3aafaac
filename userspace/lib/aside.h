/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A thread for what may hang, and that no alert is to wait for: it works until the end. */
#ifndef LIB_ASIDE_H
#define LIB_ASIDE_H

#include <pthread.h>
#include <stdbool.h>
#include <time.h>

struct aside {
	void (*work)(void);	/* under the lock, which it gives up for what may hang */
	bool runs;
	pthread_mutex_t lock;
	pthread_cond_t asked;
	pthread_cond_t answered;
};

#define ASIDE(work_function)					\
	{							\
		.work = (work_function),			\
		.lock = PTHREAD_MUTEX_INITIALIZER,		\
		.asked = PTHREAD_COND_INITIALIZER,		\
	}

/* All of these under the lock. */

/* Has it do its work, whenever there is some; false: there is no thread for it. */
bool aside_ask(struct aside *aside);

/* Until something was answered; false: not before the deadline. */
bool aside_wait(struct aside *aside, const struct timespec *deadline);

#endif /* LIB_ASIDE_H */
