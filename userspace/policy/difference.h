/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Says which sets and rules come, change and go from one policy to another. */
#ifndef POLICY_DIFFERENCE_H
#define POLICY_DIFFERENCE_H

#include "lib/buffer.h"
#include "module/policy.h"

/* Appends a line for each set and rule that differs; nothing if the policies are the same. */
void difference_put(struct buffer *out, const struct shelltrap_policy *from,
		    const struct shelltrap_policy *to);

#endif /* POLICY_DIFFERENCE_H */
