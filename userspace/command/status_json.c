// SPDX-License-Identifier: GPL-2.0-or-later
/* "shelltrap status --json" */
#include "command/status.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "format/json_tree.h"
#include "lib/exit.h"
#include "lib/number.h"

static void status_put(struct json_object *object, const char *key, struct json_object *value)
{
	if (json_object_object_add(object, key, value))
		out_of_memory();
}

static void status_put_number(struct json_object *object, const char *key,
			      const struct number *number)
{
	status_put(object, key, json_new_number(number));
}

/* An empty string means unknown, and becomes null. */
static void status_put_string(struct json_object *object, const char *key, const char *value)
{
	status_put(object, key, value && *value ? json_must(json_object_new_string(value)) : NULL);
}

static void status_put_bool(struct json_object *object, const char *key, bool value)
{
	status_put(object, key, json_must(json_object_new_boolean(value)));
}

/* What only the module can tell is null if the module is not loaded. */
static void status_put_known_bool(struct json_object *object, const char *key,
				  const struct state *state, bool value)
{
	status_put(object, key,
		   state->armed.known ? json_must(json_object_new_boolean(value)) : NULL);
}

static void status_put_parameter(void *context, const char *name, const char *value)
{
	struct json_object *parameters = context;
	uint64_t number;

	if (!parse_number(value, 0, UINT64_MAX, &number))
		status_put(parameters, name, json_must(json_object_new_uint64(number)));
	else if (!strcmp(value, "Y") || !strcmp(value, "N"))
		status_put_bool(parameters, name, *value == 'Y');
	else
		status_put_string(parameters, name, value);
}

/* By installed kernel, whether it has the module. */
static struct json_object *status_new_kernels(const struct kernels *kernels)
{
	struct json_object *object = json_new_object();
	size_t i;

	for (i = 0; i < kernels->count; i++)
		status_put_bool(object, kernels->list[i].release, kernels->list[i].has_module);
	return object;
}

static struct json_object *status_new_module(const struct status *status)
{
	struct json_object *object = json_new_object();
	struct json_object *parameters = json_new_object();

	status_put_bool(object, "loaded", status->module.loaded);
	status_put_string(object, "version", status->version);
	status_put_string(object, "srcversion", status->srcversion);
	status_put_string(object, "installed", status->module.installed);
	status_each_parameter(status_put_parameter, parameters);
	status_put(object, "kernels", status_new_kernels(&status->kernels));
	status_put(object, "parameters", parameters);
	return object;
}

/* What the module has found out about the running kernel. */
static struct json_object *status_new_kernel(const struct status *status)
{
	const struct state_kernel *kernel = &status->state.kernel;
	struct json_object *object = json_new_object();

	status_put_string(object, "release", status->kernels.running);
	status_put_string(object, "hook", state_hook_name(kernel));
	status_put_string(object, "listen", kernel->listen);
	status_put(object, "mnt_ns", kernel->present ?
		   json_must(json_object_new_boolean(kernel->mnt_ns)) : NULL);
	status_put_string(object, "cgroup", state_cgroup_name(kernel));
	status_put(object, "preempt_rt", kernel->present ?
		   json_must(json_object_new_boolean(kernel->preempt_rt)) : NULL);
	return object;
}

static struct json_object *status_new_hooks(const struct state *state)
{
	static const struct {
		const char *name;
		enum shelltrap_armed hook;
	} hooks[] = {
		{ "check", SHELLTRAP_ARMED_CHECK },
		{ "done", SHELLTRAP_ARMED_DONE },
		{ "deny", SHELLTRAP_ARMED_DENY },
		{ "listen", SHELLTRAP_ARMED_LISTEN },
	};
	struct json_object *object = json_new_object();
	size_t i;

	for (i = 0; i < ARRAY_SIZE(hooks); i++)
		status_put_known_bool(object, hooks[i].name, state,
				      state->armed.value & hooks[i].hook);
	return object;
}

static struct json_object *status_new_counters(const struct state *state)
{
	struct json_object *object = json_new_object();

	status_put_number(object, "execs", &state->execs);
	status_put_number(object, "hits", &state->hits);
	status_put_number(object, "alerts", &state->alerts);
	status_put_number(object, "repeats", &state->repeats);
	status_put_number(object, "lost", &state->lost);
	status_put_number(object, "overwritten", &state->overwritten);
	status_put_number(object, "unsent", &state->unsent);
	status_put_number(object, "missed", &state->missed);
	status_put_number(object, "silenced", &state->silenced);
	status_put_number(object, "dismissed", &state->dismissed);
	status_put_number(object, "refused", &state->refused);
	status_put_number(object, "servers", &state->servers);
	status_put_number(object, "lineage", &state->lineage);
	status_put_number(object, "left_out", &state->left_out);
	status_put_number(object, "denied", &state->denied);
	status_put_number(object, "killed", &state->killed);
	status_put_number(object, "would_deny", &state->would_deny);
	status_put_number(object, "escaped", &state->escaped);
	status_put_number(object, "deny_missed", &state->deny_missed);
	status_put_number(object, "held_now", &state->held_now);
	status_put_number(object, "held", &state->held);
	status_put_number(object, "unheld", &state->unheld);
	return object;
}

