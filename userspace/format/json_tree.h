/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Helpers around json-c for the formats that are JSON. A function that allocates never
 * returns a failure: it ends the program when memory runs out. NULL stands for null. All
 * functions may be called from any thread; an object belongs to one thread.
 */
#ifndef FORMAT_JSON_TREE_H
#define FORMAT_JSON_TREE_H

#include <json-c/json.h>

#include "kernel/attributes.h"
#include "kernel/record.h"
#include "lib/exit.h"

struct view;

/** json_must() - Check what json-c has just allocated; ends the program if that failed. */
static inline struct json_object *json_must(struct json_object *value)
{
	if (!value)
		out_of_memory();
	return value;
}

/* The caller owns what a json_new_ function returns, until it is put into another object. */
static inline struct json_object *json_new_object(void)
{
	return json_must(json_object_new_object());
}

static inline struct json_object *json_new_array(void)
{
	return json_must(json_object_new_array());
}

/** json_new_number() - Make a number; NULL, which is null, if the number is not known. */
static inline struct json_object *json_new_number(const struct number *number)
{
	return number->known ? json_must(json_object_new_uint64(number->value)) : NULL;
}

/* Bytes that are not UTF-8 are escaped as by utf8_escape(). NULL becomes null. */
struct json_object *json_new_bytes(const char *data, size_t len);
struct json_object *json_new_string(const char *s);

/** json_new_summary() - Make a string: the summary as put_summary() writes it. */
struct json_object *json_new_summary(const struct record *record, const struct view *view);

/*
 * Add a value to an object or an array, which owns the value then. The key must be a string
 * constant that the object does not have yet.
 */
void json_put(struct json_object *object, const char *key, struct json_object *value);
void json_put_string(struct json_object *object, const char *key, const char *value);
void json_put_number(struct json_object *object, const char *key, const struct number *value);
void json_append(struct json_object *array, struct json_object *value);

/**
 * json_put_line() - Append the object to *out as one line, and free the object.
 *
 * The line ends in a newline. Characters that would act on a terminal are escaped.
 */
void json_put_line(struct buffer *out, struct json_object *object);

/** json_put_pretty() - The same on several lines, for people. */
void json_put_pretty(struct buffer *out, struct json_object *object);

/*
 * In the functions below a path is keys with dots between them: "process.user.name". In an
 * array the key is a number: "ancestors.0.pid". "" is the object itself.
 */

/**
 * json_at() - The value at the path, which stays the object's.
 *
 * Returns NULL if the value is missing or null.
 */
struct json_object *json_at(struct json_object *object, const char *path);

/*
 * Read an integer that is not negative, and a string of 16 hexadecimal digits in lower case.
 * Return false if there is no such value at the path.
 */
bool json_get_number(struct json_object *object, const char *path, uint64_t *value);
bool json_get_hex(struct json_object *object, const char *path, uint64_t *value);

/** json_get_string() - The string at the path, which stays the object's; NULL: there is none. */
const char *json_get_string(struct json_object *object, const char *path);

/*
 * Put the value at the path, and create the objects on the way. The object owns the value
 * then. A value NULL is not put.
 */
void json_put_at(struct json_object *object, const char *path, struct json_object *value);
void json_put_string_at(struct json_object *object, const char *path, const char *value);

enum json_how {
	JSON_MOVE = 0,
	JSON_COPY = 1,
	JSON_AS_STRING = 2,	/* or-ed to one of the others: a number becomes a string */
};

/* A row of a table: the value at one path moves to another path of another object. */
struct json_move {
	const char *from, *to;
	enum json_how how;
};

/**
 * json_move() - Move or copy the values of "count" rows.
 *
 * A value that is missing or null is skipped.
 */
void json_move(struct json_object *from, struct json_object *to, const struct json_move *moves,
	       size_t count);

/** json_prune() - Delete members that are null or an empty object, at all depths. */
void json_prune(struct json_object *object);

/**
 * json_join() - Make a string: the strings of the array with a space between them.
 *
 * Returns NULL for NULL.
 */
struct json_object *json_join(struct json_object *array);

/**
 * json_read_back() - Implement format.read_back() for a format whose line is one object.
 *
 * "seq" is the path of the sequence number. "native" is the path of the object with the
 * members "instance" and, in a loss, "type" and "last".
 */
bool json_read_back(const char *line, size_t len, const char *seq, const char *native,
		    struct place *place);

#endif /* FORMAT_JSON_TREE_H */
