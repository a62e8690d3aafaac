/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A module to read from, without one: a backlog of losses, a group that drops
 * events and reports it, or not. It stands in for channel.c.
 */
#ifndef FAKE_CHANNEL_H
#define FAKE_CHANNEL_H

#include <stdbool.h>
#include <stdint.h>

struct fake {
	uint64_t instance;
	uint64_t oldest, next;		/* what the backlog holds: [oldest, next) */
	uint64_t queue[64];		/* numbers of events under way */
	unsigned int queued;
	bool overrun;			/* the next event is ENOBUFS */
	bool gone;			/* the module was unloaded */
	uint64_t unreadable;		/* this record's message makes no sense */
	uint64_t dump_at, dump_end;
	unsigned int dumps;		/* asked for so far */
	bool interrupted;
	void (*meanwhile)(void);	/* called at each message of a dump */
};

extern struct fake fake;

void fake_reset(uint64_t oldest, uint64_t next);

/* One record more. Is the event lost on the way, and is that reported? */
void fake_happens(bool lost, bool reported);

/* The backlog makes room for the newest "held". */
void fake_keep(uint64_t held);

#endif /* FAKE_CHANNEL_H */
