/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the module counts, as Prometheus reads it: its text format, for a file or a pipe. */
#ifndef METRICS_H
#define METRICS_H

#include <stdbool.h>

#include "buffer.h"
#include "state.h"

/* Of a module that is not loaded, that is all there is to say. */
void put_metrics(struct buffer *out, const struct state *state, bool loaded);

#endif /* METRICS_H */
