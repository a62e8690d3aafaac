// SPDX-License-Identifier: GPL-2.0-or-later
#include "format.h"

#include <string.h>

static const struct format *const formats[] = {
	&format_text,
	&format_json,
};

const struct format *format_find(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(formats); i++)
		if (!strcmp(formats[i]->name, name))
			return formats[i];
	return NULL;
}

const char *format_names(void)
{
	static struct buffer names;
	size_t i;

	buffer_reset(&names);
	for (i = 0; i < ARRAY_SIZE(formats); i++)
		buffer_printf(&names, "%s%s", i ? ", " : "", formats[i]->name);
	return names.data;
}
