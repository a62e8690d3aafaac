/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The option --access-log, and how watch waits for the line of a request. */
#ifndef COMMAND_ACCESS_OPTION_H
#define COMMAND_ACCESS_OPTION_H

#include "command/options.h"
#include "past/access_log.h"

/* Of OPTION_MEMBER(): the member is a struct access_logs. */
int access_option(const struct usage *usage, const struct command_option *option, void *member);

#define ACCESS_OPTION(type, member)						\
	{ "access-log", "FILE[:FORMAT]", "look for the request in this access log of a web "	\
	  "server. FORMAT: combined (default), common, or what the server's configuration "	\
	  "has; see shelltrap(8), ACCESS LOGS", OPTION_MEMBER(access_option, type, member) }

/**
 * access_wait() - Look for the request of an alert that has just come.
 *
 * Servers write a line when the request has ended: waits until the alert is two seconds old
 * for lines that come later. Returns the record itself, or a copy with the request that the
 * lines tell, valid until the next call.
 */
const struct record *access_wait(struct access_logs *logs, const struct record *record);

#endif /* COMMAND_ACCESS_OPTION_H */
