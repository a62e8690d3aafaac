/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The format of a web server's access log, as its own configuration has it: an Apache
 * LogFormat, an nginx log_format, a PHP-FPM access.format; and one line of such a log.
 */
#ifndef PAST_ACCESS_FORMAT_H
#define PAST_ACCESS_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/request.h"
#include "lib/buffer.h"

#define ACCESS_PIECES_MAX 64
/* Bytes of one value that are kept. */
#define ACCESS_VALUE_MAX 1023

/* A field of the format and the text that follows it. */
struct access_piece {
	const struct access_field *field;
	bool at_end;		/* a time: when the request ended */
	bool by_frac;		/* a time: only the fraction of a second */
	uint64_t unit;		/* ns; of a number that is a time or a duration */
	char *time;		/* for strptime(); NULL: a number */
	char *literal;		/* what follows */
	size_t literal_len;
};

struct access_format {
	char *lead;		/* the text before the first field */
	size_t lead_len;
	struct access_piece pieces[ACCESS_PIECES_MAX];
	size_t count;
	bool has_process;	/* each line names the process or the thread */
};

/* A client that an access log names. */
struct access_client {
	unsigned char addr[16];
	uint8_t len;		/* 4 or 16; 0: the line names no IP address */
	bool has_port;
	uint16_t port;
};

struct access_text {
	const char *start;	/* NULL: the line does not have it */
	size_t len;
};

struct access_line {
	struct number pid, thread;
	uint64_t first, last;	/* ns: the request was running at some time from first to last */
	bool timed;		/* the line has both the time and the duration */
	struct access_client client;
	struct access_text texts[REQUEST_STRINGS];
};

/**
 * access_format_read() - Read a format: "combined", "common", or what a server has.
 *
 * The text is copied. Returns 0, or -EINVAL with the reason in *fault;
 * access_format_free() frees the format in either case.
 */
int access_format_read(struct access_format *format, const char *text, struct buffer *fault);
void access_format_free(struct access_format *format);

/**
 * access_line_read() - Read a line, which may hold any bytes, without its newline.
 *
 * What the line points to is the text. Returns false if it is no line of that format.
 */
bool access_line_read(const struct access_format *format, const char *text, size_t len,
		      struct access_line *line);

/** access_client_of() - The same client as the module knows it; IPv4 in IPv6 is IPv4. */
struct access_client access_client_of(const struct request_client *client);

/** access_client_same() - Whether both may be the same: a port that is missing is any port. */
bool access_client_same(const struct access_client *a, const struct access_client *b);

#endif /* PAST_ACCESS_FORMAT_H */
