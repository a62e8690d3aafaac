/* SPDX-License-Identifier: GPL-2.0 */
/* What every fuzz target needs: the input byte by byte, and PROMISE(). */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Aborts if the condition is false: libFuzzer then reports the input and keeps it. */
#define PROMISE(held)								\
	do {									\
		if (!(held)) {							\
			fprintf(stderr, "%s:%d: broken: %s\n",			\
				__FILE__, __LINE__, #held);			\
			abort();						\
		}								\
	} while (0)

struct input {
	const uint8_t *at, *end;
};

/* Returns 0 after the end of the input, so that every input is valid. */
static inline uint8_t take_byte(struct input *in)
{
	return in->at < in->end ? *in->at++ : 0;
}

static inline size_t input_left(const struct input *in)
{
	return in->end - in->at;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif /* FUZZ_H */
