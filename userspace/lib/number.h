/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Decimal numbers. */
#ifndef LIB_NUMBER_H
#define LIB_NUMBER_H

#include <stdint.h>

/* Decimal digits and nothing else, within [min, max]: 0, or -EINVAL, -ERANGE. */
int parse_number(const char *text, uint64_t min, uint64_t max, uint64_t *value);

#endif /* LIB_NUMBER_H */
