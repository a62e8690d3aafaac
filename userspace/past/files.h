/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files that hold past records: those that the logger writes, rotated ones included. */
#ifndef PAST_FILES_H
#define PAST_FILES_H

#include <stdbool.h>
#include <stddef.h>

struct past_file {
	char *name;		/* for messages; "standard input" */
	int fd;			/* stays valid if the file is renamed or removed meanwhile */
};

struct files {
	struct past_file *list;
	size_t count;
	bool failed;		/* a file could not be opened, and a message said so */
};

/** files_open() - Open a file; "-" is standard input. */
void files_open(struct files *files, const char *path);

/**
 * files_open_rotating() - Open a file and its rotated files, as files_open_configured() does.
 *
 * Says so if there is none.
 */
void files_open_rotating(struct files *files, const char *path);

/**
 * files_open_configured() - Open what the logger's configuration names.
 *
 * For each output file:PATH in the format json: PATH, and the files beside it whose name
 * goes on after it with a '.' or a '-', as logrotate(8) names them.
 */
void files_open_configured(struct files *files, const char *config);

/**
 * files_keep() - Have each file read from its start, however often.
 *
 * What a pipe gives is copied into a file without a name. Returns 0 or negative errno.
 */
int files_keep(struct files *files);

void files_close(struct files *files);

#endif /* PAST_FILES_H */
