// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * RFC 5424: the fields are the structured data, and the summary is the message. Shelltrap
 * has no enterprise number; 32473 is reserved for documentation (RFC 5612).
 */
#include <string.h>
#include <syslog.h>

#include "format/fields.h"
#include "format/summary.h"

#define SD_ID "shelltrap@32473"
#define ELEMENT "[" SD_ID

/* RFC 5424 allows at most six digits of a second. */
static void syslog_put_stamp(struct buffer *out, const struct number *time)
{
	if (time->known)
		put_utc(out, time->value, 6);
	else
		buffer_putc(out, '-');
}

/* RFC 5424 allows printable ASCII without spaces; another name becomes "-" (not known). */
static void syslog_put_host(struct buffer *out, const char *name)
{
	size_t i;

	for (i = 0; name[i] > ' ' && name[i] < 0x7f; i++)
		;
	buffer_puts(out, i && !name[i] ? name : "-");
}

static void syslog_put_header(struct buffer *out, const struct record *record,
			      const struct view *view)
{
	buffer_printf(out, "<%d>1 ", LOG_AUTHPRIV | record_priority(record));
	syslog_put_stamp(out, &record->time);
	buffer_putc(out, ' ');
	syslog_put_host(out, view->host->name);
	buffer_printf(out, " shelltrap - %s ", record_kind_name(record_kind(record)));
}

void put_syslog_message(struct buffer *out, const struct format *format,
			const struct buffer *line, const struct record *record,
			const struct view *view)
{
	if (format != &format_syslog) {
		syslog_put_header(out, record, view);
		buffer_puts(out, "- ");
	}
	buffer_add(out, line->data, line->len - 1);
}

static void syslog_put_parameter(struct buffer *out, const struct named_value *field)
{
	static __thread struct buffer value;
	size_t i;

	buffer_reset(&value);
	fields_escape(&value, field, "");
	buffer_printf(out, " %s=\"", field->name);
	for (i = 0; i < value.len; i++) {
		if (strchr("\"\\]", value.data[i]))
			buffer_putc(out, '\\');
		buffer_putc(out, value.data[i]);
	}
	buffer_putc(out, '"');
}

/* A message that is not ASCII must start with the byte order mark of UTF-8. */
static void syslog_put_message(struct buffer *out, const struct record *record,
			       const struct view *view)
{
	static __thread struct buffer message;
	size_t i;

	buffer_reset(&message);
	put_summary(&message, record, view);
	for (i = 0; i < message.len && !(message.data[i] & 0x80); i++)
		;
	buffer_puts(out, i < message.len ? "\xef\xbb\xbf" : "");
	buffer_puts(out, message.data);
}

static void syslog_put(struct buffer *out, const struct record *record, const struct view *view)
{
	syslog_put_header(out, record, view);
	buffer_puts(out, ELEMENT);
	fields_each(out, record, view, syslog_put_parameter);
	buffer_puts(out, "] ");
	syslog_put_message(out, record, view);
	buffer_putc(out, '\n');
}

/* The length up to the closing bracket; "\]" is no closing bracket. */
static size_t syslog_element_length(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len && s[i] != ']'; i++)
		i += s[i] == '\\';
	return i < len ? i : len;
}

static bool syslog_read_back(const char *line, size_t len, struct place *place)
{
	static const struct fields_keys keys = {
		.instance = " instance=\"",
		.seq = " seq=\"",
		.last = " last=\"",
		.loss = " type=\"loss\"",
	};
	const char *element = memmem(line, len, ELEMENT, strlen(ELEMENT));

	if (!len || line[0] != '<' || !element)
		return false;
	element += strlen(ELEMENT);
	len = syslog_element_length(element, line + len - element);
	return fields_read_back(element, len, &keys, place);
}

const struct format format_syslog = {
	.name = "syslog",
	.put = syslog_put,
	.read_back = syslog_read_back,
};
