/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Accounts: who pays for what is limited by user.
 */
#ifndef _SHELLTRAP_ACCOUNT_H
#define _SHELLTRAP_ACCOUNT_H

#include <linux/cred.h>
#include <linux/uidgid.h>
#include <linux/user_namespace.h>

/**
 * shelltrap_account_of() - The user on whose account something is.
 * @cred: credentials of the task; of another one under RCU
 *
 * The real user id. Below another user namespace it is the user who made that one, or a
 * user with a range of subordinate ids would have as many accounts. Any context.
 */
static inline kuid_t shelltrap_account_of(const struct cred *cred)
{
	const struct user_namespace *ns = cred->user_ns;

	if (ns == &init_user_ns)
		return cred->uid;
	while (ns->parent && ns->parent != &init_user_ns)
		ns = ns->parent;
	return ns->owner;
}

#endif /* _SHELLTRAP_ACCOUNT_H */
