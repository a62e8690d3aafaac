// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * "shelltrap logger": the logger. The main thread handles signals, saves the state and
 * reports to systemd; each output has a thread of its own, see output/writer.h.
 */
#include <errno.h>
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
#include "format/containers.h"
#include "format/names.h"
#include "kernel/channel.h"
#include "kernel/module.h"
#include "kernel/permission.h"
#include "lib/console.h"
#include "lib/deadline.h"
#include "lib/exit.h"
#include "lib/message.h"
#include "output/ask.h"
#include "output/hash.h"
#include "output/rotation.h"
#include "output/writers.h"

/* How often the main thread saves the state and reports to systemd. */
#define TURN_MS 1000
/* How long the end waits for outputs that hang. */
#define END_MS 5000
/* How long the start waits for a module that is being loaded, and how often it looks. */
#define STARTING_MS 10000
#define LOOK_MS 50

/* How often the logger asks whether the probes work, and after which time it complains. */
#define ASK_MS 15000
#define UNPROVED_MS 60000

struct arguments;

struct logger {
	const struct arguments *arguments;
	struct config config;
	struct progress progress;
	struct host host;
	struct view view;
	struct writers writers;
	bool pending;		/* a writer that hangs keeps the configuration from being applied */
	bool save_fails;	/* and a message said so */
	struct buffer status;	/* the status line that systemd has */
	uint64_t watchdog_ms;	/* systemd's timeout; 0: there is no watchdog */
	int64_t fed;		/* when the watchdog was last notified, by now_ms() */
	int64_t asked, proved;	/* when the module was asked, and its probes worked, the same */
	bool unproved;		/* a message said that they do not */
};

/* What the command line says. It takes precedence over the configuration file. */
struct arguments {
	const char *config;
	const char *state;
	const struct format *format;
	bool wait;
	bool check;
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
	{ "output", "DEST", "stdout, file:PATH, journal, syslog, tcp://HOST:PORT, "
	  "udp://HOST:PORT or exec:PATH; may be given several times. Replaces the outputs of the configuration",
	  OPTION_CALL(logger_output) },
	{ "format", "FORMAT", "json (default), ecs, ocsf, cef or syslog; for stdout also text",
	  OPTION_CALL(logger_format), .letter = 'f' },
	{ "state", "FILE", "where to remember what was written (/var/lib/shelltrap/state)",
	  OPTION_STRING(struct arguments, state) },
	{ "config", "FILE", "the configuration (/etc/shelltrap/shelltrap.conf); see "
	  "shelltrap.conf(5)", OPTION_STRING(struct arguments, config) },
	{ "wait", NULL, "wait until the module is loaded, instead of ending with exit code 3",
	  OPTION_FLAG(struct arguments, wait) },
	{ "check", NULL, "check the configuration, say what the service needs for it, and end",
	  OPTION_FLAG(struct arguments, check) },
	{}
};

static const struct usage usage = {
	.command = "logger",
	.synopsis = "[OPTION]...",
	.purpose =
	"Writes each alert exactly once to every output, across restarts, until SIGTERM or "
	"SIGINT. SIGHUP opens the output files and reads the configuration anew.",
	.options = logger_options,
};

static const char *logger_config_path(const struct arguments *arguments)
{
	return arguments->config ? arguments->config : CONFIG_FILE;
}

/* The standard file may be missing, but not a file that --config names. */
static int logger_read_config(struct config *config, const struct arguments *arguments,
			      struct buffer *faults)
{
	int ret = config_read(config, logger_config_path(arguments), faults);

	if (ret != -ENOENT || arguments->config)
		return ret;
	buffer_reset(faults);
	return 0;
}

static int logger_apply_outputs(struct config *config, const struct arguments *arguments)
{
	struct buffer fault = {0};
	unsigned int i;
	int ret = 0;

	if (arguments->count)
		config_drop_outputs(config);
	for (i = 0; i < arguments->count; i++) {
		if (!config_add_output(config, arguments->outputs[i], &fault))
			continue;
		ret = wrong_usage(&usage, "--output: %s", fault.data);
		buffer_reset(&fault);
	}
	buffer_free(&fault);
	return ret;
}

