/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What differs between kernel versions from 5.10 on. Each inline is named after the thing
 * that it returns. No other file contains a kernel version number.
 */
#ifndef _SHELLTRAP_COMPAT_H
#define _SHELLTRAP_COMPAT_H

#include <linux/fs.h>
#include <linux/irq_work.h>
#include <linux/mm_types.h>
#include <linux/net.h>
#include <linux/nsproxy.h>
#include <linux/proc_ns.h>
#include <linux/rcupdate.h>
#include <linux/uaccess.h>
#include <linux/version.h>
#include <net/genetlink.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 10, 0)
#error "shelltrap needs Linux 5.10 or newer"
#endif

/**
 * shelltrap_file_get() - Take a reference to the file in a slot that RCU protects.
 * @slot: the slot; it may change meanwhile
 *
 * Any context; the caller holds the RCU read lock. Since 6.7 the memory of a struct file may
 * be reused without a grace period, so get_file_rcu() checks that the slot is the same.
 *
 * Return: the file, or NULL.
 */
static inline struct file *shelltrap_file_get(struct file __rcu **slot)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 7, 0)
	return get_file_rcu(slot);
#else
	struct file *file = rcu_dereference(*slot);

	return file && get_file_rcu(file) ? file : NULL;
#endif
}

/**
 * shelltrap_exe_file() - Take a reference to the executable of a process.
 * @mm: memory of the process
 *
 * Any context: needs only RCU and an atomic increment.
 *
 * Return: the file, or NULL.
 */
static inline struct file *shelltrap_exe_file(struct mm_struct *mm)
{
	struct file *file;

	rcu_read_lock();
	file = shelltrap_file_get(&mm->exe_file);
	rcu_read_unlock();
	return file;
}

/* Returns the socket of @file, or NULL if the file is no socket. */
static inline struct socket *shelltrap_sock_from_file(struct file *file)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 11, 0)
	return sock_from_file(file);
#else
	int err;

	return sock_from_file(file, &err);
#endif
}

/* Returns irqs_disabled(). clang's analyzer takes the kernel's own macro for a fault. */
static inline bool shelltrap_irqs_disabled(void)
{
#ifdef __clang_analyzer__
	return false;
#else
	return irqs_disabled();
#endif
}

/* Initializes an irq_work that runs at the next tick; at once if the tick is stopped. */
static inline void shelltrap_init_lazy_irq_work(struct irq_work *work,
						void (*func)(struct irq_work *work))
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 11, 0)
	*work = IRQ_WORK_INIT_LAZY(func);
#else
	init_irq_work(work, func);
	atomic_set(&work->flags, IRQ_WORK_LAZY);
#endif
}

/* Returns the time of the last change of @inode or of its content. */
static inline struct timespec64 shelltrap_ctime(const struct inode *inode)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
	return inode_get_ctime(inode);
#else
	return inode->i_ctime;
#endif
}

/* Returns the parsed attributes of the request that started the dump @cb. */
static inline struct nlattr **shelltrap_dump_attrs(struct netlink_callback *cb)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
	return genl_info_dump(cb)->attrs;
#else
	return genl_dumpit_info(cb)->attrs;
#endif
}

/* The parameters of a probe on the tracepoint sched_process_exit. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 16, 0)
#define SHELLTRAP_EXIT_PROTO(task) task, bool group_dead
#else
#define SHELLTRAP_EXIT_PROTO(task) task
#endif

/* Entry function of the system call delete_module(2). It gets the user's registers. */
#if defined(CONFIG_X86_64)
#define SHELLTRAP_DELETE_MODULE "__x64_sys_delete_module"
#elif defined(CONFIG_ARM64)
#define SHELLTRAP_DELETE_MODULE "__arm64_sys_delete_module"
#else
#define SHELLTRAP_DELETE_MODULE "(none)"
#endif

/* Flag of a multicast group that only CAP_NET_ADMIN may join. */
#ifdef GENL_MCAST_CAP_NET_ADMIN
#define SHELLTRAP_MCAST_NET_ADMIN GENL_MCAST_CAP_NET_ADMIN
#else
#define SHELLTRAP_MCAST_NET_ADMIN GENL_UNS_ADMIN_PERM
#endif

/**
 * shelltrap_mnt_ns_inum() - The inode number of a mount namespace.
 * @mnt_ns: the namespace
 *
 * Any context. The structure is private to fs/. Its first member is a struct ns_common;
 * before 5.11 a counter comes first. The result counts only if the operations of that
 * ns_common carry the name "mnt", so that a kernel with another layout yields 0, not
 * rubbish.
 *
 * Return: the number, or 0 if it cannot be found.
 */
static inline unsigned int shelltrap_mnt_ns_inum(const struct mnt_namespace *mnt_ns)
{
	const struct proc_ns_operations *ops;
	const struct ns_common *ns;
	unsigned int inum;
	const char *type;
	char name[4];

#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 11, 0)
	ns = (const void *)mnt_ns;
#else
	ns = &((const struct { atomic_t count; struct ns_common ns; } *)mnt_ns)->ns;
#endif
	if (copy_from_kernel_nofault(&inum, &ns->inum, sizeof(inum)) ||
	    copy_from_kernel_nofault(&ops, &ns->ops, sizeof(ops)) ||
	    copy_from_kernel_nofault(&type, &ops->name, sizeof(type)) ||
	    copy_from_kernel_nofault(name, type, sizeof(name)) ||
	    memcmp(name, "mnt", sizeof(name)))
		return 0;
	return inum;
}

#endif /* _SHELLTRAP_COMPAT_H */
