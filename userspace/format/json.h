/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The native JSON as an object, which other formats transform. */
#ifndef FORMAT_JSON_H
#define FORMAT_JSON_H

#include <stdint.h>

struct alert_request;
struct event;
struct exec_outcome;
struct json_object;
struct number;
struct record;
struct view;

/**
 * json_of_record() - Make the object that the format json writes.
 *
 * The caller owns the object. Any thread.
 */
struct json_object *json_of_record(const struct record *record, const struct view *view);

/** json_of_request() - The member "request" of an alert alone; NULL, which is null: no request. */
struct json_object *json_of_request(const struct alert_request *request, const struct view *view);

/*
 * Add the fields that only this kind of record has. For json_of_record().
 */
void json_put_event(struct json_object *object, const struct event *event, const struct view *view);
void json_put_outcome(struct json_object *object, const struct exec_outcome *outcome,
		      const struct view *view);
void json_put_repeats(struct json_object *object, const struct record *record);

/**
 * json_put_name() - Add the name of a value; null if the value is not known.
 *
 * A value of a newer module, for which name() returns NULL, is written as a number.
 */
void json_put_name(struct json_object *object, const char *key, const struct number *value,
		   const char *(*name)(uint64_t value));

/** json_put_time() - Add a time in ns since the epoch, as put_utc() writes it; or null. */
void json_put_time(struct json_object *object, const char *key, const struct number *when);

#endif /* FORMAT_JSON_H */
