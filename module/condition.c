// SPDX-License-Identifier: GPL-2.0
#include <linux/binfmts.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <net/sock.h>

#include "compat.h"
#include "condition.h"
#include "lineage.h"
#include "policy.h"
#include "trust.h"

static bool sock_has_peer(const struct sock *sk)
{
	unsigned short family = READ_ONCE(sk->sk_family);

	return (family == AF_INET || family == AF_INET6) && sk->sk_type == SOCK_STREAM &&
	       READ_ONCE(sk->sk_dport);
}

static bool condition_is_connected(unsigned int fd)
{
	struct file *file = fget_raw(fd);
	struct socket *sock;
	bool connected;

	if (!file)
		return false;
	sock = shelltrap_sock_from_file(file);
	connected = sock && sock->sk && sock_has_peer(sock->sk);
	fput(file);
	return connected;
}

static enum shelltrap_trust condition_trust(const struct file *file, bool may_sleep)
{
	const struct shelltrap_founder *founder = shelltrap_lineage_get();
	enum shelltrap_trust trust = shelltrap_trust_program(file, founder, may_sleep);

	shelltrap_lineage_put(founder);
	return trust;
}

u32 shelltrap_conditions(const struct linux_binprm *bprm, u32 asked, bool *unsure)
{
	const u32 either = SHELLTRAP_CONDITION_STDIO_CONNECTED;
	enum shelltrap_trust trust = SHELLTRAP_TRUSTED;
	u32 holds = 0;

	if ((asked & (SHELLTRAP_CONDITION_STDIN_CONNECTED | either)) && condition_is_connected(0))
		holds |= SHELLTRAP_CONDITION_STDIN_CONNECTED | either;
	if ((asked & (SHELLTRAP_CONDITION_STDOUT_CONNECTED | either)) && condition_is_connected(1))
		holds |= SHELLTRAP_CONDITION_STDOUT_CONNECTED | either;
	if (asked & SHELLTRAP_CONDITION_FILE_DROPPED)
		trust = condition_trust(bprm->file, false);
	if (trust == SHELLTRAP_SUSPECT)
		holds |= SHELLTRAP_CONDITION_FILE_DROPPED;
	*unsure = trust == SHELLTRAP_UNSURE;
	return holds;
}

bool shelltrap_is_dropped(const struct file *file)
{
	return condition_trust(file, true) == SHELLTRAP_SUSPECT;
}
