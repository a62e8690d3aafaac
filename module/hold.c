// SPDX-License-Identifier: GPL-2.0
#include <linux/anon_inodes.h>
#include <linux/atomic.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/fcntl.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/jiffies.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/timekeeping.h>
#include <linux/workqueue.h>
#include <net/genetlink.h>

#include "compat.h"
#include "decide.h"
#include "enforce.h"
#include "event.h"
#include "hit.h"
#include "hold.h"
#include "lineage.h"
#include "quota.h"
#include "record.h"
#include "ruleset.h"

/* A process that waits, or is about to. */
struct shelltrap_held {
	struct task_struct *task; /* referenced; NULL: the slot is free */
	struct file *carrier;	/* its release is the wait; NULL: refill_carriers() makes one */
	struct sk_buff *record;	/* for the outcome */
	u64 seq;		/* number of the alert; 0: it is not written yet */
	u64 since;		/* ns since the epoch */
	unsigned long until;	/* jiffies */
	struct shelltrap_quota_account account;
	enum shelltrap_hold_then then;
	enum shelltrap_ended ended;	/* 0: it waits */
	bool kill;
	struct shelltrap_by by;	/* who has ended the wait */
	struct task_struct *killed; /* for whom "killer" is written; never dereferenced */
	struct task_struct *killer_of; /* for whom it is complete; never dereferenced */
	struct shelltrap_by killer; /* who has sent a signal that ends the process */
	u32 branch;		/* of its lineage; 0: it is in none */
	const struct shelltrap_founder *founder; /* of its lineage, referenced; or NULL */
	const struct shelltrap_founder *server; /* the nearest one that serves; or NULL */
	pid_t pid, server_pid;
	uid_t uid;
	u64 start;		/* of the process, ns since boot */
	char comm[TASK_COMM_LEN];
	char server_comm[TASK_COMM_LEN];
	char rule[SHELLTRAP_LABEL_MAX + 1];
	char pathname[SHELLTRAP_HIT_PATHNAME];
};

/* Numbers of the alerts whose processes were held last, to tell "gone" from "never held". */
#define GONE_MAX	64

/* How long a request to release waits for a process that is about to wait, in ms. */
#define CLAIMED_WAIT_MS	100

/* Protects the slots, except for what only the process itself uses. Process context. */
static DEFINE_SPINLOCK(hold_lock);
static struct shelltrap_held slots[SHELLTRAP_HOLD_MAX];
static u64 gone[GONE_MAX];
static unsigned int nr_gone;
static bool hold_closing;
static atomic_t nr_held;	/* slots that are not free */
static atomic64_t all_held, all_unheld;
static void (*write_end)(const struct shelltrap_hold_end *end, struct sk_buff *record);

static void refill_carriers(struct work_struct *unused);
static DECLARE_WORK(refill_work, refill_carriers);

/*
 * The states add up to: killable, and no part of the load average. A process that is about to
 * end does not wait; nor does one after whom somebody else does this work, as it is gone.
 */
static void hold_wait(struct shelltrap_held *held)
{
	long left = held->until - jiffies;

	if (held->task != current || (current->flags & PF_EXITING))
		return;
	for (;;) {
		set_current_state(TASK_KILLABLE | TASK_NOLOAD);
		if (READ_ONCE(held->ended) || READ_ONCE(hold_closing) ||
		    fatal_signal_pending(current) || left <= 0)
			break;
		left = schedule_timeout(left);
	}
	__set_current_state(TASK_RUNNING);
}

/*
 * The sender of the signal calls shelltrap_hold_killed() after it has woken the process, and with
 * the lock of the signal: so first wait for that lock. The caller holds the other lock.
 */
