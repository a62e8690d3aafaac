// SPDX-License-Identifier: GPL-2.0
#include <linux/cred.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/fs_struct.h>
#include <linux/pid_namespace.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/user_namespace.h>

#include "compat.h"
#include "namespace.h"
#include "origin.h"
#include "task.h"

static void describe_user(struct shelltrap_origin *origin, const struct task_struct *task)
{
	const struct pid_namespace *pid_ns;
	const struct cred *cred;

	rcu_read_lock();
	cred = __task_cred(task);
	pid_ns = task_active_pid_ns((struct task_struct *)task);
	origin->uid = cred->euid;
	origin->gid = cred->egid;
	origin->root = make_kuid(cred->user_ns, 0);
	origin->contained = cred->user_ns != &init_user_ns || (pid_ns && pid_ns != &init_pid_ns);
	rcu_read_unlock();
	if (!uid_valid(origin->root))
		origin->root = GLOBAL_ROOT_UID;
	origin->privileged = uid_eq(origin->uid, GLOBAL_ROOT_UID) ||
			     uid_eq(origin->uid, origin->root);
}

/* The fields are the task's own, or the caller holds its lock. An exiting task has none. */
static void describe_view(struct shelltrap_origin *origin, const struct task_struct *task)
{
	origin->mnt_ns = shelltrap_mnt_ns_of(task);
	if (!task->fs)
		return;
	origin->root_dentry = READ_ONCE(task->fs->root.dentry);
	origin->root_mnt = READ_ONCE(task->fs->root.mnt);
}

/* What does not fit is not known later: the variable counts as one of another. */
static void describe_environment(struct shelltrap_origin *origin)
{
	struct mm_struct *mm = current->mm;
	struct shelltrap_variables variables;
	u32 i;

	origin->unread = !mm || !shelltrap_task_variables(&variables, current, mm);
	if (origin->unread)
		return;
	origin->nr_variables = min_t(u32, variables.nr, SHELLTRAP_VARIABLES_MAX);
	for (i = 0; i < origin->nr_variables; i++)
		origin->variables[i] = variables.found[i].hash;
}

static u32 device_of(const struct file *exe)
{
	return file_inode(exe)->i_sb->s_dev;
}

static void describe_current(struct shelltrap_origin *origin, const struct file *exe)
{
	struct file *own = exe || !current->mm ? NULL : shelltrap_exe_file(current->mm);

	if (exe || own)
		origin->dev = device_of(exe ?: own);
	if (own)
		fput(own);
	describe_view(origin, current);
	describe_environment(origin);
}

void shelltrap_origin_describe(struct shelltrap_origin *origin, struct task_struct *task,
			       const struct file *exe)
{
	memset(origin, 0, sizeof(*origin));
	describe_user(origin, task);
	origin->filters = shelltrap_task_filters(task);
	if (same_thread_group(task, current)) {
		describe_current(origin, exe);
		return;
	}
	if (exe)
		origin->dev = device_of(exe);
	origin->unread = true;
	task_lock(task);
	describe_view(origin, task);
	task_unlock(task);
}
