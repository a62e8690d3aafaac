/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PAST_PARSE_H
#define PAST_PARSE_H

#include "lib/node.h"

/**
 * past_parse() - Parse a line of JSON.
 *
 * Main thread. Returns NULL if the line is not one object and nothing else. The object is
 * valid until the next call.
 */
const struct node *past_parse(const char *text, size_t len);

#endif /* PAST_PARSE_H */
