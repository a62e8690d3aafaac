// SPDX-License-Identifier: GPL-2.0
#include <linux/bitops.h>
#include <linux/cgroup.h>
#include <linux/delay.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/fs_struct.h>
#include <linux/hash.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/sched/task.h>
#include <linux/siphash.h>
#include <linux/spinlock.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>

#include "backlog.h"
#include "cgi.h"
#include "check.h"
#include "clean.h"
#include "compat.h"
#include "counters.h"
#include "decide.h"
#include "enforce.h"
#include "hit.h"
#include "hold.h"
#include "killer.h"
#include "loss.h"
#include "netlink.h"
#include "pathname.h"
#include "record.h"
#include "record_event.h"
#include "report.h"
#include "ruleset.h"
#include "task.h"
#include "text.h"

/* Most records fit into so many bytes. */
#define USUAL_RECORD	4096

/* Memory for the paths of one record, and for most records. */
struct buffers {
	char file[SHELLTRAP_PATH_MAX];
	char exe[SHELLTRAP_PATH_MAX];
	char cwd[SHELLTRAP_PATH_MAX];
	char server_exe[SHELLTRAP_PATH_MAX];
	char cgroup[SHELLTRAP_PATH_MAX];
	struct shelltrap_cgi cgi;
	struct sk_buff *record;		/* NULL, or an empty one of USUAL_RECORD bytes */
};

/* Of the last task that has reported, for the next one. */
static struct buffers *kept;

/*
 * Allocated at load, and used only by the worker: for an exec whose task found no memory, for
 * an exec that is pending, and for losses.
 */
static struct {
	struct buffers paths;
	struct sk_buff *record;
	struct sk_buff *event;		/* for events, not for the worker */
	struct shelltrap_hit copy;	/* copy of a hit whose exec is pending */
	char pathname[SHELLTRAP_PATH_MAX];
	char interpreter[SHELLTRAP_INTERPRETER_MAX];
} *spare;

/* For key_of(): nobody can make two different execs look alike. */
static siphash_key_t secret __read_mostly;

static const char *file_text(const struct file *file, char *buf,
			     struct shelltrap_pathname_prefix *prefix)
{
	return file ? shelltrap_pathname_near(&file->f_path, buf, prefix) : NULL;
}

/* Takes no reference if the task has no fs any more: in exit_task_work(), and after its exit. */
static void task_cwd(struct task_struct *task, struct path *cwd)
{
	task_lock(task);
	if (task->fs)
		get_fs_pwd(task->fs, cwd);
	task_unlock(task);
}

/*
 * Takes the references that the hooks could not take: for tasks other than current, after a
 * failed exec, and on PREEMPT_RT.
 */
static void complete_refs(struct shelltrap_hit *hit)
{
	struct shelltrap_refs *refs = &hit->refs;

	if (!refs->exe)
		refs->exe = shelltrap_task_exe(hit->task);
	if (!refs->cwd.dentry)
		task_cwd(hit->task, &refs->cwd);
	if (refs->server && !refs->server_exe)
		refs->server_exe = shelltrap_task_exe(refs->server);
}

/*
 * The paths of a few cgroups, as the kernel takes a thousand instructions to print one. A cgroup
 * of version 2 cannot be renamed, and no other gets its number.
 */
static struct {
	u64 id;
	char path[128];
} cgroups[8];

static DEFINE_RAW_SPINLOCK(cgroups_lock);

static bool find_cgroup(u64 id, char *buf)
{
	unsigned int i = hash_64(id, ilog2(ARRAY_SIZE(cgroups)));
	bool found;

	raw_spin_lock(&cgroups_lock);
	found = cgroups[i].id == id;
	if (found)
		memcpy(buf, cgroups[i].path, sizeof(cgroups[i].path));
	raw_spin_unlock(&cgroups_lock);
	return found;
}

