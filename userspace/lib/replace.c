// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/replace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct buffer path_with(const char *path, const char *suffix)
{
	struct buffer joined = {0};

	buffer_puts(&joined, path);
	buffer_puts(&joined, suffix);
	return joined;
}

static int write_file(const char *path, const struct buffer *text, mode_t mode)
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

/* Until then the new name might not outlive a crash of the machine. */
static void sync_folder(const char *path)
{
	char *folder = strndup(path, strrchr(path, '/') - path + 1);
	int fd = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

	free(folder);
	if (fd < 0)
		return;
	fsync(fd);
	close(fd);
}

int replace_file(const char *path, const struct buffer *text, mode_t mode)
{
	struct buffer new = path_with(path, ".new");
	int ret = write_file(new.data, text, mode);

	if (!ret && rename(new.data, path))
		ret = -errno;
	if (!ret)
		sync_folder(path);
	buffer_free(&new);
	return ret;
}
