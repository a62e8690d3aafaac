/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Origin: under which circumstances the first server of a lineage began to serve. What an
 * attacker may have changed since depends on them, whatever credentials and namespaces a
 * descendant has taken on later.
 */
#ifndef _SHELLTRAP_ORIGIN_H
#define _SHELLTRAP_ORIGIN_H

#include <linux/types.h>
#include <linux/uidgid.h>

#include "variables.h"

struct file;
struct task_struct;

struct shelltrap_origin {
	kuid_t uid;		/* effective ids */
	kgid_t gid;
	kuid_t root;		/* user 0 of its user namespace */
	u32 mnt_ns;		/* inode number; 0: unknown */
	u32 filters;		/* of seccomp that it had */
	u32 dev;		/* of the file system of its executable; 0: unknown */
	const void *root_dentry, *root_mnt; /* its root directory; only compared, NULL: unknown */
	bool privileged;	/* it was root there */
	bool contained;		/* it has a PID or user namespace of its own, as in a container */
	bool unread;		/* its environment has not been read */
	u32 nr_variables;	/* of its environment, see variables.h */
	u64 variables[SHELLTRAP_VARIABLES_MAX];	/* their hashes */
};

/**
 * shelltrap_origin_describe() - Describe a task that begins to serve.
 * @origin: receives the description
 * @task: the task
 * @exe: its executable, or NULL if that is not known
 *
 * Called at tracepoints for current or a thread of its process, and in process context for
 * other tasks, under RCU. Does not sleep. The environment of another process is not read.
 */
void shelltrap_origin_describe(struct shelltrap_origin *origin, struct task_struct *task,
			       const struct file *exe);

#endif /* _SHELLTRAP_ORIGIN_H */
