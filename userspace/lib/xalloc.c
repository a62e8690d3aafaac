// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/xalloc.h"

#include <stdlib.h>
#include <string.h>

#include "lib/exit.h"

static void *must(void *memory)
{
	if (!memory)
		out_of_memory();
	return memory;
}

char *xstrdup(const char *s)
{
	return must(strdup(s));
}

char *xstrndup(const char *s, size_t len)
{
	return must(strndup(s, len));
}

void *xcalloc(size_t count, size_t size)
{
	return must(calloc(count, size));
}

void *xreallocarray(void *array, size_t count, size_t size)
{
	return must(reallocarray(array, count, size));
}
