/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What can be said about permission while there is no module to ask. */
#ifndef KERNEL_PERMISSION_H
#define KERNEL_PERMISSION_H

#include <stdbool.h>

/*
 * Whether this process has CAP_NET_ADMIN. In a user namespace that is not enough, but only
 * the module can tell.
 */
bool permission_may_listen(void);

/* Prints in one line that the process may not listen. Returns the exit code. */
int permission_missing(void);

#endif /* KERNEL_PERMISSION_H */
