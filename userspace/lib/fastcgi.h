/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The client's side of FastCGI, as far as one request without a body needs it. What the server
 * answers may be anything: no length that it names is trusted, and no memory depends on one.
 */
#ifndef LIB_FASTCGI_H
#define LIB_FASTCGI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/buffer.h"

/* The most bytes that an answer may have, with its headers and padding. */
#define FASTCGI_ANSWER_MAX (1024 * 1024)

enum fastcgi_state {
	FASTCGI_OPEN,	/* the server has not ended its answer */
	FASTCGI_DONE,
	FASTCGI_BROKEN,	/* it is none, or the server refuses, or it is too long */
};

/* Starts as {0}; fastcgi_free() it. */
struct fastcgi {
	struct buffer output;	/* what the server has answered: headers, an empty line, the body */
	enum fastcgi_state state;
	uint8_t header[8];	/* of the record that comes */
	size_t header_len;
	size_t content, padding;	/* bytes of the record that are still to come */
	uint8_t end[8];		/* the first bytes of the record that ends the answer */
	size_t end_len;
	size_t taken;		/* bytes in all */
};

/**
 * fastcgi_put_request() - Add the request with these variables.
 * @variables: names and values in turn, a NULL at the end; each is shorter than 128 bytes
 */
void fastcgi_put_request(struct buffer *out, const char *const *variables);

/** fastcgi_take() - Take bytes of the answer, as they come. Returns the state. */
enum fastcgi_state fastcgi_take(struct fastcgi *answer, const void *bytes, size_t len);

/** fastcgi_body() - What follows the headers; NULL: the answer has no body. */
char *fastcgi_body(const struct fastcgi *answer);

void fastcgi_free(struct fastcgi *answer);

#endif /* LIB_FASTCGI_H */
