// SPDX-License-Identifier: GPL-2.0-or-later
/* "shelltrap held": which execs a rule holds now. */
#include <inttypes.h>
#include <libmnl/libmnl.h>
#include <linux/shelltrap.h>
#include <stdio.h>

#include "command/options.h"
#include "format/json.h"
#include "format/json_tree.h"
#include "format/names.h"
#include "kernel/channel.h"
#include "kernel/held.h"
#include "kernel/record.h"
#include "lib/buffer.h"
#include "lib/text.h"
#include "lib/when.h"

struct settings {
	bool json, pretty;
};

static const struct usage usage;

static int held_take_json(void *settings)
{
	struct settings *held = settings;

	held->json = true;
	return pretty_option(&usage, &held->pretty);
}

static const struct command_option held_options[] = {
	{ "json", VALUE_PRETTY, "an array with an object for each; pretty: on several lines, for "
	  "people", OPTION_CALL(held_take_json) },
	UTC_OPTION,
	{}
};

static const struct usage usage = {
	.command = "held",
	.synopsis = "[OPTION]...",
	.purpose =
	"Lists the execs that a rule with action = hold keeps waiting now, each with the number "
	"of its alert. 'shelltrap release SEQ' lets one run, 'shelltrap release SEQ --kill' ends "
	"it.",
	.options = held_options,
};

/* Ends a column of this width; a longer text gets a space. */
static void held_pad(struct buffer *line, size_t *start, size_t width)
{
	size_t len = line->len - *start;

	buffer_printf(line, "%*s", (int)(len < width ? width - len : 1), "");
	*start = line->len;
}

static void held_put_user(struct buffer *line, const struct number *uid)
{
	const char *name = uid->known ? user_name(uid->value) : NULL;

	if (name)
		text_put(line, name, text_charset());
	else
		buffer_printf(line, "%" PRIu64, uid->value);
}

static void held_put_text(struct buffer *line, const char *text)
{
	text_put(line, text ? text : "?", text_charset());
}

static void held_print(const struct held *held)
{
	const char *then = hold_then_name(held->then.value);
	struct buffer line = {0};
	size_t start = 0;

	buffer_printf(&line, "%" PRIu64, held->seq.value);
	held_pad(&line, &start, 8);
	buffer_printf(&line, "%" PRIu64, held->pid.value);
	held_pad(&line, &start, 9);
	held_put_user(&line, &held->uid);
	held_pad(&line, &start, 12);
	held_put_text(&line, held->server_comm);
	buffer_printf(&line, "[%" PRIu64 "]", held->server_pid.value);
	held_pad(&line, &start, 22);
	buffer_printf(&line, "%s in %" PRIu64 " s", then ? then : "?",
		      (held->left.value + 999) / 1000);
	held_pad(&line, &start, 17);
	held_put_text(&line, held->pathname);
	puts(line.data);
	buffer_free(&line);
}

static struct json_object *held_new_object(const struct held *held)
{
	struct number ticks = { held->start.known, held->start.value / PROCESS_TICK };
	struct json_object *object = json_new_object(), *server = json_new_object();

	json_put_number(object, "seq", &held->seq);
	json_put_number(object, "pid", &held->pid);
	json_put_number(object, "start_ticks", &ticks);
	json_put_string(object, "comm", held->comm);
	json_put_string(object, "pathname", held->pathname);
	json_put_number(object, "uid", &held->uid);
	json_put_number(server, "pid", &held->server_pid);
	json_put_string(server, "comm", held->server_comm);
	json_put(object, "server", server);
	json_put_string(object, "rule", held->rule);
	json_put_time(object, "since", &held->since);
	json_put_number(object, "left_ms", &held->left);
	json_put_string(object, "then", hold_then_name(held->then.value));
	return object;
}

/* @array: NULL: print a table. Returns 0 or an error of channel.h. */
static int held_take_all(struct channel *channel, struct json_object *array)
{
	const struct nlmsghdr *message;
	bool interrupted = false;
	struct fault fault;
	struct held held;
	size_t count = 0;
	int ret;

	while ((ret = channel_dumped(channel, &message, &interrupted)) > 0) {
		ret = held_parse(message, &held, &fault);
		if (ret)
			return ret;
		if (!array && !count++)
			printf("%-8s%-9s%-12s%-22s%-17s%s\n", "SEQ", "PID", "USER", "SERVER",
			       "ENDS", "PROGRAM");
		if (array)
			json_append(array, held_new_object(&held));
		else
			held_print(&held);
	}
	if (!array && !ret && !count)
		puts("nothing is held");
	return ret;
}

static int held_ask(struct channel *channel, struct json_object *array)
{
	struct nlmsghdr data[4] = {0};
	int ret = channel_open(channel);

	if (!ret)
		ret = channel_ask(channel, channel_request(channel, data, SHELLTRAP_CMD_HELD_GET,
							   NLM_F_DUMP));
	return ret ? ret : held_take_all(channel, array);
}

static void held_print_json(struct json_object *array, bool pretty)
{
	struct buffer text = {0};

	if (pretty)
		json_put_pretty(&text, array);
	else
		json_put_line(&text, array);
	fputs(text.data, stdout);
	buffer_free(&text);
}

int held_main(int argc, char **argv)
{
	struct settings settings = {0};
	struct json_object *array;
	struct channel channel;
	int ret = options_read(&usage, &settings, argc, argv);

	if (ret >= 0)
		return ret;
	array = settings.json ? json_new_array() : NULL;
	ret = held_ask(&channel, array);
	if (ret)
		ret = channel_failed(&channel, ret);
	channel_close(&channel);
	if (!ret && array)
		held_print_json(array, settings.pretty);
	else
		json_object_put(array);
	return ret;
}
