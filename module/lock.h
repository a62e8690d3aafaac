/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The lock: the policy does not change and the module stays loaded until the next boot. An
 * attacker who becomes root later cannot use the module's own means to silence it.
 */
#ifndef _SHELLTRAP_LOCK_H
#define _SHELLTRAP_LOCK_H

#include <linux/types.h>

/* Returns 0, also if it is locked already; -ENODEV while the module is unloading. May sleep. */
int shelltrap_lock(void);

bool shelltrap_locked(void);

/* Returns whether it is locked; then counts and logs this attempt to do @what. */
bool shelltrap_lock_refuses(const char *what);

/* The number of such attempts. */
u64 shelltrap_lock_refused(void);

/* Undoes what a lock has registered. Only a forced unload (rmmod -f) comes here locked. */
void shelltrap_lock_exit(void);

#endif /* _SHELLTRAP_LOCK_H */
