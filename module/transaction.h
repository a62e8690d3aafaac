/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Transactions: policies that user space is sending.
 *
 * A transaction is a policy under construction and belongs to one socket. It ends when the
 * socket is closed, when a message adds something wrong, or at the commit. The policy in
 * force does not change before the commit. The functions below are the handlers of the
 * netlink commands that build a policy; netlink.c lists them.
 */
#ifndef _SHELLTRAP_TRANSACTION_H
#define _SHELLTRAP_TRANSACTION_H

struct genl_info;
struct nla_policy;
struct sk_buff;

extern const struct nla_policy shelltrap_policy_begin_attrs[];
extern const struct nla_policy shelltrap_policy_add_attrs[];
extern const struct nla_policy shelltrap_policy_commit_attrs[];

/**
 * shelltrap_policy_begin() - Handle SHELLTRAP_CMD_POLICY_BEGIN.
 * @request: the message
 * @info: its attributes; receives the error text
 *
 * Replaces a transaction that the socket has begun before. May sleep.
 *
 * Return: 0, -EPERM if the policy is locked, -EBUSY if there are too many transactions, or
 * -ENOMEM.
 */
int shelltrap_policy_begin(struct sk_buff *request, struct genl_info *info);

/**
 * shelltrap_policy_add() - Handle SHELLTRAP_CMD_POLICY_ADD.
 * @request: the message
 * @info: its attributes; receives the error text
 *
 * Drops the transaction after an error. May sleep.
 *
 * Return: 0, -ENOENT if the socket has no transaction, or -EINVAL.
 */
int shelltrap_policy_add(struct sk_buff *request, struct genl_info *info);

/**
 * shelltrap_policy_commit() - Handle SHELLTRAP_CMD_POLICY_COMMIT.
 * @request: the message
 * @info: its attributes; receives the error text
 *
 * Ends the transaction, with or without success. Resolves paths, so it may sleep for as
 * long as a file system takes to answer.
 *
 * Return: 0, -EPERM if the policy is locked, -ENOENT if the socket has no transaction,
 * -EINVAL if the policy is wrong, -EOPNOTSUPP if this kernel cannot do what the policy
 * asks for, or another negative error.
 */
int shelltrap_policy_commit(struct sk_buff *request, struct genl_info *info);

/**
 * shelltrap_may_change() - May the sender of a request change what is detected and enforced?
 * @request: the request
 * @info: gets the message for the sender
 *
 * Return: 0, or -EPERM without CAP_SYS_ADMIN in the initial user namespace.
 */
int shelltrap_may_change(const struct sk_buff *request, struct genl_info *info);

/**
 * shelltrap_transaction_init() - Start to watch for sockets that are closed.
 *
 * Return: 0 or a negative error.
 */
int shelltrap_transaction_init(void);

/**
 * shelltrap_transaction_exit() - Drop all transactions.
 *
 * The netlink family is unregistered: no handler runs.
 */
void shelltrap_transaction_exit(void);

#endif /* _SHELLTRAP_TRANSACTION_H */
