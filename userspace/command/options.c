// SPDX-License-Identifier: GPL-2.0-or-later
#include "command/options.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "lib/message.h"
#include "lib/number.h"

int wrong_usage(const struct usage *usage, const char *format, ...)
{
	char before[64], after[64];
	va_list args;

	snprintf(before, sizeof(before), "shelltrap %s: ", usage->command);
	snprintf(after, sizeof(after), "; see 'shelltrap %s --help'", usage->command);
	va_start(args, format);
	complain_around(before, after, format, args);
	va_end(args);
	return WRONG_USAGE;
}

int common_option(const struct usage *usage, int option, char **argv)
{
	switch (option) {
	case OPTION_HELP:
		fputs(usage->help, stdout);
		return DONE;
	case OPTION_VERSION:
		print_version();
		return DONE;
	case ':':
		return wrong_usage(usage, "%s: needs a value", argv[optind - 1]);
	}
	/* getopt_long() leaves optopt 0 for a long option it does not know. */
	if (optopt && optopt < OPTION_HELP)
		return wrong_usage(usage, "-%c: no such option", (char)optopt);
	if (optopt)
		return wrong_usage(usage, "%s: takes no value", argv[optind - 1]);
	return wrong_usage(usage, "%s: no such option", argv[optind - 1]);
}

int no_operands(const struct usage *usage, int argc, char **argv)
{
	if (optind >= argc)
		return 0;
	return wrong_usage(usage, "%s: unexpected argument", argv[optind]);
}

int number_option(const struct usage *usage, const char *option,
		  uint64_t min, uint64_t max, uint64_t *value)
{
	switch (parse_number(optarg, min, max, value)) {
	case 0:
		return 0;
	case -ERANGE:
		return wrong_usage(usage, "%s: '%s' is not between %" PRIu64 " and %" PRIu64,
				   option, optarg, min, max);
	}
	return wrong_usage(usage, "%s: '%s' is not a number", option, optarg);
}

void print_version(void)
{
	puts("shelltrap " SHELLTRAP_VERSION);
}
