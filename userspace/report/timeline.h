/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An incident drawn over time: a row for each program, and one for the sensor. */
#ifndef REPORT_TIMELINE_H
#define REPORT_TIMELINE_H

#include "report/facts.h"

/**
 * timeline_put() - Add an <svg> element that stands in a page of html.c, whose style it uses.
 * @number: makes its ids differ from those of other incidents of the page
 */
void timeline_put(struct buffer *out, const struct facts *facts, size_t number);

#endif /* REPORT_TIMELINE_H */
