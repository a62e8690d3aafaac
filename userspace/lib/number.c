// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/number.h"

#include <errno.h>

int parse_number(const char *text, uint64_t min, uint64_t max, uint64_t *value)
{
	uint64_t sum = 0;

	if (!*text)
		return -EINVAL;
	for (; *text; text++) {
		unsigned int digit = (unsigned char)*text - '0';

		if (digit > 9)
			return -EINVAL;
		if (sum > (UINT64_MAX - digit) / 10)
			return -ERANGE;
		sum = sum * 10 + digit;
	}
	if (sum < min || sum > max)
		return -ERANGE;
	*value = sum;
	return 0;
}
