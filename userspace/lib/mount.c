// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/mount.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

/* The number of the mount of an open file. */
static int mount_number(int fd, uint64_t *number)
{
	struct statx st;

	if (statx(fd, "", AT_EMPTY_PATH, STATX_MNT_ID, &st))
		return -errno;
	if (!(st.stx_mask & STATX_MNT_ID))
		return -EOPNOTSUPP;
	*number = st.stx_mnt_id;
	return 0;
}

/* A line begins with "NUMBER PARENT MAJOR:MINOR ". */
static bool mount_read_line(const char *line, uint64_t number, dev_t *dev)
{
	unsigned int dev_major, dev_minor;
	unsigned long found;

	if (sscanf(line, "%lu %*u %u:%u ", &found, &dev_major, &dev_minor) != 3 ||
	    found != number)
		return false;
	*dev = makedev(dev_major, dev_minor);
	return true;
}

int mount_device(int fd, const char *mounts, dev_t *dev)
{
	uint64_t number = 0;
	int ret = mount_number(fd, &number);
	char *line = NULL;
	size_t size = 0;
	FILE *file;

	if (ret)
		return ret;
	file = fopen(mounts, "re");
	if (!file)
		return -errno;
	ret = -ENOENT;
	while (ret && getline(&line, &size, file) > 0)
		if (mount_read_line(line, number, dev))
			ret = 0;
	free(line);
	fclose(file);
	return ret;
}
