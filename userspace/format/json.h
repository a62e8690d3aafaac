/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What every writer of JSON needs of json-c: values that are there, or the end.
 * NULL is null. Strings become UTF-8 as by utf8_escape().
 */
#ifndef FORMAT_JSON_H
#define FORMAT_JSON_H

#include <json-c/json.h>

#include "kernel/attributes.h"
#include "kernel/record.h"
#include "lib/exit.h"

struct view;

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

static inline struct json_object *json_new_array(void)
{
	return json_must(json_object_new_array());
}

/* NULL, which is null, for a number that is not known. */
static inline struct json_object *json_new_number(const struct number *number)
{
	return number->known ? json_must(json_object_new_uint64(number->value)) : NULL;
}

struct json_object *json_new_bytes(const char *data, size_t len);
struct json_object *json_new_string(const char *s);

/* These take the value over. The key is a constant that the object does not have yet. */
void json_put(struct json_object *object, const char *key, struct json_object *value);
void json_append(struct json_object *array, struct json_object *value);

void json_put_string(struct json_object *object, const char *key, const char *value);
void json_put_number(struct json_object *object, const char *key, const struct number *value);

/* Adds the object as a line of its own, in which nothing acts, and frees it. */
void json_put_line(struct buffer *out, struct json_object *object);

/* The record as the format json has it. */
struct json_object *json_of_record(const struct record *record, const struct view *view);

/* What happened, in a line for people. */
struct json_object *json_new_summary(const struct record *record, const struct view *view);

/*
 * A path is keys with dots between them; a number is an element of an array. "" is
 * the object itself.
 */

/* NULL: nothing there. It stays the object's. */
struct json_object *json_at(struct json_object *object, const char *path);

/* An integer that is not negative, and a string of 16 hexadecimal digits. False: it is not. */
bool json_get_number(struct json_object *object, const char *path, uint64_t *value);
bool json_get_hex(struct json_object *object, const char *path, uint64_t *value);

/* Makes the objects on the way; without a value nothing happens. */
void json_put_at(struct json_object *object, const char *path, struct json_object *value);
void json_put_string_at(struct json_object *object, const char *path, const char *value);

enum json_how {
	JSON_MOVE = 0,
	JSON_COPY = 1,
	JSON_AS_STRING = 2,	/* with one of the others: a number in its digits */
};

/* Which value of one object is where in another. */
struct json_move {
	const char *from, *to;
	enum json_how how;
};

void json_move(struct json_object *from, struct json_object *to, const struct json_move *moves,
	       size_t count);

/* Takes out what is null, and objects that have nothing left. */
void json_prune(struct json_object *object);

/* An array of strings as one, with blanks between them. */
struct json_object *json_join(struct json_object *array);

/*
 * What a format's read_back() promises, for a line that is an object: "seq" is the
 * path of that number, "own" that of the object with "instance" and, for a loss,
 * "type" and "last".
 */
bool json_read_back(const char *line, size_t len, const char *seq, const char *own,
		    struct place *place);

#endif /* FORMAT_JSON_H */
