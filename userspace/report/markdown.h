/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The report as Markdown, to be pasted into a ticket. */
#ifndef REPORT_MARKDOWN_H
#define REPORT_MARKDOWN_H

#include "report/incident.h"

/**
 * markdown_put_report() - Add the page.
 * @made: the time that it says it was made, in ns since the epoch
 *
 * A value of an alert stands in a code span, where nothing is markup, no address becomes a
 * link and no name notifies a user of the ticket system. It has lists and no tables, which
 * not every ticket system knows.
 */
void markdown_put_report(struct buffer *out, const struct collection *collection, uint64_t made);

#endif /* REPORT_MARKDOWN_H */
