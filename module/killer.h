/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Killers: who ends a process that is held, by a signal.
 *
 * The kernel keeps no sender of a SIGKILL. Only while the signal is sent is the sender known: it
 * is the task that sends it.
 */
#ifndef _SHELLTRAP_KILLER_H
#define _SHELLTRAP_KILLER_H

/**
 * shelltrap_killer_watch() - See from now on who sends signals to processes that are held.
 *
 * For the first policy that holds. If the kernel has no such tracepoint, killers stay unknown.
 * May sleep.
 */
void shelltrap_killer_watch(void);

/**
 * shelltrap_killer_exit() - Stop it, for good.
 *
 * May sleep.
 */
void shelltrap_killer_exit(void);

#endif /* _SHELLTRAP_KILLER_H */
