// SPDX-License-Identifier: GPL-2.0-or-later
#include "command/metrics.h"

#include <inttypes.h>
#include <stddef.h>

#include "kernel/record.h"
#include "lib/text.h"
#include "policy/rule.h"

#define PREFIX "shelltrap_"

/* Metrics that are one number of the module's state. */
static const struct metric {
	const char *name, *type, *help;
	size_t offset;		/* of a struct number */
} metrics[] = {
#define METRIC(name, type, member, help) { name, type, help, offsetof(struct state, member) }
	METRIC("execs_total", "counter", execs, "Execs checked."),
	METRIC("hits_total", "counter", hits, "Execs that matched a rule."),
	METRIC("alerts_total", "counter", alerts, "Execs that became an alert."),
	METRIC("repeats_total", "counter", repeats,
	       "Hits that were counted as repeats of an alert."),
	METRIC("silenced_total", "counter", silenced, "Hits that matched an exception."),
	METRIC("dismissed_total", "counter", dismissed,
	       "Hits that were in another cgroup after all."),
	METRIC("lost_total", "counter", lost, "Hits of which only the number is known."),
	METRIC("overwritten_total", "counter", overwritten,
	       "Records dropped before they were read."),
	METRIC("unsent_total", "counter", unsent,
	       "Records not delivered to a listener at once."),
	METRIC("missed_total", "counter", missed, "Times the kernel skipped the probe."),
	METRIC("left_out_total", "counter", left_out,
	       "Times there was no room for another task that descends from a server."),
	METRIC("escaped_total", "counter", escaped,
	       "Execs that should have been refused and were not."),
	METRIC("deny_missed_total", "counter", deny_missed,
	       "Times there was no room for a refusal."),
	METRIC("refused_changes_total", "counter", refused,
	       "Attempts to change the locked module."),
	METRIC("policies_total", "counter", policies, "Policies loaded."),
	METRIC("backlog_bytes", "gauge", backlog_size, "Size of the backlog."),
	METRIC("backlog_used_bytes", "gauge", backlog_used, "Bytes of the backlog in use."),
	METRIC("slots", "gauge", slots, "Execs that can be in flight at once."),
	METRIC("servers", "gauge", servers, "Processes that serve."),
	METRIC("lineage_tasks", "gauge", lineage,
	       "Tasks that are servers or descend from one."),
	METRIC("policy_rules", "gauge", rules, "Rules in force."),
	METRIC("policy_names", "gauge", names, "Names in the sets of the policy."),
	METRIC("policy_paths", "gauge", paths, "Names that are paths."),
	METRIC("policy_paths_missing", "gauge", paths_missing,
	       "Paths that were not found when the policy was loaded."),
#undef METRIC
};

static void metric_put_head(struct buffer *out, const char *name, const char *type,
			    const char *help)
{
	buffer_printf(out, "# HELP " PREFIX "%s %s\n# TYPE " PREFIX "%s %s\n", name, help, name,
		      type);
}

static void metric_put_gauge(struct buffer *out, const char *name, const char *help,
			     uint64_t value)
{
	metric_put_head(out, name, "gauge", help);
	buffer_printf(out, PREFIX "%s %" PRIu64 "\n", name, value);
}

/* text_put() leaves only quotes and backslashes to be escaped. */
static void metric_put_label(struct buffer *out, const char *label, const char *value)
{
	struct buffer text = {0};
	size_t i;

	text_put(&text, value ? value : "", TEXT_ASCII);
	buffer_printf(out, "%s=\"", label);
	for (i = 0; i < text.len; i++) {
		if (text.data[i] == '"' || text.data[i] == '\\')
			buffer_putc(out, '\\');
		buffer_putc(out, text.data[i]);
	}
	buffer_putc(out, '"');
	buffer_free(&text);
}

static void metric_put_info(struct buffer *out, const struct state *state)
{
	metric_put_head(out, "info", "gauge", "Version of the module, and which load of it.");
	buffer_puts(out, PREFIX "info{");
	metric_put_label(out, "version", state->version);
	buffer_printf(out, ",load=\"%016" PRIx64 "\"} 1\n", state->instance.value);
}

static void metric_put_hooks(struct buffer *out, const struct state *state)
{
	static const struct {
		const char *name;
		enum shelltrap_armed bit;
	} hooks[] = {
		{ "check", SHELLTRAP_ARMED_CHECK },
		{ "done", SHELLTRAP_ARMED_DONE },
		{ "deny", SHELLTRAP_ARMED_DENY },
	};
	size_t i;

	metric_put_head(out, "hook_armed", "gauge", "Whether the hook is in place and fires.");
	for (i = 0; i < ARRAY_SIZE(hooks); i++)
		buffer_printf(out, PREFIX "hook_armed{hook=\"%s\"} %d\n", hooks[i].name,
			      !!(state->armed.value & hooks[i].bit));
}

