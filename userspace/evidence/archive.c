// SPDX-License-Identifier: GPL-2.0-or-later
#include "evidence/archive.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/path.h"

#define BLOCK 512
/* The size is 11 octal digits. */
#define SIZE_LIMIT (UINT64_C(1) << 33)

/* The fields of a ustar header, each at its place. */
struct header {
	char name[100];
	char mode[8], uid[8], gid[8];
	char size[12], mtime[12];
	char checksum[8];
	char type;
	char link[100];
	char magic[6], version[2];
	char user[32], group[32];
	char dev_major[8], dev_minor[8];
	char prefix[155];
	char rest[12];
};

_Static_assert(sizeof(struct header) == BLOCK, "a header is one block");

static uint64_t archive_least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

int archive_create(struct archive *archive, const char *path, uint64_t member_limit,
		   uint64_t total_limit)
{
	*archive = (struct archive){
		.fd = -1,
		.member_limit = archive_least(member_limit, SIZE_LIMIT - 1),
		.total_limit = total_limit,
	};
	/* To say so at once; archive_finish() decides. */
	if (!faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW))
		return -EEXIST;
	archive->path = path_with_suffix(path, "");
	archive->unfinished = path_with_suffix(path, ".unfinished");
	archive->fd = open(archive->unfinished.data,
			   O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	return archive->fd < 0 ? -errno : 0;
}

static int archive_write(struct archive *archive, const void *data, size_t len, off_t at)
{
	const char *from = data;

	while (len) {
		ssize_t done = pwrite(archive->fd, from, len, at);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return done ? -errno : -ENOSPC;
		from += done;
		at += done;
		len -= done;
	}
	return 0;
}

void archive_begin(struct archive *archive, const char *name)
{
	archive->name = name;
	archive->member = (struct archived){0};
	SHA256Init(&archive->hash);
}

static int archive_append(struct archive *archive, const void *data, size_t len)
{
	int ret = archive_write(archive, data, len, archive->end + BLOCK + archive->member.size);

	if (ret)
		return ret;
	SHA256Update(&archive->hash, data, len);
	archive->member.size += len;
	return 0;
}

int archive_add(struct archive *archive, const void *data, size_t len)
{
	uint64_t room = archive_least(archive->member_limit - archive->member.size,
				      archive->total_limit - archive->total);
	size_t taken = archive_least(len, room);
	int ret = archive_append(archive, data, taken);

	if (ret)
		return ret;
	archive->total += taken;
	if (taken == len)
		return 0;
	archive->member.cut = true;
	return -EFBIG;
}

/* Sums the bytes of the header, with spaces in place of the sum. */
static void archive_sign(struct header *header)
{
	const unsigned char *bytes = (const unsigned char *)header;
	unsigned int sum = 0;
	size_t i;

	memset(header->checksum, ' ', sizeof(header->checksum));
	for (i = 0; i < sizeof(*header); i++)
		sum += bytes[i];
	snprintf(header->checksum, sizeof(header->checksum), "%06o", sum);
}

static void archive_fill(struct header *header, const struct archive *archive, uint64_t mtime)
{
	memset(header, 0, sizeof(*header));
	snprintf(header->name, sizeof(header->name), "%s", archive->name);
	snprintf(header->mode, sizeof(header->mode), "%07o", 0400);
	snprintf(header->uid, sizeof(header->uid), "%07o", 0);
	snprintf(header->gid, sizeof(header->gid), "%07o", 0);
	snprintf(header->size, sizeof(header->size), "%011" PRIo64, archive->member.size);
	snprintf(header->mtime, sizeof(header->mtime), "%011" PRIo64,
		 archive_least(mtime, SIZE_LIMIT - 1));
	header->type = '0';
	memcpy(header->magic, "ustar", sizeof(header->magic));
	memcpy(header->version, "00", sizeof(header->version));
	strcpy(header->user, "root");
	strcpy(header->group, "root");
	archive_sign(header);
}

/* The content ends with zeros up to the next block: a hole, which reads as zeros. */
int archive_end(struct archive *archive, uint64_t mtime, struct archived *archived)
{
	struct header header;
	int ret;

	archive_fill(&header, archive, mtime);
	ret = archive_write(archive, &header, sizeof(header), archive->end);
	SHA256End(&archive->hash, archive->member.sha256);
	archive->end += BLOCK + (archive->member.size + BLOCK - 1) / BLOCK * BLOCK;
	*archived = archive->member;
	return ret;
}

int archive_add_whole(struct archive *archive, const char *name, const struct buffer *content,
		      uint64_t mtime, struct archived *archived)
{
	int ret;

	archive_begin(archive, name);
	ret = archive_append(archive, content->data, content->len);
	return ret ? ret : archive_end(archive, mtime, archived);
}

/* Before the directory is synced, a crash of the machine may undo the rename. */
static int archive_sync_directory(const struct archive *archive)
{
	const char *path = archive->path.data;
	char *directory = strchr(path, '/') ? path_directory(path) : NULL;
	int fd = open(directory ? directory : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int ret = fd < 0 || fsync(fd) ? -errno : 0;

	free(directory);
	if (fd >= 0)
		close(fd);
	return ret;
}

/* Not every file system has RENAME_NOREPLACE; a link never replaces a file, either. */
static int archive_rename(const char *from, const char *to)
{
	if (!renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE))
		return 0;
	if (errno != EINVAL || link(from, to))
		return -errno;
	unlink(from);
	return 0;
}

static int archive_publish(struct archive *archive)
{
	int ret = archive_rename(archive->unfinished.data, archive->path.data);

	if (ret)
		return ret;
	buffer_free(&archive->unfinished);
	return archive_sync_directory(archive);
}

/* Two blocks of zeros are the end. */
int archive_finish(struct archive *archive)
{
	static const char zeros[2 * BLOCK];
	int ret = archive_write(archive, zeros, sizeof(zeros), archive->end);

	if (!ret && fsync(archive->fd))
		ret = -errno;
	return ret ? ret : archive_publish(archive);
}

void archive_drop(struct archive *archive)
{
	if (archive->fd >= 0) {
		if (archive->unfinished.len)
			unlink(archive->unfinished.data);
		close(archive->fd);
	}
	archive->fd = -1;
	buffer_free(&archive->unfinished);
	buffer_free(&archive->path);
}
