/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints a policy in the syntax of policy files, see shelltrap-policy(5). */
#ifndef POLICY_TEXT_H
#define POLICY_TEXT_H

#include "lib/buffer.h"
#include "module/policy.h"

/* Appends the policy. Reading the text gives the same policy, which has the same text. */
void policy_put(struct buffer *out, const struct shelltrap_policy *policy);

#endif /* POLICY_TEXT_H */
