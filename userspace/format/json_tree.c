// SPDX-License-Identifier: GPL-2.0-or-later
#include "format/json_tree.h"

#include <limits.h>
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
 * JSON allows DEL, C1 and bidi controls in a string, and json-c does not escape them, but a
 * terminal that shows the line would act on them. They occur in strings only, where \uXXXX
 * means the same.
 */
static void json_put_escaped(struct buffer *out, const char *json, size_t len)
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

static void json_put_as(struct buffer *out, struct json_object *object, int flags)
{
	size_t len;
	const char *text = json_object_to_json_string_length(object,
							     flags | JSON_C_TO_STRING_NOSLASHESCAPE,
							     &len);

	if (!text)
		out_of_memory();
	json_put_escaped(out, text, len);
	buffer_putc(out, '\n');
	json_object_put(object);
}

void json_put_line(struct buffer *out, struct json_object *object)
{
	json_put_as(out, object, JSON_C_TO_STRING_PLAIN);
}

void json_put_pretty(struct buffer *out, struct json_object *object)
{
	json_put_as(out, object, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED);
}

/*
 * Returns the path as a JSON pointer (RFC 6901): "/a/b" for "a.b", "" for "". Our keys have
 * no '/' or '~', which a pointer would escape. Valid until the thread's next call.
 */
static char *json_pointer_of(const char *path)
{
	static __thread struct buffer pointer;
	char *dot;

	buffer_reset(&pointer);
	buffer_puts(&pointer, *path ? "/" : "");
	buffer_puts(&pointer, path);
	for (dot = pointer.data; (dot = strchr(dot, '.')); )
		*dot = '/';
	return pointer.data;
}

struct json_object *json_at(struct json_object *object, const char *path)
{
	struct json_object *found;

	return json_pointer_get(object, json_pointer_of(path), &found) ? NULL : found;
}

static void json_set(struct json_object *object, const char *pointer, struct json_object *value)
{
	if (json_pointer_set(&object, pointer, value))
		out_of_memory();
}

void json_put_at(struct json_object *object, const char *path, struct json_object *value)
{
	char *pointer = json_pointer_of(path), *slash = pointer;

	if (!value)
		return;
	while ((slash = strchr(slash + 1, '/'))) {
		*slash = '\0';
		if (json_pointer_get(object, pointer, NULL))
			json_set(object, pointer, json_new_object());
		*slash = '/';
	}
	json_set(object, pointer, value);
}

void json_put_string_at(struct json_object *object, const char *path, const char *value)
{
	json_put_at(object, path, json_new_string(value));
}

static void json_delete_at(struct json_object *object, const char *path)
{
	char *pointer = json_pointer_of(path), *slash = strrchr(pointer, '/');
	struct json_object *parent;

	*slash = '\0';
	if (!json_pointer_get(object, pointer, &parent))
		json_object_object_del(parent, slash + 1);
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
			json_delete_at(from, moves[i].from);
	}
}

static bool json_is_nothing(struct json_object *value)
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
		/* The loop allows deletion of the current key only. */
		if (json_is_nothing(value))
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

bool json_get_number(struct json_object *object, const char *path, uint64_t *value)
{
	struct json_object *found = json_at(object, path);

	if (!json_object_is_type(found, json_type_int) || json_object_get_int64(found) < 0)
		return false;
	*value = json_object_get_uint64(found);
	return true;
}

const char *json_get_string(struct json_object *object, const char *path)
{
	struct json_object *found = json_at(object, path);

	return json_object_is_type(found, json_type_string) ? json_object_get_string(found) : NULL;
}

bool json_get_hex(struct json_object *object, const char *path, uint64_t *value)
{
	const char *text = json_get_string(object, path);

	if (!text || strlen(text) != 16 || strspn(text, "0123456789abcdef") != 16)
		return false;
	*value = strtoull(text, NULL, 16);
	return true;
}

static bool json_get_seq(struct json_object *object, const char *path, uint64_t *seq)
{
	return json_get_number(object, path, seq) && *seq;
}

/* An alert has no "last". A loss without a number there goes on to the instance's end. */
static bool json_get_last(struct json_object *line, const char *seq, struct json_object *native,
			  uint64_t *last)
{
	const char *type = json_get_string(native, "type");

	if (!json_get_seq(line, seq, last))
		return false;
	if (json_at(native, "last"))
		return json_get_seq(native, "last", last);
	if (type && !strcmp(type, "loss"))
		*last = PLACE_END;
	return true;
}

static bool json_get_place(struct json_object *line, const char *seq, const char *native_path,
			   struct place *place)
{
	struct json_object *native = json_at(line, native_path);
	struct place found;

	if (!json_get_hex(native, "instance", &found.instance) ||
	    !json_get_last(line, seq, native, &found.seq))
		return false;
	*place = found;
	return true;
}

bool json_read_back(const char *line, size_t len, const char *seq, const char *native,
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
		json_get_place(object, seq, native, place);
	json_object_put(object);
	json_tokener_free(tokener);
	return found;
}
