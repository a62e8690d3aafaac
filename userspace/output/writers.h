/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All writers of the logger: one for each output of the configuration, which may change while
 * they run. All functions run in the main thread.
 */
#ifndef OUTPUT_WRITERS_H
#define OUTPUT_WRITERS_H

#include "output/writer.h"

struct writers {
	struct writer *list[OUTPUTS_MAX];	/* in the order of their start; NULL: none */
	struct progress *progress;
	const struct view *view;
};

/**
 * writers_apply() - Start and stop writers until there is one for each output.
 *
 * A writer whose output has another format or sync mode now is replaced. Waits for the end
 * of the others until now_ms() is the deadline. Returns 0, -EBUSY if a writer hangs in its
 * output, with a message (call again later), or negative errno.
 */
int writers_apply(struct writers *writers, const struct config *config, int64_t deadline);

/** writers_stop() - Stop all writers, and wait for their end until the deadline. */
void writers_stop(struct writers *writers, int64_t deadline);

/** writers_reopen() - Have each writer open its file anew. */
void writers_reopen(struct writers *writers);

/** writers_are_healthy() - Check that no thread hangs outside of its output, now_ms() is @now. */
bool writers_are_healthy(const struct writers *writers, int64_t now);

/** writers_have_ended() - True if no thread runs. */
bool writers_have_ended(const struct writers *writers);

/** writers_put_status() - Append one line: how much each output has written, and what fails. */
void writers_put_status(const struct writers *writers, struct buffer *out);

#endif /* OUTPUT_WRITERS_H */
