// SPDX-License-Identifier: GPL-2.0-or-later
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/metrics.h"
#include "command/options.h"
#include "format/json.h"
#include "kernel/channel.h"
#include "kernel/module.h"
#include "lib/buffer.h"
#include "lib/exit.h"
#include "lib/message.h"
#include "lib/number.h"
#include "lib/replace.h"
#include "lib/text.h"
#include "policy/enforcement.h"

static const struct usage usage = {
	.command = "status",
	.help =
	"Usage: shelltrap status [--json | --prometheus [--output FILE]]\n"
	"Shows whether the module is loaded and armed, and what it has counted.\n"
	"\n"
	"  --json            as one JSON object\n"
	"  --prometheus      as metrics in the text format of Prometheus\n"
	"  --output FILE     replaces that file with them, for node_exporter to read\n"
	"  --help, --version\n",
};

enum {
	OPTION_JSON = OPTION_OWN,
	OPTION_PROMETHEUS,
	OPTION_OUTPUT,
};

static const struct option options[] = {
	{ "json", no_argument, NULL, OPTION_JSON },
	{ "prometheus", no_argument, NULL, OPTION_PROMETHEUS },
	{ "output", required_argument, NULL, OPTION_OUTPUT },
	HELP_OPTION,
	VERSION_OPTION,
	{}
};

/* How to show it: as text unless told otherwise. */
struct manner {
	bool json, prometheus;
	const char *output;	/* the file that takes it, NULL: standard output */
};

struct status {
	struct module module;
	char version[64];
	char srcversion[64];
	struct state state;	/* all unknown while the module is not loaded */
};

static bool is_armed(const struct state *state, enum shelltrap_armed hook)
{
	return state->armed.value & hook;
}

/* A module parameter's value, with its name, to whoever shows it. */
typedef void (*parameter_fn)(void *context, const char *name, const char *value);

