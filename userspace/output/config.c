// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/config.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/channel.h"
#include "lib/choice.h"
#include "lib/ini.h"
#include "lib/number.h"
#include "lib/xalloc.h"
#include "output/hash.h"

#define RECEIVE_BUFFER_MIN 4096
#define RECEIVE_BUFFER_MAX (256 * 1024 * 1024)
#define HASH_LIMIT_MIN 1
#define HASH_LIMIT_MAX (1024 * 1024 * 1024)

/* The sync mode of an output whose section sets none, until config_finish() sets it. */
#define SYNC_INHERITED ((enum output_sync)-1)

struct parser {
	struct config *config;
	struct buffer *fault;
	struct config_output *output;	/* of the current section; NULL: [log] */
	bool seen_log;
};

void config_init(struct config *config)
{
	*config = (struct config){
		.state = xstrdup(CONFIG_STATE),
		.receive_buffer = CHANNEL_RECEIVE_BUFFER,
		.hash_limit = HASH_LIMIT,
		.format = &format_json,
		.sync = OUTPUT_SYNC_INTERVAL,
	};
}

void config_drop_outputs(struct config *config)
{
	while (config->count)
		free(config->outputs[--config->count].name);
}

void config_free(struct config *config)
{
	config_drop_outputs(config);
	free(config->state);
	config->state = NULL;
}

int config_add_output(struct config *config, const char *name, struct buffer *fault)
{
	const char *wrong = output_name_fault(name);
	unsigned int i;

	if (wrong) {
		buffer_printf(fault, "'%s': %s", name, wrong);
		return -EINVAL;
	}
	for (i = 0; i < config->count; i++) {
		if (strcmp(config->outputs[i].name, name))
			continue;
		buffer_printf(fault, "output '%s' is named twice", name);
		return -EINVAL;
	}
	if (config->count == OUTPUTS_MAX) {
		buffer_printf(fault, "more than %d outputs", OUTPUTS_MAX);
		return -EINVAL;
	}
	config->outputs[config->count++] = (struct config_output){
		.name = xstrdup(name),
		.sync = SYNC_INHERITED,
	};
	return 0;
}

void config_set_format(struct config *config, const struct format *format)
{
	unsigned int i;

	config->format = format;
	for (i = 0; i < config->count; i++)
		config->outputs[i].format = NULL;
}

int config_set_state(struct config *config, const char *path, struct buffer *fault)
{
	size_t len = strlen(path);

	if (path[0] != '/' || path[len - 1] == '/') {
		buffer_printf(fault, "'%s' is not the absolute path of a file", path);
		return -EINVAL;
	}
	free(config->state);
	config->state = xstrdup(path);
	return 0;
}

static int config_key_state(struct parser *parser, const char *value)
{
	return config_set_state(parser->config, value, parser->fault);
}

static int config_take_choice(struct parser *parser, const char *value,
			      const struct choices *choices, int *choice)
{
	*choice = choice_find(choices, value);
	if (*choice >= 0)
		return 0;
	buffer_printf(parser->fault, "'%s' is none of %s", value, choice_list(choices));
	return -EINVAL;
}

static int config_key_wait(struct parser *parser, const char *value)
{
	static const char *const words[] = { "no", "yes" };
	static const struct choices choices = CHOICES(words);
	int wait;

	if (config_take_choice(parser, value, &choices, &wait))
		return -EINVAL;
	parser->config->wait = wait;
	return 0;
}

static int config_take_bytes(struct parser *parser, const char *value, int min, int max,
			     uint64_t *bytes)
{
	if (!parse_number(value, min, max, bytes))
		return 0;
	buffer_printf(parser->fault, "'%s' is not a number of bytes between %d and %d", value,
		      min, max);
	return -EINVAL;
}

static int config_key_receive_buffer(struct parser *parser, const char *value)
{
	return config_take_bytes(parser, value, RECEIVE_BUFFER_MIN, RECEIVE_BUFFER_MAX,
				 &parser->config->receive_buffer);
}

static int config_key_hash(struct parser *parser, const char *value)
{
	static const char *const words[] = { "no", "sha256" };
	static const struct choices choices = CHOICES(words);
	int hash;

	if (config_take_choice(parser, value, &choices, &hash))
		return -EINVAL;
	parser->config->hash = hash;
	return 0;
}

static int config_key_hash_limit(struct parser *parser, const char *value)
{
	return config_take_bytes(parser, value, HASH_LIMIT_MIN, HASH_LIMIT_MAX,
				 &parser->config->hash_limit);
}

static int config_set_output_format(struct config_output *output, const struct format *format,
				    struct buffer *fault)
{
	output->format = format;
	if (output_accepts(output->name, format))
		return 0;
	buffer_printf(fault, "'%s' is for stdout only; choose another format for %s",
		      format->name, output->name);
	return -EINVAL;
}

static int config_key_format(struct parser *parser, const char *value)
{
	const struct format *format = format_find(value);

	if (!format) {
		buffer_printf(parser->fault, "'%s' is none of %s", value, format_names());
		return -EINVAL;
	}
	if (!parser->output)
		parser->config->format = format;
	else if (config_set_output_format(parser->output, format, parser->fault))
		return -EINVAL;
	return 0;
}

