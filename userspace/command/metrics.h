/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the module counts, in the text format of Prometheus. */
#ifndef COMMAND_METRICS_H
#define COMMAND_METRICS_H

#include <stdbool.h>

#include "kernel/state.h"
#include "lib/buffer.h"

/* Appends all metrics; if the module is not loaded, only "module_loaded" and "armed", both 0. */
void metrics_put(struct buffer *out, const struct state *state, bool loaded);

#endif /* COMMAND_METRICS_H */
