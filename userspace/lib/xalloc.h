/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Allocations that need no check: when memory runs out, these functions end the program
 * with FAILED. Any thread.
 */
#ifndef LIB_XALLOC_H
#define LIB_XALLOC_H

#include <stddef.h>

/** The caller frees the copy. */
char *xstrdup(const char *s);

/** Copies at most len bytes of s and adds the NUL. */
char *xstrndup(const char *s, size_t len);

/** Zeroed memory for count elements of size bytes. */
void *xcalloc(size_t count, size_t size);

/** Resizes an array to count elements of size bytes; "array" may be NULL. */
void *xreallocarray(void *array, size_t count, size_t size);

#endif /* LIB_XALLOC_H */
