/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files of a test, in a folder of its own, and what commands print. */
#ifndef FILES_H
#define FILES_H

#include <stddef.h>

/* For cmocka: makes the folder and goes there; removes it with all files in it. */
int files_setup(void **state);
int files_teardown(void **state);

void files_write(const char *name, const void *bytes, size_t len);
void files_write_text(const char *name, const char *text);

/* What a subcommand's main() says on that descriptor; its exit code in *code. */
const char *files_said(int fd, int (*command)(int argc, char **argv), char **argv, int *code);

#endif /* FILES_H */
