/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds the request of an alert among the lines of an access log: by process or thread, and
 * by time. It makes candidates and fills in what was asked for; it never makes a client
 * certain, as the line of the true request may be missing, or written into another log.
 */
#ifndef PAST_ACCESS_JOIN_H
#define PAST_ACCESS_JOIN_H

#include "kernel/record.h"
#include "past/access_format.h"

#define ACCESS_TASKS_MAX 16

/* A request of an alert, and what the lines say so far. Starts as {0}. */
struct access_join {
	uint64_t moment;		/* ns: when the server started the program */
	struct number thread;
	uint32_t tasks[ACCESS_TASKS_MAX];	/* processes that may have served it */
	size_t task_count;
	bool exact;			/* the sockets have named the client */
	struct access_client known[SHELLTRAP_CLIENTS_MAX];	/* by the sockets */
	size_t known_count;
	char *uri;			/* known already; NULL: not known */

	size_t fits;			/* lines that fit */
	size_t by_thread;		/* of these, lines of that very thread */
	struct access_client clients[SHELLTRAP_CLIENTS_MAX];	/* that these lines name */
	size_t client_count;
	bool overflow;			/* there were more clients */
	char *texts[REQUEST_STRINGS];	/* what all these lines say */
	bool mixed[REQUEST_STRINGS];	/* they do not say the same */
};

/**
 * access_join_begin() - Begin with an alert.
 * @moment: when the server started the program, see struct access_moments
 *
 * access_join_end() frees what the join holds.
 */
void access_join_begin(struct access_join *join, const struct alert *alert, uint64_t moment);

/** access_join_offer() - Look whether a line fits. */
void access_join_offer(struct access_join *join, const struct access_format *format,
		       const struct access_line *line);

/**
 * access_join_apply() - Add to the request what the lines say.
 *
 * The request points into the join then. Returns whether anything was added.
 */
bool access_join_apply(const struct access_join *join, struct alert_request *request);

void access_join_end(struct access_join *join);

/*
 * When processes were started by a server. What they start later is of the same request, even
 * after the server has gone on to the next one. Of two processes with the same place in the
 * table the later one is remembered.
 */
#define ACCESS_MOMENTS 4096
struct access_moments {
	struct {
		uint32_t pid;
		uint64_t time;
	} list[ACCESS_MOMENTS];
};

/**
 * access_moment() - When the server started the program of this alert, or its ancestor.
 *
 * Alerts must come in the order of time. Returns 0 if that is not known: the server may be
 * at another request by now.
 */
uint64_t access_moment(struct access_moments *moments, const struct record *record);

#endif /* PAST_ACCESS_JOIN_H */
