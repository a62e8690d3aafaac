/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The hooks: where the kernel tells of an exec, before it happens and after.
 */
#ifndef _SHELLTRAP_HOOK_H
#define _SHELLTRAP_HOOK_H

#include <linux/types.h>

struct shelltrap_hook_counters {
	u64 execs;	/* checked */
	u64 hits;	/* of those, with rules hit */
	u64 missed;	/* times the kernel skipped the probe */
};

/*
 * From its return on, execs are held against the policy in force. Returns 0 or what
 * the kernel said to a probe, in which case it has been logged.
 */
int shelltrap_hook_init(void);

/* No handler runs any more when it returns. */
void shelltrap_hook_exit(void);

/* The set of enum shelltrap_armed, found by trying. Process context, one at a time. */
u32 shelltrap_hook_armed(void);

void shelltrap_hook_read(struct shelltrap_hook_counters *counters);

#endif /* _SHELLTRAP_HOOK_H */
