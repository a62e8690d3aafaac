// SPDX-License-Identifier: GPL-2.0-or-later
#include "command/options.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/message.h"
#include "lib/number.h"
#include "lib/when.h"

#define HELP_COLUMNS 80

/*
 * What getopt_long() returns for long options: more than any character, so that optopt
 * is either a letter or a long option.
 */
enum {
	OPTION_HELP = 0x100,
	OPTION_VERSION,
	OPTION_QUIET,
	OPTION_OWN,		/* and the option's place in its table */
};

static const struct command_option common_options[] = {
	{ .name = "quiet", .help = "print only what was asked for, and errors", .letter = 'q' },
	{ .name = "help", .help = "print this text", .letter = 'h' },
	{ .name = "version", .help = "print the program's version", .letter = 'v' },
	{}
};

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

/* Prints words from that column on; further lines begin at the column "indent". */
static void help_print_words(const char *text, size_t column, size_t indent)
{
	while (*text) {
		size_t len = strcspn(text, " ");

		if (column > indent && column + 1 + len > HELP_COLUMNS) {
			printf("\n%*s", (int)indent, "");
			column = indent;
		} else if (column > indent) {
			putchar(' ');
			column++;
		}
		printf("%.*s", (int)len, text);
		column += len;
		text += len;
		text += strspn(text, " ");
	}
	putchar('\n');
}

/* "-n, --count N"; returns its length. */
static int help_label(const struct command_option *option, char *label, size_t size)
{
	char letter[] = { '-', option->letter, ',', ' ', '\0' };

	return snprintf(label, size, "%s--%s%s%s", option->letter ? letter : "", option->name,
			option->value && option->value[0] != '[' ? " " : "",
			option->value ? option->value : "");
}

/* All options of a usage; valid until the next call. NULL: it has none. */
static const struct command_option *options_of(const struct usage *usage)
{
	static struct command_option all[OPTIONS_MAX + 1];
	const struct command_option *option;
	size_t count = 0;

	if (!usage->more)
		return usage->options;
	for (option = usage->options; option && option->name; option++)
		all[count++] = *option;
	for (option = usage->more; option->name && count < OPTIONS_MAX; option++) {
		all[count] = *option;
		all[count++].offset += usage->more_offset;
	}
	all[count] = (struct command_option){0};
	return all;
}

static int help_label_width(const struct command_option *option)
{
	char label[64];
	int width = 0;

	for (; option && option->name; option++) {
		int len = help_label(option, label, sizeof(label));

		width = len > width ? len : width;
	}
	return width;
}

static void help_print_options(const struct command_option *option, int width)
{
	char label[64];

	for (; option && option->name; option++) {
		help_label(option, label, sizeof(label));
		printf("  %-*s  ", width, label);
		help_print_words(option->help, width + 4, width + 4);
	}
}

static void help_print_synopsis(const char *lead, const struct usage *usage)
{
	int column = printf("%s shelltrap %s", lead, usage->command);

	help_print_words(usage->synopsis, column, strlen(lead) + 3);
}

static void help_print_action(const struct usage *action)
{
	printf("\nshelltrap %s\n  ", action->command);
	help_print_words(action->purpose, 2, 2);
	help_print_options(options_of(action), help_label_width(options_of(action)));
}

static void help_print(const struct usage *usage)
{
	const struct usage *const *actions = usage->actions;
	int width = help_label_width(options_of(usage));
	int common_width = help_label_width(common_options);
	size_t i;

	help_print_synopsis("Usage:", actions ? actions[0] : usage);
	for (i = 1; actions && actions[i]; i++)
		help_print_synopsis("      ", actions[i]);
	help_print_words(usage->purpose, 0, 0);
	for (i = 0; actions && actions[i]; i++)
		help_print_action(actions[i]);
	putchar('\n');
	width = width < common_width ? common_width : width;
	help_print_options(options_of(usage), width);
	help_print_options(common_options, width);
}