static void hold_note_killer(struct shelltrap_held *held)
{
	struct sighand_struct *sighand;

	if (held->task == current) {
		/* A task's own is there until the task has exited. */
		sighand = rcu_dereference_protected(current->sighand, true);
		spin_lock_irq(&sighand->siglock);
		spin_unlock_irq(&sighand->siglock);
	}
	/* Pairs with shelltrap_hold_killed(). */
	if (smp_load_acquire(&held->killer_of) == held->task)
		held->by = held->killer;
}

/* Why the wait is over, unless a request has said so. The caller holds the lock. */
static void hold_note_end(struct shelltrap_held *held)
{
	if (held->ended)
		return;
	if (held->task != current || (current->flags & PF_EXITING) ||
	    fatal_signal_pending(current)) {
		held->ended = SHELLTRAP_ENDED_SIGNAL;
		held->kill = true;
		hold_note_killer(held);
		return;
	}
	held->ended = hold_closing ? SHELLTRAP_ENDED_UNLOAD : SHELLTRAP_ENDED_TIME;
	held->kill = held->then == SHELLTRAP_HOLD_THEN_KILL;
}

/* The caller holds the lock. */
static void hold_free(struct shelltrap_held *held)
{
	struct task_struct *task = held->task;

	shelltrap_lineage_put(held->founder);
	held->founder = NULL;
	WRITE_ONCE(held->task, NULL);
	if (held->seq)
		gone[nr_gone++ % GONE_MAX] = held->seq;
	put_task_struct(task);
}

static void hold_end(struct shelltrap_held *held)
{
	struct shelltrap_hold_end end;

	spin_lock(&hold_lock);
	hold_note_end(held);
	spin_unlock(&hold_lock);
	/* A request has sent the signal already. */
	if (held->kill && held->ended != SHELLTRAP_ENDED_SIGNAL &&
	    held->ended != SHELLTRAP_ENDED_COMMAND)
		shelltrap_enforce_kill(current);
	end = (struct shelltrap_hold_end){
		.outcome = {
			.of = held->seq,
			.verdict = held->kill ? SHELLTRAP_VERDICT_KILLED :
						SHELLTRAP_VERDICT_RELEASED,
			.why = held->ended,
			.by = held->by,
		},
		.server = held->account.server,
		.user = held->account.user,
	};
	skb_trim(held->record, 0);
	write_end(&end, held->record);
	spin_lock(&hold_lock);
	held->carrier = NULL;
	hold_free(held);
	spin_unlock(&hold_lock);
	if (!READ_ONCE(hold_closing))
		schedule_work(&refill_work);
	/* Must be last: at an unload the module goes when no slot is taken. */
	smp_mb__before_atomic();
	atomic_dec(&nr_held);
}

/* Release function of the carrier, in the task work of the process. */
static int hold_release_carrier(struct inode *inode, struct file *carrier)
{
	struct shelltrap_held *held = carrier->private_data;

	hold_wait(held);
	hold_end(held);
	return 0;
}

/* No .owner: see the operations of a hit's carrier. */
static const struct file_operations hold_operations = {
	.release = hold_release_carrier,
};

static struct file *new_hold_carrier(struct shelltrap_held *held)
{
	struct file *carrier = anon_inode_getfile("[shelltrap]", &hold_operations, held, O_RDONLY);

	return IS_ERR(carrier) ? NULL : carrier;
}

/* The kernel's own function then releases it: the module may be gone by that time. */
static void drop_carrier(struct file *carrier)
{
	if (!carrier)
		return;
	carrier->f_op = file_inode(carrier)->i_fop;
	fput(carrier);
}

/* Gives a free slot a carrier. Returns false if there is no memory. */
static bool refill_carrier(struct shelltrap_held *held)
{
	struct file *carrier = new_hold_carrier(held);
	bool wanted;

	spin_lock(&hold_lock);
	wanted = carrier && !held->carrier && !held->task;
	if (wanted)
		held->carrier = carrier;
	spin_unlock(&hold_lock);
	if (!wanted)
		drop_carrier(carrier);
	return carrier;
}

