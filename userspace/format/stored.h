/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads the native JSON back into a record, so that a stored record can be written in every
 * format. Names of users and the host come from the JSON, not from this host. What the JSON
 * does not have, the titles of rules and their references, is missing.
 */
#ifndef FORMAT_STORED_H
#define FORMAT_STORED_H

#include "format/format.h"

struct node;

#define STORED_NAMES 16

/* Names of users or groups. */
struct stored_names {
	struct {
		uint32_t id;
		const char *name;
	} list[STORED_NAMES];
	size_t count;
};

/* Starts as {0}. */
struct stored {
	struct record record;
	struct view view;		/* for that record; charset and color are the caller's */
	struct host host;
	struct stored_names users, groups;
	const char *hash;
	struct container_names container;
	struct buffer strings;		/* what the record points to */
};

/**
 * stored_read() - Read a record of any kind.
 * @bytes: the greatest length of the JSON that the object was made of
 *
 * The record and the view are valid until the next stored_read() of the thread. A member
 * with a value of another type is read as if it were missing. Returns false if the object is
 * of a kind that this program does not know.
 */
bool stored_read(struct stored *stored, const struct node *object, size_t bytes);
void stored_free(struct stored *stored);

#endif /* FORMAT_STORED_H */
