/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads what an attacker may make hang or steer: files, and the memory and descriptors of a
 * process. A child process does it, which is killed at a deadline, and which may give up its
 * rights for good.
 */
#ifndef EVIDENCE_READER_H
#define EVIDENCE_READER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "lib/util.h"

/* What the child says besides the content; shared with the child. */
struct reading {
	char why[200];		/* not empty: what could not be read, and why */
	bool opened;		/* the file is the right one, and st is known */
	bool changed;		/* the file was changed while it was read */
	struct stat st;
	uint64_t holes;		/* bytes that could not be read, and are zeros in the content */
};

/* In the child. Writes the content with reader_give(), or fills in reading->why. */
typedef void reader_work(struct reading *reading, int out, const void *what);

/* In the parent. Returns 0, or negative to read no more. */
typedef int reader_take(void *context, const void *data, size_t len);

/**
 * reader_run() - Run the work in a child, and take the content.
 * @ms: how long it may take
 *
 * Returns 0 with *reading filled, or what take() returned; -ETIMEDOUT at the deadline, or
 * another negative errno.
 */
int reader_run(reader_work *work, const void *what, int ms, reader_take *take, void *context,
	       struct reading *reading);

/** reader_give() - Write some of the content. Returns false if the parent takes no more. */
bool reader_give(int out, const void *data, size_t len);

/** reader_fail() - Say why something cannot be read; a later text changes nothing. */
void __printf(2, 3) reader_fail(struct reading *reading, const char *format, ...);

/** reader_copy() - Give the content of an open file, and compare the file before and after. */
void reader_copy(struct reading *reading, int out, int fd);

#endif /* EVIDENCE_READER_H */
