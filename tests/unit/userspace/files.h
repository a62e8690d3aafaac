/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files of a test, in a directory of its own, and what commands print. */
#ifndef FILES_H
#define FILES_H

#include <stddef.h>

/* The directory, as an absolute path; a test that has called files_set_up() runs in it. */
extern char files_directory[];

/* Makes the directory and goes there; goes away and removes it with all files in it. */
void files_set_up(void);
void files_tear_down(void);

void files_write(const char *name, const void *bytes, size_t len);
void files_write_text(const char *name, const char *text);
void files_append_text(const char *name, const char *text);

/* What a subcommand's main() says on that descriptor; its exit code in *code. */
const char *files_said(int fd, int (*command)(int argc, char **argv), char **argv, int *code);

#endif /* FILES_H */
