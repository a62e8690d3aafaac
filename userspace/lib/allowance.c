// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/allowance.h"

/* The time that alerts have waited comes back at this fraction of the speed of the clock. */
#define SHARE 10

int allowance_patience(struct allowance *allowance, int64_t now)
{
	int64_t back = (now - allowance->at) / SHARE;

	allowance->at += back * SHARE;
	allowance->left += back;
	if (allowance->left > allowance->most)
		allowance->left = allowance->most;
	return allowance->left > allowance->least ? allowance->left : allowance->least;
}

void allowance_spend(struct allowance *allowance, int64_t begin, int64_t now)
{
	allowance->left -= now - begin;
	if (allowance->left < 0)
		allowance->left = 0;
}
