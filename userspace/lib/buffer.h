/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A growing byte buffer, kept from one record to the next. */
#ifndef LIB_BUFFER_H
#define LIB_BUFFER_H

#include <stddef.h>

#include "lib/util.h"

/* Starts as {0}. data is NUL-terminated once anything was added. */
struct buffer {
	char *data;
	size_t len;	/* bytes, without the NUL */
	size_t size;
};

/* These end the program with exit code 1 where memory runs out. */
void buffer_add(struct buffer *b, const void *data, size_t len);
void buffer_puts(struct buffer *b, const char *s);
void buffer_putc(struct buffer *b, char c);
void __printf(2, 3) buffer_printf(struct buffer *b, const char *format, ...);

/* Empties it and keeps the memory. */
void buffer_reset(struct buffer *b);
void buffer_free(struct buffer *b);

#endif /* LIB_BUFFER_H */
