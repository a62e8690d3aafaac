// SPDX-License-Identifier: GPL-2.0
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <net/tcp_states.h>

#include "lineage.h"
#include "proxy.h"
#include "sockets.h"

struct search {
	struct shelltrap_end *ends;
	unsigned int nr;
	pid_t process;		/* whose descriptors are examined */
	unsigned int sockets;	/* number of sockets that may still be examined */
};

static bool visit(const struct file *file, struct sock *sk, void *data)
{
	struct search *search = data;
	struct shelltrap_end *end;
	unsigned int i;

	if (!search->sockets)
		return false;
	search->sockets--;
	if (!shelltrap_is_inet(sk) || READ_ONCE(sk->sk_state) != TCP_ESTABLISHED)
		return true;
	for (i = 0; i < search->nr; i++) {
		end = &search->ends[i];
		if (end->holder == search->process || !shelltrap_client_is_end(&end->client, sk))
			continue;
		end->shared = end->holder;
		if (!end->holder)
			end->holder = search->process;
	}
	return true;
}

bool shelltrap_proxy_find(struct shelltrap_end *ends, unsigned int nr)
{
	struct search search = { .ends = ends, .nr = nr, .sockets = SHELLTRAP_PROXY_SOCKETS_MAX };
	bool all = !shelltrap_lineage_is_doubtful();
	struct task_struct *process;
	unsigned int place, i = 0;

	for (place = 0; (process = shelltrap_lineage_process(&place)); i++) {
		bool more = i < SHELLTRAP_PROXY_PROCESSES_MAX && search.sockets;

		search.process = task_pid_nr(process);
		if (more)
			all &= shelltrap_sockets_of(process, visit, &search);
		put_task_struct(process);
		if (!more)
			return false;
		cond_resched();
	}
	return all && search.sockets;
}
