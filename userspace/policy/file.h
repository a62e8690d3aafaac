/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What files say, see shelltrap-policy(5), as a policy. */
#ifndef POLICY_FILE_H
#define POLICY_FILE_H

#include "lib/buffer.h"
#include "module/policy.h"

/* An empty one with room for whatever a policy may have. */
struct shelltrap_policy *policy_new(void);
void policy_free(struct shelltrap_policy *policy);

/*
 * The policy of all files together, without paths of the standard ones; or NULL with
 * a line for each fault in *faults: "FILE:LINE: what".
 */
struct shelltrap_policy *policy_read(char **paths, unsigned int count, struct buffer *faults);

#endif /* POLICY_FILE_H */
