// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Syslog over TCP, each message after its length (RFC 6587, octet counting). A collector
 * does not say what it has read; only the TCP of its kernel acknowledges bytes. A message
 * counts as written when its bytes have been acknowledged for a second and the connection
 * still stands. When the connection is lost, all later messages are sent again, so a record
 * may come twice.
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

#include "lib/deadline.h"
#include "lib/xalloc.h"
#include "output/output.h"
#include "output/peer.h"

/* How long one call waits for room in the socket's buffer. */
#define BUSY_MS		500
/* Bytes that were acknowledged this long ago count as read by the collector. */
#define SETTLE_MS	1000
/* When the logger ends, the collector has this long to read the rest. */
#define END_MS		1000
/* A connection is lost when sent bytes are not acknowledged for this long. */
#define SILENCE_MS	30000
/* An idle connection is probed after IDLE_S, every PROBE_S, PROBES times. */
#define IDLE_S		60
#define PROBE_S		10
#define PROBES		3

/* The end of a message in the bytes that are sent on this connection. */
struct milestone {
	struct cursor cursor;		/* after the message's record */
	uint64_t sent;			/* bytes up to the end of the message */
};

struct tcp {
	struct buffer message;		/* the message that is being sent, or empty */
	size_t done;			/* bytes of the message that are sent */
	uint64_t sent;			/* bytes sent on this connection before the message */
	struct milestone certain;	/* messages up to here count as read */
	struct milestone next;		/* becomes certain SETTLE_MS after next_since */
	int64_t next_since;		/* ms */
	bool lost_messages;		/* a connection was lost with messages after "certain" */
	bool collector_sends;		/* the collector has not shut down its sending side */
};

/* A new connection starts after the last message that is certain. */
static void tcp_reset(struct tcp *tcp)
{
	buffer_reset(&tcp->message);
	tcp->done = 0;
	tcp->sent = 0;
	tcp->certain.sent = 0;
	tcp->next = tcp->certain;
	tcp->next_since = now_ms();
	tcp->collector_sends = true;
}

static void tcp_lose(struct output *output)
{
	struct tcp *tcp = output->tcp;

	if (tcp->sent > tcp->certain.sent) {
		tcp->lost_messages = true;
		snprintf(output->reason, sizeof(output->reason), "the connection was lost");
	}
	output_close_fd(output);
	tcp_reset(tcp);
}

/* True once after a lost connection: the writer must send messages again. */
static bool tcp_take_lost_messages(struct tcp *tcp)
{
	bool lost = tcp->lost_messages;

	tcp->lost_messages = false;
	return lost;
}

static void tcp_set_option(int fd, int level, int name, int value)
{
	setsockopt(fd, level, name, &value, sizeof(value));
}

static int tcp_connect(struct output *output)
{
	int ret = peer_connect(output, SOCK_STREAM);

	if (ret)
		return ret;
	tcp_set_option(output->fd, IPPROTO_TCP, TCP_NODELAY, 1);
	tcp_set_option(output->fd, IPPROTO_TCP, TCP_USER_TIMEOUT, SILENCE_MS);
	tcp_set_option(output->fd, SOL_SOCKET, SO_KEEPALIVE, 1);
	tcp_set_option(output->fd, IPPROTO_TCP, TCP_KEEPIDLE, IDLE_S);
	tcp_set_option(output->fd, IPPROTO_TCP, TCP_KEEPINTVL, PROBE_S);
	tcp_set_option(output->fd, IPPROTO_TCP, TCP_KEEPCNT, PROBES);
	return 0;
}

static int tcp_open(struct output *output, struct cursor *cursor)
{
	if (!output->tcp)
		output->tcp = xcalloc(1, sizeof(*output->tcp));
	output->tcp->certain.cursor = *cursor;
	tcp_reset(output->tcp);
	return tcp_connect(output);
}

static void tcp_close(struct output *output)
{
	peer_close(output);
	if (output->tcp)
		buffer_free(&output->tcp->message);
	free(output->tcp);
	output->tcp = NULL;
}

/*
 * Reads and ignores what the collector sends, to notice a lost connection. The end of what
 * it sends is no loss: a collector may shut down its sending side and go on reading. If it
 * reads no more, its kernel answers the next message with a reset. Returns negative errno
 * if the connection is lost.
 */
static int tcp_check(const struct output *output)
{
	char data[512];
	ssize_t len = recv(output->fd, data, sizeof(data), MSG_DONTWAIT);

	if (len < 0 && errno != EAGAIN && errno != EINTR)
		return -errno;
	if (!len)
		output->tcp->collector_sends = false;
	return 0;
}

static void tcp_lose_if_ended(struct output *output)
{
	if (output->fd >= 0 && tcp_check(output))
		tcp_lose(output);
}

