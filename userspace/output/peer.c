// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/peer.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/deadline.h"
#include "lib/lookup.h"
#include "lib/number.h"

/* How long one call waits for a look-up, which goes on if it takes longer. */
#define LOOKUP_MS	500
/* How long an address may take to accept the connection. */
#define CONNECT_MS	5000
/* How old a look-up of a peer that cannot be noticed to move may be. */
#define LOOKUP_AGE_MS	60000

#define PORT_MAX 65535

/* The characters of a host name; an IPv6 address in brackets has also ":" and "%". */
#define HOST_CHARACTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._"

struct peer {
	char host[NI_MAXHOST];
	const char *port;
};

/* Returns the end of the host, or NULL where the text does not start with a host. */
static const char *peer_host_end(const char *host)
{
	size_t len = strspn(host, HOST_CHARACTERS);

	if (host[0] != '[')
		return len ? host + len : NULL;
	len = 1 + strspn(host + 1, HOST_CHARACTERS ":%");
	return len > 1 && host[len] == ']' ? host + len + 1 : NULL;
}

static bool peer_parse(const char *path, struct peer *peer)
{
	const char *host = path + strlen("//");
	const char *end = strncmp(path, "//", 2) ? NULL : peer_host_end(host);
	bool is_bracketed = end && host[0] == '[';
	uint64_t port;

	if (!end || end[0] != ':' || end - host >= NI_MAXHOST)
		return false;
	snprintf(peer->host, sizeof(peer->host), "%.*s", (int)(end - host) - 2 * is_bracketed,
		 host + is_bracketed);
	peer->port = end + 1;
	return !parse_number(peer->port, 1, PORT_MAX, &port);
}

const char *peer_target_fault(const char *path)
{
	struct peer peer;

	if (peer_parse(path, &peer))
		return NULL;
	return "needs //HOST:PORT after the ':', with an IPv6 address in brackets: //[::1]:514";
}

const char *peer_needs(const char *target)
{
	(void)target;
	return "the service needs the drop-in examples/service/network.conf to use the network";
}

static void peer_drop_lookup(struct output *output)
{
	if (output->lookup)
		lookup_drop(output->lookup);
	output->lookup = NULL;
}

/* Returns -EAGAIN if the look-up takes longer; the next call waits for the same look-up. */
static int peer_look_up(struct output *output, int type, int ms)
{
	struct peer peer;

	if (!output->lookup && peer_parse(output->target, &peer))
		output->lookup = lookup_start(peer.host, peer.port, type);
	if (!output->lookup)
		return -ENOMEM;
	if (output_wait(output, lookup_fd(output->lookup), POLLIN, ms))
		return 0;
	snprintf(output->reason, sizeof(output->reason), "its host name is still being looked up");
	return -EAGAIN;
}

static int peer_finish_connecting(struct output *output)
{
	socklen_t len = sizeof(int);
	int error;

	if (!output_wait(output, output->fd, POLLOUT, CONNECT_MS))
		return -ETIMEDOUT;
	if (getsockopt(output->fd, SOL_SOCKET, SO_ERROR, &error, &len))
		return -errno;
	return -error;
}

static int peer_connect_to(struct output *output, const struct addrinfo *address)
{
	int ret = 0;

	output->fd = socket(address->ai_family, address->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK,
			    address->ai_protocol);
	if (output->fd < 0)
		return -errno;
	if (connect(output->fd, address->ai_addr, address->ai_addrlen))
		ret = errno == EINPROGRESS ? peer_finish_connecting(output) : -errno;
	if (ret)
		output_close_fd(output);
	return ret;
}

static int peer_connect_to_any(struct output *output)
{
	const struct addrinfo *address;
	int ret = lookup_result(output->lookup, &address);

	if (ret) {
		snprintf(output->reason, sizeof(output->reason), "%s", gai_strerror(ret));
		return -EHOSTUNREACH;
	}
	do {
		ret = peer_connect_to(output, address);
		address = address->ai_next;
	} while (ret && address);
	return ret;
}

static bool peer_has_sockets(int family)
{
	int fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/*
 * The service's sandbox denies IP sockets by default. Look-up and connect would then fail
 * with errors that do not name the cause.
 */
static int peer_check_network(struct output *output)
{
	output->reason[0] = '\0';
	if (peer_has_sockets(AF_INET) || peer_has_sockets(AF_INET6))
		return 0;
	snprintf(output->reason, sizeof(output->reason),
		 "no access to the network; the service needs a drop-in, see shelltrap.conf(5)");
	return -EAFNOSUPPORT;
}

int peer_connect(struct output *output, int type)
{
	int ret = peer_check_network(output);

	if (!ret)
		ret = peer_look_up(output, type, LOOKUP_MS);
	if (ret)
		return ret;
	ret = peer_connect_to_any(output);
	peer_drop_lookup(output);
	output->looked_up = now_ms();
	return ret;
}

/* True if the socket is connected to one of the addresses. */
static bool peer_is_among(const struct output *output, const struct addrinfo *address)
{
	struct sockaddr_storage peer;
	socklen_t len = sizeof(peer);

	if (getpeername(output->fd, (struct sockaddr *)&peer, &len))
		return false;
	for (; address; address = address->ai_next)
		if (address->ai_addrlen == len && !memcmp(address->ai_addr, &peer, len))
			return true;
	return false;
}

/* Connects to the addresses of a look-up that is over; the old socket stays if that fails. */
static void peer_move(struct output *output)
{
	const struct addrinfo *address;
	int before = output->fd;

	if (lookup_result(output->lookup, &address) || peer_is_among(output, address))
		return;
	output->fd = -1;
	if (peer_connect_to_any(output))
		output->fd = before;
	else
		close(before);
}

void peer_follow(struct output *output, int type)
{
	if (!output->lookup && now_ms() - output->looked_up < LOOKUP_AGE_MS)
		return;
	/* Only the first record waits: a name service that hangs must not delay each one. */
	if (peer_look_up(output, type, output->lookup ? 0 : LOOKUP_MS)) {
		output->reason[0] = '\0';
		return;
	}
	peer_move(output);
	peer_drop_lookup(output);
	output->looked_up = now_ms();
}

void peer_close(struct output *output)
{
	peer_drop_lookup(output);
	output_close_fd(output);
}
