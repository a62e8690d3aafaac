// SPDX-License-Identifier: GPL-2.0
/* A line that is too long for a datagram is logged as a loss; later lines still arrive. */
#include "unit.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "samples.h"

static struct output output;
static int syslog_end;

/* A socket pair with a small buffer takes the place of /dev/log. */
void set_up(void)
{
	int size = 4096;
	int fds[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, fds), 0);
	assert_int_equal(setsockopt(fds[0], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size)), 0);
	output_init(&output, "syslog", &format_json, OUTPUT_SYNC_INTERVAL, -1);
	output.fd = fds[0];
	syslog_end = fds[1];
}

void tear_down(void)
{
	output.kind->close(&output);
	close(syslog_end);
}

/* The next datagram, without the header. */
static const char *arrived(void)
{
	static char datagram[32768];
	ssize_t len = recv(syslog_end, datagram, sizeof(datagram) - 1, 0);
	const char *text;

	assert_true(len > 0);
	datagram[len] = '\0';
	text = strstr(datagram, "]: ");
	assert_non_null(text);
	return text + strlen("]: ");
}

TEST(a_line_arrives_whole)
{
	assert_int_equal(sample_write(&output, 1, 1000), 0);
	assert_int_equal(strspn(arrived(), "x"), 1000);
}

TEST(a_line_that_is_too_long_becomes_a_loss)
{
	struct place place = {0};
	const char *text;

	assert_int_equal(sample_write(&output, 7, 20000), 0);
	text = arrived();
	assert_non_null(strstr(text, "\"type\":\"loss\""));
	assert_non_null(strstr(text, "\"lost\":1,\"why\":\"too long for the syslog socket\""));
	assert_true(format_json.read_back(text, strlen(text), &place));
	assert_true(place.instance == SAMPLE_INSTANCE && place.seq == 7);
	assert_int_equal(sample_write(&output, 8, 10), 0);
	assert_string_equal(arrived(), "xxxxxxxxxx");
}
