// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * "shelltrap logger": the logger. The main thread handles signals, saves the state and
 * reports to systemd; each output has a thread of its own, see output/writer.h.
 */
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

/* How often the main thread saves the state and reports to systemd. */
#define TURN_MS 1000
/* How long the end waits for outputs that hang. */
#define END_MS 5000
/* How long the start waits for a module that is being loaded, and how often it looks. */
#define STARTING_MS 10000
#define LOOK_MS 50

struct logger {
	struct config config;
	struct progress progress;
	struct host host;
	struct view view;
	struct writer *writers[OUTPUTS_MAX];
	bool save_fails;	/* and a message said so */
	struct buffer status;	/* the status line that systemd has */
	uint64_t watchdog_ms;	/* systemd's timeout; 0: there is no watchdog */
	int64_t fed;		/* when the watchdog was last notified, by now_ms() */
};

/* What the command line says. It takes precedence over the configuration file. */
struct arguments {
	const char *config;
	const char *state;
	const struct format *format;
	bool wait;
	const char *outputs[OUTPUTS_MAX];
	unsigned int count;
};

static const struct usage usage;

static int logger_output(void *context)
{
	struct arguments *arguments = context;

	if (arguments->count == OUTPUTS_MAX)
		return wrong_usage(&usage, "--output: more than %d", OUTPUTS_MAX);
	arguments->outputs[arguments->count++] = optarg;
	return 0;
}

static int logger_format(void *context)
{
	struct arguments *arguments = context;

	arguments->format = format_find(optarg);
	if (arguments->format)
		return 0;
	return wrong_usage(&usage, "--format: '%s' is none of %s", optarg, format_names());
}

static const struct command_option logger_options[] = {
	{ "output", "DEST", "stdout, file:PATH, journal, syslog, tcp://HOST:PORT or "
	  "udp://HOST:PORT; may be given several times. Replaces the outputs of the configuration",
	  OPTION_CALL(logger_output) },
	{ "format", "FORMAT", "json (default), ecs, ocsf, cef or syslog; for stdout also text",
	  OPTION_CALL(logger_format) },
	{ "state", "FILE", "where to remember what was written (/var/lib/shelltrap/state)",
	  OPTION_STRING(struct arguments, state) },
	{ "config", "FILE", "the configuration (/etc/shelltrap/shelltrap.conf); see "
	  "shelltrap.conf(5)", OPTION_STRING(struct arguments, config) },
	{ "wait", NULL, "wait until the module is loaded, instead of ending with exit code 3",
	  OPTION_FLAG(struct arguments, wait) },
	{}
};

static const struct usage usage = {
	.command = "logger",
	.synopsis = "[OPTION]...",
	.purpose =
	"Writes each alert exactly once to every output, across restarts, until SIGTERM or "
	"SIGINT. SIGHUP opens the output files anew.",
	.options = logger_options,
};

/* The standard file may be missing, but not a file that --config names. */
static int logger_read_config(struct config *config, const struct arguments *arguments,
			      struct buffer *fault)
{
	const char *path = arguments->config ? arguments->config : CONFIG_FILE;
	int ret = config_read(config, path, fault);

	if (!ret || (ret == -ENOENT && !arguments->config))
		return 0;
	complain("%s", fault->data);
	return WRONG_USAGE;
}

static int logger_apply_arguments(struct config *config, const struct arguments *arguments,
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

static int logger_configure(struct config *config, const struct arguments *arguments)
{
	struct buffer fault = {0};
	int ret = logger_read_config(config, arguments, &fault);

	if (!ret)
		ret = logger_apply_arguments(config, arguments, &fault);
	buffer_free(&fault);
	return ret;
}

/*
 * Tries once to reach the module. Only a module that was live before the attempt is out of
 * reach for good if it does not answer. Returns 0 or negative errno; -EAGAIN: the module is
 * being loaded, or was loaded meanwhile.
 */
static int logger_try_module(struct stream *stream)
{
	enum module_stage before = module_stage();
	int error = stream_open(stream, STREAM_FROM_NOW, STREAM_ENDLESS);

	if (error != -ENOENT || before == MODULE_LIVE)
		return error;
	return before == module_stage() && before == MODULE_ABSENT ? -ENODEV : -EAGAIN;
}

/* Returns 0, or the exit code if waiting for the module is impossible or not wanted. */
static int logger_reach_module(const struct config *config)
{
	int64_t deadline = now_ms() + STARTING_MS;
	static struct stream stream;
	int error, ret = 0;

	while ((error = logger_try_module(&stream)) == -EAGAIN && !config->wait &&
	       now_ms() < deadline) {
		stream_close(&stream);
		usleep(LOOK_MS * 1000);
	}
	if (error == -EAGAIN || error == -ENODEV)
		ret = config->wait ? 0 : module_not_reached();
	else if (error)
		ret = stream_failed(&stream, error);
	stream_close(&stream);
	return ret;
}

static volatile sig_atomic_t reopen;

static void logger_request_reopen(int number)
{
	(void)number;
	reopen = 1;
}

static void logger_interrupt(int number)
{
	(void)number;
}

/*
 * SIGHUP, SIGINT and SIGTERM are blocked everywhere but in ppoll() of the main thread,
 * which takes the mask from *before. SIGUSR1 stays open: it interrupts a system call in
 * which a writer's thread hangs.
 */
static void logger_take_signals(sigset_t *before)
{
	struct sigaction action = { .sa_handler = logger_request_reopen };
	sigset_t blocked;

	stop_on_signals();
	sigemptyset(&action.sa_mask);
	sigaction(SIGHUP, &action, NULL);
	action.sa_handler = logger_interrupt;
	sigaction(SIGUSR1, &action, NULL);
	signal(SIGXFSZ, SIG_IGN);
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGHUP);
	sigaddset(&blocked, SIGINT);
	sigaddset(&blocked, SIGTERM);
	sigprocmask(SIG_BLOCK, &blocked, before);
}

