// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/datagram.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

/* How long a busy receiver is waited for. */
#define BUSY_MS 500

/* A receiver that was restarted has a new socket: close the descriptor to connect anew. */
static int datagram_send(struct output *output, const struct buffer *message)
{
	int error;

	if (send(output->fd, message->data, message->len, MSG_NOSIGNAL) >= 0)
		return 0;
	if (errno == EAGAIN) {
		output_wait(output, output->fd, POLLOUT, BUSY_MS);
		if (send(output->fd, message->data, message->len, MSG_NOSIGNAL) >= 0)
			return 0;
	}
	error = errno;
	if (error != EAGAIN && error != EMSGSIZE)
		output_close_fd(output);
	return error == EPIPE ? -ECONNRESET : -error;
}

static int datagram_put_and_send(struct output *output, const struct item *item,
				 datagram_put *put)
{
	struct buffer message = {0};
	int ret;

	put(&message, output, item);
	ret = datagram_send(output, &message);
	buffer_free(&message);
	return ret;
}

static int datagram_send_loss(struct output *output, const struct item *item,
			      datagram_put *put, const char *reason)
{
	const struct record loss = {
		.seq = item->record->seq,
		.instance = item->record->instance,
		.time = item->record->time,
		.loss = {
			.present = true,
			.lost = { true, 1 },
			.reason = reason,
		},
	};
	struct buffer line = {0};
	const struct item lost = { &loss, &line, item->summary, item->view };
	int ret;

	output->format->put(&line, &loss, item->view);
	ret = datagram_put_and_send(output, &lost, put);
	buffer_free(&line);
	return ret;
}

int datagram_write(struct output *output, const struct item *item, datagram_put *put,
		   const char *too_long)
{
	int ret = datagram_put_and_send(output, item, put);

	return ret == -EMSGSIZE ? datagram_send_loss(output, item, put, too_long) : ret;
}
