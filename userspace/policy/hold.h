/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The keys of the section [policy]: how many execs rules may hold, and for how long. */
#ifndef POLICY_HOLD_H
#define POLICY_HOLD_H

#include "module/policy.h"
#include "policy/source.h"

/** policy_hold_take() - Read the keys of a section. Adds a line to *faults for each fault. */
void policy_hold_take(struct shelltrap_hold_limits *limits, const struct policy_section *section,
		      struct buffer *faults);

/** policy_put_hold() - Append the section [policy], if it is more than the defaults. */
void policy_put_hold(struct buffer *out, const struct shelltrap_policy *policy);

/** policy_put_hold_limits() - Append all its keys, whatever they are. */
void policy_put_hold_limits(struct buffer *out, const struct shelltrap_policy *policy);

#endif /* POLICY_HOLD_H */
