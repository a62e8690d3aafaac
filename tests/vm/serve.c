// SPDX-License-Identifier: GPL-2.0
/* serve NAME COMMAND [ARGUMENT...]: a server called NAME executes COMMAND. */
#include <stdio.h>
#include <unistd.h>

#include "serve.h"

int main(int argc, char **argv)
{
	if (argc < 3)
		return 125;
	serve(argv[1]);
	execvp(argv[2], argv + 2);
	perror(argv[2]);
	return 126;
}
