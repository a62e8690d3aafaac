/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A record as a list of names and values, for the formats that have no tree (cef, syslog).
 * The names are those of the native JSON, with dots between the levels; a field that is
 * null has no entry. A list (arguments, rules, ancestors as "PID:COMM", threats) is one
 * value: words in the syntax of words.h.
 */
#ifndef FORMAT_FIELDS_H
#define FORMAT_FIELDS_H

#include "format/format.h"

struct named_value {
	const char *name;
	const char *value;	/* UTF-8, terminated by a NUL */
	size_t len;
};

/* Appends the field to *out. The field and its strings are valid during the call only. */
typedef void named_value_put(struct buffer *out, const struct named_value *field);

/**
 * fields_each() - Call "put" for each field of the record.
 *
 * The fields come in the same order as in the native JSON. Any thread.
 */
void fields_each(struct buffer *out, const struct record *record, const struct view *view,
		 named_value_put *put);

/**
 * fields_escape() - Append the value so that no character of it acts on a terminal.
 *
 * Each byte of such a character becomes \xHH, unless the character is in "kept". A
 * reader can reverse this, because utf8_escape() and words_put() have escaped each
 * "\xHH" that the value itself had. Any thread.
 */
void fields_escape(struct buffer *out, const struct named_value *field, const char *kept);

/* For fields_read_back(): the text before the values that make a place. */
struct fields_keys {
	const char *instance, *seq;
	const char *last;	/* of a loss of several records */
	const char *loss;	/* occurs in a loss only */
};

/**
 * fields_read_back() - Read the place back from the fields of a line.
 *
 * "fields" is the part of the line that holds only fields. Returns false, and leaves
 * *place unchanged, if the line is not a record. Any thread.
 */
bool fields_read_back(const char *fields, size_t len, const struct fields_keys *keys,
		      struct place *place);

#endif /* FORMAT_FIELDS_H */
