// SPDX-License-Identifier: GPL-2.0
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched/task.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <net/af_unix.h>
#include <net/sock.h>
#include <net/tcp.h>
#include <net/tcp_states.h>

#include "client.h"
#include "compat.h"
#include "lineage.h"
#include "proxy.h"
#include "request.h"
#include "sockets.h"
#include "task.h"

/* Ports of the server, and as many on which the process of a walk listens. */
#define PORTS_MAX	(2 * SHELLTRAP_EVIDENCE_PORTS)

/* So many proxies, one behind the other, are between client and server at most. */
#define PROXY_STEPS	2

/* The ports, in host byte order, whose connections are clients. */
struct ports {
	unsigned int nr;
	u16 ports[PORTS_MAX];
};

/*
 * A walk through the sockets of one process. Clients are seen only on ports that are known before,
 * and so once: on a port that the walk itself finds, a second round sees them.
 */
struct walk {
	struct shelltrap_request *request;
	struct ports ports;
	unsigned int nr_known;	/* of the ports, those that were known before this round */
	unsigned int nr_done;	/* those whose clients an earlier round has seen */
	bool proxy;		/* the process is a proxy: see only its clients */
	bool any;		/* has the process a connection? Others are not looked at */
	bool passed;		/* passed by a socket that may be a client on an unknown port */
	bool connected;		/* the process has connections */
	bool nonblocking;	/* one of them does not block */
};

/* Is the port one of those from @first to before @end? */
static bool has_port(const struct ports *ports, unsigned int first, unsigned int end, u16 port)
{
	unsigned int i;

	for (i = first; i < end; i++)
		if (ports->ports[i] == port)
			return true;
	return false;
}

static void add_port(struct ports *ports, u16 port)
{
	if (port && !has_port(ports, 0, ports->nr, port) && ports->nr < ARRAY_SIZE(ports->ports))
		ports->ports[ports->nr++] = port;
}

/* A worker may have closed the socket that its server listens on, as after a reload. */
static void add_server_ports(struct ports *ports, const struct shelltrap_evidence *server)
{
	unsigned int i;

	/* The ports come first, see place_for(). */
	for (i = 0; i < ARRAY_SIZE(server->ports) && server->ports[i]; i++)
		add_port(ports, server->ports[i]);
}

/*
 * Looks for a connection in the list of clients: two descriptors may share one connection. Returns
 * the entry of the list, or NULL if the list does not have the connection.
 */
static struct shelltrap_client *find_client(struct shelltrap_request *request,
					    const struct shelltrap_client *client)
{
	unsigned int i;

	for (i = 0; i < request->nr_clients; i++)
		if (shelltrap_client_is(&request->clients[i], client))
			return &request->clients[i];
	return NULL;
}

/* The list is full, and all in it have sent something later: nothing else matters of a client. */
static bool is_idle_longer(const struct shelltrap_request *request, const struct sock *sk)
{
	const u32 last = ARRAY_SIZE(request->clients) - 1;

	return request->nr_clients > last &&
	       shelltrap_client_idle(sk) > request->clients[last].idle;
}

/* Sorted: who made the request has sent something not long ago. */
static void list_client(struct shelltrap_request *request, const struct shelltrap_client *client)
{
	struct shelltrap_client *clients = request->clients;
	unsigned int i;

	for (i = request->nr_clients; i && clients[i - 1].idle > client->idle; i--)
		if (i < ARRAY_SIZE(request->clients))
			clients[i] = clients[i - 1];
	if (i < ARRAY_SIZE(request->clients))
		clients[i] = *client;
	if (request->nr_clients < ARRAY_SIZE(request->clients))
		request->nr_clients++;
	else
		request->more++;
}

static void add_client(struct shelltrap_request *request, const struct sock *sk)
{
	struct shelltrap_client client;

	if (is_idle_longer(request, sk)) {
		request->more++;
		return;
	}
	shelltrap_client_describe(&client, sk);
	if (!find_client(request, &client))
		list_client(request, &client);
}

