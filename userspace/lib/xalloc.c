// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/xalloc.h"

#include <stdlib.h>
#include <string.h>

#include "lib/exit.h"

static void *xalloc_must(void *memory)
{
	if (!memory)
		out_of_memory();
	return memory;
}

char *xstrdup(const char *s)
{
	return xalloc_must(strdup(s));
}

char *xstrndup(const char *s, size_t len)
{
	return xalloc_must(strndup(s, len));
}

void *xcalloc(size_t count, size_t size)
{
	return xalloc_must(calloc(count, size));
}

void *xreallocarray(void *array, size_t count, size_t size)
{
	return xalloc_must(reallocarray(array, count, size));
}
