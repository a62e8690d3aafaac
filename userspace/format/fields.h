/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A record as names and values, for formats that are no tree. Names are those of the
 * native JSON with dots between them; what is null is left out. A list is words, as
 * words.h has them: arguments, rules, ancestors as "PID:COMM", threats.
 */
#ifndef FORMAT_FIELDS_H
#define FORMAT_FIELDS_H

#include "format/format.h"

struct named_value {
	const char *name;
	const char *value;	/* UTF-8, with a NUL behind it */
	size_t len;
};

typedef void named_value_put(struct buffer *out, const struct named_value *field);

/* Each field of the record, in the order of the native JSON. */
void fields_each(struct buffer *out, const struct record *record, const struct view *view,
		 named_value_put *put);

/*
 * Adds the value so that nothing in it acts, and that it can be told: each byte of a
 * character that does, but for those of "kept", becomes \xHH. utf8_escape() has done so
 * with what is not UTF-8, and words_put() with all of it.
 */
void fields_escape(struct buffer *out, const struct named_value *field, const char *kept);

/* What is before the values that tell a place, and what only a loss has. */
struct fields_keys {
	const char *instance, *seq, *last, *loss;
};

/* As read_back() of a format, from the part of a line that holds nothing but fields. */
bool fields_read_back(const char *fields, size_t len, const struct fields_keys *keys,
		      struct place *place);

#endif /* FORMAT_FIELDS_H */