/*
 * An event loop waits for all its connections at once, also while it works for one client.
 * A process that serves one connection at a time waits for none while it works.
 */
static bool is_watched(struct sock *sk)
{
	bool watched;

	rcu_read_lock();
	watched = skwq_has_sleeper(rcu_dereference(sk->sk_wq));
	rcu_read_unlock();
	return watched;
}

/* An accepted UNIX socket has the address of the socket that listens. */
static bool is_accepted_unix(const struct sock *sk)
{
	return READ_ONCE(sk->sk_family) == AF_UNIX && READ_ONCE(sk->sk_type) == SOCK_STREAM &&
	       READ_ONCE(sk->sk_state) == TCP_ESTABLISHED && READ_ONCE(unix_sk(sk)->addr);
}

/* Returns the entry of the list of proxies that has this pid, or NULL. */
static const struct shelltrap_proxy *find_proxy(const struct shelltrap_request *request, pid_t pid)
{
	unsigned int i;

	for (i = 0; i < request->nr_proxies; i++)
		if (request->proxies[i].pid == pid)
			return &request->proxies[i];
	return NULL;
}

/*
 * The pid of an accepted socket's peer is set before accept() and stays until the socket is
 * freed: a reference to the file suffices.
 */
static void add_proxy(struct shelltrap_request *request, struct sock *sk)
{
	pid_t pid = pid_nr(READ_ONCE(sk->sk_peer_pid));

	/* The other end has been closed: nobody waits for the answer any more. */
	if (!pid || (READ_ONCE(sk->sk_shutdown) & RCV_SHUTDOWN) || find_proxy(request, pid))
		return;
	if (request->nr_proxies == ARRAY_SIZE(request->proxies)) {
		request->cut = true;
		return;
	}
	request->proxies[request->nr_proxies++] = (struct shelltrap_proxy){ .pid = pid };
}

/* Are those who connect to the socket's port the server's clients? */
static bool is_clients(const struct walk *walk, const struct sock *sk)
{
	return has_port(&walk->ports, walk->nr_done, walk->nr_known, READ_ONCE(sk->sk_num));
}

/* @state: of the socket, which does not listen. */
static bool is_accepted(const struct walk *walk, const struct sock *sk, int state)
{
	return READ_ONCE(sk->sk_type) == SOCK_STREAM && state != TCP_SYN_SENT &&
	       READ_ONCE(sk->sk_dport) && is_clients(walk, sk);
}

/* With more clients than can be listed, nobody asks whether an event loop waits for them. */
static void note_kind(struct walk *walk, const struct file *file, struct sock *sk)
{
	struct shelltrap_request *request = walk->request;

	walk->connected = true;
	walk->nonblocking |= !!(file->f_flags & O_NONBLOCK);
	if (!walk->proxy && !request->many && !request->more)
		request->many = is_watched(sk);
}

/*
 * HTTP/3 comes by UDP: one socket serves any number of clients, which are not seen. Such a
 * socket has no peer; its port need not be one of TCP.
 */
static bool serves_udp(const struct walk *walk, const struct sock *sk)
{
	return READ_ONCE(sk->sk_type) == SOCK_DGRAM && READ_ONCE(sk->sk_num) &&
	       (!READ_ONCE(sk->sk_dport) || is_clients(walk, sk));
}

static bool note_inet(struct walk *walk, const struct file *file, struct sock *sk)
{
	int state = READ_ONCE(sk->sk_state);

	if (state == TCP_LISTEN) {
		add_port(&walk->ports, READ_ONCE(sk->sk_num));
	} else if (is_accepted(walk, sk, state)) {
		if (!walk->any)
			add_client(walk->request, sk);
		note_kind(walk, file, sk);
	} else if (serves_udp(walk, sk)) {
		walk->request->udp |= walk->proxy;
	} else {
		walk->passed = true;
	}
	return !(walk->any && walk->connected);
}

