// SPDX-License-Identifier: GPL-2.0
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/sched/task.h>
#include <linux/uaccess.h>

#include "compat.h"
#include "runtime.h"
#include "task.h"
#include "variables.h"

/* Bytes of a command line that are read at most. Java's class paths are long. */
#define CMDLINE_MAX	(64UL << 10)

/* A longer environment, in bytes, is not scanned. */
#define ENVIRONMENT_MAX	(1024UL << 10)

struct file *shelltrap_task_exe(struct task_struct *task)
{
	struct file *exe = NULL;

	task_lock(task);
	if (task->mm)
		exe = shelltrap_exe_file(task->mm);
	task_unlock(task);
	return exe;
}

/*
 * The arguments of current are in memory: the kernel has just written them. Another task
 * may have mapped a file over its arguments, and a file system may never answer. FOLL_ANON
 * reads only anonymous memory, so it cannot block on a file.
 */
static bool read_memory(struct task_struct *task, unsigned long at, char *buf, unsigned int len)
{
	if (task == current)
		return !copy_from_user_nofault(buf, (const void __user *)at, len);
	return access_process_vm(task, at, buf, len, FOLL_ANON) == len;
}

bool shelltrap_task_read(struct task_struct *task, unsigned long at, unsigned long end,
			 shelltrap_memory_reader *read, void *data)
{
	char piece[256];
	unsigned int len;

	for (; at < end; at += len) {
		/* Read page by page: the next page may not be present. */
		len = min3(end - at, sizeof(piece), PAGE_SIZE - offset_in_page(at));
		if (!read_memory(task, at, piece, len))
			return false;
		if (!read(data, piece, len))
			break;
	}
	return true;
}

static bool feed_cmdline(void *cmdline, const char *bytes, size_t len)
{
	return !shelltrap_cmdline_feed(cmdline, bytes, len);
}

static void read_cmdline(struct shelltrap_cmdline *cmdline, struct task_struct *task,
			 unsigned long at, unsigned long end)
{
	shelltrap_task_read(task, at, min(end, at + CMDLINE_MAX), feed_cmdline, cmdline);
	shelltrap_cmdline_end(cmdline);
}

/*
 * A thread that holds the lock of its memory map may stand still, in a page fault that a file
 * system or another process has to answer. So the survey does not wait for the lock. It can
 * still be taken between this look and the read; a process cannot choose that moment.
 */
static bool can_read_now(struct mm_struct *mm)
{
	if (!mmap_read_trylock(mm))
		return false;
	mmap_read_unlock(mm);
	return true;
}

bool shelltrap_task_runs(char runs[SHELLTRAP_RUNS_MAX + 1], struct task_struct *task,
			 const char *program)
{
	struct mm_struct *mm = task == current ? current->mm : get_task_mm(task);
	bool readable = mm && (task == current || can_read_now(mm));
	struct shelltrap_cmdline cmdline;

	shelltrap_cmdline_start(&cmdline, program, task != current);
	if (readable)
		read_cmdline(&cmdline, task, READ_ONCE(mm->arg_start), READ_ONCE(mm->arg_end));
	memcpy(runs, cmdline.runs, sizeof(cmdline.runs));
	if (mm && task != current)
		mmput(mm);
	return !mm || readable;
}

static bool feed_variables(void *variables, const char *bytes, size_t len)
{
	shelltrap_variables_feed(variables, bytes, len);
	return true;
}

bool shelltrap_task_variables(struct shelltrap_variables *variables, struct task_struct *task,
			      const struct mm_struct *mm)
{
	unsigned long at = READ_ONCE(mm->env_start), end = READ_ONCE(mm->env_end);

	memset(variables, 0, offsetof(struct shelltrap_variables, found));
	return end - at <= ENVIRONMENT_MAX &&
	       shelltrap_task_read(task, at, end, feed_variables, variables) &&
	       shelltrap_variables_end(variables);
}
