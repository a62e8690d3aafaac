/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Talking to the module: the generic netlink family, its requests and its
 * group. One socket carries requests and their answers, another the events, so
 * that a flood of events cannot push out an answer.
 *
 * Errors are negative errno values. ENOENT: no such family is visible; ENODEV:
 * the family was there and is gone; EPERM: not allowed; EBADMSG: the module's
 * answer makes no sense. channel_reason() has the kernel's own words.
 */
#ifndef KERNEL_CHANNEL_H
#define KERNEL_CHANNEL_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/state.h"

/* Some thousand events: a burst should cost a look at the backlog only rarely. */
#define CHANNEL_RECEIVE_BUFFER (4 * 1024 * 1024)

struct nlmsghdr;
struct mnl_socket;

/* A socket and what was last received from it. */
struct inbox {
	struct mnl_socket *socket;
	void *data;
	const struct nlmsghdr *next;
	int left;		/* bytes from next on */
};

struct channel {
	struct inbox answers;
	struct inbox events;
	uint16_t family;
	uint32_t group;
	uint32_t request;	/* number of the last one */
	uint32_t drops;		/* events so far for which there was no room */
	char reason[256];
};

/* Finds the family; needs no permission. channel_close() also after an error. */
int channel_open(struct channel *channel);
void channel_close(struct channel *channel);

/* state->version is valid until the next request. */
int channel_state(struct channel *channel, struct state *state);

/* Asks for the records from number "from" on; then channel_dumped() to the end. */
int channel_dump(struct channel *channel, uint64_t from);

/*
 * The next message of the dump: 1, with *message valid until the next call, or
 * 0 at the end. *interrupted is set once the kernel says that some are missing.
 */
int channel_dumped(struct channel *channel, const struct nlmsghdr **message, bool *interrupted);

/*
 * For requests of other files' making: one with its header in memory aligned as that
 * and zeroed, to which attributes can be added.
 */
struct nlmsghdr *channel_request(struct channel *channel, void *data, uint8_t command,
				 uint16_t flags);

/* Sends one with NLM_F_DUMP; channel_dumped() gives the answer. */
int channel_ask(struct channel *channel, const struct nlmsghdr *request);

/* Sends one with NLM_F_ACK: 0 once the module has done it. */
int channel_order(struct channel *channel, const struct nlmsghdr *request);

/*
 * How many bytes of events the kernel keeps for a socket of ours, from the next
 * channel_join() on.
 */
void channel_receive_buffer(int bytes);

/* Joins the group of the alerts. */
int channel_join(struct channel *channel);

/*
 * The next event: 1, with *message valid until the next call, or 0 where none
 * is waiting. ENOBUFS: some were dropped on the way.
 */
int channel_event(struct channel *channel, const struct nlmsghdr **message);

/* Readable when there are events. */
int channel_fd(const struct channel *channel);

/* What the kernel said to the last error, "" where it said nothing. */
const char *channel_reason(const struct channel *channel);

/* Says in one line why a call above failed; returns the exit code for it. */
int channel_failed(const struct channel *channel, int error);

#endif /* KERNEL_CHANNEL_H */
