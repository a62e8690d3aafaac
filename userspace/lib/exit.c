// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/exit.h"

#include <stdio.h>
#include <stdlib.h>

void out_of_memory(void)
{
	fputs("shelltrap: out of memory\n", stderr);
	exit(FAILED);
}
