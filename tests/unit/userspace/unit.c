// SPDX-License-Identifier: GPL-2.0
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>

#define TESTS_MAX 64

static struct CMUnitTest tests[TESTS_MAX];
static size_t nr_tests;

void __attribute__((weak)) set_up(void) {}
void __attribute__((weak)) tear_down(void) {}
void __attribute__((weak)) set_up_all(void) {}
void __attribute__((weak)) tear_down_all(void) {}

static int unit_set_up(void **state __attribute__((unused)))
{
	set_up();
	return 0;
}

static int unit_tear_down(void **state __attribute__((unused)))
{
	tear_down();
	return 0;
}

static int unit_set_up_all(void **state __attribute__((unused)))
{
	set_up_all();
	return 0;
}

static int unit_tear_down_all(void **state __attribute__((unused)))
{
	tear_down_all();
	return 0;
}

void unit_add(const char *name, CMUnitTestFunction function)
{
	if (nr_tests == TESTS_MAX)
		abort();
	tests[nr_tests++] = (struct CMUnitTest){
		.name = name,
		.test_func = function,
		.setup_func = unit_set_up,
		.teardown_func = unit_tear_down,
	};
}

int unit_run(const char *group)
{
	return _cmocka_run_group_tests(group, tests, nr_tests, unit_set_up_all,
				       unit_tear_down_all);
}

static void try_random_text(unsigned int most, const char *const *parts, size_t nr_parts,
			    void (*try)(const char *text, size_t len))
{
	unsigned int left = rand() % (most + 1);
	char byte[2] = "";
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);
	char *exact;

	for (; left; left--) {
		byte[0] = 1 + rand() % 255;
		fputs(parts ? parts[rand() % nr_parts] : byte, stream);
	}
	fclose(stream);
	/* The stream may have allocated more than it needed. */
	exact = malloc(size + 1);
	memcpy(exact, text, size + 1);
	try(exact, size);
	free(exact);
	free(text);
}

void try_random_texts(unsigned int rounds, unsigned int most, const char *const *parts,
		      size_t nr_parts, void (*try)(const char *text, size_t len))
{
	srand(1);
	while (rounds--)
		try_random_text(most, parts, nr_parts, try);
}
