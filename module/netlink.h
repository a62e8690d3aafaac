/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The channel: numbers the records, keeps them in the backlog, and speaks the protocol of
 * include/uapi/linux/shelltrap.h. All functions run in process context and may sleep.
 */
#ifndef _SHELLTRAP_NETLINK_H
#define _SHELLTRAP_NETLINK_H

#include <linux/types.h>

struct shelltrap_source;

/**
 * shelltrap_netlink_init() - Allocate the backlog.
 * @backlog_size: memory for the backlog, in bytes
 *
 * Return: 0, -EINVAL if the backlog could not hold one record of the largest size, or
 * another negative error.
 */
int shelltrap_netlink_init(u32 backlog_size);

/**
 * shelltrap_netlink_exit() - Free the backlog.
 *
 * Nothing may publish records any more, and the channel is closed.
 */
void shelltrap_netlink_exit(void);

/**
 * shelltrap_netlink_open() - Register the netlink family.
 *
 * The last step of a load: requests may come in from now on.
 *
 * Return: 0 or a negative error.
 */
int shelltrap_netlink_open(void);

/**
 * shelltrap_netlink_close() - Unregister the netlink family.
 *
 * No request is being handled when this returns.
 */
void shelltrap_netlink_close(void);

/**
 * shelltrap_netlink_instance() - The random number of this module instance.
 *
 * Return: a number that stays the same from load to unload.
 */
u64 shelltrap_netlink_instance(void);

/**
 * shelltrap_netlink_publish() - Number a complete record and keep it in the backlog.
 * @record: netlink attributes; the number is written into them
 * @len: their length in bytes, at most SHELLTRAP_RECORD_MAX
 * @source: who is charged for it; NULL: the module itself
 *
 * Process context. Several tasks may publish at the same time: none waits for more than
 * the copy of one record. Listeners get the record from shelltrap_netlink_send().
 *
 * Return: the number.
 */
u64 shelltrap_netlink_publish(void *record, u32 len, const struct shelltrap_source *source);

/**
 * shelltrap_netlink_may_fold() - Can it matter soon which execs are alike?
 * @len: about how long the next record would be, in bytes
 *
 * Process context.
 *
 * Return: true if the record would push out one that no reader has received, or if readers lag
 * behind, so that this may come. Else a source needs no key.
 */
bool shelltrap_netlink_may_fold(u32 len);

/**
 * shelltrap_netlink_fold() - Count an exec in a record of repeats, if that is necessary.
 * @source: who is charged for the exec; its key tells which execs are alike
 * @len: about how long an alert about the exec would be, in bytes
 * @time: of the exec, wall clock, ns since the epoch
 * @of: set to the number of the alert that the exec repeats if the caller is to publish a
 *	record of repeats, and else to 0
 *
 * It is necessary only if the alert would push a record out of the backlog that no reader has
 * received. Process context.
 *
 * Return: the number of the record that has counted the exec; 0: none has.
 */
u64 shelltrap_netlink_fold(const struct shelltrap_source *source, u32 len, u64 time, u64 *of);

/**
 * shelltrap_netlink_send() - Multicast what was published since the last call.
 *
 * For one worker at a time.
 */
void shelltrap_netlink_send(void);

/**
 * shelltrap_netlink_overwritten() - Count the records that were dropped unread.
 *
 * Process context. Return: the number since the module was loaded.
 */
u64 shelltrap_netlink_overwritten(void);

#endif /* _SHELLTRAP_NETLINK_H */
