/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Transactions: policies on their way in.
 *
 * A transaction is a policy that a socket is adding to. It is nobody else's, it
 * ends with its socket or with the first thing in it that is wrong, and nothing
 * else changes before the commit. Here are the handlers of the channel's commands
 * that make one; netlink.c lists them.
 */
#ifndef _SHELLTRAP_TRANSACTION_H
#define _SHELLTRAP_TRANSACTION_H

struct genl_info;
struct nla_policy;
struct sk_buff;

extern const struct nla_policy shelltrap_policy_begin_attrs[];
extern const struct nla_policy shelltrap_policy_add_attrs[];
extern const struct nla_policy shelltrap_policy_commit_attrs[];

int shelltrap_policy_begin(struct sk_buff *request, struct genl_info *info);
int shelltrap_policy_add(struct sk_buff *request, struct genl_info *info);
int shelltrap_policy_commit(struct sk_buff *request, struct genl_info *info);

/* Returns 0 or a negative error. */
int shelltrap_transaction_init(void);

/* The channel is closed. */
void shelltrap_transaction_exit(void);

#endif /* _SHELLTRAP_TRANSACTION_H */
