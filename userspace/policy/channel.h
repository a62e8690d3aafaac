/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A policy to the module, and from it. Errors are those of channel.h. */
#ifndef POLICY_CHANNEL_H
#define POLICY_CHANNEL_H

#include "kernel/channel.h"
#include "module/policy.h"

#define OBSERVE_FOR_GOOD UINT32_MAX

/*
 * In one transaction: it is in force as a whole, or not at all. For "observe" seconds
 * from then on nothing is denied; where that is not known, it stays as it is.
 */
int policy_send(struct channel *channel, const struct shelltrap_policy *policy,
		const struct number *observe);

/* The one in force; policy_free() it. EBADMSG: what came is none. */
int policy_fetch(struct channel *channel, struct shelltrap_policy **policy);

#endif /* POLICY_CHANNEL_H */