/* Not in the process that needs one, which may have no memory left in its cgroup. */
static void refill_carriers(struct work_struct *unused)
{
	unsigned int i;

	for (i = 0; i < SHELLTRAP_HOLD_MAX; i++)
		if (!READ_ONCE(slots[i].carrier) && !READ_ONCE(slots[i].task) &&
		    !refill_carrier(&slots[i]))
			return;
}

/* The user as whom the outermost server began to serve; without one, the user of the exec. */
static kuid_t server_user(const struct shelltrap_hit *hit)
{
	const struct shelltrap_founder *founder = shelltrap_lineage_get(), *outermost = founder;
	kuid_t user = hit->user;

	while (outermost && outermost->before)
		outermost = outermost->before;
	if (outermost)
		user = outermost->user;
	shelltrap_lineage_put(founder);
	return user;
}

static void hold_describe_account(const struct shelltrap_hit *hit,
				  struct shelltrap_quota_account *account)
{
	char *path = kzalloc(SHELLTRAP_PATH_MAX, GFP_KERNEL | __GFP_NORETRY | __GFP_NOWARN);

	if (path && hit->refs.cgroup)
		shelltrap_cgroup_path(hit->refs.cgroup, path, SHELLTRAP_PATH_MAX);
	account->server = hit->server;
	account->user = __kuid_val(hit->user);
	account->system = shelltrap_quota_is_system(__kuid_val(server_user(hit)), path);
	kfree(path);
}

static void hold_describe(struct shelltrap_held *held, const struct shelltrap_hit *hit)
{
	const struct shelltrap_policy *policy = hit->ruleset->policy;
	const struct shelltrap_facts *facts = &hit->facts;
	int rule = shelltrap_policy_leading(policy, facts->rules & policy->holding);

	held->seq = 0;
	held->ended = 0;
	held->kill = false;
	held->then = policy->hold.then;
	held->until = policy->hold.seconds * HZ;
	held->by = (struct shelltrap_by){};
	held->pid = facts->pid;
	held->server_pid = facts->server_pid;
	held->uid = facts->uid;
	held->start = facts->start;
	strscpy(held->comm, facts->comm, sizeof(held->comm));
	strscpy(held->server_comm, facts->server_comm, sizeof(held->server_comm));
	strscpy(held->rule, rule < 0 ? "" : policy->rules[rule].name, sizeof(held->rule));
	strscpy(held->pathname, facts->pathname, sizeof(held->pathname));
}

/* The caller holds the lock. */
static enum shelltrap_unheld hold_exceeded(const struct shelltrap_hit *hit,
					   const struct shelltrap_quota_account *account)
{
	struct shelltrap_quota_use use = {};
	unsigned int i;

	for (i = 0; i < SHELLTRAP_HOLD_MAX; i++)
		if (slots[i].task)
			shelltrap_quota_count(&use, &slots[i].account, account);
	return shelltrap_quota_exceeded(&hit->ruleset->policy->hold, &use, account);
}

/* Prefers a slot with a carrier. The caller holds the lock. */
static struct shelltrap_held *hold_free_slot(void)
{
	struct shelltrap_held *found = NULL;
	unsigned int i;

	for (i = 0; i < SHELLTRAP_HOLD_MAX; i++)
		if (!slots[i].task && (!found || (slots[i].carrier && !found->carrier)))
			found = &slots[i];
	return found;
}

/* The caller holds the lock. */
static enum shelltrap_unheld hold_take_slot(const struct shelltrap_hit *hit,
					    const struct shelltrap_quota_account *account,
					    struct shelltrap_held **held)
{
	enum shelltrap_unheld unheld;
	u64 sets;

