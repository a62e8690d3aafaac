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

#include "counters.h"
#include "decide.h"
#include "netlink.h"
#include "record.h"
#include "report.h"
#include "ruleset.h"
#include "slot.h"
#include "task.h"

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
		refs->exe = shelltrap_task_exe(slot->task);
	if (!refs->cwd.dentry)
		task_cwd(slot->task, &refs->cwd);
	if (refs->server && !refs->server_exe)
		refs->server_exe = shelltrap_task_exe(refs->server);
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

/* @verdict is 0 for exceptions. */
static void count_rules(struct shelltrap_ruleset *ruleset, u64 rules, unsigned int verdict)
{
	unsigned int i;

	for (i = 0; i < ruleset->policy->nr_rules; i++)
		if (rules & BIT_ULL(i))
			atomic64_inc(&ruleset->hits[i][verdict]);
}

/* The rules that fit after all, exceptions included. */
static u64 decide_late(const struct shelltrap_slot *slot, const struct shelltrap_paths *paths)
{
	const struct shelltrap_facts *facts = &slot->facts;
	bool done = facts->verdict != SHELLTRAP_VERDICT_FAILED &&
		    facts->verdict != SHELLTRAP_VERDICT_DENIED &&
		    facts->verdict != SHELLTRAP_VERDICT_PENDING;
	struct shelltrap_late late = {
		.cgroup = paths->cgroup,
		.argv = done && !facts->argv_truncated ? facts->argv : NULL,
		.argv_len = facts->argv_len,
		.clean = done && facts->clean,
	};

	return shelltrap_policy_decide_late(slot->ruleset->policy,
					    facts->rules | facts->exceptions, &late);
}

static void report_alert(struct shelltrap_slot *slot, const struct shelltrap_paths *paths)
{
	publish(start_record(slot->facts.time) ?:
		shelltrap_record_put_alert(scratch->record, slot->ruleset->policy, &slot->facts,
					   paths));
	atomic64_inc(&shelltrap_counters.alerts);
}

static void report_slot(struct shelltrap_slot *slot)
{
	const struct shelltrap_policy *policy = slot->ruleset->policy;
	struct shelltrap_paths paths;
	u64 rules;

	complete_refs(slot);
	resolve_paths(&slot->refs, &paths);
	rules = decide_late(slot, &paths);
	if (!(rules & policy->alerting)) {
		atomic64_inc(&shelltrap_counters.dismissed);
		return;
	}
	if (rules & policy->allowing) {
		count_rules(slot->ruleset, rules & policy->allowing, 0);
		atomic64_inc(&shelltrap_counters.silenced);
		return;
	}
	slot->facts.rules = rules;
	count_rules(slot->ruleset, rules, slot->facts.verdict);
	report_alert(slot, &paths);
}

static void report_lost(u64 execs)
{
	publish(start_record(ktime_get_real_ns()) ?:
		shelltrap_record_put_loss(scratch->record, execs, SHELLTRAP_LOSS_NO_SLOT));
	atomic64_add(execs, &shelltrap_counters.lost);
}

int shelltrap_report_init(void)
{
	int err = -ENOMEM;

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
