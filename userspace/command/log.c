// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <inttypes.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-daemon.h>
#include <time.h>
#include <unistd.h>

#include "command/options.h"
#include "format/names.h"
#include "kernel/module.h"
#include "lib/console.h"
#include "lib/deadline.h"
#include "lib/exit.h"
#include "lib/message.h"
#include "lib/xalloc.h"
#include "output/hash.h"
#include "output/writer.h"

/* How often the state is saved and, at least, systemd told that all is well. */
#define TURN_MS 1000
/* For outputs that hang when it is time to end. */
#define END_MS 5000

struct logger {
	struct config config;
	struct progress progress;
	struct host host;
	struct view view;
	struct writer *writers[OUTPUTS_MAX];
	bool save_fails;	/* and that was said */
	struct buffer told;	/* what systemd was told last */
	uint64_t watchdog_ms;	/* 0: nobody watches */
	int64_t fed;
};

/* What the command line says, which goes before the file. */
struct arguments {
	const char *config;
	const char *state;
	const struct format *format;
	bool wait;
	const char *outputs[OUTPUTS_MAX];
	unsigned int count;
};

static const struct usage usage = {
	.command = "log",
	.help =
	"Usage: shelltrap log [OPTION]...\n"
	"Writes each alert exactly once to every output, across restarts, until it is\n"
	"told to stop. SIGHUP opens files anew.\n"
	"\n"
	"  --output DEST     stdout, file:PATH, journal, syslog, tcp://HOST:PORT,\n"
	"                    udp://HOST:PORT; may be given several times, and then those of\n"
	"                    the configuration do not count\n"
	"  --format FORMAT   json (default), ecs, ocsf, cef, syslog; for stdout also text\n"
	"  --state FILE      where to remember what was written\n"
	"                    (/var/lib/shelltrap/state)\n"
	"  --config FILE     see shelltrap.conf(5) (/etc/shelltrap/shelltrap.conf)\n"
	"  --wait            until the module is loaded, instead of exit code 3\n"
	"  --help, --version\n",
};

enum {
	OPTION_OUTPUT = OPTION_OWN,
	OPTION_FORMAT,
	OPTION_STATE,
	OPTION_CONFIG,
	OPTION_WAIT,
};

static const struct option options[] = {
	{ "output", required_argument, NULL, OPTION_OUTPUT },
	{ "format", required_argument, NULL, OPTION_FORMAT },
	{ "state", required_argument, NULL, OPTION_STATE },
	{ "config", required_argument, NULL, OPTION_CONFIG },
	{ "wait", no_argument, NULL, OPTION_WAIT },
	HELP_OPTION,
	VERSION_OPTION,
	{}
};

static int read_option(struct arguments *arguments, int option)
{
	switch (option) {
	case OPTION_OUTPUT:
		if (arguments->count == OUTPUTS_MAX)
			return wrong_usage(&usage, "--output: more than %d", OUTPUTS_MAX);
		arguments->outputs[arguments->count++] = optarg;
		return 0;
	case OPTION_FORMAT:
		arguments->format = format_find(optarg);
		if (arguments->format)
			return 0;
		return wrong_usage(&usage, "--format: '%s' is none of %s", optarg, format_names());
	case OPTION_STATE:
		arguments->state = optarg;
		return 0;
	case OPTION_CONFIG:
		arguments->config = optarg;
		return 0;
	}
	arguments->wait = true;
	return 0;
}

/* The usual file need not be there, one that was named must. */
static int read_config(struct config *config, const struct arguments *arguments,
		       struct buffer *fault)
{
	const char *path = arguments->config ? arguments->config : CONFIG_FILE;
	int ret = config_read(config, path, fault);

	if (!ret || (ret == -ENOENT && !arguments->config))
		return 0;
	complain("%s", fault->data);
	return WRONG_USAGE;
}

static int override(struct config *config, const struct arguments *arguments,
		    struct buffer *fault)
{
	unsigned int i;

