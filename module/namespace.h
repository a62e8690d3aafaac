/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Mount namespaces, whose layout the kernel does not export: it is learnt when the module is
 * loaded.
 */
#ifndef _SHELLTRAP_NAMESPACE_H
#define _SHELLTRAP_NAMESPACE_H

#include <linux/ns_common.h>
#include <linux/nsproxy.h>
#include <linux/sched.h>
#include <linux/types.h>

/* Where a mount namespace has its struct ns_common; -1: unknown, and nothing reads it. */
extern int shelltrap_mnt_ns_offset;

/**
 * shelltrap_namespace_init() - Learn the layout of a mount namespace.
 *
 * Process context, does not sleep.
 */
void shelltrap_namespace_init(void);

/**
 * shelltrap_mnt_ns_of() - The inode number of a task's mount namespace.
 * @task: current, or a task whose lock the caller holds
 *
 * Any context, after shelltrap_namespace_init().
 *
 * Return: the number; 0 if the task has no namespaces any more, or the kernel an unknown layout.
 */
static inline u32 shelltrap_mnt_ns_of(const struct task_struct *task)
{
	const struct nsproxy *nsproxy = task->nsproxy;
	const struct ns_common *common;

	if (!nsproxy || shelltrap_mnt_ns_offset < 0)
		return 0;
	common = (const void *)((const char *)nsproxy->mnt_ns + shelltrap_mnt_ns_offset);
	return common->inum;
}

#endif /* _SHELLTRAP_NAMESPACE_H */
