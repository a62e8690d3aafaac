// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/buffer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/exit.h"

#define BUFFER_FIRST_SIZE 4096

/* Makes room for len more bytes and a NUL. */
static void buffer_reserve(struct buffer *b, size_t len)
{
	size_t size = b->size ? b->size : BUFFER_FIRST_SIZE;

	while (size - b->len <= len)
		size *= 2;
	if (size == b->size)
		return;
	b->data = realloc(b->data, size);
	if (!b->data)
		out_of_memory();
	b->size = size;
}

void buffer_add(struct buffer *b, const void *data, size_t len)
{
	buffer_reserve(b, len);
	if (len)
		memcpy(b->data + b->len, data, len);
	b->len += len;
	b->data[b->len] = '\0';
}

void buffer_puts(struct buffer *b, const char *s)
{
	buffer_add(b, s, strlen(s));
}

void buffer_putc(struct buffer *b, char c)
{
	buffer_add(b, &c, 1);
}

void buffer_vprintf(struct buffer *b, const char *format, va_list args)
{
	va_list again;
	int len;

	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, args);
	if (len >= 0) {
		buffer_reserve(b, len);
		vsnprintf(b->data + b->len, b->size - b->len, format, again);
		b->len += len;
	}
	va_end(again);
}

void buffer_printf(struct buffer *b, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	buffer_vprintf(b, format, args);
	va_end(args);
}

void buffer_reset(struct buffer *b)
{
	b->len = 0;
	if (b->data)
		b->data[0] = '\0';
}

void buffer_free(struct buffer *b)
{
	free(b->data);
	*b = (struct buffer){0};
}
