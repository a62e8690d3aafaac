/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds what is valid in a policy, but most likely not what its writer means. */
#ifndef POLICY_DOUBT_H
#define POLICY_DOUBT_H

#include "lib/buffer.h"
#include "policy/rule.h"
#include "policy/source.h"

/*
 * Appends a line "FILE:LINE: what, and what to write instead" for each doubt. The policy is
 * the finished one of these sources and rules. Looks paths up on this machine.
 */
void doubt_policy(struct buffer *out, const struct shelltrap_policy *policy,
		  const struct policy_sources *sources, const struct policy_rule *rules,
		  unsigned int nr_rules);

#endif /* POLICY_DOUBT_H */
