/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef LIB_NUMBER_H
#define LIB_NUMBER_H

#include <stdint.h>

/**
 * parse_number() - Read a decimal number: digits and nothing else.
 *
 * Returns 0, -EINVAL if the text is no number, or -ERANGE if the number is not within
 * [min, max].
 */
int parse_number(const char *text, uint64_t min, uint64_t max, uint64_t *value);

#endif /* LIB_NUMBER_H */
