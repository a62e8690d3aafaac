// SPDX-License-Identifier: GPL-2.0-or-later
/* The status says which rules deny or kill, and why they do not do that yet. */
#include "unit.h"

#include "policy/channel.h"
#include "policy/enforcement.h"

static struct state seen;
static struct buffer out;

/* A rule without a name is off. */
static struct state_rule rule_with(const char *name, enum shelltrap_action action)
{
	return (struct state_rule){
		.name = name,
		.action = { true, name ? action : SHELLTRAP_ACTION_OFF },
	};
}

static void set_rules(const char *denies, const char *also, const char *kills)
{
	const struct state_rule all[] = {
		rule_with("alerts", SHELLTRAP_ACTION_ALERT),
		rule_with(denies, SHELLTRAP_ACTION_DENY),
		rule_with(kills, SHELLTRAP_ACTION_KILL),
		rule_with(also, SHELLTRAP_ACTION_DENY),
	};

	seen = (struct state){ .enforce = true, .each_rule_count = ARRAY_SIZE(all) };
	memcpy(seen.each_rule, all, sizeof(all));
}

static void set_observing(uint64_t seconds)
{
	seen.observing = (struct number){ true, seconds };
}

static void says(const char *status, const char *loaded)
{
	buffer_reset(&out);
	enforcement_put(&out, &seen);
	assert_string_equal(out.data, status);
	buffer_reset(&out);
	buffer_puts(&out, "in force");
	enforcement_put_loaded(&out, &seen);
	assert_string_equal(out.data, loaded);
}

TEST(a_policy_that_denies_nothing_says_so)
{
	set_rules(NULL, NULL, NULL);
	says("nothing: no rule denies or kills", "in force");
	seen.enforce = false;
	set_observing(60);
	says("nothing: no rule denies or kills", "in force");
}

TEST(rules_are_listed_by_action)
{
	set_rules("a", "b", "c");
	says("deny: a, b; kill: c", "in force, 3 rules deny or kill from now on");
	set_rules("a", NULL, NULL);
	says("deny: a", "in force, 1 rule denies or kills from now on");
	set_rules(NULL, NULL, "\033c");
	says("kill: \\ec", "in force, 1 rule denies or kills from now on");
}

TEST(the_time_left_to_observe_is_shown)
{
	set_rules("a", NULL, NULL);
	set_observing(1);
	says("observing, 1 min left: deny: a",
	     "in force, observing for 1 min: nothing is denied yet");
	set_observing(42 * 60 - 1);
	says("observing, 42 min left: deny: a",
	     "in force, observing for 42 min: nothing is denied yet");
	set_observing(36 * 3600);
	says("observing, 36 h left: deny: a",
	     "in force, observing for 36 h: nothing is denied yet");
	set_observing(365 * 24 * 3600 - 1);
	says("observing, 365 days left: deny: a",
	     "in force, observing for 365 days: nothing is denied yet");
	set_observing(OBSERVE_FOR_GOOD);
	says("observing for good: deny: a", "in force, observing for good: nothing is denied");
}

TEST(the_parameter_enforce_is_shown_before_the_time_to_observe)
{
	set_rules("a", NULL, "c");
	set_observing(60);
	seen.enforce = false;
	says("off (parameter enforce): deny: a; kill: c",
	     "in force, the parameter enforce is off: nothing is denied");
}

void tear_down_all(void)
{
	buffer_free(&out);
}
