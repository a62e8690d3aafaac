/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Says for an exec what each rule of a policy decides, with the source that the module has. */
#ifndef POLICY_EXPLAIN_H
#define POLICY_EXPLAIN_H

#include <stdbool.h>

#include "lib/buffer.h"
#include "module/decide.h"

#define POLICY_ANCESTORS_MAX SHELLTRAP_ANCESTORS_MAX

/* An exec that the user describes. What the user has not given is NULL, 0 or false. */
struct imagined {
	const char *actor;	/* the caller: a path, or the name of its task */
	const char *runs;	/* for a runtime as the actor: its script, module or class */
	const char *ancestors[POLICY_ANCESTORS_MAX];
	unsigned int nr_ancestors;
	const char *server;	/* from which the caller descends: a path, or the name of a task */
	const char *server_comm; /* the name of its task, where @server is a path */
	__u16 port;		/* on which the server listens */
	const char *target;	/* the file that is run */
	const char *interpreter;	/* instead of the one in the target's "#!" line */
	__u32 conditions;
	bool knows_stdio;	/* stdin and stdout are as the conditions say */
	__u32 uid;
	bool has_uid;
	const char *cgroup;
	const char *cwd;
	__u32 unclean;		/* bits of enum shelltrap_unclean */
	bool knows_clean;	/* unclean and environment are known */
	struct buffer environment;	/* the variables that are not harmless */
	struct buffer argv;	/* arguments, each with a NUL at its end */
};

/**
 * policy_explain() - Add the outcome, then for each rule by which members of which sets it
 * matches, or why not and what came closest.
 * @policy: finished; the paths in it are looked up on this machine
 */
void policy_explain(struct buffer *out, struct shelltrap_policy *policy,
		    const struct imagined *imagined);

/** policy_outcome() - Add only the outcome: "an alert, led by ...". */
void policy_outcome(struct buffer *out, struct shelltrap_policy *policy,
		    const struct imagined *imagined);

/**
 * policy_exception_miss() - Why does an exception not silence an exec?
 * @policy: finished; fit_identify() was called for it
 * @rule: the number of the exception
 *
 * Returns NULL if it does, else a constant string.
 */
const char *policy_exception_miss(struct shelltrap_policy *policy, unsigned int rule,
				  const struct imagined *imagined);

#endif /* POLICY_EXPLAIN_H */
