/* SPDX-License-Identifier: GPL-2.0-or-later */
/* shelltrap.conf: what "shelltrap log" writes, where, and how. */
#ifndef OUTPUT_CONFIG_H
#define OUTPUT_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "format/format.h"
#include "output/output.h"

#define CONFIG_FILE	"/etc/shelltrap/shelltrap.conf"
#define CONFIG_STATE	"/var/lib/shelltrap/state"

struct config_output {
	char *name;			/* "file:/var/log/x" */
	const struct format *format;	/* NULL: that of all */
	enum output_sync sync;
};

struct config {
	char *state;
	bool wait;			/* for the module to be loaded */
	uint64_t receive_buffer;	/* bytes */
	bool hash;			/* the files that alerts are about */
	uint64_t hash_limit;		/* bytes of a file */
	const struct format *format;
	enum output_sync sync;
	struct config_output outputs[OUTPUTS_MAX];
	unsigned int count;
};

void config_init(struct config *config);
void config_free(struct config *config);

/*
 * Reads a file into it. 0, or negative with *fault saying what is wrong, and
 * where: "FILE:LINE: ..."; -ENOENT where there is no such file.
 */
int config_read(struct config *config, const char *path, struct buffer *fault);

/* As from the command line: these take 0 or -EINVAL with *fault. */
int config_add_output(struct config *config, const char *name, struct buffer *fault);
int config_set_state(struct config *config, const char *path, struct buffer *fault);

void config_drop_outputs(struct config *config);

/* Of all outputs, whatever a file says of single ones. */
void config_set_format(struct config *config, const struct format *format);

/* Gives each output what is said for all, and looks whether it fits together. */
int config_finish(struct config *config, struct buffer *fault);

#endif /* OUTPUT_CONFIG_H */
