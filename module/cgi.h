/* SPDX-License-Identifier: GPL-2.0 */
/*
 * CGI: what a web server tells a CGI program about the request, in the environment (RFC 3875).
 *
 * A CGI program can change its environment, and the client chooses most of the values: they
 * describe a request, and prove nothing.
 */
#ifndef _SHELLTRAP_CGI_H
#define _SHELLTRAP_CGI_H

#include <linux/types.h>
#include <linux/shelltrap.h>

enum shelltrap_cgi_value {
	SHELLTRAP_CGI_METHOD,
	SHELLTRAP_CGI_URI,
	SHELLTRAP_CGI_SCRIPT,
	SHELLTRAP_CGI_HOST,
	SHELLTRAP_CGI_REMOTE_ADDR,
	SHELLTRAP_CGI_FORWARDED_FOR,
	SHELLTRAP_CGI_USER_AGENT,
	SHELLTRAP_CGI_NR
};

struct shelltrap_cgi {
	bool gateway;		/* the environment belongs to a CGI program */
	u32 len;		/* bytes of the variable that is being read */
	char variable[SHELLTRAP_CGI_MAX + 24];
	char values[SHELLTRAP_CGI_NR][SHELLTRAP_CGI_MAX]; /* "": unknown; cut if too long */
};

/**
 * shelltrap_cgi_start() - Begin to read an environment.
 * @cgi: uninitialized, or used before
 *
 * Any context.
 */
void shelltrap_cgi_start(struct shelltrap_cgi *cgi);

/**
 * shelltrap_cgi_feed() - Read the next bytes of an environment.
 * @cgi: after shelltrap_cgi_start()
 * @bytes: variables, each with a NUL; a piece may end anywhere
 * @len: number of bytes
 *
 * Any context.
 */
void shelltrap_cgi_feed(struct shelltrap_cgi *cgi, const char *bytes, size_t len);

/**
 * shelltrap_cgi_text() - A value of the request.
 * @cgi: after the whole environment; may be NULL
 * @value: which
 *
 * Any context.
 *
 * Return: the value; NULL if it is unknown, or if the program is no CGI program.
 */
const char *shelltrap_cgi_text(const struct shelltrap_cgi *cgi, enum shelltrap_cgi_value value);

#endif /* _SHELLTRAP_CGI_H */
