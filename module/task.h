/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What can be read of a task: its name, its executable, what its command line makes it run.
 */
#ifndef _SHELLTRAP_TASK_H
#define _SHELLTRAP_TASK_H

#include <linux/sched.h>
#include <linux/shelltrap.h>
#include <linux/string.h>

struct file;

/*
 * A reference to @task's executable; NULL where it has none, or has exited. Takes the
 * task's lock, so not in the hooks.
 */
struct file *shelltrap_task_exe(struct task_struct *task);

/*
 * What @task's command line makes a program of that name run, as runtime.h has it. Of
 * current any context will do; of another task its memory is asked for, which may sleep.
 */
void shelltrap_task_runs(char runs[SHELLTRAP_RUNS_MAX + 1], struct task_struct *task,
			 const char *program);

/*
 * Copies @task's name. Any context; the name may be one that is just being changed: it is
 * written without care for readers, but its last byte stays 0.
 */
static inline void shelltrap_task_comm(char comm[TASK_COMM_LEN], const struct task_struct *task)
{
	memcpy(comm, task->comm, TASK_COMM_LEN);
	comm[TASK_COMM_LEN - 1] = '\0';
}

#endif /* _SHELLTRAP_TASK_H */
