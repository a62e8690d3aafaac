// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/output.h"

#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "lib/console.h"

static const struct output_kind *const kinds[] = {
	&output_stdout,
	&output_file,
	&output_journal,
	&output_syslog,
	&output_tcp,
	&output_udp,
	&output_exec,
	&output_evidence,
};

/* *target is what follows the first ':' of the name, or NULL. */
static const struct output_kind *output_find_kind(const char *name, const char **target)
{
	size_t len = strcspn(name, ":");
	size_t i;

	*target = name[len] ? name + len + 1 : NULL;
	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		if (strlen(kinds[i]->name) == len && !memcmp(kinds[i]->name, name, len))
			return kinds[i];
	return NULL;
}

const char *output_name_fault(const char *name)
{
	const char *target;
	const struct output_kind *kind = output_find_kind(name, &target);

	if (!kind)
		return "no such output; use stdout, file:PATH, journal, syslog, tcp://HOST:PORT, "
		       "udp://HOST:PORT or exec:PATH";
	if (!kind->target_fault)
		return target ? "nothing may follow its name; remove ':' and the rest" : NULL;
	return kind->target_fault(target ? target : "");
}

const char *output_needs(const char *name)
{
	const char *target;
	const struct output_kind *kind = output_find_kind(name, &target);

	return kind->needs ? kind->needs(target ? target : "") : NULL;
}

bool output_accepts(const char *name, const struct format *format)
{
	const char *target;

	return format->read_back || output_find_kind(name, &target)->allows_text;
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
	output->kind = output_find_kind(name, &output->target);
}

void output_close_fd(struct output *output)
{
	if (output->fd >= 0)
		close(output->fd);
	output->fd = -1;
}

bool output_ends(const struct output *output)
{
	return atomic_load(&output->stop) || stop_requested();
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
