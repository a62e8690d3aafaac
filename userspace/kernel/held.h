/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An exec that is held (SHELLTRAP_CMD_HELD_GET). */
#ifndef KERNEL_HELD_H
#define KERNEL_HELD_H

#include "kernel/attributes.h"

struct channel;
struct nlmsghdr;

/* Strings point into the message. Numbers that the message lacks are not known. */
struct held {
	struct number seq;		/* of the alert */
	struct number pid;
	struct number start;		/* when the process was forked, ns since boot */
	const char *comm;
	const char *pathname;
	struct number uid;
	struct number server_pid;
	const char *server_comm;
	const char *rule;
	struct number since;		/* ns since the epoch */
	struct number left;		/* milliseconds until it ends by itself */
	struct number then;		/* enum shelltrap_hold_then */
};

/** held_parse() - Read a message. Returns 0, or -EBADMSG with *fault filled. */
int held_parse(const struct nlmsghdr *message, struct held *held, struct fault *fault);

/* What becomes of an exec that is held. */
enum held_end {
	HELD_RELEASE,
	HELD_KILL,		/* with its lineage below the server */
	HELD_KILL_SERVER,
};

/**
 * held_release() - End the wait of an exec.
 * @channel: open
 * @seq: of its alert
 *
 * Returns 0 or an error of channel.h; -ENOENT with a reason if nothing is held for the alert.
 */
int held_release(struct channel *channel, uint64_t seq, enum held_end end);

/** hold_then_name() - "release" or "kill"; NULL for an unknown value. */
const char *hold_then_name(uint64_t then);

#endif /* KERNEL_HELD_H */
