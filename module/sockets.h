/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sockets: the sockets among the open descriptors of a process.
 *
 * A file is recognized as a socket by its file operations before a reference to the file is
 * taken, so descriptors of other kinds cost little.
 */
#ifndef _SHELLTRAP_SOCKETS_H
#define _SHELLTRAP_SOCKETS_H

#include <linux/in.h>
#include <linux/in6.h>
#include <linux/types.h>

struct file;
struct files_struct;
struct sock;
struct task_struct;

/* In network byte order. The family of the socket says which one it is. */
union shelltrap_address {
	__be32 v4;
	struct in6_addr v6;
};

/**
 * shelltrap_socket_addresses() - Copy the addresses of both ends of a socket.
 * @sk: the socket
 * @local: receives the address of this end; unchanged unless @sk is AF_INET or AF_INET6
 * @peer: receives the address of the other end, in the same way
 *
 * Any context: takes no lock. Each address is valid, but the two may come from different
 * moments, unless the connection is established.
 */
void shelltrap_socket_addresses(const struct sock *sk, union shelltrap_address *local,
				union shelltrap_address *peer);

/* A walk examines at most so many open descriptors, and descriptors below this number. */
#define SHELLTRAP_SOCKETS_OPEN_MAX	1024
#define SHELLTRAP_SOCKETS_FD_MAX	65536

/**
 * typedef shelltrap_socket_visitor - Look at one socket of a walk.
 * @file: the open file; it stays during the call
 * @sk: its socket, not NULL
 * @data: of the caller
 *
 * Must not sleep. Return: false to end the walk.
 */
typedef bool shelltrap_socket_visitor(const struct file *file, struct sock *sk, void *data);

/**
 * shelltrap_sockets_each() - Call a function for each socket of a descriptor table.
 * @files: the table; current's own, or the caller holds the lock of its task
 * @visit: the function
 * @data: is passed to it
 *
 * Any context: takes no lock, only references under RCU. Other threads may change the table
 * meanwhile; each socket is seen once or not at all.
 *
 * Return: false if the table has more descriptors than a walk examines.
 */
bool shelltrap_sockets_each(struct files_struct *files, shelltrap_socket_visitor *visit,
			    void *data);

/**
 * shelltrap_sockets_newest() - As shelltrap_sockets_each(), with the highest descriptors first.
 * @files: the table
 * @visit: the function
 * @data: is passed to it
 *
 * The highest descriptors are mostly those that were opened last.
 *
 * Return: false if the table has more descriptors than a walk examines.
 */
bool shelltrap_sockets_newest(struct files_struct *files, shelltrap_socket_visitor *visit,
			      void *data);

/**
 * shelltrap_sockets_of() - Call a function for each socket of a task.
 * @task: any task; the caller holds a reference or the RCU read lock
 * @visit: the function; it is called with the lock of the task held
 * @data: is passed to it
 *
 * Takes task_lock(), so it must not be called in the hooks.
 *
 * Return: false if the table has more descriptors than a walk examines.
 */
bool shelltrap_sockets_of(struct task_struct *task, shelltrap_socket_visitor *visit, void *data);

/**
 * shelltrap_sockets_init() - Learn the file operations of sockets.
 *
 * May sleep.
 *
 * Return: 0 or a negative error.
 */
int shelltrap_sockets_init(void);

#endif /* _SHELLTRAP_SOCKETS_H */
