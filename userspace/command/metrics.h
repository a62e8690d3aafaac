/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the module counts, in the text format of Prometheus. */
#ifndef COMMAND_METRICS_H
#define COMMAND_METRICS_H

#include <stdbool.h>

#include "kernel/kernels.h"
#include "kernel/state.h"
#include "lib/buffer.h"

/*
 * Appends all metrics; if the module is not loaded, only "module_loaded" and "armed", both 0,
 * and which kernels have the module.
 */
void metrics_put(struct buffer *out, const struct state *state, bool loaded,
		 const struct kernels *kernels);

#endif /* COMMAND_METRICS_H */
