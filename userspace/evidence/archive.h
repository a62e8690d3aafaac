/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes a tar file (POSIX ustar). Names of members come from this program only, and are
 * short, so no extension of the format is needed. A library would do this, too: libarchive
 * with what it needs doubles the resident memory of every process of the program.
 *
 * The file has its name only once it is whole and on its disk. Sizes need not be known
 * before: the header of a member is written after its content.
 */
#ifndef EVIDENCE_ARCHIVE_H
#define EVIDENCE_ARCHIVE_H

#include <sha2.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "lib/buffer.h"

/* Bytes of a name, without the NUL. */
#define ARCHIVE_NAME_MAX 99

/* A member that was written. */
struct archived {
	uint64_t size;
	char sha256[SHA256_DIGEST_STRING_LENGTH];
	bool cut;		/* a limit of the archive left out the rest */
};

struct archive {
	int fd;
	struct buffer path, unfinished;		/* the file, and the name that it has before */
	uint64_t member_limit, total_limit;	/* bytes of content */
	uint64_t total;		/* bytes of content so far */
	off_t end;		/* of the file: here begins the next header */
	const char *name;	/* of the member that is being written */
	struct archived member;
	SHA2_CTX hash;
};

/**
 * archive_create() - Create FILE.unfinished, which only root can read.
 * @path: of the file, which must not exist
 *
 * Returns 0 or negative errno.
 */
int archive_create(struct archive *archive, const char *path, uint64_t member_limit,
		   uint64_t total_limit);

/** archive_begin() - Begin a member; the name must stay until archive_end(). */
void archive_begin(struct archive *archive, const char *name);

/**
 * archive_add() - Add content to the member.
 *
 * Returns 0, -EFBIG if a limit left out some of it, or another negative errno.
 */
int archive_add(struct archive *archive, const void *data, size_t len);

/** archive_end() - End the member. Returns 0 or negative errno. */
int archive_end(struct archive *archive, uint64_t mtime, struct archived *archived);

/**
 * archive_add_whole() - Add a member whose content is known, whatever the limits are.
 *
 * Returns 0 or negative errno.
 */
int archive_add_whole(struct archive *archive, const char *name, const struct buffer *content,
		      uint64_t mtime, struct archived *archived);

/**
 * archive_finish() - End the archive, sync it and give it its name.
 *
 * Returns 0, -EEXIST if there is such a file by now, or another negative errno. Call
 * archive_drop() afterwards, in any case.
 */
int archive_finish(struct archive *archive);

/** archive_drop() - Close the archive and remove what has not got its name. */
void archive_drop(struct archive *archive);

#endif /* EVIDENCE_ARCHIVE_H */
