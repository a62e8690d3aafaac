/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The smallest parts of a page of HTML. */
#ifndef REPORT_HTML_TEXT_H
#define REPORT_HTML_TEXT_H

#include "report/entry.h"

/**
 * html_put() - Add text, as the content of an element or of a quoted attribute.
 *
 * The one place where bytes of an alert enter a page: none of them becomes markup, a
 * control character, or a character that reorders or hides text.
 */
void html_put(struct buffer *out, const char *s);

/** html_put_value() - The same, set apart as code. */
void html_put_value(struct buffer *out, const char *s);

/** html_put_time() - Add a <time>; fine: with milliseconds. */
void html_put_time(struct buffer *out, uint64_t time, bool fine);

/* Short labels: the severity, and what became of an exec. */
void html_put_severity(struct buffer *out, unsigned int severity);
void html_put_verdict(struct buffer *out, const struct entry *alert);

#endif /* REPORT_HTML_TEXT_H */
