/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The native JSON as an object, which other formats transform. */
#ifndef FORMAT_JSON_H
#define FORMAT_JSON_H

struct json_object;
struct record;
struct view;

/**
 * json_of_record() - Make the object that the format json writes.
 *
 * The caller owns the object. Any thread.
 */
struct json_object *json_of_record(const struct record *record, const struct view *view);

#endif /* FORMAT_JSON_H */
