/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The part of an alert that says which client made the server start the program. */
#ifndef KERNEL_REQUEST_H
#define KERNEL_REQUEST_H

#include <linux/shelltrap.h>

#include "kernel/attributes.h"
#include "lib/buffer.h"

#define REQUEST_VIA_MAX 8

/* Sources of which the module knows nothing: bits beside enum shelltrap_request_source. */
#define REQUEST_SOURCE_ACCESS_LOG	(UINT32_C(1) << 31)
#define REQUEST_SOURCE_FPM_STATUS	(UINT32_C(1) << 30)
#define REQUEST_SOURCE_UWSGI_STATS	(UINT32_C(1) << 29)

struct alert_ancestor {
	struct number pid;
	const char *comm;
};

/* A connection that the server has accepted. */
struct request_client {
	struct bytes addr;
	struct number port;
	struct bytes local_addr;	/* the server's end */
	struct number local_port;
};

/* The script that a request names, as it was found when the alert was written. */
struct request_file {
	bool present;
	struct number uid, gid, mode;
	struct number modified;		/* ns since the epoch */
	const char *sha256;
	const char *not_read;		/* why nothing else is known; or NULL */
};

struct alert_request {
	bool present;
	struct number certainty;	/* enum shelltrap_certainty */
	struct number sources;		/* set of enum shelltrap_request_source */
	struct request_client clients[SHELLTRAP_CLIENTS_MAX];
	size_t client_count;
	struct number more;		/* clients that are not in clients[] */
	struct number thread;
	struct alert_ancestor via[REQUEST_VIA_MAX];	/* proxies on this machine */
	size_t via_count;
	const char *method, *uri, *script, *host;
	const char *remote_addr, *forwarded_for, *user_agent;
	struct request_file file;	/* of "script" */
};

/* The strings of a request, in the order in which all formats have them. */
enum request_string {
	REQUEST_METHOD,
	REQUEST_HOST,
	REQUEST_URI,
	REQUEST_SCRIPT,
	REQUEST_REMOTE_ADDR,
	REQUEST_FORWARDED_FOR,
	REQUEST_USER_AGENT,
	REQUEST_STRINGS
};

/**
 * struct request_string_name - what a string of a request is called
 * @key: in the native JSON, as a member of "request"
 * @label: for people
 * @offset: in struct alert_request
 */
struct request_string_name {
	const char *key;
	const char *label;
	size_t offset;
};

extern const struct request_string_name request_strings[REQUEST_STRINGS];

/** request_string() - Where the request has this string; const if the request is. */
const char **request_string(const struct alert_request *request, enum request_string number);

extern const struct fields request_table, ancestor_table;

/** certainty_name() - As in shelltrap-formats(5); NULL for an unknown value. */
const char *certainty_name(uint64_t certainty);

/**
 * request_next_source() - The name of the next source.
 *
 * *next is 0 before the first call. Returns NULL after the last source.
 */
const char *request_next_source(const struct alert_request *request, size_t *next);

/** request_source() - The bit of this name; 0 for an unknown name. */
uint32_t request_source(const char *name);

/** request_client() - The client that made the request; NULL unless that is certain. */
const struct request_client *request_client(const struct alert_request *request);

/** put_client() - Add "203.0.113.5:51332" or "[2001:db8::1]:443". */
bool put_client(struct buffer *out, const struct request_client *client);

#endif /* KERNEL_REQUEST_H */
