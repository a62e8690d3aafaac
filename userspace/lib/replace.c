// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/replace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/path.h"

static int replace_write(const char *path, const struct buffer *text, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode);
	ssize_t len;
	int ret = 0;

	if (fd < 0)
		return -errno;
	len = write(fd, text->data, text->len);
	if (len < 0)
		ret = -errno;
	else if (len < (ssize_t)text->len)
		ret = -ENOSPC;
	else if (fsync(fd))
		ret = -errno;
	close(fd);
	return ret;
}

/* Before the directory is synced, a crash of the machine may undo the rename. */
static void replace_sync_directory(const char *path)
{
	char *directory = path_directory(path);
	int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	free(directory);
	if (fd < 0)
		return;
	fsync(fd);
	close(fd);
}

int replace_file(const char *path, const struct buffer *text, mode_t mode)
{
	struct buffer new = path_with_suffix(path, ".new");
	int ret = replace_write(new.data, text, mode);

	if (!ret && rename(new.data, path))
		ret = -errno;
	if (!ret)
		replace_sync_directory(path);
	buffer_free(&new);
	return ret;
}
