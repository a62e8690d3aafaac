/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A file of past records: gives those lines that a query may want. Where the file is sorted
 * by time, the lines before and after the query's times are not read.
 */
#ifndef PAST_FEED_H
#define PAST_FEED_H

#include "lib/meter.h"
#include "past/files.h"
#include "past/filter.h"
#include "past/head.h"
#include "past/lines.h"
#include "past/seen.h"

/* What all files of a query share. */
struct feed_wants {
	const struct filter *filter;	/* NULL: all */
	char since[HEAD_TIME + 1], until[HEAD_TIME + 1];	/* "": no limit */
	/* The same with an hour more: the clock may have been set while the file was written. */
	char since_early[HEAD_TIME + 1], until_late[HEAD_TIME + 1];
	struct seen records, losses;
	bool quiet;			/* no messages */
	struct meter meter;
	uint64_t lines;			/* read so far */
	uint64_t done, total;		/* bytes of the files */
};

struct feed {
	const struct past_file *file;
	struct lines lines;
	struct line line;		/* the line that feed_next() found */
	struct head head;		/* of that line; before the first one, of the file */
	bool opened;
	bool ended;
	off_t end;			/* lines from here on are too late; 0: not known */
	uint64_t torn;			/* lines that are no record */
	uint64_t first_torn;		/* number of the first one */
	off_t first_torn_offset;
	bool failed;			/* a message was printed */
};

/**
 * feed_peek() - Find the head of the first record, by which files are sorted.
 *
 * A pipe cannot be read twice, so its head stays empty.
 */
void feed_peek(struct feed *feed, const struct past_file *file);

void feed_open(struct feed *feed, const struct feed_wants *wants);

/** feed_next() - Find the next line; at the end, say what was left out, and set "ended". */
void feed_next(struct feed *feed, struct feed_wants *wants);

/** feed_tear() - Count the present line as one that is no record. */
void feed_tear(struct feed *feed);
void feed_close(struct feed *feed);

#endif /* PAST_FEED_H */
