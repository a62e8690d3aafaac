/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Records: puts what is known into the attributes of include/uapi/linux/shelltrap.h.
 *
 * Works on a struct sk_buff and plain structs, so that a test needs nothing
 * else. Each function returns 0, or -EMSGSIZE when the message is full; one of
 * SHELLTRAP_RECORD_MAX bytes never is.
 */
#ifndef _SHELLTRAP_RECORD_H
#define _SHELLTRAP_RECORD_H

#include "policy.h"
#include "slot.h"

struct sk_buff;

/* Paths of an alert, as found by the report; NULL: not known, nor what goes with it. */
struct shelltrap_paths {
	const char *file;
	const char *exe;
	const char *cwd;
	const char *server_exe;
	const char *cgroup;
};

/* Bytes of attributes: the paths, PATHNAME, INTERPRETER, ARGV, and what is small. */
#define SHELLTRAP_RECORD_MAX	(7 * SHELLTRAP_PATH_MAX + SHELLTRAP_ARGV_MAX + \
				 32 * SHELLTRAP_ANCESTORS_MAX + 200 * SHELLTRAP_RULES_MAX + 2048)

int shelltrap_record_put_header(struct sk_buff *skb, u64 seq, u64 instance, u64 time);
int shelltrap_record_put_alert(struct sk_buff *skb, const struct shelltrap_policy *policy,
			       const struct shelltrap_facts *facts,
			       const struct shelltrap_paths *paths);
int shelltrap_record_put_loss(struct sk_buff *skb, u64 lost, enum shelltrap_loss why);

#endif /* _SHELLTRAP_RECORD_H */
