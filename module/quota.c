// SPDX-License-Identifier: GPL-2.0-or-later
#ifdef __KERNEL__
#include <linux/string.h>
#else
#include <string.h>
#endif

#include "quota.h"

/* Distributions give their services user ids below this one. */
#define FIRST_LOGIN_UID	1000

#define USER_SLICE	"/user.slice/"
#define SERVICE		".service"

enum shelltrap_unheld shelltrap_quota_exceeded(const struct shelltrap_hold_limits *limits,
					       const struct shelltrap_quota_account *held,
					       unsigned int nr,
					       const struct shelltrap_quota_account *wanted)
{
	__u32 by_server = 0, by_user = 0, others = 0;
	unsigned int i;

	for (i = 0; i < nr; i++) {
		by_server += held[i].server == wanted->server;
		by_user += held[i].user == wanted->user;
		others += !held[i].system;
	}
	if (by_server >= limits->per_server)
		return SHELLTRAP_UNHELD_PER_SERVER;
	if (by_user >= limits->per_user)
		return SHELLTRAP_UNHELD_PER_USER;
	if (nr >= limits->max || (!wanted->system && others >= limits->max - limits->max / 2))
		return SHELLTRAP_UNHELD_MAX;
	return 0;
}

/* Any user can name services of their own, below user.slice. */
bool shelltrap_quota_is_system(__u32 uid, const char *cgroup)
{
	const char *at = cgroup;

	if (uid < FIRST_LOGIN_UID)
		return true;
	if (!cgroup || !strncmp(cgroup, USER_SLICE, strlen(USER_SLICE)))
		return false;
	while ((at = strstr(at, SERVICE))) {
		at += strlen(SERVICE);
		if (!*at || *at == '/')
			return true;
	}
	return false;
}
