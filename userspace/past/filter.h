/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which records a command shows. A filter reads the native JSON, for records that come from
 * the kernel, too, so that it knows the same names as the reader of the JSON.
 *
 * Values of one key are or-ed, keys are and-ed. A line that lacks what a key asks for does
 * not match; but a loss always does, unless it is of another host: nobody knows what is lost.
 */
#ifndef PAST_FILTER_H
#define PAST_FILTER_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/buffer.h"

struct node;
struct record;
struct view;

enum filter_key {
	FILTER_RULE,
	FILTER_SEVERITY,
	FILTER_SERVER,
	FILTER_USER,
	FILTER_UNIT,
	FILTER_CONTAINER,
	FILTER_CLIENT,
	FILTER_VERDICT,
	FILTER_COMMAND,
	FILTER_HOST,
	FILTER_KEYS
};

struct filter_value {
	const char *text;
	char *needle;		/* in each line that matches; NULL: nothing is known to be */
	int severity;		/* FILTER_SEVERITY */
	unsigned char address[16];	/* FILTER_CLIENT */
	size_t address_len;	/* bytes */
	unsigned int prefix;	/* bits of the address that count */
};

/* Starts as {0}: everything matches. */
struct filter {
	struct {
		struct filter_value *values;
		size_t count;
	} by_key[FILTER_KEYS];
};

/** filter_key_name() - The name of the option, without "--". */
const char *filter_key_name(enum filter_key key);

/**
 * filter_add() - Add a value of a key.
 *
 * The text must outlive the filter. Returns 0, or -EINVAL with the reason in *fault.
 */
int filter_add(struct filter *filter, enum filter_key key, const char *text, struct buffer *fault);
void filter_free(struct filter *filter);

bool filter_is_empty(const struct filter *filter);

/** filter_matches() - Whether the object of a line matches. */
bool filter_matches(const struct filter *filter, const struct node *object);

/** filter_matches_record() - The same for a record; makes its JSON if there is a filter. */
bool filter_matches_record(const struct filter *filter, const struct record *record,
			   const struct view *view);

/**
 * filter_may_match() - A quick look at a line that is not a loss.
 *
 * Returns false only if the line cannot match, without reading its JSON.
 */
bool filter_may_match(const struct filter *filter, const char *line, size_t len);

#endif /* PAST_FILTER_H */
