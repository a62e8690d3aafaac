// SPDX-License-Identifier: GPL-2.0-or-later
/* "shelltrap status" for people. */
#include "command/status.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/text.h"
#include "policy/enforcement.h"

static void status_print_number(const char *label, const struct number *number, const char *meaning)
{
	if (number->known)
		printf("  %-12s %12" PRIu64 "  %s\n", label, number->value, meaning);
}

static void status_print_parameter(void *context, const char *name, const char *value)
{
	struct buffer *line = context;

	buffer_printf(line, "%s%s=", line->len ? " " : "", name);
	text_put(line, value, TEXT_ASCII);
}

/* Which kernel will see nothing when it boots. */
static void status_print_kernels(const struct kernels *kernels)
{
	size_t i;

	for (i = 0; i < kernels->count; i++) {
		const struct kernel *kernel = &kernels->list[i];

		printf("%-12s %s%s%s\n", i ? "" : "kernels", kernel->release,
		       kernel->has_module ? " has the module" : " has NO module: it sees nothing",
		       kernel->runs ? "; it runs" : "");
	}
}

static void status_print_ability(const struct state_kernel *kernel)
{
	const char *hook = state_hook_name(kernel), *cgroup = state_cgroup_name(kernel);

	if (!kernel->present)
		return;
	printf("kernel       hook by %s, listen() by %s, cgroups %s, mount namespaces %s%s\n",
	       hook ? hook : "?", kernel->listen ? kernel->listen : "names only",
	       cgroup ? cgroup : "none", kernel->mnt_ns ? "known" : "unknown",
	       kernel->preempt_rt ? ", PREEMPT_RT" : "");
}

static void status_print_module(const struct status *status)
{
	const char *program = SHELLTRAP_VERSION;
	struct buffer parameters = {0};

	if (!status->module.loaded) {
		printf("module       NOT LOADED; %s\n", module_hint(&status->module));
		if (status->module.installed)
			printf("installed    %s\n", status->module.installed);
		status_print_kernels(&status->kernels);
		printf("program      version %s\n", program);
		return;
	}
	printf("module       loaded, version %s, srcversion %s\n",
	       *status->version ? status->version : "unknown",
	       *status->srcversion ? status->srcversion : "unknown");
	printf("installed    %s\n", status->module.installed ? status->module.installed :
	       "no, it was loaded from elsewhere");
	status_print_kernels(&status->kernels);
	printf("program      version %s\n", program);
	status_each_parameter(status_print_parameter, &parameters);
	if (parameters.len)
		printf("parameters   %s\n", parameters.data);
	buffer_free(&parameters);
}

static void status_print_armed(const struct state *state)
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
	if (!unarmed && !(state->armed.value & SHELLTRAP_ARMED_LISTEN))
		puts("             listen() cannot be probed: names alone decide what a server is");
}

static void status_print_enforced(const struct state *state)
{
	struct buffer text = {0};

	enforcement_put(&text, state);
	printf("enforced     %s\n", text.data);
	buffer_free(&text);
	if (state->escaped.value)
		printf("ESCAPED      %" PRIu64 " execs should have been refused and were not\n",
		       state->escaped.value);
}

static void status_print_records(const struct state *state)
{
	uint64_t oldest = state->seq_oldest.value, next = state->seq_next.value;

	if (oldest < next)
		printf("records      %" PRIu64 " to %" PRIu64 " are held", oldest, next - 1);
	else
		printf("records      none is held, the next is %" PRIu64, next);
	printf(", in %" PRIu64 " of %" PRIu64 " KiB\n", (state->backlog_used.value + 1023) / 1024,
	       state->backlog_size.value / 1024);
}

/* Prints each line with this label before the first one. */
static void status_print_lines(const char *label, const struct buffer *lines)
{
	const char *at = lines->len ? lines->data : "";

	for (; *at; at += strcspn(at, "\n") + 1, label = "")
		printf("%-12s %.*s\n", label, (int)strcspn(at, "\n"), at);
}

static void status_print_configured(const struct configured *configured)
{
	if (configured->faulty)
		puts("CONFIGURED   the files in /etc/shelltrap have errors and cannot be loaded: "
		     "see 'shelltrap policy check'");
	else if (configured->difference.len)
		puts("CONFIGURED   another policy, which 'shelltrap policy load' puts in force:");
	else if (configured->known)
		puts("configured   the policy in force is that of /etc/shelltrap");
	status_print_lines("", &configured->difference);
	status_print_lines("waiting", &configured->waiting);
}

