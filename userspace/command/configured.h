/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether the policy in force is the one that /etc/shelltrap configures. */
#ifndef COMMAND_CONFIGURED_H
#define COMMAND_CONFIGURED_H

#include <stdbool.h>

#include "kernel/channel.h"
#include "lib/buffer.h"

/* Starts as {0}: nothing is known. */
struct configured {
	bool known;			/* both policies could be read, or the files have faults */
	bool faulty;			/* the files are no valid policy */
	struct buffer difference;	/* lines: what loading the files would change */
	struct buffer waiting;		/* lines: rules that wait for the names of users */
};

/*
 * Compares. If the files cannot be read, for example because there are none, nothing is
 * known. Returns 0 or an error of kernel/channel.h.
 */
int configured_compare(struct configured *configured, struct channel *channel);
void configured_free(struct configured *configured);

/* Whether the configured policy is in force, or nothing is known. */
bool configured_is_fine(const struct configured *configured);

#endif /* COMMAND_CONFIGURED_H */
