// SPDX-License-Identifier: GPL-2.0-or-later
/* Syslog by UDP (RFC 5426). Nobody says whether anything arrives: once is at most once. */
#include <sys/socket.h>

#include "output/datagram.h"
#include "output/peer.h"

static int udp_open(struct output *output, struct mark *mark)
{
	(void)mark;
	return output->fd < 0 ? peer_connect(output, SOCK_DGRAM) : 0;
}

static void put_message(struct buffer *out, const struct output *output, const struct item *item)
{
	put_syslog_message(out, output->format, item->line, item->record, item->view);
}

static int udp_write(struct output *output, const struct item *item)
{
	int ret = udp_open(output, NULL);

	return ret ? ret : datagram_write(output, item, put_message, "too long for a datagram");
}

const struct output_kind output_udp = {
	.name = "udp",
	.path_fault = peer_fault,
	.open = udp_open,
	.write = udp_write,
	.close = peer_close,
};
