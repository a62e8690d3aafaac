// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One line for each record, within 120 columns: time, the host if there may be several,
 * severity, server, user, what was run, client or connection, unit. Columns are cut, and what
 * is cut ends in an ellipsis.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

#include "format/format.h"
#include "format/summary.h"
#include "lib/when.h"
#include "lib/utf8.h"

#define HOST_COLUMNS	10
#define SERVER_COLUMNS	14
#define USER_COLUMNS	10
#define CLIENT_COLUMNS	15
#define UNIT_COLUMNS	20
#define WHAT_COLUMNS	25
#define OTHER_COLUMNS	87
/* With a column for the host, these two are that much narrower. */
#define UNIT_GIVES	5
#define WHAT_GIVES	(HOST_COLUMNS + 1 - UNIT_GIVES)
/* Arguments beyond this many bytes would be cut anyway. */
#define WHAT_BYTES	1024

/* Wide characters take two columns, combining ones none; control characters do not occur. */
static int compact_width(uint32_t c)
{
	int width = wcwidth(c);

	return width < 0 ? 1 : width;
}

static size_t compact_columns(const char *text, size_t len)
{
	size_t columns = 0;

	while (len) {
		uint32_t c;
		size_t length = utf8_decode(text, len, &c);

		if (!length)
			length = 1;
		else
			columns += compact_width(c);
		text += length;
		len -= length;
	}
	return columns;
}

/* How many bytes of the text fit into so many columns. */
static size_t compact_fit(const char *text, size_t len, size_t columns, size_t *used)
{
	size_t at = 0;

	for (*used = 0; at < len;) {
		uint32_t c;
		size_t length = utf8_decode(text + at, len - at, &c);
		size_t width = length ? compact_width(c) : 1;

		if (*used + width > columns)
			break;
		*used += width;
		at += length ? length : 1;
	}
	return at;
}

/* Appends the text, whose bytes are escaped already, in exactly so many columns. */
static void compact_column(struct buffer *out, const struct buffer *text, size_t columns,
			   const struct view *view)
{
	const char *rest = view->charset == TEXT_UTF8 ? "…" : ".";
	size_t used = 0, fit;

	if (text->len && compact_columns(text->data, text->len) > columns) {
		fit = compact_fit(text->data, text->len, columns - 1, &used);
		buffer_add(out, text->data, fit);
		buffer_puts(out, rest);
		used++;
	} else if (text->len) {
		fit = compact_fit(text->data, text->len, columns, &used);
		buffer_add(out, text->data, fit);
	}
	buffer_printf(out, "%*s", (int)(columns - used), "");
}

static void compact_text(struct buffer *out, const char *text, size_t columns,
			 const struct view *view)
{
	static __thread struct buffer escaped;

	buffer_reset(&escaped);
	buffer_puts(&escaped, "");
	text_put(&escaped, text ? text : "-", view->charset);
	compact_column(out, &escaped, columns, view);
	buffer_putc(out, ' ');
}

static void compact_begin(struct buffer *out, const struct number *when, const struct view *view)
{
	static __thread struct buffer text;

	buffer_reset(&text);
	if (when->known)
		when_put(&text, when->value);
	else
		buffer_puts(&text, "(time unknown)");
	buffer_printf(out, "%-22s ", text.data);
	if (view->shows_host)
		compact_text(out, view->host->name, HOST_COLUMNS, view);
}

static void compact_put_what(struct buffer *out, const struct alert *alert, const struct view *view)
{
	static __thread struct buffer what;
	const struct bytes *argv = &alert->process.argv;
	const char *verdict = intervention_name(alert->verdict.value);
	struct bytes argument;
	size_t offset = 0;

	buffer_reset(&what);
	buffer_puts(&what, "");
	if (verdict)
		buffer_printf(&what, "%s ", verdict);
	if (!argv->len)
		text_put(&what, alert->pathname ? alert->pathname : "?", view->charset);
	while (what.len < WHAT_BYTES && alert_argument(argv, &offset, &argument)) {
		if (argument.len > WHAT_BYTES)
			argument.len = WHAT_BYTES;
		text_put_word(&what, argument.data, argument.len, view->charset);
		buffer_putc(&what, ' ');
	}
	compact_column(out, &what, WHAT_COLUMNS - (view->shows_host ? WHAT_GIVES : 0), view);
	buffer_putc(out, ' ');
}

/* "?" before a client that it may have been; ">" before the other end of stdin or stdout. */
static void compact_put_client(struct buffer *out, const struct alert *alert,
			       const struct view *view)
{
	const struct alert_stdio *connection = alert_connection(alert);
	const struct alert_request *request = &alert->request;
	static __thread struct buffer client;

	buffer_reset(&client);
	buffer_puts(&client, "");
	if (request->client_count) {
		buffer_puts(&client, request_client(request) ? "" : "?");
		put_ip_address(&client, &request->clients[0].addr);
	} else if (connection) {
		buffer_putc(&client, '>');
		put_ip_address(&client, &connection->peer_addr);
	}
	compact_text(out, client.len ? client.data : NULL, CLIENT_COLUMNS, view);
}

