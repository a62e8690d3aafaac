// SPDX-License-Identifier: GPL-2.0
#include <linux/cgroup.h>
#include <linux/jump_label.h>
#include <linux/nsproxy.h>
#include <linux/sched.h>
#include <linux/shelltrap.h>
#include <net/netlink.h>

#include "compat.h"
#include "hook.h"
#include "kernel.h"
#include "listen.h"
#include "namespace.h"

#ifdef CONFIG_CGROUPS
/* A controller is in the hierarchy of version 2, unless one of version 1 was mounted with it. */
static struct static_key *const is_in_version_2[] = {
#define SUBSYS(name) (&name##_cgrp_subsys_on_dfl_key.key),
#include <linux/cgroup_subsys.h>
#undef SUBSYS
};

static bool has_moved_controllers(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(is_in_version_2); i++)
		if (!static_key_enabled(is_in_version_2[i]))
			return true;
	return false;
}

/* Hierarchies are mounted and unmounted at any time. */
static int put_cgroup(struct sk_buff *skb)
{
	enum shelltrap_cgroup cgroup = SHELLTRAP_CGROUP_V2;

	if (!shelltrap_cgroup_is_known())
		cgroup = SHELLTRAP_CGROUP_V1;
	else if (has_moved_controllers())
		cgroup = SHELLTRAP_CGROUP_HYBRID;
	return nla_put_u32(skb, SHELLTRAP_KERNEL_A_CGROUP, cgroup);
}
#else
static int put_cgroup(struct sk_buff *skb)
{
	return 0;
}
#endif

static int put_listen(struct sk_buff *skb)
{
	const char *function = shelltrap_listen_function();

	return function ? nla_put_string(skb, SHELLTRAP_KERNEL_A_LISTEN, function) : 0;
}

int shelltrap_kernel_put(struct sk_buff *skb, int type)
{
	struct nlattr *nest = nla_nest_start(skb, type);

	if (!nest || nla_put_u32(skb, SHELLTRAP_KERNEL_A_HOOK, shelltrap_hook_placed()) ||
	    put_listen(skb) || put_cgroup(skb) ||
	    (shelltrap_mnt_ns_offset >= 0 && nla_put_flag(skb, SHELLTRAP_KERNEL_A_MNT_NS)) ||
	    (IS_ENABLED(CONFIG_PREEMPT_RT) && nla_put_flag(skb, SHELLTRAP_KERNEL_A_PREEMPT_RT)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}
