// SPDX-License-Identifier: GPL-2.0-or-later
/* What happened to the module itself, in one line for people. */
#include <inttypes.h>

#include "format/summary.h"

#define NS_PER_SECOND UINT64_C(1000000000)

struct event_line {
	struct buffer *out;
	const struct event *event;
	const struct view *view;
	enum text_charset charset;
};

static void event_line_text(const struct event_line *line, const char *s)
{
	text_put(line->out, s ? s : "?", line->charset);
}

static void event_line_number(const struct event_line *line, const struct number *number)
{
	if (number->known)
		buffer_printf(line->out, "%" PRIu64, number->value);
	else
		buffer_putc(line->out, '?');
}

static void event_line_names(const struct event_line *line, const char *label,
			     const struct rule_names *names)
{
	size_t i;

	for (i = 0; i < names->count; i++) {
		buffer_puts(line->out, i ? ", " : label);
		event_line_text(line, names->names[i]);
	}
}

static void event_line_policy(const struct event_line *line)
{
	const struct event *event = line->event;

	buffer_puts(line->out, "a policy of ");
	event_line_number(line, &event->rules);
	buffer_puts(line->out, " rules came into force");
	event_line_names(line, ", with new rules ", &event->came);
	event_line_names(line, ", without ", &event->went);
	event_line_names(line, ", with other actions or severities of ", &event->changed);
	if (event->observe.known && event->observe.value)
		buffer_puts(line->out, ", only observing at first");
}

static void event_line_since(const struct event_line *line)
{
	if (line->event->since.known)
		buffer_printf(line->out, ", last proof %" PRIu64 " s before",
			      line->event->since.value / NS_PER_SECOND);
}

static void event_line_count(const struct event_line *line, const char *before, const char *after)
{
	buffer_puts(line->out, before);
	event_line_number(line, &line->event->count);
	buffer_puts(line->out, after);
}

static void event_line_refused(const struct event_line *line)
{
	buffer_puts(line->out, "refused because of the lock: ");
	event_line_text(line, line->event->what);
	if (line->event->count.value > 1)
		event_line_count(line, " (", " attempts)");
}

static void event_line_heartbeat(const struct event_line *line)
{
	const struct event *event = line->event;

	buffer_printf(line->out, "alive for %" PRIu64 " s: ", event->uptime.value / NS_PER_SECOND);
	event_line_number(line, &event->execs);
	buffer_puts(line->out, " execs checked, ");
	event_line_number(line, &event->alerts);
	buffer_puts(line->out, " alerts, ");
	event_line_number(line, &event->lost);
	buffer_puts(line->out, " lost");
}

static void event_line_what(const struct event_line *line)
{
	switch (line->event->kind.value) {
	case SHELLTRAP_EVENT_LOADED:
		buffer_puts(line->out, "the module was loaded, version ");
		event_line_text(line, line->event->version);
		break;
	case SHELLTRAP_EVENT_UNLOADING:
		buffer_puts(line->out, "the module is being unloaded");
		break;
	case SHELLTRAP_EVENT_POLICY_LOADED:
		event_line_policy(line);
		break;
	case SHELLTRAP_EVENT_ENFORCE_CHANGED:
		buffer_printf(line->out, "rules that deny or kill %s",
			      line->event->enforce.value ? "do so again" : "only raise alerts now");
		break;
	case SHELLTRAP_EVENT_OBSERVE_ENDED:
		buffer_puts(line->out, "observation ended: rules deny and kill again");
		break;
	case SHELLTRAP_EVENT_LOCKED:
		buffer_puts(line->out, "the policy was locked until the next boot");
		break;
	case SHELLTRAP_EVENT_REFUSED:
		event_line_refused(line);
		break;
	case SHELLTRAP_EVENT_DISARMED:
		buffer_puts(line->out, "the probes do not fire: execs are not seen");
		event_line_since(line);
		break;
	case SHELLTRAP_EVENT_ARMED:
		buffer_puts(line->out, "the probes fire again");
		event_line_since(line);
		break;
	case SHELLTRAP_EVENT_LINEAGE_FULL:
		event_line_count(line, "no room to remember the server of ", " tasks");
		break;
	case SHELLTRAP_EVENT_LINEAGE_RECOVERED:
		buffer_puts(line->out, "the servers of all tasks are known again");
		break;
	case SHELLTRAP_EVENT_HEARTBEAT:
		event_line_heartbeat(line);
		break;
	case SHELLTRAP_EVENT_PROBE_MISSED:
		event_line_count(line, "the kernel skipped the probe ", " times");
		break;
	default:
		buffer_puts(line->out, "something that this program does not know");
	}
}

static void event_line_by(const struct event_line *line)
{
	const struct by *by = &line->event->by;
	const char *user = by->uid.known ? line->view->user_name(by->uid.value) : NULL;

	if (!by->present)
		return;
	buffer_puts(line->out, ", by ");
	event_line_text(line, by->comm);
	buffer_putc(line->out, '(');
	event_line_number(line, &by->pid);
	buffer_puts(line->out, ") as ");
	if (user) {
		event_line_text(line, user);
	} else {
		buffer_puts(line->out, "uid ");
		event_line_number(line, &by->uid);
	}
}

void put_event_summary(struct buffer *out, const struct event *event, const struct view *view,
		       enum text_charset charset)
{
	const struct event_line line = { out, event, view, charset };
	const char *name = event_name(event->kind.value);

	if (name)
		buffer_printf(out, "%s: ", name);
	else
		buffer_printf(out, "event %" PRIu64 ": ", event->kind.value);
	event_line_what(&line);
	event_line_by(&line);
}
