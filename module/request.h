/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Requests: which client made the server start a program.
 *
 * A server that starts a program forks. Before the exec closes descriptors, the new process
 * still has copies of the server's connections. The hook looks for the accepted ones. If the
 * process has closed them itself, the hook looks at the connections of a parent that waits in
 * vfork(), or later the task work at those of any parent. The other end of a connection may be
 * a web server on this machine (a proxy): then the task work looks at the connections of the
 * proxy. A UNIX socket names the process; for TCP, proxy.c searches for it.
 *
 * An accepted TCP connection is one whose local port is a port on which the same process
 * listens, or on which its server does. Other connections, for example to a database, are no
 * clients.
 */
#ifndef _SHELLTRAP_REQUEST_H
#define _SHELLTRAP_REQUEST_H

#include <linux/sched.h>
#include <linux/types.h>
#include <linux/shelltrap.h>

#include "client.h"
#include "evidence.h"

struct shelltrap_hit;

/* The process at the other end of a connection that the server, or another proxy, has accepted. */
struct shelltrap_proxy {
	pid_t pid;
	bool tcp;		/* the connection is not a UNIX socket */
	char comm[TASK_COMM_LEN]; /* "": the process is gone, or has no clients */
};

#define SHELLTRAP_PROXIES_MAX	4
/* The connections that were found. */
struct shelltrap_request {
	enum shelltrap_certainty certainty; /* 0 until shelltrap_request_complete() */
	u32 sources;		/* set of enum shelltrap_request_source */
	pid_t thread;		/* thread of the server that has connections; 0: not found */
	bool late;		/* the connections may be those of a later request */
	bool cut;		/* not all descriptors were examined */
	bool many;		/* the server may serve several connections at the same time */
	bool udp;		/* a proxy serves clients over UDP, too */
	bool left;		/* the connection of a proxy has been closed meanwhile */
	u32 captured;		/* when the hook looked, in jiffies */
	u32 looked;		/* when the clients of proxies were looked for, in jiffies */
	u64 forked;		/* when the server forked the caller or an ancestor of it, in ns */
	struct shelltrap_evidence server; /* the ports on which the server listens */
	u8 nr_clients;		/* in clients[] */
	u8 nr_proxies;		/* in proxies[] */
	u32 more;		/* clients that clients[] has no room for: they are idle longest */
	/* The lists must be last, see request_init(). */
	struct shelltrap_client clients[SHELLTRAP_CLIENTS_MAX];
	struct shelltrap_proxy proxies[SHELLTRAP_PROXIES_MAX];
};

/**
 * shelltrap_request_capture() - Look for the clients among current's own descriptors.
 * @request: receives the result
 * @server: the ports on which the server listens; NULL: unknown
 *
 * Called in the hook, in the task that calls exec. Waits for no lock and does not sleep.
 */
void shelltrap_request_capture(struct shelltrap_request *request,
			       const struct shelltrap_evidence *server);

/**
 * shelltrap_request_complete() - Look at the parent of the caller, and at local proxies.
 * @request: what the hook has captured
 * @task: the task that called exec
 *
 * Process context. Decides on the certainty. It is SHELLTRAP_CERTAINTY_EXACT only for a single
 * connection, which is still up, of a process that serves one connection at a time.
 */
void shelltrap_request_complete(struct shelltrap_request *request, struct task_struct *task);

#endif /* _SHELLTRAP_REQUEST_H */
