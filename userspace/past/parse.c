// SPDX-License-Identifier: GPL-2.0-or-later
#include "past/parse.h"

#include "past/lines.h"

const struct node *past_parse(const char *text, size_t len)
{
	static struct document document;
	const struct node *object;

	if (!len || *text != '{' || len > LINE_LONGEST)
		return NULL;
	object = document_read(&document, text, len);
	return node_is(object, NODE_OBJECT) && text[len - 1] == '}' ? object : NULL;
}
