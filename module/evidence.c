// SPDX-License-Identifier: GPL-2.0
#include <linux/in.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <net/sock.h>
#include <net/tcp_states.h>

#include "evidence.h"
#include "lookup.h"
#include "ruleset.h"
#include "sockets.h"

static bool is_tcp(const struct sock *sk)
{
	u16 family = READ_ONCE(sk->sk_family), protocol = READ_ONCE(sk->sk_protocol);

	if (family != AF_INET && family != AF_INET6)
		return false;
	return protocol == IPPROTO_TCP || protocol == IPPROTO_MPTCP;
}

static bool is_web_port(u16 port)
{
	const struct shelltrap_policy *policy;
	bool is;

	rcu_read_lock();
	policy = shelltrap_ruleset_current()->policy;
	is = shelltrap_policy_port_sets(policy, port) & policy->actors;
	rcu_read_unlock();
	return is;
}

/*
 * Returns an unused place for a port, or the place of a port that no set has: otherwise a
 * process could hide a port behind many others.
 */
static u16 *place_for(struct shelltrap_evidence *evidence, u16 port)
{
	u16 *other = NULL;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(evidence->ports); i++) {
		if (evidence->ports[i] == port)
			return NULL;
		if (!evidence->ports[i])
			return &evidence->ports[i];
		if (!other && !is_web_port(evidence->ports[i]))
			other = &evidence->ports[i];
	}
	return is_web_port(port) ? other : NULL;
}

static void add_port(struct shelltrap_evidence *evidence, u16 port)
{
	u16 *place = port ? place_for(evidence, port) : NULL;

	if (place)
		WRITE_ONCE(*place, port);
}

bool shelltrap_evidence_add(struct shelltrap_evidence *evidence, const struct sock *sk)
{
	bool tcp = is_tcp(sk);

	if (READ_ONCE(sk->sk_state) != TCP_LISTEN || READ_ONCE(sk->sk_type) != SOCK_STREAM ||
	    !(tcp || READ_ONCE(sk->sk_family) == AF_UNIX))
		return false;
	if (tcp)
		add_port(evidence, READ_ONCE(sk->sk_num));
	WRITE_ONCE(evidence->serves, true);
	return true;
}

void shelltrap_evidence_merge(struct shelltrap_evidence *evidence,
			      const struct shelltrap_evidence *other)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(other->ports); i++)
		add_port(evidence, READ_ONCE(other->ports[i]));
	if (READ_ONCE(other->serves))
		WRITE_ONCE(evidence->serves, true);
}

static bool visit_socket(const struct file *file, struct sock *sk, void *evidence)
{
	shelltrap_evidence_add(evidence, sk);
	return true;
}

void shelltrap_evidence_of_current(struct shelltrap_evidence *evidence)
{
	struct files_struct *files = current->files;

	if (files)
		shelltrap_sockets_each(files, visit_socket, evidence);
}

/* The leader may have exited before other threads: they have its descriptors, as it had them. */
void shelltrap_evidence_of(struct shelltrap_evidence *evidence, struct task_struct *leader)
{
	struct task_struct *thread;

	rcu_read_lock();
	for_each_thread(leader, thread) {
		if (!READ_ONCE(thread->files))
			continue;
		shelltrap_sockets_of(thread, visit_socket, evidence);
		break;
	}
	rcu_read_unlock();
}

u64 shelltrap_evidence_sets(const struct shelltrap_policy *policy,
			    const struct shelltrap_evidence *evidence)
{
	unsigned int i;
	u64 sets = 0;
	u16 port;

	for (i = 0; i < ARRAY_SIZE(evidence->ports); i++) {
		port = READ_ONCE(evidence->ports[i]);
		if (!port)
			break;
		sets |= shelltrap_policy_port_sets(policy, port);
	}
	return sets;
}

u16 shelltrap_evidence_port(const struct shelltrap_policy *policy,
			    const struct shelltrap_evidence *evidence, u64 sets)
{
	unsigned int i;
	u16 port;

	for (i = 0; i < ARRAY_SIZE(evidence->ports); i++) {
		port = READ_ONCE(evidence->ports[i]);
		if (port && (shelltrap_policy_port_sets(policy, port) & sets))
			return port;
	}
	return 0;
}
