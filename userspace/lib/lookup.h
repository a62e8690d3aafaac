/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The addresses of a host. The system's resolver may take minutes and cannot be
 * interrupted, so a worker's thread asks it.
 */
#ifndef LIB_LOOKUP_H
#define LIB_LOOKUP_H

struct addrinfo;
struct lookup;

/**
 * lookup_start() - Begin to look up a host.
 * @port: decimal digits
 * @type: SOCK_STREAM or SOCK_DGRAM
 *
 * Returns NULL if no file descriptor or no thread can be created.
 */
struct lookup *lookup_start(const char *host, const char *port, int type);

/** lookup_fd() - A file descriptor that is readable once the lookup is over. */
int lookup_fd(const struct lookup *lookup);

/**
 * lookup_result() - The addresses, once lookup_fd() is readable.
 *
 * Returns 0, or an error for gai_strerror(). The addresses are valid until lookup_drop().
 */
int lookup_result(const struct lookup *lookup, const struct addrinfo **addresses);

/** lookup_drop() - Free a lookup, which need not be over. */
void lookup_drop(struct lookup *lookup);

#endif /* LIB_LOOKUP_H */
