/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keeps the last lines, or all of them, to give them back from the first to the last or the
 * other way round. They are kept in temporary files without a name, so memory is bounded.
 */
#ifndef PAST_SPOOL_H
#define PAST_SPOOL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "lib/buffer.h"

/* A file of lines. Before each line, and after it, stands its length. */
struct spool_file {
	int fd;
	uint64_t count;
	off_t size;
	struct buffer pending;		/* not written yet */
};

struct spool {
	uint64_t keep;			/* lines; 0: all */
	struct spool_file older, newer;	/* older: what newer does not have of the last lines */
};

/** spool_create() - Create a file without a name. Returns a descriptor or negative errno. */
int spool_create(void);

/** spool_open() - @keep: how many of the last lines to keep; 0: all. */
void spool_open(struct spool *spool, uint64_t keep);

/** spool_add() - Returns 0 or negative errno. */
int spool_add(struct spool *spool, const char *line, size_t len);

/**
 * spool_each() - Call give() for each line that is kept, until it does not return 0.
 *
 * Returns what give() returned, or negative errno.
 */
int spool_each(struct spool *spool, bool newest_first,
	       int (*give)(void *context, const char *line, size_t len), void *context);
void spool_close(struct spool *spool);

#endif /* PAST_SPOOL_H */
