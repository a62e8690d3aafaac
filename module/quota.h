/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The quota: how many execs may be held at once, in all and for each server and user.
 *
 * This is plain C on plain data, as policy.h.
 */
#ifndef _SHELLTRAP_QUOTA_H
#define _SHELLTRAP_QUOTA_H

#include "policy.h"

/* Who is charged for an exec that is held. */
struct shelltrap_quota_account {
	__u64 server;		/* the outermost server */
	__u32 user;
	bool system;		/* the server may use the reserve */
};

/* How many execs are held already. */
struct shelltrap_quota_use {
	__u32 all;
	__u32 others;		/* that may not use the reserve */
	__u32 by_server, by_user; /* with the same server and user as one in question */
};

/**
 * shelltrap_quota_count() - Count an exec that is held.
 * @use: the count, first all 0
 * @held: the account of the exec that is held
 * @wanted: the account of the exec in question
 */
void shelltrap_quota_count(struct shelltrap_quota_use *use,
			   const struct shelltrap_quota_account *held,
			   const struct shelltrap_quota_account *wanted);

/**
 * shelltrap_quota_exceeded() - May one more exec be held?
 * @limits: the limits of the policy
 * @use: the count of all that are held
 * @wanted: the account of the exec in question
 *
 * Return: 0 if it may be held, or the limit that forbids it.
 */
enum shelltrap_unheld shelltrap_quota_exceeded(const struct shelltrap_hold_limits *limits,
					       const struct shelltrap_quota_use *use,
					       const struct shelltrap_quota_account *wanted);

/**
 * shelltrap_quota_is_system() - May a server use the reserve?
 * @uid: the user as whom it runs
 * @cgroup: path of its cgroup, or NULL
 *
 * Return: true for a system user, and for a service that the system's manager has started.
 */
bool shelltrap_quota_is_system(__u32 uid, const char *cgroup);

#endif /* _SHELLTRAP_QUOTA_H */
