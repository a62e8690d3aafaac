/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a policy makes of an exec, rule by rule, by the kernel's own source. */
#ifndef POLICY_EXPLAIN_H
#define POLICY_EXPLAIN_H

#include <stdbool.h>

#include "lib/buffer.h"
#include "module/decide.h"

#define POLICY_ANCESTORS_MAX SHELLTRAP_ANCESTORS_MAX

/* An exec as somebody imagines it. What is NULL or false nobody has spoken of. */
struct imagined {
	const char *actor;
	const char *runs;	/* if that is a runtime: which script, module or class */
	const char *ancestors[POLICY_ANCESTORS_MAX];
	unsigned int nr_ancestors;
	const char *target;
	const char *interpreter;
	__u32 conditions;
	__u32 uid;
	bool has_uid;
	const char *cgroup;
	struct buffer argv;	/* arguments, each with its NUL */
};

/* The policy is finished; files of this machine are looked at. */
void policy_explain(struct buffer *out, struct shelltrap_policy *policy,
		    const struct imagined *imagined);

/* The outcome alone: "an alert, led by ...". */
void policy_outcome(struct buffer *out, struct shelltrap_policy *policy,
		    const struct imagined *imagined);

#endif /* POLICY_EXPLAIN_H */
