/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For people only: alerts that say the same as the one before are counted instead
 * of shown. The same is: rules, verdict, caller, program, arguments, user, server.
 */
#ifndef COMMAND_FOLD_H
#define COMMAND_FOLD_H

#include "kernel/record.h"

/* Starts as {0}. */
struct fold {
	struct buffer shown, next;	/* what the last one shown says; scratch */
	uint64_t like;			/* its number */
	uint64_t more, last;		/* how many like it since; the last one's number */
};

/* True: it is counted. False: show it, behind what was put out for those counted. */
bool fold_takes(struct fold *fold, const struct record *record, struct buffer *out);

/* Tells what was counted, if anything was, and counts from 0 again. */
void fold_put(struct fold *fold, struct buffer *out);

void fold_free(struct fold *fold);

#endif /* COMMAND_FOLD_H */
