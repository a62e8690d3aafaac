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

/*
 * The file also keeps outputs that the configuration does not name any more. When there are
 * more, the one that was unused for the longest time is forgotten.
 */
#define PROGRESS_MAX (4 * OUTPUTS_MAX)

struct saver;

struct progress_entry {
	char *output;			/* the output's name */
	struct cursor cursor;
	bool is_used;			/* by an output of this logger */
};

struct progress {
	const char *path;
	int lock;			/* PATH.lock, locked against other loggers */
	struct saver *saver;		/* writes the file */
	pthread_mutex_t mutex;		/* protects the members below; never held for a disk */
	struct progress_entry entries[PROGRESS_MAX];	/* the longest unused first */
	unsigned int count;
	bool changed;			/* since it was given to the saver */
};

/**
 * progress_open() - Lock and read the state file.
 *
 * Saves the file once, to see that this works. A file that is not valid is renamed to
 * PATH.bad, with a message, and all outputs start anew. The path must outlive *progress.
 *
 * Main thread, before any writer starts. Returns 0, or negative errno with the reason in
 * *fault; -EWOULDBLOCK: another logger uses the file. A full or slow disk is no error.
 */
int progress_open(struct progress *progress, const char *path, struct buffer *fault);

/**
 * progress_close() - Free all and unlock; does not save.
 *
 * No other thread may use *progress any more.
 */
void progress_close(struct progress *progress);

/**
 * progress_get() - Copy the cursor of an output, which is used from now on.
 *
 * Any thread. The cursor of an output that is not known is all zero.
 */
void progress_get(struct progress *progress, const char *output, struct cursor *cursor);

/**
 * progress_set() - Set the cursor of an output in memory; progress_save() writes it.
 *
 * Any thread; never waits for the disk.
 */
void progress_set(struct progress *progress, const char *output, const struct cursor *cursor);

/**
 * progress_unuse() - Allow that an output is forgotten: it has no writer any more.
 *
 * Any thread.
 */
void progress_unuse(struct progress *progress, const char *output);

/**
 * progress_save() - Have the file written if a cursor has changed or the last save failed.
 *
 * A crash leaves the old file or the new one, never a part. Any thread; never waits for the
 * disk. Returns how the last save that has ended did: 0 or negative errno.
 */
int progress_save(struct progress *progress);

/**
 * progress_sync() - The same, and wait until the file is written, for at most @ms.
 *
 * Any thread. Returns 0 or negative errno; -EAGAIN: it is still being written.
 */
int progress_sync(struct progress *progress, int ms);

#endif /* OUTPUT_PROGRESS_H */
