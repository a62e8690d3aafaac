/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a server on this machine answers: "SOCKET:PATH", as in "/run/php/fpm.sock:/status", or
 * only SOCKET: the absolute path of a UNIX socket, 127.0.0.1:PORT or [::1]:PORT.
 */
#ifndef LIB_LOCAL_H
#define LIB_LOCAL_H

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

/* A page's path is shorter than this. */
#define LOCAL_PAGE_MAX 128

struct local {
	union {
		struct sockaddr any;
		struct sockaddr_un path;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} address;
	socklen_t len;
	const char *page;	/* PATH, in the text that was read; NULL: there is none */
};

/** local_parse() - Read SOCKET:PATH. Returns NULL, or what is wrong with the text. */
const char *local_parse(struct local *local, const char *text);

/** local_parse_socket() - Read SOCKET. Returns NULL, or what is wrong with the text. */
const char *local_parse_socket(struct local *local, const char *text);

/**
 * local_connect() - Connect to a UNIX socket.
 * @path: its path
 * @flags: SOCK_NONBLOCK, or 0
 *
 * Returns a descriptor, which an exec closes, or negative errno.
 */
int local_connect(const char *path, int flags);

#endif /* LIB_LOCAL_H */
