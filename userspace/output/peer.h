/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The collector of a network output: parses its name, looks it up and connects to it. */
#ifndef OUTPUT_PEER_H
#define OUTPUT_PEER_H

#include "output/output.h"

/* Returns what is wrong with the target "//HOST:PORT", or NULL. Any thread. */
const char *peer_target_fault(const char *path);

/*
 * Looks the host up and connects output->fd, of type SOCK_STREAM or SOCK_DGRAM, to the
 * first of its addresses that accepts. Thread of the writer; blocks for at most half a
 * second for the name and 5 s for each address, or until the output is woken. Returns 0 or
 * negative errno. -EAGAIN: the look-up goes on; call again for its result.
 */
int peer_connect(struct output *output, int type);

/* Closes output->fd and abandons a look-up. */
void peer_close(struct output *output);

#endif /* OUTPUT_PEER_H */
