/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files of a policy, taken apart into sections for sets and rules. */
#ifndef POLICY_SOURCE_H
#define POLICY_SOURCE_H

#include <stdbool.h>

#include "lib/ini.h"

#define POLICY_FILE	"/etc/shelltrap/policy.conf"
#define POLICY_DIRECTORY	"/etc/shelltrap/policy.d"
#define POLICY_FILES_MAX	64	/* that are named */

struct policy_section {
	const char *path;
	const struct ini *ini;
	unsigned int number;		/* of the section in the file */
	unsigned int line;
	bool is_rule;			/* otherwise it is a set, or the section [policy] */
	bool is_settings;		/* it is the section [policy], whose name is "" */
	const char *name;
};

/* Sections are in the order of files and lines. A file has each name only once. */
struct policy_sources {
	char **paths;
	struct ini *files;
	unsigned int nr_files;
	struct policy_section *sections;
	unsigned int nr_sections;
};

/* The files of which a policy is made. Starts as {0}: the standard files alone. */
struct policy_files {
	char *paths[POLICY_FILES_MAX];	/* in this order, after the standard files */
	unsigned int count;
	bool replace;			/* without the standard files, if any other is named */
	bool defer_names;		/* wait for users whose names are not known yet */
};

/*
 * Reads the standard files, which are POLICY_FILE and all *.conf of POLICY_DIRECTORY, and
 * after them the named files that are not among them. Returns false with a line in *faults
 * for each fault. The caller calls policy_sources_free() in both cases.
 */
bool policy_sources_read(struct policy_sources *sources, const struct policy_files *files,
			 struct buffer *faults);
void policy_sources_free(struct policy_sources *sources);

/*
 * Returns the key of the section after @before, or the first key if @before is NULL; NULL:
 * there are no more. A key without a value is skipped, and a fault is added.
 */
const struct ini_entry *policy_section_next(const struct policy_section *section,
					    const struct ini_entry *before,
					    struct buffer *faults);

/*
 * Adds the line "FILE:LINE: 'WORD': what" to @faults; without a word, if that is NULL. After
 * many faults there is one line that says so, and no more.
 */
void policy_fault(struct buffer *faults, const struct policy_section *section, unsigned int line,
		  const char *word, const char *what);

#endif /* POLICY_SOURCE_H */
