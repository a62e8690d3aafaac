// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/pager.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/console.h"
#include "lib/exit.h"
#include "lib/util.h"

#define WORDS_MAX 16

static pid_t pager;

/* The words of $PAGER, which are NULL at the end; no shell reads them. */
static void pager_split(char *command, char **words)
{
	char *rest = command;
	size_t count = 0;

	while (count < WORDS_MAX - 1 && (words[count] = strtok_r(rest, " \t", &rest)))
		count++;
	words[count] = NULL;
}

/* In the child. Only returns if there is no such program. */
static void pager_run(char **words, const int *ends)
{
	dup2(ends[0], STDIN_FILENO);
	close(ends[0]);
	close(ends[1]);
	signal(SIGPIPE, SIG_DFL);
	setenv("LESSSECURE", "1", 1);
	/* Ends at once if one screen holds all; shows colors, and no other control characters. */
	setenv("LESS", "FRX", 0);
	setenv("LESSCHARSET", "utf-8", 0);
	execvp(words[0], words);
}

static void pager_start_words(char **words)
{
	int ends[2], failed[2];
	char byte;

	if (pipe2(ends, O_CLOEXEC) || pipe2(failed, O_CLOEXEC))
		return;
	pager = fork();
	if (!pager) {
		pager_run(words, ends);
		byte = write(failed[1], "x", 1);
		_exit(byte);
	}
	close(failed[1]);
	close(ends[0]);
	/* The pipe ends without a byte once the child has become the pager. */
	if (pager < 0 || read(failed[0], &byte, 1) > 0) {
		if (pager > 0)
			waitpid(pager, NULL, 0);
		pager = 0;
	} else {
		dup2(ends[1], STDOUT_FILENO);
		/* The pager decides what Ctrl-C does. */
		signal(SIGINT, SIG_IGN);
	}
	close(failed[0]);
	close(ends[1]);
}

void pager_start(void)
{
	const char *chosen = getenv("PAGER");
	char command[256], *words[WORDS_MAX];

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) || pager)
		return;
	snprintf(command, sizeof(command), "%s", chosen ? chosen : "less");
	pager_split(command, words);
	if (words[0] && strcmp(words[0], "cat"))
		pager_start_words(words);
}

bool pager_is_running(void)
{
	return pager;
}

int pager_finish(int code)
{
	int null;

	if (!pager)
		return code;
	null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (null >= 0)
		dup2(null, STDOUT_FILENO);
	while (waitpid(pager, NULL, 0) < 0 && errno == EINTR)
		;
	pager = 0;
	return code == FAILED && console_reader_left() ? DONE : code;
}
