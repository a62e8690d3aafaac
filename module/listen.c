// SPDX-License-Identifier: GPL-2.0
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/anon_inodes.h>
#include <linux/bitmap.h>
#include <linux/fcntl.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/irq_work.h>
#include <linux/kprobes.h>
#include <linux/net.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <net/sock.h>

#include "lineage.h"
#include "listen.h"

#define NOTES	64

/* A call of listen() that has begun. Belongs to the task that has cleared its bit in "ready". */
struct note {
	struct file *carrier;	/* NULL: the worker has to make one, or the note is withdrawn */
	struct sock *sk;	/* referenced */
};

static struct note notes[NOTES];
static DECLARE_BITMAP(ready, NOTES);	/* free notes that have a carrier */
static DECLARE_BITMAP(spent, NOTES);	/* free notes that need one */
static DEFINE_RAW_SPINLOCK(carrier_lock); /* a carrier is released, or withdrawn */
static bool stopping;

static void make_carriers(struct work_struct *work);
static DECLARE_WORK(carrier_work, make_carriers);

/* An irq_work can be queued in a probe's handler; what a survey needs cannot. */
static void report_missed(struct irq_work *work)
{
	shelltrap_lineage_listen_missed();
}

static struct irq_work missed_work;

static void free_note(struct note *note)
{
	/* The fields are written before the bit is seen. */
	smp_mb__before_atomic();
	set_bit(note - notes, spent);
	if (!READ_ONCE(stopping))
		schedule_work(&carrier_work);
}

/*
 * Release function of the carrier: the system call is over, whether it has failed or not. Where
 * the note has been withdrawn, the module is being unloaded, and has dropped the socket.
 */
static int listen_release(struct inode *inode, struct file *carrier)
{
	struct note *note = carrier->private_data;
	struct sock *sk = NULL;

	raw_spin_lock(&carrier_lock);
	if (note->carrier == carrier) {
		note->carrier = NULL;
		sk = note->sk;
	}
	raw_spin_unlock(&carrier_lock);
	if (!sk)
		return 0;
	shelltrap_lineage_listened(sk);
	sock_put(sk);
	free_note(note);
	return 0;
}

/* No .owner, as in hit.c: the carriers would keep the module from being unloaded. */
static const struct file_operations carrier_operations = {
	.release = listen_release,
};

static bool make_carrier(struct note *note)
{
	struct file *carrier;

	carrier = anon_inode_getfile("[shelltrap]", &carrier_operations, note, O_RDONLY);
	if (IS_ERR(carrier))
		return false;
	note->carrier = carrier;
	/* The carrier is stored before claim_note() can find the bit. */
	smp_mb__before_atomic();
	set_bit(note - notes, ready);
	return true;
}

/* Without memory the notes stay spent until another one is. */
static void make_carriers(struct work_struct *work)
{
	unsigned int i;

	for_each_set_bit(i, spent, NOTES)
		if (test_and_clear_bit(i, spent) && !make_carrier(&notes[i]))
			set_bit(i, spent);
}

static struct note *claim_note(void)
{
	unsigned long i;

	do {
		i = find_first_bit(ready, NOTES);
		if (i >= NOTES)
			return NULL;
	} while (!test_and_clear_bit(i, ready));
	return &notes[i];
}

/* In an int3 and in a kernel thread, fput() would leave the release to a worker. */
static struct note *note_for_current(void)
{
	if (in_interrupt() || (current->flags & PF_KTHREAD))
		return NULL;
	return claim_note();
}

/*
 * The caller of the probed function holds a reference to the socket. The task's own task work
 * drops the last reference to the carrier, as it does for every file that the task closes.
 */
static int listen_probe(struct kprobe *probe, struct pt_regs *regs)
{
	const struct socket *sock = (const void *)regs_get_kernel_argument(regs, 0);
	struct sock *sk = sock ? sock->sk : NULL;
	struct note *note;

	if (!sk || READ_ONCE(sk->sk_type) != SOCK_STREAM)
		return 0;
	note = note_for_current();
	if (!note) {
		irq_work_queue(&missed_work);
		return 0;
	}
	sock_hold(sk);
	note->sk = sk;
	fput(note->carrier);
	return 0;
}

/* The first that this kernel has; the other two together see what the first one sees. */
static struct kprobe security_kprobe = {
	.symbol_name = "security_socket_listen",
	.pre_handler = listen_probe,
};

static struct kprobe family_kprobes[] = {
	{ .symbol_name = "inet_listen", .pre_handler = listen_probe },
	{ .symbol_name = "unix_listen", .pre_handler = listen_probe },
};

static bool by_security, by_family;

static bool arm_families(void)
{
	if (register_kprobe(&family_kprobes[0]))
		return false;
	if (!register_kprobe(&family_kprobes[1]))
		return true;
	unregister_kprobe(&family_kprobes[0]);
	return false;
}

static void disarm(void)
{
	if (by_security)
		unregister_kprobe(&security_kprobe);
	if (by_family) {
		unregister_kprobe(&family_kprobes[0]);
		unregister_kprobe(&family_kprobes[1]);
	}
	by_security = false;
	by_family = false;
}

bool shelltrap_listen_armed(void)
{
	if (by_security)
		return !kprobe_disabled(&security_kprobe);
	return by_family && !kprobe_disabled(&family_kprobes[0]) &&
	       !kprobe_disabled(&family_kprobes[1]);
}

const char *shelltrap_listen_function(void)
{
	if (by_security)
		return security_kprobe.symbol_name;
	return by_family ? family_kprobes[0].symbol_name : NULL;
}

/*
 * Takes the carrier of a note away, as hit.c does: the carrier gets the file operations of its
 * inode, which belong to the kernel. A note that is free keeps no other reference.
 */
static void withdraw(struct note *note, bool is_free)
{
	struct file *carrier;

	raw_spin_lock(&carrier_lock);
	carrier = note->carrier;
	if (carrier)
		carrier->f_op = file_inode(carrier)->i_fop;
	note->carrier = NULL;
	raw_spin_unlock(&carrier_lock);
	if (!carrier)
		return;
	if (is_free)
		fput(carrier);
	else
		sock_put(note->sk);
}

static void withdraw_all(void)
{
	unsigned int i;

	for (i = 0; i < NOTES; i++)
		withdraw(&notes[i], test_bit(i, ready));
	/* A task may be on its way out of listen_release(), with its note freed already. */
	synchronize_rcu_tasks();
}

int shelltrap_listen_init(void)
{
	unsigned int i;

	init_irq_work(&missed_work, report_missed);
	for (i = 0; i < NOTES; i++)
		if (!make_carrier(&notes[i])) {
			withdraw_all();
			return -ENOMEM;
		}
	by_security = !register_kprobe(&security_kprobe);
	by_family = !by_security && arm_families();
	if (by_security || by_family)
		return 0;
	pr_warn("can't probe listen(): names alone decide what a server is\n");
	shelltrap_lineage_names_decide();
	return 0;
}

void shelltrap_listen_exit(void)
{
	disarm();
	irq_work_sync(&missed_work);
	WRITE_ONCE(stopping, true);
	cancel_work_sync(&carrier_work);
	withdraw_all();
	/* A release that began before may have queued it again. */
	cancel_work_sync(&carrier_work);
}
