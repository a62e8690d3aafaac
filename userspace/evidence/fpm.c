// SPDX-License-Identifier: GPL-2.0-or-later
#include "evidence/fpm.h"

#include <stddef.h>
#include <string.h>

#include "lib/number.h"

/* Cuts the first line off the text; NULL: there is none. */
static char *fpm_line(char **text)
{
	char *line = *text, *end;

	if (!*line)
		return NULL;
	end = strchr(line, '\n');
	*text = end ? end + 1 : line + strlen(line);
	if (end)
		*end = '\0';
	return line;
}

/* What follows the key and spaces; NULL: the line has another key. */
static const char *fpm_value(const char *line, const char *key)
{
	size_t len = strlen(key);

	if (strncmp(line, key, len))
		return NULL;
	return line + len + strspn(line + len, " ");
}

static void fpm_take_number(const char *line, const char *key, uint64_t *number)
{
	const char *value = fpm_value(line, key);

	if (value && parse_number(value, 0, UINT64_MAX / 1000, number))
		*number = 0;
}

/* The first line counts. "-" stands for nothing. */
static void fpm_take_text(const char *line, const char *key, const char **text)
{
	const char *value = fpm_value(line, key);

	if (value && *value && strcmp(value, "-") && !*text)
		*text = value;
}

const char *fpm_find(struct fpm_worker *worker, char *text, uint64_t pid)
{
	unsigned int found = 0;
	bool wanted = false;
	const char *value;
	uint64_t number;
	char *line;

	*worker = (struct fpm_worker){0};
	while ((line = fpm_line(&text))) {
		value = fpm_value(line, "pid:");
		if (value) {
			wanted = !parse_number(value, 1, UINT32_MAX, &number) && number == pid;
			found += wanted;
		}
		if (!wanted)
			continue;
		fpm_take_number(line, "requests:", &worker->requests);
		fpm_take_number(line, "request duration:", &worker->us);
		fpm_take_text(line, "request method:", &worker->method);
		fpm_take_text(line, "request URI:", &worker->uri);
		fpm_take_text(line, "script:", &worker->script);
	}
	if (!found)
		return "it has no such worker";
	return found == 1 ? NULL : "it names the worker twice: a script's name may imitate one";
}

bool fpm_shows_request_of(const struct fpm_worker *worker, uint64_t time, uint64_t now)
{
	uint64_t since = now > time ? now - time : 0;

	if (!worker->requests)
		return false;
	return worker->requests == 1 || worker->us * 1000 >= since;
}
