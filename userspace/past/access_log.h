/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Access logs that a command was given, and what their lines say about alerts. */
#ifndef PAST_ACCESS_LOG_H
#define PAST_ACCESS_LOG_H

#include "past/access_join.h"
#include "past/head.h"

#define ACCESS_LOGS_MAX 8
/* Alerts whose requests are looked for; later ones go without. */
#define ACCESS_ALERTS_MAX 32768

struct access_log {
	char *path;
	struct access_format format;
};

struct access_alert {
	struct head head;
	struct access_join joins[];	/* one for each log */
};

/* Starts as {0}. */
struct access_logs {
	struct access_log list[ACCESS_LOGS_MAX];
	size_t count;
	/* Of access_logs_collect(), sorted by access_logs_read(). */
	struct access_alert **alerts;
	size_t alert_count;
	uint64_t left_out;		/* alerts */
	uint64_t first, last;		/* ns: between them the server started all programs */
	struct access_moments moments;
};

/** access_logs_add() - Add "FILE[:FORMAT]". Returns 0, or -EINVAL with the reason in *fault. */
int access_logs_add(struct access_logs *logs, const char *text, struct buffer *fault);

/** access_logs_collect() - Remember an alert, which the record is. */
void access_logs_collect(struct access_logs *logs, const struct head *head,
			 const struct record *record);

/**
 * access_logs_read() - Read all logs, rotated and compressed files included.
 *
 * Says on stderr what could not be read, and of which log no line has the format. Returns
 * DONE, or FAILED after such a line.
 */
int access_logs_read(struct access_logs *logs);

/** access_logs_find() - The collected alert; NULL: it is none of them. */
const struct access_alert *access_logs_find(const struct access_logs *logs,
					    const struct head *head);

/** access_logs_apply() - Add to the request what the lines of all logs say. */
bool access_logs_apply(const struct access_logs *logs, const struct access_alert *alert,
		       struct alert_request *request);

/** access_logs_forget() - Forget all alerts that were collected. */
void access_logs_forget(struct access_logs *logs);
void access_logs_free(struct access_logs *logs);

#endif /* PAST_ACCESS_LOG_H */
