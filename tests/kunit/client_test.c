// SPDX-License-Identifier: GPL-2.0
/*
 * Clients: whether a connection comes from this machine, and whether its client has had an
 * answer.
 */
#include <linux/inet.h>
#include <linux/jiffies.h>

#include "../../module/client.c"
#include "suites.h"

/* In module/sockets.c; no test needs it. */
void shelltrap_socket_addresses(const struct sock *sk, union shelltrap_address *local,
				union shelltrap_address *peer)
{
}

static struct shelltrap_client client_of(const char *local, const char *peer)
{
	return (struct shelltrap_client){
		.family = AF_INET,
		.local.v4 = in_aton(local),
		.peer.v4 = in_aton(peer),
		.local_port = htons(443),
		.peer_port = htons(51332),
	};
}

static bool is_local(const char *local, const char *peer)
{
	struct shelltrap_client client = client_of(local, peer);

	return shelltrap_client_is_local(&client);
}

static void loopback_and_own_addresses_are_local(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, is_local("127.0.0.1", "127.0.0.1"));
	KUNIT_EXPECT_TRUE(test, is_local("192.0.2.7", "127.9.9.9"));
	KUNIT_EXPECT_TRUE(test, is_local("192.0.2.7", "192.0.2.7"));
	KUNIT_EXPECT_FALSE(test, is_local("192.0.2.7", "192.0.2.8"));
	KUNIT_EXPECT_FALSE(test, is_local("127.0.0.1", "203.0.113.5"));
}

static void addresses_of_ipv6_are_local_in_the_same_way(struct kunit *test)
{
	struct shelltrap_client client = { .family = AF_INET6 };

	client.local.v6.s6_addr[0] = 0xfd;
	KUNIT_EXPECT_FALSE(test, shelltrap_client_is_local(&client));
	client.peer.v6.s6_addr[15] = 1;
	KUNIT_EXPECT_TRUE(test, shelltrap_client_is_local(&client));
	client.peer.v6.s6_addr[0] = 0xfd;
	KUNIT_EXPECT_FALSE(test, shelltrap_client_is_local(&client));
	client.local.v6.s6_addr[15] = 1;
	KUNIT_EXPECT_TRUE(test, shelltrap_client_is_local(&client));
}

static void ports_and_addresses_make_a_connection(struct kunit *test)
{
	struct shelltrap_client client = client_of("192.0.2.7", "203.0.113.5"), other = client;

	other.idle = 7;
	other.up = true;
	KUNIT_EXPECT_TRUE(test, shelltrap_client_is(&client, &other));
	other.peer_port = htons(51333);
	KUNIT_EXPECT_FALSE(test, shelltrap_client_is(&client, &other));
	other = client_of("192.0.2.7", "203.0.113.6");
	KUNIT_EXPECT_FALSE(test, shelltrap_client_is(&client, &other));
}

/* How long ago client and server have sent something, in jiffies; how much the server has sent. */
static bool waits(struct kunit *test, u32 client_sent, u32 server_sent, u64 bytes)
{
	struct tcp_sock *tcp = kunit_kzalloc(test, sizeof(*tcp), GFP_KERNEL);
	struct shelltrap_client client = {};

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, tcp);
	((struct sock *)tcp)->sk_protocol = IPPROTO_TCP;
	tcp->inet_conn.icsk_ack.lrcvtime = tcp_jiffies32 - client_sent;
	tcp->lsndtime = tcp_jiffies32 - server_sent;
	tcp->bytes_sent = bytes;
	describe_times(&client, (struct sock *)tcp);
	return client.waits;
}

static void a_client_waits_until_it_has_an_answer(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, waits(test, 0, 0, 0));
	KUNIT_EXPECT_TRUE(test, waits(test, 100, 5, 0));
	KUNIT_EXPECT_TRUE(test, waits(test, 100, 500, 80));
	KUNIT_EXPECT_FALSE(test, waits(test, 500, 100, 80));
	KUNIT_EXPECT_FALSE(test, waits(test, 100, 100, 80));
}

static struct kunit_case client_cases[] = {
	KUNIT_CASE(loopback_and_own_addresses_are_local),
	KUNIT_CASE(addresses_of_ipv6_are_local_in_the_same_way),
	KUNIT_CASE(ports_and_addresses_make_a_connection),
	KUNIT_CASE(a_client_waits_until_it_has_an_answer),
	{}
};

struct kunit_suite shelltrap_client_suite = {
	.name = "shelltrap-client",
	.test_cases = client_cases,
};
