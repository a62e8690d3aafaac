// SPDX-License-Identifier: GPL-2.0
/* forks NAME COUNT: a process of that name forks COUNT times; each child exits at once. */
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int count = argc == 3 ? atoi(argv[2]) : 0;
	pid_t child;

	if (!count)
		return 2;
	prctl(PR_SET_NAME, argv[1]);
	while (count--) {
		child = fork();
		if (!child)
			_exit(0);
		if (child < 0 || waitpid(child, NULL, 0) != child)
			return 1;
	}
	return 0;
}
