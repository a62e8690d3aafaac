// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/source.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/xalloc.h"

void policy_fault(struct buffer *faults, const struct policy_section *section, unsigned int line,
		  const char *word, const char *what)
{
	if (word)
		ini_fault(faults, section->path, line, "'%s': %s", word, what);
	else
		ini_fault(faults, section->path, line, "%s", what);
}

static int is_policy_file(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return entry->d_name[0] != '.' && len > strlen(".conf") &&
	       !strcmp(entry->d_name + len - strlen(".conf"), ".conf");
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static void add_path(struct policy_sources *sources, const char *folder, const char *name)
{
	struct buffer path = {0};

	if (folder)
		buffer_printf(&path, "%s/", folder);
	buffer_puts(&path, name);
	sources->paths[sources->nr_files++] = path.data;
}

/* A folder that is not there has no files. */
static bool add_standard_paths(struct policy_sources *sources, struct buffer *faults)
{
	struct dirent **entries = NULL;
	int count = scandir(POLICY_FOLDER, &entries, is_policy_file, by_name), i;

	if (count < 0 && errno != ENOENT) {
		ini_fault(faults, POLICY_FOLDER, 0, "%s", strerror(errno));
		return false;
	}
	sources->paths = xcalloc(count < 0 ? 1 : count + 1, sizeof(*sources->paths));
	add_path(sources, NULL, POLICY_FILE);
	for (i = 0; i < count; i++) {
		add_path(sources, POLICY_FOLDER, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return true;
}

static void add_paths(struct policy_sources *sources, char **paths, unsigned int count)
{
	unsigned int i;

	sources->paths = xcalloc(count, sizeof(*sources->paths));
	for (i = 0; i < count; i++)
		add_path(sources, NULL, paths[i]);
}

static bool read_files(struct policy_sources *sources, struct buffer *faults)
{
	unsigned int i;
	bool fine = true;

	sources->files = xcalloc(sources->nr_files, sizeof(*sources->files));
	for (i = 0; i < sources->nr_files; i++) {
		if (ini_read(&sources->files[i], sources->paths[i], INI_INDENT_CONTINUES, faults))
			fine = false;
		sources->nr_sections += sources->files[i].nr_sections;
	}
	return fine;
}

/* What is behind the word and blanks; NULL: another word. */
static const char *name_behind(const char *section, const char *word)
{
	size_t len = strlen(word);

	if (strncmp(section, word, len) || (section[len] && !isspace((unsigned char)section[len])))
		return NULL;
	for (section += len; isspace((unsigned char)*section); section++)
		;
	return section;
}

static bool is_there(const struct policy_sources *sources, const struct policy_section *section)
{
	const struct policy_section *other = sources->sections + sources->nr_sections;

	while (other-- > sources->sections && other->ini == section->ini)
		if (other->is_rule == section->is_rule && !strcmp(other->name, section->name))
			return true;
	return false;
}

static void add_section(struct policy_sources *sources, struct policy_section section,
			struct buffer *faults)
{
	const char *title = section.ini->sections[section.number].name;
	const char *set = name_behind(title, "set");

	section.line = section.ini->sections[section.number].line;
	section.is_rule = !set;
	section.name = set ? set : name_behind(title, "rule");
	if (!section.name)
		ini_fault(faults, section.path, section.line,
			  "no such section: [%s]; there are [set NAME] and [rule NAME]", title);
	else if (is_there(sources, &section))
		ini_fault(faults, section.path, section.line, "[%s] is there twice", title);
	else
		sources->sections[sources->nr_sections++] = section;
}

static bool add_sections(struct policy_sources *sources, struct buffer *faults)
{
	struct policy_section section = {0};
	size_t before = faults->len;
	unsigned int i;

	sources->sections = xcalloc(sources->nr_sections + 1, sizeof(*sources->sections));
	sources->nr_sections = 0;
	for (i = 0; i < sources->nr_files; i++) {
		section.path = sources->paths[i];
		section.ini = &sources->files[i];
		for (section.number = 0; section.number < section.ini->nr_sections;
		     section.number++)
			add_section(sources, section, faults);
	}
	return faults->len == before;
}

bool policy_sources_read(struct policy_sources *sources, char **paths, unsigned int count,
			 struct buffer *faults)
{
	*sources = (struct policy_sources){0};
	if (count)
		add_paths(sources, paths, count);
	else if (!add_standard_paths(sources, faults))
		return false;
	return read_files(sources, faults) && add_sections(sources, faults);
}

void policy_sources_free(struct policy_sources *sources)
{
	unsigned int i;

	for (i = 0; i < sources->nr_files; i++) {
		if (sources->files)
			ini_free(&sources->files[i]);
		free(sources->paths[i]);
	}
	free(sources->paths);
	free(sources->files);
	free(sources->sections);
	*sources = (struct policy_sources){0};
}

const struct ini_entry *policy_section_next(const struct policy_section *section,
					    const struct ini_entry *before, struct buffer *faults)
{
	const struct ini *ini = section->ini;
	unsigned int i = before ? before - ini->entries + 1 : 0;

	for (; i < ini->nr_entries; i++) {
		const struct ini_entry *entry = &ini->entries[i];

		if (entry->section != section->number)
			continue;
		if (*entry->value)
			return entry;
		policy_fault(faults, section, entry->line, entry->key, "it needs a value");
	}
	return NULL;
}
