// SPDX-License-Identifier: GPL-2.0-or-later
#include "format/summary.h"

#include <inttypes.h>
#include <syslog.h>

/* The summary is one line for people; the fields of a record have the whole command. */
#define ARGUMENTS_SHOWN 8
#define ARGUMENT_MAX 256

int record_priority(const struct record *record)
{
	const struct alert_rule *rule = alert_leading_rule(&record->alert);

	if (!record->alert.present || !rule)
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

void put_summary(struct buffer *out, const struct record *record, const struct view *view)
{
	const struct loss *loss = &record->loss;

	if (record->alert.present) {
		summary_put_alert(out, &record->alert, view);
	} else if (loss->lost.known) {
		buffer_printf(out, "%" PRIu64 " %s lost: ", loss->lost.value,
			      loss->reason ? "records" : "execs");
		summary_put_string(out, loss_reason(loss));
	} else {
		buffer_puts(out, "an unknown number of records lost: ");
		summary_put_string(out, loss_reason(loss));
	}
}
