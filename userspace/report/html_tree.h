/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef REPORT_HTML_TREE_H
#define REPORT_HTML_TREE_H

#include "report/incident.h"

/** html_put_tree() - Add the processes of an incident as nested lists. */
void html_put_tree(struct buffer *out, const struct incident *incident);

#endif /* REPORT_HTML_TREE_H */
