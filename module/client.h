/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Clients: what a connection that a server has accepted says about who is at its other end.
 */
#ifndef _SHELLTRAP_CLIENT_H
#define _SHELLTRAP_CLIENT_H

#include <linux/socket.h>
#include <linux/types.h>
#include <net/sock.h>

#include "sockets.h"

/* A connection that the server has accepted. Addresses and ports are in network byte order. */
struct shelltrap_client {
	u8 family;		/* AF_INET or AF_INET6 */
	__be16 local_port;
	__be16 peer_port;
	union shelltrap_address local, peer;
	bool up;		/* neither side has closed the connection */
	bool waits;		/* the client has had no answer since it sent something */
	u32 idle;		/* jiffies since the client sent something */
	u32 quiet;		/* jiffies since the server sent something */
	u32 net;		/* inode number of the network namespace */
};

static inline bool shelltrap_is_inet(const struct sock *sk)
{
	u16 family = READ_ONCE(sk->sk_family);

	return family == AF_INET || (IS_ENABLED(CONFIG_IPV6) && family == AF_INET6);
}

/**
 * shelltrap_client_idle() - How long has a client sent nothing?
 * @sk: the server's socket
 *
 * Any context: takes no lock. Return: the time in jiffies; 0: unknown.
 */
u32 shelltrap_client_idle(const struct sock *sk);

/**
 * shelltrap_client_describe() - Copy what is known of a client.
 * @client: receives it
 * @sk: the server's socket, for which shelltrap_is_inet() is true
 *
 * Any context: takes no lock. Each field is valid, and an established connection does not change
 * its addresses. Addresses of IPv4 are never in the form of IPv6.
 */
void shelltrap_client_describe(struct shelltrap_client *client, const struct sock *sk);

/**
 * shelltrap_client_is() - Are these two the same connection?
 * @client: a connection
 * @other: another
 *
 * Return: true if family, addresses and ports are the same.
 */
bool shelltrap_client_is(const struct shelltrap_client *client,
			 const struct shelltrap_client *other);

/**
 * shelltrap_client_is_local() - Is the other end on this machine?
 * @client: the connection
 *
 * Return: true if it comes from a loopback address, or from the address to which it goes.
 */
bool shelltrap_client_is_local(const struct shelltrap_client *client);

/**
 * shelltrap_client_is_end() - Is a socket the other end of a connection?
 * @client: the connection
 * @sk: the socket, for which shelltrap_is_inet() is true
 *
 * Any context: takes no lock. Return: true if it is, and neither side has closed it.
 */
bool shelltrap_client_is_end(const struct shelltrap_client *client, const struct sock *sk);

#endif /* _SHELLTRAP_CLIENT_H */
