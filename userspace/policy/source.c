// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/source.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/xalloc.h"

#define FAULTS_MAX 30	/* lines; further faults are not reported */

static unsigned int source_lines(const struct buffer *text)
{
	unsigned int lines = 0;
	size_t i;

	for (i = 0; i < text->len; i++)
		lines += text->data[i] == '\n';
	return lines;
}

void policy_fault(struct buffer *faults, const struct policy_section *section, unsigned int line,
		  const char *word, const char *what)
{
	unsigned int before = source_lines(faults);

	if (before == FAULTS_MAX)
		ini_fault(faults, section->path, line, "further faults are not shown");
	if (before >= FAULTS_MAX)
		return;
	if (word)
		ini_fault(faults, section->path, line, "'%s': %s", word, what);
	else
		ini_fault(faults, section->path, line, "%s", what);
}

static int source_is_policy_file(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return entry->d_name[0] != '.' && len > strlen(".conf") &&
	       !strcmp(entry->d_name + len - strlen(".conf"), ".conf");
}

static int source_by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static void source_add_path(struct policy_sources *sources, const char *directory, const char *name)
{
	struct buffer path = {0};

	if (directory)
		buffer_printf(&path, "%s/", directory);
	buffer_puts(&path, name);
	sources->paths = xreallocarray(sources->paths, sources->nr_files + 1,
				       sizeof(*sources->paths));
	sources->paths[sources->nr_files++] = path.data;
}

/* Whether both paths lead to one file. */
static bool source_is_same_file(const char *a, const char *b)
{
	struct stat first, second;

	return !stat(a, &first) && !stat(b, &second) && first.st_dev == second.st_dev &&
	       first.st_ino == second.st_ino;
}

static bool source_has_file(const struct policy_sources *sources, const char *path)
{
	unsigned int i;

	for (i = 0; i < sources->nr_files; i++)
		if (source_is_same_file(sources->paths[i], path))
			return true;
	return false;
}

/* A missing directory counts as an empty one. */
static bool source_add_standard_paths(struct policy_sources *sources, struct buffer *faults)
{
	struct dirent **entries = NULL;
	int count = scandir(POLICY_DIRECTORY, &entries, source_is_policy_file, source_by_name), i;

	if (count < 0 && errno != ENOENT) {
		ini_fault(faults, POLICY_DIRECTORY, 0, "%s", strerror(errno));
		return false;
	}
	source_add_path(sources, NULL, POLICY_FILE);
	for (i = 0; i < count; i++) {
		source_add_path(sources, POLICY_DIRECTORY, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return true;
}

static bool source_read_files(struct policy_sources *sources, struct buffer *faults)
{
	unsigned int i;
	bool fine = true;
	int ret;

	sources->files = xcalloc(sources->nr_files, sizeof(*sources->files));
	for (i = 0; i < sources->nr_files; i++) {
		ret = ini_read(&sources->files[i], sources->paths[i], faults);
		if (ret)
			fine = false;
		if (ret == -ENOENT && !strcmp(sources->paths[i], POLICY_FILE) &&
		    sources->nr_files > 1)
			ini_fault(faults, sources->paths[i], 0,
				  "other files are laid over this one; with --replace they are "
				  "read alone");
		sources->nr_sections += sources->files[i].nr_sections;
	}
	return fine;
}

/* The name after this word and whitespace; NULL: the section begins with another word. */
static const char *source_name_after(const char *section, const char *word)
{
	size_t len = strlen(word);

	if (strncmp(section, word, len) || (section[len] && !isspace((unsigned char)section[len])))
		return NULL;
	for (section += len; isspace((unsigned char)*section); section++)
		;
	return section;
}

static bool source_has_section(const struct policy_sources *sources,
			       const struct policy_section *section)
{
	const struct policy_section *other = sources->sections + sources->nr_sections;

	while (other-- > sources->sections && other->ini == section->ini)
		if (other->is_rule == section->is_rule &&
		    other->is_settings == section->is_settings &&
		    !strcmp(other->name, section->name))
			return true;
	return false;
}

static void source_add_section(struct policy_sources *sources, struct policy_section section,
			       struct buffer *faults)
{
	const char *title = section.ini->sections[section.number].name;
	const char *set = source_name_after(title, "set");

	section.line = section.ini->sections[section.number].line;
	section.is_settings = !strcmp(title, "policy");
	section.is_rule = !set && !section.is_settings;
	section.name = set ? set : section.is_settings ? "" : source_name_after(title, "rule");
	if (!section.name)
		ini_fault(faults, section.path, section.line,
			  "no such section: [%s]; write [set NAME], [rule NAME] or [policy]",
			  title);
	else if (source_has_section(sources, &section))
		ini_fault(faults, section.path, section.line,
			  "this file already has a section [%s]", title);
	else
		sources->sections[sources->nr_sections++] = section;
}

static bool source_add_sections(struct policy_sources *sources, struct buffer *faults)
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
			source_add_section(sources, section, faults);
	}
	return faults->len == before;
}

bool policy_sources_read(struct policy_sources *sources, const struct policy_files *files,
			 struct buffer *faults)
{
	bool alone = files->replace && files->count;
	unsigned int i;

	*sources = (struct policy_sources){0};
	if (!alone && !source_add_standard_paths(sources, faults))
		return false;
	/* A standard file may be named, too: its members would be added twice. */
	for (i = 0; i < files->count; i++)
		if (alone || !source_has_file(sources, files->paths[i]))
			source_add_path(sources, NULL, files->paths[i]);
	return source_read_files(sources, faults) && source_add_sections(sources, faults);
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
		policy_fault(faults, section, entry->line, entry->key, "this key needs a value");
	}
	return NULL;
}
