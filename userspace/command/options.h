/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What all subcommands share: their entry points, options and their values. */
#ifndef COMMAND_OPTIONS_H
#define COMMAND_OPTIONS_H

#include <getopt.h>
#include <stdint.h>

#include "lib/exit.h"
#include "lib/util.h"

/* A subcommand's name and its --help. */
struct usage {
	const char *command;
	const char *help;
};

/* The subcommands: argv[0] is the subcommand's name; each returns an exit code. */
int watch_main(int argc, char **argv);
int replay_main(int argc, char **argv);
int log_main(int argc, char **argv);
int status_main(int argc, char **argv);
int policy_main(int argc, char **argv);
int lock_main(int argc, char **argv);
int selftest_main(int argc, char **argv);

/* Says in one line what is wrong and where --help is; returns WRONG_USAGE. */
int __printf(2, 3) wrong_usage(const struct usage *usage, const char *format, ...);

/*
 * The options of every subcommand, for its getopt_long() table. A
 * subcommand's own ones count from OPTION_OWN: above all characters, so that
 * what getopt_long() leaves in optopt is unambiguous.
 */
enum {
	OPTION_HELP = 0x100,
	OPTION_VERSION,
	OPTION_OWN,
};

#define HELP_OPTION	{ "help", no_argument, NULL, OPTION_HELP }
#define VERSION_OPTION	{ "version", no_argument, NULL, OPTION_VERSION }

/* For any result of getopt_long(..., ":", ...) below OPTION_OWN; returns an exit code. */
int common_option(const struct usage *usage, int option, char **argv);

/* The operand behind the options that nobody asked for: 0 or WRONG_USAGE. */
int no_operands(const struct usage *usage, int argc, char **argv);

/*
 * A decimal number within [min, max] as the value of an option: 0 or WRONG_USAGE, having
 * complained.
 */
int number_option(const struct usage *usage, const char *option,
		  uint64_t min, uint64_t max, uint64_t *value);

void print_version(void);

#endif /* COMMAND_OPTIONS_H */
