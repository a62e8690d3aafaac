// SPDX-License-Identifier: GPL-2.0-or-later
#include "format/json.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/summary.h"
#include "lib/text.h"
#include "lib/utf8.h"

struct json_object *json_new_bytes(const char *data, size_t len)
{
	static __thread struct buffer escaped;

	buffer_reset(&escaped);
	utf8_escape(&escaped, data, len);
	return json_must(json_object_new_string_len(len ? escaped.data : "", escaped.len));
}

struct json_object *json_new_string(const char *s)
{
	return s ? json_new_bytes(s, strlen(s)) : NULL;
}

struct json_object *json_new_summary(const struct record *record, const struct view *view)
{
	static __thread struct buffer summary;

	buffer_reset(&summary);
	put_summary(&summary, record, view);
	return json_must(json_object_new_string_len(summary.data, summary.len));
}

void json_put(struct json_object *object, const char *key, struct json_object *value)
{
	if (json_object_object_add_ex(object, key, value, JSON_C_OBJECT_ADD_KEY_IS_NEW |
				      JSON_C_OBJECT_KEY_IS_CONSTANT))
		out_of_memory();
}

void json_append(struct json_object *array, struct json_object *value)
{
	if (json_object_array_add(array, value))
		out_of_memory();
}

void json_put_string(struct json_object *object, const char *key, const char *value)
{
	json_put(object, key, json_new_string(value));
}

void json_put_number(struct json_object *object, const char *key, const struct number *value)
{
	json_put(object, key, json_new_number(value));
}

/*
 * JSON may hold DEL, C1, bidi controls raw, and json-c leaves them so; a
 * terminal that shows the line would act on them. They occur in strings only,
 * where \uXXXX means the same.
 */
static void put_harmless(struct buffer *out, const char *json, size_t len)
{
	while (len) {
		uint32_t c;
		size_t length = utf8_decode(json, len, &c);

		if (length > 1 || c == 0x7f) {
			if (!text_is_hostile(c))
				buffer_add(out, json, length);
			else if (c < 0x10000)
				buffer_printf(out, "\\u%04x", c);
			else
				buffer_printf(out, "\\u%04x\\u%04x",
					      0xd800 + ((c - 0x10000) >> 10),
					      0xdc00 + ((c - 0x10000) & 0x3ff));
		} else {
			buffer_putc(out, *json);
			length = 1;
		}
		json += length;
		len -= length;
	}
}

void json_put_line(struct buffer *out, struct json_object *object)
{
	size_t len;
	const char *text = json_object_to_json_string_length(object, JSON_C_TO_STRING_PLAIN |
							     JSON_C_TO_STRING_NOSLASHESCAPE,
							     &len);

	if (!text)
		out_of_memory();
	put_harmless(out, text, len);
	buffer_putc(out, '\n');
	json_object_put(object);
}

/* Longer than any key of ours. */
#define KEY_SIZE 64

/* The first key of a path, and what follows it. */
static const char *take_key(const char *path, char *key)
{
	size_t len = strcspn(path, ".");

	snprintf(key, KEY_SIZE, "%.*s", (int)len, path);
	path += len;
	return path + (*path == '.');
}

/* What has that key; false: nothing has. */
static bool get(struct json_object *object, const char *key, struct json_object **found)
{
	size_t index;
	char *end;

	if (!json_object_is_type(object, json_type_array))
		return json_object_is_type(object, json_type_object) &&
		       json_object_object_get_ex(object, key, found);
	index = strtoul(key, &end, 10);
	if (*end || index >= json_object_array_length(object))
		return false;
	*found = json_object_array_get_idx(object, index);
	return true;
}

struct json_object *json_at(struct json_object *object, const char *path)
{
	char key[KEY_SIZE];

	while (*path) {
		path = take_key(path, key);
		if (!get(object, key, &object))
			return NULL;
	}
	return object;
}

void json_put_at(struct json_object *object, const char *path, struct json_object *value)
{
	struct json_object *inner;
	char key[KEY_SIZE];

	if (!value)
		return;
	for (path = take_key(path, key); *path; path = take_key(path, key)) {
		if (!get(object, key, &inner)) {
			inner = json_new_object();
			if (json_object_object_add(object, key, inner))
				out_of_memory();
		}
		object = inner;
	}
	if (json_object_object_add(object, key, value))
		out_of_memory();
}

