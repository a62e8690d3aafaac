// SPDX-License-Identifier: GPL-2.0-or-later
/* The state of the module is read with all counters, rules and flags. */
#include "unit.h"

#include "kernel/state.h"
#include "message.h"

static uint64_t storage[MESSAGE_SIZE / 8];
static struct state state_read;
static struct fault fault;

static void put_rule(struct nlmsghdr *message, const char *name, uint32_t action, uint64_t hits)
{
	struct nlattr *nest = mnl_attr_nest_start(message, SHELLTRAP_STATUS_A_RULE);

	mnl_attr_put_strz(message, SHELLTRAP_RULE_A_NAME, name);
	mnl_attr_put_u32(message, SHELLTRAP_RULE_A_ACTION, action);
	mnl_attr_put_u64(message, SHELLTRAP_RULE_A_HITS, hits);
	mnl_attr_nest_end(message, nest);
}

TEST(a_status_gives_the_values_that_it_holds)
{
	struct nlmsghdr *message = message_empty(storage, SHELLTRAP_CMD_STATUS_GET);

	mnl_attr_put_strz(message, SHELLTRAP_STATUS_A_VERSION, "0.1.0");
	mnl_attr_put_u32(message, SHELLTRAP_STATUS_A_ARMED, 3);
	mnl_attr_put(message, SHELLTRAP_STATUS_A_LISTENING, 0, NULL);
	mnl_attr_put_u64(message, SHELLTRAP_STATUS_A_SEQ_NEXT, 43);
	assert_int_equal(state_parse(message, &state_read, &fault), 0);
	assert_string_equal(state_read.version, "0.1.0");
	assert_int_equal(state_read.armed.value, 3);
	assert_true(state_read.listening);
	assert_int_equal(state_read.seq_next.value, 43);
	assert_false(state_read.missed.known);
}

TEST(rules_and_the_lock_are_read)
{
	struct nlmsghdr *message = message_empty(storage, SHELLTRAP_CMD_STATUS_GET);

	mnl_attr_put_u32(message, SHELLTRAP_STATUS_A_RULES, 2);
	mnl_attr_put_u64(message, SHELLTRAP_STATUS_A_SILENCED, 5);
	mnl_attr_put_u64(message, SHELLTRAP_STATUS_A_DISMISSED, 6);
	put_rule(message, "a", SHELLTRAP_ACTION_ALERT, 7);
	put_rule(message, "b", SHELLTRAP_ACTION_ALLOW, 5);
	mnl_attr_put_u32(message, SHELLTRAP_STATUS_A_POLICIES, 1);
	mnl_attr_put_u32(message, SHELLTRAP_STATUS_A_PATHS, 9);
	mnl_attr_put_u32(message, SHELLTRAP_STATUS_A_PATHS_MISSING, 1);
	mnl_attr_put(message, SHELLTRAP_STATUS_A_LOCKED, 0, NULL);
	mnl_attr_put_u64(message, SHELLTRAP_STATUS_A_REFUSED, 3);
	mnl_attr_put_u64(message, SHELLTRAP_STATUS_A_REPEATS, 23);
	assert_int_equal(state_parse(message, &state_read, &fault), 0);
	assert_int_equal(state_read.rules.value, 2);
	assert_int_equal(state_read.silenced.value, 5);
	assert_int_equal(state_read.dismissed.value, 6);
	assert_int_equal(state_read.repeats.value, 23);
	assert_int_equal(state_read.each_rule_count, 2);
	assert_string_equal(state_read.each_rule[1].name, "b");
	assert_int_equal(state_read.each_rule[1].action.value, SHELLTRAP_ACTION_ALLOW);
	assert_int_equal(state_read.each_rule[1].hits.value, 5);
	assert_int_equal(state_read.policies.value, 1);
	assert_int_equal(state_read.paths.value, 9);
	assert_int_equal(state_read.paths_missing.value, 1);
	assert_true(state_read.locked);
	assert_int_equal(state_read.refused.value, 3);
}

TEST(enforcement_is_read)
{
	struct nlmsghdr *message = message_empty(storage, SHELLTRAP_CMD_STATUS_GET);

	mnl_attr_put(message, SHELLTRAP_STATUS_A_ENFORCE, 0, NULL);
	mnl_attr_put_u32(message, SHELLTRAP_STATUS_A_OBSERVING, 90);
	mnl_attr_put_u64(message, SHELLTRAP_STATUS_A_DENIED, 1);
	mnl_attr_put_u64(message, SHELLTRAP_STATUS_A_KILLED, 2);
	mnl_attr_put_u64(message, SHELLTRAP_STATUS_A_WOULD_DENY, 3);
	mnl_attr_put_u64(message, SHELLTRAP_STATUS_A_ESCAPED, 4);
	mnl_attr_put_u64(message, SHELLTRAP_STATUS_A_DENY_MISSED, 5);
	assert_int_equal(state_parse(message, &state_read, &fault), 0);
	assert_true(state_read.enforce);
	assert_int_equal(state_read.observing.value, 90);
	assert_int_equal(state_read.denied.value, 1);
	assert_int_equal(state_read.killed.value, 2);
	assert_int_equal(state_read.would_deny.value, 3);
	assert_int_equal(state_read.escaped.value, 4);
	assert_int_equal(state_read.deny_missed.value, 5);
}