static bool note_socket(const struct file *file, struct sock *sk, void *data)
{
	struct walk *walk = data;

	if (shelltrap_is_inet(sk))
		return note_inet(walk, file, sk);
	if (!is_accepted_unix(sk))
		return true;
	if (walk->proxy)
		/* A client of the proxy that is not followed any further. */
		walk->request->many = true;
	else
		add_proxy(walk->request, sk);
	note_kind(walk, file, sk);
	return true;
}

/*
 * The second round is left out where there is nothing to see for it, as where the server's ports
 * are known. Returns false if not all descriptors were examined.
 */
static bool walk_through(struct files_struct *files, struct walk *walk)
{
	bool all;

	walk->nr_known = walk->ports.nr;
	all = shelltrap_sockets_newest(files, note_socket, walk);
	if (!walk->passed || walk->nr_known == walk->ports.nr || (walk->any && walk->connected))
		return all;
	walk->nr_done = walk->nr_known;
	walk->nr_known = walk->ports.nr;
	return shelltrap_sockets_newest(files, note_socket, walk) && all;
}

static bool has_connections(const struct shelltrap_request *request)
{
	return request->nr_clients || request->nr_proxies;
}

/*
 * A program that does not wait in an event loop, but polls its connections, has connections
 * that do not block. Apache has such connections, too, but one process serves one connection.
 */
static bool may_poll(const struct walk *walk, const struct task_struct *task)
{
	char comm[TASK_COMM_LEN];

	if (!walk->nonblocking)
		return false;
	shelltrap_task_comm(comm, task);
	return strcmp(comm, "apache2") && strcmp(comm, "httpd");
}

/* The lists come last, and are not touched: they are long, and mostly stay empty. */
static void request_init(struct shelltrap_request *request,
			 const struct shelltrap_evidence *server)
{
	memset(request, 0, offsetof(struct shelltrap_request, clients));
	request->captured = tcp_jiffies32;
	if (server)
		request->server = *server;
}

static void capture_files(struct shelltrap_request *request, struct files_struct *files,
			  const struct task_struct *task, u32 source)
{
	struct walk walk = { .request = request };

	if (!files)
		return;
	add_server_ports(&walk.ports, &request->server);
	request->cut |= !walk_through(files, &walk);
	request->many |= may_poll(&walk, task);
	if (has_connections(request))
		request->sources = source;
}

/*
 * The caller has closed its copies of the connections. A parent that waits in vfork() cannot
 * close or accept any until the exec is over, so now is the time to look. The lock keeps
 * parent->files; it may be taken only if it is free, as the hook may have interrupted anything.
 * On PREEMPT_RT it sleeps: there the task work looks, too late to be certain.
 */
static void capture_parent(struct shelltrap_request *request)
{
	struct task_struct *parent;

	if (IS_ENABLED(CONFIG_PREEMPT_RT) || !current->vfork_done)
		return;
	rcu_read_lock();
	parent = rcu_dereference(current->real_parent);
	if (parent && spin_trylock(&parent->alloc_lock)) {
		capture_files(request, parent->files, parent,
			      SHELLTRAP_REQUEST_SOURCE_PARENT_SOCKET);
		spin_unlock(&parent->alloc_lock);
	}
	rcu_read_unlock();
}

void shelltrap_request_capture(struct shelltrap_request *request,
			       const struct shelltrap_evidence *server)
{
	request_init(request, server);
	capture_files(request, current->files, current, SHELLTRAP_REQUEST_SOURCE_SOCKET);
	if (!has_connections(request))
		capture_parent(request);
}

/* As add_server_ports(). */
static void add_proxy_ports(struct ports *ports, const struct task_struct *proxy)
{
	const struct shelltrap_founder *founder;

	rcu_read_lock();
	founder = shelltrap_lineage_left_by(proxy);
	rcu_read_unlock();
	if (founder)
		add_server_ports(ports, &founder->evidence);
	shelltrap_lineage_put(founder);
}

