/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The full status of php-fpm as text: what each worker serves, or has served last. URI and
 * script are a client's words; both may have newlines, and so imitate other workers.
 */
#ifndef EVIDENCE_FPM_H
#define EVIDENCE_FPM_H

#include <stdbool.h>
#include <stdint.h>

/* Strings point into the text; NULL: not known. */
struct fpm_worker {
	uint64_t requests;	/* how many it has served, with the one that it serves */
	uint64_t us;		/* how long its last request took, or takes until now */
	const char *method, *uri, *script;
};

/**
 * fpm_find() - Find the worker with this PID.
 * @text: is cut into lines
 *
 * Returns NULL, or why nothing is known of that worker.
 */
const char *fpm_find(struct fpm_worker *worker, char *text, uint64_t pid);

/**
 * fpm_shows_request_of() - Whether the last request of the worker was running at a time.
 * @time: when the worker started a program, ns since the epoch
 * @now: when the status had come
 *
 * php-fpm shows the last request that a worker has served, and a worker serves one at a time.
 * That request started the program if it began before the program did, or if the worker has
 * served no other.
 */
bool fpm_shows_request_of(const struct fpm_worker *worker, uint64_t time, uint64_t now);

#endif /* EVIDENCE_FPM_H */
