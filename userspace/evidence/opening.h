/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Opens a file whose path an attacker may have chosen. Call these functions in a child of
 * reader.h: they give up rights for good.
 */
#ifndef EVIDENCE_OPENING_H
#define EVIDENCE_OPENING_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "evidence/reader.h"

#define OPENING_GROUPS_MAX 64

/* The user as which a process opens files. */
struct credentials {
	uid_t uid;
	gid_t gid;
	gid_t groups[OPENING_GROUPS_MAX];
	size_t nr_groups;
};

/** opening_read_credentials() - Read them from /proc/PID/status; false: it does not tell. */
bool opening_read_credentials(int process, struct credentials *credentials);

/** opening_become() - Be that user from now on, without any capability if it is not root. */
bool opening_become(const struct credentials *credentials, struct reading *reading);

/**
 * opening_directory() - Open a directory that the administrator has named.
 * @root: descriptor of the directory that counts as "/"
 *
 * Symbolic links are followed, but do not leave the root. Returns a descriptor or -1.
 */
int opening_directory(int root, const char *path, struct reading *reading);

/**
 * opening_file() - Open a regular file beneath a directory.
 * @path: relative or absolute; ".." and symbolic links do not lead out of the directory
 * @links: whether symbolic links in directories are followed, but never as the last component
 *
 * Nothing but a regular file is opened for reading, so that no device acts and no FIFO
 * waits. Returns a descriptor with reading->st filled, or -1 with reading->why filled.
 */
int opening_file(int directory, const char *path, bool links, struct reading *reading);

/**
 * opening_file_in() - Open a regular file in one of these directories, see opening_file().
 * @root: descriptor of the directory that counts as "/"
 * @path: absolute
 */
int opening_file_in(int root, const char *const *directories, size_t count, const char *path,
		    struct reading *reading);

/** opening_below() - What follows the directory in the path; NULL: the path is not below. */
const char *opening_below(const char *directory, const char *path);

#endif /* EVIDENCE_OPENING_H */
