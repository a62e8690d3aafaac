/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What can be read of a task: its name, its executable, and what its command line makes it
 * run.
 */
#ifndef _SHELLTRAP_TASK_H
#define _SHELLTRAP_TASK_H

#include <linux/atomic.h>
#include <linux/sched.h>
#include <linux/shelltrap.h>
#include <linux/string.h>

struct file;
struct mm_struct;
struct shelltrap_variables;

/**
 * shelltrap_task_exe() - Take a reference to the executable of a task.
 * @task: the task
 *
 * Takes the lock of the task, so it must not be called in the hooks.
 *
 * Return: the file; NULL if the task has no executable or has exited.
 */
struct file *shelltrap_task_exe(struct task_struct *task);

/**
 * shelltrap_task_runs() - Read in the command line what a runtime runs (see runtime.h).
 * @runs: receives the result; "": nothing, or unknown
 * @task: the task
 * @program: name of the task's executable
 *
 * Any context if @task is current. For another task it reads that task's memory, which may
 * sleep, but not for as long as another thread of that process likes.
 *
 * Return: false if the memory map of the process is locked just now; try again later.
 */
bool shelltrap_task_runs(char runs[SHELLTRAP_RUNS_MAX + 1], struct task_struct *task,
			 const char *program);

/**
 * typedef shelltrap_memory_reader - Take a piece of a task's memory.
 * @data: of the caller
 * @bytes: the piece
 * @len: its length in bytes
 *
 * Return: false to end the reading.
 */
typedef bool shelltrap_memory_reader(void *data, const char *bytes, size_t len);

/**
 * shelltrap_task_read() - Read memory of a task, piece by piece.
 * @task: the task
 * @at: address of the first byte
 * @end: address after the last byte
 * @read: gets each piece
 * @data: is passed to it
 *
 * Any context if @task is current: a page that is not in memory is not waited for. For another
 * task it may sleep.
 *
 * Return: false if a piece could not be read.
 */
bool shelltrap_task_read(struct task_struct *task, unsigned long at, unsigned long end,
			 shelltrap_memory_reader *read, void *data);

/**
 * shelltrap_task_variables() - Find variables that put code into a program (see variables.h).
 * @variables: receives the result
 * @task: the task
 * @mm: its memory
 *
 * Any context if @task is current; for another task it may sleep.
 *
 * Return: false if the environment cannot be read, or is too long.
 */
bool shelltrap_task_variables(struct shelltrap_variables *variables, struct task_struct *task,
			      const struct mm_struct *mm);

/**
 * shelltrap_task_comm() - Copy the name of a task.
 * @comm: receives the name
 * @task: the task
 *
 * Any context. Another CPU may be changing the name, so the copy may mix two names. The
 * last byte of task->comm is always 0.
 */
static inline void shelltrap_task_comm(char comm[TASK_COMM_LEN], const struct task_struct *task)
{
	memcpy(comm, task->comm, TASK_COMM_LEN);
	comm[TASK_COMM_LEN - 1] = '\0';
}

/**
 * shelltrap_task_filters() - How many filters of seccomp does a task have?
 * @task: the task
 *
 * Any context. A task loses none before it ends.
 */
static inline u32 shelltrap_task_filters(const struct task_struct *task)
{
#ifdef CONFIG_SECCOMP_FILTER
	return atomic_read(&task->seccomp.filter_count);
#else
	return 0;
#endif
}

#endif /* _SHELLTRAP_TASK_H */
