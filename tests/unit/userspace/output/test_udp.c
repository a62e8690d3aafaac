// SPDX-License-Identifier: GPL-2.0
/* Each message is one datagram; a message that is too long is sent as a loss. */
#include "unit.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "samples.h"

#define HEADER "<84>1 - web01 shelltrap - loss - "

static struct output output;
static char name[64];
static int collector;
static time_t seconds;		/* that have passed for the output besides the real ones */
static const char *moved_to;	/* the address that a host name has; NULL: look it up */

/* Replaces the clock, so that a test need not wait. */
int clock_gettime(clockid_t clock, struct timespec *now)
{
	int ret = syscall(SYS_clock_gettime, clock, now);

	now->tv_sec += seconds;
	return ret;
}

/* Replaces the name service. */
int getaddrinfo(const char *host, const char *port, const struct addrinfo *hints,
		struct addrinfo **addresses)
{
	int (*real)(const char *host, const char *port, const struct addrinfo *hints,
		    struct addrinfo **addresses) = dlsym(RTLD_NEXT, "getaddrinfo");

	return real(moved_to ? moved_to : host, port, hints, addresses);
}

void set_up(void)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t len = sizeof(address);
	int ret;

	collector = socket(AF_INET, SOCK_DGRAM, 0);
	assert_int_equal(bind(collector, (struct sockaddr *)&address, len), 0);
	assert_int_equal(getsockname(collector, (struct sockaddr *)&address, &len), 0);
	snprintf(name, sizeof(name), "udp://127.0.0.1:%u", ntohs(address.sin_port));
	output_init(&output, name, &format_json, OUTPUT_SYNC_INTERVAL, -1);
	while ((ret = output.kind->open(&output, NULL)) == -EAGAIN)
		;
	assert_int_equal(ret, 0);
}

void tear_down(void)
{
	moved_to = NULL;
	output.kind->close(&output);
	close(collector);
}

static const char *arrived(void)
{
	static char datagram[65536];
	ssize_t len = recv(collector, datagram, sizeof(datagram) - 1, 0);

	assert_true(len > 0);
	datagram[len] = '\0';
	return datagram;
}

TEST(a_line_arrives_after_a_header)
{
	assert_int_equal(sample_write(&output, 1, 3), 0);
	assert_string_equal(arrived(), HEADER "xxx");
	assert_int_equal(sample_write(&output, 2, 20000), 0);
	assert_int_equal(strlen(arrived()), strlen(HEADER) + 20000);
}

TEST(a_line_that_is_too_long_becomes_a_loss)
{
	const char *text;

	assert_int_equal(sample_write(&output, 7, 70000), 0);
	text = arrived();
	assert_memory_equal(text, HEADER "{", strlen(HEADER "{"));
	assert_non_null(strstr(text, "\"type\":\"loss\",\"seq\":7,"));
	assert_non_null(strstr(text, "\"lost\":1,\"why\":\"too long for a datagram\""));
	assert_int_equal(sample_write(&output, 8, 1), 0);
	assert_string_equal(arrived(), HEADER "x");
}

/* A write fails if the one before it was refused; not every refusal is reported. */
TEST(a_closed_port_is_noticed)
{
	close(collector);
	collector = -1;
	assert_int_equal(sample_write(&output, 1, 1), 0);
	assert_int_equal(sample_write(&output, 2, 1), -ECONNREFUSED);
}

/* Returns a second collector, at another address with the port of the first one. */
static int collector_at(const char *address)
{
	struct sockaddr_in to;
	socklen_t len = sizeof(to);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	assert_int_equal(getsockname(collector, (struct sockaddr *)&to, &len), 0);
	assert_int_equal(inet_pton(AF_INET, address, &to.sin_addr), 1);
	assert_int_equal(bind(fd, (struct sockaddr *)&to, len), 0);
	return fd;
}

static void assert_arrives_at(int fd)
{
	char text[16];

	assert_true(recv(fd, text, sizeof(text), 0) > 0);
}

TEST(a_collector_that_moves_is_found)
{
	int there = collector_at("127.0.0.2");

	assert_int_equal(sample_write(&output, 1, 1), 0);
	assert_arrives_at(collector);
	moved_to = "127.0.0.2";
	assert_int_equal(sample_write(&output, 2, 1), 0);
	assert_arrives_at(collector);
	seconds += 61;
	assert_int_equal(sample_write(&output, 3, 1), 0);
	assert_arrives_at(there);
	close(there);
}

TEST(a_collector_whose_name_has_no_address_any_more_keeps_its_socket)
{
	moved_to = "-.invalid";
	seconds += 61;
	assert_int_equal(sample_write(&output, 1, 1), 0);
	assert_arrives_at(collector);
}
