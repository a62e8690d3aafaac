// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The local syslog, with messages as those of syslog(3), which does not report when no
 * daemon listens. Syslog cannot be asked for its last message, so after a crash the records
 * of the last second may come twice.
 */
#include <errno.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "format/summary.h"
#include "output/datagram.h"

#define SOCKET_PATH	"/dev/log"
#define SEND_BUFFER	(1024 * 1024)

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

/* The daemon may start later; syslog_write() connects, and is tried again. */
static int syslog_open(struct output *output, struct cursor *cursor)
{
	(void)output;
	(void)cursor;
	return 0;
}

static void syslog_put_message(struct buffer *out, const struct output *output,
			       const struct item *item)
{
	const struct record *record = item->record;
	time_t when = record->time.value / 1000000000;
	char stamp[32];
	struct tm tm;

	(void)output;
	localtime_r(&when, &tm);
	strftime(stamp, sizeof(stamp), "%b %e %T", &tm);
	buffer_printf(out, "<%d>%s shelltrap[%d]: ", LOG_AUTHPRIV | record_priority(record), stamp,
		      (int)getpid());
	buffer_add(out, item->line->data, item->line->len - 1);
}

static int syslog_write(struct output *output, const struct item *item)
{
	int ret = output->fd < 0 ? syslog_connect(output) : 0;

	if (ret)
		return ret;
	return datagram_write(output, item, syslog_put_message, "too long for the syslog socket");
}

const struct output_kind output_syslog = {
	.name = "syslog",
	.open = syslog_open,
	.write = syslog_write,
	.close = output_close_fd,
};
