// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/path.h"

#include <string.h>

#include "lib/xalloc.h"

const char *path_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash[1] ? slash + 1 : path;
}

char *path_directory(const char *path)
{
	return xstrndup(path, strrchr(path, '/') - path + 1);
}

struct buffer path_with_suffix(const char *path, const char *suffix)
{
	struct buffer joined = {0};

	buffer_puts(&joined, path);
	buffer_puts(&joined, suffix);
	return joined;
}
