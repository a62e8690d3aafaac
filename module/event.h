/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Events: tells the readers of the channel what happens to the module itself.
 *
 * An event is written at once where the caller may sleep. What happens in other contexts, and
 * may happen often, is counted, and a worker writes at most one event each second.
 */
#ifndef _SHELLTRAP_EVENT_H
#define _SHELLTRAP_EVENT_H

#include <linux/types.h>

#include "record_event.h"

/**
 * shelltrap_event_init() - Allow events, and write the first one: the module is loaded.
 * @writer: writes the record of an event; called for one event at a time
 *
 * No exec is seen yet. May sleep.
 */
void shelltrap_event_init(void (*writer)(const struct shelltrap_event_facts *event));

/**
 * shelltrap_event_exit() - Write the last event: the module is being unloaded.
 *
 * What happens later is no event any more. May sleep.
 */
void shelltrap_event_exit(void);

/**
 * shelltrap_event_drop() - Undo shelltrap_event_init(), without an event.
 *
 * For a load that fails. May sleep.
 */
void shelltrap_event_drop(void);

/**
 * shelltrap_event_write() - Write an event.
 * @event: the facts
 *
 * Does nothing before shelltrap_event_init() and after shelltrap_event_exit(). May sleep.
 */
void shelltrap_event_write(const struct shelltrap_event_facts *event);

/**
 * shelltrap_event_write_by() - Write an event with nothing but the process that caused it.
 * @kind: what happened
 *
 * The process is current. May sleep.
 */
void shelltrap_event_write_by(enum shelltrap_event kind);

/**
 * shelltrap_event_by_current() - Describe current as the process that caused an event.
 * @by: receives the description
 *
 * Any context.
 */
void shelltrap_event_by_current(struct shelltrap_by *by);

/**
 * shelltrap_event_refused() - Count an attempt of current on what is locked.
 * @what: what was refused, as an infinitive; a constant
 *
 * Any context. The event describes the first of the attempts that it counts.
 */
void shelltrap_event_refused(const char *what);

/**
 * shelltrap_event_lineage_full() - Count a task that found no room in the lineage table.
 *
 * Any context. There is one event until shelltrap_event_lineage_complete().
 */
void shelltrap_event_lineage_full(void);

/**
 * shelltrap_event_lineage_complete() - All tasks have found room in the lineage table.
 *
 * May sleep.
 */
void shelltrap_event_lineage_complete(void);

#endif /* _SHELLTRAP_EVENT_H */
