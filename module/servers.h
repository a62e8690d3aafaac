/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The list of servers: sends each process that is known to serve (SHELLTRAP_CMD_SERVERS_GET).
 */
#ifndef _SHELLTRAP_SERVERS_H
#define _SHELLTRAP_SERVERS_H

struct genl_family;
struct netlink_callback;
struct sk_buff;

/**
 * shelltrap_servers_dump() - Put as many servers as fit, each in a message of its own.
 * @skb: receives the messages
 * @cb: the dump
 * @family: the netlink family, for the message headers
 *
 * Process context, may sleep. Servers that come and go during the dump may be missing.
 *
 * Return: the length of @skb, 0 when the dump is complete, or -ENOMEM.
 */
int shelltrap_servers_dump(struct sk_buff *skb, struct netlink_callback *cb,
			   const struct genl_family *family);

#endif /* _SHELLTRAP_SERVERS_H */