	if (hold_closing)
		return SHELLTRAP_UNHELD_OFF;
	unheld = hold_exceeded(hit, account);
	if (unheld)
		return unheld;
	*held = hold_free_slot();
	if (!*held)
		return SHELLTRAP_UNHELD_MAX;
	WRITE_ONCE((*held)->killer_of, NULL);
	WRITE_ONCE((*held)->killed, NULL);
	/* Pairs with shelltrap_hold_killed(). */
	smp_store_release(&(*held)->task, get_task_struct(current));
	(*held)->account = *account;
	(*held)->branch = shelltrap_lineage_branch();
	(*held)->founder = shelltrap_lineage_get();
	(*held)->server = shelltrap_founder_server(hit->ruleset->policy, (*held)->founder, &sets);
	hold_describe(*held, hit);
	atomic_inc(&nr_held);
	return 0;
}

static enum shelltrap_unheld hold_try(const struct shelltrap_hit *hit,
				      struct shelltrap_held **held)
{
	struct shelltrap_quota_account account;
	enum shelltrap_unheld unheld;

	if (hit->task != current || (current->flags & (PF_EXITING | PF_KTHREAD)) ||
	    !current->mm || is_global_init(current))
		return SHELLTRAP_UNHELD_IMPOSSIBLE;
	hold_describe_account(hit, &account);
	spin_lock(&hold_lock);
	unheld = hold_take_slot(hit, &account, held);
	spin_unlock(&hold_lock);
	if (!unheld && !(*held)->carrier)
		(*held)->carrier = new_hold_carrier(*held);
	if (!unheld && !(*held)->carrier) {
		shelltrap_hold_cancel(*held);
		unheld = SHELLTRAP_UNHELD_NO_MEMORY;
	}
	return unheld;
}

enum shelltrap_unheld shelltrap_hold_claim(const struct shelltrap_hit *hit,
					   struct shelltrap_held **held)
{
	enum shelltrap_unheld unheld = hold_try(hit, held);

	if (unheld) {
		*held = NULL;
		atomic64_inc(&all_unheld);
	}
	return unheld;
}

void shelltrap_hold_cancel(struct shelltrap_held *held)
{
	spin_lock(&hold_lock);
	hold_free(held);
	spin_unlock(&hold_lock);
	/* As in hold_end(): must be last. */
	smp_mb__before_atomic();
	atomic_dec(&nr_held);
}

void shelltrap_hold_begin(struct shelltrap_held *held, u64 seq)
{
	struct file *carrier = held->carrier;

	atomic64_inc(&all_held);
	spin_lock(&hold_lock);
	held->seq = seq;
	held->since = ktime_get_real_ns();
	held->until += jiffies;
	spin_unlock(&hold_lock);
	/*
	 * This is task work already, and what is queued now comes after all that was queued
	 * before: a pipe that the exec has closed is closed before the wait.
	 */
	fput(carrier);
}

bool shelltrap_hold_any(void)
{
	return atomic_read(&nr_held);
}

/*
 * The first signal counts. A late sender may write into a slot that another process has got by
 * now: then the killer of that process stays unknown, as "killer_of" tells whose killer it is.
 */
void shelltrap_hold_killed(struct task_struct *task, bool by_current)
{
	struct shelltrap_held *held;
	unsigned int i;

	for (i = 0; i < SHELLTRAP_HOLD_MAX; i++) {
		held = &slots[i];
		/* Pairs with hold_take_slot(): the slot has no killer of another process. */
		if (smp_load_acquire(&held->task) != task || cmpxchg(&held->killed, NULL, task))
			continue;
		held->killer = (struct shelltrap_by){};
		if (by_current)
			shelltrap_event_by_current(&held->killer);
		/* Pairs with hold_note_killer(): the description is complete. */
		smp_store_release(&held->killer_of, task);
	}
}

static bool was_held(u64 seq)
{
	unsigned int i;

	for (i = 0; i < GONE_MAX; i++)
		if (gone[i] == seq)
			return true;
	return false;
}

