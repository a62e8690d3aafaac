// SPDX-License-Identifier: GPL-2.0
#include <linux/cgroup.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include <linux/shelltrap.h>
#include <net/genetlink.h>

#include "compat.h"
#include "lineage.h"
#include "ruleset.h"
#include "servers.h"

/* Returns the cgroup of a process with a reference, or NULL if the process is gone. */
static struct cgroup *cgroup_of(pid_t pid)
{
	struct cgroup *cgroup = NULL;
	struct task_struct *task;

	rcu_read_lock();
	task = pid_task(find_pid_ns(pid, &init_pid_ns), PIDTYPE_PID);
	if (task)
		cgroup = shelltrap_task_cgroup(task);
	rcu_read_unlock();
	return cgroup;
}

static int servers_put_cgroup(struct sk_buff *skb, pid_t pid, char *path)
{
	struct cgroup *cgroup = cgroup_of(pid);

	if (!cgroup)
		return 0;
	shelltrap_cgroup_path(cgroup, path, SHELLTRAP_PATH_MAX);
	shelltrap_cgroup_put(cgroup);
	return nla_put_string(skb, SHELLTRAP_SERVERS_A_CGROUP, path);
}

static int servers_put_ports(struct sk_buff *skb, const struct shelltrap_evidence *evidence)
{
	u16 ports[SHELLTRAP_EVIDENCE_PORTS];
	unsigned int nr;

	for (nr = 0; nr < ARRAY_SIZE(ports); nr++) {
		ports[nr] = READ_ONCE(evidence->ports[nr]);
		if (!ports[nr])
			break;
	}
	return nr ? nla_put(skb, SHELLTRAP_SERVERS_A_PORTS, nr * sizeof(*ports), ports) : 0;
}

/* The wall clock when the server began to serve: the clock may have been set since. */
static u64 since(const struct shelltrap_founder *founder)
{
	return ktime_get_real_ns() - (ktime_get_boottime_ns() - founder->start);
}

/* @path: memory for the path of a cgroup. */
static int servers_put(struct sk_buff *skb, const struct shelltrap_founder *founder,
		       enum shelltrap_matched matched, char *path)
{
	if (nla_put_u32(skb, SHELLTRAP_SERVERS_A_PID, founder->pid) ||
	    nla_put_string(skb, SHELLTRAP_SERVERS_A_COMM, founder->comm) ||
	    nla_put_string(skb, SHELLTRAP_SERVERS_A_EXE, founder->exe) ||
	    nla_put_u32(skb, SHELLTRAP_SERVERS_A_UID, __kuid_val(founder->user)) ||
	    nla_put_u32(skb, SHELLTRAP_SERVERS_A_MATCHED, matched) ||
	    servers_put_ports(skb, &founder->evidence) ||
	    nla_put_u64_64bit(skb, SHELLTRAP_SERVERS_A_SINCE, since(founder),
			      SHELLTRAP_SERVERS_A_PAD))
		return -EMSGSIZE;
	return servers_put_cgroup(skb, founder->pid, path);
}

static int servers_put_message(struct sk_buff *skb, struct netlink_callback *cb,
			       const struct genl_family *family,
			       const struct shelltrap_founder *founder,
			       enum shelltrap_matched matched, char *path)
{
	void *header = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq, family,
				   NLM_F_MULTI, SHELLTRAP_CMD_SERVERS_GET);

	if (!header)
		return -EMSGSIZE;
	if (servers_put(skb, founder, matched, path)) {
		genlmsg_cancel(skb, header);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, header);
	return 0;
}

/* Why the founder itself is a server under the policy in force; 0: it is none. */
static enum shelltrap_matched matched_by(const struct shelltrap_founder *founder)
{
	struct shelltrap_ruleset *ruleset = shelltrap_ruleset_get_current();
	enum shelltrap_matched matched;

	matched = shelltrap_founder_own_matched(ruleset->policy, founder);
	shelltrap_ruleset_put(ruleset);
	return matched;
}

int shelltrap_servers_dump(struct sk_buff *skb, struct netlink_callback *cb,
			   const struct genl_family *family)
{
	const struct shelltrap_founder *founder;
	unsigned long number = cb->args[0];
	enum shelltrap_matched matched;
	char *path;
	int err = 0;

	path = kmalloc(SHELLTRAP_PATH_MAX, GFP_KERNEL);
	if (!path)
		return -ENOMEM;
	for (; !err && (founder = shelltrap_lineage_server(&number)); ) {
		matched = matched_by(founder);
		if (matched)
			err = servers_put_message(skb, cb, family, founder, matched, path);
		shelltrap_lineage_put(founder);
		if (!err)
			number++;
	}
	kfree(path);
	cb->args[0] = number;
	return skb->len;
}
