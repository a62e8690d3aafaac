/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * On a terminal, an alert that repeats the alert before is counted instead of shown. A
 * repeat has the same rules, verdict, caller, program, arguments, user and server.
 */
#ifndef COMMAND_FOLD_H
#define COMMAND_FOLD_H

#include "kernel/record.h"

/* Starts as {0}. */
struct fold {
	struct buffer shown;		/* key of the last alert that was shown */
	struct buffer next;		/* key of the present alert */
	uint64_t like;			/* seq of the last alert that was shown */
	uint64_t more, last;		/* number of repeats since; seq of the last repeat */
};

/*
 * Returns true if the record is a repeat, which is now counted. Otherwise appends the
 * count of the repeats so far to @out, and the caller shows the record after them.
 */
bool fold_takes(struct fold *fold, const struct record *record, struct buffer *out);

/* Appends the count of repeats, if there are any, and starts again at 0. */
void fold_put(struct fold *fold, struct buffer *out);

void fold_free(struct fold *fold);

#endif /* COMMAND_FOLD_H */
