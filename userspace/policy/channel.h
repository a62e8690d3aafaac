/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sends a policy to the module, and fetches the policy in force. */
#ifndef POLICY_CHANNEL_H
#define POLICY_CHANNEL_H

#include "kernel/channel.h"
#include "module/policy.h"

/* As a number of seconds: until another load. */
#define OBSERVE_FOR_GOOD UINT32_MAX

/*
 * Sends the policy in one transaction: it comes into force as a whole, or not at all. For
 * "observe" seconds nothing is denied or killed; if "observe" is not known, whether rules
 * are enforced stays as it was. Returns 0 or an error of kernel/channel.h.
 */
int policy_send(struct channel *channel, const struct shelltrap_policy *policy,
		const struct number *observe);

/*
 * Fetches the policy in force, to be freed by policy_free(). Returns 0 or an error of
 * kernel/channel.h; EBADMSG: the answer is no valid policy.
 */
int policy_fetch(struct channel *channel, struct shelltrap_policy **policy);

#endif /* POLICY_CHANNEL_H */
