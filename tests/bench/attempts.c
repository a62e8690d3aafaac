// SPDX-License-Identifier: GPL-2.0
/*
 * attempts SHELL COUNT: a process called nginx tries COUNT times to execute SHELL, a file with
 * the name of a shell that the kernel cannot execute. Each attempt raises an alert.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../vm/serve.h"

int main(int argc, char **argv)
{
	int count = argc == 3 ? atoi(argv[2]) : 0;
	int number;

	serve("nginx");
	for (number = 0; number < count; number++) {
		execl(argv[1], "sh", "-c", "id; uname -a", NULL);
		if (errno != ENOEXEC) {
			perror(argv[1]);
			return 1;
		}
	}
	return count ? 0 : 2;
}
