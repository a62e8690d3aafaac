// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "command/options.h"
#include "command/printer.h"
#include "kernel/stream.h"
#include "lib/console.h"
#include "lib/deadline.h"
#include "lib/exit.h"
#include "lib/message.h"

#define TIMEOUT_MAX (UINT64_C(100) * 365 * 24 * 3600)

struct watch {
	struct printer printer;
	struct stream stream;
	uint64_t from;
	uint64_t count;		/* 0: no end */
	uint64_t printed;
	struct timespec tell;	/* of what was folded, at the latest */
	bool has_timeout;
	uint64_t timeout;	/* seconds */
	struct timespec deadline;
};

static const struct usage usage = {
	.command = "watch",
	.help =
	"Usage: shelltrap watch [OPTION]...\n"
	"Prints alerts as they come, until Ctrl-C.\n"
	"\n"
	"  --format FORMAT   text (default), json, ecs, ocsf, cef, syslog (RFC 5424); see\n"
	"                    shelltrap-formats(5)\n"
	"  --count N         end after N alerts; losses are printed but not counted\n"
	"  --timeout SEC     end after SEC seconds; exit code 1 if --count was not reached\n"
	"  --from SEQ        begin with number SEQ, 0: with the oldest that the kernel\n"
	"                    holds; otherwise with what happens from now on\n"
	"  --color WHEN      auto (default), always, never\n"
	"  --help, --version\n",
};

enum {
	OPTION_FORMAT = OPTION_OWN,
	OPTION_COUNT,
	OPTION_TIMEOUT,
	OPTION_FROM,
	OPTION_COLOR,
};

static const struct option options[] = {
	{ "format", required_argument, NULL, OPTION_FORMAT },
	{ "count", required_argument, NULL, OPTION_COUNT },
	{ "timeout", required_argument, NULL, OPTION_TIMEOUT },
	{ "from", required_argument, NULL, OPTION_FROM },
	{ "color", required_argument, NULL, OPTION_COLOR },
	HELP_OPTION,
	VERSION_OPTION,
	{}
};

static int read_option(struct watch *watch, int option)
{
	switch (option) {
	case OPTION_FORMAT:
		return printer_format_option(&watch->printer, &usage);
	case OPTION_COLOR:
		return printer_color_option(&watch->printer, &usage);
	case OPTION_COUNT:
		return number_option(&usage, "--count", 1, UINT64_MAX, &watch->count);
	case OPTION_TIMEOUT:
		watch->has_timeout = true;
		return number_option(&usage, "--timeout", 1, TIMEOUT_MAX, &watch->timeout);
	}
	return number_option(&usage, "--from", 0, STREAM_FROM_NOW - 1, &watch->from);
}

static bool is_time_up(const struct watch *watch)
{
	return watch->has_timeout && deadline_is_over(&watch->deadline);
}

static int finish(const struct watch *watch)
{
	if (!watch->count || stop_requested())
		return DONE;
	complain("%" PRIu64 " of %" PRIu64 " alerts came in %" PRIu64 " seconds",
		 watch->printed, watch->count, watch->timeout);
	return FAILED;
}

/* Negative: go on. Otherwise the exit code. */
static int tell_folded(struct watch *watch)
{
	int error;

	if (!printer_has_folded(&watch->printer) || !deadline_is_over(&watch->tell))
		return -1;
	error = printer_tell_folded(&watch->printer);
	return error ? console_failed(error) : -1;
}

/* Negative: go on. Otherwise the exit code. */
static int print(struct watch *watch, const struct record *record)
{
	bool had_folded = printer_has_folded(&watch->printer);
	int error = printer_print(&watch->printer, record);

	if (!had_folded) {
		clock_gettime(CLOCK_MONOTONIC, &watch->tell);
		watch->tell.tv_sec++;
	}
	if (error == -EINTR)
		return DONE;
	if (error)
		return console_failed(error);
	watch->printed += record->alert.present;
	return watch->printed == watch->count && watch->count ? DONE : -1;
}

/* Negative: go on. Otherwise the exit code. */
static int wait_for_more(const struct watch *watch)
{
	const struct timespec *deadline = watch->has_timeout ? &watch->deadline : NULL;
	enum wait_result result;

	if (printer_has_folded(&watch->printer))
		deadline = &watch->tell;
	result = console_wait(stream_fd(&watch->stream), STDOUT_FILENO, deadline);
	return result == WAIT_NO_READER ? FAILED : -1;
}

static int run(struct watch *watch)
{
	const struct record *record;
	int code, ret;

	do {
		ret = stream_next(&watch->stream, &record);
		if (ret < 0)
			return stream_failed(&watch->stream, ret);
		code = ret ? print(watch, record) : wait_for_more(watch);
		if (code < 0)
			code = tell_folded(watch);
		if (code >= 0)
			return code;
	} while (!stop_requested() && !is_time_up(watch));
	return finish(watch);
}

static int open_and_run(struct watch *watch)
{
	int ret = stream_open(&watch->stream, watch->from, STREAM_ENDLESS);

	if (ret)
		return stream_failed(&watch->stream, ret);
	if (isatty(STDOUT_FILENO) && watch->printer.format == &format_text)
		fputs("watching for web servers that start a shell; Ctrl-C ends\n", stderr);
	clock_gettime(CLOCK_MONOTONIC, &watch->deadline);
	watch->deadline.tv_sec += watch->timeout;
	return run(watch);
}

int watch_main(int argc, char **argv)
{
	static struct watch watch = { .from = STREAM_FROM_NOW };
	int option, ret;

	while ((option = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		if (option < OPTION_OWN)
			return common_option(&usage, option, argv);
		ret = read_option(&watch, option);
		if (ret)
			return ret;
	}
	ret = no_operands(&usage, argc, argv);
	if (ret)
		return ret;
	stop_on_signals();
	printer_start(&watch.printer);
	ret = open_and_run(&watch);
	stream_close(&watch.stream);
	printer_stop(&watch.printer);
	return ret;
}