static void tcp_put_message(struct buffer *out, const struct output *output,
			    const struct item *item)
{
	struct buffer message = {0};

	put_syslog_message(&message, output->format, item->line, item->record, item->view);
	buffer_printf(out, "%zu ", message.len);
	buffer_add(out, message.data, message.len);
	buffer_free(&message);
}

static int tcp_send_part(struct output *output)
{
	struct tcp *tcp = output->tcp;
	ssize_t len = send(output->fd, tcp->message.data + tcp->done, tcp->message.len - tcp->done,
			   MSG_NOSIGNAL);

	if (len > 0)
		tcp->done += len;
	return len < 0 && errno != EINTR ? -errno : 0;
}

/* Returns -EAGAIN if the socket is full; the next call sends the rest of the message. */
static int tcp_send_message(struct output *output)
{
	struct tcp *tcp = output->tcp;

	while (tcp->done < tcp->message.len) {
		int ret = tcp_send_part(output);

		if (ret == -EAGAIN && output_wait(output, output->fd, POLLOUT, BUSY_MS))
			ret = tcp_send_part(output);
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

	tcp_lose_if_ended(output);
	if (tcp_take_lost_messages(tcp))
		return -ERESTART;
	ret = output->fd < 0 ? tcp_connect(output) : 0;
	if (ret)
		return ret;
	if (!tcp->message.len)
		tcp_put_message(&tcp->message, output, item);
	ret = tcp_send_message(output);
	if (!ret || ret == -EAGAIN)
		return ret;
	tcp_lose(output);
	if (tcp_take_lost_messages(tcp))
		return -ERESTART;
	return ret == -EPIPE ? -ECONNRESET : ret;
}

/* Returns how many bytes the collector's kernel has not acknowledged, or negative errno. */
static int tcp_unacknowledged(const struct output *output)
{
	int bytes;

	return ioctl(output->fd, SIOCOUTQ, &bytes) ? -errno : bytes;
}

/* Makes "next" certain if its bytes were acknowledged and it is old enough. */
static void tcp_settle(const struct output *output, const struct cursor *cursor)
{
	struct tcp *tcp = output->tcp;
	int waiting = tcp_unacknowledged(output);

	if (now_ms() - tcp->next_since < SETTLE_MS || waiting < 0 ||
	    tcp->sent + tcp->done - waiting < tcp->next.sent)
		return;
	tcp->certain = tcp->next;
	tcp->next = (struct milestone){ *cursor, tcp->sent };
	tcp->next_since = now_ms();
}

/* Returns true if the collector closes its side before the deadline: it has read all. */
static bool tcp_wait_for_close(const struct output *output, int64_t deadline)
{
	struct pollfd fd = { .fd = output->fd, .events = POLLIN };

	shutdown(output->fd, SHUT_WR);
	while (output->tcp->collector_sends && now_ms() < deadline) {
		poll(&fd, 1, deadline - now_ms());
		if (tcp_check(output))
			return false;
	}
	return !output->tcp->collector_sends;
}

/*
 * For a collector that closed its side long ago. Returns true if all bytes are acknowledged
 * before the deadline and the connection then stands for SETTLE_MS.
 */
static bool tcp_wait_for_acknowledgement(const struct output *output, int64_t deadline)
{
	struct pollfd fd = { .fd = output->fd };

	while (tcp_unacknowledged(output) > 0 && now_ms() < deadline)
		if (poll(&fd, 1, 10) > 0)
			return false;
	return !tcp_unacknowledged(output) && !poll(&fd, 1, SETTLE_MS);
}

/* At the end of the logger: returns true if the collector has everything that was sent. */
static bool tcp_finish(const struct output *output)
{
	int64_t deadline = now_ms() + END_MS;

	return output->tcp->collector_sends ? tcp_wait_for_close(output, deadline) :
					      tcp_wait_for_acknowledgement(output, deadline);
}

static int tcp_flush(struct output *output, struct cursor *cursor)
{
	struct tcp *tcp = output->tcp;

	tcp_lose_if_ended(output);
	if (tcp_take_lost_messages(tcp))
		return -ERESTART;
	if (output->fd < 0 || (output_ends(output) && tcp_finish(output)))
		tcp->certain = (struct milestone){ *cursor, tcp->sent };
	else
		tcp_settle(output, cursor);
	*cursor = tcp->certain.cursor;
	return 0;
}

const struct output_kind output_tcp = {
	.name = "tcp",
	.target_fault = peer_target_fault,
	.needs = peer_needs,
	.open = tcp_open,
	.write = tcp_write,
	.flush = tcp_flush,
	.close = tcp_close,
};