/* The caller holds the lock. */
static void hold_let_go(struct shelltrap_held *held, const struct shelltrap_by *by, bool kill)
{
	if (held->ended)
		return;
	held->by = *by;
	held->kill = kill;
	WRITE_ONCE(held->ended, SHELLTRAP_ENDED_COMMAND);
	if (kill)
		shelltrap_enforce_kill(held->task);
	else
		wake_up_process(held->task);
}

enum answer { DONE, NOT_YET, GONE, UNKNOWN };

/* A request to end a wait. */
struct release {
	u64 seq;
	enum shelltrap_release how;
	struct shelltrap_by by;
	const char *fault;
};

/* Marks what is to end. Returns NULL, or why that cannot be. The caller holds the lock. */
static const char *hold_doom(const struct shelltrap_held *held, enum shelltrap_release how)
{
	if (how == SHELLTRAP_RELEASE_KILL && held->branch)
		shelltrap_lineage_doom_branch(held->branch);
	if (how != SHELLTRAP_RELEASE_KILL_SERVER)
		return NULL;
	if (!held->server)
		return "the server of this process is not known";
	if (READ_ONCE(held->server->shared))
		return "its server is one of several of one name and user: end it by its PID";
	shelltrap_lineage_doom_server(held->server);
	return NULL;
}

/* The caller holds the lock. */
static enum answer hold_end_one(struct shelltrap_held *held, struct release *release)
{
	unsigned int i;

	if (held->ended)
		return GONE;
	release->fault = hold_doom(held, release->how);
	if (release->fault)
		return DONE;
	hold_let_go(held, &release->by, release->how != SHELLTRAP_RELEASE_RUN);
	if (release->how == SHELLTRAP_RELEASE_RUN)
		return DONE;
	/* Others that wait end by the same request. */
	for (i = 0; i < SHELLTRAP_HOLD_MAX; i++)
		if (slots[i].task && shelltrap_lineage_is_doomed(slots[i].task))
			hold_let_go(&slots[i], &release->by, true);
	return DONE;
}

static enum answer hold_try_release(struct release *release)
{
	enum answer answer = UNKNOWN;
	unsigned int i;

	spin_lock(&hold_lock);
	for (i = 0; i < SHELLTRAP_HOLD_MAX; i++) {
		if (!slots[i].task)
			continue;
		if (!slots[i].seq)
			answer = NOT_YET;
		if (slots[i].seq != release->seq)
			continue;
		answer = hold_end_one(&slots[i], release);
		break;
	}
	if (answer >= NOT_YET && was_held(release->seq))
		answer = GONE;
	spin_unlock(&hold_lock);
	return answer;
}

/*
 * An alert may be read before its process waits. So where a process is about to wait, look again
 * for a moment.
 */
const char *shelltrap_hold_release(u64 seq, enum shelltrap_release how)
{
	struct release release = { .seq = seq, .how = how };
	enum answer answer = NOT_YET;
	unsigned int ms;

	if (!seq)
		return "no process is held for an alert of this number";
	shelltrap_event_by_current(&release.by);
	for (ms = 0; answer == NOT_YET && ms < CLAIMED_WAIT_MS; ms++) {
		answer = hold_try_release(&release);
		if (answer == NOT_YET)
			usleep_range(1000, 1500);
	}
	if (answer == GONE)
		return "the process of this alert is not held any more";
	if (answer != DONE)
		return "no process is held for an alert of this number";
	if (!release.fault && how != SHELLTRAP_RELEASE_RUN)
		shelltrap_lineage_end();
	return release.fault;
}

static int hold_put_u64(struct sk_buff *skb, int type, u64 value)
{
	return nla_put_u64_64bit(skb, type, value, SHELLTRAP_HELD_A_PAD);
}

static u32 hold_left(const struct shelltrap_held *held)
{
	long left = held->until - jiffies;

	return left > 0 ? jiffies_to_msecs(left) : 0;
}