/* Adds the connections of the process of @walk to its request. Returns true if it has any. */
static bool examine(struct walk *walk, struct task_struct *task)
{
	struct shelltrap_request *request = walk->request;

	if (walk->proxy)
		add_proxy_ports(&walk->ports, task);
	else
		add_server_ports(&walk->ports, &request->server);
	/* The lock keeps task->files: an exit drops it under the same lock. */
	task_lock(task);
	if (task->files)
		request->cut |= !walk_through(task->files, walk);
	task_unlock(task);
	request->many |= !walk->proxy && may_poll(walk, task);
	return walk->connected;
}

/* Returns the parent with a reference; NULL above pid 1. */
static struct task_struct *parent_of(const struct task_struct *task)
{
	struct task_struct *parent;

	rcu_read_lock();
	parent = rcu_dereference(task->real_parent);
	parent = parent && task_pid_nr(parent) > 1 ? get_task_struct(parent) : NULL;
	rcu_read_unlock();
	return parent;
}

/*
 * Finds the thread of the server that forked the caller, or an ancestor of the caller: the last
 * of the nearest ancestors that have connections. Its children may have copies of them.
 * *@request receives the connections. What is above the lineage of the caller, as systemd is,
 * is no server. @any: it matters only which thread it is.
 */
static void find_server(struct shelltrap_request *request, const struct task_struct *task,
			bool any)
{
	struct task_struct *next, *at = parent_of(task);
	bool in_lineage = shelltrap_lineage_has(task);
	u64 forked = task->start_time;
	unsigned int i;

	for (i = 0; at && i < SHELLTRAP_ANCESTORS_MAX; i++) {
		struct walk walk = { .request = request, .any = any };

		if (in_lineage && !shelltrap_lineage_has(at))
			break;
		if (examine(&walk, at)) {
			request->thread = task_pid_nr(at);
			request->many |= !thread_group_empty(at);
			request->forked = forked;
		} else if (request->thread) {
			break;
		}
		forked = at->start_time;
		next = parent_of(at);
		put_task_struct(at);
		at = next;
	}
	if (at)
		put_task_struct(at);
}

static struct task_struct *get_process(pid_t pid)
{
	struct task_struct *task;

	rcu_read_lock();
	task = pid_task(find_pid_ns(pid, &init_pid_ns), PIDTYPE_PID);
	if (task)
		get_task_struct(task);
	rcu_read_unlock();
	return task;
}

/* Adds the clients of a proxy. A peer that has no clients, such as a test tool, is no proxy. */
static void examine_proxy(struct shelltrap_request *request, struct shelltrap_proxy *proxy)
{
	struct walk walk = { .request = request, .proxy = true };
	struct task_struct *task = get_process(proxy->pid);

	if (!task)
		return;
	if (examine(&walk, task)) {
		shelltrap_task_comm(proxy->comm, task);
		request->sources |= SHELLTRAP_REQUEST_SOURCE_PROXY_SOCKET;
	}
	put_task_struct(task);
}

/* The connections of proxies that were replaced by the clients of these proxies. */
struct replaced {
	unsigned int nr;
	struct shelltrap_client last;
};

/* Is this process a proxy whose clients are in the list already? */
static bool is_examined(const struct shelltrap_request *request, pid_t pid)
{
	const struct shelltrap_proxy *proxy = find_proxy(request, pid);

	return proxy && proxy->comm[0];
}

static void remove_client(struct shelltrap_request *request,
			  const struct shelltrap_client *client)
{
	struct shelltrap_client *at = find_client(request, client);
	struct shelltrap_client *end = request->clients + request->nr_clients;

	if (!at)
		return;
	memmove(at, at + 1, (end - at - 1) * sizeof(*at));
	request->nr_clients--;
}

static bool has_clients(const struct shelltrap_request *request)
{
	return request->nr_clients || request->more;
}

/* Lists a connection again: who has its other end is no proxy for it. */
static void keep_end(struct shelltrap_request *request, const struct shelltrap_end *end)
{
	if (!find_client(request, &end->client))
		list_client(request, &end->client);
}

