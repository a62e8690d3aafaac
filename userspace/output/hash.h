/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The SHA-256 of the file that an alert is about, if the file can still be read: through
 * the process that runs it, or by its path. To read a file may take long or hang, so a
 * thread of its own reads it. Alerts wait for this thread for a tenth of the time at most,
 * or for 5 ms each.
 */
#ifndef OUTPUT_HASH_H
#define OUTPUT_HASH_H

#include <stdint.h>

#include "format/format.h"

/* The default limit, in bytes. */
#define HASH_LIMIT (32 * 1024 * 1024)

/**
 * hash_set_limit() - Set how many bytes a file may have to be hashed.
 *
 * Main thread, before any writer starts.
 */
void hash_set_limit(uint64_t bytes);

/**
 * hash_find() - Find the alert's file, and hash it.
 *
 * The hash is in lower case hex; NULL if the file is too large, may not be read, was
 * changed meanwhile, or was not read in time.
 *
 * Any thread; may block for up to a second. Valid until the next call in the same
 * thread. Returns NULL if the file is gone, was changed or replaced, or was not found in
 * time.
 */
const struct found_file *hash_find(const struct record *record);

#endif /* OUTPUT_HASH_H */
