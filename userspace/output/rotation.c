// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/rotation.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/path.h"
#include "lib/replace.h"

#define FILE_PREFIX "file:"
/* What /etc/logrotate.d/shelltrap has itself: a file may not be in two sections. */
#define SHIPPED_DIRECTORY "/var/log/shelltrap/"
#define SHIPPED_SUFFIX ".json"

static bool rotation_is_shipped(const char *path)
{
	size_t len = strlen(path), suffix = strlen(SHIPPED_SUFFIX);
	const char *name;

	if (strncmp(path, SHIPPED_DIRECTORY, strlen(SHIPPED_DIRECTORY)))
		return false;
	name = path + strlen(SHIPPED_DIRECTORY);
	return !strchr(name, '/') && len > suffix && !strcmp(path + len - suffix, SHIPPED_SUFFIX);
}

/* logrotate takes some characters as a pattern, and cannot quote others at all. */
static bool rotation_can_write(const char *path)
{
	const unsigned char *c;

	for (c = (const unsigned char *)path; *c; c++)
		if (*c < ' ' || strchr("*?[]{}\"'\\", *c))
			return false;
	return true;
}

void rotation_put(struct buffer *out, const struct config *config)
{
	unsigned int i, count = 0;

	buffer_puts(out, "# Written by 'shelltrap logger' from its configuration.\n");
	for (i = 0; i < config->count; i++) {
		const char *path = config->outputs[i].name + strlen(FILE_PREFIX);

		if (strncmp(config->outputs[i].name, FILE_PREFIX, strlen(FILE_PREFIX)) ||
		    rotation_is_shipped(path) || !rotation_can_write(path))
			continue;
		buffer_printf(out, "\"%s\"\n", path);
		count++;
	}
	if (count)
		buffer_puts(out, "{\n\tweekly\n\tmaxsize 100M\n\trotate 12\n\tmissingok\n"
			    "\tnotifempty\n\tnocreate\n\tcompress\n\tdelaycompress\n"
			    "\tsharedscripts\n\tpostrotate\n"
			    "\t\tsystemctl kill -s HUP shelltrap.service 2>/dev/null || true\n"
			    "\tendscript\n}\n");
}

int rotation_save(const struct config *config)
{
	char *state = path_directory(config->state);
	struct buffer path = {0}, text = {0};
	int ret = 0;

	buffer_printf(&path, "%s/logrotate.d", state);
	if (!access(path.data, W_OK)) {
		buffer_puts(&path, "/shelltrap");
		rotation_put(&text, config);
		ret = replace_file(path.data, &text, 0644);
	}
	buffer_free(&text);
	buffer_free(&path);
	free(state);
	return ret;
}