static void status_print_policy(const struct state *state)
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

static void status_print_rule(const struct state_rule *rule)
{
	static const char *const effects[] = {
		[SHELLTRAP_ACTION_OFF] = "off",
		[SHELLTRAP_ACTION_ALERT] = "hits",
		[SHELLTRAP_ACTION_ALLOW] = "silenced",
		[SHELLTRAP_ACTION_DENY] = "hits, denies",
		[SHELLTRAP_ACTION_KILL] = "hits, kills",
		[SHELLTRAP_ACTION_HOLD] = "hits, holds",
	};
	uint64_t action = rule->action.value;
	struct buffer name = {0};

	text_put(&name, rule->name ? rule->name : "?", TEXT_ASCII);
	printf("  %-28s %12" PRIu64 "  %s\n", name.data, rule->hits.value,
	       action < ARRAY_SIZE(effects) && effects[action] ? effects[action] : "");
	buffer_free(&name);
}

static void status_print_rules(const struct state *state)
{
	size_t i;

	if (state->each_rule_count)
		puts("rules");
	for (i = 0; i < state->each_rule_count; i++)
		status_print_rule(&state->each_rule[i]);
}

struct counter {
	const char *label;
	const struct number *number;
	const char *meaning;
};

static void status_print_counters(const struct state *state)
{
	const struct counter counters[] = {
		{ "execs", &state->execs, "execs checked" },
		{ "hits", &state->hits, "of these, matched a rule" },
		{ "alerts", &state->alerts, "of the hits, became an alert" },
		{ "repeats", &state->repeats, "of the hits, were counted as repeats of an alert" },
		{ "lost", &state->lost, "of the hits, only their number is known" },
		{ "overwritten", &state->overwritten, "records dropped before they were read" },
		{ "unsent", &state->unsent, "records not delivered to a listener at once" },
		{ "silenced", &state->silenced, "of the hits, matched an exception" },
		{ "dismissed", &state->dismissed, "of the hits, were in another cgroup after all" },
		{ "servers", &state->servers, "processes that serve, now" },
		{ "lineage", &state->lineage, "tasks that descend from a server, now" },
		{ "left_out", &state->left_out, "times there was no room for another such task" },
		{ "missed", &state->missed, "times the kernel skipped the probe" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(counters); i++)
		status_print_number(counters[i].label, counters[i].number, counters[i].meaning);
}

/* Zeros are not shown if no rule denies or kills. */
static void status_print_refusals(const struct state *state)
{
	const struct counter counters[] = {
		{ "denied", &state->denied, "execs were refused" },
		{ "killed", &state->killed, "execs were ended before the program ran" },
		{ "would_deny", &state->would_deny, "execs would have been denied or killed" },
		{ "escaped", &state->escaped, "execs should have been refused and were not" },
		{ "deny_missed", &state->deny_missed, "times there was no room for a refusal" },
	};
	bool enforcing = state_count_enforced(state);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(counters); i++)
		if (enforcing || counters[i].number->value)
			status_print_number(counters[i].label, counters[i].number,
					    counters[i].meaning);
}

/* The same for rules that hold. */
static void status_print_holds(const struct state *state)
{
	const struct counter counters[] = {
		{ "held_now", &state->held_now, "execs are held, see 'shelltrap held'" },
		{ "held", &state->held, "execs were held" },
		{ "unheld", &state->unheld, "execs were to be held and could not" },
	};
	bool holding = state_count_rules(state, SHELLTRAP_ACTION_HOLD);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(counters); i++)
		if (counters[i].number->known && (holding || counters[i].number->value))
			status_print_number(counters[i].label, counters[i].number,
					    counters[i].meaning);
}

void status_print_text(const struct status *status)
{
	const struct state *state = &status->state;

	status_print_module(status);
	if (!status->module.loaded)
		return;
	status_print_armed(state);
	status_print_ability(&state->kernel);
	printf("instance     %016" PRIx64 "\n", state->instance.value);
	printf("listening    %s\n", state->listening ? "yes" : "nobody");
	status_print_policy(state);
	status_print_configured(&status->configured);
	status_print_enforced(state);
	status_print_records(state);
	printf("slots        %" PRIu64 " execs in flight at once\n", state->slots.value);
	puts("counters");
	status_print_counters(state);
	status_print_refusals(state);
	status_print_holds(state);
	status_print_rules(state);
}
