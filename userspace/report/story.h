/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What happened, in plain sentences. */
#ifndef REPORT_STORY_H
#define REPORT_STORY_H

#include "report/facts.h"
#include "report/markup.h"

/** story_put_title() - Add a headline as plain text: "Reverse shell under nginx on web01". */
void story_put_title(struct buffer *out, const struct incident *incident);

/** story_put_lead() - Say in one paragraph who ran what, when, and whether it was refused. */
void story_put_lead(const struct page *page, const struct facts *facts);

/** story_put() - Say the rest, a paragraph for each question. */
void story_put(const struct page *page, const struct facts *facts);

/** story_put_sensor() - Say in a line what a loss, an outcome, repeats or an event is. */
void story_put_sensor(const struct page *page, const struct entry *entry);

/** story_certainty() - What the certainty of a request means, as a sentence. */
const char *story_certainty(const char *certainty);

/** story_witness() - What a source of a request is: "the accepted connection of the process". */
const char *story_witness(const char *source);

/** story_matched() - How a server was recognized: "it listens on a web port". */
const char *story_matched(const char *matched);

#endif /* REPORT_STORY_H */
