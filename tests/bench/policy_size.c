// SPDX-License-Identifier: GPL-2.0
/* The kernel memory of a policy, computed by the module's own function. */
#include <stdio.h>

#include "defaults.h"
#include "policy.h"

static void print_figure(const char *what, size_t bytes)
{
	printf("figure\tmodule's memory: %s\tKiB\t%.0f\t%.0f\t%.0f\n", what, bytes / 1024.0,
	       bytes / 1024.0, bytes / 1024.0);
}

int main(void)
{
	print_figure("the built-in policy",
		     shelltrap_policy_size(SHELLTRAP_DEFAULTS_MEMBERS, SHELLTRAP_DEFAULTS_TEXT));
	/* The names of 40-policy-size.sh have eight bytes and a NUL. */
	print_figure("a policy of 10,048 names", shelltrap_policy_size(10048, 10048 * 9));
	return 0;
}