void json_put_string_at(struct json_object *object, const char *path, const char *value)
{
	json_put_at(object, path, json_new_string(value));
}

static void take_out(struct json_object *object, const char *path)
{
	char key[KEY_SIZE];

	for (path = take_key(path, key); *path; path = take_key(path, key))
		if (!get(object, key, &object))
			return;
	json_object_object_del(object, key);
}

void json_move(struct json_object *from, struct json_object *to, const struct json_move *moves,
	       size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		struct json_object *value = json_at(from, moves[i].from);

		if (!value)
			continue;
		value = moves[i].how & JSON_AS_STRING ?
			json_must(json_object_new_string(json_object_get_string(value))) :
			json_object_get(value);
		json_put_at(to, moves[i].to, value);
		if (!(moves[i].how & JSON_COPY))
			take_out(from, moves[i].from);
	}
}

static bool is_nothing(struct json_object *value)
{
	return !value || (json_object_is_type(value, json_type_object) &&
			  !json_object_object_length(value));
}

void json_prune(struct json_object *object)
{
	size_t i;

	if (json_object_is_type(object, json_type_array))
		for (i = 0; i < json_object_array_length(object); i++)
			json_prune(json_object_array_get_idx(object, i));
	if (!json_object_is_type(object, json_type_object))
		return;
	json_object_object_foreach(object, key, value) {
		json_prune(value);
		/* Of what is being gone through, only this one may go. */
		if (is_nothing(value))
			json_object_object_del(object, key);
	}
}

struct json_object *json_join(struct json_object *array)
{
	static __thread struct buffer joined;
	size_t i;

	if (!array)
		return NULL;
	buffer_reset(&joined);
	for (i = 0; i < json_object_array_length(array); i++) {
		struct json_object *word = json_object_array_get_idx(array, i);

		buffer_puts(&joined, i ? " " : "");
		buffer_add(&joined, json_object_get_string(word), json_object_get_string_len(word));
	}
	return json_must(json_object_new_string_len(i ? joined.data : "", joined.len));
}

static bool get_number(struct json_object *object, const char *path, uint64_t *value)
{
	struct json_object *found = json_at(object, path);

	if (!json_object_is_type(found, json_type_int) ||
	    json_object_get_int64(found) <= 0)
		return false;
	*value = json_object_get_uint64(found);
	return true;
}

static const char *get_string(struct json_object *object, const char *key)
{
	struct json_object *found = json_at(object, key);

	if (!json_object_is_type(found, json_type_string))
		return NULL;
	return json_object_get_string(found);
}

/* An alert has no "last"; a loss that goes on to the end none that is a number. */
static bool get_last(struct json_object *line, const char *seq, struct json_object *own,
		     uint64_t *last)
{
	const char *type = get_string(own, "type");

	if (!get_number(line, seq, last))
		return false;
	if (json_at(own, "last"))
		return get_number(own, "last", last);
	if (type && !strcmp(type, "loss"))
		*last = PLACE_END;
	return true;
}

static bool get_place(struct json_object *line, const char *seq, const char *own_path,
		      struct place *place)
{
	struct json_object *own = json_at(line, own_path);
	const char *instance = get_string(own, "instance");
	struct place found;
	char *end;

	if (!instance)
		return false;
	found.instance = strtoull(instance, &end, 16);
	if (*end || !get_last(line, seq, own, &found.seq))
		return false;
	*place = found;
	return true;
}

bool json_read_back(const char *line, size_t len, const char *seq, const char *own,
		    struct place *place)
{
	struct json_tokener *tokener;
	struct json_object *object;
	bool found;

	if (!len || line[0] != '{' || len > INT_MAX)
		return false;
	tokener = json_tokener_new();
	if (!tokener)
		out_of_memory();
	object = json_tokener_parse_ex(tokener, line, len);
	found = json_object_is_type(object, json_type_object) &&
		get_place(object, seq, own, place);
	json_object_put(object);
	json_tokener_free(tokener);
	return found;
}