/* By rule, the execs that matched; of an exception, the hits that it silenced. */
static struct json_object *status_new_rule_hits(const struct state *state)
{
	struct json_object *object = json_new_object();
	size_t i;

	for (i = 0; i < state->each_rule_count; i++)
		if (state->each_rule[i].name)
			status_put_number(object, state->each_rule[i].name,
					  &state->each_rule[i].hits);
	return object;
}

static struct json_object *status_new_verdicts(const struct state_rule *rule)
{
	struct json_object *object = json_new_object();
	uint64_t verdict;

	for (verdict = SHELLTRAP_VERDICT_OBSERVED; verdict < ARRAY_SIZE(rule->alerts); verdict++)
		status_put(object, verdict_name(verdict),
			   json_must(json_object_new_uint64(rule->alerts[verdict].value)));
	return object;
}

/* By rule that raises alerts, the number of its alerts by their verdict. */
static struct json_object *status_new_rule_alerts(const struct state *state)
{
	struct json_object *object = json_new_object();
	size_t i;

	for (i = 0; i < state->each_rule_count; i++) {
		const struct state_rule *rule = &state->each_rule[i];

		if (rule->name && state_counts_alerts(rule))
			status_put(object, rule->name, status_new_verdicts(rule));
	}
	return object;
}

/* The names of the rules with that action. */
static struct json_object *status_new_rule_names(const struct state *state,
						 enum shelltrap_action action)
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

/* An array of the lines. */
static struct json_object *status_new_lines(const struct buffer *lines)
{
	struct json_object *array = json_must(json_object_new_array());
	const char *at = lines->len ? lines->data : "";
	size_t len;

	for (; *at; at += len + 1) {
		len = strcspn(at, "\n");
		json_object_array_add(array, json_must(json_object_new_string_len(at, len)));
	}
	return array;
}

static void status_put_configured(struct json_object *object, const struct configured *configured)
{
	status_put(object, "configured", configured->known ?
		   json_must(json_object_new_boolean(configured_is_fine(configured))) : NULL);
	status_put(object, "difference", configured->known && !configured->faulty ?
		   status_new_lines(&configured->difference) : NULL);
	status_put(object, "waiting", configured->known && !configured->faulty ?
		   status_new_lines(&configured->waiting) : NULL);
}

static struct json_object *status_new_policy(const struct status *status)
{
	const struct state *state = &status->state;
	struct json_object *object = json_new_object();
	bool known = status->module.loaded;

	status_put(object, "rule_hits", known ? status_new_rule_hits(state) : NULL);
	status_put(object, "rule_alerts", known ? status_new_rule_alerts(state) : NULL);
	status_put_number(object, "rules", &state->rules);
	status_put_number(object, "names", &state->names);
	status_put_number(object, "paths", &state->paths);
	status_put_number(object, "paths_missing", &state->paths_missing);
	status_put_number(object, "policies", &state->policies);
	status_put_configured(object, &status->configured);
	status_put_known_bool(object, "locked", state, state->locked);
	status_put(object, "denying",
		   known ? status_new_rule_names(state, SHELLTRAP_ACTION_DENY) : NULL);
	status_put(object, "killing",
		   known ? status_new_rule_names(state, SHELLTRAP_ACTION_KILL) : NULL);
	status_put(object, "holding",
		   known ? status_new_rule_names(state, SHELLTRAP_ACTION_HOLD) : NULL);
	return object;
}

static struct json_object *status_new_backlog(const struct state *state)
{
	struct json_object *object = json_new_object();

	status_put_number(object, "size", &state->backlog_size);
	status_put_number(object, "used", &state->backlog_used);
	return object;
}

static struct json_object *status_new_program(void)
{
	struct json_object *object = json_new_object();

	status_put_string(object, "version", SHELLTRAP_VERSION);
	return object;
}

void status_print_json(const struct status *status, bool pretty)
{
	const struct state *state = &status->state;
	struct json_object *object = json_new_object();
	char instance[17] = "";
	struct buffer text = {0};

	if (state->instance.known)
		snprintf(instance, sizeof(instance), "%016" PRIx64, state->instance.value);
	status_put(object, "module", status_new_module(status));
	status_put_known_bool(object, "armed", state, !state_unarmed(state));
	status_put(object, "hooks", status_new_hooks(state));
	status_put(object, "kernel", status_new_kernel(status));
	status_put_string(object, "instance", instance);
	status_put_known_bool(object, "listening", state, state->listening);
	status_put_known_bool(object, "enforce", state, state->enforce);
	status_put_number(object, "observing", &state->observing);
	status_put_number(object, "seq_oldest", &state->seq_oldest);
	status_put_number(object, "seq_next", &state->seq_next);
	status_put(object, "backlog", status_new_backlog(state));
	status_put_number(object, "slots", &state->slots);
	status_put(object, "policy", status_new_policy(status));
	status_put(object, "counters", status_new_counters(state));
	status_put(object, "program", status_new_program());
	if (pretty)
		json_put_pretty(&text, object);
	else
		json_put_line(&text, object);
	fputs(text.data, stdout);
	buffer_free(&text);
}

