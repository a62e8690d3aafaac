/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The exec of a past alert, for "policy explain" and "policy except". */
#ifndef COMMAND_PAST_EXEC_H
#define COMMAND_PAST_EXEC_H

#include "format/stored.h"
#include "past/past.h"
#include "policy/explain.h"

/* Starts as {0}. */
struct past_exec {
	uint64_t seq;			/* 0: any */
	struct past_query query;	/* its files; none: the logger's, and the kernel */
	struct buffer line;		/* the alert, as it is stored */
	struct stored stored;
	uint16_t port;			/* on which its server listens; 0: not known */
};

/**
 * past_exec_find() - Find the alert with this number; of several, the latest.
 *
 * Returns 0 or, with a message printed, the exit code.
 */
int past_exec_find(struct past_exec *past);

/** past_exec_read_object() - Read a record of any kind; false: it is none. */
bool past_exec_read_object(struct past_exec *past, const struct node *object, size_t len);

/** past_exec_read() - Read the line that @past has; false: it is no alert. */
bool past_exec_read(struct past_exec *past);

/**
 * past_exec_imagine() - Set what the alert says about the exec.
 * @policy: its rules tell what the alert does not say, such as that the file was dropped
 *
 * What @imagined has already stays. Its strings are valid until past_exec_free().
 */
void past_exec_imagine(const struct past_exec *past, const struct shelltrap_policy *policy,
		       struct imagined *imagined);
void past_exec_free(struct past_exec *past);

#endif /* COMMAND_PAST_EXEC_H */
