/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The statistics of uWSGI as JSON: what each worker serves now. The process that serves them may
 * say anything; in those of a real uWSGI, only the strings in "vars" are a client's words.
 */
#ifndef EVIDENCE_UWSGI_H
#define EVIDENCE_UWSGI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_object;

/* Of the only request that a worker serves. Ends with uwsgi_free(). */
struct uwsgi_request {
	struct json_object *stats;	/* holds the strings */
	const char *method, *uri;	/* NULL: not known, or it serves none or several */
	uint64_t started;		/* s since the epoch */
	bool first;			/* the worker has ended no request yet */
};

/**
 * uwsgi_find() - Find the request of the worker with this PID.
 *
 * Returns NULL, or why nothing is known of that worker.
 */
const char *uwsgi_find(struct uwsgi_request *request, const char *text, size_t len, uint64_t pid);

/**
 * uwsgi_shows_request_of() - Whether the request was being served at a time.
 * @time: when the worker started a program, ns since the epoch
 * @runs: the worker still has the program as a child, after the statistics had come
 *
 * uWSGI tells whole seconds. A request that began in an earlier second than the program, and is
 * still served, is the one. A request of the same second could be the next one; a program that
 * still runs is taken as a sign that its request waits for it.
 */
bool uwsgi_shows_request_of(const struct uwsgi_request *request, uint64_t time, bool runs);

void uwsgi_free(struct uwsgi_request *request);

#endif /* EVIDENCE_UWSGI_H */
