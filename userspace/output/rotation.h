/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A configuration for logrotate(8), with the files of the logger that the shipped one lacks. */
#ifndef OUTPUT_ROTATION_H
#define OUTPUT_ROTATION_H

#include "lib/buffer.h"
#include "output/config.h"

/** rotation_put() - Add a section for the files that are outputs of the configuration. */
void rotation_put(struct buffer *out, const struct config *config);

/**
 * rotation_save() - Write it beside the state file, into the directory logrotate.d there.
 *
 * /etc/logrotate.d/shelltrap includes the standard one. Does nothing if there is no such
 * directory. Returns 0 or negative errno.
 */
int rotation_save(const struct config *config);

#endif /* OUTPUT_ROTATION_H */
