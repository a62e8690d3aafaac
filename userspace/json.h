/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What every writer of JSON needs of json-c: values that are there, or the end. */
#ifndef JSON_H
#define JSON_H

#include <json-c/json.h>

#include "fields.h"
#include "program.h"

static inline struct json_object *json_must(struct json_object *value)
{
	if (!value)
		out_of_memory();
	return value;
}

static inline struct json_object *json_new_object(void)
{
	return json_must(json_object_new_object());
}

/* NULL, which is null, for a number that is not known. */
static inline struct json_object *json_new_number(const struct number *number)
{
	return number->known ? json_must(json_object_new_uint64(number->value)) : NULL;
}

#endif /* JSON_H */
