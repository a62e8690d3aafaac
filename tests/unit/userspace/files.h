/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files of a test in a temporary directory, and the output of commands. */
#ifndef FILES_H
#define FILES_H

#include <stddef.h>

/* The absolute path of the directory, which is also the working directory. */
extern char files_directory[];

/* Creates and enters the directory; leaves it and removes it with all files in it. */
void files_set_up(void);
void files_tear_down(void);

void files_write(const char *name, const void *bytes, size_t len);
void files_write_text(const char *name, const char *text);
void files_append_text(const char *name, const char *text);

/*
 * Runs main() of a subcommand and returns what it writes to descriptor @fd, valid until the
 * next call; *code becomes the exit code.
 */
const char *files_said(int fd, int (*command)(int argc, char **argv), char **argv, int *code);

/* Expects each command line, argv of @command, to be refused with a hint at its help. */
void files_expect_wrong_usage(int (*command)(int argc, char **argv), char *argvs[][4],
			      size_t nr_argvs);

#endif /* FILES_H */
