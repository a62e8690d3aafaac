/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The report: writes a record of each exec that hit a rule, in process context.
 *
 * It resolves the paths of the files, of the working directory and of the cgroup: the hooks
 * could only take references to them. The task that called exec writes the record itself,
 * before it returns to user mode. The memory for that is not charged to the cgroup of the task.
 * If there is no memory, a worker writes the record, with memory that was allocated at load. So
 * no alert is lost for want of memory.
 */
#ifndef _SHELLTRAP_REPORT_H
#define _SHELLTRAP_REPORT_H

struct shelltrap_event_facts;

/**
 * shelltrap_report_init() - Allocate the hits and the memory of the worker.
 *
 * Must come before the hooks. May sleep.
 *
 * Return: 0 or -ENOMEM.
 */
int shelltrap_report_init(void);

/**
 * shelltrap_report_exit() - Report the execs that are left, and free the memory.
 *
 * The hooks are gone; the netlink channel still exists. May sleep.
 */
void shelltrap_report_exit(void);

/**
 * shelltrap_report_event() - Write the record of an event.
 * @event: the facts
 *
 * For one event at a time. Needs no memory. Process context.
 */
void shelltrap_report_event(const struct shelltrap_event_facts *event);

#endif /* _SHELLTRAP_REPORT_H */