/* Says so when the state file cannot be saved any more, or can again. */
static void logger_report_save(struct logger *logger, int error)
{
	if (error && !logger->save_fails)
		complain("%s: %s; trying again", logger->config.state, strerror(-error));
	else if (!error && logger->save_fails)
		complain("%s: works again", logger->config.state);
	logger->save_fails = error;
}

static bool logger_is_healthy(const struct logger *logger, int64_t now)
{
	unsigned int i;

	for (i = 0; i < logger->config.count; i++)
		if (!writer_is_healthy(logger->writers[i], now))
			return false;
	return true;
}

static bool logger_all_ended(const struct logger *logger)
{
	unsigned int i;

	for (i = 0; i < logger->config.count; i++)
		if (!atomic_load(&logger->writers[i]->ended))
			return false;
	return true;
}

static void logger_feed_watchdog(struct logger *logger)
{
	int64_t now = now_ms();

	if (!logger->watchdog_ms || now - logger->fed < (int64_t)logger->watchdog_ms / 3 ||
	    !logger_is_healthy(logger, now))
		return;
	sd_notify(0, "WATCHDOG=1");
	logger->fed = now;
}

/* The line in "systemctl status": how much each output has written, and what fails. */
static void logger_notify_status(struct logger *logger)
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
	if (!logger->status.len || strcmp(logger->status.data, status.data))
		sd_notify(0, status.data);
	buffer_free(&logger->status);
	logger->status = status;
}

static void logger_reopen(struct logger *logger)
{
	unsigned int i;

	for (i = 0; i < logger->config.count; i++) {
		atomic_store(&logger->writers[i]->reopen, true);
		writer_wake(logger->writers[i]);
	}
}

static int logger_watch_writers(struct logger *logger, const sigset_t *signals)
{
	struct timespec pause = { TURN_MS / 1000, TURN_MS % 1000 * 1000000 };

	sd_notify(0, "READY=1");
	while (!stop_requested()) {
		ppoll(NULL, 0, &pause, signals);
		if (reopen) {
			reopen = 0;
			logger_reopen(logger);
		}
		logger_report_save(logger, progress_save(&logger->progress));
		logger_notify_status(logger);
		logger_feed_watchdog(logger);
		if (logger_all_ended(logger))
			return FAILED;
	}
	return DONE;
}

static int logger_start_writers(struct logger *logger)
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

/*
 * A writer that hangs may still use its memory, which is therefore not freed before the
 * process ends.
 */
static void logger_end_writers(struct logger *logger)
{
	int64_t deadline = now_ms() + END_MS;
	unsigned int i;

	for (i = 0; i < logger->config.count; i++) {
		if (logger->writers[i] && !writer_join(logger->writers[i], deadline))
			complain("%s: hangs; leaving it", logger->config.outputs[i].name);
	}
	logger_report_save(logger, progress_sync(&logger->progress, END_MS));
}

static int logger_run(struct logger *logger)
{
	sigset_t signals;
	uint64_t usec;
	int ret;

	logger_take_signals(&signals);
	if (sd_watchdog_enabled(0, &usec) > 0)
		logger->watchdog_ms = usec / 1000;
	ret = logger_start_writers(logger);
	if (!ret)
		ret = logger_watch_writers(logger, &signals);
	sd_notify(0, "STOPPING=1");
	request_stop();
	logger_end_writers(logger);
	return ret;
}

static int logger_open_state(struct logger *logger)
{
	struct buffer fault = {0};
	int ret;

	if (progress_open(&logger->progress, logger->config.state, &fault)) {
		complain("%s", fault.data);
		ret = FAILED;
	} else {
		ret = logger_run(logger);
	}
	buffer_free(&fault);
	return ret;
}

static int logger_start(struct logger *logger)
{
	int ret = logger_reach_module(&logger->config);

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
		.find_file = logger->config.hash ? hash_find : NULL,
		.charset = text_charset(),
	};
	return logger_open_state(logger);
}

int logger_main(int argc, char **argv)
{
	static struct logger logger;
	struct arguments arguments = {0};
	int ret = options_read(&usage, &arguments, argc, argv);

	if (ret >= 0)
		return ret;
	config_init(&logger.config);
	ret = logger_configure(&logger.config, &arguments);
	return ret ? ret : logger_start(&logger);
}