TEST(what_the_kernel_is_like_is_read)
{
	struct nlmsghdr *message = message_empty(storage, SHELLTRAP_CMD_STATUS_GET);
	struct nlattr *nest = mnl_attr_nest_start(message, SHELLTRAP_STATUS_A_KERNEL);

	mnl_attr_put_u32(message, SHELLTRAP_KERNEL_A_HOOK, SHELLTRAP_PLACED_INT3);
	mnl_attr_put_strz(message, SHELLTRAP_KERNEL_A_LISTEN, "inet_listen");
	mnl_attr_put(message, SHELLTRAP_KERNEL_A_MNT_NS, 0, NULL);
	mnl_attr_put_u32(message, SHELLTRAP_KERNEL_A_CGROUP, SHELLTRAP_CGROUP_HYBRID);
	mnl_attr_nest_end(message, nest);
	assert_int_equal(state_parse(message, &state_read, &fault), 0);
	assert_true(state_read.kernel.present);
	assert_string_equal(state_hook_name(&state_read.kernel), "int3");
	assert_string_equal(state_read.kernel.listen, "inet_listen");
	assert_true(state_read.kernel.mnt_ns);
	assert_string_equal(state_cgroup_name(&state_read.kernel), "hybrid");
	assert_false(state_read.kernel.preempt_rt);
}

TEST(a_kernel_of_tomorrow_has_no_name)
{
	struct state_kernel kernel = { .hook = { .known = true, .value = 99 } };

	assert_null(state_hook_name(&kernel));
	assert_null(state_cgroup_name(&kernel));
}

TEST(alerts_of_a_rule_are_read_by_verdict)
{
	static const struct {
		enum shelltrap_rule_attr attr;
		enum shelltrap_verdict verdict;
	} verdicts[] = {
		{ SHELLTRAP_RULE_A_OBSERVED, SHELLTRAP_VERDICT_OBSERVED },
		{ SHELLTRAP_RULE_A_DENIED, SHELLTRAP_VERDICT_DENIED },
		{ SHELLTRAP_RULE_A_KILLED, SHELLTRAP_VERDICT_KILLED },
		{ SHELLTRAP_RULE_A_FAILED, SHELLTRAP_VERDICT_FAILED },
		{ SHELLTRAP_RULE_A_WOULD_DENY, SHELLTRAP_VERDICT_WOULD_DENY },
		{ SHELLTRAP_RULE_A_PENDING, SHELLTRAP_VERDICT_PENDING },
	};
	struct nlmsghdr *message = message_empty(storage, SHELLTRAP_CMD_STATUS_GET);
	struct nlattr *nest = mnl_attr_nest_start(message, SHELLTRAP_STATUS_A_RULE);
	size_t i;

	mnl_attr_put_u32(message, SHELLTRAP_RULE_A_SEVERITY, SHELLTRAP_SEVERITY_HIGH);
	for (i = 0; i < ARRAY_SIZE(verdicts); i++)
		mnl_attr_put_u64(message, verdicts[i].attr, 10 + i);
	mnl_attr_nest_end(message, nest);
	assert_int_equal(state_parse(message, &state_read, &fault), 0);
	assert_int_equal(state_read.each_rule[0].severity.value, SHELLTRAP_SEVERITY_HIGH);
	for (i = 0; i < ARRAY_SIZE(verdicts); i++)
		assert_int_equal(state_read.each_rule[0].alerts[verdicts[i].verdict].value, 10 + i);
}

static uint64_t unarmed(uint32_t action, uint32_t armed)
{
	struct nlmsghdr *message = message_empty(storage, SHELLTRAP_CMD_STATUS_GET);

	mnl_attr_put_u32(message, SHELLTRAP_STATUS_A_ARMED, armed);
	put_rule(message, "a", action, 0);
	assert_int_equal(state_parse(message, &state_read, &fault), 0);
	return state_unarmed(&state_read);
}

TEST(the_return_probe_is_needed_only_if_a_rule_denies_or_kills)
{
	assert_int_equal(unarmed(SHELLTRAP_ACTION_ALERT, 3), 0);
	assert_int_equal(unarmed(SHELLTRAP_ACTION_KILL, 3), SHELLTRAP_ARMED_DENY);
	assert_int_equal(unarmed(SHELLTRAP_ACTION_DENY, 3), SHELLTRAP_ARMED_DENY);
	assert_int_equal(unarmed(SHELLTRAP_ACTION_DENY, 7), 0);
	assert_int_equal(unarmed(SHELLTRAP_ACTION_DENY, 4), 3);
	assert_int_equal(unarmed(SHELLTRAP_ACTION_ALERT, 1), SHELLTRAP_ARMED_DONE);
}

TEST(rules_beyond_the_limit_are_left_out)
{
	struct nlmsghdr *message = message_empty(storage, SHELLTRAP_CMD_STATUS_GET);
	int i;

	for (i = 0; i < SHELLTRAP_RULES_MAX + 1; i++)
		put_rule(message, "a", SHELLTRAP_ACTION_OFF, i);
	assert_int_equal(state_parse(message, &state_read, &fault), 0);
	assert_int_equal(state_read.each_rule_count, SHELLTRAP_RULES_MAX);
	assert_false(state_read.locked);
	assert_false(state_read.policies.known);
}
