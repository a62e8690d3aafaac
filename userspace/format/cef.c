// SPDX-License-Identifier: GPL-2.0-or-later
/* ArcSight Common Event Format, version 0, without a syslog header before it. */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "format/fields.h"
#include "format/summary.h"
#include "lib/path.h"
#include "lib/utf8.h"

/*
 * The same table is in shelltrap-formats(5). A field that is not here gets a custom key:
 * "Shelltrap" and its name in camel case, as in ShelltrapProcessExe.
 */
static const struct {
	const char *name, *key;
	bool is_labelled;	/* a custom key of CEF: "csNLabel" names the field */
} keys[] = {
	{ "type", "cat", false },
	{ "seq", "externalId", false },
	{ "instance", "cs6", true },
	{ "host", "dvchost", false },
	{ "host", "dhost", false },
	{ "rules", "cs2", true },
	{ "verdict", "act", false },
	{ "comm", "cs4", true },
	{ "process.pid", "dpid", false },
	{ "process.comm", "dproc", false },
	{ "process.argv", "cs1", true },
	{ "process.uid", "suid", false },
	{ "process.euid", "duid", false },
	{ "process.user", "suser", false },
	{ "process.euser", "duser", false },
	{ "process.loginuid", "cn1", true },
	{ "process.sessionid", "cn2", true },
	{ "file.path", "filePath", false },
	{ "file.ino", "fileId", false },
	{ "file.mode", "filePermission", false },
	{ "file.sha256", "fileHash", false },
	{ "unit", "destinationServiceName", false },
	{ "server.pid", "spid", false },
	{ "server.comm", "sproc", false },
	{ "ancestors", "cs3", true },
	{ "request.method", "requestMethod", false },
	{ "request.uri", "request", false },
	{ "request.user_agent", "requestClientApplication", false },
	{ "threat", "cs5", true },
	{ "lost", "cnt", false },
	{ "why", "reason", false },
};

/* Fields without an extension: the header or another field has their value. */
static const char *const elsewhere[] = { "rule", "event", "stdin_type" };

static bool cef_is_elsewhere(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(elsewhere); i++)
		if (!strcmp(elsewhere[i], name))
			return true;
	return false;
}

static void cef_put_own_key(struct buffer *out, const char *name)
{
	bool begins = true;

	buffer_puts(out, " Shelltrap");
	for (; *name; name++) {
		if (isalnum((unsigned char)*name))
			buffer_putc(out, begins ? toupper(*name) : *name);
		begins = !isalnum((unsigned char)*name);
	}
	buffer_putc(out, '=');
}

/* Many readers trim a value, so a space at its start or end is written as "\x20". */
static void cef_put_value(struct buffer *out, const struct named_value *field)
{
	static __thread struct buffer value;
	size_t begin, end, i;

	buffer_reset(&value);
	buffer_puts(&value, "");
	fields_escape(&value, field, "\n\r");
	begin = strspn(value.data, " ");
	for (end = value.len; end > begin && value.data[end - 1] == ' '; end--)
		;
	for (i = 0; i < value.len; i++) {
		char c = value.data[i];

		if (i < begin || i >= end) {
			buffer_puts(out, "\\\\x20");
			continue;
		}
		if (strchr("\\=\n\r", c))
			buffer_putc(out, '\\');
		buffer_putc(out, c == '\n' ? 'n' : c == '\r' ? 'r' : c);
	}
}

static void cef_put_extension(struct buffer *out, const struct named_value *field)
{
	bool has_key = cef_is_elsewhere(field->name);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(keys); i++) {
		if (strcmp(keys[i].name, field->name))
			continue;
		if (keys[i].is_labelled)
			buffer_printf(out, " %sLabel=%s", keys[i].key, field->name);
		buffer_printf(out, " %s=", keys[i].key);
		cef_put_value(out, field);
		has_key = true;
	}
	if (has_key)
		return;
	cef_put_own_key(out, field->name);
	cef_put_value(out, field);
}

/* Bytes escaped as in the native JSON. Valid until the next call in this thread. */
static struct named_value cef_field(const char *bytes)
{
	static __thread struct buffer text;

	buffer_reset(&text);
	buffer_puts(&text, "");
	utf8_escape(&text, bytes, strlen(bytes));
	return (struct named_value){ .value = text.data, .len = text.len };
}

static void cef_put_header_field(struct buffer *out, const char *bytes)
{
	static __thread struct buffer value;
	const struct named_value field = cef_field(bytes ? bytes : "");
	size_t i;

	buffer_reset(&value);
	fields_escape(&value, &field, "");
	for (i = 0; i < value.len; i++) {
		if (strchr("|\\", value.data[i]))
			buffer_putc(out, '\\');
		buffer_putc(out, value.data[i]);
	}
	buffer_putc(out, '|');
}

static const char *cef_severity(const struct alert_rule *rule)
{
	static const char *const numbers[] = {
		[SHELLTRAP_SEVERITY_LOW] = "3",
		[SHELLTRAP_SEVERITY_MEDIUM] = "5",
		[SHELLTRAP_SEVERITY_HIGH] = "8",
		[SHELLTRAP_SEVERITY_CRITICAL] = "10",
	};
	uint64_t severity = rule ? rule->severity.value : 0;

	return severity < ARRAY_SIZE(numbers) && numbers[severity] ? numbers[severity] : "Unknown";
}

