/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Clean execs: does nothing but its file and its arguments decide what an exec runs? Only then
 * an exception may match.
 *
 * Whether another process holds the new one is looked at twice, at sched_process_exec and in
 * the task's own work. The environment is read in that work, before the program's first
 * instruction: there paths can be resolved. A process that may write to this memory without
 * tracing, through /proc/PID/mem, can do so later as well.
 */
#ifndef _SHELLTRAP_CLEAN_H
#define _SHELLTRAP_CLEAN_H

#include <linux/types.h>

#include "decide.h"

struct shelltrap_hit;

/**
 * shelltrap_clean_look_before() - Look who shares the memory of current.
 * @hit: the hit of current's exec
 *
 * In the hook, under RCU: the exec will give current a memory of its own.
 */
void shelltrap_clean_look_before(struct shelltrap_hit *hit);

/**
 * shelltrap_clean_look() - Look who holds the exec of current.
 * @hit: the hit of current's exec
 *
 * At sched_process_exec and in the task's own work. Does not sleep.
 */
void shelltrap_clean_look(struct shelltrap_hit *hit);

/**
 * shelltrap_clean_judge() - Read the environment, and look again who holds the exec.
 * @hit: the hit of an exec that has succeeded
 *
 * Process context, may sleep. In the task that called exec, before it runs the new program;
 * elsewhere the exec is not clean.
 */
void shelltrap_clean_judge(struct shelltrap_hit *hit);

/**
 * shelltrap_clean_cwd() - Find the working directory of current.
 * @hit: the hit of an exec that has succeeded
 * @buf: SHELLTRAP_PATH_MAX bytes
 *
 * Process context, may sleep.
 *
 * Return: its path, somewhere in @buf; NULL if it is unknown.
 */
const char *shelltrap_clean_cwd(const struct shelltrap_hit *hit, char *buf);

/**
 * shelltrap_clean_late() - Describe what is known late of an exec that has succeeded.
 * @hit: the hit, after shelltrap_clean_judge()
 * @late: receives the description; its cgroup and its cwd are NULL
 *
 * Any context.
 */
void shelltrap_clean_late(const struct shelltrap_hit *hit, struct shelltrap_late *late);

#endif /* _SHELLTRAP_CLEAN_H */
