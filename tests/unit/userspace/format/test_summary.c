// SPDX-License-Identifier: GPL-2.0
/* A record is summed up in one line, in which no control character is left. */
#include "unit.h"

#include <syslog.h>

#include "format/summary.h"
#include "samples.h"

static uint64_t storage[MESSAGE_SIZE / 8];
static struct record record;
static struct buffer out;

void tear_down(void)
{
	buffer_free(&out);
}

static const char *summary_of(const struct sample *sample)
{
	sample_parse(message_alert(storage, sample), &record);
	buffer_reset(&out);
	put_summary(&out, &record, &test_view);
	return out.data;
}

TEST(an_alert_says_who_ran_what)
{
	assert_string_equal(summary_of(&contract_example),
			    "webserver_shell_exec: php-fpm8.2 ran /bin/sh as www-data: sh -c id");
	assert_int_equal(record_priority(&record), LOG_CRIT);
}

static const char *of_verdict(uint32_t verdict)
{
	struct sample sample = contract_example;

	sample.verdict = verdict;
	return summary_of(&sample);
}

TEST(the_verdict_follows_the_name_of_the_rule)
{
	assert_string_equal(of_verdict(SHELLTRAP_VERDICT_DENIED),
			    "webserver_shell_exec DENIED: "
			    "php-fpm8.2 tried to run /bin/sh as www-data: sh -c id");
	assert_string_equal(of_verdict(SHELLTRAP_VERDICT_KILLED),
			    "webserver_shell_exec KILLED: "
			    "php-fpm8.2 tried to run /bin/sh as www-data: sh -c id");
	assert_string_equal(of_verdict(SHELLTRAP_VERDICT_WOULD_DENY),
			    "webserver_shell_exec WOULD DENY: "
			    "php-fpm8.2 ran /bin/sh as www-data: sh -c id");
	assert_string_equal(of_verdict(SHELLTRAP_VERDICT_FAILED),
			    "webserver_shell_exec: "
			    "php-fpm8.2 tried to run /bin/sh as www-data (failed): sh -c id");
}

TEST(control_characters_are_escaped)
{
	struct sample sample = contract_example;

	sample.comm = "a\nb";
	sample.pathname = "/tmp/\033[2Jx";
	sample.argv = "sh\0\r";
	sample.argv_len = 5;
	assert_string_equal(summary_of(&sample),
			    "webserver_shell_exec: a\\nb ran /tmp/\\e[2Jx as www-data: sh $'\\r'");
}

TEST(arguments_after_the_eighth_are_cut)
{
	struct sample sample = contract_example;

	sample.argv = "a\0b\0c\0d\0e\0f\0g\0h\0i";
	sample.argv_len = 18;
	assert_non_null(strstr(summary_of(&sample), ": a b c d e f g h ..."));
}

TEST(a_loss_says_how_many_and_why)
{
	sample_parse(message_loss(storage, 9, 7, 12), &record);
	put_summary(&out, &record, &test_view);
	assert_string_equal(out.data, "12 execs lost: more execs in flight than slots; 11 below "
			    "php-fpm8.2 (812) as www-data, webserver_shell_exec; 1 more in the "
			    "record");
	assert_int_equal(record_priority(&record), LOG_WARNING);
}

static const char *event_summary(uint32_t kind)
{
	sample_parse(message_event(storage, 7, kind), &record);
	buffer_reset(&out);
	put_summary(&out, &record, &test_view);
	return out.data;
}

TEST(an_event_says_what_happened_to_the_module_and_by_whom)
{
	assert_string_equal(event_summary(SHELLTRAP_EVENT_LOADED),
			    "loaded: the module was loaded, version 1.0.0, by shelltrap(4711) as root");
	assert_string_equal(event_summary(SHELLTRAP_EVENT_POLICY_LOADED),
			    "policy-loaded: a policy of 13 rules came into force, "
			    "with new rules php_mail, backup, without webserver_exec, "
			    "with other actions or severities of webserver_shell_exec, "
			    "only observing at first, by shelltrap(4711) as root");
	assert_int_equal(record_priority(&record), LOG_NOTICE);
	assert_string_equal(event_summary(SHELLTRAP_EVENT_REFUSED),
			    "refused: refused because of the lock: unload (12 attempts), "
			    "by shelltrap(4711) as root");
	assert_int_equal(record_priority(&record), LOG_WARNING);
	assert_string_equal(event_summary(SHELLTRAP_EVENT_DISARMED),
			    "disarmed: the probes do not fire: execs are not seen, "
			    "last proof 20 s before");
	assert_string_equal(event_summary(SHELLTRAP_EVENT_HEARTBEAT),
			    "heartbeat: alive for 3600 s: 120000 execs checked, 29 alerts, 2 lost");
	assert_int_equal(record_priority(&record), LOG_INFO);
}

TEST(an_outcome_names_the_alert_that_it_ends)
{
	sample_parse(message_outcome(storage, 43, 42, SHELLTRAP_VERDICT_KILLED), &record);
	buffer_reset(&out);
	put_summary(&out, &record, &test_view);
	assert_string_equal(out.data, "the pending exec of seq 42 ended: killed");
}

static const char *held_summary(uint32_t verdict, uint32_t why, bool by)
{
	sample_parse(message_held_outcome(storage, 43, 42, verdict, why, by), &record);
	buffer_reset(&out);
	put_summary(&out, &record, &test_view);
	return out.data;
}

TEST(the_outcome_of_a_held_exec_says_why_and_by_whom_it_ended)
{
	assert_string_equal(held_summary(SHELLTRAP_VERDICT_RELEASED, SHELLTRAP_ENDED_COMMAND, true),
			    "the held exec of seq 42 ended: released by shelltrap[4711]");
	assert_string_equal(held_summary(SHELLTRAP_VERDICT_KILLED, SHELLTRAP_ENDED_TIME, false),
			    "the held exec of seq 42 ended: killed, as the time was over");
	assert_string_equal(held_summary(SHELLTRAP_VERDICT_KILLED, SHELLTRAP_ENDED_SIGNAL, true),
			    "the held exec of seq 42 ended: killed by a signal from "
			    "shelltrap[4711] as uid 0");
	assert_string_equal(held_summary(SHELLTRAP_VERDICT_KILLED, SHELLTRAP_ENDED_SIGNAL, false),
			    "the held exec of seq 42 ended: killed by a signal");
}

TEST(repeats_have_the_priority_of_their_rule)
{
	sample_parse(message_repeats(storage, 43, 42, 1000), &record);
	buffer_reset(&out);
	put_summary(&out, &record, &test_view);
	assert_string_equal(out.data, "webserver_shell_exec: 1000 more execs like seq 42: "
			    "php-fpm8.2 ran /bin/sh");
	assert_int_equal(record_priority(&record), LOG_CRIT);
}
