/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A file that a thread of its own replaces and syncs. A disk may take minutes for that; who
 * wants the file saved waits for as long as it likes. Any thread may call all functions but
 * saver_end().
 */
#ifndef OUTPUT_SAVER_H
#define OUTPUT_SAVER_H

#include "lib/buffer.h"

struct saver;

/** saver_start() - Prepare the saving of a file; copies the path. */
struct saver *saver_start(const char *path);

/**
 * saver_put() - Have a text saved, in place of one that waits.
 *
 * Takes over the text's memory. Never waits for the disk.
 */
void saver_put(struct saver *saver, struct buffer *text);

/**
 * saver_wait() - Wait until the last text is saved, for at most @ms milliseconds.
 *
 * Returns 0, the negative errno of the last attempt to save, or -EAGAIN after that time.
 */
int saver_wait(struct saver *saver, int ms);

/** saver_failed() - The negative errno of the last attempt that ended; 0: it succeeded. */
int saver_failed(struct saver *saver);

/** saver_end() - Drop a text that waits, and free all, once the thread is out of the disk. */
void saver_end(struct saver *saver);

#endif /* OUTPUT_SAVER_H */
