/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The name of this host, and which container or systemd unit the path of a cgroup names. */
#ifndef FORMAT_HOST_H
#define FORMAT_HOST_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

struct host {
	char name[HOST_NAME_MAX + 1];
	char boot_id[37];	/* "" where unknown */
};

/** host_read() - Read the host name and the boot id. */
void host_read(struct host *host);

/** host_read_name() - Read the host name again: it may have changed. */
void host_read_name(struct host *host);

/* A part of a cgroup path, which the caller keeps. */
struct span {
	const char *start;
	size_t len;
};

struct container {
	struct span id;		/* 64 hex digits; for lxc the container's name */
	const char *runtime;	/* NULL: not known, only the id looks like a container's */
};

/**
 * container_of_cgroup() - Find the innermost container that a cgroup path names.
 *
 * Returns false if there is none. The spans point into the path. Any thread.
 */
bool container_of_cgroup(const char *path, struct container *container);

/**
 * unit_of_cgroup() - Find the innermost service, else scope, that a cgroup path names.
 *
 * Returns false if there is neither. The span points into the path. Any thread.
 */
bool unit_of_cgroup(const char *path, struct span *unit);

#endif /* FORMAT_HOST_H */
