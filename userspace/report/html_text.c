// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/html_text.h"

#include <string.h>

#include "kernel/record.h"
#include "lib/text.h"
#include "report/markup.h"
#include "report/moment.h"

static void html_put_byte(struct buffer *out, char c)
{
	switch (c) {
	case '&':
		buffer_puts(out, "&amp;");
		break;
	case '<':
		buffer_puts(out, "&lt;");
		break;
	case '>':
		buffer_puts(out, "&gt;");
		break;
	case '"':
		buffer_puts(out, "&quot;");
		break;
	case '\'':
		buffer_puts(out, "&#39;");
		break;
	default:
		buffer_putc(out, c);
	}
}

void html_put(struct buffer *out, const char *s)
{
	struct buffer shown = {0};
	size_t i;

	text_put(&shown, s, TEXT_UTF8);
	for (i = 0; i < shown.len; i++)
		html_put_byte(out, shown.data[i]);
	buffer_free(&shown);
}

/* The page's own commands have several lines. */
static void html_put_command(struct buffer *out, const char *s)
{
	buffer_puts(out, "<pre><code>");
	while (*s) {
		size_t len = strcspn(s, "\n");
		struct buffer line = {0};

		buffer_add(&line, s, len);
		html_put(out, line.data);
		buffer_free(&line);
		s += len;
		if (*s++ != '\n')
			break;
		buffer_putc(out, '\n');
	}
	buffer_puts(out, "</code></pre>\n");
}

void html_put_value(struct buffer *out, const char *s)
{
	buffer_puts(out, "<code>");
	html_put(out, s);
	buffer_puts(out, "</code>");
}

const struct markup markup_html = {
	.begin = {
		[MARKUP_PARAGRAPH] = "<p>", [MARKUP_WARNING] = "<p class=\"warning\">",
		[MARKUP_STEPS] = "<ol class=\"steps\">\n", [MARKUP_STEP] = "<li>",
		[MARKUP_STRONG] = "<strong>",
	},
	.end = {
		[MARKUP_PARAGRAPH] = "</p>\n", [MARKUP_WARNING] = "</p>\n",
		[MARKUP_STEPS] = "</ol>\n", [MARKUP_STEP] = "</li>\n",
		[MARKUP_STRONG] = "</strong>",
	},
	.text = html_put,
	.value = html_put_value,
	.command = html_put_command,
};

void html_put_time(struct buffer *out, uint64_t time, bool fine)
{
	char iso[MOMENT_SIZE], clock[MOMENT_SIZE];

	if (!time) {
		buffer_puts(out, "unknown");
		return;
	}
	buffer_printf(out, "<time datetime=\"%s\">%s</time>", moment_iso(iso, time),
		      fine ? moment_fine_clock(clock, time) : moment_clock(clock, time));
}

void html_put_severity(struct buffer *out, unsigned int severity)
{
	const char *name = severity_name(severity);

	buffer_printf(out, "<span class=\"tag %s\">%s</span>", name ? name : "plain",
		      name ? name : "severity unknown");
}

void html_put_verdict(struct buffer *out, const struct entry *alert)
{
	const char *verdict = entry_verdict(alert);

	buffer_printf(out, "<span class=\"tag %s\">",
		      entry_is_refused(alert) ? "refused" : "plain");
	html_put(out, strcmp(verdict, "observed") ? verdict : "ran");
	buffer_puts(out, "</span>");
}
