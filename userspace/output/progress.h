/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state file: how far each output has got, in a file that survives a crash of the
 * program or of the machine. Several threads may use it at once, except for opening and
 * closing.
 */
#ifndef OUTPUT_PROGRESS_H
#define OUTPUT_PROGRESS_H

#include <pthread.h>

#include "output/output.h"

/* The file also keeps outputs that the configuration does not name any more. */
#define PROGRESS_MAX (4 * OUTPUTS_MAX)

struct progress_entry {
	char *output;			/* the output's name */
	struct cursor cursor;
};

struct progress {
	const char *path;
	int lock;			/* PATH.lock, locked against other loggers */
	pthread_mutex_t saving;		/* held during a save; taken before mutex */
	pthread_mutex_t mutex;		/* protects the members below */
	struct progress_entry entries[PROGRESS_MAX];
	unsigned int count;
	bool changed;			/* since it was saved last */
};

/**
 * progress_open() - Lock and read the state file.
 *
 * Saves the file once, to see that this works. A file that is not valid is renamed to
 * PATH.bad, with a message, and all outputs start anew. The path must outlive *progress.
 *
 * Main thread, before any writer starts. Returns 0, or negative errno with the reason in
 * *fault; -EWOULDBLOCK: another logger uses the file. A full disk is no error.
 */
int progress_open(struct progress *progress, const char *path, struct buffer *fault);

/**
 * progress_close() - Free all and unlock; does not save.
 *
 * No other thread may use *progress any more.
 */
void progress_close(struct progress *progress);

/**
 * progress_get() - Copy the cursor of an output.
 *
 * Any thread. The cursor of an output that is not known is all zero.
 */
void progress_get(struct progress *progress, const char *output, struct cursor *cursor);

/**
 * progress_set() - Set the cursor of an output in memory; progress_save() writes it.
 *
 * Any thread; never waits for the disk. A new output is ignored when PROGRESS_MAX others
 * are known.
 */
void progress_set(struct progress *progress, const char *output, const struct cursor *cursor);

/**
 * progress_save() - Write the file if a cursor has changed.
 *
 * A crash leaves the old file or the new one, never a part. Any thread; waits for the
 * disk. Returns 0 or negative errno.
 */
int progress_save(struct progress *progress);

#endif /* OUTPUT_PROGRESS_H */
