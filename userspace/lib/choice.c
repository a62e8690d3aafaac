// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/choice.h"

#include <errno.h>
#include <string.h>

#include "lib/buffer.h"

int choice_find(const struct choices *choices, const char *word)
{
	size_t i;

	for (i = 0; i < choices->count; i++)
		if (choices->words[i] && !strcmp(choices->words[i], word))
			return i;
	return -EINVAL;
}

const char *choice_name(const struct choices *choices, uint64_t value)
{
	return value < choices->count ? choices->words[value] : NULL;
}

const char *choice_list(const struct choices *choices)
{
	static __thread struct buffer list;
	size_t i;

	buffer_reset(&list);
	for (i = 0; i < choices->count; i++)
		if (choices->words[i])
			buffer_printf(&list, "%s%s", list.len ? ", " : "", choices->words[i]);
	return list.data;
}
