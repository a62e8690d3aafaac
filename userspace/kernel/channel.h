/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The connection to the module: requests to its generic netlink family, and the events of
 * its multicast group. Requests and their answers use one socket and events another, so
 * that a flood of events cannot push out an answer.
 *
 * Errors are negative errno values. ENOENT: the family is not visible; ENODEV: the family
 * was there before and is gone; EPERM: not permitted; EBADMSG: the module sent an invalid
 * message. channel_reason() has the kernel's own text.
 *
 * A channel belongs to one thread.
 */
#ifndef KERNEL_CHANNEL_H
#define KERNEL_CHANNEL_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/state.h"

/* Bytes, enough for some thousand events: few bursts should overrun the socket. */
#define CHANNEL_RECEIVE_BUFFER (4 * 1024 * 1024)

struct nlmsghdr;
struct mnl_socket;

/* A socket and what was last received from it. */
struct inbox {
	struct mnl_socket *socket;
	void *data;
	const struct nlmsghdr *next;
	int left;		/* bytes from "next" on */
};

struct channel {
	struct inbox answers;
	struct inbox events;
	uint16_t family;
	uint32_t group;
	uint32_t request;	/* sequence number of the last request */
	uint32_t drops;		/* events that the kernel has dropped so far */
	char reason[256];
};

/**
 * channel_open() - Open the socket for requests and find the family.
 *
 * Needs no privilege. Returns 0 or an error. Call channel_close() also after an error.
 */
int channel_open(struct channel *channel);
void channel_close(struct channel *channel);

/** channel_state() - Ask for the status. state->version is valid until the next request. */
int channel_state(struct channel *channel, struct state *state);

/** channel_dump() - Request the records from number @from on, for channel_dumped(). */
int channel_dump(struct channel *channel, uint64_t from);

/**
 * channel_dumped() - Read the next message of a dump.
 * @interrupted: set to true once the kernel reports that messages of the dump are missing
 *
 * Returns 1 with *message valid until the next call, 0 at the end of the dump, or an error.
 * May wait for the kernel's answer.
 */
int channel_dumped(struct channel *channel, const struct nlmsghdr **message, bool *interrupted);

/**
 * channel_request() - Begin a request to which the caller adds attributes.
 * @data: zeroed memory, aligned for struct nlmsghdr, with room for all of the request
 */
struct nlmsghdr *channel_request(struct channel *channel, void *data, uint8_t command,
				 uint16_t flags);

/** channel_ask() - Send a request with NLM_F_DUMP. channel_dumped() reads the answer. */
int channel_ask(struct channel *channel, const struct nlmsghdr *request);

/** channel_order() - Send a request with NLM_F_ACK; returns 0 once the module has done it. */
int channel_order(struct channel *channel, const struct nlmsghdr *request);

/** channel_receive_buffer() - Set how many bytes of events a socket queues after its join. */
void channel_receive_buffer(int bytes);

/** channel_join() - Open the socket for events and join the multicast group. */
int channel_join(struct channel *channel);

/**
 * channel_event() - Read the next event; never waits.
 *
 * Returns 1 with *message valid until the next call, 0 if no event is queued, or an error;
 * -ENOBUFS means that the kernel has dropped events.
 */
int channel_event(struct channel *channel, const struct nlmsghdr **message);

/** channel_fd() - The descriptor that is readable when events are queued. */
int channel_fd(const struct channel *channel);

/** channel_reason() - The kernel's text about the last error, or "". */
const char *channel_reason(const struct channel *channel);

/** channel_failed() - Print in one line why a call above failed; returns the exit code. */
int channel_failed(const struct channel *channel, int error);

#endif /* KERNEL_CHANNEL_H */
