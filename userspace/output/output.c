// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/output.h"

#include <poll.h>
#include <string.h>
#include <unistd.h>

static const struct output_kind *const kinds[] = {
	&output_stdout,
	&output_file,
	&output_journal,
	&output_syslog,
	&output_tcp,
	&output_udp,
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
		return "no such output; there are stdout, file:PATH, journal, syslog, tcp://HOST:PORT, udp://HOST:PORT";
	if (!kind->path_fault)
		return path ? "takes nothing behind its name" : NULL;
	return kind->path_fault(path ? path : "");
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

void output_hang_up(struct output *output)
{
	if (output->fd >= 0)
		close(output->fd);
	output->fd = -1;
}

short output_wait(const struct output *output, int fd, short events, int ms)
{
	struct pollfd fds[] = {
		{ .fd = fd, .events = events },
		{ .fd = output->wake, .events = POLLIN },
	};

	return poll(fds, 2, ms) > 0 ? fds[0].revents : 0;
}

const char *output_reason(const struct output *output, int error)
{
	return output->reason[0] ? output->reason : strerror(-error);
}
