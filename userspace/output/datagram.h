/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A record in one datagram: what the local syslog and the network's have in common. */
#ifndef OUTPUT_DATAGRAM_H
#define OUTPUT_DATAGRAM_H

#include "output/output.h"

/* Adds what goes into the datagram. */
typedef void datagram_put(struct buffer *out, const struct output *output,
			  const struct item *item);

/*
 * For an output that is connected; is so no longer where whoever listened is gone. In
 * place of what no datagram can hold a loss is sent, for that reason.
 */
int datagram_write(struct output *output, const struct item *item, datagram_put *put,
		   const char *too_long);

#endif /* OUTPUT_DATAGRAM_H */