static void compact_put_unit(struct buffer *out, const struct alert *alert, const struct view *view)
{
	static __thread struct buffer unit;
	struct container container;
	struct span span;

	buffer_reset(&unit);
	buffer_puts(&unit, "");
	if (alert->cgroup_path && container_of_cgroup(alert->cgroup_path, &container))
		span = container.id;
	else if (!alert->cgroup_path || !unit_of_cgroup(alert->cgroup_path, &span))
		span = (struct span){ "-", 1 };
	buffer_add(&unit, span.start, span.len);
	compact_text(out, unit.data, UNIT_COLUMNS - (view->shows_host ? UNIT_GIVES : 0), view);
}

static void compact_put_alert(struct buffer *out, const struct record *record,
			      const struct view *view)
{
	const struct alert *alert = &record->alert;
	const struct alert_rule *rule = alert_leading_rule(alert);
	const char *severity = rule ? severity_name(rule->severity.value) : NULL;
	const struct number *uid = &alert->process.uid;
	const char *user = uid->known ? view->user_name(uid->value) : NULL;
	char number[24];

	snprintf(number, sizeof(number), "%" PRIu64, uid->value);
	buffer_printf(out, "%-8s ", severity ? severity : "-");
	compact_text(out, alert->server.present ? alert->server.comm : alert->comm,
		     SERVER_COLUMNS, view);
	compact_text(out, user ? user : uid->known ? number : NULL, USER_COLUMNS, view);
	compact_put_what(out, alert, view);
	compact_put_client(out, alert, view);
	compact_put_unit(out, alert, view);
}

/* A line without columns of its own. */
static void compact_other(struct buffer *out, const char *word, const struct buffer *what,
			  const struct view *view)
{
	buffer_printf(out, "%-8s ", word);
	compact_column(out, what, OTHER_COLUMNS - (view->shows_host ? HOST_COLUMNS + 1 : 0),
		       view);
}

static void compact_put_loss(struct buffer *out, const struct record *record,
			     const struct view *view)
{
	const struct loss *loss = &record->loss;
	static __thread struct buffer what;

	buffer_reset(&what);
	if (loss->lost.known)
		buffer_printf(&what, "%" PRIu64 " ", loss->lost.value);
	else
		buffer_puts(&what, "an unknown number of ");
	buffer_printf(&what, "%s: ", loss->reason ? "records" : "execs");
	text_put(&what, loss_reason(loss), view->charset);
	compact_other(out, "LOST", &what, view);
}

static void compact_put_event(struct buffer *out, const struct record *record,
			      const struct view *view)
{
	static __thread struct buffer what;

	buffer_reset(&what);
	put_event_summary(&what, &record->event, view, view->charset);
	compact_other(out, "EVENT", &what, view);
}

static void compact_put_outcome(struct buffer *out, const struct record *record,
				const struct view *view)
{
	static __thread struct buffer what;

	buffer_reset(&what);
	put_outcome_summary(&what, &record->outcome, view->charset);
	compact_other(out, "OUTCOME", &what, view);
}

static void compact_put_repeats(struct buffer *out, const struct record *record,
				const struct view *view)
{
	const struct repeats *repeats = &record->repeats;
	const struct alert_rule *rule = repeats_rule(repeats);
	const char *severity = rule ? severity_name(rule->severity.value) : NULL;
	static __thread struct buffer what;

	buffer_reset(&what);
	buffer_printf(&what, "%" PRIu64 " more like seq %" PRIu64 ": ", repeats->count.value,
		      repeats->of.value);
	text_put(&what, repeats->comm ? repeats->comm : "?", view->charset);
	buffer_printf(&what, " %s ", verdict_verb(repeats->verdict.value));
	text_put(&what, repeats->pathname ? repeats->pathname : "?", view->charset);
	compact_other(out, severity ? severity : "-", &what, view);
}

static void compact_put(struct buffer *out, const struct record *record, const struct view *view)
{
	static void (*const put[])(struct buffer *out, const struct record *record,
				   const struct view *view) = {
		[RECORD_ALERT] = compact_put_alert,
		[RECORD_LOSS] = compact_put_loss,
		[RECORD_EVENT] = compact_put_event,
		[RECORD_OUTCOME] = compact_put_outcome,
		[RECORD_REPEATS] = compact_put_repeats,
	};
	enum record_kind kind = record_kind(record);

	compact_begin(out, &record->time, view);
	put[kind ? kind : RECORD_LOSS](out, record, view);
	while (out->len && out->data[out->len - 1] == ' ')
		out->data[--out->len] = '\0';
	buffer_putc(out, '\n');
}

const struct format format_compact = {
	.name = "compact",
	.put = compact_put,
};
