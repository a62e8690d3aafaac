// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>

#include "command/options.h"
#include "command/printer.h"
#include "kernel/stream.h"
#include "lib/console.h"
#include "lib/exit.h"

static const struct usage usage = {
	.command = "replay",
	.help =
	"Usage: shelltrap replay [OPTION]...\n"
	"Prints the alerts that the kernel still holds, and exits.\n"
	"\n"
	"  --from SEQ        begin with number SEQ; where it is no longer held, what is\n"
	"                    missing comes as a loss\n"
	"  --format FORMAT   text (default), json, ecs, ocsf, cef, syslog (RFC 5424); see\n"
	"                    shelltrap-formats(5)\n"
	"  --color WHEN      auto (default), always, never\n"
	"  --help, --version\n",
};

enum {
	OPTION_FROM = OPTION_OWN,
	OPTION_FORMAT,
	OPTION_COLOR,
};

static const struct option options[] = {
	{ "from", required_argument, NULL, OPTION_FROM },
	{ "format", required_argument, NULL, OPTION_FORMAT },
	{ "color", required_argument, NULL, OPTION_COLOR },
	HELP_OPTION,
	VERSION_OPTION,
	{}
};

static int read_option(struct printer *printer, uint64_t *from, int option)
{
	switch (option) {
	case OPTION_FORMAT:
		return printer_format_option(printer, &usage);
	case OPTION_COLOR:
		return printer_color_option(printer, &usage);
	}
	return number_option(&usage, "--from", 0, STREAM_FROM_NOW - 1, from);
}

static int run(struct stream *stream, struct printer *printer)
{
	const struct record *record;
	int ret;

	while ((ret = stream_next(stream, &record)) > 0) {
		ret = stop_requested() ? -EINTR : printer_print(printer, record);
		if (ret == -EINTR)
			return DONE;
		if (ret)
			return console_failed(ret);
	}
	return ret ? stream_failed(stream, ret) : DONE;
}

static int replay(struct printer *printer, uint64_t from)
{
	static struct stream stream;
	int ret = stream_open(&stream, from, STREAM_HELD);

	ret = ret ? stream_failed(&stream, ret) : run(&stream, printer);
	stream_close(&stream);
	return ret;
}

int replay_main(int argc, char **argv)
{
	struct printer printer = {0};
	uint64_t from = STREAM_FROM_OLDEST;
	int option, ret;

	while ((option = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		if (option < OPTION_OWN)
			return common_option(&usage, option, argv);
		ret = read_option(&printer, &from, option);
		if (ret)
			return ret;
	}
	ret = no_operands(&usage, argc, argv);
	if (ret)
		return ret;
	stop_on_signals();
	printer_start(&printer);
	ret = replay(&printer, from);
	printer_stop(&printer);
	return ret;
}
