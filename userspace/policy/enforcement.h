/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Says in words what the rules in force deny and kill, and whether they are enforced. */
#ifndef POLICY_ENFORCEMENT_H
#define POLICY_ENFORCEMENT_H

#include "kernel/state.h"
#include "lib/buffer.h"

/* Appends "deny: a, b; kill: c", and before that why these rules are not enforced. */
void enforcement_put(struct buffer *out, const struct state *state);

/* Appends, after "in force", what a policy just loaded enforces; nothing if no rule denies. */
void enforcement_put_loaded(struct buffer *out, const struct state *state);

#endif /* POLICY_ENFORCEMENT_H */
