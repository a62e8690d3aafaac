// SPDX-License-Identifier: GPL-2.0
/*
 * attempts NAME COUNT PROGRAM [ARGUMENT...]: a server called NAME starts PROGRAM COUNT
 * times, one after the other without a pause, and prints the outcomes: "ran A denied B
 * killed C other D". An attempt that exits with 42 counts as "ran".
 */
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "serve.h"

enum outcome { RAN, DENIED, KILLED, OTHER, OUTCOMES };

static enum outcome attempt(char **command)
{
	pid_t child;
	int status, err = posix_spawn(&child, command[0], NULL, NULL, command, environ);

	if (err)
		return err == EPERM ? DENIED : OTHER;
	if (waitpid(child, &status, 0) != child)
		return OTHER;
	if (WIFSIGNALED(status))
		return WTERMSIG(status) == SIGKILL ? KILLED : OTHER;
	return WEXITSTATUS(status) == 42 ? RAN : OTHER;
}

int main(int argc, char **argv)
{
	int outcomes[OUTCOMES] = {0};
	int number, count;

	if (argc < 4)
		return 2;
	serve(argv[1]);
	count = atoi(argv[2]);
	for (number = 0; number < count; number++)
		outcomes[attempt(argv + 3)]++;
	printf("ran %d denied %d killed %d other %d\n", outcomes[RAN], outcomes[DENIED],
	       outcomes[KILLED], outcomes[OTHER]);
	return 0;
}
