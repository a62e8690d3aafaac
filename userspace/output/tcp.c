// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Syslog by TCP, each message behind its length (RFC 6587). Nobody says what was read,
 * but the other end's kernel says what it has. What that has had for a second, on a
 * connection that still stands, counts as written; what was sent behind it is sent
 * once more when the connection is lost: once is at least once.
 */
#include <errno.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "lib/console.h"
#include "lib/xalloc.h"
#include "output/output.h"
#include "output/peer.h"

#define BUSY_MS		500
/* So long something that was received may take to be read. */
#define SETTLE_MS	1000
/* So long the other end may take to read the rest when it is time to end. */
#define END_MS		1000
/* So long nothing may be heard of what was sent; and of a connection without use. */
#define SILENCE_MS	30000
#define IDLE_S		60
#define PROBE_S		10
#define PROBES		3

/* A place in what is sent on this connection, in whole messages. */
struct milestone {
	struct mark mark;
	uint64_t sent;
};

struct tcp {
	struct buffer message;		/* that is being sent */
	size_t done;			/* of it */
	uint64_t sent;			/* before it */
	struct milestone certain, next;	/* the second will be so when it has settled */
	int64_t next_since;		/* ms */
	bool is_stale;			/* the connection was lost, and more than is certain */
};

/* A connection begins where the one before was certain. */
static void begin(struct tcp *tcp)
{
	buffer_reset(&tcp->message);
	tcp->done = 0;
	tcp->sent = 0;
	tcp->certain.sent = 0;
	tcp->next = tcp->certain;
	tcp->next_since = now_ms();
}

static void lose(struct output *output)
{
	struct tcp *tcp = output->tcp;

	if (tcp->sent > tcp->certain.sent) {
		tcp->is_stale = true;
		snprintf(output->reason, sizeof(output->reason), "the connection was lost");
	}
	output_hang_up(output);
	begin(tcp);
}

static bool was_stale(struct tcp *tcp)
{
	bool was = tcp->is_stale;

	tcp->is_stale = false;
	return was;
}

static void set(int fd, int level, int name, int value)
{
	setsockopt(fd, level, name, &value, sizeof(value));
}

static int dial(struct output *output)
{
	int ret = peer_connect(output, SOCK_STREAM);

	if (ret)
		return ret;
	set(output->fd, IPPROTO_TCP, TCP_NODELAY, 1);
	set(output->fd, IPPROTO_TCP, TCP_USER_TIMEOUT, SILENCE_MS);
	set(output->fd, SOL_SOCKET, SO_KEEPALIVE, 1);
	set(output->fd, IPPROTO_TCP, TCP_KEEPIDLE, IDLE_S);
	set(output->fd, IPPROTO_TCP, TCP_KEEPINTVL, PROBE_S);
	set(output->fd, IPPROTO_TCP, TCP_KEEPCNT, PROBES);
	return 0;
}

static int tcp_open(struct output *output, struct mark *mark)
{
	if (!output->tcp)
		output->tcp = xcalloc(1, sizeof(*output->tcp));
	output->tcp->certain.mark = *mark;
	begin(output->tcp);
	return dial(output);
}

static void tcp_close(struct output *output)
{
	peer_close(output);
	if (output->tcp)
		buffer_free(&output->tcp->message);
	free(output->tcp);
	output->tcp = NULL;
}

/* 0: it stands, else as recv() with nothing to read. There is nothing we want to hear. */
static int look_for_end(const struct output *output, bool *closed)
{
	char data[512];
	ssize_t len = recv(output->fd, data, sizeof(data), MSG_DONTWAIT);

	*closed = !len;
	if (len < 0 && errno != EAGAIN && errno != EINTR)
		return -errno;
	return len ? 0 : -ECONNRESET;
}

static void lose_if_ended(struct output *output)
{
	bool closed;

	if (output->fd >= 0 && look_for_end(output, &closed))
		lose(output);
}

static void put_framed(struct buffer *out, const struct output *output, const struct item *item)
{
	struct buffer message = {0};

	put_syslog_message(&message, output->format, item->line, item->record, item->view);
	buffer_printf(out, "%zu ", message.len);
	buffer_add(out, message.data, message.len);
	buffer_free(&message);
}

static int send_part(struct output *output)
{
	struct tcp *tcp = output->tcp;
	ssize_t len = send(output->fd, tcp->message.data + tcp->done, tcp->message.len - tcp->done,
			   MSG_NOSIGNAL);

	if (len > 0)
		tcp->done += len;
	return len < 0 && errno != EINTR ? -errno : 0;
}

/* What does not fit now is sent first when it is written again. */
static int send_message(struct output *output)
{
	struct tcp *tcp = output->tcp;

	while (tcp->done < tcp->message.len) {
		int ret = send_part(output);

		if (ret == -EAGAIN && output_wait(output, output->fd, POLLOUT, BUSY_MS))
			ret = send_part(output);
		if (ret)
			return ret;
	}
	tcp->sent += tcp->done;
	tcp->done = 0;
	buffer_reset(&tcp->message);
	return 0;
}

static int tcp_write(struct output *output, const struct item *item)
{
	struct tcp *tcp = output->tcp;
	int ret;

	lose_if_ended(output);
	if (was_stale(tcp))
		return -ERESTART;
	ret = output->fd < 0 ? dial(output) : 0;
	if (ret)
		return ret;
	if (!tcp->message.len)
		put_framed(&tcp->message, output, item);
	ret = send_message(output);
	if (!ret || ret == -EAGAIN)
		return ret;
	lose(output);
	if (was_stale(tcp))
		return -ERESTART;
	return ret == -EPIPE ? -ECONNRESET : ret;
}

static void settle(const struct output *output, const struct mark *mark)
{
	struct tcp *tcp = output->tcp;
	int waiting;

	if (now_ms() - tcp->next_since < SETTLE_MS || ioctl(output->fd, SIOCOUTQ, &waiting) ||
	    tcp->sent + tcp->done - waiting < tcp->next.sent)
		return;
	tcp->certain = tcp->next;
	tcp->next = (struct milestone){ *mark, tcp->sent };
	tcp->next_since = now_ms();
}

/* Who is told that no more comes, and has read all of it, closes his end, too. */
static bool is_read_to_end(const struct output *output)
{
	struct pollfd fd = { .fd = output->fd, .events = POLLIN };
	int64_t deadline = now_ms() + END_MS;
	bool closed = false;

	shutdown(output->fd, SHUT_WR);
	while (now_ms() < deadline && !look_for_end(output, &closed))
		poll(&fd, 1, deadline - now_ms());
	return closed;
}

static int tcp_flush(struct output *output, struct mark *mark)
{
	struct tcp *tcp = output->tcp;

	lose_if_ended(output);
	if (was_stale(tcp))
		return -ERESTART;
	if (output->fd < 0 || (stop_requested() && is_read_to_end(output)))
		tcp->certain = (struct milestone){ *mark, tcp->sent };
	else
		settle(output, mark);
	*mark = tcp->certain.mark;
	return 0;
}

const struct output_kind output_tcp = {
	.name = "tcp",
	.path_fault = peer_fault,
	.open = tcp_open,
	.write = tcp_write,
	.flush = tcp_flush,
	.close = tcp_close,
};
