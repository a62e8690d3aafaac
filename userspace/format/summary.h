/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A record in one line for people, and how urgent it is: for journal and syslog. */
#ifndef FORMAT_SUMMARY_H
#define FORMAT_SUMMARY_H

#include "format/format.h"

/* A syslog priority, LOG_CRIT and so on. */
int record_priority(const struct record *record);

/* Nothing in it acts on a terminal; no newline. */
void put_summary(struct buffer *out, const struct record *record, const struct view *view);

#endif /* FORMAT_SUMMARY_H */