static void keep_cgroup(u64 id, const char *path)
{
	unsigned int i = hash_64(id, ilog2(ARRAY_SIZE(cgroups)));

	if (strlen(path) >= sizeof(cgroups[i].path))
		return;
	raw_spin_lock(&cgroups_lock);
	cgroups[i].id = id;
	strscpy(cgroups[i].path, path, sizeof(cgroups[i].path));
	raw_spin_unlock(&cgroups_lock);
}

static const char *cgroup_text(struct cgroup *cgroup, char *buf)
{
	u64 id = cgroup ? cgroup_id(cgroup) : 0;

	if (!cgroup)
		return NULL;
	if (find_cgroup(id, buf))
		return buf;
	shelltrap_cgroup_path(cgroup, buf, SHELLTRAP_PATH_MAX);
	if (buf[0])
		keep_cgroup(id, buf);
	return buf;
}

/* Mostly the executable is the file that was given to exec. */
static const char *exe_text(const struct shelltrap_refs *refs, char *buf, const char *file,
			    struct shelltrap_pathname_prefix *prefix)
{
	if (file && refs->exe && path_equal(&refs->exe->f_path, &refs->file->f_path))
		return file;
	return file_text(refs->exe, buf, prefix);
}

static void resolve_paths(const struct shelltrap_refs *refs, struct buffers *buffers,
			  struct shelltrap_paths *paths)
{
	struct shelltrap_pathname_prefix prefix = {};

	paths->file = file_text(refs->file, buffers->file, &prefix);
	paths->exe = exe_text(refs, buffers->exe, paths->file, &prefix);
	paths->cwd = refs->cwd.dentry ?
		     shelltrap_pathname_near(&refs->cwd, buffers->cwd, &prefix) : NULL;
	paths->server_exe = file_text(refs->server_exe, buffers->server_exe, &prefix);
	paths->cgroup = cgroup_text(refs->cgroup, buffers->cgroup);
	paths->cgi = NULL;
}

/* A larger environment, in bytes, is read only in part. */
#define ENVIRONMENT_MAX	(64UL << 10)

static bool feed_environment(void *cgi, const char *bytes, size_t len)
{
	shelltrap_cgi_feed(cgi, bytes, len);
	return true;
}

/* The kernel has just written the environment, so its pages are in memory. */
static void read_environment(struct shelltrap_cgi *cgi, const struct mm_struct *mm)
{
	unsigned long at = mm->env_start, end = min(mm->env_end, at + ENVIRONMENT_MAX);

	shelltrap_cgi_start(cgi);
	shelltrap_task_read(current, at, end, feed_environment, cgi);
}

/*
 * Only the environment of a CGI program itself and of a program that it starts directly counts:
 * the further away a program is, the more may have changed its environment.
 */
static bool is_cgi_caller(const struct shelltrap_facts *facts)
{
	u32 i;

	if (facts->server_pid == facts->pid)
		return true;
	for (i = 0; i < facts->nr_ancestors && i < 2; i++)
		if (facts->ancestors[i].pid == facts->server_pid)
			return true;
	return false;
}

static const struct shelltrap_cgi *resolve_cgi(const struct shelltrap_hit *hit,
					       struct shelltrap_cgi *cgi)
{
	if (!hit->executed || hit->task != current || !current->mm || !is_cgi_caller(&hit->facts))
		return NULL;
	read_environment(cgi, current->mm);
	return cgi;
}

/* @source: NULL: the module itself. */
static u64 publish(struct sk_buff *record, int err, const struct shelltrap_source *source)
{
	u64 seq;

	/* Can only fail if a SHELLTRAP_RECORD_*MAX or shelltrap_record_size() is too small. */
	if (WARN_ON_ONCE(err))
		return 0;
	seq = shelltrap_netlink_publish(record->data, record->len, source);
	shelltrap_hits_kick();
	return seq;
}

