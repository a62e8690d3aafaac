/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PAST_PARSE_H
#define PAST_PARSE_H

#include <json-c/json.h>
#include <stddef.h>

/**
 * past_parse() - Parse a line of JSON.
 *
 * Main thread. Returns NULL if the line is not one object and nothing else. The caller owns
 * the object.
 */
struct json_object *past_parse(const char *text, size_t len);

#endif /* PAST_PARSE_H */
