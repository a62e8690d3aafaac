/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What differs between the kernels from 5.10 on, each as an inline named after
 * what it gives. Version numbers appear here and nowhere else.
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
#ifndef CONFIG_KPROBES
#error "shelltrap needs a kernel with CONFIG_KPROBES"
#endif
#ifndef CONFIG_TRACEPOINTS
#error "shelltrap needs a kernel with CONFIG_TRACEPOINTS"
#endif

/*
 * A reference to the executable of @mm, or NULL. Safe in any context: RCU and
 * an atomic increment. Since 6.7 a struct file may be reused at once.
 */
static inline struct file *shelltrap_exe_file(struct mm_struct *mm)
{
	struct file *file;

	rcu_read_lock();
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 7, 0)
	file = get_file_rcu(&mm->exe_file);
#else
	file = rcu_dereference(mm->exe_file);
	if (file && !get_file_rcu(file))
		file = NULL;
#endif
	rcu_read_unlock();
	return file;
}

/* The socket behind @file, or NULL. */
static inline struct socket *shelltrap_sock_from_file(struct file *file)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 11, 0)
	return sock_from_file(file);
#else
	int err;

	return sock_from_file(file, &err);
#endif
}

/* One that waits for the next tick, where ticks have not been stopped. */
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

/* When @inode, or what it holds, was last changed. */
static inline struct timespec64 shelltrap_ctime(const struct inode *inode)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
	return inode_get_ctime(inode);
#else
	return inode->i_ctime;
#endif
}

/* The parsed attributes of the dump request behind @cb. */
static inline struct nlattr **shelltrap_dump_attrs(struct netlink_callback *cb)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
	return genl_info_dump(cb)->attrs;
#else
	return genl_dumpit_info(cb)->attrs;
#endif
}

/* The arguments of the tracepoint sched_process_exit. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 16, 0)
#define SHELLTRAP_EXIT_PROTO(task) task, bool group_dead
#else
#define SHELLTRAP_EXIT_PROTO(task) task
#endif

/* What the system call delete_module(2) goes through; its argument is the user's registers. */
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

/*
 * Inode number of a mount namespace, 0 if it can't be told. The type is private
 * to fs/, but its first member is the common part (behind a counter before
 * 5.11). Believed only where that part says of itself that it is a mount
 * namespace's, so a kernel built otherwise yields 0 and not rubbish.
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