/* @verdict: index of the counter; 0 for exceptions. */
static void count_rules(struct shelltrap_ruleset *ruleset, u64 rules, unsigned int verdict)
{
	for (; rules; rules &= rules - 1)
		atomic64_inc(&ruleset->hits[__ffs64(rules)][verdict]);
}

/*
 * Returns the rules and exceptions that still match now that the cgroup is known and, if the
 * exec succeeded, the arguments and the environment.
 */
static u64 decide_late(const struct shelltrap_hit *hit, const struct shelltrap_paths *paths)
{
	const struct shelltrap_facts *facts = &hit->facts;
	bool done = facts->verdict != SHELLTRAP_VERDICT_FAILED &&
		    facts->verdict != SHELLTRAP_VERDICT_DENIED &&
		    facts->verdict != SHELLTRAP_VERDICT_PENDING;
	struct shelltrap_late late = {0};

	if (done)
		shelltrap_clean_late(hit, &late);
	late.cgroup = paths->cgroup;
	late.cwd = paths->cwd;
	return shelltrap_policy_decide_late(hit->ruleset->policy,
					    facts->rules | facts->exceptions, &late);
}

/*
 * Returns an empty record: @spare_record if it is large enough, as the worker's always is, or one
 * with room for @size bytes. The caller frees it. Returns NULL if there is no memory.
 */
static struct sk_buff *new_record(struct sk_buff *spare_record, u32 size)
{
	if (!spare_record || skb_end_offset(spare_record) < size)
		return alloc_skb(size, GFP_KERNEL | __GFP_NORETRY | __GFP_NOWARN);
	skb_trim(spare_record, 0);
	return skb_get(spare_record);
}

/*
 * Execs are alike if they have the same server, user, rules, verdict, program and arguments. One
 * that is pending or held is like no other, as its outcome names it; nor is one whose arguments
 * are not all known.
 */
static u64 key_of(const struct shelltrap_hit *hit)
{
	const struct shelltrap_facts *facts = &hit->facts;
	const char *interpreter = facts->interpreter ?: "";
	u64 parts[] = {
		hit->server,
		(u64)__kuid_val(hit->user) << 32 | hit->ruleset->number,
		facts->rules,
		(u64)facts->verdict << 32 | facts->argc,
		hit->refs.file ? facts->file_dev : 0,
		hit->refs.file ? facts->file_ino : 0,
		siphash(facts->pathname, shelltrap_text_len(facts->pathname), &secret),
		interpreter[0] ? siphash(interpreter, strlen(interpreter), &secret) : 0,
		facts->argv_len ? siphash(facts->argv, facts->argv_len, &secret) : 0,
	};

	if (facts->verdict == SHELLTRAP_VERDICT_PENDING ||
	    facts->verdict == SHELLTRAP_VERDICT_HELD || facts->argv_truncated)
		return 0;
	return siphash(parts, sizeof(parts), &secret) ?: 1;
}

static void describe_source(const struct shelltrap_hit *hit, struct shelltrap_source *source)
{
	*source = (struct shelltrap_source){
		.user = __kuid_val(hit->user),
		.server = hit->server,
		.policy = hit->ruleset->number,
		.rules = hit->facts.rules,
	};
}

static int put_alert(struct sk_buff *record, const struct shelltrap_hit *hit,
		     const struct shelltrap_paths *paths, u64 repeats_of)
{
	const struct shelltrap_policy *policy = hit->ruleset->policy;
	const struct shelltrap_facts *facts = &hit->facts;
	int err = shelltrap_record_put_header(record, shelltrap_netlink_instance(), facts->time);

	if (err)
		return err;
	if (repeats_of)
		return shelltrap_record_put_repeats(record, policy, facts, repeats_of);
	return shelltrap_record_put_alert(record, policy, facts, paths);
}

/*
 * Returns the record, which the caller frees, or NULL if there is no memory. Nearly every alert
 * fits into @spare_record: its size is computed only if it does not.
 */
