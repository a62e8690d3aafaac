/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A file of sections, "[NAME]", and keys with values, "KEY = VALUE". Comments are
 * lines of their own. What is left of libini_config's reading is plain data, with
 * the line of everything.
 */
#ifndef LIB_INI_H
#define LIB_INI_H

#include "lib/buffer.h"

#define INI_SIZE_MAX (8 << 20)	/* bytes of a file */
#define INI_LINES_MAX 8192	/* sections and keys of a file */

struct ini_entry {
	char *key;
	char *value;		/* no blanks around it; a newline before each line it goes on in */
	unsigned int line;
	unsigned int section;	/* its number */
};

struct ini_section {
	char *name;
	unsigned int line;
};

/* In the order of lines. Names may come again, but for keys within a section. */
struct ini {
	struct ini_section *sections;
	struct ini_entry *entries;
	unsigned int nr_sections, nr_entries;
};

/* What a line that begins with blanks is. */
enum ini_indent {
	INI_INDENT_CONTINUES,	/* more of the value before it */
	INI_INDENT_IS_NOTHING,
};

/*
 * 0, or negative errno with a line for each fault in *faults: "FILE:LINE: what" or
 * "FILE: what". ini_free() also after an error.
 */
int ini_read(struct ini *ini, const char *path, enum ini_indent indent, struct buffer *faults);
void ini_free(struct ini *ini);

/* Adds such a line; line 0: the file as a whole. */
void __printf(4, 5) ini_fault(struct buffer *faults, const char *path, unsigned int line,
			      const char *format, ...);

#endif /* LIB_INI_H */
