/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The listing: the policy in force, as the messages that would make it. Handlers of
 * SHELLTRAP_CMD_POLICY_GET.
 */
#ifndef _SHELLTRAP_LISTING_H
#define _SHELLTRAP_LISTING_H

struct genl_family;
struct netlink_callback;
struct sk_buff;

int shelltrap_listing_start(struct netlink_callback *cb);
int shelltrap_listing_dump(struct sk_buff *skb, struct netlink_callback *cb,
			   const struct genl_family *family);
int shelltrap_listing_done(struct netlink_callback *cb);

#endif /* _SHELLTRAP_LISTING_H */
