// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/markup.h"

#include <stdio.h>
#include <string.h>

void markup_begin(const struct page *page, enum markup_part part)
{
	buffer_puts(page->out, page->markup->begin[part]);
}

void markup_end(const struct page *page, enum markup_part part)
{
	buffer_puts(page->out, page->markup->end[part]);
}

void markup_text(const struct page *page, const char *s)
{
	page->markup->text(page->out, s);
}

void markup_value(const struct page *page, const char *s)
{
	page->markup->value(page->out, s);
}

void markup_command(const struct page *page, const char *format, ...)
{
	struct buffer command = {0};
	va_list args;

	va_start(args, format);
	buffer_vprintf(&command, format, args);
	va_end(args);
	page->markup->command(page->out, command.data);
	buffer_free(&command);
}

static void markup_prose(const struct page *page, const char *s, size_t len)
{
	char part[256];

	for (; len >= sizeof(part); s += sizeof(part) - 1, len -= sizeof(part) - 1) {
		snprintf(part, sizeof(part), "%s", s);
		markup_text(page, part);
	}
	snprintf(part, len + 1, "%s", s);
	markup_text(page, part);
}

static void markup_count(const struct page *page, size_t count)
{
	char digits[24];

	snprintf(digits, sizeof(digits), "%zu", count);
	markup_text(page, digits);
}

/* Adds what the conversion at "at", which is behind its '%', stands for; returns what follows. */
static const char *markup_convert(const struct page *page, const char *at, va_list *args)
{
	if (*at == 's') {
		markup_value(page, va_arg(*args, const char *));
		return at + 1;
	}
	if (!strncmp(at, "-s", 2)) {
		markup_text(page, va_arg(*args, const char *));
		return at + 2;
	}
	if (!strncmp(at, "zu", 2)) {
		markup_count(page, va_arg(*args, size_t));
		return at + 2;
	}
	markup_text(page, "%");
	return at + 1;
}

void markup_say(const struct page *page, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	while (*format) {
		size_t len = strcspn(format, "%");

		markup_prose(page, format, len);
		format += len;
		if (*format)
			format = markup_convert(page, format + 1, &args);
	}
	va_end(args);
}