/*
 * Adds the clients of a proxy instead of its connection @end. If it has no clients of TCP, it is
 * no proxy, but the client; and if it has accepted the connection, it is the server itself. Returns
 * true if the connection was replaced.
 */
static bool replace_end(struct shelltrap_request *request, const struct shelltrap_end *end)
{
	struct shelltrap_proxy *proxy = &request->proxies[request->nr_proxies];
	u32 others, sources = request->sources;

	if (request->nr_proxies == ARRAY_SIZE(request->proxies)) {
		request->cut = true;
		return false;
	}
	remove_client(request, &end->client);
	if (is_examined(request, end->holder)) {
		if (has_clients(request))
			return true;
		keep_end(request, end);
		return false;
	}
	others = request->nr_clients + request->more;
	*proxy = (struct shelltrap_proxy){ .pid = end->holder, .tcp = true };
	examine_proxy(request, proxy);
	if (request->nr_clients + request->more == others ||
	    find_client(request, &end->client)) {
		request->many |= !!proxy->comm[0];
		request->sources = sources;
		keep_end(request, end);
		return false;
	}
	request->nr_proxies++;
	request->many |= end->shared;
	return true;
}

/*
 * Follows the connections that come from this machine by one step. Not inline: the variable would
 * enlarge the caller's frame. Returns true if a connection was replaced.
 */
static noinline bool follow_ends(struct shelltrap_request *request, struct replaced *replaced)
{
	struct shelltrap_end ends[SHELLTRAP_CLIENTS_MAX];
	unsigned int i, nr = 0, before = replaced->nr;

	for (i = 0; i < request->nr_clients; i++)
		if (shelltrap_client_is_local(&request->clients[i]))
			ends[nr++] = (struct shelltrap_end){ .client = request->clients[i] };
	if (!nr)
		return false;
	request->cut |= !shelltrap_proxy_find(ends, nr);
	for (i = 0; i < nr; i++) {
		if (!ends[i].holder || !replace_end(request, &ends[i]))
			continue;
		replaced->last = ends[i].client;
		replaced->nr++;
	}
	return replaced->nr > before;
}

/* Adds the clients of proxies, and of proxies in front of those. */
static void examine_proxies(struct shelltrap_request *request, struct replaced *replaced)
{
	unsigned int i;

	replaced->nr = 0;
	request->looked = tcp_jiffies32;
	for (i = 0; i < request->nr_proxies; i++)
		examine_proxy(request, &request->proxies[i]);
	for (i = request->nr_proxies ? 1 : 0; i < PROXY_STEPS; i++)
		if (!follow_ends(request, replaced))
			break;
}

/* The jiffy in which the server forked, or the one after it. */
static u32 jiffy_of(u64 forked)
{
	return tcp_jiffies32 - (u32)div_u64(ktime_get_ns() - forked, TICK_NSEC);
}

/* Has a client had an answer, or a part of it, since @fork? @looked: when it was looked at. */
static bool is_answered(const struct shelltrap_client *client, u32 looked, u32 fork)
{
	return !client->waits && (s32)(fork - (looked - client->quiet)) < 0;
}

/* A proxy passes a request on within so many jiffies. */
#define PROXY_DELAY	(HZ / 10)

/*
 * As confirm_proxies(), for the connection of a proxy by TCP. If the server has sent anything on it
 * since it forked, the request may be over. If the client sent something much earlier than the
 * proxy did, the proxy may have sent it of its own accord.
 */
static void confirm_end(struct shelltrap_request *request, const struct replaced *replaced,
			struct shelltrap_request *server, u32 fork)
{
	const struct shelltrap_client *end = find_client(server, &replaced->last);
	u32 sent = request->looked - request->clients[0].idle;
	u32 arrived = request->captured - replaced->last.idle;

	request->left |= replaced->nr > 1 || !end || !end->up;
	request->late |= (end && is_answered(end, tcp_jiffies32, fork)) ||
			 (s32)(arrived - sent) > PROXY_DELAY;
}

