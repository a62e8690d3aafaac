// SPDX-License-Identifier: GPL-2.0
#include "program.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "text.h"

/* An argument may hold anything, a terminal should not. */
static void __printf(1, 0) print_safely(const char *format, va_list args)
{
	struct buffer safe = {0};
	char line[1024];

	vsnprintf(line, sizeof(line), format, args);
	text_put(&safe, line, TEXT_ASCII);
	fputs(safe.data ? safe.data : "", stderr);
	buffer_free(&safe);
}

void complain(const char *format, ...)
{
	va_list args;

	fputs("shelltrap: ", stderr);
	va_start(args, format);
	print_safely(format, args);
	va_end(args);
	fputc('\n', stderr);
}

void out_of_memory(void)
{
	fputs("shelltrap: out of memory\n", stderr);
	exit(FAILED);
}

int wrong_usage(const struct usage *usage, const char *format, ...)
{
	va_list args;

	fprintf(stderr, "shelltrap %s: ", usage->command);
	va_start(args, format);
	print_safely(format, args);
	va_end(args);
	fprintf(stderr, "; see 'shelltrap %s --help'\n", usage->command);
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

int parse_number(const char *text, uint64_t min, uint64_t max, uint64_t *value)
{
	uint64_t sum = 0;

	if (!*text)
		return -EINVAL;
	for (; *text; text++) {
		unsigned int digit = (unsigned char)*text - '0';

		if (digit > 9)
			return -EINVAL;
		if (sum > (UINT64_MAX - digit) / 10)
			return -ERANGE;
		sum = sum * 10 + digit;
	}
	if (sum < min || sum > max)
		return -ERANGE;
	*value = sum;
	return 0;
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
