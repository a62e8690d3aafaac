/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parts of paths. These functions only take text apart; they do not look at files. */
#ifndef LIB_PATH_H
#define LIB_PATH_H

#include "lib/buffer.h"

/**
 * path_name() - The last component: "sh" of "/bin/sh".
 *
 * Returns a pointer into path: the whole path if it has no '/' or ends with '/'.
 */
const char *path_name(const char *path);

/**
 * path_directory() - The directory of an absolute path, with its '/': "/bin/" of "/bin/sh".
 *
 * The caller frees it.
 */
char *path_directory(const char *path);

/** The path with a suffix appended, for another file beside it; buffer_free() it. */
struct buffer path_with_suffix(const char *path, const char *suffix);

#endif /* LIB_PATH_H */
