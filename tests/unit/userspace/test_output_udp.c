// SPDX-License-Identifier: GPL-2.0
/* A message a datagram; what none can hold is told to be lost. */
#include "unit.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "samples.h"

#define HEADER "<84>1 - web01 shelltrap - loss - "

static struct output output;
static char name[64];
static int collector;

static int set_up(void **state)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t len = sizeof(address);
	int ret;

	(void)state;
	collector = socket(AF_INET, SOCK_DGRAM, 0);
	if (bind(collector, (struct sockaddr *)&address, len) ||
	    getsockname(collector, (struct sockaddr *)&address, &len))
		return -1;
	snprintf(name, sizeof(name), "udp://127.0.0.1:%u", ntohs(address.sin_port));
	output_init(&output, name, &format_json, OUTPUT_SYNC_INTERVAL, -1);
	while ((ret = output.kind->open(&output, NULL)) == -EAGAIN)
		;
	return ret;
}

static int tear_down(void **state)
{
	(void)state;
	output.kind->close(&output);
	close(collector);
	return 0;
}

static const char *arrived(void)
{
	static char datagram[65536];
	ssize_t len = recv(collector, datagram, sizeof(datagram) - 1, 0);

	assert_true(len > 0);
	datagram[len] = '\0';
	return datagram;
}

static void a_line_arrives_behind_a_header(void **state)
{
	(void)state;
	assert_int_equal(sample_write(&output, 1, 3), 0);
	assert_string_equal(arrived(), HEADER "xxx");
	assert_int_equal(sample_write(&output, 2, 20000), 0);
	assert_int_equal(strlen(arrived()), strlen(HEADER) + 20000);
}

static void one_that_is_too_long_is_a_loss(void **state)
{
	const char *text;

	(void)state;
	assert_int_equal(sample_write(&output, 7, 70000), 0);
	text = arrived();
	assert_memory_equal(text, HEADER "{", strlen(HEADER "{"));
	assert_non_null(strstr(text, "\"type\":\"loss\",\"seq\":7,"));
	assert_non_null(strstr(text, "\"lost\":1,\"why\":\"too long for a datagram\""));
	assert_int_equal(sample_write(&output, 8, 1), 0);
	assert_string_equal(arrived(), HEADER "x");
}

/* Known of the last one only when the next is written, and not always then. */
static void that_nobody_listens_is_noticed(void **state)
{
	(void)state;
	close(collector);
	collector = -1;
	assert_int_equal(sample_write(&output, 1, 1), 0);
	assert_int_equal(sample_write(&output, 2, 1), -ECONNREFUSED);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_line_arrives_behind_a_header),
		TEST(one_that_is_too_long_is_a_loss),
		TEST(that_nobody_listens_is_noticed),
	};

	return cmocka_run_group_tests_name("output_udp", tests, NULL, NULL);
}
