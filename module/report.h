/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The report: makes a record of each exec that hit a rule, in process context.
 *
 * Here the paths of files, of the working directory and of the cgroup are resolved: the hook
 * could only take references. The task that called exec does this itself, before it returns
 * to user mode, with memory that is not charged to its cgroup. If there is none, a worker
 * does it, with memory that was allocated at load: so no alert is lost for want of memory.
 */
#ifndef _SHELLTRAP_REPORT_H
#define _SHELLTRAP_REPORT_H

/* Allocates the hits; execs become records as soon as the hooks are there. 0 or -ENOMEM. */
int shelltrap_report_init(void);

/* The hooks are gone: reports what is left and frees all. Sleeps. */
void shelltrap_report_exit(void);

#endif /* _SHELLTRAP_REPORT_H */
