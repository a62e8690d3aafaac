/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The far end of an output that goes over the network: its name, and the way there. */
#ifndef OUTPUT_PEER_H
#define OUTPUT_PEER_H

#include "output/output.h"

/* What is wrong with "//HOST:PORT", NULL: nothing. */
const char *peer_fault(const char *path);

/*
 * Looks the host up and connects output->fd, of SOCK_STREAM or SOCK_DGRAM, to the first
 * address that takes it: 0 or negative errno. EAGAIN: its name is still being looked up.
 */
int peer_connect(struct output *output, int type);

void peer_close(struct output *output);

#endif /* OUTPUT_PEER_H */
