/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names of users and groups, as this host's own NSS has them. That may ask a directory
 * that does not answer, and no alert waits for it: a thread asks, and whoever wants a
 * name waits for a moment only.
 */
#ifndef FORMAT_NAMES_H
#define FORMAT_NAMES_H

#include <stdint.h>

/*
 * NULL where there is none, or not yet; valid until the thread's next call of the same
 * function. Remembered for a minute, and for longer where nobody knows a newer one.
 */
const char *user_name(uint32_t uid);
const char *group_name(uint32_t gid);

#endif /* FORMAT_NAMES_H */
