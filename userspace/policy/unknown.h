/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What to write instead of the name of a set that the policy does not have. */
#ifndef POLICY_UNKNOWN_H
#define POLICY_UNKNOWN_H

#include "lib/buffer.h"
#include "module/policy.h"

/* Appends that there is no such set, and what the word most likely means. */
void policy_put_no_set(struct buffer *out, const struct shelltrap_policy *policy,
		       const char *word);

#endif /* POLICY_UNKNOWN_H */
