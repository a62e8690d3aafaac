/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names of users and groups from this host's name service (NSS). The name service may ask a
 * directory server that does not answer, so a thread of its own asks it, and a caller waits
 * for a name for one second at most.
 */
#ifndef FORMAT_NAMES_H
#define FORMAT_NAMES_H

#include <stdint.h>

/*
 * Return the name, or NULL if the id has none or the name did not come in time. The string
 * is valid until the next call of the same function in the same thread. A name is cached
 * for a minute, and for longer while the name service does not answer. Any thread.
 */
const char *user_name(uint32_t uid);
const char *group_name(uint32_t gid);

#endif /* FORMAT_NAMES_H */
