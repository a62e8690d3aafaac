/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes a policy from policy files, see shelltrap-policy(5). */
#ifndef POLICY_FILE_H
#define POLICY_FILE_H

#include "lib/buffer.h"
#include "module/policy.h"

/* Returns an empty policy with room for the largest policy. Never fails. */
struct shelltrap_policy *policy_new(void);
void policy_free(struct shelltrap_policy *policy);

/*
 * Reads these files together, or the standard files if @count is 0. Returns the policy, to
 * be freed by policy_free(); or NULL with a line "FILE:LINE: what" in *faults for each fault.
 */
struct shelltrap_policy *policy_read(char **paths, unsigned int count, struct buffer *faults);

#endif /* POLICY_FILE_H */
