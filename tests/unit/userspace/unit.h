/* SPDX-License-Identifier: GPL-2.0 */
/* TEST() and what else every test needs from cmocka. */
#ifndef UNIT_H
#define UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/util.h"

/**
 * TEST(name) { ... }: defines a test and adds it to those that the program runs, in the
 * order of the file. The name is the promise that the test checks; it is what the output
 * shows.
 */
#define TEST(name)							\
	static void name(void **state);					\
	static void __attribute__((constructor)) add_##name(void)	\
	{								\
		unit_add(#name, name);					\
	}								\
	static void name(void **state __attribute__((unused)))

void unit_add(const char *name, CMUnitTestFunction function);

/**
 * unit_run() - run all tests of the program as one cmocka group.
 *
 * main.c calls it for a test file that has no main() of its own. Returns the number of
 * tests that failed.
 */
int unit_run(const char *group);

/* A test file may define any of these. They run before and after each test or all tests. */
void set_up(void);
void tear_down(void);
void set_up_all(void);
void tear_down_all(void);

/**
 * try_random_texts() - call try() with @rounds texts, the same ones each time.
 *
 * A text is up to @most of the @nr_parts strings @parts, or where @parts is NULL up to
 * @most bytes of any value but NUL. It ends with a NUL byte that @len does not count, and
 * is an allocation of exactly that size, so that ASan sees a read beyond its end.
 */
void try_random_texts(unsigned int rounds, unsigned int most, const char *const *parts,
		      size_t nr_parts, void (*try)(const char *text, size_t len));

#endif /* UNIT_H */
