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

void shelltrap_quota_count(struct shelltrap_quota_use *use,
			   const struct shelltrap_quota_account *held,
			   const struct shelltrap_quota_account *wanted)
{
	use->all++;
	use->others += !held->system;
	use->by_server += held->server == wanted->server;
	use->by_user += held->user == wanted->user;
}

enum shelltrap_unheld shelltrap_quota_exceeded(const struct shelltrap_hold_limits *limits,
					       const struct shelltrap_quota_use *use,
					       const struct shelltrap_quota_account *wanted)
{
	if (use->by_server >= limits->per_server)
		return SHELLTRAP_UNHELD_PER_SERVER;
	if (use->by_user >= limits->per_user)
		return SHELLTRAP_UNHELD_PER_USER;
	if (use->all >= limits->max ||
	    (!wanted->system && use->others >= limits->max - limits->max / 2))
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
