/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Walks: looks up a path component by component. May an attacker decide what is found there?
 */
#ifndef _SHELLTRAP_WALK_H
#define _SHELLTRAP_WALK_H

#include <linux/types.h>

struct shelltrap_founder;

struct shelltrap_walk {
	const struct shelltrap_founder *founder;
	bool strict;		/* each directory on the way must be root's, not only the last */
	bool dated;		/* what is found must be as old as a server that was root */
	unsigned int links;
	char *path;		/* PATH_MAX bytes */
	char *spare;		/* PATH_MAX bytes */
};

/**
 * shelltrap_walk_begin() - Allocate memory for walks.
 * @walk: receives it; the caller sets "strict" and "dated" afterwards
 * @founder: of current's lineage, or NULL
 *
 * Process context, may sleep. The caller passes @walk to shelltrap_walk_end().
 *
 * Return: false if there is no memory.
 */
bool shelltrap_walk_begin(struct shelltrap_walk *walk, const struct shelltrap_founder *founder);

/**
 * shelltrap_walk_end() - Free the memory of a walk.
 * @walk: from shelltrap_walk_begin(), whatever it has returned
 */
void shelltrap_walk_end(struct shelltrap_walk *walk);

/**
 * shelltrap_walk_is_suspect() - May an attacker decide what is found under a path?
 * @walk: from shelltrap_walk_begin()
 * @path: the path; if it does not begin with '/', relative to the working directory
 * @len: its length in bytes
 *
 * Process context, may sleep. Current has a root directory. If a part of the path does not
 * exist, nobody but root can make it: the directories above it are root's.
 */
bool shelltrap_walk_is_suspect(struct shelltrap_walk *walk, const char *path, size_t len);

#endif /* _SHELLTRAP_WALK_H */
