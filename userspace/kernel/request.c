// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/request.h"

#include <string.h>

#include "kernel/address.h"
#include "lib/choice.h"

#define REQUEST_STRING(member, label) { #member, label, offsetof(struct alert_request, member) }

const struct request_string_name request_strings[REQUEST_STRINGS] = {
	[REQUEST_METHOD] = REQUEST_STRING(method, "Method"),
	[REQUEST_HOST] = REQUEST_STRING(host, "Host, in the client's words"),
	[REQUEST_URI] = REQUEST_STRING(uri, "Address asked for"),
	[REQUEST_SCRIPT] = REQUEST_STRING(script, "Script"),
	[REQUEST_REMOTE_ADDR] = REQUEST_STRING(remote_addr, "REMOTE_ADDR"),
	[REQUEST_FORWARDED_FOR] =
		REQUEST_STRING(forwarded_for, "X-Forwarded-For, in the client's words"),
	[REQUEST_USER_AGENT] = REQUEST_STRING(user_agent, "User agent, in the client's words"),
};

const char **request_string(const struct alert_request *request, enum request_string number)
{
	return (const char **)((char *)request + request_strings[number].offset);
}

static const struct field ancestor_fields[] = {
	U32_FIELD(SHELLTRAP_ANCESTOR_A_PID, struct alert_ancestor, pid),
	STRING_FIELD(SHELLTRAP_ANCESTOR_A_COMM, struct alert_ancestor, comm),
};

const struct fields ancestor_table = FIELDS(ancestor_fields, struct alert_ancestor);

static const struct field client_fields[] = {
	BYTES_FIELD(SHELLTRAP_CLIENT_A_ADDR, struct request_client, addr),
	U32_FIELD(SHELLTRAP_CLIENT_A_PORT, struct request_client, port),
	BYTES_FIELD(SHELLTRAP_CLIENT_A_LOCAL_ADDR, struct request_client, local_addr),
	U32_FIELD(SHELLTRAP_CLIENT_A_LOCAL_PORT, struct request_client, local_port),
};

static const struct fields client_table = FIELDS(client_fields, struct request_client);

static const struct field request_fields[] = {
	U32_FIELD(SHELLTRAP_REQUEST_A_CERTAINTY, struct alert_request, certainty),
	U32_FIELD(SHELLTRAP_REQUEST_A_SOURCES, struct alert_request, sources),
	LIST_FIELD(SHELLTRAP_REQUEST_A_CLIENT, struct alert_request, clients, client_count,
		   &client_table),
	U32_FIELD(SHELLTRAP_REQUEST_A_MORE, struct alert_request, more),
	U32_FIELD(SHELLTRAP_REQUEST_A_THREAD, struct alert_request, thread),
	LIST_FIELD(SHELLTRAP_REQUEST_A_VIA, struct alert_request, via, via_count, &ancestor_table),
	STRING_FIELD(SHELLTRAP_REQUEST_A_METHOD, struct alert_request, method),
	STRING_FIELD(SHELLTRAP_REQUEST_A_URI, struct alert_request, uri),
	STRING_FIELD(SHELLTRAP_REQUEST_A_SCRIPT, struct alert_request, script),
	STRING_FIELD(SHELLTRAP_REQUEST_A_HOST, struct alert_request, host),
	STRING_FIELD(SHELLTRAP_REQUEST_A_REMOTE_ADDR, struct alert_request, remote_addr),
	STRING_FIELD(SHELLTRAP_REQUEST_A_FORWARDED_FOR, struct alert_request, forwarded_for),
	STRING_FIELD(SHELLTRAP_REQUEST_A_USER_AGENT, struct alert_request, user_agent),
};

const struct fields request_table = FIELDS(request_fields, struct alert_request);

const char *certainty_name(uint64_t certainty)
{
	static const char *const names[] = {
		[SHELLTRAP_CERTAINTY_NONE] = "none",
		[SHELLTRAP_CERTAINTY_CANDIDATES] = "candidates",
		[SHELLTRAP_CERTAINTY_EXACT] = "exact",
	};
	static const struct choices certainties = CHOICES(names);

	return choice_name(&certainties, certainty);
}

static const struct {
	uint32_t bit;
	const char *name;
} sources[] = {
	{ SHELLTRAP_REQUEST_SOURCE_SOCKET, "socket" },
	{ SHELLTRAP_REQUEST_SOURCE_PARENT_SOCKET, "parent-socket" },
	{ SHELLTRAP_REQUEST_SOURCE_PROXY_SOCKET, "proxy-socket" },
	{ SHELLTRAP_REQUEST_SOURCE_ENVIRON, "environ" },
	{ REQUEST_SOURCE_FPM_STATUS, "fpm-status" },
	{ REQUEST_SOURCE_UWSGI_STATS, "uwsgi-stats" },
	{ REQUEST_SOURCE_ACCESS_LOG, "access-log" },
};

const char *request_next_source(const struct alert_request *request, size_t *next)
{
	while (*next < ARRAY_SIZE(sources)) {
		size_t i = (*next)++;

		if (request->sources.value & sources[i].bit)
			return sources[i].name;
	}
	return NULL;
}

uint32_t request_source(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sources); i++)
		if (!strcmp(sources[i].name, name))
			return sources[i].bit;
	return 0;
}

const struct request_client *request_client(const struct alert_request *request)
{
	return request->certainty.value == SHELLTRAP_CERTAINTY_EXACT && request->client_count ?
	       &request->clients[0] : NULL;
}

bool put_client(struct buffer *out, const struct request_client *client)
{
	return put_endpoint(out, &client->addr, &client->port);
}
