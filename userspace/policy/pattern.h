/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the narrowest command lines with holes (see module/holes.h) for command lines. */
#ifndef POLICY_PATTERN_H
#define POLICY_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

#include "kernel/attributes.h"

/* A hole that takes words needs so many different ones, so that a list of two stays a list. */
#define PATTERN_WORDS_MIN 3

/* How often the command lines of one shape are divided. */
#define PATTERN_TRIES_MAX 512

/* A command line, perhaps with holes. Valid during the call that gets it. */
struct pattern {
	const char *argv;	/* arguments, each with its NUL; NULL: none was found */
	size_t len;
	bool holes;
	const size_t *members;	/* the numbers of the command lines that fit */
	size_t count;
};

typedef void pattern_take(void *context, const struct pattern *pattern);

/**
 * pattern_find() - Divide command lines of one program into few patterns.
 * @lines: arguments, each with its NUL, of which none is empty
 * @programs: what the program is, see shelltrap_holes_program()
 * @shell: the program is a shell
 *
 * Each line is a member of exactly one pattern, which fits it. A hole stands only where the
 * kernel allows one, and where no interpreter takes its script or its code. Lines that are
 * alike but differ in more ways than PATTERN_TRIES_MAX come together without a pattern.
 */
void pattern_find(const struct bytes *lines, size_t count, __u8 programs, bool shell,
		  pattern_take *take, void *context);

#endif /* POLICY_PATTERN_H */
