// SPDX-License-Identifier: GPL-2.0-or-later
/* "shelltrap status --servers": which processes count as servers, and why. */
#include <inttypes.h>
#include <libmnl/libmnl.h>
#include <linux/shelltrap.h>
#include <stdio.h>
#include <string.h>

#include "command/status.h"
#include "format/host.h"
#include "format/names.h"
#include "kernel/channel.h"
#include "kernel/record.h"
#include "kernel/servers.h"
#include "lib/buffer.h"
#include "lib/exit.h"
#include "lib/message.h"
#include "lib/text.h"
#include "lib/when.h"

/* Ends a column of this width; a longer text gets a space. */
static void servers_pad(struct buffer *line, size_t *start, size_t width)
{
	size_t len = line->len - *start;

	buffer_printf(line, "%*s", (int)(len < width ? width - len : 1), "");
	*start = line->len;
}

static void servers_put_ports(struct buffer *line, const struct known_server *server)
{
	uint16_t port;
	size_t i;

	for (i = 0; (port = known_server_port(server, i)); i++)
		buffer_printf(line, "%s%u", i ? "," : "", port);
	if (!i)
		buffer_puts(line, "-");
}

static void servers_put_user(struct buffer *line, const struct number *uid)
{
	const char *name = uid->known ? user_name(uid->value) : NULL;

	if (name)
		text_put(line, name, text_charset());
	else
		buffer_printf(line, "%" PRIu64, uid->value);
}

static void servers_put_unit(struct buffer *line, const char *cgroup)
{
	struct span unit;

	if (cgroup && unit_of_cgroup(cgroup, &unit))
		text_put_bytes(line, unit.start, unit.len, text_charset());
	else
		buffer_puts(line, "-");
}

static void servers_print(const struct known_server *server)
{
	const char *matched = matched_name(server->matched.value);
	struct buffer line = {0};
	size_t start = 0;

	buffer_printf(&line, "%" PRIu64, server->pid.value);
	servers_pad(&line, &start, 8);
	text_put(&line, server->comm ? server->comm : "?", text_charset());
	servers_pad(&line, &start, 17);
	servers_put_ports(&line, server);
	servers_pad(&line, &start, 12);
	buffer_puts(&line, matched ? matched : "?");
	servers_pad(&line, &start, 7);
	servers_put_user(&line, &server->uid);
	servers_pad(&line, &start, 12);
	when_put(&line, server->since.value);
	servers_pad(&line, &start, 24);
	servers_put_unit(&line, server->cgroup);
	puts(line.data);
	buffer_free(&line);
}

/* Returns 0 or an error of channel.h. */
static int servers_ask(struct channel *channel)
{
	struct nlmsghdr data[4] = {0};
	const struct nlmsghdr *message;
	struct known_server server;
	bool interrupted = false;
	struct fault fault;
	int ret = channel_open(channel);

	if (!ret)
		ret = channel_ask(channel, channel_request(channel, data,
							   SHELLTRAP_CMD_SERVERS_GET, NLM_F_DUMP));
	if (!ret)
		printf("%-8s%-17s%-12s%-7s%-12s%-24s%s\n", "PID", "NAME", "PORTS", "BY", "USER",
		       "SINCE", "UNIT");
	while (!ret && (ret = channel_dumped(channel, &message, &interrupted)) > 0) {
		ret = known_server_parse(message, &server, &fault);
		if (!ret)
			servers_print(&server);
	}
	return ret;
}

int status_print_servers(void)
{
	struct channel channel;
	int ret = servers_ask(&channel);

	if (ret)
		ret = channel_failed(&channel, ret);
	channel_close(&channel);
	return ret ? ret : DONE;
}
