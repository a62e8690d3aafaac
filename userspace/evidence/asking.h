/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asks a server for the request that one of its workers serves, and looks at the script. It is
 * done in a child that has the rights of that worker and no more, and takes a moment at most.
 */
#ifndef EVIDENCE_ASKING_H
#define EVIDENCE_ASKING_H

#include <stddef.h>
#include <stdint.h>

#include "lib/buffer.h"

#define ASKING_ADDRESSES_MAX	8
#define ASKING_ROOTS_MAX	32

/* How long all of it may take. The logger waits for 250 ms. */
#define ASKING_MS 200

struct asking {
	/* PIDs; 0: not known. The program is what the worker has started. */
	uint64_t server, worker, program;
	uint64_t time;			/* of the alert, ns since the epoch */
	/* Status pages of php-fpm, see lib/local.h. */
	const char *fpm[ASKING_ADDRESSES_MAX];
	size_t nr_fpm;
	/* Statistics of uWSGI, see lib/local.h. */
	const char *uwsgi[ASKING_ADDRESSES_MAX];
	size_t nr_uwsgi;
	const char *roots[ASKING_ROOTS_MAX];	/* directories in which scripts may be looked at */
	size_t nr_roots;
	uint64_t hash_limit;		/* bytes of a script that is hashed; 0: none is */
};

/**
 * asking_run() - Ask, and add what is known to *facts as keys and values (see output/ask.h).
 * @why: receives the reason why a server has not answered; not changed if it has
 */
void asking_run(const struct asking *asking, struct buffer *facts, struct buffer *why);

#endif /* EVIDENCE_ASKING_H */
