// SPDX-License-Identifier: GPL-2.0
/*
 * crowd COUNT: a server with COUNT descendants, all of which wait until it ends. Prints a line
 * when they are there.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <signal.h>
#include <unistd.h>

#include "../vm/serve.h"

int main(int argc, char **argv)
{
	int count = argc == 2 ? atoi(argv[1]) : -1;

	if (count < 0)
		return 2;
	serve("nginx");
	while (count--) {
		switch (fork()) {
		case -1:
			perror("crowd: fork");
			return 1;
		case 0:
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			for (;;)
				pause();
		}
	}
	puts("all are there");
	fflush(stdout);
	for (;;)
		pause();
}
