/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef LIB_REPLACE_H
#define LIB_REPLACE_H

#include <sys/types.h>

#include "lib/buffer.h"

/**
 * replace_file() - Replace a file such that the old or the new one is there as a whole,
 * even after a crash of the machine.
 * @path: absolute
 * @mode: permissions of the new file
 *
 * The text is written to PATH.new, synced and renamed. Returns 0 or negative errno.
 */
int replace_file(const char *path, const struct buffer *text, mode_t mode);

#endif /* LIB_REPLACE_H */
