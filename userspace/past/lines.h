/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines of a file of any size, one after the other, in bounded memory. */
#ifndef PAST_LINES_H
#define PAST_LINES_H

#include "past/source.h"

/* Bytes. The longest alert that the module can make is shorter; a longer line is left out. */
#define LINE_LONGEST (1024 * 1024)

struct lines {
	struct source source;
	char *data;
	size_t start, end, size;	/* bytes [start, end) of data are not given out yet */
	off_t offset;			/* in the file, of the byte at "start" */
	uint64_t number;		/* lines so far; not known after lines_seek() */
	bool number_known;
	uint64_t too_long;		/* lines that were left out */
};

struct line {
	const char *text;	/* without a newline; valid until the next call */
	size_t len;
	off_t offset;
	bool whole;		/* false: the file ends without a newline */
};

/** lines_open() - Read from the start of an open file, which stays the caller's. */
void lines_open(struct lines *lines, int fd);
void lines_close(struct lines *lines);

/**
 * lines_next() - Read the next line.
 *
 * Returns 1, 0 at the end, or negative with the reason in lines->source.reason. The last
 * part of a file that cannot be read further comes before that, as a line that is not whole.
 */
int lines_next(struct lines *lines, struct line *line);

/** lines_seek() - Continue with the first line that begins at this offset or after it. */
void lines_seek(struct lines *lines, off_t offset);

/** lines_again() - After the end: look whether the file has grown, from this line on. */
void lines_again(struct lines *lines, const struct line *line);

#endif /* PAST_LINES_H */
