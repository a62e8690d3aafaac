// SPDX-License-Identifier: GPL-2.0-or-later
/* "shelltrap replay": prints what the kernel still holds. */
#include <errno.h>
#include <unistd.h>

#include "command/filter_options.h"
#include "command/options.h"
#include "command/printer.h"
#include "kernel/stream.h"
#include "lib/console.h"
#include "lib/exit.h"
#include "lib/pager.h"
#include "past/spool.h"

struct replay {
	struct printer printer;
	struct filter filter;
	uint64_t from;
	uint64_t count;		/* of the newest records; 0: all */
	struct spool spool;
};

static const struct usage usage;

static int replay_format(void *replay)
{
	return printer_format_option(&((struct replay *)replay)->printer, &usage);
}

static int replay_color(void *replay)
{
	return printer_color_option(&((struct replay *)replay)->printer, &usage);
}

static int replay_json(void *replay)
{
	return printer_json_option(&((struct replay *)replay)->printer, &usage);
}

static const struct command_option replay_options[] = {
	{ "from", "SEQ", "begin with record SEQ; records that the kernel no longer holds are "
	  "printed as one loss", OPTION_NUMBER(struct replay, from, 0, STREAM_FROM_NOW - 1) },
	{ "lines", "N", "only the newest N records",
	  OPTION_NUMBER(struct replay, count, 1, UINT32_MAX), .letter = 'n' },
	{ "format", "FORMAT", "text (default), compact, json, ecs, ocsf, cef or syslog (RFC "
	  "5424); see shelltrap-formats(5)", OPTION_CALL(replay_format), .letter = 'f' },
	{ "json", VALUE_PRETTY, "the format json; pretty: on several lines, for people",
	  OPTION_CALL(replay_json) },
	{ "color", "WHEN", "auto (default), always or never", OPTION_CALL(replay_color) },
	UTC_OPTION,
	{}
};

static const struct usage usage = {
	.command = "replay",
	.synopsis = "[OPTION]...",
	.purpose = "Prints the alerts that the kernel still holds, and exits.",
	.options = replay_options,
	.more = filter_options,
	.more_offset = offsetof(struct replay, filter),
};

static int replay_print_kept(void *context, const char *text, size_t len)
{
	struct replay *replay = context;

	buffer_reset(&replay->printer.line);
	buffer_add(&replay->printer.line, text, len);
	return console_write(STDOUT_FILENO, &replay->printer.line);
}

static int replay_take(struct replay *replay, const struct record *record)
{
	if (!replay->count)
		return printer_print(&replay->printer, record);
	printer_put(&replay->printer, record);
	return spool_add(&replay->spool, replay->printer.line.data, replay->printer.line.len);
}

static int replay_print(struct replay *replay, struct stream *stream)
{
	const struct record *record;
	int ret;

	while ((ret = stream_next(stream, &record)) > 0) {
		if (!filter_matches_record(&replay->filter, record, &replay->printer.view))
			continue;
		ret = stop_requested() ? -EINTR : replay_take(replay, record);
		if (ret == -EINTR)
			return DONE;
		if (ret)
			return console_failed(ret);
	}
	if (ret)
		return stream_failed(stream, ret);
	ret = spool_each(&replay->spool, false, replay_print_kept, replay);
	return ret && ret != -EINTR ? console_failed(ret) : DONE;
}

static int replay_run(struct replay *replay)
{
	static struct stream stream;
	int ret = stream_open(&stream, replay->from, STREAM_HELD);

	spool_open(&replay->spool, replay->count);
	ret = ret ? stream_failed(&stream, ret) : replay_print(replay, &stream);
	spool_close(&replay->spool);
	stream_close(&stream);
	return ret;
}

int replay_main(int argc, char **argv)
{
	struct replay replay = { .from = STREAM_FROM_OLDEST };
	int ret = options_read(&usage, &replay, argc, argv);

	if (ret >= 0)
		return ret;
	stop_on_signals();
	printer_start(&replay.printer);
	pager_start();
	ret = replay_run(&replay);
	printer_stop(&replay.printer);
	filter_free(&replay.filter);
	return ret;
}