static int logger_apply_arguments(struct config *config, const struct arguments *arguments)
{
	struct buffer fault = {0};
	int ret = logger_apply_outputs(config, arguments);

	if (arguments->state && config_set_state(config, arguments->state, &fault))
		ret = wrong_usage(&usage, "--state: %s", fault.data);
	buffer_free(&fault);
	if (arguments->format)
		config_set_format(config, arguments->format);
	config->wait |= arguments->wait;
	return ret;
}

static void logger_print_faults(const struct buffer *faults)
{
	const char *line, *end;

	for (line = faults->data; line && *line; line = end + 1) {
		end = strchr(line, '\n');
		complain("%.*s", (int)(end - line), line);
	}
}

/* Reads file and command line, and prints all faults. Returns 0 or the exit code. */
static int logger_configure(struct config *config, const struct arguments *arguments)
{
	struct buffer faults = {0};
	int ret;

	config_init(config);
	ret = logger_read_config(config, arguments, &faults) ? WRONG_USAGE : 0;
	if (logger_apply_arguments(config, arguments) || config_finish(config, &faults))
		ret = WRONG_USAGE;
	logger_print_faults(&faults);
	buffer_free(&faults);
	if (!ret && !config->count)
		ret = wrong_usage(&usage, "no output: give --output, or name one in %s",
				  logger_config_path(arguments));
	return ret;
}

/* Says what the service of the shipped unit needs besides its own rights. */
static void logger_print_needs(const struct config *config)
{
	unsigned int i;

	for (i = 0; i < config->count; i++) {
		const char *needs = output_needs(config->outputs[i].name);

		if (needs)
			printf("%s: %s\n", config->outputs[i].name, needs);
	}
	if (config->hash)
		puts("hash: the service reads the files that every user may read; for all files "
		     "it needs the drop-in examples/hash/shelltrap-hash.conf");
	if (config->ask)
		puts("ask: a service of its own asks: systemctl enable --now "
		     "shelltrap-ask.socket");
}

static int logger_check(const struct config *config, const struct arguments *arguments)
{
	printf("%s: no fault, %u output%s\n", logger_config_path(arguments), config->count,
	       config->count == 1 ? "" : "s");
	logger_print_needs(config);
	return DONE;
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
	if (error && error != -EAGAIN && error != -ENODEV)
		ret = stream_failed(&stream, error);
	else if (error && !config->wait)
		ret = module_not_reached();
	else if (error && !permission_may_listen())
		ret = permission_missing();
	stream_close(&stream);
	return ret;
}

static volatile sig_atomic_t reload;

