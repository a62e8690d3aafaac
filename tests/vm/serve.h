/* SPDX-License-Identifier: GPL-2.0 */
/* What makes a process a server for Shelltrap: a server's name, and a socket that listens. */
#ifndef SERVE_H
#define SERVE_H

#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>

/* The socket has an abstract address, which the kernel chooses. An exec closes the socket. */
static inline void listen_somewhere(void)
{
	struct sockaddr address = { .sa_family = AF_UNIX };
	int listening = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (bind(listening, &address, sizeof(address.sa_family)) || listen(listening, 1))
		exit(125);
}

static inline void serve(const char *name)
{
	listen_somewhere();
	prctl(PR_SET_NAME, name);
}

#endif /* SERVE_H */
