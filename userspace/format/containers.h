/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the container runtimes of this host have written about a container into their own
 * files. No runtime is asked. A file may be slow to read, so a thread of its own reads it, and
 * an alert waits for it for a moment at most.
 */
#ifndef FORMAT_CONTAINERS_H
#define FORMAT_CONTAINERS_H

#include "format/format.h"

/* In front of all paths. Tests set a directory of their own. */
extern const char *containers_root;

/**
 * containers_find() - The names of the container that a cgroup's path names.
 *
 * Any thread; may block for 100 ms. Valid until the next call in the same thread. Returns NULL
 * if nothing is known, or was not in time.
 */
const struct container_names *containers_find(const char *cgroup_path);

#endif /* FORMAT_CONTAINERS_H */
