/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads a configuration file: sections "[NAME]", in them "KEY = VALUE", and comments,
 * lines that begin with '#' or ';'. A line that begins with whitespace continues the value
 * before it; if such a line looks like a key, a section or a comment, that is a fault. The
 * result is plain data with the line of each section and key, so that a later check can say
 * where something is wrong.
 */
#ifndef LIB_INI_H
#define LIB_INI_H

#include <stdbool.h>

#include "lib/buffer.h"

#define INI_SIZE_MAX (8 << 20)	/* bytes of a file */
#define INI_LINES_MAX 8192	/* sections and keys of a file */

/* At the end of a key that is followed by "-=" instead of "=". */
#define INI_TAKES_OUT " -"
bool ini_takes_out(const char *key);

struct ini_entry {
	char *key;		/* ASCII letters, digits and '_', as written; see INI_TAKES_OUT */
	char *value;		/* no whitespace around it; '\n' before each continuation */
	unsigned int line;
	unsigned int section;	/* index into sections[] */
};

struct ini_section {
	char *name;		/* not empty, no whitespace around it */
	unsigned int line;
};

/*
 * Sections and entries are in the order of the file. Two sections may have the same
 * name; two keys of one section may not.
 */
struct ini {
	struct ini_section *sections;
	struct ini_entry *entries;
	unsigned int nr_sections, nr_entries;
};

/**
 * ini_read() - Read a file, which must be UTF-8 without control characters.
 * @faults: gets a line for each fault: "FILE:LINE: what" or "FILE: what"
 *
 * Returns 0, or negative errno with *faults filled. ini_free() also after an error.
 */
int ini_read(struct ini *ini, const char *path, struct buffer *faults);
void ini_free(struct ini *ini);

/**
 * ini_fault() - Add a fault as ini_read() does, safe for a terminal.
 * @line: 0 for the file as a whole
 */
void __printf(4, 5) ini_fault(struct buffer *faults, const char *path, unsigned int line,
			      const char *format, ...);

#endif /* LIB_INI_H */
