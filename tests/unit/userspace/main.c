// SPDX-License-Identifier: GPL-2.0
/* main() of a unit test: a file of tests needs none of its own. */
#include <errno.h>

#include "unit.h"

int main(void)
{
	return unit_run(program_invocation_short_name);
}
