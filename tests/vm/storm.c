// SPDX-License-Identifier: GPL-2.0
/*
 * storm SHELL LABEL COUNT: a process called nginx starts COUNT shells without a pause; shell
 * number N runs ": storm LABEL N.". Only one shell runs at a time, so that the numbers of
 * the alerts are in order.
 */
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "serve.h"

static int run(char *shell, const char *label, int number)
{
	char command[64];
	char *arguments[4] = { "sh", "-c", command };
	pid_t child;
	int status;

	snprintf(command, sizeof(command), ": storm %s %d.", label, number);
	if (posix_spawn(&child, shell, NULL, NULL, arguments, environ) ||
	    waitpid(child, &status, 0) < 0)
		return 1;
	return status;
}

int main(int argc, char **argv)
{
	int count = argc == 4 ? atoi(argv[3]) : 0;
	int number;

	serve("nginx");
	for (number = 0; number < count; number++)
		if (run(argv[1], argv[2], number))
			return 1;
	return count ? 0 : 2;
}
