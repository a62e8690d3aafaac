/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The mount that a file is on. */
#ifndef LIB_MOUNT_H
#define LIB_MOUNT_H

#include <sys/types.h>

/**
 * mount_device() - Find the device of the file system of an open file.
 * @mounts: the mount table of the namespace in which the file was opened:
 *          "/proc/self/mountinfo"
 *
 * This is the device that the kernel has for the file system. stat(2) may show another one
 * for the file, as on btrfs. Any thread. Returns 0 or negative errno.
 */
int mount_device(int fd, const char *mounts, dev_t *dev);

#endif /* LIB_MOUNT_H */
