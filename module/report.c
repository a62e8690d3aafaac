// SPDX-License-Identifier: GPL-2.0
#include <linux/cgroup.h>
#include <linux/dcache.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/fs_struct.h>
#include <linux/mm.h>
#include <linux/sched/task.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>

#include "compat.h"
#include "netlink.h"
#include "record.h"
#include "report.h"
#include "slot.h"

/* Only ever used by the one work item that reports. */
struct scratch {
	struct sk_buff *record;
	char file[SHELLTRAP_PATH_MAX];
	char exe[SHELLTRAP_PATH_MAX];
	char cwd[SHELLTRAP_PATH_MAX];
	char server_exe[SHELLTRAP_PATH_MAX];
	char cgroup[SHELLTRAP_PATH_MAX];
};

static struct scratch *scratch;
static const struct shelltrap_policy *policy;
static atomic64_t alerts, lost;

/*
 * A kernel thread's root is the first one, so a chroot's or container's path
 * comes as seen from the root of its mount namespace. Of a path that is too long
 * the last four names are kept.
 */
static const char *path_text(const struct path *path, char *buf)
{
	const char *text = d_path(path, buf, SHELLTRAP_PATH_MAX);

	if (!IS_ERR(text))
		return text;
	snprintf(buf, SHELLTRAP_PATH_MAX, ".../%pd4", path->dentry);
	return buf;
}

static const char *file_text(const struct file *file, char *buf)
{
	return file ? path_text(&file->f_path, buf) : NULL;
}

/* NULL for a task that has exited. */
static struct file *task_exe(struct task_struct *task)
{
	struct file *exe = NULL;

	task_lock(task);
	if (task->mm)
		exe = shelltrap_exe_file(task->mm);
	task_unlock(task);
	return exe;
}

static void task_cwd(struct task_struct *task, struct path *cwd)
{
	task_lock(task);
	if (task->fs)
		get_fs_pwd(task->fs, cwd);
	task_unlock(task);
}

/* What the hooks could not get: of other tasks, of a failed exec, on PREEMPT_RT. */
static void complete_refs(struct shelltrap_slot *slot)
{
	struct shelltrap_refs *refs = &slot->refs;

	if (!refs->exe)
		refs->exe = task_exe(slot->task);
	if (!refs->cwd.dentry)
		task_cwd(slot->task, &refs->cwd);
	if (refs->server && !refs->server_exe)
		refs->server_exe = task_exe(refs->server);
}

static const char *cgroup_text(struct cgroup *cgroup, char *buf)
{
	if (!cgroup)
		return NULL;
	buf[0] = '\0';
	cgroup_path(cgroup, buf, SHELLTRAP_PATH_MAX);
	return buf;
}

static void resolve_paths(const struct shelltrap_refs *refs, struct shelltrap_paths *paths)
{
	paths->file = file_text(refs->file, scratch->file);
	paths->exe = file_text(refs->exe, scratch->exe);
	paths->cwd = refs->cwd.dentry ? path_text(&refs->cwd, scratch->cwd) : NULL;
	paths->server_exe = file_text(refs->server_exe, scratch->server_exe);
	paths->cgroup = cgroup_text(refs->cgroup, scratch->cgroup);
}

static int start_record(u64 time)
{
	skb_trim(scratch->record, 0);
	return shelltrap_record_put_header(scratch->record, shelltrap_netlink_next_seq(),
					   shelltrap_netlink_instance(), time);
}

static void publish(int err)
{
	/* SHELLTRAP_RECORD_MAX is too small then. */
	if (WARN_ON_ONCE(err))
		return;
	shelltrap_netlink_publish(scratch->record->data, scratch->record->len);
}

static void report_slot(struct shelltrap_slot *slot)
{
	struct shelltrap_paths paths;

	complete_refs(slot);
	resolve_paths(&slot->refs, &paths);
	publish(start_record(slot->facts.time) ?:
		shelltrap_record_put_alert(scratch->record, policy, &slot->facts, &paths));
	atomic64_inc(&alerts);
}

static void report_lost(u64 execs)
{
	publish(start_record(ktime_get_real_ns()) ?:
		shelltrap_record_put_loss(scratch->record, execs, SHELLTRAP_LOSS_NO_SLOT));
	atomic64_add(execs, &lost);
}

void shelltrap_report_read(struct shelltrap_report_counters *counters)
{
	counters->alerts = atomic64_read(&alerts);
	counters->lost = atomic64_read(&lost);
}

int shelltrap_report_init(const struct shelltrap_policy *in_force)
{
	int err = -ENOMEM;

	policy = in_force;
	scratch = kvzalloc(sizeof(*scratch), GFP_KERNEL);
	if (!scratch)
		return -ENOMEM;
	scratch->record = alloc_skb(SHELLTRAP_RECORD_MAX, GFP_KERNEL);
	if (!scratch->record)
		goto err_record;
	err = shelltrap_slots_init(report_slot, report_lost);
	if (err)
		goto err_slots;
	return 0;

err_slots:
	kfree_skb(scratch->record);
err_record:
	kvfree(scratch);
	return err;
}

void shelltrap_report_exit(void)
{
	shelltrap_slots_exit();
	kfree_skb(scratch->record);
	kvfree(scratch);
}
