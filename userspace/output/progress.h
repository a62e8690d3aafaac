/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How far each output has got, in a file that survives whatever ends the program.
 * May be used by several threads, but for opening and closing.
 */
#ifndef OUTPUT_PROGRESS_H
#define OUTPUT_PROGRESS_H

#include <pthread.h>

#include "output/output.h"

/* Those of outputs that are not written to now are kept, too. */
#define PROGRESS_MAX (4 * OUTPUTS_MAX)

struct progress_entry {
	char *output;
	struct mark mark;
};

struct progress {
	const char *path;
	int lock;		/* held: no other logger has this file */
	pthread_mutex_t saving;
	pthread_mutex_t mutex;	/* for all below */
	struct progress_entry entries[PROGRESS_MAX];
	unsigned int count;
	bool changed;		/* since it was saved */
};

/*
 * 0, or negative errno with *fault saying why; EWOULDBLOCK: another logger has
 * it. What cannot be understood is set aside as PATH.bad, with a message.
 */
int progress_open(struct progress *progress, const char *path, struct buffer *fault);
void progress_close(struct progress *progress);

/* *mark is all 0 for an output that is not known. */
void progress_get(struct progress *progress, const char *output, struct mark *mark);
void progress_set(struct progress *progress, const char *output, const struct mark *mark);

/* Writes it if it has changed: whole, or not at all. 0 or negative errno. */
int progress_save(struct progress *progress);

#endif /* OUTPUT_PROGRESS_H */