static int hold_put(struct sk_buff *skb, const struct shelltrap_held *held)
{
	return hold_put_u64(skb, SHELLTRAP_HELD_A_SEQ, held->seq) ?:
	       nla_put_u32(skb, SHELLTRAP_HELD_A_PID, held->pid) ?:
	       hold_put_u64(skb, SHELLTRAP_HELD_A_START, held->start) ?:
	       nla_put_string(skb, SHELLTRAP_HELD_A_COMM, held->comm) ?:
	       nla_put_string(skb, SHELLTRAP_HELD_A_PATHNAME, held->pathname) ?:
	       nla_put_u32(skb, SHELLTRAP_HELD_A_UID, held->uid) ?:
	       nla_put_u32(skb, SHELLTRAP_HELD_A_SERVER_PID, held->server_pid) ?:
	       nla_put_string(skb, SHELLTRAP_HELD_A_SERVER_COMM, held->server_comm) ?:
	       nla_put_string(skb, SHELLTRAP_HELD_A_RULE, held->rule) ?:
	       hold_put_u64(skb, SHELLTRAP_HELD_A_SINCE, held->since) ?:
	       nla_put_u32(skb, SHELLTRAP_HELD_A_LEFT, hold_left(held)) ?:
	       nla_put_u32(skb, SHELLTRAP_HELD_A_THEN, held->then);
}

/* The caller holds the lock. */
static int hold_put_message(struct sk_buff *skb, struct netlink_callback *cb,
			    const struct genl_family *family, const struct shelltrap_held *held)
{
	void *header = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq, family,
				   NLM_F_MULTI, SHELLTRAP_CMD_HELD_GET);

	if (!header)
		return -EMSGSIZE;
	if (hold_put(skb, held)) {
		genlmsg_cancel(skb, header);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, header);
	return 0;
}

int shelltrap_hold_dump(struct sk_buff *skb, struct netlink_callback *cb,
			const struct genl_family *family)
{
	unsigned long i = cb->args[0];
	int err = 0;

	spin_lock(&hold_lock);
	for (; i < SHELLTRAP_HOLD_MAX; i++) {
		if (slots[i].task && slots[i].seq && !slots[i].ended)
			err = hold_put_message(skb, cb, family, &slots[i]);
		if (err)
			break;
	}
	spin_unlock(&hold_lock);
	cb->args[0] = i;
	return skb->len;
}

void shelltrap_hold_read(struct shelltrap_hold_counters *counters)
{
	counters->now = atomic_read(&nr_held);
	counters->held = atomic64_read(&all_held);
	counters->unheld = atomic64_read(&all_unheld);
}

static void hold_free_all(void)
{
	unsigned int i;

	for (i = 0; i < SHELLTRAP_HOLD_MAX; i++) {
		drop_carrier(slots[i].carrier);
		slots[i].carrier = NULL;
		kfree_skb(slots[i].record);
		slots[i].record = NULL;
	}
}

int shelltrap_hold_init(void (*writer)(const struct shelltrap_hold_end *end,
				       struct sk_buff *record))
{
	unsigned int i;

	write_end = writer;
	for (i = 0; i < SHELLTRAP_HOLD_MAX; i++) {
		slots[i].record = alloc_skb(SHELLTRAP_RECORD_OUTCOME_MAX, GFP_KERNEL);
		slots[i].carrier = new_hold_carrier(&slots[i]);
		if (!slots[i].record || !slots[i].carrier) {
			hold_free_all();
			return -ENOMEM;
		}
	}
	return 0;
}

/* The lock: who finds hold_closing unset has a slot that is seen here. */
void shelltrap_hold_exit(void)
{
	unsigned int i;

	spin_lock(&hold_lock);
	WRITE_ONCE(hold_closing, true);
	for (i = 0; i < SHELLTRAP_HOLD_MAX; i++)
		if (slots[i].task)
			wake_up_process(slots[i].task);
	spin_unlock(&hold_lock);
	while (atomic_read(&nr_held))
		usleep_range(1000, 1500);
	cancel_work_sync(&refill_work);
	hold_free_all();
}
