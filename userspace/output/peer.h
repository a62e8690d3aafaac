/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The collector of a network output: parses its name, looks it up and connects to it. */
#ifndef OUTPUT_PEER_H
#define OUTPUT_PEER_H

#include "output/output.h"

/**
 * peer_target_fault() - Check the target "//HOST:PORT".
 *
 * Any thread. Returns what is wrong with the target, or NULL.
 */
const char *peer_target_fault(const char *path);

/** peer_needs() - What the service needs to reach a collector. */
const char *peer_needs(const char *target);

/**
 * peer_connect() - Look the host up, and connect output->fd to it.
 *
 * Tries the addresses of the host until one accepts. "type" is SOCK_STREAM or
 * SOCK_DGRAM. Blocks the writer for at most half a second for the name and 5 s for each
 * address, or until the output is woken. Returns 0 or negative errno. -EAGAIN: the
 * look-up goes on; call again for its result.
 */
int peer_connect(struct output *output, int type);

/**
 * peer_follow() - Connect output->fd anew if the host has moved.
 *
 * For a datagram socket, on which nothing shows that its peer is gone. Looks the host up
 * again when the last look-up is a minute old, for which it blocks the writer for at most
 * half a second; a look-up that takes longer is used by a later call. Until a look-up
 * succeeds, and while the host keeps its address, the socket stays as it is.
 */
void peer_follow(struct output *output, int type);

/** peer_close() - Close output->fd and abandon a look-up. */
void peer_close(struct output *output);

#endif /* OUTPUT_PEER_H */
