/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files of a test in a temporary directory. */
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

#endif /* FILES_H */
