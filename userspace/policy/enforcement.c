// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/enforcement.h"

#include <inttypes.h>

#include "lib/text.h"
#include "policy/channel.h"

#define MINUTE 60
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

static bool enforcement_is_observed_for_good(const struct state *state)
{
	return state->observing.value == OBSERVE_FOR_GOOD;
}

static void enforcement_put_duration(struct buffer *out, uint64_t seconds)
{
	if (seconds <= 2 * HOUR)
		buffer_printf(out, "%" PRIu64 " min", (seconds + MINUTE - 1) / MINUTE);
	else if (seconds <= 2 * DAY)
		buffer_printf(out, "%" PRIu64 " h", (seconds + HOUR / 2) / HOUR);
	else
		buffer_printf(out, "%" PRIu64 " days", (seconds + DAY / 2) / DAY);
}

/* "deny: a, b" */
static void enforcement_put_rules(struct buffer *out, const struct state *state, const char *verb,
				  enum shelltrap_action action)
{
	const char *before = verb;
	size_t i;

	for (i = 0; i < state->each_rule_count; i++) {
		const struct state_rule *rule = &state->each_rule[i];

		if (rule->action.value != action)
			continue;
		buffer_printf(out, before == verb ? "%s: " : "%s", before);
		text_put(out, rule->name ? rule->name : "?", TEXT_ASCII);
		before = ", ";
	}
}

static void enforcement_put_why_not(struct buffer *out, const struct state *state)
{
	if (!state->enforce) {
		buffer_puts(out, "off (parameter enforce): ");
	} else if (state->observing.known && enforcement_is_observed_for_good(state)) {
		buffer_puts(out, "observing for good: ");
	} else if (state->observing.known) {
		buffer_puts(out, "observing, ");
		enforcement_put_duration(out, state->observing.value);
		buffer_puts(out, " left: ");
	}
}

void enforcement_put(struct buffer *out, const struct state *state)
{
	size_t denies = state_count_rules(state, SHELLTRAP_ACTION_DENY);
	size_t kills = state_count_rules(state, SHELLTRAP_ACTION_KILL);
	size_t holds = state_count_rules(state, SHELLTRAP_ACTION_HOLD);

	if (!denies && !kills && !holds) {
		buffer_puts(out, "nothing: no rule denies or kills");
		return;
	}
	enforcement_put_why_not(out, state);
	enforcement_put_rules(out, state, "deny", SHELLTRAP_ACTION_DENY);
	buffer_puts(out, denies && kills ? "; " : "");
	enforcement_put_rules(out, state, "kill", SHELLTRAP_ACTION_KILL);
	buffer_puts(out, (denies || kills) && holds ? "; " : "");
	enforcement_put_rules(out, state, "hold", SHELLTRAP_ACTION_HOLD);
}

void enforcement_put_loaded(struct buffer *out, const struct state *state)
{
	size_t count = state_count_enforced(state);

	if (!count)
		return;
	if (!state->enforce) {
		buffer_puts(out, ", the parameter enforce is off: nothing is denied");
	} else if (state->observing.known && enforcement_is_observed_for_good(state)) {
		buffer_puts(out, ", observing for good: nothing is denied");
	} else if (state->observing.known) {
		buffer_puts(out, ", observing for ");
		enforcement_put_duration(out, state->observing.value);
		buffer_puts(out, ": nothing is denied yet");
	} else {
		buffer_printf(out, ", %zu rule%s or kill%s from now on", count,
			      count == 1 ? " denies" : "s deny", count == 1 ? "s" : "");
	}
}
