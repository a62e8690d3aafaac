// SPDX-License-Identifier: GPL-2.0
#include <linux/in.h>
#include <linux/string.h>
#include <linux/tcp.h>
#include <net/inet_connection_sock.h>
#include <net/inet_sock.h>
#include <net/ipv6.h>
#include <net/net_namespace.h>
#include <net/tcp.h>
#include <net/tcp_states.h>

#include "client.h"

static void unmap_address(union shelltrap_address *address)
{
	__be32 v4 = address->v6.s6_addr32[3];

	memset(address, 0, sizeof(*address));
	address->v4 = v4;
}

/* An IPv6 socket that serves IPv4, too, has IPv4 addresses with a prefix. Drops the prefix. */
static void unmap_client(struct shelltrap_client *client)
{
	if (client->family != AF_INET6 || !ipv6_addr_v4mapped(&client->peer.v6))
		return;
	client->family = AF_INET;
	unmap_address(&client->local);
	unmap_address(&client->peer);
}

u32 shelltrap_client_idle(const struct sock *sk)
{
	if (READ_ONCE(sk->sk_protocol) != IPPROTO_TCP)
		return 0;
	return tcp_jiffies32 - READ_ONCE(inet_csk(sk)->icsk_ack.lrcvtime);
}

/*
 * Before the server sends its first byte, "lsndtime" is the time of the handshake, so the number of
 * bytes decides. If client and server have sent something in the same jiffy, the times do not tell
 * who was the last: the client may have its answer, and does not count as waiting.
 */
static void describe_times(struct shelltrap_client *client, const struct sock *sk)
{
	client->idle = shelltrap_client_idle(sk);
	if (READ_ONCE(sk->sk_protocol) != IPPROTO_TCP)
		return;
	client->quiet = tcp_jiffies32 - READ_ONCE(tcp_sk(sk)->lsndtime);
	client->waits = !READ_ONCE(tcp_sk(sk)->bytes_sent) ||
			(s32)(client->quiet - client->idle) > 0;
}

void shelltrap_client_describe(struct shelltrap_client *client, const struct sock *sk)
{
	memset(client, 0, sizeof(*client));
	client->family = READ_ONCE(sk->sk_family);
	client->up = READ_ONCE(sk->sk_state) == TCP_ESTABLISHED;
	client->local_port = htons(READ_ONCE(sk->sk_num));
	client->peer_port = READ_ONCE(sk->sk_dport);
	client->net = sock_net(sk)->ns.inum;
	describe_times(client, sk);
	shelltrap_socket_addresses(sk, &client->local, &client->peer);
	unmap_client(client);
}

/* The addresses are of the same family; the unused bytes of an address are 0. */
static bool is_address(const union shelltrap_address *address,
		       const union shelltrap_address *other)
{
	return !memcmp(address, other, sizeof(*address));
}

/* Compares the fields one by one: what is between them may have any value. */
bool shelltrap_client_is(const struct shelltrap_client *client,
			 const struct shelltrap_client *other)
{
	return other->peer_port == client->peer_port && other->local_port == client->local_port &&
	       other->family == client->family && is_address(&other->peer, &client->peer) &&
	       is_address(&other->local, &client->local);
}

bool shelltrap_client_is_local(const struct shelltrap_client *client)
{
	if (client->family == AF_INET ? ipv4_is_loopback(client->peer.v4) :
					ipv6_addr_loopback(&client->peer.v6))
		return true;
	return is_address(&client->local, &client->peer);
}

/* Mostly the ports tell that it is not. */
bool shelltrap_client_is_end(const struct shelltrap_client *client, const struct sock *sk)
{
	struct shelltrap_client end;

	if (READ_ONCE(sk->sk_dport) != client->local_port ||
	    htons(READ_ONCE(sk->sk_num)) != client->peer_port)
		return false;
	shelltrap_client_describe(&end, sk);
	return end.up && end.family == client->family && end.net == client->net &&
	       is_address(&end.local, &client->peer) && is_address(&end.peer, &client->local);
}
