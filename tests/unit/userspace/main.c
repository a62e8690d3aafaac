// SPDX-License-Identifier: GPL-2.0
/* main() of the test files that have none of their own. */
#include <errno.h>

#include "unit.h"

int main(void)
{
	return unit_run(program_invocation_short_name);
}
