/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The SHA-256 of the file that an alert is about, as long as that can be read: of the
 * process that runs it, or by its path. That may hang, and files may be large, so a
 * thread reads them, and alerts wait for that for a tenth of the time at most, or 5 ms
 * each.
 */
#ifndef OUTPUT_HASH_H
#define OUTPUT_HASH_H

#include <stdint.h>

#include "kernel/record.h"

#define HASH_LIMIT (32 * 1024 * 1024)

/* Before the first one: how many bytes of a file are worth it. */
void hash_limit(uint64_t bytes);

/*
 * NULL: it is gone, another one by now, too large, may not be read, or not read yet.
 * Valid until the thread's next call.
 */
const char *hash_of_file(const struct record *record);

#endif /* OUTPUT_HASH_H */
