/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Stands in for kernel/channel.c: a module with a backlog in which every record is a
 * loss, and a multicast group that drops events and may or may not report that.
 */
#ifndef FAKE_CHANNEL_H
#define FAKE_CHANNEL_H

#include <stdbool.h>
#include <stdint.h>

struct fake {
	uint64_t instance;
	uint64_t oldest, next;		/* what the backlog holds: [oldest, next) */
	uint64_t queue[64];		/* numbers of the events in the socket's queue */
	unsigned int queued;
	bool overrun;			/* reading the next event fails with ENOBUFS */
	bool gone;			/* the module was unloaded */
	uint64_t unreadable;		/* number of a record whose message is invalid */
	uint64_t invented;		/* number of a record of an unknown kind */
	uint64_t dump_at, dump_end;
	unsigned int dumps;		/* requested so far */
	bool interrupted;
	void (*meanwhile)(void);	/* called before each message of a dump */
};

extern struct fake fake;

void fake_reset(uint64_t oldest, uint64_t next);

/* Adds a record. Its event may be lost, which the socket may report as an overrun. */
void fake_happens(bool lost, bool reported);

/* Drops all records from the backlog but the newest @held. */
void fake_keep(uint64_t held);

#endif /* FAKE_CHANNEL_H */
