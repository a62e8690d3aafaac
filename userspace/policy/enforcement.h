/* SPDX-License-Identifier: GPL-2.0-or-later */
/* In words: what the rules in force deny and kill, and whether they do yet. */
#ifndef POLICY_ENFORCEMENT_H
#define POLICY_ENFORCEMENT_H

#include "kernel/state.h"
#include "lib/buffer.h"

/* "deny: a, b; kill: c", and before it why that is not so yet. */
void enforcement_put(struct buffer *out, const struct state *state);

/* The same of a policy just loaded, behind "in force"; nothing where nothing is denied. */
void enforcement_put_loaded(struct buffer *out, const struct state *state);

#endif /* POLICY_ENFORCEMENT_H */
