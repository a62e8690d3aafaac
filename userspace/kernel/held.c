// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/held.h"

#include <libmnl/libmnl.h>
#include <linux/shelltrap.h>
#include <string.h>

#include "kernel/channel.h"
#include "lib/util.h"

static const struct field held_fields[] = {
	U64_FIELD(SHELLTRAP_HELD_A_SEQ, struct held, seq),
	U32_FIELD(SHELLTRAP_HELD_A_PID, struct held, pid),
	U64_FIELD(SHELLTRAP_HELD_A_START, struct held, start),
	STRING_FIELD(SHELLTRAP_HELD_A_COMM, struct held, comm),
	STRING_FIELD(SHELLTRAP_HELD_A_PATHNAME, struct held, pathname),
	U32_FIELD(SHELLTRAP_HELD_A_UID, struct held, uid),
	U32_FIELD(SHELLTRAP_HELD_A_SERVER_PID, struct held, server_pid),
	STRING_FIELD(SHELLTRAP_HELD_A_SERVER_COMM, struct held, server_comm),
	STRING_FIELD(SHELLTRAP_HELD_A_RULE, struct held, rule),
	U64_FIELD(SHELLTRAP_HELD_A_SINCE, struct held, since),
	U32_FIELD(SHELLTRAP_HELD_A_LEFT, struct held, left),
	U32_FIELD(SHELLTRAP_HELD_A_THEN, struct held, then),
};

static const struct fields held_table = FIELDS(held_fields, struct held);

int held_parse(const struct nlmsghdr *message, struct held *held, struct fault *fault)
{
	int command = attributes_command(message, fault);

	memset(held, 0, sizeof(*held));
	if (command < 0)
		return command;
	if (command != SHELLTRAP_CMD_HELD_GET)
		return fault_set(fault, NULL, "the message is not about a held exec");
	return attributes_read(&held_table, message, held, fault);
}

int held_release(struct channel *channel, uint64_t seq, enum held_end end)
{
	struct nlmsghdr data[8] = {0}, *request;

	request = channel_request(channel, data, SHELLTRAP_CMD_RELEASE, NLM_F_ACK);
	mnl_attr_put_u64(request, SHELLTRAP_HELD_A_SEQ, seq);
	if (end == HELD_KILL)
		mnl_attr_put(request, SHELLTRAP_HELD_A_KILL, 0, NULL);
	if (end == HELD_KILL_SERVER)
		mnl_attr_put(request, SHELLTRAP_HELD_A_KILL_SERVER, 0, NULL);
	return channel_order(channel, request);
}

const char *hold_then_name(uint64_t then)
{
	static const char *const names[] = {
		[SHELLTRAP_HOLD_THEN_RELEASE] = "release",
		[SHELLTRAP_HOLD_THEN_KILL] = "kill",
	};

	return then < ARRAY_SIZE(names) ? names[then] : NULL;
}
