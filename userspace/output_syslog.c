// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The local syslog, as syslog(3) talks to it, but noticing when nobody listens.
 * It cannot be asked what it has: once is at least once after a crash.
 */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "output.h"
#include "summary.h"

#define SOCKET_PATH	"/dev/log"
#define SEND_BUFFER	(1024 * 1024)
#define BUSY_MS		500

static void syslog_close(struct output *output)
{
	if (output->fd >= 0)
		close(output->fd);
	output->fd = -1;
}

static int syslog_connect(struct output *output)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = SOCKET_PATH };
	int size = SEND_BUFFER;
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -errno;
	if (connect(fd, (struct sockaddr *)&address, sizeof(address))) {
		int error = errno;

		close(fd);
		return -error;
	}
	setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size));
	output->fd = fd;
	return 0;
}

/* Where nobody listens yet, writing finds that out and tries again. */
static int syslog_open(struct output *output, struct mark *mark)
{
	(void)output;
	(void)mark;
	return 0;
}

static void put_header(struct buffer *out, const struct record *record)
{
	time_t when = record->time.value / 1000000000;
	char stamp[32];
	struct tm tm;

	localtime_r(&when, &tm);
	strftime(stamp, sizeof(stamp), "%b %e %T", &tm);
	buffer_printf(out, "<%d>%s shelltrap[%d]: ", LOG_AUTHPRIV | record_priority(record), stamp,
		      (int)getpid());
}

/* A reader that is busy gets a moment; one that was restarted is another socket. */
static int send_message(struct output *output, const struct buffer *message)
{
	struct pollfd fds[] = {
		{ .fd = output->fd, .events = POLLOUT },
		{ .fd = output->wake, .events = POLLIN },
	};
	int error;

	if (send(output->fd, message->data, message->len, MSG_NOSIGNAL) >= 0)
		return 0;
	if (errno == EAGAIN) {
		poll(fds, 2, BUSY_MS);
		if (send(output->fd, message->data, message->len, MSG_NOSIGNAL) >= 0)
			return 0;
	}
	error = errno;
	if (error != EAGAIN && error != EMSGSIZE)
		syslog_close(output);
	return error == EPIPE ? -ECONNRESET : -error;
}

/* It fits into no datagram: say so in its place. */
static int send_too_long(struct output *output, const struct item *item)
{
	struct record loss = {
		.seq = item->record->seq,
		.instance = item->record->instance,
		.time = item->record->time,
		.loss = {
			.present = true,
			.lost = { true, 1 },
			.reason = "too long for the syslog socket",
		},
	};
	struct buffer message = {0};
	int ret;

	put_header(&message, &loss);
	output->format->put(&message, &loss, item->view);
	message.len--;
	ret = send_message(output, &message);
	buffer_free(&message);
	return ret;
}

static int syslog_write(struct output *output, const struct item *item)
{
	struct buffer message = {0};
	int ret = output->fd < 0 ? syslog_connect(output) : 0;

	if (ret)
		return ret;
	put_header(&message, item->record);
	buffer_add(&message, item->line->data, item->line->len - 1);
	ret = send_message(output, &message);
	buffer_free(&message);
	return ret == -EMSGSIZE ? send_too_long(output, item) : ret;
}

const struct output_kind output_syslog = {
	.name = "syslog",
	.open = syslog_open,
	.write = syslog_write,
	.close = syslog_close,
};
