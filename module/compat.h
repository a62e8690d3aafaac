/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What differs between kernels. Each inline is named after the thing that it returns.
 *
 * A distribution takes interfaces of newer kernels into its own and keeps the version number.
 * So this file never asks for a version, but for the interface: #ifdef where it is a macro,
 * else by its type, else by a probe: HAVE_NAME in probes.h is 1 if module/probe/NAME.c
 * compiles for this kernel. Kbuild makes probes.h.
 */
#ifndef _SHELLTRAP_COMPAT_H
#define _SHELLTRAP_COMPAT_H

#include <linux/atomic.h>
#include <linux/cgroup.h>
#include <linux/fs.h>
#include <linux/irq_work.h>
#include <linux/magic.h>
#include <linux/mm_types.h>
#include <linux/net.h>
#include <linux/nsproxy.h>
#include <linux/posix_acl.h>
#include <linux/proc_ns.h>
#include <linux/rcupdate.h>
#include <linux/uaccess.h>
#include <linux/version.h>
#include <net/genetlink.h>
#include <net/sock.h>

#include "probes.h"

/*
 * The only version: before 5.10 generic netlink has no small_ops, and does not check a request
 * strictly unless its family asks for it.
 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 10, 0)
#error "shelltrap needs Linux 5.10 or newer"
#endif

/**
 * shelltrap_file_get() - Take a reference to the file in a slot that RCU protects.
 * @slot: the slot; it may change meanwhile
 *
 * Any context; the caller holds the RCU read lock. Where the memory of a struct file may be
 * reused without a grace period, get_file_rcu() is a function that takes the slot, to check
 * that it still has the same file; elsewhere it is a macro that takes the file.
 *
 * Return: the file, or NULL.
 */
static inline struct file *shelltrap_file_get(struct file __rcu **slot)
{
#ifdef get_file_rcu
	struct file *file = rcu_dereference(*slot);

	return file && get_file_rcu(file) ? file : NULL;
#else
	return get_file_rcu(slot);
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

/*
 * Returns the socket of @file, or NULL if the file is no socket. A descriptor that was opened
 * with O_PATH does not keep the socket open. sock_from_file() takes one argument or two.
 */
static inline struct socket *shelltrap_sock_from_file(const struct file *file)
{
	struct inode *inode = file_inode(file);

	if ((file->f_mode & FMODE_PATH) || inode->i_sb->s_magic != SOCKFS_MAGIC)
		return NULL;
	return SOCKET_I(inode);
}

/* Initializes an irq_work that runs at the next tick; at once if the tick is stopped. */
static inline void shelltrap_init_lazy_irq_work(struct irq_work *work,
						void (*func)(struct irq_work *work))
{
#ifdef IRQ_WORK_INIT_LAZY
	*work = IRQ_WORK_INIT_LAZY(func);
#else
	init_irq_work(work, func);
	atomic_set(&work->flags, IRQ_WORK_LAZY);
#endif
}

/* Returns the time of the last change of @inode or of its content. */
static inline struct timespec64 shelltrap_ctime(const struct inode *inode)
{
#if HAVE_INODE_GET_CTIME
	return inode_get_ctime(inode);
#else
	return inode->i_ctime;
#endif
}

/*
 * Does the cgroup of a task say anything? Without a mount of the hierarchy of version 2, all tasks
 * are in its root, and the cgroups that say something are in hierarchies of version 1. The one of
 * systemd has no controller, so a module cannot find a task's cgroup there: the cgroup is unknown.
 */
static inline bool shelltrap_cgroup_is_known(void)
{
#ifdef CONFIG_CGROUPS
	return atomic_read(&cgrp_dfl_root.nr_cgrps) > 1;
#else
	return false;
#endif
}

/* Takes a reference to @cgroup. Returns false if it is being removed. Any context. */
static inline bool shelltrap_cgroup_get(struct cgroup *cgroup)
{
#ifdef CONFIG_CGROUPS
	return cgroup_tryget(cgroup);
#else
	return false;
#endif
}

static inline void shelltrap_cgroup_put(struct cgroup *cgroup)
{
#ifdef CONFIG_CGROUPS
	cgroup_put(cgroup);
#endif
}

/*
 * Returns the cgroup of @task with a reference, or NULL. The caller holds the RCU read lock. Any
 * context.
 */
static inline struct cgroup *shelltrap_task_cgroup(struct task_struct *task)
{
#ifdef CONFIG_CGROUPS
	struct cgroup *cgroup = task_dfl_cgroup(task);

	return shelltrap_cgroup_get(cgroup) ? cgroup : NULL;
#else
	return NULL;
#endif
}

/* Writes the path of @cgroup; "" if it cannot be found. */
static inline void shelltrap_cgroup_path(struct cgroup *cgroup, char *path, size_t size)
{
	path[0] = '\0';
#ifdef CONFIG_CGROUPS
	cgroup_path(cgroup, path, size);
#endif
}

#ifndef FUSE_SUPER_MAGIC
#define FUSE_SUPER_MAGIC 0x65735546
#endif

#ifdef CONFIG_FS_POSIX_ACL
/*
 * Returns the access control list of @inode, with a reference; NULL if it has none, or an error
 * pointer. May sleep.
 */
static inline struct posix_acl *shelltrap_get_acl(struct inode *inode)
{
#if HAVE_GET_INODE_ACL
	return get_inode_acl(inode, ACL_TYPE_ACCESS);
#else
	return get_acl(inode, ACL_TYPE_ACCESS);
#endif
}
#endif

/*
 * Which of two probes fits the tracepoint sched_process_exit: @task takes the task, and @group
 * also whether it is the last one of its process. The tracepoint's own type decides.
 */
#define shelltrap_exit_probe(task, group)						\
	__builtin_choose_expr(								\
		__builtin_types_compatible_p(						\
			typeof(check_trace_callback_type_sched_process_exit),		\
			void(void (*)(void *, struct task_struct *))),			\
		task, group)

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

/*
 * Is @ns the struct ns_common of a mount namespace? The name of its operations tells. @ns may be
 * any address.
 */
static inline bool mnt_ns_is_common(const struct ns_common *ns)
{
	const struct proc_ns_operations *ops;
	const char *type;
	char name[4];

	return !copy_from_kernel_nofault(&ops, &ns->ops, sizeof(ops)) &&
	       !copy_from_kernel_nofault(&type, &ops->name, sizeof(type)) &&
	       !copy_from_kernel_nofault(name, type, sizeof(name)) &&
	       !memcmp(name, "mnt", sizeof(name));
}

/**
 * shelltrap_mnt_ns_common() - Find the common part of a mount namespace.
 * @mnt_ns: the namespace
 *
 * Any context. The structure is private to fs/. Its first member is a struct ns_common; in
 * older kernels a counter comes first.
 *
 * Return: the struct ns_common; NULL in a kernel with another layout.
 */
static inline const struct ns_common *shelltrap_mnt_ns_common(const struct mnt_namespace *mnt_ns)
{
	const struct {
		atomic_t count;
		struct ns_common ns;
	} *older = (const void *)mnt_ns;

	if (mnt_ns_is_common((const void *)mnt_ns))
		return (const void *)mnt_ns;
	return mnt_ns_is_common(&older->ns) ? &older->ns : NULL;
}

#endif /* _SHELLTRAP_COMPAT_H */