static void metric_put_numbers(struct buffer *out, const struct state *state)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(metrics); i++) {
		const struct metric *metric = &metrics[i];
		const struct number *number =
			(const void *)((const char *)state + metric->offset);

		if (!number->known)
			continue;
		metric_put_head(out, metric->name, metric->type, metric->help);
		buffer_printf(out, PREFIX "%s %" PRIu64 "\n", metric->name, number->value);
	}
}

static void metric_put_interventions(struct buffer *out, const struct state *state)
{
	const struct {
		enum shelltrap_verdict verdict;
		const struct number *count;
	} counts[] = {
		{ SHELLTRAP_VERDICT_DENIED, &state->denied },
		{ SHELLTRAP_VERDICT_KILLED, &state->killed },
		{ SHELLTRAP_VERDICT_WOULD_DENY, &state->would_deny },
	};
	size_t i;

	metric_put_head(out, "interventions_total", "counter",
			"Execs that were refused or ended, or would have been.");
	for (i = 0; i < ARRAY_SIZE(counts); i++)
		buffer_printf(out, PREFIX "interventions_total{verdict=\"%s\"} %" PRIu64 "\n",
			      verdict_name(counts[i].verdict), counts[i].count->value);
}

static void metric_put_rules(struct buffer *out, const struct state *state)
{
	size_t i;

	if (state->each_rule_count)
		metric_put_head(out, "rule_hits_total", "counter",
				"Execs that matched the rule; of an exception, execs that it silenced.");
	for (i = 0; i < state->each_rule_count; i++) {
		const struct state_rule *rule = &state->each_rule[i];

		buffer_puts(out, PREFIX "rule_hits_total{");
		metric_put_label(out, "rule", rule->name);
		buffer_putc(out, ',');
		metric_put_label(out, "action", choice_name(&policy_actions, rule->action.value));
		buffer_printf(out, "} %" PRIu64 "\n", rule->hits.value);
	}
}

/* Zeros as well: Prometheus sees no increase in a series that begins above 0. */
static void metric_put_verdicts(struct buffer *out, const struct state_rule *rule)
{
	uint64_t verdict;

	for (verdict = SHELLTRAP_VERDICT_OBSERVED; verdict < ARRAY_SIZE(rule->alerts); verdict++) {
		buffer_puts(out, PREFIX "rule_alerts_total{");
		metric_put_label(out, "rule", rule->name);
		buffer_putc(out, ',');
		metric_put_label(out, "severity", severity_name(rule->severity.value));
		buffer_printf(out, ",verdict=\"%s\"} %" PRIu64 "\n", verdict_name(verdict),
			      rule->alerts[verdict].value);
	}
}

static void metric_put_rule_alerts(struct buffer *out, const struct state *state)
{
	size_t i;

	if (state->each_rule_count)
		metric_put_head(out, "rule_alerts_total", "counter",
				"Alerts that list the rule, by verdict.");
	for (i = 0; i < state->each_rule_count; i++)
		if (state_counts_alerts(&state->each_rule[i]))
			metric_put_verdicts(out, &state->each_rule[i]);
}

static void metric_put_enforcement(struct buffer *out, const struct state *state)
{
	metric_put_gauge(out, "enforcing", "Whether rules that deny or kill are enforced.",
			 state->enforce && !state->observing.known && state_count_enforced(state));
	metric_put_gauge(out, "listening", "Whether a program listens for alerts.",
			 state->listening);
	metric_put_gauge(out, "locked", "Whether a lock holds until the next boot.",
			 state->locked);
}

static void metric_put_kernels(struct buffer *out, const struct kernels *kernels)
{
	size_t i;

	if (kernels->count)
		metric_put_head(out, "kernel_has_module", "gauge",
				"Whether the module was built for this installed kernel.");
	for (i = 0; i < kernels->count; i++) {
		buffer_puts(out, PREFIX "kernel_has_module{");
		metric_put_label(out, "kernel", kernels->list[i].release);
		buffer_printf(out, ",runs=\"%d\"} %d\n", kernels->list[i].runs,
			      kernels->list[i].has_module);
	}
}

void metrics_put(struct buffer *out, const struct state *state, bool loaded,
		 const struct kernels *kernels)
{
	metric_put_gauge(out, "module_loaded", "Whether the module is loaded.", loaded);
	metric_put_gauge(out, "armed", "Whether all hooks that the rules need are in place.",
			 loaded && !state_unarmed(state));
	metric_put_kernels(out, kernels);
	if (!loaded)
		return;
	metric_put_info(out, state);
	metric_put_hooks(out, state);
	metric_put_enforcement(out, state);
	metric_put_gauge(out, "backlog_records", "Records that the backlog holds.",
			 state->seq_next.value - state->seq_oldest.value);
	metric_put_numbers(out, state);
	metric_put_interventions(out, state);
	metric_put_rules(out, state);
	metric_put_rule_alerts(out, state);
}
