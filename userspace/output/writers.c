// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/writers.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/message.h"
#include "lib/xalloc.h"

static bool writers_is_wanted(const struct writer *writer, const struct config *config)
{
	const struct output *output = &writer->output;
	unsigned int i;

	for (i = 0; i < config->count; i++)
		if (!strcmp(config->outputs[i].name, output->name))
			return config->outputs[i].format == output->format &&
			       config->outputs[i].sync == output->sync;
	return false;
}

static bool writers_has(const struct writers *writers, const char *name)
{
	unsigned int i;

	for (i = 0; i < OUTPUTS_MAX; i++)
		if (writers->list[i] && !strcmp(writers->list[i]->output.name, name))
			return true;
	return false;
}

/* Frees a writer that has ended; a thread that hangs may still use its writer. */
static bool writers_join(struct writers *writers, unsigned int i, int64_t deadline)
{
	struct writer *writer = writers->list[i];
	char *name = xstrdup(writer->output.name);
	bool ended = writer_join(writer, deadline);

	if (ended) {
		progress_unuse(writers->progress, name);
		free(writer);
		writers->list[i] = NULL;
	} else if (!writer->hangs) {
		complain("%s: hangs; leaving it", name);
		writer->hangs = true;
	}
	free(name);
	return ended;
}

/* Ends the writers that the configuration does not want; all if it is NULL. */
static bool writers_end(struct writers *writers, const struct config *config, int64_t deadline)
{
	bool stopped[OUTPUTS_MAX] = {0}, all = true;
	unsigned int i;

	for (i = 0; i < OUTPUTS_MAX; i++) {
		if (!writers->list[i] || (config && writers_is_wanted(writers->list[i], config)))
			continue;
		writer_stop(writers->list[i]);
		stopped[i] = true;
	}
	for (i = 0; i < OUTPUTS_MAX; i++)
		if (stopped[i] && !writers_join(writers, i, deadline))
			all = false;
	return all;
}

static int writers_start(struct writers *writers, const struct config_output *output)
{
	unsigned int i = 0;
	int ret;

	while (i < OUTPUTS_MAX && writers->list[i])
		i++;
	if (i == OUTPUTS_MAX)
		return -EBUSY;
	writers->list[i] = xcalloc(1, sizeof(*writers->list[i]));
	ret = writer_start(writers->list[i], output, writers->progress, writers->view);
	if (ret)
		complain("%s: starting a thread failed: %s", output->name, strerror(-ret));
	return ret;
}

int writers_apply(struct writers *writers, const struct config *config, int64_t deadline)
{
	int ret = writers_end(writers, config, deadline) ? 0 : -EBUSY;
	unsigned int i;

	for (i = 0; i < config->count; i++) {
		int error;

		if (writers_has(writers, config->outputs[i].name))
			continue;
		error = writers_start(writers, &config->outputs[i]);
		if (error)
			ret = error;
	}
	return ret;
}

void writers_stop(struct writers *writers, int64_t deadline)
{
	writers_end(writers, NULL, deadline);
}

void writers_reopen(struct writers *writers)
{
	unsigned int i;

	for (i = 0; i < OUTPUTS_MAX; i++) {
		if (!writers->list[i])
			continue;
		atomic_store(&writers->list[i]->reopen, true);
		writer_wake(writers->list[i]);
	}
}

bool writers_are_healthy(const struct writers *writers, int64_t now)
{
	unsigned int i;

	for (i = 0; i < OUTPUTS_MAX; i++)
		if (writers->list[i] && !writer_is_healthy(writers->list[i], now))
			return false;
	return true;
}

bool writers_have_ended(const struct writers *writers)
{
	unsigned int i;

	for (i = 0; i < OUTPUTS_MAX; i++)
		if (writers->list[i] && !atomic_load(&writers->list[i]->ended))
			return false;
	return true;
}

void writers_put_status(const struct writers *writers, struct buffer *out)
{
	const char *between = "";
	unsigned int i;

	for (i = 0; i < OUTPUTS_MAX; i++) {
		struct writer *writer = writers->list[i];
		const char *failing;

		if (!writer)
			continue;
		failing = atomic_load(&writer->failing);
		buffer_printf(out, "%s%s: %" PRIuFAST64 " written", between, writer->output.name,
			      atomic_load(&writer->written));
		if (failing)
			buffer_printf(out, ", %s fails", failing);
		between = "; ";
	}
}
