// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/event.h"

static const struct field by_fields[] = {
	U32_FIELD(SHELLTRAP_BY_A_PID, struct by, pid),
	STRING_FIELD(SHELLTRAP_BY_A_COMM, struct by, comm),
	U32_FIELD(SHELLTRAP_BY_A_UID, struct by, uid),
	U32_FIELD(SHELLTRAP_BY_A_LOGINUID, struct by, loginuid),
};

static const struct fields by_table = FIELDS(by_fields, struct by);

static const struct field event_fields[] = {
	U32_FIELD(SHELLTRAP_EVENT_A_KIND, struct event, kind),
	NEST_FIELD(SHELLTRAP_EVENT_A_BY, struct event, by, &by_table),
	STRING_FIELD(SHELLTRAP_EVENT_A_VERSION, struct event, version),
	BYTES_FIELD(SHELLTRAP_EVENT_A_SHA256, struct event, sha256),
	U32_FIELD(SHELLTRAP_EVENT_A_RULES, struct event, rules),
	STRINGS_FIELD(SHELLTRAP_EVENT_A_CAME, struct event, came.names, came.count),
	STRINGS_FIELD(SHELLTRAP_EVENT_A_WENT, struct event, went.names, went.count),
	STRINGS_FIELD(SHELLTRAP_EVENT_A_CHANGED, struct event, changed.names, changed.count),
	U32_FIELD(SHELLTRAP_EVENT_A_ENFORCE, struct event, enforce),
	U32_FIELD(SHELLTRAP_EVENT_A_OBSERVE, struct event, observe),
	STRING_FIELD(SHELLTRAP_EVENT_A_WHAT, struct event, what),
	U64_FIELD(SHELLTRAP_EVENT_A_COUNT, struct event, count),
	U64_FIELD(SHELLTRAP_EVENT_A_SINCE, struct event, since),
	U32_FIELD(SHELLTRAP_EVENT_A_ARMED, struct event, armed),
	U64_FIELD(SHELLTRAP_EVENT_A_UPTIME, struct event, uptime),
	U64_FIELD(SHELLTRAP_EVENT_A_EXECS, struct event, execs),
	U64_FIELD(SHELLTRAP_EVENT_A_HITS, struct event, hits),
	U64_FIELD(SHELLTRAP_EVENT_A_ALERTS, struct event, alerts),
	U64_FIELD(SHELLTRAP_EVENT_A_LOST, struct event, lost),
	U64_FIELD(SHELLTRAP_EVENT_A_OVERWRITTEN, struct event, overwritten),
	U64_FIELD(SHELLTRAP_EVENT_A_MISSED, struct event, missed),
	U32_FIELD(SHELLTRAP_EVENT_A_LINEAGE, struct event, lineage),
	U64_FIELD(SHELLTRAP_EVENT_A_LEFT_OUT, struct event, left_out),
};

const struct fields event_table = FIELDS(event_fields, struct event);

static const struct field outcome_fields[] = {
	U64_FIELD(SHELLTRAP_OUTCOME_A_OF, struct exec_outcome, of),
	U32_FIELD(SHELLTRAP_OUTCOME_A_VERDICT, struct exec_outcome, verdict),
	NEST_FIELD(SHELLTRAP_OUTCOME_A_BY, struct exec_outcome, by, &by_table),
	U32_FIELD(SHELLTRAP_OUTCOME_A_WHY, struct exec_outcome, why),
};

const struct fields outcome_table = FIELDS(outcome_fields, struct exec_outcome);

const char *ended_name(uint64_t why)
{
	static const char *const names[] = {
		[SHELLTRAP_ENDED_COMMAND] = "command",
		[SHELLTRAP_ENDED_TIME] = "time",
		[SHELLTRAP_ENDED_UNLOAD] = "unload",
		[SHELLTRAP_ENDED_SIGNAL] = "signal",
	};

	return why < ARRAY_SIZE(names) ? names[why] : NULL;
}

const char *event_name(uint64_t kind)
{
	static const char *const names[] = {
		[SHELLTRAP_EVENT_LOADED] = "loaded",
		[SHELLTRAP_EVENT_UNLOADING] = "unloading",
		[SHELLTRAP_EVENT_POLICY_LOADED] = "policy-loaded",
		[SHELLTRAP_EVENT_ENFORCE_CHANGED] = "enforce-changed",
		[SHELLTRAP_EVENT_OBSERVE_ENDED] = "observe-ended",
		[SHELLTRAP_EVENT_LOCKED] = "locked",
		[SHELLTRAP_EVENT_REFUSED] = "refused",
		[SHELLTRAP_EVENT_DISARMED] = "disarmed",
		[SHELLTRAP_EVENT_ARMED] = "armed",
		[SHELLTRAP_EVENT_LINEAGE_FULL] = "lineage-full",
		[SHELLTRAP_EVENT_LINEAGE_RECOVERED] = "lineage-recovered",
		[SHELLTRAP_EVENT_HEARTBEAT] = "heartbeat",
		[SHELLTRAP_EVENT_PROBE_MISSED] = "probe-missed",
	};

	return kind < ARRAY_SIZE(names) ? names[kind] : NULL;
}

bool event_is_trouble(const struct event *event)
{
	switch (event->kind.value) {
	case SHELLTRAP_EVENT_ENFORCE_CHANGED:
		return !event->enforce.value;
	case SHELLTRAP_EVENT_UNLOADING:
	case SHELLTRAP_EVENT_REFUSED:
	case SHELLTRAP_EVENT_DISARMED:
	case SHELLTRAP_EVENT_LINEAGE_FULL:
	case SHELLTRAP_EVENT_PROBE_MISSED:
		return true;
	}
	return false;
}
