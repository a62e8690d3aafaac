/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Proxies: which server of this machine has the other end of a TCP connection.
 *
 * The kernel does not record which process that is. So the descriptors of the processes that are
 * in some server's lineage are searched: a proxy is a server itself, and few other processes are.
 */
#ifndef _SHELLTRAP_PROXY_H
#define _SHELLTRAP_PROXY_H

#include <linux/types.h>

#include "client.h"

/* A search examines at most so many processes, and of each one so many descriptors as any walk. */
#define SHELLTRAP_PROXY_PROCESSES_MAX	1024
#define SHELLTRAP_PROXY_SOCKETS_MAX	16384

/* A connection whose other end is on this machine. */
struct shelltrap_end {
	struct shelltrap_client client;
	pid_t holder;		/* the process that has the other end; 0: none was found */
	bool shared;		/* more than one process has it */
};

/**
 * shelltrap_proxy_find() - Find the servers that have the other ends of connections.
 * @ends: the connections; receives the holders
 * @nr: number of @ends
 *
 * Process context. Takes task_lock() of one process after the other, and may be preempted between
 * them.
 *
 * Return: false if there may be a holder that was not found: the limits above were reached, the
 * table of lineages may lack a process, or a process has more descriptors than a walk examines.
 */
bool shelltrap_proxy_find(struct shelltrap_end *ends, unsigned int nr);

#endif /* _SHELLTRAP_PROXY_H */
