/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is read from a process, each a reader_work that runs in a child (see reader.h). */
#ifndef EVIDENCE_SOURCES_H
#define EVIDENCE_SOURCES_H

#include <stdint.h>

#include "evidence/reader.h"

/* For source_plain() and source_executable(). */
struct plain_source {
	int process;		/* descriptor of /proc/PID */
	const char *file;	/* below it */
};

/* A script, or any file that a process reads as its own user. */
struct script_source {
	int process;		/* whose root, user and groups count */
	const char *path;
	const char *cwd;	/* of a relative path; may be NULL */
	const char *const *roots;	/* directories that may be read; NULL: all */
	size_t nr_roots;
};

/* Addresses of a process's memory. */
struct region {
	uint64_t start, end;
	char permissions[5];	/* "rw-p" */
	bool anonymous;
};

struct region_source {
	int process;
	const struct region *region;
};

/** source_plain() - A file of procfs as it is. */
void source_plain(struct reading *reading, int out, const void *plain);

/** source_executable() - The file that the process runs, even if it has no name any more. */
void source_executable(struct reading *reading, int out, const void *plain);

/** source_links() - As JSON, where exe, cwd, root and the namespaces of the process point to. */
void source_links(struct reading *reading, int out, const void *plain);

/** source_descriptors() - As JSON, the open descriptors; of sockets, both addresses. */
void source_descriptors(struct reading *reading, int out, const void *plain);

/** source_script() - A file, opened with the rights of the process, see opening.h. */
void source_script(struct reading *reading, int out, const void *script);

/** source_region() - The memory of a region; pages that cannot be read are zeros. */
void source_region(struct reading *reading, int out, const void *region);

/** region_parse() - Read a line of /proc/PID/maps; false: it is none. */
bool region_parse(struct region *region, const char *line);

#endif /* EVIDENCE_SOURCES_H */
