/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The addresses of a host. The system's resolver takes as long as it likes, and nobody
 * can end it: it is asked in a thread of its own.
 */
#ifndef LIB_LOOKUP_H
#define LIB_LOOKUP_H

struct addrinfo;
struct lookup;

/* For sockets of that type; NULL: it cannot be asked for. */
struct lookup *lookup_start(const char *host, const char *port, int type);

/* Readable once it is over. */
int lookup_fd(const struct lookup *lookup);

/* Then: 0, or an error for gai_strerror(). The addresses are valid until it is dropped. */
int lookup_result(const struct lookup *lookup, const struct addrinfo **addresses);

/* Whether it is over or not. */
void lookup_drop(struct lookup *lookup);

#endif /* LIB_LOOKUP_H */
