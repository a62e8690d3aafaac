/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pathnames: what files and directories are called, seen from the root of their mount
 * namespace.
 */
#ifndef _SHELLTRAP_PATHNAME_H
#define _SHELLTRAP_PATHNAME_H

#include <linux/types.h>

struct path;

/**
 * shelltrap_pathname() - write the absolute name of a path into a buffer
 * @path: a referenced path
 * @buf: SHELLTRAP_PATH_MAX bytes
 *
 * As d_path(), but always from the root of the mount namespace, whatever the root directory
 * of current is, and also where current has none any more. Process context, may sleep.
 *
 * Return: the name, somewhere in @buf. Of one that is too long, ".../" and its last four
 * parts.
 */
const char *shelltrap_pathname(const struct path *path, char *buf);

#endif /* _SHELLTRAP_PATHNAME_H */
