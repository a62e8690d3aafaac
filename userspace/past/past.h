/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Past records: those in the logger's files, or in files that are named, and those that the
 * kernel holds and no file has. Each record comes once, in order. Memory is bounded.
 */
#ifndef PAST_PAST_H
#define PAST_PAST_H

#include <stdint.h>

#include "format/format.h"
#include "past/access_log.h"
#include "past/files.h"
#include "past/filter.h"
#include "past/head.h"

/* What to read. All zero: everything from the logger's files and from the kernel. */
struct past_query {
	const struct filter *filter;	/* NULL: all */
	uint64_t since, until;		/* ns since the epoch, both included; until 0: no end */
	char *const *files;		/* "-" is standard input */
	int nr_files;			/* 0: the logger's, and the kernel's backlog */
	const char *config;		/* of the logger; NULL: the standard file */
	const struct files *opened;	/* past_open_files() opened them; NULL: not yet */
	struct access_logs *access;	/* where to look for requests; NULL: nowhere */
	const struct view *view;	/* for records from the kernel; NULL: do not ask it */
	bool text_only;			/* line.object may be NULL */
	bool quiet;			/* no messages: it was all said at the first reading */
};

/* Valid during the call of past_take() only. */
struct past_line {
	const char *text;		/* native JSON, with a NUL and without a newline */
	size_t len;
	struct head head;
	const struct node *object;	/* the same, parsed */
};

/* Returns 0 to go on, anything else to end. */
typedef int past_take(void *context, const struct past_line *line);

/**
 * past_open_files() - Open the files of a query, to read them more than once.
 *
 * They stay the same files, whatever is rotated meanwhile; files_close() them. Returns 0 or
 * negative errno.
 */
int past_open_files(const struct past_query *query, struct files *files);

/**
 * past_read() - Call take() for each record that the query wants.
 *
 * Prints a line on stderr for each file that cannot be read, or not as a whole, and goes on.
 * With access logs it reads the records twice, and what it gives has the requests found there.
 * Returns what take() returned if that was not 0, else DONE, or FAILED after such a line.
 */
int past_read(const struct past_query *query, past_take *take, void *context);

#endif /* PAST_PAST_H */
