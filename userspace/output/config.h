/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * shelltrap.conf(5): what "shelltrap logger" writes, where, and in which format. All functions
 * run in the main thread.
 */
#ifndef OUTPUT_CONFIG_H
#define OUTPUT_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "format/format.h"
#include "output/output.h"

#define CONFIG_FILE	"/etc/shelltrap/shelltrap.conf"
#define CONFIG_EVIDENCE_LIMIT	(UINT64_C(1) << 30)
#define CONFIG_EVIDENCE_RATE	10
#define CONFIG_STATE	"/var/lib/shelltrap/state"

struct config_output {
	char *name;			/* "file:/var/log/x" */
	unsigned int line;		/* of its section; 0: it is from the command line */
	const struct format *format;	/* NULL until config_finish(): config.format */
	enum output_sync sync;
};

struct config {
	char *path;			/* of the file that was read, or NULL */
	char *state;			/* absolute path of the state file */
	bool wait;			/* until the module is loaded */
	uint64_t receive_buffer;	/* bytes */
	bool hash;			/* add the SHA-256 of the executed file to an alert */
	uint64_t hash_limit;		/* bytes; a larger file is not hashed */
	char *evidence;			/* directory for evidence; NULL: none is kept */
	uint64_t evidence_limit;	/* bytes that all files in it may have */
	uint64_t evidence_rate;		/* files in an hour */
	char *evidence_roots;		/* document roots, a space between two; NULL */
	bool ask;			/* have shelltrap-ask.service look up more */
	char *fpm_status;		/* SOCKET:PATH, a space between two; NULL */
	char *uwsgi_stats;		/* SOCKET, a space between two; NULL */
	char *script_roots;		/* document roots, a space between two; NULL */
	const struct format *format;	/* of each output that does not set its own */
	enum output_sync sync;		/* the same */
	struct config_output outputs[OUTPUTS_MAX];
	unsigned int count;
};

/** config_init() - Fill in the defaults, without outputs; free with config_free(). */
void config_init(struct config *config);
void config_free(struct config *config);

/**
 * config_read() - Read a file into *config; what the file does not set stays.
 * @faults: gets a line for each fault: "FILE:LINE: ..."
 *
 * Returns 0 or negative errno. -ENOENT: the file does not exist.
 */
int config_read(struct config *config, const char *path, struct buffer *faults);

/*
 * For the options of the command line. Both copy the string, and return 0 or -EINVAL with
 * the reason in *fault.
 */
int config_add_output(struct config *config, const char *name, struct buffer *fault);
int config_set_state(struct config *config, const char *path, struct buffer *fault);

void config_drop_outputs(struct config *config);

/** config_set_format() - Set the format of all outputs, in place of their own ones. */
void config_set_format(struct config *config, const struct format *format);

/**
 * config_finish() - Complete the outputs and check them; to be called once, at the end.
 * @faults: gets a line for each fault, as from config_read()
 *
 * Gives each output the format and the sync mode of [log] where its section sets none,
 * and checks that the output accepts the format. Returns 0 or -EINVAL.
 */
int config_finish(struct config *config, struct buffer *faults);

/** config_same_settings() - Compare what holds for all outputs, except the state file. */
bool config_same_settings(const struct config *a, const struct config *b);

#endif /* OUTPUT_CONFIG_H */
