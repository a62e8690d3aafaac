/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A record as one datagram, for the outputs syslog and udp. */
#ifndef OUTPUT_DATAGRAM_H
#define OUTPUT_DATAGRAM_H

#include "output/output.h"

/* Appends the content of the datagram to *out. */
typedef void datagram_put(struct buffer *out, const struct output *output,
			  const struct item *item);

/**
 * datagram_write() - Send the record over output->fd, which must be connected.
 *
 * A record that is longer than a datagram may be is replaced by a loss with the reason
 * "too_long". Blocks the writer for up to half a second if the receiver is busy, then
 * returns -EAGAIN. Closes output->fd if the receiver is gone. Returns 0 or negative
 * errno.
 */
int datagram_write(struct output *output, const struct item *item, datagram_put *put,
		   const char *too_long);

#endif /* OUTPUT_DATAGRAM_H */
