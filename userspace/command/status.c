// SPDX-License-Identifier: GPL-2.0-or-later
/* "shelltrap status": is the module loaded and armed, and what did it count? */
#include "command/status.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/metrics.h"
#include "command/options.h"
#include "kernel/channel.h"
#include "lib/buffer.h"
#include "lib/exit.h"
#include "lib/message.h"
#include "lib/replace.h"

/* What the command line asks for; text on standard output without any of these. */
struct settings {
	bool json, pretty, prometheus, servers;
	const char *output;	/* the file that gets the metrics; NULL: standard output */
};

static const struct usage usage;

static int status_json(void *context)
{
	struct settings *settings = context;

	settings->json = true;
	return pretty_option(&usage, &settings->pretty);
}

static const struct command_option status_options[] = {
	{ "json", VALUE_PRETTY, "print one JSON object; pretty: on several lines, for people",
	  OPTION_CALL(status_json) },
	{ "servers", NULL, "list the processes that count as servers, and why",
	  OPTION_FLAG(struct settings, servers) },
	{ "prometheus", NULL, "print metrics in the text format of Prometheus",
	  OPTION_FLAG(struct settings, prometheus) },
	{ "output", "FILE", "write the metrics to this file instead, as a whole, for "
	  "node_exporter to read", OPTION_STRING(struct settings, output) },
	{}
};

static const struct usage usage = {
	.command = "status",
	.synopsis = "[--json[=pretty] | --prometheus [--output FILE] | --servers]",
	.purpose =
	"Shows whether the module is loaded and armed, whether the configured policy is in force, "
	"and what was counted. Exits with 1 if something is wrong.",
	.options = status_options,
	.silent = true,
};

static int status_is_parameter(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

void status_each_parameter(parameter_fn show, void *context)
{
	struct dirent **entries;
	int count = scandir(MODULE_PARAMETERS, &entries, status_is_parameter, alphasort);
	int i;

	for (i = 0; i < count; i++) {
		char path[512], value[256];

		snprintf(path, sizeof(path), MODULE_PARAMETERS "/%s", entries[i]->d_name);
		read_line(path, value, sizeof(value));
		show(context, entries[i]->d_name, value);
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
}

/* Returns 0 or, with a message printed, the exit code. */
static int status_ask_module(struct channel *channel, struct status *status)
{
	int ret = channel_open(channel);

	if (!ret)
		ret = channel_state(channel, &status->state);
	/* A module that answers is loaded, even if reading /sys failed for want of memory. */
	status->module.loaded |= !ret;
	if (ret == -ENOENT && !status->module.loaded)
		return 0;
	if (ret)
		return channel_failed(channel, ret);
	if (status->state.version)
		snprintf(status->version, sizeof(status->version), "%s", status->state.version);
	return 0;
}

/*
 * On a channel of its own, as the state points into the other. What the policy says is less
 * than what the state says: an error leaves it unknown.
 */
static void status_compare(struct status *status)
{
	struct channel channel;

	if (!status->module.loaded)
		return;
	if (!channel_open(&channel))
		configured_compare(&status->configured, &channel);
	channel_close(&channel);
}

int status_start(struct status *status, struct channel *channel)
{
	int ret;

	*status = (struct status){ .module = module_find() };
	kernels_find(&status->kernels);
	read_line("/sys/module/" MODULE_NAME "/version", status->version,
		  sizeof(status->version));
	read_line("/sys/module/" MODULE_NAME "/srcversion", status->srcversion,
		  sizeof(status->srcversion));
	ret = status_ask_module(channel, status);
	if (!ret)
		status_compare(status);
	return ret;
}

void status_stop(struct status *status, struct channel *channel)
{
	channel_close(channel);
	module_free(&status->module);
	configured_free(&status->configured);
}

bool status_is_healthy(const struct status *status)
{
	return status->module.loaded && !state_unarmed(&status->state) &&
	       !status->state.escaped.value && configured_is_fine(&status->configured);
}

/* Returns 0 or, with a message printed, the exit code. */
static int status_print_metrics(const struct status *status, const char *output)
{
	struct buffer text = {0};
	int error = 0;

	metrics_put(&text, &status->state, status->module.loaded, &status->kernels);
	if (output)
		error = replace_file(output, &text, 0644);
	else
		fputs(text.data, stdout);
	buffer_free(&text);
	if (!error)
		return 0;
	complain("%s: %s", output, strerror(-error));
	return FAILED;
}

static int status_print(const struct status *status, const struct settings *settings)
{
	int ret = 0;

	if (settings->prometheus)
		ret = status_print_metrics(status, settings->output);
	else if (settings->json)
		status_print_json(status, settings->pretty);
	else
		status_print_text(status);
	if (ret)
		return ret;
	if (!status->module.loaded)
		return NOT_LOADED;
	/* The metrics say what is wrong: the service that writes them has not failed. */
	return settings->prometheus || status_is_healthy(status) ? DONE : FAILED;
}

static int status_show(const struct settings *settings)
{
	struct status status;
	struct channel channel;
	int ret = status_start(&status, &channel);

	if (!ret)
		ret = status_print(&status, settings);
	status_stop(&status, &channel);
	return ret;
}

static int status_check_usage(const struct settings *settings)
{
	const char *output = settings->output;

	if (settings->servers && (settings->json || settings->prometheus))
		return wrong_usage(&usage, "--servers goes with no other option");
	if (settings->json && settings->prometheus)
		return wrong_usage(&usage, "--json and --prometheus: only one of them");
	if (output && !settings->prometheus)
		return wrong_usage(&usage, "--output: needs --prometheus");
	if (output && (output[0] != '/' || output[strlen(output) - 1] == '/'))
		return wrong_usage(&usage, "--output: '%s' is not the absolute path of a file",
				   output);
	return 0;
}

int status_main(int argc, char **argv)
{
	struct settings settings = {0};
	int ret = options_read(&usage, &settings, argc, argv);

	if (ret >= 0)
		return ret;
	ret = status_check_usage(&settings);
	if (ret)
		return ret;
	return settings.servers ? status_print_servers() : status_show(&settings);
}