static void logger_request_reload(int number)
{
	(void)number;
	reload = 1;
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
	struct sigaction action = { .sa_handler = logger_request_reload };
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

static void logger_feed_watchdog(struct logger *logger)
{
	int64_t now = now_ms();

	if (!logger->watchdog_ms || now - logger->fed < (int64_t)logger->watchdog_ms / 3 ||
	    !writers_are_healthy(&logger->writers, now))
		return;
	sd_notify(0, "WATCHDOG=1");
	logger->fed = now;
}

/* The line in "systemctl status". */
static void logger_notify_status(struct logger *logger)
{
	struct buffer status = {0};

	buffer_puts(&status, "STATUS=");
	writers_put_status(&logger->writers, &status);
	if (!logger->status.len || strcmp(logger->status.data, status.data))
		sd_notify(0, status.data);
	buffer_free(&logger->status);
	logger->status = status;
}

/* Settings that the writers take when they start. */
static void logger_take_settings(struct logger *logger)
{
	int error = rotation_save(&logger->config);

	if (error)
		complain("the file for logrotate cannot be written: %s", strerror(-error));
	channel_receive_buffer(logger->config.receive_buffer);
	hash_set_limit(logger->config.hash_limit);
	logger->view.find_file = logger->config.hash ? hash_find : NULL;
	ask_enable(logger->config.ask);
}

/* Returns 0 or negative errno; a writer that hangs is no error. */
static int logger_apply(struct logger *logger, int64_t deadline)
{
	int ret = writers_apply(&logger->writers, &logger->config, deadline);

	logger->pending = ret == -EBUSY;
	return logger->pending ? 0 : ret;
}

/* The state file stays: all that is known of the outputs is in it. */
static void logger_keep_state(struct logger *logger, struct config *config)
{
	if (strcmp(config->state, logger->config.state))
		complain("state: %s stays until the logger is restarted", logger->config.state);
	free(config->state);
	config->state = logger->config.state;
	logger->config.state = NULL;
}

/*
 * Reads the configuration anew. A faulty one changes nothing. Writers whose output is the
 * same go on; all are replaced if a setting of all outputs has changed.
 */
static int logger_reload(struct logger *logger)
{
	int64_t deadline = now_ms() + END_MS;
	struct config config;
	int ret;

	if (logger_configure(&config, logger->arguments)) {
		complain("the configuration stays as it was");
		writers_reopen(&logger->writers);
		config_free(&config);
		return 0;
	}
	logger_keep_state(logger, &config);
	if (!config_same_settings(&config, &logger->config))
		writers_stop(&logger->writers, deadline);
	config_free(&logger->config);
	logger->config = config;
	logger_take_settings(logger);
	ret = logger_apply(logger, deadline);
	/* Only now: an output that has ended must not open its file once more. */
	writers_reopen(&logger->writers);
	return ret;
}

/* One turn of the main thread. Returns 0 or negative errno. */
/* The module tries its probes before it answers. Returns false also if there is no module. */
static bool logger_hears_proof(void)
{
	static struct channel channel;
	static struct state state;
	bool proof = !channel_open(&channel) && !channel_state(&channel, &state) &&
		     (state.armed.value & SHELLTRAP_ARMED_CHECK);

	channel_close(&channel);
	return proof;
}

static void logger_look_for_proof(struct logger *logger)
{
	int64_t now = now_ms();

	if (now < logger->asked + ASK_MS)
		return;
	logger->asked = now;
	if (logger_hears_proof()) {
		if (logger->unproved)
			complain("the module sees execs again");
		logger->proved = now;
		logger->unproved = false;
	} else if (!logger->unproved && now >= logger->proved + UNPROVED_MS) {
		logger->unproved = true;
		complain("for a minute nothing has proved that the module sees execs; "
			 "'shelltrap status' says why");
	}
}

static int logger_take_turn(struct logger *logger)
{
	int ret = 0;

	if (reload) {
		reload = 0;
		ret = logger_reload(logger);
	} else if (logger->pending) {
		ret = logger_apply(logger, now_ms());
	}
	logger_report_save(logger, progress_save(&logger->progress));
	logger_notify_status(logger);
	logger_look_for_proof(logger);
	logger_feed_watchdog(logger);
	return ret;
}

static int logger_watch_writers(struct logger *logger, const sigset_t *signals)
{
	struct timespec pause = { TURN_MS / 1000, TURN_MS % 1000 * 1000000 };

	logger->proved = now_ms();
	sd_notify(0, "READY=1");
	while (!stop_requested()) {
		ppoll(NULL, 0, &pause, signals);
		if (logger_take_turn(logger) || writers_have_ended(&logger->writers))
			return FAILED;
	}
	return DONE;
}

static int logger_run(struct logger *logger)
{
	sigset_t signals;
	uint64_t usec;
	int ret;

	logger_take_signals(&signals);
	if (sd_watchdog_enabled(0, &usec) > 0)
		logger->watchdog_ms = usec / 1000;
	ret = logger_apply(logger, now_ms()) ? FAILED : 0;
	if (!ret)
		ret = logger_watch_writers(logger, &signals);
	sd_notify(0, "STOPPING=1");
	request_stop();
	writers_stop(&logger->writers, now_ms() + END_MS);
	logger_report_save(logger, progress_sync(&logger->progress, END_MS));
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
	host_read(&logger->host);
	logger->view = (struct view){
		.host = &logger->host,
		.user_name = user_name,
		.group_name = group_name,
		.find_container = containers_find,
		.charset = text_charset(),
	};
	logger_take_settings(logger);
	logger->writers = (struct writers){
		.progress = &logger->progress,
		.view = &logger->view,
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
	logger.arguments = &arguments;
	ret = logger_configure(&logger.config, &arguments);
	if (ret)
		return ret;
	return arguments.check ? logger_check(&logger.config, &arguments) : logger_start(&logger);
}