/*
 * Nobody was found who has the other end of a connection from this machine. So no server has it, or
 * a proxy has just closed it: then it is not up any more.
 */
static void confirm_local(struct shelltrap_request *request, struct shelltrap_request *server)
{
	const struct shelltrap_client *client = find_client(server, &request->clients[0]);

	if (shelltrap_client_is_local(&request->clients[0]))
		request->left |= !client || !client->up;
}

/*
 * The clients of a proxy are looked at before the server is: if the server still has the
 * connection of the proxy afterwards, the proxy had not given up the request of its client.
 */
static void confirm_proxies(struct shelltrap_request *request, const struct replaced *replaced,
			    struct shelltrap_request *server, u32 fork)
{
	unsigned int i;

	for (i = 0; i < request->nr_proxies; i++)
		request->left |= !request->proxies[i].tcp &&
				 !find_proxy(server, request->proxies[i].pid);
	if (replaced->nr && request->nr_clients)
		confirm_end(request, replaced, server, fork);
	else if (!request->nr_proxies && request->nr_clients == 1)
		confirm_local(request, server);
}

/*
 * A proxy may keep its connection to the server and use it for the next client. The program
 * may outlive its request, then. So a client that has sent something after the server forked
 * is perhaps another one: the request was complete by then. And one that has had an answer since
 * may have had that of this request.
 */
static void compare_times(struct shelltrap_request *request, u32 fork)
{
	u32 sent = request->looked - request->clients[0].idle;

	if (request->sources & SHELLTRAP_REQUEST_SOURCE_PROXY_SOCKET && request->nr_clients)
		request->late |= (s32)(fork - sent) < 0 ||
				 is_answered(&request->clients[0], request->looked, fork);
}

/* The caller has closed its copies of the connections: take those of the server. */
static void take_over(struct shelltrap_request *request, const struct shelltrap_request *server)
{
	bool cut = request->cut;

	*request = *server;
	request->cut |= cut;
	/* The server may have gone on to the next connection since. */
	request->late = true;
	request->sources = SHELLTRAP_REQUEST_SOURCE_PARENT_SOCKET;
}

/* Not inline: the variable would enlarge the caller's frame. */
static noinline void look_further(struct shelltrap_request *request, struct task_struct *task)
{
	struct shelltrap_request server;
	struct replaced replaced;
	u32 fork;

	request_init(&server, &request->server);
	if (has_connections(request)) {
		/* Did the request come from the server's client, or through the proxy? */
		request->many |= request->nr_clients && request->nr_proxies;
		examine_proxies(request, &replaced);
		find_server(&server, task, !request->nr_proxies && request->nr_clients > 1);
		fork = jiffy_of(server.forked);
		confirm_proxies(request, &replaced, &server, fork);
		compare_times(request, fork);
		/* Without the server nobody knows how many connections it had. */
		request->many |= server.many || !server.thread;
		request->thread = server.thread;
	} else {
		find_server(&server, task, false);
		if (has_connections(&server)) {
			take_over(request, &server);
			examine_proxies(request, &replaced);
			request->left = request->nr_proxies;
		}
	}
}

/*
 * Rule: the connections were copied when the server forked, or seen while the server waited in
 * vfork(), so they are those of the moment at which the server started the program.
 */
static bool is_certain(const struct shelltrap_request *request)
{
	return request->nr_clients == 1 && !request->more && request->clients[0].up &&
	       !request->cut && !request->many && !request->udp && !request->left &&
	       !request->late && request->nr_proxies <= 1;
}

void shelltrap_request_complete(struct shelltrap_request *request, struct task_struct *task)
{
	look_further(request, task);
	if (!request->nr_clients)
		request->certainty = SHELLTRAP_CERTAINTY_NONE;
	else if (is_certain(request))
		request->certainty = SHELLTRAP_CERTAINTY_EXACT;
	else
		request->certainty = SHELLTRAP_CERTAINTY_CANDIDATES;
}
