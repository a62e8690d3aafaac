/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What this host is called, and what the paths of its cgroups say. */
#ifndef FORMAT_HOST_H
#define FORMAT_HOST_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

struct host {
	char name[HOST_NAME_MAX + 1];
	char boot_id[37];	/* "" where unknown */
};

void host_read(struct host *host);

/* A part of a cgroup path. */
struct span {
	const char *start;
	size_t len;
};

struct container {
	struct span id;		/* 64 hex digits; for lxc the container's name */
	const char *runtime;	/* NULL: a container by the looks of its id alone */
};

/* The innermost container that a cgroup path names; false: none. */
bool container_of_cgroup(const char *path, struct container *container);

/* The innermost systemd service, else scope, that a cgroup path names. */
bool unit_of_cgroup(const char *path, struct span *unit);

#endif /* FORMAT_HOST_H */