/* A result of getopt_long() that is no option of the table; returns the exit code. */
static int options_common(const struct usage *usage, int result, char **argv)
{
	switch (result) {
	case OPTION_HELP:
	case 'h':
		help_print(usage);
		return DONE;
	case OPTION_VERSION:
	case 'v':
		print_version();
		return DONE;
	case ':':
		return wrong_usage(usage, "%s: needs a value", argv[optind - 1]);
	}
	/* getopt_long() leaves optopt 0 for a long option that it does not know. */
	if (optopt && optopt < OPTION_HELP)
		return wrong_usage(usage, "-%c: no such option", (char)optopt);
	if (optopt)
		return wrong_usage(usage, "%s: takes no value", argv[optind - 1]);
	return wrong_usage(usage, "%s: no such option", argv[optind - 1]);
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

static int option_take(const struct usage *usage, const struct command_option *option,
		       void *settings)
{
	void *member = (char *)settings + option->offset;
	char name[64];

	switch (option->kind) {
	case OPTION_CALLS:
		return option->take(settings);
	case OPTION_SETS_MEMBER:
		return option->set(usage, option, member);
	case OPTION_SETS_FLAG:
		*(bool *)member = true;
		return 0;
	case OPTION_SETS_STRING:
		*(const char **)member = optarg;
		return 0;
	case OPTION_SETS_NUMBER:
		break;
	}
	snprintf(name, sizeof(name), "--%s", option->name);
	return number_option(usage, name, option->min, option->max, member);
}

/* What getopt_long() is given: long names, and a string of letters. */
struct getopt_tables {
	struct option names[OPTIONS_MAX + 4];
	char letters[2 * OPTIONS_MAX + 5];
};

static int option_takes(const struct command_option *option)
{
	if (!option->value)
		return no_argument;
	return option->value[0] == '[' ? optional_argument : required_argument;
}

static void getopt_tables_fill(struct getopt_tables *tables, const struct command_option *options)
{
	char *letter = tables->letters;
	size_t i;

	*tables = (struct getopt_tables){
		.names = {
			{ "help", no_argument, NULL, OPTION_HELP },
			{ "version", no_argument, NULL, OPTION_VERSION },
			{ "quiet", no_argument, NULL, OPTION_QUIET },
		},
	};
	/* With ':' first, a value that is missing is ':', not '?'. */
	letter = stpcpy(letter, ":hqv");
	for (i = 0; options && i < OPTIONS_MAX && options[i].name; i++) {
		tables->names[i + 3] = (struct option){
			options[i].name, option_takes(&options[i]), NULL, OPTION_OWN + i,
		};
		if (!options[i].letter)
			continue;
		*letter++ = options[i].letter;
		if (options[i].value)
			*letter++ = ':';
	}
}

/* The option of the table that getopt_long() found; NULL: none. */
static const struct command_option *option_found(const struct command_option *options, int result)
{
	if (result >= OPTION_OWN)
		return &options[result - OPTION_OWN];
	for (; options && options->name; options++)
		if (options->letter && options->letter == result)
			return options;
	return NULL;
}

/* --utc may follow an option that has a time. */
static void options_look_for_utc(const struct command_option *options, int argc, char **argv)
{
	int i;

	while (options && options->name && strcmp(options->name, "utc"))
		options++;
	if (!options || !options->name)
		return;
	for (i = 1; i < argc && strcmp(argv[i], "--"); i++)
		if (!strcmp(argv[i], "--utc"))
			when_use_utc();
}

static void options_be_quiet(const struct usage *usage)
{
	int null;

	message_quiet = true;
	null = usage->silent ? open("/dev/null", O_WRONLY | O_CLOEXEC) : -1;
	if (null < 0)
		return;
	dup2(null, STDOUT_FILENO);
	close(null);
}

int utc_option(void *settings)
{
	(void)settings;
	when_use_utc();
	return 0;
}

int pretty_option(const struct usage *usage, bool *pretty)
{
	*pretty = optarg;
	if (!optarg || !strcmp(optarg, "pretty"))
		return 0;
	return wrong_usage(usage, "--json: '%s' is not pretty", optarg);
}

int options_read(const struct usage *usage, void *settings, int argc, char **argv)
{
	const struct command_option *options = options_of(usage);
	struct getopt_tables tables;
	int result, ret;

	message_quiet = false;
	getopt_tables_fill(&tables, options);
	options_look_for_utc(options, argc, argv);
	while ((result = getopt_long(argc, argv, tables.letters, tables.names, NULL)) != -1) {
		const struct command_option *option = option_found(options, result);

		if (result == OPTION_QUIET || result == 'q') {
			options_be_quiet(usage);
			continue;
		}
		if (!option)
			return options_common(usage, result, argv);
		ret = option_take(usage, option, settings);
		if (ret)
			return ret;
	}
	if (optind < argc && !usage->takes_operands)
		return wrong_usage(usage, "%s: unexpected argument", argv[optind]);
	return -1;
}

void print_version(void)
{
	puts("shelltrap " SHELLTRAP_VERSION);
}
