/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs a subcommand within the test and keeps its output. */
#ifndef SUBCOMMAND_H
#define SUBCOMMAND_H

#include <stddef.h>

/*
 * Runs main() of a subcommand and returns what it writes to descriptor @fd, valid until the
 * next call; *code becomes the exit code.
 */
const char *subcommand_output(int fd, int (*command)(int argc, char **argv), char **argv,
			      int *code);

/* Expects each command line, argv of @command, to be refused with a hint at its help. */
void subcommand_assert_wrong_usage(int (*command)(int argc, char **argv), char *argvs[][4],
				   size_t nr_argvs);

#endif /* SUBCOMMAND_H */
