/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The channel: numbers records, keeps them in the backlog, and speaks the
 * protocol of include/uapi/linux/shelltrap.h. Process context throughout.
 */
#ifndef _SHELLTRAP_NETLINK_H
#define _SHELLTRAP_NETLINK_H

#include <linux/types.h>

/*
 * Opens the channel with a backlog of @backlog_size bytes. Returns 0, -EINVAL for a
 * backlog too small for one record, or a negative error.
 */
int shelltrap_netlink_init(u32 backlog_size);
void shelltrap_netlink_exit(void);

/* A random number, the same from load to unload. */
u64 shelltrap_netlink_instance(void);

/* The number that the next record must carry. There is one writer of records. */
u64 shelltrap_netlink_next_seq(void);

/* Keeps a finished record (attributes, at most SHELLTRAP_RECORD_MAX bytes) and multicasts it. */
void shelltrap_netlink_publish(const void *record, u32 len);

#endif /* _SHELLTRAP_NETLINK_H */
