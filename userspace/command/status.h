/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What "shelltrap status" knows, and the two ways to print it; metrics.h is the third. */
#ifndef COMMAND_STATUS_H
#define COMMAND_STATUS_H

#include "command/configured.h"
#include "kernel/kernels.h"
#include "kernel/module.h"
#include "kernel/state.h"

struct status {
	struct module module;
	struct kernels kernels;
	char version[64];	/* of the loaded module; "": unknown */
	char srcversion[64];
	struct state state;	/* all unknown while the module is not loaded */
	struct configured configured;
};

/*
 * Asks the module and fills the status, also if the module is not loaded. Returns 0 or, with a
 * message printed, the exit code. The state points into the channel. The caller calls
 * status_stop() in both cases.
 */
int status_start(struct status *status, struct channel *channel);
void status_stop(struct status *status, struct channel *channel);

/* Whether alerts come, what is to be denied is denied, and the configured policy is in force. */
bool status_is_healthy(const struct status *status);

typedef void (*parameter_fn)(void *context, const char *name, const char *value);

/* Calls show() for each parameter of the loaded module, sorted by name. */
void status_each_parameter(parameter_fn show, void *context);

/* Each prints the status to standard output, also while the module is not loaded. */
void status_print_text(const struct status *status);
void status_print_json(const struct status *status, bool pretty);

/* Prints a line for each server that the module knows. Returns the exit code. */
int status_print_servers(void);

#endif /* COMMAND_STATUS_H */
