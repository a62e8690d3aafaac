/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A process that the module knows to serve (SHELLTRAP_CMD_SERVERS_GET). */
#ifndef KERNEL_SERVERS_H
#define KERNEL_SERVERS_H

#include "kernel/attributes.h"

struct nlmsghdr;

/* Strings and ports point into the message. Numbers that the message lacks are not known. */
struct known_server {
	struct number pid;
	const char *comm;
	const char *exe;		/* name of the file */
	struct number uid;
	struct number matched;		/* enum shelltrap_matched */
	struct bytes ports;		/* uint16_t each; see known_server_port() */
	struct number since;		/* ns since the epoch */
	const char *cgroup;
};

/** known_server_parse() - Read a message. Returns 0, or -EBADMSG with *fault filled. */
int known_server_parse(const struct nlmsghdr *message, struct known_server *server,
		       struct fault *fault);

/** known_server_port() - The port of this number, counted from 0; 0 after the last one. */
uint16_t known_server_port(const struct known_server *server, size_t number);

#endif /* KERNEL_SERVERS_H */
