/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes into lines of native JSON what access logs say about the request. */
#ifndef PAST_AMENDER_H
#define PAST_AMENDER_H

#include "format/stored.h"
#include "past/access_log.h"

struct node;

struct amender {
	struct access_logs *logs;
	struct stored stored;
	struct buffer line;
	int failed;		/* an exit code */
};

/** amender_collect() - Remember the alert of a line; any other record is left out. */
void amender_collect(struct amender *amender, const struct node *object, const struct head *head,
		     size_t len);

/**
 * amender_amend() - Replace the text of a line if an access log says more.
 *
 * The new text is valid until the next call.
 */
void amender_amend(struct amender *amender, const struct head *head, const char **text,
		   size_t *len);
void amender_free(struct amender *amender);

#endif /* PAST_AMENDER_H */
