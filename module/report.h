/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The report: makes a record of each closed slot, in process context.
 *
 * Here names are found for what the hook could only hold on to: the paths of
 * files, of the working directory, of the cgroup. All memory for that is
 * allocated at load, so nothing between the hook and the backlog can fail for
 * want of it.
 */
#ifndef _SHELLTRAP_REPORT_H
#define _SHELLTRAP_REPORT_H

/* From its return on, closed slots become records for the channel. Returns 0 or -ENOMEM. */
int shelltrap_report_init(void);

/* The hooks are gone: reports what is left. */
void shelltrap_report_exit(void);

#endif /* _SHELLTRAP_REPORT_H */
