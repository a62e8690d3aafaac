// SPDX-License-Identifier: GPL-2.0-or-later
/* "shelltrap watch": prints alerts as they come. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "command/access_option.h"
#include "command/filter_options.h"
#include "command/next.h"
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
	struct filter filter;
	struct access_logs access;
	struct stream stream;
	bool advises;		/* says what to do next, on a terminal */
	uint64_t from;
	uint64_t count;		/* of alerts; 0: no end */
	uint64_t printed;
	struct timespec repeats;	/* when the count of repeats is printed, at the latest */
	uint64_t timeout;	/* seconds; 0: no end */
	struct timespec deadline;
};

static const struct usage usage;

static int watch_format(void *watch)
{
	return printer_format_option(&((struct watch *)watch)->printer, &usage);
}

static int watch_color(void *watch)
{
	return printer_color_option(&((struct watch *)watch)->printer, &usage);
}

static int watch_json(void *watch)
{
	return printer_json_option(&((struct watch *)watch)->printer, &usage);
}

static const struct command_option watch_options[] = {
	{ "format", "FORMAT", "text (default), compact, json, ecs, ocsf, cef or syslog (RFC "
	  "5424); see shelltrap-formats(5)", OPTION_CALL(watch_format), .letter = 'f' },
	{ "json", VALUE_PRETTY, "the format json; pretty: on several lines, for people",
	  OPTION_CALL(watch_json) },
	{ "count", "N", "end after N alerts; losses are printed but not counted",
	  OPTION_NUMBER(struct watch, count, 1, UINT64_MAX), .letter = 'n' },
	{ "timeout", "SEC", "end after SEC seconds; the exit code is 1 if --count was not reached",
	  OPTION_NUMBER(struct watch, timeout, 1, TIMEOUT_MAX) },
	{ "from", "SEQ", "begin with record SEQ; 0: with the oldest record that the kernel still "
	  "holds. Without --from only new alerts are printed",
	  OPTION_NUMBER(struct watch, from, 0, STREAM_FROM_NOW - 1) },
	{ "color", "WHEN", "auto (default), always or never", OPTION_CALL(watch_color) },
	ACCESS_OPTION(struct watch, access),
	UTC_OPTION,
	{}
};

static const struct usage usage = {
	.command = "watch",
	.synopsis = "[OPTION]...",
	.purpose = "Prints alerts as they come, until Ctrl-C.",
	.options = watch_options,
	.more = filter_options,
	.more_offset = offsetof(struct watch, filter),
};

static bool watch_is_over(const struct watch *watch)
{
	return watch->timeout && deadline_is_over(&watch->deadline);
}

static int watch_finish(const struct watch *watch)
{
	if (!watch->count || stop_requested())
		return DONE;
	complain("%" PRIu64 " of %" PRIu64 " alerts came in %" PRIu64 " seconds",
		 watch->printed, watch->count, watch->timeout);
	return FAILED;
}

/* Returns negative to go on, otherwise the exit code. */
static int watch_print_repeats(struct watch *watch)
{
	int error;

	if (!printer_has_repeats(&watch->printer) || !deadline_is_over(&watch->repeats))
		return -1;
	error = printer_print_repeats(&watch->printer);
	return error ? console_failed(error) : -1;
}

/* Below the alert; the formats stay as they are. */
static int watch_print_next(struct watch *watch, const struct record *record)
{
	buffer_reset(&watch->printer.line);
	next_put(&watch->printer.line, record, &watch->printer.view);
	return console_write(STDOUT_FILENO, &watch->printer.line);
}

/* Returns negative to go on, otherwise the exit code. */
static int watch_print(struct watch *watch, const struct record *record)
{
	bool had_repeats = printer_has_repeats(&watch->printer);
	int error = printer_print(&watch->printer, record);

	if (!had_repeats) {
		clock_gettime(CLOCK_MONOTONIC, &watch->repeats);
		watch->repeats.tv_sec++;
	}
	if (!error && watch->advises && next_is_wanted(record) && !watch->printer.fold.more)
		error = watch_print_next(watch, record);
	if (error == -EINTR)
		return DONE;
	if (error)
		return console_failed(error);
	watch->printed += record->alert.present;
	return watch->printed == watch->count && watch->count ? DONE : -1;
}

/* Returns negative to go on, otherwise the exit code. */
static int watch_take(struct watch *watch, const struct record *record)
{
	record = access_wait(&watch->access, record);
	if (!filter_matches_record(&watch->filter, record, &watch->printer.view))
		return -1;
	return watch_print(watch, record);
}

/* Returns negative to go on, otherwise the exit code. */
static int watch_wait(const struct watch *watch)
{
	const struct timespec *deadline = watch->timeout ? &watch->deadline : NULL;
	enum wait_result result;

	if (printer_has_repeats(&watch->printer))
		deadline = &watch->repeats;
	result = console_wait(stream_fd(&watch->stream), STDOUT_FILENO, deadline);
	return result == WAIT_NO_READER ? FAILED : -1;
}

static int watch_run(struct watch *watch)
{
	const struct record *record;
	int code, ret;

	do {
		ret = stream_next(&watch->stream, &record);
		if (ret < 0)
			return stream_failed(&watch->stream, ret);
		code = ret ? watch_take(watch, record) : watch_wait(watch);
		if (code < 0)
			code = watch_print_repeats(watch);
		if (code >= 0)
			return code;
	} while (!stop_requested() && !watch_is_over(watch));
	return watch_finish(watch);
}

static int watch_start(struct watch *watch)
{
	int ret = stream_open(&watch->stream, watch->from, STREAM_ENDLESS);

	if (ret)
		return stream_failed(&watch->stream, ret);
	if (isatty(STDOUT_FILENO) && watch->printer.format == &format_text)
		note("watching for web servers that start a shell; Ctrl-C ends");
	clock_gettime(CLOCK_MONOTONIC, &watch->deadline);
	watch->deadline.tv_sec += watch->timeout;
	return watch_run(watch);
}

int watch_main(int argc, char **argv)
{
	static struct watch watch = { .from = STREAM_FROM_NOW };
	int ret = options_read(&usage, &watch, argc, argv);

	if (ret >= 0)
		return ret;
	stop_on_signals();
	printer_start(&watch.printer);
	watch.advises = watch.printer.folds && !message_quiet;
	ret = watch_start(&watch);
	stream_close(&watch.stream);
	printer_stop(&watch.printer);
	filter_free(&watch.filter);
	access_logs_free(&watch.access);
	return ret;
}
