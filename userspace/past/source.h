/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The bytes of a file, which may be compressed by gzip or zstd: its first bytes show that. */
#ifndef PAST_SOURCE_H
#define PAST_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct unpacker;

struct source {
	int fd;
	struct unpacker *unpacker;	/* NULL: the file is not compressed */
	bool regular;			/* read by offset: the descriptor may be shared */
	bool seekable;			/* regular, and not compressed */
	off_t offset;			/* bytes read so far, as they are in the file */
	char head[6];			/* the first bytes, until they are given out */
	size_t head_len;
	const char *reason;		/* of the last failure */
};

/**
 * source_open() - Read from the start of an open file.
 *
 * The descriptor stays the caller's.
 */
void source_open(struct source *source, int fd);
void source_close(struct source *source);

/**
 * source_read() - Read up to @size bytes of what the file holds, uncompressed.
 *
 * Waits for a pipe. Returns the number of bytes, 0 at the end, or negative with the reason
 * in source->reason; what was read before is valid then.
 */
ssize_t source_read(struct source *source, char *data, size_t size);

/** source_seek() - Continue at this byte of a file that is seekable. */
void source_seek(struct source *source, off_t offset);

#endif /* PAST_SOURCE_H */
