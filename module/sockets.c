// SPDX-License-Identifier: GPL-2.0
#include <linux/bitops.h>
#include <linux/fdtable.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/net.h>
#include <linux/rcupdate.h>
#include <linux/sched/task.h>
#include <net/net_namespace.h>
#include <net/sock.h>

#include "compat.h"
#include "sockets.h"

void shelltrap_socket_addresses(const struct sock *sk, union shelltrap_address *local,
				union shelltrap_address *peer)
{
	if (READ_ONCE(sk->sk_family) == AF_INET) {
		local->v4 = READ_ONCE(sk->sk_rcv_saddr);
		peer->v4 = READ_ONCE(sk->sk_daddr);
	}
#if IS_ENABLED(CONFIG_IPV6)
	if (READ_ONCE(sk->sk_family) == AF_INET6) {
		local->v6 = sk->sk_v6_rcv_saddr;
		peer->v6 = sk->sk_v6_daddr;
	}
#endif
}

/* The file operations of all sockets. The kernel does not export them. */
static const struct file_operations *socket_operations;

/*
 * The file may be closed and its memory reused while it is examined; RCU keeps the memory a
 * struct file. So examine it again when a reference has been taken.
 */
static bool is_socket(const struct file *file)
{
	return file && READ_ONCE(file->f_op) == socket_operations;
}

static bool visit_file(const struct file *file, shelltrap_socket_visitor *visit, void *data)
{
	struct socket *sock = shelltrap_sock_from_file(file);

	return !sock || !sock->sk || visit(file, sock->sk, data);
}

/* @alone: nobody else can change the table. Returns false if the visitor ended the walk. */
static __always_inline bool visit_slot(struct file __rcu **slot, bool alone,
				       shelltrap_socket_visitor *visit, void *data)
{
	struct file *file = rcu_dereference(*slot);
	bool more;

	if (!is_socket(file))
		return true;
	if (alone)
		return visit_file(file, visit, data);
	file = shelltrap_file_get(slot);
	if (!file)
		return true;
	more = visit_file(file, visit, data);
	fput(file);
	return more;
}

/* Is the table current's alone? Then its files stay, as in the kernel's own __fget_light(). */
static bool is_own_table(const struct files_struct *files)
{
	return files == current->files && atomic_read(&files->count) == 1;
}

static __always_inline bool walk_table(struct files_struct *files, bool newest_first,
				       shelltrap_socket_visitor *visit, void *data)
{
	bool all, alone = is_own_table(files);
	unsigned int nr = 0, i, words, at;
	struct fdtable *fdt;
	unsigned long open;

	rcu_read_lock();
	fdt = files_fdtable(files);
	all = fdt->max_fds <= SHELLTRAP_SOCKETS_FD_MAX;
	/* The kernel only makes tables whose bitmap has whole words. */
	words = min_t(unsigned int, fdt->max_fds, SHELLTRAP_SOCKETS_FD_MAX) / BITS_PER_LONG;
	for (i = 0; i < words; i++) {
		at = newest_first ? words - 1 - i : i;
		open = READ_ONCE(fdt->open_fds[at]);
		at *= BITS_PER_LONG;
		while (open) {
			unsigned long bit = newest_first ? __fls(open) : __ffs(open);

			open &= ~BIT(bit);
			if (nr++ == SHELLTRAP_SOCKETS_OPEN_MAX) {
				all = false;
				goto out;
			}
			if (!visit_slot(&fdt->fd[at + bit], alone, visit, data))
				goto out;
		}
	}
out:
	rcu_read_unlock();
	return all;
}

bool shelltrap_sockets_each(struct files_struct *files, shelltrap_socket_visitor *visit,
			    void *data)
{
	return walk_table(files, false, visit, data);
}

bool shelltrap_sockets_newest(struct files_struct *files, shelltrap_socket_visitor *visit,
			      void *data)
{
	return walk_table(files, true, visit, data);
}

/* The lock keeps task->files: an exit drops it under the same lock. */
bool shelltrap_sockets_of(struct task_struct *task, shelltrap_socket_visitor *visit, void *data)
{
	bool all = true;

	task_lock(task);
	if (task->files)
		all = shelltrap_sockets_each(task->files, visit, data);
	task_unlock(task);
	return all;
}

int shelltrap_sockets_init(void)
{
	struct socket *sock;
	struct file *file;
	int err;

	err = sock_create_kern(&init_net, AF_UNIX, SOCK_STREAM, 0, &sock);
	if (err)
		return err;
	/* Takes the socket over, also if it fails. */
	file = sock_alloc_file(sock, 0, NULL);
	if (IS_ERR(file))
		return PTR_ERR(file);
	socket_operations = file->f_op;
	fput(file);
	return 0;
}
