// SPDX-License-Identifier: GPL-2.0-or-later
#include "past/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/console.h"

/* A file that is larger than the memory: /tmp is memory on some systems. */
#define SPOOL_DIRECTORY "/var/tmp"
#define SPOOL_PENDING (256 * 1024)
/* A file gets at least so many lines before the next one replaces the one before. */
#define SPOOL_LEAST 4096

void spool_open(struct spool *spool, uint64_t keep)
{
	*spool = (struct spool){ .keep = keep, .older.fd = -1, .newer.fd = -1 };
}

static void spool_file_close(struct spool_file *file)
{
	if (file->fd >= 0)
		close(file->fd);
	buffer_free(&file->pending);
	*file = (struct spool_file){ .fd = -1 };
}

int spool_create(void)
{
	const char *directory = getenv("TMPDIR");
	int fd = open(directory && *directory ? directory : SPOOL_DIRECTORY,
		      O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	return fd < 0 ? -errno : fd;
}

static int spool_file_flush(struct spool_file *file)
{
	int ret;

	if (!file->pending.len)
		return 0;
	if (file->fd < 0)
		file->fd = spool_create();
	if (file->fd < 0)
		return file->fd;
	ret = console_write(file->fd, &file->pending);
	file->size += file->pending.len;
	buffer_reset(&file->pending);
	return ret;
}

int spool_add(struct spool *spool, const char *line, size_t len)
{
	struct spool_file *file = &spool->newer;
	uint64_t enough = spool->keep > SPOOL_LEAST ? spool->keep : SPOOL_LEAST;
	uint32_t length = len;

	if (spool->keep && file->count >= enough) {
		int ret = spool_file_flush(file);

		if (ret)
			return ret;
		spool_file_close(&spool->older);
		spool->older = spool->newer;
		spool->newer = (struct spool_file){ .fd = -1 };
	}
	buffer_add(&file->pending, &length, sizeof(length));
	buffer_add(&file->pending, line, len);
	buffer_add(&file->pending, &length, sizeof(length));
	file->count++;
	return file->pending.len < SPOOL_PENDING ? 0 : spool_file_flush(file);
}

/* Reads the length at the offset; false: the file cannot be read. */
static bool spool_length(const struct spool_file *file, off_t offset, uint32_t *length)
{
	return pread(file->fd, length, sizeof(*length), offset) == sizeof(*length);
}

static int spool_give(const struct spool_file *file, off_t offset, uint32_t length,
		      int (*give)(void *context, const char *line, size_t len), void *context)
{
	char *line = malloc(length + 1);
	int ret = -EIO;

	if (!line)
		return -ENOMEM;
	if (pread(file->fd, line, length, offset) == (ssize_t)length) {
		line[length] = '\0';
		ret = give(context, line, length);
	}
	free(line);
	return ret;
}

static int spool_file_forward(const struct spool_file *file, uint64_t skip,
			      int (*give)(void *context, const char *line, size_t len),
			      void *context)
{
	uint32_t length;
	off_t at;
	int ret = 0;

	for (at = 0; at < file->size && !ret; at += length + 2 * sizeof(length)) {
		if (!spool_length(file, at, &length))
			return -EIO;
		if (skip)
			skip--;
		else
			ret = spool_give(file, at + sizeof(length), length, give, context);
	}
	return ret;
}

static int spool_file_backward(const struct spool_file *file, uint64_t count,
			       int (*give)(void *context, const char *line, size_t len),
			       void *context)
{
	off_t at = file->size;
	uint32_t length;
	int ret = 0;

	while (at > 0 && count-- && !ret) {
		if (!spool_length(file, at - sizeof(length), &length))
			return -EIO;
		at -= length + 2 * sizeof(length);
		ret = spool_give(file, at + sizeof(length), length, give, context);
	}
	return ret;
}

int spool_each(struct spool *spool, bool newest_first,
	       int (*give)(void *context, const char *line, size_t len), void *context)
{
	struct spool_file *older = &spool->older, *newer = &spool->newer;
	uint64_t wanted = spool->keep ? spool->keep : UINT64_MAX;
	uint64_t from_newer = newer->count < wanted ? newer->count : wanted;
	uint64_t from_older = wanted - from_newer < older->count ? wanted - from_newer :
								   older->count;
	int ret = spool_file_flush(newer);

	if (ret)
		return ret;
	if (newest_first) {
		ret = spool_file_backward(newer, from_newer, give, context);
		return ret ? ret : spool_file_backward(older, from_older, give, context);
	}
	ret = spool_file_forward(older, older->count - from_older, give, context);
	return ret ? ret : spool_file_forward(newer, newer->count - from_newer, give, context);
}

void spool_close(struct spool *spool)
{
	spool_file_close(&spool->older);
	spool_file_close(&spool->newer);
}