static struct sk_buff *write_alert(struct sk_buff *spare_record, const struct shelltrap_hit *hit,
				   const struct shelltrap_paths *paths, u64 repeats_of, int *err)
{
	struct sk_buff *record = spare_record ? new_record(spare_record, 0) : NULL;

	*err = -EMSGSIZE;
	if (record)
		*err = put_alert(record, hit, paths, repeats_of);
	if (!*err)
		return record;
	kfree_skb(record);
	record = new_record(NULL, shelltrap_record_size(&hit->facts, paths));
	if (record)
		*err = put_alert(record, hit, paths, repeats_of);
	return record;
}

/*
 * @spare_record: the worker's, one of USUAL_RECORD bytes, or NULL. Returns the number of the
 * record, or 0 if there is no memory. Counts the exec.
 */
static u64 report_alert(struct shelltrap_hit *hit, const struct shelltrap_paths *paths,
			struct sk_buff *spare_record)
{
	struct sk_buff *record = NULL;
	struct shelltrap_source source;
	u64 seq = 0, of = 0;
	int err = 0;

	describe_source(hit, &source);
	if (shelltrap_netlink_may_fold(USUAL_RECORD)) {
		source.key = key_of(hit);
		seq = shelltrap_netlink_fold(&source, USUAL_RECORD, hit->facts.time, &of);
	}
	source.repeats = of;
	if (!seq) {
		record = write_alert(spare_record, hit, paths, of, &err);
		if (!record)
			return 0;
	}
	atomic64_inc(seq || of ? &shelltrap_counters.repeats : &shelltrap_counters.alerts);
	if (!seq)
		seq = publish(record, err, &source);
	kfree_skb(record);
	return seq;
}

/*
 * Says how an exec has ended whose alert had the verdict "pending", or that it is held now.
 * Returns false if there is no memory.
 */
static bool report_outcome(const struct shelltrap_hit *hit, struct sk_buff *spare_record)
{
	const struct shelltrap_source source = {
		.user = __kuid_val(hit->user),
		.server = hit->server,
	};
	const struct shelltrap_outcome outcome = {
		.of = hit->pending,
		.verdict = hit->facts.verdict,
	};
	struct sk_buff *record = new_record(spare_record, SHELLTRAP_RECORD_OUTCOME_MAX);

	if (!record)
		return false;
	publish(record, shelltrap_record_put_header(record, shelltrap_netlink_instance(),
						    ktime_get_real_ns()) ?:
			shelltrap_record_put_outcome(record, &outcome),
		&source);
	kfree_skb(record);
	return true;
}

static void report_hold_end(const struct shelltrap_hold_end *end, struct sk_buff *record)
{
	const struct shelltrap_source source = {
		.user = end->user,
		.server = end->server,
	};

	publish(record, shelltrap_record_put_header(record, shelltrap_netlink_instance(),
						    ktime_get_real_ns()) ?:
			shelltrap_record_put_outcome(record, &end->outcome), &source);
}

/* The alert says whether the process is held, so a slot is needed before the alert is written. */
static void claim_hold(struct shelltrap_hit *hit)
{
	struct shelltrap_facts *facts = &hit->facts;

	if (!hit->hold || !(facts->rules & hit->ruleset->policy->holding))
		return;
	facts->unheld = shelltrap_hold_claim(hit, &hit->held);
	facts->verdict = hit->held ? SHELLTRAP_VERDICT_HELD : SHELLTRAP_VERDICT_OBSERVED;
}

/* @seq: number of the alert, or 0 if it was not written. */
static void end_claim(struct shelltrap_hit *hit, u64 seq)
{
	if (!hit->held)
		return;
	if (seq)
		shelltrap_hold_begin(hit->held, seq);
	else
		shelltrap_hold_cancel(hit->held);
	hit->held = NULL;
}

/*
 * Returns false if there was no memory for the record. *@seq becomes the number of the record,
 * or 0 if no record was written.
 */
