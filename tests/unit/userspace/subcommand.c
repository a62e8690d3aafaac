// SPDX-License-Identifier: GPL-2.0-or-later
#include "subcommand.h"

#include "unit.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/exit.h"

static char *output;

static void __attribute__((destructor)) free_output(void)
{
	free(output);
}

static void keep_output(FILE *file)
{
	size_t size = 0;
	FILE *memory;
	int c;

	free(output);
	memory = open_memstream(&output, &size);
	rewind(file);
	while ((c = getc(file)) != EOF)
		putc(c, memory);
	fclose(memory);
}

const char *subcommand_output(int fd, int (*command)(int argc, char **argv), char **argv,
			      int *code)
{
	FILE *file = tmpfile();
	int saved, argc = 0;

	while (argv[argc])
		argc++;
	fflush(NULL);
	saved = dup(fd);
	dup2(fileno(file), fd);
	optind = 0;	/* getopt_long() starts over */
	*code = command(argc, argv);
	fflush(NULL);
	dup2(saved, fd);
	close(saved);
	keep_output(file);
	fclose(file);
	return output;
}

void subcommand_assert_wrong_usage(int (*command)(int argc, char **argv), char *argvs[][4],
				   size_t nr_argvs)
{
	char hint[64];
	size_t i;
	int code;

	for (i = 0; i < nr_argvs; i++) {
		snprintf(hint, sizeof(hint), "; see 'shelltrap %s", argvs[i][0]);
		subcommand_output(STDERR_FILENO, command, argvs[i], &code);
		assert_non_null(strstr(output, hint));
		assert_int_equal(code, WRONG_USAGE);
	}
}
