// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/unclean.h"

#include <string.h>

#include <linux/shelltrap.h>

#include "lib/util.h"

static const struct {
	uint32_t bit;
	const char *name;
} reasons[] = {
	{ SHELLTRAP_UNCLEAN_TRACED, "traced" },
	{ SHELLTRAP_UNCLEAN_ENVIRONMENT, "environment-unknown" },
	{ SHELLTRAP_UNCLEAN_USER_NAMESPACE, "user-namespace" },
	{ SHELLTRAP_UNCLEAN_MOUNT_NAMESPACE, "mount-namespace" },
	{ SHELLTRAP_UNCLEAN_MEMORY, "shared-memory" },
	{ SHELLTRAP_UNCLEAN_DIRECTORY, "shared-directory" },
	{ SHELLTRAP_UNCLEAN_SECCOMP, "seccomp" },
};

const char *unclean_next(uint32_t unclean, size_t *next)
{
	while (*next < ARRAY_SIZE(reasons)) {
		size_t i = (*next)++;

		if (unclean & reasons[i].bit)
			return reasons[i].name;
	}
	return NULL;
}

uint32_t unclean_bit(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(reasons); i++)
		if (!strcmp(reasons[i].name, name))
			return reasons[i].bit;
	return 0;
}
