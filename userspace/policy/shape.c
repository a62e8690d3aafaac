// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/shape.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "lib/util.h"

#define CGROUP_ROOT "/sys/fs/cgroup"

static const char comma[] =
	"words are separated by whitespace, not by commas; quote the word if its comma is meant";

static bool shape_ends_with_comma(const char *word)
{
	size_t len = strlen(word);

	return len && word[len - 1] == ',';
}

/* "[a-z]" is a pattern elsewhere; "[" is the name of a program. */
static bool shape_has_brackets(const char *word)
{
	const char *open = strchr(word, '[');

	return open && strchr(open, ']');
}

static const char version[] = "[version]";

static bool shape_is_versioned(const char *word)
{
	const char *open = strchr(word, '[');

	return open && !strcmp(open, version);
}

static const char *shape_pattern_fault(const char *word)
{
	const char *asterisk = strchr(word, '*');

	if (asterisk && asterisk[1])
		return "'*' is a pattern only at the end of a name; list the names, or quote the "
		       "word if its '*' is meant";
	if (strchr(word, '?') || (shape_has_brackets(word) && !shape_is_versioned(word)))
		return "only '*' at the end of a name is a pattern; list the names, or quote the "
		       "word if it is meant as it is";
	return NULL;
}

static const char *shape_name_fault(const char *word)
{
	return strchr(word, ',') ? comma : shape_pattern_fault(word);
}

static const char *shape_path_fault(const char *word)
{
	if (shape_ends_with_comma(word))
		return comma;
	if (strpbrk(word, "*?") || shape_has_brackets(word))
		return "a path stands for one file and is no pattern; list the files, or use "
		       "names; quote the path if it is meant as it is";
	return NULL;
}

static const char *shape_runs_fault(const char *word)
{
	const char *what = strchr(word, ':');
	const char *asterisk = strchr(word, '*'), *open = strchr(word, '[');

	if (shape_ends_with_comma(word))
		return comma;
	/* PROGRAM may end in '*' or "[version]", too. */
	if (what && ((asterisk && asterisk + 1 == what) ||
		     (open && !strncmp(open, version, strlen(version)) &&
		      open + strlen(version) == what)))
		return shape_pattern_fault(what + 1);
	return shape_pattern_fault(word);
}

static const char *shape_set_fault(const char *word)
{
	return shape_ends_with_comma(word) ? comma : NULL;
}

static const char *shape_cgroup_fault(const char *word)
{
	size_t len = strlen(CGROUP_ROOT);

	if (!strncmp(word, CGROUP_ROOT, len) && (!word[len] || word[len] == '/'))
		return "write the path as in /proc/PID/cgroup, without " CGROUP_ROOT;
	if (shape_ends_with_comma(word))
		return comma;
	if (strpbrk(word, "*?") || shape_has_brackets(word))
		return "a cgroup is no pattern: it matches itself and all cgroups below it; quote "
		       "the path if it is meant as it is";
	return NULL;
}

static const char *shape_argument_fault(const char *word)
{
	if (strpbrk(word, "*?"))
		return "an argument must be equal byte for byte, so '*' and '?' match only "
		       "themselves; quote the word if they are meant";
	return NULL;
}

static const struct {
	const char *key;
	const char *(*fault)(const char *word);
} shapes[] = {
	{ "names", shape_name_fault },
	{ "comms", shape_name_fault },
	{ "paths", shape_path_fault },
	{ "lists", shape_path_fault },
	{ "runs", shape_runs_fault },
	{ "never", shape_name_fault },
	{ "ports", shape_set_fault },
	{ "include", shape_set_fault },
	{ "actor", shape_set_fault },
	{ "target", shape_set_fault },
	{ "cgroup", shape_cgroup_fault },
	{ "argv", shape_argument_fault },
};

const char *shape_fault(const char *key, const char *word)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(shapes); i++)
		if (!strcmp(shapes[i].key, key))
			return shapes[i].fault(word);
	return NULL;
}
