/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A policy in the syntax of its files, shelltrap-policy(5). */
#ifndef POLICY_TEXT_H
#define POLICY_TEXT_H

#include "lib/buffer.h"
#include "module/policy.h"

/* Read again, it is the same policy, and has the same text. */
void policy_put(struct buffer *out, const struct shelltrap_policy *policy);

#endif /* POLICY_TEXT_H */
