// SPDX-License-Identifier: GPL-2.0
/*
 * Each message follows its length. A record counts as written when the collector's kernel
 * has acknowledged it for a while; later records are sent again after a lost connection.
 */
#include "unit.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/console.h"
#include "lib/deadline.h"
#include "samples.h"

#define HEADER "<84>1 - web01 shelltrap - loss - "
#define PATIENCE_MS 20000

static struct output output;
static struct cursor cursor;
static char name[64];
static int collector, connection;

static void open_output(const char *host, const struct format *format)
{
	struct sockaddr_in6 address = { .sin6_family = AF_INET6 };
	socklen_t len = sizeof(address);
	int ret;

	assert_int_equal(getsockname(collector, (struct sockaddr *)&address, &len), 0);
	snprintf(name, sizeof(name), "tcp://%s:%u", host, ntohs(address.sin6_port));
	output_init(&output, name, format, OUTPUT_SYNC_INTERVAL, -1);
	cursor = (struct cursor){0};
	while ((ret = output.kind->open(&output, &cursor)))
		assert_int_equal(ret, -EAGAIN);
	connection = accept(collector, NULL, NULL);
	assert_true(connection >= 0);
}

/* The IPv6 socket takes IPv4 connections, too. */
void set_up(void)
{
	const struct sockaddr_in6 address = { .sin6_family = AF_INET6 };

	collector = socket(AF_INET6, SOCK_STREAM, 0);
	assert_int_equal(bind(collector, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(collector, 1), 0);
	open_output("127.0.0.1", &format_json);
}

/* Never closes a descriptor twice: another file may have its number by then. */
static void close_end(int *fd)
{
	close(*fd);
	*fd = -1;
}

void tear_down(void)
{
	output.kind->close(&output);
	close_end(&connection);
	close_end(&collector);
}

/* Writes until the result is @ret: to make or to lose a connection takes some time. */
static void write_until(int ret, uint64_t seq)
{
	int64_t deadline = now_ms() + PATIENCE_MS;

	while (sample_write(&output, seq, 1) != ret)
		assert_true(now_ms() < deadline);
}

static void write_records(uint64_t first, uint64_t last)
{
	for (; first <= last; first++) {
		write_until(0, first);
		cursor.place.seq = first;
	}
}

static void read_bytes(char *text, size_t len)
{
	assert_int_equal(recv(connection, text, len, MSG_WAITALL), len);
	text[len] = '\0';
}

static void expect_bytes(const char *expected)
{
	char text[256];

	read_bytes(text, strlen(expected));
	assert_string_equal(text, expected);
}

/* The number of the last record that counts as written. */
static uint64_t last_written(void)
{
	struct cursor safe = cursor;

	assert_int_equal(output.kind->flush(&output, &safe), 0);
	return safe.place.seq;
}

static void wait_until_written(uint64_t seq)
{
	int64_t deadline = now_ms() + PATIENCE_MS;

	while (last_written() < seq) {
		assert_true(now_ms() < deadline);
		usleep(10000);
	}
}

TEST(each_message_follows_its_length)
{
	write_records(1, 2);
	expect_bytes("34 " HEADER "x34 " HEADER "x");
}

TEST(a_syslog_line_gets_no_second_header)
{
	output.kind->close(&output);
	close_end(&connection);
	open_output("localhost", &format_syslog);
	write_records(1, 1);
	expect_bytes("1 x");
}

TEST(records_acknowledged_for_a_second_count_as_written)
{
	write_records(1, 3);
	assert_int_equal(last_written(), 0);
	wait_until_written(3);
	write_records(4, 5);
	assert_int_equal(last_written(), 3);
}

/* Writes until both sockets are full; returns the number of the first record not sent whole. */
static uint64_t fill(size_t len)
{
	uint64_t seq;

	for (seq = 1; !sample_write(&output, seq, len); seq++) {
		assert_true(seq < 100);
		cursor.place.seq = seq;
	}
	assert_true(seq > 1);
	return seq;
}

TEST(records_in_flight_do_not_count_as_written)
{
	uint64_t last = fill(1024 * 1024) - 1;
	int64_t deadline = now_ms() + 3000;

	while (now_ms() < deadline) {
		assert_true(last_written() < last);
		usleep(10000);
	}
}

TEST(records_that_do_not_count_are_sent_again)
{
	int64_t deadline = now_ms() + PATIENCE_MS;
	struct cursor safe;

	write_records(1, 3);
	wait_until_written(3);
	write_records(4, 5);
	close_end(&connection);
	do {
		assert_true(now_ms() < deadline);
		safe = cursor;
	} while (output.kind->flush(&output, &safe) != -ERESTART);
	write_records(4, 5);
	connection = accept(collector, NULL, NULL);
	expect_bytes("34 " HEADER "x34 " HEADER "x");
	wait_until_written(5);
}

TEST(a_write_that_finds_the_connection_lost_sends_them_again)
{
	write_records(1, 3);
	close_end(&connection);
	write_until(-ERESTART, 4);
	write_records(1, 4);
	connection = accept(collector, NULL, NULL);
	expect_bytes("34 " HEADER "x");
}

/* Writes records and flushes after each; none of them may have to be written again. */
static void write_and_flush(uint64_t first, uint64_t last)
{
	for (; first <= last; first++) {
		assert_int_equal(sample_write(&output, first, 1), 0);
		cursor.place.seq = first;
		last_written();
	}
}

TEST(a_collector_that_only_stops_sending_gets_each_record_once)
{
	int i;

	assert_int_equal(shutdown(connection, SHUT_WR), 0);
	write_and_flush(1, 300);
	wait_until_written(300);
	for (i = 0; i < 300; i++)
		expect_bytes("34 " HEADER "x");
	assert_int_equal(recv(connection, &i, sizeof(i), MSG_DONTWAIT), -1);
}

TEST(a_collector_that_stopped_sending_and_then_closed_is_lost)
{
	assert_int_equal(shutdown(connection, SHUT_WR), 0);
	write_and_flush(1, 3);
	close_end(&connection);
	write_until(-ERESTART, 4);
}

TEST(records_that_count_are_not_sent_again)
{
	write_records(1, 3);
	wait_until_written(3);
	close_end(&connection);
	assert_int_equal(last_written(), 3);
	write_records(4, 4);
	connection = accept(collector, NULL, NULL);
	expect_bytes("34 " HEADER "x");
}

/* Messages arrive whole, however much of them fits into the socket at once. */
TEST(a_slow_reader_gets_everything)
{
	static char text[1024 * 1024 + 64];
	char length[16];
	size_t len = 1024 * 1024;
	uint64_t seq, sent = fill(len);

	snprintf(length, sizeof(length), "%zu ", strlen(HEADER) + len);
	for (seq = 1; seq < sent; seq++) {
		expect_bytes(length);
		expect_bytes(HEADER);
		read_bytes(text, len);
		assert_int_equal(strspn(text, "x"), len);
	}
	expect_bytes(length);
	expect_bytes(HEADER);
	while (sample_write(&output, sent, len))
		len -= recv(connection, text, len, MSG_DONTWAIT);
	read_bytes(text, len);
	assert_int_equal(strspn(text, "x"), len);
}

TEST(a_closed_port_is_reported)
{
	close_end(&connection);
	close_end(&collector);
	write_until(-ECONNREFUSED, 1);
	assert_string_equal(output_reason(&output, -ECONNREFUSED), "Connection refused");
}

TEST(an_unknown_host_is_reported)
{
	struct output unknown;
	int64_t deadline = now_ms() + PATIENCE_MS;
	int ret;

	output_init(&unknown, "tcp://-.invalid:514", &format_json, OUTPUT_SYNC_INTERVAL, -1);
	while ((ret = unknown.kind->open(&unknown, &cursor)) == -EAGAIN)
		assert_true(now_ms() < deadline);
	assert_int_equal(ret, -EHOSTUNREACH);
	assert_true(unknown.reason[0]);
	unknown.kind->close(&unknown);
}

/* These must be the last tests: request_stop() cannot be undone. */
TEST(at_the_end_records_count_once_they_were_read)
{
	pid_t child;

	write_records(1, 2);
	request_stop();
	assert_int_equal(last_written(), 0);
	output.kind->close(&output);
	close_end(&connection);
	open_output("[::1]", &format_json);
	write_records(1, 2);
	child = fork();
	if (!child) {
		char text[256];

		while (recv(connection, text, sizeof(text), 0) > 0)
			;
		_exit(0);
	}
	close_end(&connection);
	assert_int_equal(last_written(), 2);
}

TEST(at_the_end_records_count_if_a_collector_that_stopped_sending_has_them)
{
	assert_int_equal(shutdown(connection, SHUT_WR), 0);
	write_records(1, 2);
	assert_int_equal(last_written(), 2);
}