static bool report(struct shelltrap_hit *hit, struct buffers *buffers, struct sk_buff *record,
		   u64 *seq)
{
	struct shelltrap_ruleset *ruleset = hit->ruleset;
	struct shelltrap_paths paths;
	u64 rules;

	*seq = 0;
	complete_refs(hit);
	resolve_paths(&hit->refs, buffers, &paths);
	rules = decide_late(hit, &paths);
	if (!(rules & ruleset->policy->alerting)) {
		atomic64_inc(&shelltrap_counters.dismissed);
		return true;
	}
	if (rules & ruleset->policy->allowing) {
		count_rules(ruleset, rules & ruleset->policy->allowing, 0);
		atomic64_inc(&shelltrap_counters.silenced);
		return true;
	}
	hit->facts.rules = rules;
	claim_hold(hit);
	if (hit->facts.matched) {
		shelltrap_request_complete(&hit->facts.request, hit->task);
		paths.cgi = resolve_cgi(hit, &buffers->cgi);
	}
	*seq = report_alert(hit, &paths, record);
	end_claim(hit, *seq);
	if (!*seq)
		return false;
	count_rules(ruleset, rules, hit->facts.verdict);
	return true;
}

/*
 * Kills the process if a rule says so. In the task itself this comes before the first
 * instruction of the new program; the worker may come later.
 */
static void enforce(struct shelltrap_hit *hit)
{
	if (!hit->kill)
		return;
	hit->kill = false;
	if (shelltrap_enforce_kill(hit->task))
		hit->facts.verdict = SHELLTRAP_VERDICT_KILLED;
}

static struct buffers *get_buffers(void)
{
	gfp_t flags = GFP_KERNEL | __GFP_NORETRY | __GFP_NOWARN;
	struct buffers *buffers = xchg(&kept, NULL);

	if (buffers)
		return buffers;
	buffers = kmalloc(sizeof(*buffers), flags);
	if (buffers)
		buffers->record = alloc_skb(USUAL_RECORD, flags);
	return buffers;
}

static void free_buffers(struct buffers *buffers)
{
	if (buffers)
		kfree_skb(buffers->record);
	kfree(buffers);
}

static void put_buffers(struct buffers *buffers)
{
	if (cmpxchg(&kept, NULL, buffers))
		free_buffers(buffers);
}

static bool report_by_task(struct shelltrap_hit *hit)
{
	struct buffers *buffers = get_buffers();
	bool done;
	u64 seq;

	if (!buffers)
		return false;
	done = report(hit, buffers, buffers->record, &seq);
	put_buffers(buffers);
	return done;
}

static bool report_end_of_pending(struct shelltrap_hit *hit, bool worker)
{
	bool done;

	claim_hold(hit);
	done = report_outcome(hit, worker ? spare->record : NULL);
	end_claim(hit, done ? hit->pending : 0);
	return done;
}

static bool report_complete(struct shelltrap_hit *hit, bool worker)
{
	u64 seq;

	if (hit->executed)
		shelltrap_check_in_work(hit);
	enforce(hit);
	/* The worker is reporting this exec as pending just now: wait for the number. */
	while (READ_ONCE(hit->pending) == SHELLTRAP_PENDING_SOON)
		usleep_range(100, 200);
	/*
	 * When the exec was pending no rule matched after all, and it was counted as dismissed.
	 * A later round may have matched another rule: decide again.
	 */
	if (hit->pending == SHELLTRAP_PENDING_SILENT) {
		atomic64_dec(&shelltrap_counters.dismissed);
		hit->pending = 0;
	}
	if (hit->pending)
		return report_end_of_pending(hit, worker);
	if (!hit->facts.rules)
		return true;
	if (!worker)
		return report_by_task(hit);
	return report(hit, &spare->paths, spare->record, &seq);
}

static void copy_text(const char **text, char *buf, size_t size)
{
	strscpy(buf, *text ?: "", size);
	*text = buf;
}