static void cef_put_event_header(struct buffer *out, const struct event *event)
{
	const char *name = event_name(event->kind.value);
	char digits[24];

	snprintf(digits, sizeof(digits), "%" PRIu64, event->kind.value);
	cef_put_header_field(out, name ? name : digits);
	buffer_printf(out, "the sensor itself|%s|", event_is_trouble(event) ? "5" : "3");
}

static void cef_put_header(struct buffer *out, const struct record *record)
{
	const struct alert_rule *rule = record_rule(record);

	buffer_puts(out, "CEF:0|Shelltrap|Shelltrap|" SHELLTRAP_VERSION "|");
	if (record->loss.present) {
		buffer_puts(out, "loss|alerts lost|5|");
		return;
	}
	if (record->outcome.present) {
		buffer_printf(out, "outcome|a %s exec ended|3|",
			      record->outcome.why.known ? "held" : "pending");
		return;
	}
	if (record->event.present) {
		cef_put_event_header(out, &record->event);
		return;
	}
	cef_put_header_field(out, rule ? rule->name : NULL);
	cef_put_header_field(out, rule && rule->title ? rule->title : rule ? rule->name : NULL);
	buffer_printf(out, "%s|", cef_severity(rule));
}

static void cef_put_time(struct buffer *out, const struct number *time)
{
	if (time->known)
		buffer_printf(out, " rt=%" PRIu64, time->value / 1000000);
}

struct end {
	const char *ip4, *ip6, *ip6_label, *port;
};

static const struct end source = { "src", "c6a2", "Source IPv6 Address", "spt" };
static const struct end destination = { "dst", "c6a3", "Destination IPv6 Address", "dpt" };

static void cef_put_end(struct buffer *out, const struct end *end, const struct bytes *addr,
			const struct number *port)
{
	static __thread struct buffer ip;

	buffer_reset(&ip);
	if (!put_ip_address(&ip, addr))
		return;
	if (strchr(ip.data, ':'))
		buffer_printf(out, " %sLabel=%s %s=%s", end->ip6, end->ip6_label, end->ip6,
			      ip.data);
	else
		buffer_printf(out, " %s=%s", end->ip4, ip.data);
	if (port->known)
		buffer_printf(out, " %s=%" PRIu64, end->port, port->value);
}

/* src is always this host's end, also where the peer has opened the connection. */
static void cef_put_connection(struct buffer *out, const struct alert_stdio *stdio)
{
	if (!stdio)
		return;
	cef_put_end(out, &source, &stdio->local_addr, &stdio->local_port);
	cef_put_end(out, &destination, &stdio->peer_addr, &stdio->peer_port);
}

static void cef_put_file_name(struct buffer *out, const char *path)
{
	struct named_value field;

	if (!path)
		return;
	field = cef_field(path_name(path));
	buffer_puts(out, " fname=");
	cef_put_value(out, &field);
}

static void cef_put_outcome(struct buffer *out, const struct number *verdict)
{
	bool ran = verdict->value == SHELLTRAP_VERDICT_OBSERVED ||
		   verdict->value == SHELLTRAP_VERDICT_WOULD_DENY ||
		   verdict->value == SHELLTRAP_VERDICT_RELEASED;

	if (verdict->known && verdict->value != SHELLTRAP_VERDICT_PENDING &&
	    verdict->value != SHELLTRAP_VERDICT_HELD)
		buffer_printf(out, " outcome=%s", ran ? "success" : "failure");
}

/* The last extension is never empty: some readers do not accept an empty value there. */
static void cef_put_message(struct buffer *out, const struct record *record,
			    const struct view *view)
{
	static __thread struct buffer summary;
	struct named_value field = {0};

	buffer_reset(&summary);
	put_summary(&summary, record, view);
	field.value = summary.data;
	field.len = summary.len;
	buffer_puts(out, " msg=");
	cef_put_value(out, &field);
}

/*
 * Each extension starts with a space, also the first one: some readers expect it and would
 * drop the first letter of the key, and no reader rejects it.
 */
static void cef_put(struct buffer *out, const struct record *record, const struct view *view)
{
	cef_put_header(out, record);
	fields_each(out, record, view, cef_put_extension);
	cef_put_time(out, &record->time);
	if (record->alert.present) {
		cef_put_outcome(out, &record->alert.verdict);
		cef_put_file_name(out, record->alert.file.path);
		cef_put_connection(out, alert_connection(&record->alert));
	}
	cef_put_message(out, record, view);
	buffer_putc(out, '\n');
}

/* Returns the text after the header's seventh bar, or NULL. "\|" is no bar. */
static const char *cef_extensions(const char *line, size_t len)
{
	const char *end = line + len;
	int bars = 0;

	for (; line < end; line++) {
		if (*line == '|' && ++bars == 7)
			return line + 1;
		line += *line == '\\';
	}
	return NULL;
}

static bool cef_read_back(const char *line, size_t len, struct place *place)
{
	static const struct fields_keys names = {
		.instance = " cs6=",
		.seq = " externalId=",
		.last = " ShelltrapLast=",
		.loss = " cat=loss",
	};
	const char *extensions = cef_extensions(line, len);

	if (!extensions || memcmp(line, "CEF:", strlen("CEF:")))
		return false;
	return fields_read_back(extensions, line + len - extensions, &names, place);
}

const struct format format_cef = {
	.name = "cef",
	.put = cef_put,
	.read_back = cef_read_back,
};
