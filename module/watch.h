/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The watch: tests at regular intervals whether the probes work, and writes an event when that
 * has changed. It also writes the heartbeat, and an event when an observation is over.
 */
#ifndef _SHELLTRAP_WATCH_H
#define _SHELLTRAP_WATCH_H

#include <linux/types.h>

/**
 * shelltrap_watch_init() - Start the watch.
 * @count_overwritten: returns how many records were dropped unread
 *
 * The probes are registered, and events are allowed. May sleep.
 */
void shelltrap_watch_init(u64 (*count_overwritten)(void));

/**
 * shelltrap_watch_exit() - Stop the watch.
 *
 * May sleep.
 */
void shelltrap_watch_exit(void);

/**
 * shelltrap_watch_observe() - Note that current has begun or ended an observation.
 * @observes: enforcement is suspended now
 *
 * May sleep.
 */
void shelltrap_watch_observe(bool observes);

#endif /* _SHELLTRAP_WATCH_H */
