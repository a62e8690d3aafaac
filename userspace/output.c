// SPDX-License-Identifier: GPL-2.0-or-later
#include "output.h"

#include <string.h>

static const struct output_kind *const kinds[] = {
	&output_stdout,
	&output_file,
	&output_journal,
	&output_syslog,
};

/* *path is what follows the kind's name, NULL: nothing does. */
static const struct output_kind *find(const char *name, const char **path)
{
	size_t len = strcspn(name, ":");
	size_t i;

	*path = name[len] ? name + len + 1 : NULL;
	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		if (strlen(kinds[i]->name) == len && !memcmp(kinds[i]->name, name, len))
			return kinds[i];
	return NULL;
}

const char *output_name_fault(const char *name)
{
	const char *path;
	const struct output_kind *kind = find(name, &path);

	if (!kind)
		return "no such output; there are stdout, file:PATH, journal, syslog";
	if (!kind->has_path)
		return path ? "takes nothing behind its name" : NULL;
	if (!path || path[0] != '/' || path[strlen(path) - 1] == '/')
		return "needs the absolute path of a file";
	return NULL;
}

bool output_fits(const char *name, const struct format *format)
{
	const char *path;

	return format->read_back || find(name, &path)->takes_text;
}

void output_init(struct output *output, const char *name, const struct format *format,
		 enum output_sync sync, int wake)
{
	*output = (struct output){
		.name = name,
		.format = format,
		.sync = sync,
		.fd = -1,
		.wake = wake,
	};
	output->kind = find(name, &output->path);
}

const char *output_reason(const struct output *output, int error)
{
	return output->reason[0] ? output->reason : strerror(-error);
}
