/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef REPORT_STYLE_H
#define REPORT_STYLE_H

/* The style sheet of html.c. It loads nothing: fonts are those of the reader's system. */
extern const char html_style[];

#endif /* REPORT_STYLE_H */