	buffer_reset(fault);
	if (arguments->state && config_set_state(config, arguments->state, fault))
		return wrong_usage(&usage, "--state: %s", fault->data);
	if (arguments->count)
		config_drop_outputs(config);
	for (i = 0; i < arguments->count; i++)
		if (config_add_output(config, arguments->outputs[i], fault))
			return wrong_usage(&usage, "--output: %s", fault->data);
	if (arguments->format)
		config_set_format(config, arguments->format);
	config->wait |= arguments->wait;
	if (config_finish(config, fault))
		return wrong_usage(&usage, "%s", fault->data);
	if (!config->count)
		return wrong_usage(&usage, "no output: give --output, or name one in %s",
				   arguments->config ? arguments->config : CONFIG_FILE);
	return 0;
}

static int configure(struct config *config, const struct arguments *arguments)
{
	struct buffer fault = {0};
	int ret = read_config(config, arguments, &fault);

	if (!ret)
		ret = override(config, arguments, &fault);
	buffer_free(&fault);
	return ret;
}

/* 0, or the exit code for a module that cannot be waited for. */
static int reach_module(const struct config *config)
{
	static struct stream stream;
	int error = stream_open(&stream, STREAM_FROM_NOW, STREAM_ENDLESS);
	int ret = 0;

	if (error && (error == -EPERM || !config->wait || module_is_loaded()))
		ret = stream_failed(&stream, error);
	stream_close(&stream);
	return ret;
}

static volatile sig_atomic_t reopen;

static void request_reopen(int number)
{
	(void)number;
	reopen = 1;
}

static void interrupt(int number)
{
	(void)number;
}

/*
 * Signals come while the main thread waits, and at no other time; but for the one
 * that gets a writer out of a call.
 */
static void take_signals(sigset_t *before)
{
	struct sigaction action = { .sa_handler = request_reopen };
	sigset_t blocked;

	stop_on_signals();
	sigemptyset(&action.sa_mask);
	sigaction(SIGHUP, &action, NULL);
	action.sa_handler = interrupt;
	sigaction(SIGUSR1, &action, NULL);
	signal(SIGXFSZ, SIG_IGN);
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGHUP);
	sigaddset(&blocked, SIGINT);
	sigaddset(&blocked, SIGTERM);
	sigprocmask(SIG_BLOCK, &blocked, before);
}

static void save(struct logger *logger)
{
	int error = progress_save(&logger->progress);

	if (error && !logger->save_fails)
		complain("%s: %s; trying again", logger->config.state, strerror(-error));
	else if (!error && logger->save_fails)
		complain("%s: works again", logger->config.state);
	logger->save_fails = error;
}

static bool is_healthy(const struct logger *logger, int64_t now)
{
	unsigned int i;

	for (i = 0; i < logger->config.count; i++)
		if (!writer_is_healthy(logger->writers[i], now))
			return false;
	return true;
}

static bool all_ended(const struct logger *logger)
{
	unsigned int i;

	for (i = 0; i < logger->config.count; i++)
		if (!atomic_load(&logger->writers[i]->ended))
			return false;
	return true;
}

static void feed_watchdog(struct logger *logger)
{
	int64_t now = now_ms();

	if (!logger->watchdog_ms || now - logger->fed < (int64_t)logger->watchdog_ms / 3 ||
	    !is_healthy(logger, now))
		return;
	sd_notify(0, "WATCHDOG=1");
	logger->fed = now;
}

/* For "systemctl status": how much was written, and what fails. */
static void tell_status(struct logger *logger)
{
	struct buffer status = {0};
	unsigned int i;

	buffer_puts(&status, "STATUS=");
	for (i = 0; i < logger->config.count; i++) {
		struct writer *writer = logger->writers[i];
		const char *failing = atomic_load(&writer->failing);

		buffer_printf(&status, "%s%s: %" PRIuFAST64 " written", i ? "; " : "",
			      writer->output.name, atomic_load(&writer->written));
		if (failing)
			buffer_printf(&status, ", %s fails", failing);
	}
	if (!logger->told.len || strcmp(logger->told.data, status.data))
		sd_notify(0, status.data);
	buffer_free(&logger->told);
	logger->told = status;
}

