// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * "shelltrap ask": looks up for the logger what a server was doing (see output/ask.h), one
 * alert at a time. It is a service of its own: it may read processes, and it gives that up in
 * the child that talks to a server.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "command/listener.h"
#include "command/options.h"
#include "evidence/asking.h"
#include "lib/buffer.h"
#include "lib/deadline.h"
#include "lib/message.h"
#include "output/ask.h"
#include "output/config.h"

/* How often it says that a server does not answer. */
#define SAY_MS 60000

struct ask_settings {
	const char *socket;
	const char *config;
};

static const char *config_path = CONFIG_FILE;

static const struct command_option ask_options[] = {
	{ "socket", "PATH", "listen there, instead of on the socket that systemd passes",
	  OPTION_STRING(struct ask_settings, socket) },
	{ "config", "FILE", "the configuration (/etc/shelltrap/shelltrap.conf); see "
	  "shelltrap.conf(5)", OPTION_STRING(struct ask_settings, config) },
	{}
};

static const struct usage usage = {
	.command = "ask",
	.synopsis = "[--socket PATH] [--config FILE]",
	.purpose =
	"Looks up for the logger, for each alert, the command line of the server and which "
	"request a worker of php-fpm or uWSGI serves. It reads the keys ask, fpm_status, "
	"uwsgi_stats and script_roots.",
	.options = ask_options,
};

/* Splits the list, whose spaces become ends of its words. */
static size_t ask_split(char *list, const char **words, size_t most)
{
	char *rest = list, *word;
	size_t count = 0;

	while (list && count < most && (word = strsep(&rest, " ")))
		words[count++] = word;
	return count;
}

/* What a server has not answered may be each alert's trouble: once in a while is enough. */
static void ask_say(const struct buffer *why)
{
	static int64_t said;

	if (!why->len || (said && now_ms() < said + SAY_MS))
		return;
	said = now_ms();
	complain("%s", why->data);
}

static void ask_look_up(struct asking *asking, struct config *config, struct buffer *facts)
{
	struct buffer why = {0};

	asking->nr_fpm = ask_split(config->fpm_status, asking->fpm, ASKING_ADDRESSES_MAX);
	asking->nr_uwsgi = ask_split(config->uwsgi_stats, asking->uwsgi, ASKING_ADDRESSES_MAX);
	asking->nr_roots = ask_split(config->script_roots, asking->roots, ASKING_ROOTS_MAX);
	asking->hash_limit = config->hash ? config->hash_limit : 0;
	asking_run(asking, facts, &why);
	ask_say(&why);
	buffer_free(&why);
}

/* The configuration is read each time, as it may have changed. */
static void ask_obey(struct asking *asking, struct buffer *facts)
{
	struct buffer faults = {0};
	struct config config;

	config_init(&config);
	if (config_read(&config, config_path, &faults))
		complain("%s: %s", config_path, faults.len ? "has faults" : "cannot be read");
	else if (config.ask)
		ask_look_up(asking, &config, facts);
	config_free(&config);
	buffer_free(&faults);
}

static void ask_serve(int fd)
{
	struct buffer order = {0}, facts = {0};
	struct asking asking = {0};

	if (!listener_accepts(fd))
		complain("a user other than root asked about a server");
	else if (!listener_read(fd, &order, ASK_ORDER_MAX) ||
		 sscanf(order.data, "%" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 "\n",
			&asking.server, &asking.worker, &asking.time, &asking.program) != 4)
		complain("the order is not whole");
	else
		ask_obey(&asking, &facts);
	if (facts.len)
		send(fd, facts.data, facts.len, MSG_NOSIGNAL | MSG_DONTWAIT);
	buffer_free(&facts);
	buffer_free(&order);
}

int ask_main(int argc, char **argv)
{
	struct ask_settings settings = {0};
	int ret = options_read(&usage, &settings, argc, argv);

	if (ret >= 0)
		return ret;
	if (settings.config)
		config_path = settings.config;
	return listener_run(&usage, settings.socket, "shelltrap-ask.socket", ask_serve);
}
