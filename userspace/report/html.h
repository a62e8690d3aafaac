/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The report as one page of HTML that needs nothing else: no script, no other file. */
#ifndef REPORT_HTML_H
#define REPORT_HTML_H

#include "report/incident.h"

/**
 * html_put_report() - Add the page.
 * @made: the time that it says it was made, in ns since the epoch
 */
void html_put_report(struct buffer *out, const struct collection *collection, uint64_t made);

#endif /* REPORT_HTML_H */
