/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sockets: the sockets among the open descriptors of a process.
 *
 * A file is recognized as a socket by its file operations before a reference to the file is
 * taken, so descriptors of other kinds cost little.
 */
#ifndef _SHELLTRAP_SOCKETS_H
#define _SHELLTRAP_SOCKETS_H

#include <linux/types.h>

struct file;
struct files_struct;
struct sock;
struct task_struct;

/* A walk examines at most so many open descriptors, and descriptors below this number. */
#define SHELLTRAP_SOCKETS_OPEN_MAX	1024
#define SHELLTRAP_SOCKETS_FD_MAX	65536

/**
 * typedef shelltrap_socket_visitor - Look at one socket of a walk.
 * @file: the open file; referenced during the call
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
