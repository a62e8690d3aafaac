/* SPDX-License-Identifier: GPL-2.0-or-later */
/* In words: what the rules in force deny and kill, and whether they do yet. */
#ifndef ENFORCEMENT_H
#define ENFORCEMENT_H

#include "buffer.h"
#include "state.h"

/* "deny: a, b; kill: c", and before it why that is not so yet. */
void enforcement_put(struct buffer *out, const struct state *state);

/* The same of a policy just loaded, behind "in force"; nothing where nothing is denied. */
void enforcement_put_loaded(struct buffer *out, const struct state *state);

#endif /* ENFORCEMENT_H */
