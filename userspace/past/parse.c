// SPDX-License-Identifier: GPL-2.0-or-later
#include "past/parse.h"

#include "format/json_tree.h"
#include "past/lines.h"

/* The native JSON is not deeper than 4. */
#define DEPTH 16

struct json_object *past_parse(const char *text, size_t len)
{
	static struct json_tokener *tokener;
	struct json_object *object;

	if (!tokener) {
		tokener = json_tokener_new_ex(DEPTH);
		if (!tokener)
			out_of_memory();
		json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
	}
	if (!len || *text != '{' || len > LINE_LONGEST)
		return NULL;
	json_tokener_reset(tokener);
	object = json_tokener_parse_ex(tokener, text, len);
	if (json_object_is_type(object, json_type_object) &&
	    json_tokener_get_parse_end(tokener) == len)
		return object;
	json_object_put(object);
	return NULL;
}
