// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/config.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/channel.h"
#include "lib/choice.h"
#include "lib/ini.h"
#include "lib/local.h"
#include "lib/number.h"
#include "lib/words.h"
#include "lib/xalloc.h"
#include "output/hash.h"

#define RECEIVE_BUFFER_MIN 4096
#define RECEIVE_BUFFER_MAX (256 * 1024 * 1024)
#define HASH_LIMIT_MIN 1
#define EVIDENCE_LIMIT_MIN (1024 * 1024)
#define EVIDENCE_RATE_MAX 1000
#define HASH_LIMIT_MAX (1024 * 1024 * 1024)

/* The sync mode of an output whose section sets none, until config_finish() sets it. */
#define SYNC_INHERITED ((enum output_sync)-1)

struct parser {
	struct config *config;
	struct buffer *faults;		/* a line for each fault */
	struct buffer *fault;		/* the text of the current fault */
	struct config_output *output;	/* of the current section; NULL: [log] */
	bool seen_log;
};

void config_init(struct config *config)
{
	*config = (struct config){
		.state = xstrdup(CONFIG_STATE),
		.receive_buffer = CHANNEL_RECEIVE_BUFFER,
		.hash_limit = HASH_LIMIT,
		.evidence_limit = CONFIG_EVIDENCE_LIMIT,
		.evidence_rate = CONFIG_EVIDENCE_RATE,
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
	free(config->path);
	free(config->state);
	free(config->evidence);
	free(config->evidence_roots);
	free(config->fpm_status);
	free(config->uwsgi_stats);
	free(config->script_roots);
	config->path = NULL;
	config->state = NULL;
	config->evidence = NULL;
	config->evidence_roots = NULL;
	config->fpm_status = NULL;
	config->uwsgi_stats = NULL;
	config->script_roots = NULL;
}

static int config_add(struct config *config, const char *name, struct buffer *fault)
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

int config_add_output(struct config *config, const char *name, struct buffer *fault)
{
	if (strncmp(name, "evidence:", strlen("evidence:")))
		return config_add(config, name, fault);
	buffer_puts(fault, "evidence is no output; use the key evidence in [log]");
	return -EINVAL;
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

static int config_take_switch(struct parser *parser, const char *value, bool *on)
{
	static const char *const words[] = { "no", "yes" };
	static const struct choices choices = CHOICES(words);
	int yes;

	if (config_take_choice(parser, value, &choices, &yes))
		return -EINVAL;
	*on = yes;
	return 0;
}

static int config_key_wait(struct parser *parser, const char *value)
{
	return config_take_switch(parser, value, &parser->config->wait);
}

static int config_key_ask(struct parser *parser, const char *value)
{
	return config_take_switch(parser, value, &parser->config->ask);
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

static int config_key_evidence(struct parser *parser, const char *value)
{
	if (value[0] != '/') {
		buffer_printf(parser->fault, "'%s' is not the absolute path of a directory", value);
		return -EINVAL;
	}
	free(parser->config->evidence);
	parser->config->evidence = xstrdup(value);
	return 0;
}

static int config_key_evidence_limit(struct parser *parser, const char *value)
{
	return config_take_bytes(parser, value, EVIDENCE_LIMIT_MIN, INT_MAX,
				 &parser->config->evidence_limit);
}

static int config_key_evidence_rate(struct parser *parser, const char *value)
{
	if (!parse_number(value, 1, EVIDENCE_RATE_MAX, &parser->config->evidence_rate))
		return 0;
	buffer_printf(parser->fault, "'%s' is not a number of files in an hour, 1 to %d", value,
		      EVIDENCE_RATE_MAX);
	return -EINVAL;
}

static int config_take_paths(struct parser *parser, const char *value, char **paths)
{
	const char *at;

	for (at = value; at; at = strchr(at, ' ') ? strchr(at, ' ') + 1 : NULL) {
		if (*at == '/')
			continue;
		buffer_printf(parser->fault, "'%s' is not a list of absolute paths", value);
		return -EINVAL;
	}
	free(*paths);
	*paths = xstrdup(value);
	return 0;
}

static int config_key_evidence_roots(struct parser *parser, const char *value)
{
	return config_take_paths(parser, value, &parser->config->evidence_roots);
}

static int config_key_script_roots(struct parser *parser, const char *value)
{
	return config_take_paths(parser, value, &parser->config->script_roots);
}

/* A list of addresses of servers on this machine. */
static int config_take_locals(struct parser *parser, const char *value,
			      const char *(*read)(struct local *local, const char *text),
			      char **locals)
{
	char *copy = xstrdup(value), *rest = copy, *address;
	const char *fault = NULL;
	struct local local;

	while (!fault && (address = strsep(&rest, " "))) {
		fault = read(&local, address);
		if (fault)
			buffer_printf(parser->fault, "'%s' %s", address, fault);
	}
	free(copy);
	if (fault)
		return -EINVAL;
	free(*locals);
	*locals = xstrdup(value);
	return 0;
}

static int config_key_fpm_status(struct parser *parser, const char *value)
{
	return config_take_locals(parser, value, local_parse, &parser->config->fpm_status);
}

static int config_key_uwsgi_stats(struct parser *parser, const char *value)
{
	return config_take_locals(parser, value, local_parse_socket, &parser->config->uwsgi_stats);
}

static int config_set_output_format(struct config_output *output, const struct format *format,
				    struct buffer *fault)
{
	output->format = format;
	if (output_accepts(output->name, format))
		return 0;
	buffer_printf(fault, "'%s' is for stdout and exec only; choose another format for %s",
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
	{ "evidence", config_key_evidence, false },
	{ "evidence_limit", config_key_evidence_limit, false },
	{ "evidence_rate", config_key_evidence_rate, false },
	{ "evidence_roots", config_key_evidence_roots, false },
	{ "ask", config_key_ask, false },
	{ "fpm_status", config_key_fpm_status, false },
	{ "uwsgi_stats", config_key_uwsgi_stats, false },
	{ "script_roots", config_key_script_roots, false },
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

static int config_begin_section(struct parser *parser, const struct ini_section *section)
{
	const char *name = config_section_output(section->name);
	struct config *config = parser->config;

	parser->output = NULL;
	if (name) {
		if (config_add_output(config, name, parser->fault))
			return -EINVAL;
		parser->output = &config->outputs[config->count - 1];
		parser->output->line = section->line;
		return 0;
	}
	if (strcmp(section->name, "log")) {
		buffer_printf(parser->fault, "no such section: [%s]; use [log] or [output DEST]",
			      section->name);
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

/* A value has the syntax of lib/words.h, so that it is written as in a policy file. */
static int config_set_entry(struct parser *parser, const struct ini_entry *entry)
{
	struct buffer value = {0};
	const char *wrong = words_join(&value, entry->value);
	int ret = -EINVAL;

	if (wrong)
		buffer_printf(parser->fault, "%s: %s", entry->key, wrong);
	else
		ret = config_set_key(parser, entry->key, value.data ? value.data : "");
	buffer_free(&value);
	return ret;
}

/* Ends a fault of this line, whose text is in parser->fault. */
static void config_end_fault(struct parser *parser, unsigned int line)
{
	ini_fault(parser->faults, parser->config->path, line, "%s", parser->fault->data);
	buffer_reset(parser->fault);
}

/* The keys of a section that is faulty itself are not looked at. */
static int config_take_section(struct parser *parser, const struct ini *ini, unsigned int number)
{
	const struct ini_section *section = &ini->sections[number];
	unsigned int i;
	int ret = 0;

	if (config_begin_section(parser, section)) {
		config_end_fault(parser, section->line);
		return -EINVAL;
	}
	for (i = 0; i < ini->nr_entries; i++) {
		const struct ini_entry *entry = &ini->entries[i];

		if (entry->section != number || !config_set_entry(parser, entry))
			continue;
		config_end_fault(parser, entry->line);
		ret = -EINVAL;
	}
	return ret;
}

static int config_take_sections(struct config *config, const struct ini *ini,
				struct buffer *faults)
{
	struct buffer fault = {0};
	struct parser parser = { .config = config, .faults = faults, .fault = &fault };
	unsigned int i;
	int ret = 0;

	/* ini_read() has reported a section without a name. */
	for (i = 0; i < ini->nr_sections; i++)
		if (*ini->sections[i].name && config_take_section(&parser, ini, i))
			ret = -EINVAL;
	buffer_free(&fault);
	return ret;
}

int config_read(struct config *config, const char *path, struct buffer *faults)
{
	struct ini ini;
	int ret = ini_read(&ini, path, faults);

	free(config->path);
	config->path = xstrdup(path);
	/* After a faulty line the others are checked all the same. */
	if (!ret || ret == -EINVAL)
		if (config_take_sections(config, &ini, faults))
			ret = -EINVAL;
	ini_free(&ini);
	return ret;
}

static void config_finish_fault(const struct config *config, const struct config_output *output,
				const char *fault, struct buffer *faults)
{
	if (output->line)
		ini_fault(faults, config->path, output->line, "format: %s", fault);
	else
		buffer_printf(faults, "--output: %s\n", fault);
}

/* Orders for evidence are sent like records: each once, and without delaying others. */
static int config_add_evidence(struct config *config, struct buffer *faults)
{
	struct buffer name = {0}, fault = {0};
	int ret;

	if (!config->evidence)
		return 0;
	buffer_printf(&name, "evidence:%s", config->evidence);
	ret = config_add(config, name.data, &fault);
	if (ret)
		buffer_printf(faults, "evidence: %s\n", fault.data);
	buffer_free(&name);
	buffer_free(&fault);
	return ret;
}

int config_finish(struct config *config, struct buffer *faults)
{
	struct buffer fault = {0};
	unsigned int i;
	int ret = config_add_evidence(config, faults);

	for (i = 0; i < config->count; i++) {
		struct config_output *output = &config->outputs[i];

		if (output->sync == SYNC_INHERITED)
			output->sync = config->sync;
		if (output->format || !config_set_output_format(output, config->format, &fault))
			continue;
		config_finish_fault(config, output, fault.data, faults);
		buffer_reset(&fault);
		ret = -EINVAL;
	}
	buffer_free(&fault);
	return ret;
}

bool config_same_settings(const struct config *a, const struct config *b)
{
	return a->receive_buffer == b->receive_buffer && a->hash == b->hash &&
	       a->hash_limit == b->hash_limit && a->ask == b->ask;
}
