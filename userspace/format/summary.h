/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A record as one line for people, and its syslog priority: for the journal and syslog. */
#ifndef FORMAT_SUMMARY_H
#define FORMAT_SUMMARY_H

#include "format/format.h"

/**
 * record_priority() - The syslog priority of the record: LOG_CRIT and so on. Any thread.
 */
int record_priority(const struct record *record);

/**
 * put_summary() - Append the summary of the record in UTF-8, without a newline.
 *
 * Hostile bytes are escaped, so that the line is safe on a terminal. Any thread.
 */
void put_summary(struct buffer *out, const struct record *record, const struct view *view);

/**
 * put_event_summary() - The same for an event, in the given character set.
 *
 * Begins with the name of the event. Any thread.
 */
void put_event_summary(struct buffer *out, const struct event *event, const struct view *view,
		       enum text_charset charset);

/**
 * put_loss_cause() - Append whose the execs of a loss were, in the given character set.
 *
 * Any thread.
 */
void put_loss_cause(struct buffer *out, const struct loss_cause *cause, const struct view *view,
		    enum text_charset charset);

/** put_outcome_summary() - The same for an outcome. Any thread. */
void put_outcome_summary(struct buffer *out, const struct exec_outcome *outcome,
			 enum text_charset charset);

#endif /* FORMAT_SUMMARY_H */
