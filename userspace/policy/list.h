/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists of programs that this machine keeps, such as /etc/shells: a path in each line. */
#ifndef POLICY_LIST_H
#define POLICY_LIST_H

#include <stdbool.h>

/* Takes the name of a program. Returns NULL, or why no further name can be taken. */
typedef const char *(*list_taker)(void *data, const char *name);

/*
 * Calls @take with the last part of each path in the list. Lines that are no absolute path are
 * passed over, and false, true and nologin, which keep users from logging in. @optional: the
 * list may be missing. Returns NULL, or what is wrong.
 */
const char *list_read(const char *path, bool optional, list_taker take, void *data);

#endif /* POLICY_LIST_H */
