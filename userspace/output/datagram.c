// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/datagram.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

#define BUSY_MS 500

/* A reader that is busy gets a moment; one that was restarted is another socket. */
static int send_message(struct output *output, const struct buffer *message)
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
		output_hang_up(output);
	return error == EPIPE ? -ECONNRESET : -error;
}

static int put_and_send(struct output *output, const struct item *item, datagram_put *put)
{
	struct buffer message = {0};
	int ret;

	put(&message, output, item);
	ret = send_message(output, &message);
	buffer_free(&message);
	return ret;
}

static int send_loss(struct output *output, const struct item *item, datagram_put *put,
		     const char *reason)
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
	const struct item told = { &loss, &line, item->summary, item->view };
	int ret;

	output->format->put(&line, &loss, item->view);
	ret = put_and_send(output, &told, put);
	buffer_free(&line);
	return ret;
}

int datagram_write(struct output *output, const struct item *item, datagram_put *put,
		   const char *too_long)
{
	int ret = put_and_send(output, item, put);

	return ret == -EMSGSIZE ? send_loss(output, item, put, too_long) : ret;
}
