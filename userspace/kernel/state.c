// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/state.h"

#include <string.h>

static const struct field rule_fields[] = {
	STRING_FIELD(SHELLTRAP_RULE_A_NAME, struct state_rule, name),
	U32_FIELD(SHELLTRAP_RULE_A_SEVERITY, struct state_rule, severity),
	U32_FIELD(SHELLTRAP_RULE_A_ACTION, struct state_rule, action),
	U64_FIELD(SHELLTRAP_RULE_A_HITS, struct state_rule, hits),
#define ALERTS_FIELD(verdict)							\
	U64_FIELD(SHELLTRAP_RULE_A_##verdict, struct state_rule,		\
		  alerts[SHELLTRAP_VERDICT_##verdict])
	ALERTS_FIELD(OBSERVED),
	ALERTS_FIELD(DENIED),
	ALERTS_FIELD(KILLED),
	ALERTS_FIELD(FAILED),
	ALERTS_FIELD(WOULD_DENY),
	ALERTS_FIELD(PENDING),
	ALERTS_FIELD(HELD),
#undef ALERTS_FIELD
};

static const struct fields rule_table = FIELDS(rule_fields, struct state_rule);

static const struct field kernel_fields[] = {
	U32_FIELD(SHELLTRAP_KERNEL_A_HOOK, struct state_kernel, hook),
	STRING_FIELD(SHELLTRAP_KERNEL_A_LISTEN, struct state_kernel, listen),
	FLAG_FIELD(SHELLTRAP_KERNEL_A_MNT_NS, struct state_kernel, mnt_ns),
	U32_FIELD(SHELLTRAP_KERNEL_A_CGROUP, struct state_kernel, cgroup),
	FLAG_FIELD(SHELLTRAP_KERNEL_A_PREEMPT_RT, struct state_kernel, preempt_rt),
};

static const struct fields kernel_table = FIELDS(kernel_fields, struct state_kernel);

static const struct field state_fields[] = {
	STRING_FIELD(SHELLTRAP_STATUS_A_VERSION, struct state, version),
	U64_FIELD(SHELLTRAP_STATUS_A_INSTANCE, struct state, instance),
	U32_FIELD(SHELLTRAP_STATUS_A_ARMED, struct state, armed),
	FLAG_FIELD(SHELLTRAP_STATUS_A_LISTENING, struct state, listening),
	U32_FIELD(SHELLTRAP_STATUS_A_RULES, struct state, rules),
	U32_FIELD(SHELLTRAP_STATUS_A_NAMES, struct state, names),
	U64_FIELD(SHELLTRAP_STATUS_A_SEQ_OLDEST, struct state, seq_oldest),
	U64_FIELD(SHELLTRAP_STATUS_A_SEQ_NEXT, struct state, seq_next),
	U64_FIELD(SHELLTRAP_STATUS_A_BACKLOG_SIZE, struct state, backlog_size),
	U64_FIELD(SHELLTRAP_STATUS_A_BACKLOG_USED, struct state, backlog_used),
	U32_FIELD(SHELLTRAP_STATUS_A_SLOTS, struct state, slots),
	U64_FIELD(SHELLTRAP_STATUS_A_EXECS, struct state, execs),
	U64_FIELD(SHELLTRAP_STATUS_A_HITS, struct state, hits),
	U64_FIELD(SHELLTRAP_STATUS_A_ALERTS, struct state, alerts),
	U64_FIELD(SHELLTRAP_STATUS_A_LOST, struct state, lost),
	U64_FIELD(SHELLTRAP_STATUS_A_OVERWRITTEN, struct state, overwritten),
	U64_FIELD(SHELLTRAP_STATUS_A_UNSENT, struct state, unsent),
	U64_FIELD(SHELLTRAP_STATUS_A_MISSED, struct state, missed),
	U64_FIELD(SHELLTRAP_STATUS_A_SILENCED, struct state, silenced),
	U64_FIELD(SHELLTRAP_STATUS_A_DISMISSED, struct state, dismissed),
	U64_FIELD(SHELLTRAP_STATUS_A_REPEATS, struct state, repeats),
	LIST_FIELD(SHELLTRAP_STATUS_A_RULE, struct state, each_rule, each_rule_count, &rule_table),
	U32_FIELD(SHELLTRAP_STATUS_A_POLICIES, struct state, policies),
	U32_FIELD(SHELLTRAP_STATUS_A_PATHS, struct state, paths),
	U32_FIELD(SHELLTRAP_STATUS_A_PATHS_MISSING, struct state, paths_missing),
	FLAG_FIELD(SHELLTRAP_STATUS_A_LOCKED, struct state, locked),
	U64_FIELD(SHELLTRAP_STATUS_A_REFUSED, struct state, refused),
	U32_FIELD(SHELLTRAP_STATUS_A_LINEAGE, struct state, lineage),
	U32_FIELD(SHELLTRAP_STATUS_A_SERVERS, struct state, servers),
	U64_FIELD(SHELLTRAP_STATUS_A_LEFT_OUT, struct state, left_out),
	FLAG_FIELD(SHELLTRAP_STATUS_A_ENFORCE, struct state, enforce),
	U32_FIELD(SHELLTRAP_STATUS_A_OBSERVING, struct state, observing),
	U64_FIELD(SHELLTRAP_STATUS_A_DENIED, struct state, denied),
	U64_FIELD(SHELLTRAP_STATUS_A_KILLED, struct state, killed),
	U64_FIELD(SHELLTRAP_STATUS_A_WOULD_DENY, struct state, would_deny),
	U64_FIELD(SHELLTRAP_STATUS_A_ESCAPED, struct state, escaped),
	U64_FIELD(SHELLTRAP_STATUS_A_DENY_MISSED, struct state, deny_missed),
	U32_FIELD(SHELLTRAP_STATUS_A_HELD_NOW, struct state, held_now),
	U64_FIELD(SHELLTRAP_STATUS_A_HELD, struct state, held),
	U64_FIELD(SHELLTRAP_STATUS_A_UNHELD, struct state, unheld),
	NEST_FIELD(SHELLTRAP_STATUS_A_KERNEL, struct state, kernel, &kernel_table),
};

static const struct fields state_table = FIELDS(state_fields, struct state);

int state_parse(const struct nlmsghdr *message, struct state *state, struct fault *fault)
{
	int command = attributes_command(message, fault);

	memset(state, 0, sizeof(*state));
	if (command < 0)
		return command;
	if (command != SHELLTRAP_CMD_STATUS_GET)
		return fault_set(fault, NULL, "the message is not a status");
	return attributes_read(&state_table, message, state, fault);
}

size_t state_count_rules(const struct state *state, enum shelltrap_action action)
{
	size_t count = 0, i;

	for (i = 0; i < state->each_rule_count; i++)
		count += state->each_rule[i].action.value == action;
	return count;
}

size_t state_count_enforced(const struct state *state)
{
	return state_count_rules(state, SHELLTRAP_ACTION_DENY) +
	       state_count_rules(state, SHELLTRAP_ACTION_KILL);
}

bool state_counts_alerts(const struct state_rule *rule)
{
	return rule->severity.known && rule->action.value != SHELLTRAP_ACTION_OFF &&
	       rule->action.value != SHELLTRAP_ACTION_ALLOW;
}

uint64_t state_unarmed(const struct state *state)
{
	uint64_t wanted = SHELLTRAP_ARMED_CHECK | SHELLTRAP_ARMED_DONE;

	if (state_count_enforced(state))
		wanted |= SHELLTRAP_ARMED_DENY;
	return wanted & ~state->armed.value;
}

static const char *state_name(const char *const *names, size_t count, const struct number *number)
{
	return number->known && number->value < count ? names[number->value] : NULL;
}

const char *state_hook_name(const struct state_kernel *kernel)
{
	static const char *const names[] = {
		[SHELLTRAP_PLACED_FTRACE] = "ftrace",
		[SHELLTRAP_PLACED_INT3] = "int3",
		[SHELLTRAP_PLACED_BREAKPOINT] = "breakpoint",
	};

	return state_name(names, ARRAY_SIZE(names), &kernel->hook);
}

const char *state_cgroup_name(const struct state_kernel *kernel)
{
	static const char *const names[] = {
		[SHELLTRAP_CGROUP_V2] = "v2",
		[SHELLTRAP_CGROUP_V1] = "v1",
		[SHELLTRAP_CGROUP_HYBRID] = "hybrid",
	};

	return state_name(names, ARRAY_SIZE(names), &kernel->cgroup);
}
