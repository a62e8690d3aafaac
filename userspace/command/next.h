/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What to do next about a critical alert, for a person at a terminal. */
#ifndef COMMAND_NEXT_H
#define COMMAND_NEXT_H

#include "format/format.h"

/** next_is_wanted() - Whether the record is an alert that is critical. */
bool next_is_wanted(const struct record *record);

/**
 * next_put() - Add what is left of the alert's process now, and commands.
 *
 * Is the process alive, its children and connections; how to stop its unit or container, how
 * to except the exec. Nothing in it can steer a terminal, and an attacker's words stand in
 * quotes.
 */
void next_put(struct buffer *out, const struct record *record, const struct view *view);

#endif /* COMMAND_NEXT_H */
