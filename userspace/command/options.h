/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The subcommands, their tables of options, and --help, which is made from these tables. */
#ifndef COMMAND_OPTIONS_H
#define COMMAND_OPTIONS_H

#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/exit.h"
#include "lib/util.h"

/* The subcommands: argv[0] is the subcommand's name; each returns an exit code. */
int watch_main(int argc, char **argv);
int replay_main(int argc, char **argv);
int log_main(int argc, char **argv);
int summary_main(int argc, char **argv);
int logger_main(int argc, char **argv);
int report_main(int argc, char **argv);
int ask_main(int argc, char **argv);
int evidence_main(int argc, char **argv);
int status_main(int argc, char **argv);
int policy_main(int argc, char **argv);
int lock_main(int argc, char **argv);
int held_main(int argc, char **argv);
int release_main(int argc, char **argv);
int selftest_main(int argc, char **argv);
int notify_main(int argc, char **argv);

/* "shelltrap" without a command. Returns an exit code. */
int overview_main(void);

/* The most options that one subcommand has, without --help and --version. */
#define OPTIONS_MAX 32

/* Of an option of which the value "pretty" may be left out: "--json" or "--json=pretty". */
#define VALUE_PRETTY "[=pretty]"

/* What an option does. */
enum option_kind {
	OPTION_CALLS,		/* take(), which finds the value in optarg */
	OPTION_SETS_FLAG,	/* a bool */
	OPTION_SETS_STRING,	/* a const char *, which points into argv */
	OPTION_SETS_NUMBER,	/* a uint64_t within [min, max] */
	OPTION_SETS_MEMBER,	/* a member of any type, by set() */
};

struct usage;
struct command_option;

/**
 * struct command_option - one option of a subcommand
 * @name: the long name, without "--"
 * @value: what --help calls the value; NULL: the option takes none; VALUE_PRETTY
 * @help: what the option does, as one line of any length
 * @kind: whether the option calls take() or sets a member of the settings
 * @take: gets the settings; returns 0 or, with a message printed, WRONG_USAGE
 * @set: gets the member, finds the value in optarg; returns 0 or, with a message, WRONG_USAGE
 * @offset: of the member in the settings
 * @min: the smallest number that is accepted
 * @max: the largest number that is accepted
 * @letter: the short name; 0: there is none
 */
struct command_option {
	const char *name;
	const char *value;
	const char *help;
	enum option_kind kind;
	int (*take)(void *settings);
	int (*set)(const struct usage *usage, const struct command_option *option, void *member);
	size_t offset;
	uint64_t min, max;
	char letter;
};

/* For the tables: the members from "kind" on. */
#define OPTION_CALL(function)		OPTION_CALLS, .take = (function)
#define OPTION_FLAG(type, member)	OPTION_SETS_FLAG, .offset = offsetof(type, member)
#define OPTION_STRING(type, member)	OPTION_SETS_STRING, .offset = offsetof(type, member)
#define OPTION_MEMBER(function, type, member) \
	OPTION_SETS_MEMBER, .set = (function), .offset = offsetof(type, member)
#define OPTION_NUMBER(type, member, least, most) \
	OPTION_SETS_NUMBER, .offset = offsetof(type, member), .min = (least), .max = (most)

/**
 * struct usage - how a subcommand is used
 * @command: its name, such as "watch" or "policy load"
 * @synopsis: what follows the name in the first line of --help; unused with actions
 * @purpose: what the subcommand does, as one line of any length
 * @options: its options; the last entry has no name. NULL: --help and --version only
 * @more: further options, which several commands have; NULL: none
 * @more_offset: where the settings have what the offsets in @more count from
 * @takes_operands: whether arguments may follow the options
 * @silent: whether --quiet means that it prints nothing but errors
 * @actions: the subcommands of this subcommand, the last one NULL; NULL: none
 */
struct usage {
	const char *command;
	const char *synopsis;
	const char *purpose;
	const struct command_option *options;
	const struct command_option *more;
	size_t more_offset;
	bool takes_operands;
	bool silent;
	const struct usage *const *actions;
};

/**
 * options_read() - read the options of a subcommand into its settings
 * @settings: what the members of the table mean; may be NULL without a table
 * @argv: argv[0] is the subcommand's name
 *
 * Prints --help, --version and what is wrong.
 *
 * Return: negative if the subcommand shall run, with its operands from argv[optind] on;
 * otherwise the exit code.
 */
int options_read(const struct usage *usage, void *settings, int argc, char **argv);

/* Prints one line: what is wrong, and where --help is. Returns WRONG_USAGE. */
int __printf(2, 3) wrong_usage(const struct usage *usage, const char *format, ...);

/*
 * Parses optarg, the value of that option ("--count"), as a decimal number within
 * [min, max]. Returns 0 or, with a message printed, WRONG_USAGE.
 */
int number_option(const struct usage *usage, const char *option,
		  uint64_t min, uint64_t max, uint64_t *value);

/*
 * Takes the value of --json. Returns 0 or, with a message printed, WRONG_USAGE.
 */
int pretty_option(const struct usage *usage, bool *pretty);

/* An option of commands that print times. */
#define UTC_OPTION							\
	{ "utc", NULL, "times are UTC, those of options and those that are printed",	\
	  OPTION_CALL(utc_option) }
int utc_option(void *settings);

void print_version(void);

#endif /* COMMAND_OPTIONS_H */
