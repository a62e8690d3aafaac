// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Syslog over UDP (RFC 5426). Nothing acknowledges a datagram: a record that is lost on the
 * way is not sent again.
 */
#include <sys/socket.h>

#include "output/datagram.h"
#include "output/peer.h"

static int udp_open(struct output *output, struct cursor *cursor)
{
	(void)cursor;
	return output->fd < 0 ? peer_connect(output, SOCK_DGRAM) : 0;
}

static void udp_put_message(struct buffer *out, const struct output *output,
			    const struct item *item)
{
	put_syslog_message(out, output->format, item->line, item->record, item->view);
}

static int udp_write(struct output *output, const struct item *item)
{
	int ret;

	if (output->fd >= 0)
		peer_follow(output, SOCK_DGRAM);
	ret = udp_open(output, NULL);
	return ret ? ret : datagram_write(output, item, udp_put_message, "too long for a datagram");
}

const struct output_kind output_udp = {
	.name = "udp",
	.target_fault = peer_target_fault,
	.needs = peer_needs,
	.open = udp_open,
	.write = udp_write,
	.close = peer_close,
};
