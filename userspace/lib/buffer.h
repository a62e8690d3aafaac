/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A growing byte buffer, which keeps its memory from one record to the next. */
#ifndef LIB_BUFFER_H
#define LIB_BUFFER_H

#include <stdarg.h>
#include <stddef.h>

#include "lib/util.h"

/* Starts as {0}. data is NUL-terminated once anything was added, even 0 bytes. */
struct buffer {
	char *data;
	size_t len;	/* bytes, without the NUL */
	size_t size;
};

/* When memory runs out, these end the program with exit code FAILED. */
void buffer_add(struct buffer *b, const void *data, size_t len);
void buffer_puts(struct buffer *b, const char *s);
void buffer_putc(struct buffer *b, char c);
void __printf(2, 3) buffer_printf(struct buffer *b, const char *format, ...);
void __printf(2, 0) buffer_vprintf(struct buffer *b, const char *format, va_list args);

/** buffer_reset() - Make the buffer empty and keep its memory. */
void buffer_reset(struct buffer *b);

/** buffer_free() - Free the memory; the buffer is {0} again. */
void buffer_free(struct buffer *b);

#endif /* LIB_BUFFER_H */
