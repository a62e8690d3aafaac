/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values that have names: a table of words, indexed by value, NULL where a value has none. */
#ifndef LIB_CHOICE_H
#define LIB_CHOICE_H

#include <stddef.h>
#include <stdint.h>

#include "lib/util.h"

struct choices {
	const char *const *words;
	size_t count;
};

#define CHOICES(array)	{ (array), ARRAY_SIZE(array) }

/** choice_find() - The value that a word stands for, or -EINVAL. */
int choice_find(const struct choices *choices, const char *word);

/** choice_name() - The word for a value; NULL for a value without one. */
const char *choice_name(const struct choices *choices, uint64_t value);

/** choice_list() - All words, as "low, medium, high"; valid until the thread's next call. */
const char *choice_list(const struct choices *choices);

#endif /* LIB_CHOICE_H */
