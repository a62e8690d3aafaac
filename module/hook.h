/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The hooks: where the kernel calls the module, before an exec and after it, and when tasks
 * are forked, renamed or exit.
 */
#ifndef _SHELLTRAP_HOOK_H
#define _SHELLTRAP_HOOK_H

#include <linux/types.h>

/**
 * shelltrap_hook_init() - Connect the tracepoints and register the kprobes.
 *
 * When this returns, every exec is checked against the policy in force. May sleep.
 *
 * Return: 0, or the error of the tracepoint or probe that failed; that error has been logged.
 */
int shelltrap_hook_init(void);

/**
 * shelltrap_hook_exit() - Unregister all probes and disconnect the tracepoints.
 *
 * When this returns, no handler runs any more. May sleep.
 */
void shelltrap_hook_exit(void);

/**
 * shelltrap_hook_deny() - Register or unregister the return probe, which refuses execs.
 * @deny: register it
 *
 * Does nothing if the probe is in that state already. May sleep.
 *
 * Return: 0; the error of the probe, which has been logged; or -ESHUTDOWN if @deny is true
 * and shelltrap_hook_exit() has begun.
 */
int shelltrap_hook_deny(bool deny);

/**
 * shelltrap_hook_deny_missed() - The number of execs that the return probe missed.
 *
 * For these execs the kernel had no free instance of the probe, so they could not have been
 * refused. Any context.
 *
 * Return: the number since the module was loaded.
 */
u64 shelltrap_hook_deny_missed(void);

/**
 * shelltrap_hook_armed() - Find out which hooks work, by a test call of a probed function.
 *
 * Process context, may sleep.
 *
 * Return: a set of enum shelltrap_armed.
 */
u32 shelltrap_hook_armed(void);

/**
 * shelltrap_hook_placed() - How does the kernel call the kprobe?
 *
 * Any context.
 *
 * Return: enum shelltrap_placed.
 */
u32 shelltrap_hook_placed(void);

/**
 * shelltrap_hook_missed() - The number of calls for which the kernel skipped the kprobe.
 *
 * Any context.
 *
 * Return: the number since the module was loaded.
 */
unsigned long shelltrap_hook_missed(void);

#endif /* _SHELLTRAP_HOOK_H */
