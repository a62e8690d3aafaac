// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/message.h"

#include <stdio.h>

#include "lib/buffer.h"
#include "lib/text.h"

bool message_quiet;

/* What the text quotes, such as an argument, may hold any bytes. */
void complain_around(const char *before, const char *after, const char *format, va_list args)
{
	struct buffer out = {0};
	char line[1024];

	vsnprintf(line, sizeof(line), format, args);
	buffer_puts(&out, before);
	text_put(&out, line, TEXT_ASCII);
	buffer_puts(&out, after);
	buffer_putc(&out, '\n');
	fputs(out.data, stderr);
	buffer_free(&out);
}

void complain(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	complain_around("shelltrap: ", "", format, args);
	va_end(args);
}

void note(const char *format, ...)
{
	va_list args;

	if (message_quiet)
		return;
	va_start(args, format);
	complain_around("", "", format, args);
	va_end(args);
}
