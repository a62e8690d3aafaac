// SPDX-License-Identifier: GPL-2.0
/* The metrics give what the module reports, and nothing that it does not report. */
#include "unit.h"

#include "command/metrics.h"
#include "samples.h"

static struct buffer out;

static const char *metrics_of(const struct state *state, bool loaded)
{
	buffer_reset(&out);
	metrics_put(&out, state, loaded, &sample_kernels);
	return out.data;
}

static void assert_says(const struct state *state, const char *line)
{
	if (!strstr(metrics_of(state, true), line))
		fail_msg("'%s' is not in %s", line, out.data);
}

TEST(every_counter_has_its_metric)
{
	static const char *const lines[] = {
		"\nshelltrap_module_loaded 1\n", "\nshelltrap_listening 1\n",
		"\nshelltrap_locked 0\n", "\nshelltrap_enforcing 1\n",
		"\nshelltrap_info{version=\"1.2\",load=\"5b1f9c0e77aa01d3\"} 1\n",
		"\nshelltrap_execs_total 9007199254740993\n", "\nshelltrap_hits_total 50\n",
		"\nshelltrap_alerts_total 41\n", "\nshelltrap_lost_total 1\n",
		"\nshelltrap_overwritten_total 2\n", "\nshelltrap_unsent_total 3\n",
		"\nshelltrap_missed_total 4\n", "\nshelltrap_silenced_total 5\n",
		"\nshelltrap_dismissed_total 6\n", "\nshelltrap_repeats_total 23\n",
		"\nshelltrap_policies_total 10\n",
		"\nshelltrap_policy_rules 3\n", "\nshelltrap_policy_names 120\n",
		"\nshelltrap_policy_paths 13\n", "\nshelltrap_policy_paths_missing 14\n",
		"\nshelltrap_refused_changes_total 15\n", "\nshelltrap_lineage_tasks 16\n",
		"\nshelltrap_left_out_total 17\n", "\nshelltrap_escaped_total 21\n",
		"\nshelltrap_deny_missed_total 22\n", "\nshelltrap_servers 23\n",
		"\nshelltrap_backlog_records 31\n",
		"\nshelltrap_backlog_bytes 4194304\n", "\nshelltrap_backlog_used_bytes 25600\n",
		"\nshelltrap_slots 64\n",
		"\nshelltrap_interventions_total{verdict=\"denied\"} 18\n",
		"\nshelltrap_interventions_total{verdict=\"killed\"} 19\n",
		"\nshelltrap_interventions_total{verdict=\"would-deny\"} 20\n",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lines); i++)
		assert_says(&sample_state, lines[i]);
}

TEST(kernels_without_the_module_are_known_while_it_is_not_loaded)
{
	const char *text = metrics_of(&sample_state, false);

	assert_non_null(strstr(text, "\nshelltrap_kernel_has_module"
			       "{kernel=\"6.1.0-55-amd64\",runs=\"0\"} 1\n"));
	assert_non_null(strstr(text, "\nshelltrap_kernel_has_module"
			       "{kernel=\"6.1.0-56-amd64\",runs=\"1\"} 0\n"));
}

TEST(names_of_rules_are_escaped_in_labels)
{
	assert_says(&sample_state, "\nshelltrap_rule_hits_total"
		    "{rule=\"webserver_shell_exec\",action=\"deny\"} 7\n");
	assert_says(&sample_state, "\nshelltrap_rule_hits_total"
		    "{rule=\"a\\\"b\\\\c\\\\n\\\\xff\",action=\"allow\"} 8\n");
	assert_says(&sample_state, "\nshelltrap_rule_hits_total"
		    "{rule=\"of_tomorrow\",action=\"\"} 9\n");
}

TEST(alerts_are_counted_by_rule_and_verdict)
{
	assert_says(&sample_state, "\nshelltrap_rule_alerts_total{rule=\"webserver_shell_exec\","
		    "severity=\"critical\",verdict=\"denied\"} 4\n");
	assert_says(&sample_state, ",verdict=\"would-deny\"} 3\n");
	assert_says(&sample_state, "{rule=\"of_tomorrow\",severity=\"\",verdict=\"pending\"} 0\n");
}

TEST(verdicts_never_reached_count_zero)
{
	static const char *const never[] = { "observed", "killed", "failed", "pending" };
	char line[64];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(never); i++) {
		snprintf(line, sizeof(line), "\"critical\",verdict=\"%s\"} 0\n", never[i]);
		assert_says(&sample_state, line);
	}
}

TEST(rules_that_cannot_alert_have_no_alert_counters)
{
	struct state other = sample_state;

	assert_null(strstr(metrics_of(&other, true), "severity=\"low\""));
	other.each_rule[1].action.value = SHELLTRAP_ACTION_OFF;
	assert_null(strstr(metrics_of(&other, true), "severity=\"low\""));
	other.each_rule[1].action.value = SHELLTRAP_ACTION_KILL;
	assert_says(&other, "severity=\"low\"");
}

TEST(without_severities_there_are_no_alert_counters)
{
	struct state older = sample_state;

	older.each_rule[0].severity.known = false;
	assert_null(strstr(metrics_of(&older, true), "alerts_total{rule=\"webserver_shell_exec\""));
	assert_says(&older, "hits_total{rule=\"webserver_shell_exec\"");
}

TEST(armed_means_every_hook_that_the_policy_needs)
{
	struct state armed = sample_state;

	assert_says(&armed, "\nshelltrap_armed 0\n");
	assert_says(&armed, "\nshelltrap_hook_armed{hook=\"done\"} 1\n");
	assert_says(&armed, "\nshelltrap_hook_armed{hook=\"deny\"} 0\n");
	armed.armed.value |= SHELLTRAP_ARMED_DENY;
	assert_says(&armed, "\nshelltrap_armed 1\n");
}

TEST(observing_is_not_enforcing)
{
	struct state observing = sample_state;

	observing.observing = (struct number){ true, 60 };
	assert_says(&observing, "\nshelltrap_enforcing 0\n");
	observing.observing.known = false;
	observing.enforce = false;
	assert_says(&observing, "\nshelltrap_enforcing 0\n");
}

TEST(an_unknown_counter_is_left_out)
{
	struct state older = sample_state;

	older.deny_missed.known = false;
	assert_null(strstr(metrics_of(&older, true), "deny_missed"));
}

TEST(without_the_module_there_are_no_counters)
{
	const struct state none = {0};

	assert_non_null(strstr(metrics_of(&none, false), "\nshelltrap_module_loaded 0\n"));
	assert_non_null(strstr(out.data, "\nshelltrap_armed 0\n"));
	assert_null(strstr(out.data, "_total"));
}

void tear_down_all(void)
{
	buffer_free(&out);
}
