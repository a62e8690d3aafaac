/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes a policy from policy files, see shelltrap-policy(5). */
#ifndef POLICY_FILE_H
#define POLICY_FILE_H

#include "lib/buffer.h"
#include "module/policy.h"
#include "policy/source.h"

/* Returns an empty policy with room for the largest policy. Never fails. */
struct shelltrap_policy *policy_new(void);
void policy_free(struct shelltrap_policy *policy);

/* What there is to say about the files, a line for each. Starts as {0}. */
struct policy_report {
	struct buffer faults;	/* "FILE:LINE: what" */
	struct buffer doubts;	/* the same, but for what is valid and most likely not meant */
	struct buffer waiting;	/* rules that wait for the name of a user */
};

/* Returns the policy, to be freed by policy_free(); or NULL with faults in *report. */
struct shelltrap_policy *policy_read(const struct policy_files *files,
				     struct policy_report *report);
void policy_report_free(struct policy_report *report);

#endif /* POLICY_FILE_H */
