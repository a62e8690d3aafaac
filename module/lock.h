/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The lock: until the next boot the policy stays and so does the module. Who has
 * got root after that can't make the detector look away by its own means.
 */
#ifndef _SHELLTRAP_LOCK_H
#define _SHELLTRAP_LOCK_H

#include <linux/types.h>

/* Returns 0, a second time as well, or -ENODEV while the module is being unloaded. May sleep. */
int shelltrap_lock(void);

bool shelltrap_locked(void);

/* Is it locked? Then this attempt to do @what is counted and logged. */
bool shelltrap_lock_refuses(const char *what);

/* Attempts so far. */
u64 shelltrap_lock_refused(void);

#endif /* _SHELLTRAP_LOCK_H */