static void copy_hit(const struct shelltrap_hit *hit)
{
	struct shelltrap_hit *copy = &spare->copy;
	struct shelltrap_facts *facts = &copy->facts;

	*facts = hit->facts;
	copy_text(&facts->pathname, spare->pathname, sizeof(spare->pathname));
	copy_text(&facts->interpreter, spare->interpreter, sizeof(spare->interpreter));
	facts->argv = NULL;
	facts->argv_len = 0;
	facts->variables = NULL;
	facts->variables_len = 0;
	facts->environment = NULL;
	facts->environment_len = 0;
	facts->verdict = SHELLTRAP_VERDICT_PENDING;
	memset(&copy->refs, 0, sizeof(copy->refs));
	copy->refs.file = hit->refs.file ? get_file(hit->refs.file) : NULL;
	copy->refs.server = hit->refs.server ? get_task_struct(hit->refs.server) : NULL;
	copy->refs.server_exe = hit->refs.server_exe ? get_file(hit->refs.server_exe) : NULL;
	if (hit->refs.cgroup && shelltrap_cgroup_get(hit->refs.cgroup))
		copy->refs.cgroup = hit->refs.cgroup;
	copy->task = get_task_struct(hit->task);
	copy->user = hit->user;
	copy->server = hit->server;
	shelltrap_ruleset_get(hit->ruleset);
	copy->ruleset = hit->ruleset;
}

static u64 report_pending(void)
{
	struct shelltrap_hit *copy = &spare->copy;
	u64 seq;

	report(copy, &spare->paths, spare->record, &seq);
	shelltrap_hit_put(copy);
	return seq;
}

static void report_lost(const struct shelltrap_losses *losses)
{
	skb_trim(spare->record, 0);
	publish(spare->record,
		shelltrap_record_put_header(spare->record, shelltrap_netlink_instance(),
					    ktime_get_real_ns()) ?:
		shelltrap_record_put_loss(spare->record, losses, SHELLTRAP_LOSS_NO_SLOT), NULL);
	atomic64_add(losses->execs, &shelltrap_counters.lost);
}

void shelltrap_report_event(const struct shelltrap_event_facts *event)
{
	struct sk_buff *record = spare->event;

	skb_trim(record, 0);
	publish(record, shelltrap_record_put_header(record, shelltrap_netlink_instance(),
						    ktime_get_real_ns()) ?:
			shelltrap_record_put_event(record, event), NULL);
}

static const struct shelltrap_hit_ops hit_ops = {
	.complete = report_complete,
	.copy = copy_hit,
	.pending = report_pending,
	.lost = report_lost,
	.undecided = shelltrap_check_undecided,
	.after = shelltrap_netlink_send,
};

static void free_spare(void)
{
	free_buffers(kept);
	kfree_skb(spare->event);
	kfree_skb(spare->record);
	kvfree(spare);
}

int shelltrap_report_init(void)
{
	int err = -ENOMEM;

	get_random_bytes(&secret, sizeof(secret));
	spare = kvzalloc(sizeof(*spare), GFP_KERNEL);
	if (!spare)
		return -ENOMEM;
	spare->record = alloc_skb(SHELLTRAP_RECORD_MAX, GFP_KERNEL);
	spare->event = alloc_skb(SHELLTRAP_RECORD_EVENT_MAX, GFP_KERNEL);
	if (!spare->record || !spare->event)
		goto err_hits;
	err = shelltrap_hold_init(report_hold_end);
	if (err)
		goto err_hits;
	err = shelltrap_hits_init(&hit_ops);
	if (err)
		goto err_hold;
	return 0;

err_hold:
	shelltrap_hold_exit();
err_hits:
	free_spare();
	return err;
}

void shelltrap_report_exit(void)
{
	/* First: the wait for the execs in flight is also one for those who have waited here. */
	shelltrap_hold_exit();
	shelltrap_killer_exit();
	shelltrap_hits_exit();
	free_spare();
}
