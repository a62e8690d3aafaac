// SPDX-License-Identifier: GPL-2.0-or-later
#include "format/summary.h"

#include <inttypes.h>
#include <syslog.h>

/* The summary is one line for people; the fields of a record have the whole command. */
#define ARGUMENTS_SHOWN 8
#define ARGUMENT_MAX 256

static int event_priority(const struct event *event)
{
	if (event->kind.value == SHELLTRAP_EVENT_HEARTBEAT)
		return LOG_INFO;
	return event_is_trouble(event) ? LOG_WARNING : LOG_NOTICE;
}

int record_priority(const struct record *record)
{
	const struct alert_rule *rule = record_rule(record);

	if (record->event.present)
		return event_priority(&record->event);
	if (record->outcome.present)
		return LOG_NOTICE;
	if (!rule)
		return LOG_WARNING;
	switch (rule->severity.value) {
	case SHELLTRAP_SEVERITY_CRITICAL:
		return LOG_CRIT;
	case SHELLTRAP_SEVERITY_HIGH:
		return LOG_ERR;
	case SHELLTRAP_SEVERITY_MEDIUM:
		return LOG_WARNING;
	}
	return LOG_NOTICE;
}

static void summary_put_string(struct buffer *out, const char *s)
{
	text_put(out, s ? s : "?", TEXT_UTF8);
}

static void summary_put_command(struct buffer *out, const struct alert_process *process)
{
	struct bytes argument;
	size_t offset = 0;
	int i;

	for (i = 0; alert_argument(&process->argv, &offset, &argument); i++) {
		if (i == ARGUMENTS_SHOWN || argument.len > ARGUMENT_MAX) {
			buffer_puts(out, " ...");
			return;
		}
		buffer_puts(out, i ? " " : ": ");
		text_put_word(out, argument.data, argument.len, TEXT_UTF8);
	}
}

static void summary_put_alert(struct buffer *out, const struct alert *alert,
			      const struct view *view)
{
	const struct alert_rule *rule = alert_leading_rule(alert);
	const struct number *uid = &alert->process.uid;
	const char *user = uid->known ? view->user_name(uid->value) : NULL;
	const char *verdict = verdict_name(alert->verdict.value);
	const char *intervention = intervention_name(alert->verdict.value);

	summary_put_string(out, rule ? rule->name : NULL);
	if (intervention)
		buffer_printf(out, " %s", intervention);
	buffer_puts(out, ": ");
	summary_put_string(out, alert->comm);
	buffer_printf(out, " %s ", verdict_verb(alert->verdict.value));
	summary_put_string(out, alert->pathname);
	if (user) {
		buffer_puts(out, " as ");
		summary_put_string(out, user);
	} else if (uid->known) {
		buffer_printf(out, " as uid %" PRIu64, uid->value);
	}
	if (verdict && !intervention && alert->verdict.value != SHELLTRAP_VERDICT_OBSERVED)
		buffer_printf(out, " (%s)", verdict);
	summary_put_command(out, &alert->process);
}

/* Why an exec is not held any more. */
static void summary_put_end(struct buffer *out, const struct exec_outcome *outcome,
			    enum text_charset charset)
{
	if (outcome->why.value == SHELLTRAP_ENDED_SIGNAL)
		buffer_puts(out, " by a signal");
	switch (outcome->why.value) {
	case SHELLTRAP_ENDED_TIME:
		buffer_puts(out, ", as the time was over");
		break;
	case SHELLTRAP_ENDED_UNLOAD:
		buffer_puts(out, ", as the module was unloaded");
		break;
	default:
		if (!outcome->by.present)
			break;
		buffer_puts(out, outcome->why.value == SHELLTRAP_ENDED_SIGNAL ? " from " : " by ");
		text_put(out, outcome->by.comm ? outcome->by.comm : "?", charset);
		buffer_printf(out, "[%" PRIu64 "]", outcome->by.pid.value);
		if (outcome->why.value == SHELLTRAP_ENDED_SIGNAL)
			buffer_printf(out, " as uid %" PRIu64, outcome->by.uid.value);
	}
}

void put_outcome_summary(struct buffer *out, const struct exec_outcome *outcome,
			 enum text_charset charset)
{
	const char *verdict = verdict_name(outcome->verdict.value);

	buffer_printf(out, "the %s exec of seq %" PRIu64 " %s",
		      outcome->why.known ? "held" : "pending", outcome->of.value,
		      outcome->verdict.value == SHELLTRAP_VERDICT_HELD ? "goes on: " : "ended: ");
	buffer_puts(out, verdict ? verdict : "unknown");
	if (outcome->why.known)
		summary_put_end(out, outcome, charset);
}

static void summary_put_repeats(struct buffer *out, const struct repeats *repeats)
{
	const struct alert_rule *rule = repeats_rule(repeats);

	summary_put_string(out, rule ? rule->name : NULL);
	buffer_printf(out, ": %" PRIu64 " more execs like seq %" PRIu64 ": ", repeats->count.value,
		      repeats->of.value);
	summary_put_string(out, repeats->comm);
	buffer_printf(out, " %s ", verdict_verb(repeats->verdict.value));
	summary_put_string(out, repeats->pathname);
}

void put_loss_cause(struct buffer *out, const struct loss_cause *cause, const struct view *view,
		    enum text_charset charset)
{
	const char *user = cause->uid.known ? view->user_name(cause->uid.value) : NULL;

	buffer_printf(out, "%" PRIu64 " below ", cause->lost.value);
	text_put(out, cause->server_comm ? cause->server_comm : "no known server", charset);
	if (cause->server_pid.known)
		buffer_printf(out, " (%" PRIu64 ")", cause->server_pid.value);
	if (user) {
		buffer_puts(out, " as ");
		text_put(out, user, charset);
	} else if (cause->uid.known) {
		buffer_printf(out, " as uid %" PRIu64, cause->uid.value);
	}
	buffer_puts(out, ", ");
	text_put(out, cause->rule ? cause->rule : "not yet decided", charset);
}

/* One line has room for a single cause. */
static void summary_put_causes(struct buffer *out, const struct loss *loss,
			       const struct view *view)
{
	if (!loss->cause_count)
		return;
	buffer_puts(out, "; ");
	put_loss_cause(out, &loss->causes[0], view, TEXT_UTF8);
	if (loss->cause_count > 1)
		buffer_printf(out, "; %zu more in the record", loss->cause_count - 1);
}

static void summary_put_loss(struct buffer *out, const struct loss *loss, const struct view *view)
{
	if (loss->lost.known) {
		buffer_printf(out, "%" PRIu64 " %s lost: ", loss->lost.value,
			      loss->reason ? "records" : "execs");
		summary_put_string(out, loss_reason(loss));
	} else {
		buffer_puts(out, "an unknown number of records lost: ");
		summary_put_string(out, loss_reason(loss));
	}
	summary_put_causes(out, loss, view);
}

void put_summary(struct buffer *out, const struct record *record, const struct view *view)
{
	switch (record_kind(record)) {
	case RECORD_ALERT:
		summary_put_alert(out, &record->alert, view);
		break;
	case RECORD_EVENT:
		put_event_summary(out, &record->event, view, TEXT_UTF8);
		break;
	case RECORD_OUTCOME:
		put_outcome_summary(out, &record->outcome, TEXT_ASCII);
		break;
	case RECORD_REPEATS:
		summary_put_repeats(out, &record->repeats);
		break;
	default:
		summary_put_loss(out, &record->loss, view);
	}
}
