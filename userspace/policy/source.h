/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files of a policy, as sections of sets and rules. */
#ifndef POLICY_SOURCE_H
#define POLICY_SOURCE_H

#include <stdbool.h>

#include "lib/ini.h"

#define POLICY_FILE	"/etc/shelltrap/policy.conf"
#define POLICY_FOLDER	"/etc/shelltrap/policy.d"

struct policy_section {
	const char *path;
	const struct ini *ini;
	unsigned int number;		/* in there */
	unsigned int line;
	bool is_rule;			/* and not a set */
	const char *name;
};

/* Sections in the order of files and lines; a name comes once in a file. */
struct policy_sources {
	char **paths;
	struct ini *files;
	unsigned int nr_files;
	struct policy_section *sections;
	unsigned int nr_sections;
};

/*
 * Without paths: the standard files. False, with a line for each fault in *faults;
 * policy_sources_free() even so.
 */
bool policy_sources_read(struct policy_sources *sources, char **paths, unsigned int count,
			 struct buffer *faults);
void policy_sources_free(struct policy_sources *sources);

/*
 * The key after @before of a section, the first one for NULL; NULL: there are no
 * more. One without a value is a fault and passed over.
 */
const struct ini_entry *policy_section_next(const struct policy_section *section,
					    const struct ini_entry *before,
					    struct buffer *faults);

/* Adds "FILE:LINE: 'WORD': what"; the word may be NULL. */
void policy_fault(struct buffer *faults, const struct policy_section *section, unsigned int line,
		  const char *word, const char *what);

#endif /* POLICY_SOURCE_H */
