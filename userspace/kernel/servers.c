// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/servers.h"

#include <linux/shelltrap.h>
#include <string.h>

static const struct field server_fields[] = {
	U32_FIELD(SHELLTRAP_SERVERS_A_PID, struct known_server, pid),
	STRING_FIELD(SHELLTRAP_SERVERS_A_COMM, struct known_server, comm),
	STRING_FIELD(SHELLTRAP_SERVERS_A_EXE, struct known_server, exe),
	U32_FIELD(SHELLTRAP_SERVERS_A_UID, struct known_server, uid),
	U32_FIELD(SHELLTRAP_SERVERS_A_MATCHED, struct known_server, matched),
	BYTES_FIELD(SHELLTRAP_SERVERS_A_PORTS, struct known_server, ports),
	U64_FIELD(SHELLTRAP_SERVERS_A_SINCE, struct known_server, since),
	STRING_FIELD(SHELLTRAP_SERVERS_A_CGROUP, struct known_server, cgroup),
};

static const struct fields server_table = FIELDS(server_fields, struct known_server);

int known_server_parse(const struct nlmsghdr *message, struct known_server *server,
		       struct fault *fault)
{
	int command = attributes_command(message, fault);

	memset(server, 0, sizeof(*server));
	if (command < 0)
		return command;
	if (command != SHELLTRAP_CMD_SERVERS_GET)
		return fault_set(fault, NULL, "the message is not about a server");
	return attributes_read(&server_table, message, server, fault);
}

uint16_t known_server_port(const struct known_server *server, size_t number)
{
	uint16_t port;

	if ((number + 1) * sizeof(port) > server->ports.len)
		return 0;
	memcpy(&port, server->ports.data + number * sizeof(port), sizeof(port));
	return port;
}
