/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The hooks: where the kernel calls the module, before an exec and after it, and when tasks
 * are forked, renamed or exit.
 */
#ifndef _SHELLTRAP_HOOK_H
#define _SHELLTRAP_HOOK_H

#include <linux/types.h>

/*
 * From its return on, execs are held against the policy in force. Returns 0 or what
 * the kernel said to a probe, in which case it has been logged.
 */
int shelltrap_hook_init(void);

/* No handler runs any more when it returns. */
void shelltrap_hook_exit(void);

/*
 * Whether what a rule denies is refused at the hook. Returns 0, what the kernel said to
 * the probe, in which case it has been logged, or -ESHUTDOWN after shelltrap_hook_exit()
 * has begun. May sleep.
 */
int shelltrap_hook_deny(bool deny);

/* How often there was no instance left to refuse an exec with, had it been one to refuse. */
u64 shelltrap_hook_deny_missed(void);

/* The set of enum shelltrap_armed, found by trying. Process context, may sleep. */
u32 shelltrap_hook_armed(void);

/* How often the kernel has skipped the probe. */
unsigned long shelltrap_hook_missed(void);

#endif /* _SHELLTRAP_HOOK_H */
