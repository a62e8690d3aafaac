/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The listing: sends the policy in force, as the messages that would build the policy
 * (SHELLTRAP_CMD_POLICY_GET). The callbacks of one dump are called in process context, one
 * at a time.
 */
#ifndef _SHELLTRAP_LISTING_H
#define _SHELLTRAP_LISTING_H

struct genl_family;
struct netlink_callback;
struct sk_buff;

/**
 * shelltrap_listing_start() - Begin a dump with the policy in force.
 * @cb: the dump; keeps a reference to the ruleset until shelltrap_listing_done()
 *
 * Return: 0.
 */
int shelltrap_listing_start(struct netlink_callback *cb);

/**
 * shelltrap_listing_dump() - Put as many messages as fit.
 * @skb: receives the messages
 * @cb: the dump
 * @family: the netlink family, for the message headers
 *
 * Return: the length of @skb; 0 when the dump is complete.
 */
int shelltrap_listing_dump(struct sk_buff *skb, struct netlink_callback *cb,
			   const struct genl_family *family);

/**
 * shelltrap_listing_done() - End a dump, complete or not.
 * @cb: the dump
 *
 * Return: 0.
 */
int shelltrap_listing_done(struct netlink_callback *cb);

#endif /* _SHELLTRAP_LISTING_H */
