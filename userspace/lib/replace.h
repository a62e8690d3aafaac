/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file that is there as a whole, the old one or the new one, whatever happens. */
#ifndef LIB_REPLACE_H
#define LIB_REPLACE_H

#include <sys/types.h>

#include "lib/buffer.h"

/* PATH.new is written, synced and renamed; the path is absolute. 0 or negative errno. */
int replace_file(const char *path, const struct buffer *text, mode_t mode);

#endif /* LIB_REPLACE_H */
