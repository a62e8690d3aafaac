/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The running kernel: what the module has found out about it. How much the module sees depends
 * on this, and the kernel's version does not tell.
 */
#ifndef _SHELLTRAP_KERNEL_H
#define _SHELLTRAP_KERNEL_H

#include <linux/ns_common.h>
#include <linux/nsproxy.h>
#include <linux/sched.h>
#include <linux/types.h>

struct sk_buff;

/* Only for the inline function below: where a mount namespace has its struct ns_common; or -1. */
extern int shelltrap_mnt_ns_offset;

/**
 * shelltrap_kernel_init() - Find out what does not change while the module is loaded.
 *
 * Process context, does not sleep.
 */
void shelltrap_kernel_init(void);

/**
 * shelltrap_kernel_put() - Put what was found out into a message.
 * @skb: the message
 * @type: type of the nest that receives enum shelltrap_kernel_attr
 *
 * The hooks are there. Process context, does not sleep.
 *
 * Return: 0 or -EMSGSIZE.
 */
int shelltrap_kernel_put(struct sk_buff *skb, int type);

/**
 * shelltrap_mnt_ns_of() - The inode number of a task's mount namespace.
 * @task: current, or a task whose lock the caller holds
 *
 * Any context, after shelltrap_kernel_init().
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

#endif /* _SHELLTRAP_KERNEL_H */
