/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The channel: numbers the records, keeps them in the backlog, and speaks the protocol of
 * include/uapi/linux/shelltrap.h. All functions run in process context and may sleep.
 */
#ifndef _SHELLTRAP_NETLINK_H
#define _SHELLTRAP_NETLINK_H

#include <linux/types.h>

/**
 * shelltrap_netlink_init() - Allocate the backlog and register the netlink family.
 * @backlog_size: memory for the backlog, in bytes
 *
 * Return: 0, -EINVAL if the backlog could not hold one record of the largest size, or
 * another negative error.
 */
int shelltrap_netlink_init(u32 backlog_size);

/**
 * shelltrap_netlink_exit() - Unregister the family and free the backlog.
 *
 * Nothing may publish records any more.
 */
void shelltrap_netlink_exit(void);

/**
 * shelltrap_netlink_instance() - The random number of this module instance.
 *
 * Return: a number that stays the same from load to unload.
 */
u64 shelltrap_netlink_instance(void);

/**
 * shelltrap_netlink_next_seq() - The number that the next record must carry.
 *
 * Only one work item writes records, so the number is still right when that item publishes.
 *
 * Return: the sequence number.
 */
u64 shelltrap_netlink_next_seq(void);

/**
 * shelltrap_netlink_publish() - Keep a record in the backlog and multicast it.
 * @record: netlink attributes, complete
 * @len: their length in bytes, at most SHELLTRAP_RECORD_MAX
 */
void shelltrap_netlink_publish(const void *record, u32 len);

#endif /* _SHELLTRAP_NETLINK_H */