static int config_key_sync(struct parser *parser, const char *value)
{
	static const char *const words[] = {
		[OUTPUT_SYNC_INTERVAL] = "interval",
		[OUTPUT_SYNC_ALWAYS] = "always",
		[OUTPUT_SYNC_NEVER] = "never",
	};
	static const struct choices choices = CHOICES(words);
	int sync;

	if (config_take_choice(parser, value, &choices, &sync))
		return -EINVAL;
	*(parser->output ? &parser->output->sync : &parser->config->sync) = sync;
	return 0;
}

static const struct key {
	const char *name;
	int (*set)(struct parser *parser, const char *value);
	bool in_output;		/* allowed in [output DEST] as well as in [log] */
} keys[] = {
	{ "state", config_key_state, false },
	{ "wait", config_key_wait, false },
	{ "receive_buffer", config_key_receive_buffer, false },
	{ "hash", config_key_hash, false },
	{ "hash_limit", config_key_hash_limit, false },
	{ "format", config_key_format, true },
	{ "fsync", config_key_sync, true },
};

/* Returns the "DEST" of a section "output DEST"; NULL: another section. */
static const char *config_section_output(const char *section)
{
	const char *name = section + strlen("output");

	if (strncmp(section, "output", strlen("output")) || !isspace((unsigned char)*name))
		return NULL;
	while (isspace((unsigned char)*name))
		name++;
	return name;
}

static int config_begin_section(struct parser *parser, const char *section)
{
	const char *name = config_section_output(section);
	struct config *config = parser->config;

	parser->output = NULL;
	if (name) {
		if (config_add_output(config, name, parser->fault))
			return -EINVAL;
		parser->output = &config->outputs[config->count - 1];
		return 0;
	}
	if (strcmp(section, "log")) {
		buffer_printf(parser->fault, "no such section: [%s]; use [log] or [output DEST]",
			      section);
		return -EINVAL;
	}
	if (parser->seen_log) {
		buffer_puts(parser->fault, "[log] is there twice; join both into one");
		return -EINVAL;
	}
	parser->seen_log = true;
	return 0;
}

static const struct key *config_find_key(const struct parser *parser, const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(keys); i++)
		if (!strcmp(keys[i].name, name) && (!parser->output || keys[i].in_output))
			return &keys[i];
	return NULL;
}

static void config_unknown_key(struct parser *parser, const char *name)
{
	const char *before = "; there are ";
	size_t i;

	buffer_printf(parser->fault, "no such key in [%s]: '%s'",
		      parser->output ? "output" : "log", name);
	for (i = 0; i < ARRAY_SIZE(keys); i++) {
		if (parser->output && !keys[i].in_output)
			continue;
		buffer_printf(parser->fault, "%s%s", before, keys[i].name);
		before = ", ";
	}
}

static int config_set_key(struct parser *parser, const char *name, const char *value)
{
	const struct key *key = config_find_key(parser, name);
	struct buffer *fault = parser->fault;

	if (!key) {
		config_unknown_key(parser, name);
		return -EINVAL;
	}
	buffer_printf(fault, "%s: ", name);
	if (!*value) {
		buffer_puts(fault, "needs a value");
		return -EINVAL;
	}
	if (key->set(parser, value))
		return -EINVAL;
	buffer_reset(fault);
	return 0;
}

/* Puts "PATH:LINE: " before a fault. */
static void config_add_line(struct buffer *fault, const char *path, unsigned int line)
{
	struct buffer what = *fault;

	*fault = (struct buffer){0};
	buffer_printf(fault, "%s:%u: %s", path, line, what.data);
	buffer_free(&what);
}

/* After a fault, *line is its line. */
static int config_take_section(struct parser *parser, const struct ini *ini, unsigned int number,
			       unsigned int *line)
{
	unsigned int i;

	*line = ini->sections[number].line;
	if (config_begin_section(parser, ini->sections[number].name))
		return -EINVAL;
	for (i = 0; i < ini->nr_entries; i++) {
		const struct ini_entry *entry = &ini->entries[i];

		*line = entry->line;
		if (entry->section == number && config_set_key(parser, entry->key, entry->value))
			return -EINVAL;
	}
	return 0;
}

static int config_take_sections(struct parser *parser, const struct ini *ini, const char *path)
{
	unsigned int i, line;

	for (i = 0; i < ini->nr_sections; i++) {
		if (!config_take_section(parser, ini, i, &line))
			continue;
		config_add_line(parser->fault, path, line);
		return -EINVAL;
	}
	return 0;
}

int config_read(struct config *config, const char *path, struct buffer *fault)
{
	struct parser parser = { .config = config, .fault = fault };
	struct buffer faults = {0};
	struct ini ini;
	int ret = ini_read(&ini, path, INI_INDENT_IS_NOTHING, &faults);

	/* ini_read() reports each fault in a line of its own: return the first one. */
	if (ret)
		buffer_add(fault, faults.data, strcspn(faults.data, "\n"));
	else
		ret = config_take_sections(&parser, &ini, path);
	ini_free(&ini);
	buffer_free(&faults);
	return ret;
}

int config_finish(struct config *config, struct buffer *fault)
{
	unsigned int i;

	for (i = 0; i < config->count; i++) {
		struct config_output *output = &config->outputs[i];

		if (output->sync == SYNC_INHERITED)
			output->sync = config->sync;
		if (output->format)
			continue;
		buffer_reset(fault);
		buffer_puts(fault, "format: ");
		if (config_set_output_format(output, config->format, fault))
			return -EINVAL;
		buffer_reset(fault);
	}
	return 0;
}