static void reopen_all(struct logger *logger)
{
	unsigned int i;

	for (i = 0; i < logger->config.count; i++) {
		atomic_store(&logger->writers[i]->reopen, true);
		writer_wake(logger->writers[i]);
	}
}

static int watch_over(struct logger *logger, const sigset_t *signals)
{
	struct timespec pause = { TURN_MS / 1000, TURN_MS % 1000 * 1000000 };

	sd_notify(0, "READY=1");
	while (!stop_requested()) {
		ppoll(NULL, 0, &pause, signals);
		if (reopen) {
			reopen = 0;
			reopen_all(logger);
		}
		save(logger);
		tell_status(logger);
		feed_watchdog(logger);
		if (all_ended(logger))
			return FAILED;
	}
	return DONE;
}

static int start_writers(struct logger *logger)
{
	unsigned int i;

	for (i = 0; i < logger->config.count; i++) {
		int error;

		logger->writers[i] = xcalloc(1, sizeof(*logger->writers[i]));
		error = writer_start(logger->writers[i], &logger->config.outputs[i],
				     &logger->progress, &logger->view);
		if (!error)
			continue;
		complain("starting a thread failed: %s", strerror(-error));
		return FAILED;
	}
	return 0;
}

/* One that hangs keeps what it has: it is a part of this process until the end. */
static void end_writers(struct logger *logger)
{
	int64_t deadline = now_ms() + END_MS;
	unsigned int i;

	for (i = 0; i < logger->config.count; i++) {
		if (logger->writers[i] && !writer_join(logger->writers[i], deadline))
			complain("%s: hangs; leaving it", logger->config.outputs[i].name);
	}
	save(logger);
}

static int run(struct logger *logger)
{
	sigset_t signals;
	uint64_t usec;
	int ret;

	take_signals(&signals);
	if (sd_watchdog_enabled(0, &usec) > 0)
		logger->watchdog_ms = usec / 1000;
	ret = start_writers(logger);
	if (!ret)
		ret = watch_over(logger, &signals);
	sd_notify(0, "STOPPING=1");
	request_stop();
	end_writers(logger);
	return ret;
}

static int open_state_and_run(struct logger *logger)
{
	struct buffer fault = {0};
	int ret;

	if (progress_open(&logger->progress, logger->config.state, &fault)) {
		complain("%s", fault.data);
		ret = FAILED;
	} else {
		ret = run(logger);
	}
	buffer_free(&fault);
	return ret;
}

static int start(struct logger *logger)
{
	int ret = reach_module(&logger->config);

	if (ret)
		return ret;
	setlocale(LC_CTYPE, "");
	tzset();
	channel_receive_buffer(logger->config.receive_buffer);
	hash_set_limit(logger->config.hash_limit);
	host_read(&logger->host);
	logger->view = (struct view){
		.host = &logger->host,
		.user_name = user_name,
		.group_name = group_name,
		.file_hash = logger->config.hash ? hash_of_file : NULL,
		.charset = text_charset(),
	};
	return open_state_and_run(logger);
}

int log_main(int argc, char **argv)
{
	static struct logger logger;
	struct arguments arguments = {0};
	int option, ret;

	while ((option = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		if (option < OPTION_OWN)
			return common_option(&usage, option, argv);
		ret = read_option(&arguments, option);
		if (ret)
			return ret;
	}
	ret = no_operands(&usage, argc, argv);
	if (ret)
		return ret;
	config_init(&logger.config);
	ret = configure(&logger.config, &arguments);
	return ret ? ret : start(&logger);
}
