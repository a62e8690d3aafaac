// SPDX-License-Identifier: GPL-2.0-or-later
#include "program.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "text.h"

/* An argument may hold anything, a terminal should not. */
static void __printf(2, 0) put_safely(struct buffer *out, const char *format, va_list args)
{
	char line[1024];

	vsnprintf(line, sizeof(line), format, args);
	text_put(out, line, TEXT_ASCII);
}

/* At once: another thread may have something to say, too. */
static void print(struct buffer *out)
{
	fputs(out->data, stderr);
	buffer_free(out);
}

void complain(const char *format, ...)
{
	struct buffer out = {0};
	va_list args;

	buffer_puts(&out, "shelltrap: ");
	va_start(args, format);
	put_safely(&out, format, args);
	va_end(args);
	buffer_putc(&out, '\n');
	print(&out);
}

void out_of_memory(void)
{
	fputs("shelltrap: out of memory\n", stderr);
	exit(FAILED);
}

int wrong_usage(const struct usage *usage, const char *format, ...)
{
	struct buffer out = {0};
	va_list args;

	buffer_printf(&out, "shelltrap %s: ", usage->command);
	va_start(args, format);
	put_safely(&out, format, args);
	va_end(args);
	buffer_printf(&out, "; see 'shelltrap %s --help'\n", usage->command);
	print(&out);
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
