/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pathnames: what files and directories are called, seen from the root of their mount
 * namespace.
 */
#ifndef _SHELLTRAP_PATHNAME_H
#define _SHELLTRAP_PATHNAME_H

#include <linux/types.h>

struct path;
struct vfsmount;

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

/* The name of a mount's root, which the names of other files in that mount begin with. */
struct shelltrap_pathname_prefix {
	const struct vfsmount *mnt;	/* NULL: none yet */
	const char *text;		/* in the buffer of the name that it is from */
	size_t len;
};

/**
 * shelltrap_pathname_near() - write the name of one of several paths
 * @path: a referenced path
 * @buf: SHELLTRAP_PATH_MAX bytes
 * @prefix: zeroed before the first path; from one path to the next. All paths stay referenced,
 *	and all buffers unchanged, until the last name is written.
 *
 * As shelltrap_pathname(). To go from a mount to the one below takes locks and references, and
 * most files are in the mount of the one before.
 *
 * Return: the same.
 */
const char *shelltrap_pathname_near(const struct path *path, char *buf,
				    struct shelltrap_pathname_prefix *prefix);

#endif /* _SHELLTRAP_PATHNAME_H */
