// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/util.h"

#define LIST_SIZE_MAX (64 << 10)

static bool list_is_no_shell(const char *name)
{
	static const char *const names[] = { "false", "true", "nologin" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(name, names[i]))
			return true;
	return false;
}

/* Returns the last part of the path in the line, or NULL. Cuts the line. */
static const char *list_name(char *line)
{
	const char *name;

	line += strspn(line, " \t");
	line[strcspn(line, " \t\r\n#")] = '\0';
	if (*line != '/')
		return NULL;
	name = strrchr(line, '/') + 1;
	/* In a member these would be a pattern. */
	return *name && !strpbrk(name, "*?[") && !list_is_no_shell(name) ? name : NULL;
}

static const char *list_read_lines(FILE *file, list_taker take, void *data)
{
	const char *name, *fault = NULL;
	char *line = NULL;
	size_t size = 0;

	while (!fault && getline(&line, &size, file) > 0) {
		name = list_name(line);
		fault = name ? take(data, name) : NULL;
	}
	free(line);
	return fault;
}

const char *list_read(const char *path, bool optional, list_taker take, void *data)
{
	const char *fault;
	struct stat status;
	FILE *file;

	if (stat(path, &status))
		return optional ? NULL :
				  "no such file on this machine; quote a path that may be missing";
	if (!S_ISREG(status.st_mode) || status.st_size > LIST_SIZE_MAX)
		return "no list of programs: name a file that has a path in each line";
	file = fopen(path, "re");
	if (!file)
		return "can't be read";
	fault = list_read_lines(file, take, data);
	fclose(file);
	return fault;
}
