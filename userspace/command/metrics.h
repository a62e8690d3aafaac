/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the module counts, as Prometheus reads it: its text format, for a file or a pipe. */
#ifndef COMMAND_METRICS_H
#define COMMAND_METRICS_H

#include <stdbool.h>

#include "kernel/state.h"
#include "lib/buffer.h"

/* Of a module that is not loaded, that is all there is to say. */
void put_metrics(struct buffer *out, const struct state *state, bool loaded);

#endif /* COMMAND_METRICS_H */
