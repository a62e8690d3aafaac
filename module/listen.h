/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Listening: where the kernel calls the module when a process begins to listen on a socket.
 *
 * The hook comes before the system call has done its work, which may fail, and only then is it
 * known which port the socket has got. So the hook only notes the socket. The task itself looks
 * at it again before it returns to user space, by the same kind of carrier that hit.h describes.
 * That is process context, and the task has not executed another instruction of its own: what it
 * starts next is already in the server's lineage.
 *
 * Listening is rare, so there are few notes. If none is free, or the context does not allow the
 * carrier to be dropped, a survey looks for the server a second later.
 */
#ifndef _SHELLTRAP_LISTEN_H
#define _SHELLTRAP_LISTEN_H

#include <linux/types.h>

/**
 * shelltrap_listen_init() - Allocate the notes and register the kprobes.
 *
 * Process context, may sleep. If this kernel has no function that can be probed, names alone
 * decide which processes are servers; that is no error, and has been logged.
 *
 * Return: 0 or -ENOMEM.
 */
int shelltrap_listen_init(void);

/**
 * shelltrap_listen_exit() - Unregister the kprobes and free the notes.
 *
 * When this returns, no task calls the module any more because it listens. May sleep.
 */
void shelltrap_listen_exit(void);

/**
 * shelltrap_listen_armed() - Is the probe there, and not disarmed?
 *
 * Any context.
 */
bool shelltrap_listen_armed(void);

/**
 * shelltrap_listen_function() - By which function is listen() seen?
 *
 * Any context.
 *
 * Return: the name of the first function that is probed; NULL: there is none.
 */
const char *shelltrap_listen_function(void);

#endif /* _SHELLTRAP_LISTEN_H */