static int is_parameter(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static void each_parameter(parameter_fn show, void *context)
{
	struct dirent **entries;
	int count = scandir(MODULE_PARAMETERS, &entries, is_parameter, alphasort);
	int i;

	for (i = 0; i < count; i++) {
		char path[512], value[256];

		snprintf(path, sizeof(path), MODULE_PARAMETERS "/%s", entries[i]->d_name);
		read_line(path, value, sizeof(value));
		show(context, entries[i]->d_name, value);
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
}

static void put(struct json_object *object, const char *key, struct json_object *value)
{
	if (json_object_object_add(object, key, value))
		out_of_memory();
}

static void put_number(struct json_object *object, const char *key, const struct number *number)
{
	put(object, key, json_new_number(number));
}

/* "" is unknown. */
static void put_string(struct json_object *object, const char *key, const char *value)
{
	put(object, key, value && *value ? json_must(json_object_new_string(value)) : NULL);
}

static void put_bool(struct json_object *object, const char *key, bool value)
{
	put(object, key, json_must(json_object_new_boolean(value)));
}

static void put_parameter(void *context, const char *name, const char *value)
{
	struct json_object *parameters = context;
	uint64_t number;

	if (!parse_number(value, 0, UINT64_MAX, &number))
		put(parameters, name, json_must(json_object_new_uint64(number)));
	else if (!strcmp(value, "Y") || !strcmp(value, "N"))
		put_bool(parameters, name, *value == 'Y');
	else
		put_string(parameters, name, value);
}

static struct json_object *new_module(const struct status *status)
{
	struct json_object *object = json_new_object();
	struct json_object *parameters = json_new_object();

	put_bool(object, "loaded", status->module.loaded);
	put_string(object, "version", status->version);
	put_string(object, "srcversion", status->srcversion);
	put_string(object, "installed", status->module.installed);
	each_parameter(put_parameter, parameters);
	put(object, "parameters", parameters);
	return object;
}

static struct json_object *new_hooks(const struct state *state)
{
	struct json_object *object = json_new_object();

	put_bool(object, "check", is_armed(state, SHELLTRAP_ARMED_CHECK));
	put_bool(object, "done", is_armed(state, SHELLTRAP_ARMED_DONE));
	put_bool(object, "deny", is_armed(state, SHELLTRAP_ARMED_DENY));
	return object;
}

static struct json_object *new_counters(const struct state *state)
{
	struct json_object *object = json_new_object();

	put_number(object, "execs", &state->execs);
	put_number(object, "hits", &state->hits);
	put_number(object, "alerts", &state->alerts);
	put_number(object, "lost", &state->lost);
	put_number(object, "overwritten", &state->overwritten);
	put_number(object, "unsent", &state->unsent);
	put_number(object, "missed", &state->missed);
	put_number(object, "silenced", &state->silenced);
	put_number(object, "dismissed", &state->dismissed);
	put_number(object, "refused", &state->refused);
	put_number(object, "lineage", &state->lineage);
	put_number(object, "left_out", &state->left_out);
	put_number(object, "denied", &state->denied);
	put_number(object, "killed", &state->killed);
	put_number(object, "would_deny", &state->would_deny);
	put_number(object, "escaped", &state->escaped);
	put_number(object, "deny_missed", &state->deny_missed);
	return object;
}

/* What a rule was told of, or an exception has silenced. */
static struct json_object *new_rule_hits(const struct state *state)
{
	struct json_object *object = json_new_object();
	size_t i;

	for (i = 0; i < state->each_rule_count; i++)
		if (state->each_rule[i].name)
			put_number(object, state->each_rule[i].name, &state->each_rule[i].hits);
	return object;
}

static struct json_object *new_alerts(const struct state_rule *rule)
{
	struct json_object *object = json_new_object();
	uint64_t verdict;

	for (verdict = SHELLTRAP_VERDICT_OBSERVED; verdict < ARRAY_SIZE(rule->alerts); verdict++)
		put(object, verdict_name(verdict),
		    json_must(json_object_new_uint64(rule->alerts[verdict].value)));
	return object;
}

/* Of those hits the alerts, by their verdict. */
static struct json_object *new_rule_alerts(const struct state *state)
{
	struct json_object *object = json_new_object();
	size_t i;

	for (i = 0; i < state->each_rule_count; i++) {
		const struct state_rule *rule = &state->each_rule[i];

		if (rule->name && state_counts_alerts(rule))
			put(object, rule->name, new_alerts(rule));
	}
	return object;
}

/* The names of the rules with that action. */
static struct json_object *new_rules(const struct state *state, enum shelltrap_action action)
{
	struct json_object *array = json_must(json_object_new_array());
	size_t i;

	for (i = 0; i < state->each_rule_count; i++) {
		const struct state_rule *rule = &state->each_rule[i];

		if (rule->action.value == action && rule->name)
			json_object_array_add(array, json_must(json_object_new_string(rule->name)));
	}
	return array;
}

static struct json_object *new_policy(const struct state *state)
{
	struct json_object *object = json_new_object();

	put(object, "rule_hits", new_rule_hits(state));
	put(object, "rule_alerts", new_rule_alerts(state));
	put_number(object, "rules", &state->rules);
	put_number(object, "names", &state->names);
	put_number(object, "paths", &state->paths);
	put_number(object, "paths_missing", &state->paths_missing);
	put_number(object, "policies", &state->policies);
	put_bool(object, "locked", state->locked);
	put(object, "denying", new_rules(state, SHELLTRAP_ACTION_DENY));
	put(object, "killing", new_rules(state, SHELLTRAP_ACTION_KILL));
	return object;
}

static struct json_object *new_backlog(const struct state *state)
{
	struct json_object *object = json_new_object();

	put_number(object, "size", &state->backlog_size);
	put_number(object, "used", &state->backlog_used);
	return object;
}

static struct json_object *new_program(void)
{
	struct json_object *object = json_new_object();

	put_string(object, "version", SHELLTRAP_VERSION);
	return object;
}

static void print_json(const struct status *status)
{
	const struct state *state = &status->state;
	struct json_object *object = json_new_object();
	char instance[17] = "";

	if (state->instance.known)
		snprintf(instance, sizeof(instance), "%016" PRIx64, state->instance.value);
	put(object, "module", new_module(status));
	put_bool(object, "armed", !state_unarmed(state));
	put(object, "hooks", new_hooks(state));
	put_string(object, "instance", instance);
	put_bool(object, "listening", state->listening);
	put_bool(object, "enforce", state->enforce);
	put_number(object, "observing", &state->observing);
	put_number(object, "seq_oldest", &state->seq_oldest);
	put_number(object, "seq_next", &state->seq_next);
	put(object, "backlog", new_backlog(state));
	put_number(object, "slots", &state->slots);
	put(object, "policy", new_policy(state));
	put(object, "counters", new_counters(state));
	put(object, "program", new_program());
	puts(json_object_to_json_string_ext(object, JSON_C_TO_STRING_PLAIN |
					    JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(object);
}

static void print_number(const char *label, const struct number *number, const char *meaning)
{
	if (number->known)
		printf("  %-12s %12" PRIu64 "  %s\n", label, number->value, meaning);
}

static void print_parameter(void *context, const char *name, const char *value)
{
	struct buffer *line = context;

	buffer_printf(line, "%s%s=", line->len ? " " : "", name);
	text_put(line, value, TEXT_ASCII);
}

static void print_module(const struct status *status)
{
	const char *program = SHELLTRAP_VERSION;
	struct buffer parameters = {0};

	if (!status->module.loaded) {
		printf("module       NOT LOADED; %s\n", module_hint(&status->module));
		if (status->module.installed)
			printf("installed    %s\n", status->module.installed);
		printf("program      version %s\n", program);
		return;
	}
	printf("module       loaded, version %s, srcversion %s\n",
	       *status->version ? status->version : "unknown",
	       *status->srcversion ? status->srcversion : "unknown");
	printf("installed    %s\n", status->module.installed ? status->module.installed :
	       "no, it was loaded from elsewhere");
	printf("program      version %s\n", program);
	each_parameter(print_parameter, &parameters);
	if (parameters.len)
		printf("parameters   %s\n", parameters.data);
	buffer_free(&parameters);
}

static void print_armed(const struct state *state)
{
	uint64_t unarmed = state_unarmed(state);

	if (!unarmed)
		puts("armed        yes");
	else if (unarmed == SHELLTRAP_ARMED_DENY)
		puts("armed        NO - alerts come, but nothing is denied");
	else
		puts("armed        NO - alerts do not come or are incomplete");
	if (unarmed & SHELLTRAP_ARMED_CHECK)
		puts("             the probe on security_bprm_check does not fire");
	if (unarmed & SHELLTRAP_ARMED_DONE)
		puts("             the tracepoint sched_process_exec is not connected");
	if (unarmed & SHELLTRAP_ARMED_DENY)
		puts("             the return probe of rules that deny or kill is not in place");
}

static void print_enforced(const struct state *state)
{
	struct buffer text = {0};

	enforcement_put(&text, state);
	printf("enforced     %s\n", text.data);
	buffer_free(&text);
	if (state->escaped.value)
		printf("ESCAPED      %" PRIu64 " execs were to be refused and were not\n",
		       state->escaped.value);
}

static void print_records(const struct state *state)
{
	uint64_t oldest = state->seq_oldest.value, next = state->seq_next.value;

	if (oldest < next)
		printf("records      %" PRIu64 " to %" PRIu64 " are held", oldest, next - 1);
	else
		printf("records      none is held, the next is %" PRIu64, next);
	printf(", in %" PRIu64 " of %" PRIu64 " KiB\n", (state->backlog_used.value + 1023) / 1024,
	       state->backlog_size.value / 1024);
}

static void print_policy(const struct state *state)
{
	printf("policy       %" PRIu64 " rules, %" PRIu64 " names", state->rules.value,
	       state->names.value);
	if (state->policies.known)
		printf(", %s", state->policies.value ? "loaded" : "built in");
	putchar('\n');
	if (state->paths.value)
		printf("paths        %" PRIu64 " of the names, %" PRIu64 " of them not found\n",
		       state->paths.value, state->paths_missing.value);
	if (state->locked)
		printf("locked       until the next boot; %" PRIu64 " attempts refused\n",
		       state->refused.value);
}

static void print_rule(const struct state_rule *rule)
{
	static const char *const did[] = {
		[SHELLTRAP_ACTION_OFF] = "off",
		[SHELLTRAP_ACTION_ALERT] = "hits",
		[SHELLTRAP_ACTION_ALLOW] = "silenced",
		[SHELLTRAP_ACTION_DENY] = "hits, denies",
		[SHELLTRAP_ACTION_KILL] = "hits, kills",
	};
	uint64_t action = rule->action.value;
	struct buffer name = {0};

	text_put(&name, rule->name ? rule->name : "?", TEXT_ASCII);
	printf("  %-28s %12" PRIu64 "  %s\n", name.data, rule->hits.value,
	       action < ARRAY_SIZE(did) && did[action] ? did[action] : "");
	buffer_free(&name);
}

static void print_rules(const struct state *state)
{
	size_t i;

	if (state->each_rule_count)
		puts("rules");
	for (i = 0; i < state->each_rule_count; i++)
		print_rule(&state->each_rule[i]);
}

/* Where nothing is denied and nothing was, they say nothing. */
static void print_denied(const struct state *state)
{
	bool enforcing = state_count_enforced(state);
	const struct {
		const char *label;
		const struct number *number;
		const char *meaning;
	} shown[] = {
		{ "denied", &state->denied, "execs were refused" },
		{ "killed", &state->killed, "execs were ended before the program ran" },
		{ "would_deny", &state->would_deny, "execs would have been, once enforced" },
		{ "escaped", &state->escaped, "execs were to be refused and were not" },
		{ "deny_missed", &state->deny_missed, "times there was no room for a refusal" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(shown); i++)
		if (enforcing || shown[i].number->value)
			print_number(shown[i].label, shown[i].number, shown[i].meaning);
}

static void print_text(const struct status *status)
{
	const struct state *state = &status->state;

	print_module(status);
	if (!status->module.loaded)
		return;
	print_armed(state);
	printf("instance     %016" PRIx64 "\n", state->instance.value);
	printf("listening    %s\n", state->listening ? "yes" : "nobody");
	print_policy(state);
	print_enforced(state);
	print_records(state);
	printf("slots        %" PRIu64 " execs in flight at once\n", state->slots.value);
	puts("counters");
	print_number("execs", &state->execs, "execs checked");
	print_number("hits", &state->hits, "of those, hit a rule");
	print_number("alerts", &state->alerts, "of those, became an alert");
	print_number("lost", &state->lost, "of those, are known only as a number");
	print_number("overwritten", &state->overwritten, "records gone before anybody got them");
	print_number("unsent", &state->unsent, "records not delivered to a listener at once");
	print_number("silenced", &state->silenced, "of the hits, by an exception");
	print_number("dismissed", &state->dismissed, "of the hits, in another cgroup after all");
	print_number("lineage", &state->lineage, "tasks that descend from a server, now");
	print_number("left_out", &state->left_out, "times there was no room for one more of those");
	print_number("missed", &state->missed, "times the kernel skipped the probe");
	print_denied(state);
	print_rules(state);
}

/* 0 or the exit code, having complained. */
static int ask_module(struct channel *channel, struct status *status)
{
	int ret = channel_open(channel);

	if (!ret)
		ret = channel_state(channel, &status->state);
	/* Who answers is there, even if short of memory nothing else said so. */
	status->module.loaded |= !ret;
	if (ret == -ENOENT && !status->module.loaded)
		return 0;
	if (ret)
		return channel_failed(channel, ret);
	if (status->state.version)
		snprintf(status->version, sizeof(status->version), "%s", status->state.version);
	return 0;
}

/* 0 or the exit code, having complained. */
static int print_metrics(const struct status *status, const char *output)
{
	struct buffer text = {0};
	int error = 0;

	put_metrics(&text, &status->state, status->module.loaded);
	if (output)
		error = replace_file(output, &text, 0644);
	else
		fputs(text.data, stdout);
	buffer_free(&text);
	if (!error)
		return 0;
	complain("%s: %s", output, strerror(-error));
	return FAILED;
}

static int print(const struct status *status, const struct manner *manner)
{
	int ret = 0;

	if (manner->prometheus)
		ret = print_metrics(status, manner->output);
	else if (manner->json)
		print_json(status);
	else
		print_text(status);
	if (ret)
		return ret;
	return status->module.loaded ? DONE : NOT_LOADED;
}

static int show(const struct manner *manner)
{
	struct status status = { .module = module_find() };
	struct channel channel;
	int ret;

	read_line("/sys/module/" MODULE_NAME "/version", status.version,
		  sizeof(status.version));
	read_line("/sys/module/" MODULE_NAME "/srcversion", status.srcversion,
		  sizeof(status.srcversion));
	ret = ask_module(&channel, &status);
	if (!ret)
		ret = print(&status, manner);
	channel_close(&channel);
	module_free(&status.module);
	return ret;
}

static int check(const struct manner *manner)
{
	const char *output = manner->output;

	if (manner->json && manner->prometheus)
		return wrong_usage(&usage, "--json and --prometheus: only one of them");
	if (output && !manner->prometheus)
		return wrong_usage(&usage, "--output: needs --prometheus");
	if (output && (output[0] != '/' || output[strlen(output) - 1] == '/'))
		return wrong_usage(&usage, "--output: '%s' is not the absolute path of a file",
				   output);
	return 0;
}

static void read_option(struct manner *manner, int option)
{
	if (option == OPTION_JSON)
		manner->json = true;
	else if (option == OPTION_PROMETHEUS)
		manner->prometheus = true;
	else
		manner->output = optarg;
}

int status_main(int argc, char **argv)
{
	struct manner manner = {0};
	int option, ret;

	while ((option = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		if (option < OPTION_OWN)
			return common_option(&usage, option, argv);
		read_option(&manner, option);
	}
	ret = no_operands(&usage, argc, argv);
	if (!ret)
		ret = check(&manner);
	return ret ? ret : show(&manner);
}
