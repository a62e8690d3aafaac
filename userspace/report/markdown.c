// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/markdown.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/record.h"
#include "lib/text.h"
#include "report/advice.h"
#include "report/facts.h"
#include "report/limits.h"
#include "report/markup.h"
#include "report/rules.h"
#include "report/story.h"
#include "report/tree.h"

/* The longest run of backticks: what encloses the text needs one more. */
static size_t markdown_longest_run(const char *s)
{
	size_t longest = 0, run = 0;

	for (; *s; s++) {
		run = *s == '`' ? run + 1 : 0;
		if (run > longest)
			longest = run;
	}
	return longest;
}

static void markdown_put_fence(struct buffer *out, size_t count)
{
	while (count--)
		buffer_putc(out, '`');
}

/* A code span. Where the text begins or ends with a backtick or a space it needs spaces. */
static void markdown_put_value(struct buffer *out, const char *s)
{
	struct buffer shown = {0};
	size_t fence;
	bool spaced;

	text_put(&shown, *s ? s : "(empty)", TEXT_UTF8);
	fence = markdown_longest_run(shown.data) + 1;
	spaced = strchr("` ", shown.data[0]) || strchr("` ", shown.data[shown.len - 1]);
	markdown_put_fence(out, fence);
	buffer_puts(out, spaced ? " " : "");
	buffer_puts(out, shown.data);
	buffer_puts(out, spaced ? " " : "");
	markdown_put_fence(out, fence);
	buffer_free(&shown);
}

/* Prose: all punctuation that Markdown knows is escaped, but for that of sentences. */
static void markdown_put_text(struct buffer *out, const char *s)
{
	struct buffer shown = {0};
	size_t i;

	text_put(&shown, s, TEXT_UTF8);
	for (i = 0; i < shown.len; i++) {
		if (strchr("\\`*_{}[]<>#|~&!@$^", shown.data[i]))
			buffer_putc(out, '\\');
		buffer_putc(out, shown.data[i]);
	}
	buffer_free(&shown);
}

/* A fenced block. "indent" stands before each line, for a block within a list. */
static void markdown_put_block(struct buffer *out, const char *indent, const char *s)
{
	size_t fence = markdown_longest_run(s) + 1;

	fence = fence < 3 ? 3 : fence;
	buffer_printf(out, "\n\n%s", indent);
	markdown_put_fence(out, fence);
	while (*s) {
		size_t len = strcspn(s, "\n");
		struct buffer line = {0};

		buffer_add(&line, s, len);
		buffer_printf(out, "\n%s", indent);
		text_put(out, line.data, TEXT_UTF8);
		buffer_free(&line);
		s += len + (s[len] == '\n');
	}
	buffer_printf(out, "\n%s", indent);
	markdown_put_fence(out, fence);
	buffer_printf(out, "\n\n%s", indent);
}

#define LIST_INDENT "   "

static void markdown_put_command(struct buffer *out, const char *s)
{
	markdown_put_block(out, LIST_INDENT, s);
}

const struct markup markup_markdown = {
	.begin = {
		[MARKUP_PARAGRAPH] = "", [MARKUP_WARNING] = "> ", [MARKUP_STEPS] = "",
		[MARKUP_STEP] = "1. ", [MARKUP_STRONG] = "**",
	},
	.end = {
		[MARKUP_PARAGRAPH] = "\n\n", [MARKUP_WARNING] = "\n\n", [MARKUP_STEPS] = "\n",
		[MARKUP_STEP] = "\n", [MARKUP_STRONG] = "**",
	},
	.text = markdown_put_text,
	.value = markdown_put_value,
	.command = markdown_put_command,
};

static void markdown_put_time(struct buffer *out, uint64_t time)
{
	char clock[MOMENT_SIZE];

	buffer_puts(out, moment_fine_clock(clock, time));
}

static void markdown_put_rest(struct buffer *out, size_t left, const char *what)
{
	if (left)
		buffer_printf(out, "- %zu more %s are not shown\n", left, what);
}

static const char *markdown_severity(unsigned int severity)
{
	const char *name = severity_name(severity);

	return name ? name : "severity unknown";
}

static void markdown_put_field(const struct page *page, const char *name, const char *value)
{
	if (!value)
		return;
	markup_say(page, "- %-s: %s", name, value);
	buffer_putc(page->out, '\n');
}

static void markdown_put_commands(const struct page *page, const struct facts *facts)
{
	const struct tally *commands = &facts->commands;
	bool *picked = tally_pick(commands, COMMANDS_MAX);
	struct buffer *out = page->out;
	size_t i;

	buffer_puts(out, "### Command lines\n\n");
	for (i = 0; i < commands->count; i++) {
		const struct tally_row *row = &commands->rows[i];

		if (!picked[i])
			continue;
		buffer_puts(out, "- ");
		markdown_put_time(out, row->first);
		markup_say(page, " %-s, %-s: %s", markdown_severity(row->severity),
			   entry_verdict(row->alert), row->alert->command);
		if (row->count > 1)
			buffer_printf(out, ", %" PRIu64 " times", row->count);
		buffer_putc(out, '\n');
	}
	markdown_put_rest(out, commands->count > COMMANDS_MAX ? commands->count - COMMANDS_MAX : 0,
			  "command lines");
	buffer_putc(out, '\n');
	free(picked);
}

static void markdown_put_node(const struct page *page, const struct tree_node *node, size_t *left)
{
	bool *picked = tree_pick_children(node, CHILDREN_MAX);
	size_t i, hidden = 0;

	for (i = 0; i < node->child_count; i++) {
		const struct tree_node *child = node->children[i];

		if (!picked[i] || !*left) {
			hidden += 1 + child->below;
			continue;
		}
		(*left)--;
		buffer_printf(page->out, "%*s- ", (int)(2 * (child->depth - 1)), "");
		markup_say(page, "%s process %zu%-s%-s", child->comm ? child->comm : "?",
			   (size_t)child->pid.value, child->is_server ? ", the web server" : "",
			   child->detached ? ", a process between has exited" : "");
		if (child->alert_count)
			markup_say(page, ": %s", child->alerts[child->alert_count - 1]->command);
		buffer_putc(page->out, '\n');
		markdown_put_node(page, child, left);
	}
	if (hidden)
		buffer_printf(page->out, "%*s- %zu more processes\n", (int)(2 * node->depth), "",
			      hidden);
	free(picked);
}

static void markdown_put_tree(const struct page *page, const struct facts *facts)
{
	struct tree_node *root = tree_make(facts->incident);
	size_t left = TREE_MAX;

	buffer_puts(page->out, "### Process tree\n\n");
	markdown_put_node(page, root, &left);
	buffer_putc(page->out, '\n');
	tree_free(root);
}

/* The first request that says something. */
static const struct entry *markdown_request(const struct facts *facts)
{
	const struct incident *incident = facts->incident;
	size_t i;

	for (i = 0; i < incident->alert_count; i++)
		if (incident->alerts[i]->certainty)
			return incident->alerts[i];
	return NULL;
}

static void markdown_put_request(const struct page *page, const struct facts *facts)
{
	const struct entry *alert = markdown_request(facts);
	size_t i;

	buffer_puts(page->out, "### Request\n\n");
	if (!alert) {
		buffer_puts(page->out, "The records say nothing about the request.\n\n");
		return;
	}
	markdown_put_field(page, "Certainty", alert->certainty);
	markdown_put_field(page, "Client", alert->client);
	for (i = 0; !alert->client && i < alert->clients.count; i++)
		markdown_put_field(page, "Possible client", alert->clients.items[i]);
	markdown_put_field(page, "Server's address", alert->local);
	for (i = 0; i < REQUEST_STRINGS; i++)
		markdown_put_field(page, request_strings[i].label, alert->asked[i]);
	buffer_putc(page->out, '\n');
}

static void markdown_put_files(const struct page *page, const struct facts *facts)
{
	const struct tally *files = &facts->files;
	size_t i;

	if (!files->count)
		return;
	buffer_puts(page->out, "### Files\n\n");
	for (i = 0; i < files->count && i < ROWS_SHOWN_MAX; i++) {
		const struct entry *alert = files->rows[i].alert;

		markup_say(page, "- %s, owner %s, mode %-s, SHA-256 %-s%-s", alert->file_path,
			   alert->file_user ? alert->file_user : "unknown",
			   alert->file_mode ? alert->file_mode : "unknown",
			   alert->file_sha256 ? alert->file_sha256 : "not known",
			   entry_has_rule(alert, "webserver_dropped_exec") ? ", dropped" : "");
		buffer_putc(page->out, '\n');
	}
	markdown_put_rest(page->out, files->count - i, "files");
	buffer_putc(page->out, '\n');
}

static void markdown_put_addresses(const struct page *page, const struct tally *tally,
				   const char *what)
{
	size_t i;

	for (i = 0; i < tally->count && i < ROWS_SHOWN_MAX; i++) {
		markup_say(page, "- %s: %-s", tally->rows[i].key, what);
		buffer_putc(page->out, '\n');
	}
}

static void markdown_put_network(const struct page *page, const struct facts *facts)
{
	if (!facts->peers.count && !facts->addresses.count)
		return;
	buffer_puts(page->out, "### Network\n\n");
	markdown_put_addresses(page, &facts->peers, "connected to a program's input or output");
	markdown_put_addresses(page, &facts->addresses, "named in a command line");
	buffer_putc(page->out, '\n');
}

static void markdown_put_rules(const struct page *page, const struct facts *facts)
{
	size_t i;

	buffer_puts(page->out, "### Rules\n\n");
	for (i = 0; i < facts->rules.count && i < ROWS_SHOWN_MAX; i++) {
		const char *name = facts->rules.rows[i].key;

		markup_say(page, "- %s: %-s", name, rule_meaning(name)->meaning);
		buffer_putc(page->out, '\n');
	}
	for (i = 0; i < facts->threats.count && i < ROWS_SHOWN_MAX; i++) {
		const char *id = facts->threats.rows[i].key;
		const char *name = mitre_name(strchr(id, '/') + 1);

		markup_say(page, "- MITRE ATT&CK %s %-s", id, name ? name : "");
		buffer_putc(page->out, '\n');
	}
	buffer_putc(page->out, '\n');
}

static void markdown_put_sensor(const struct page *page, const struct facts *facts)
{
	const struct incident *incident = facts->incident;
	size_t i;

	if (!incident->sensor_count)
		return;
	buffer_puts(page->out, "### What Shelltrap reported of itself in this time\n\n");
	for (i = 0; i < incident->sensor_count && i < SENSOR_MAX; i++) {
		buffer_puts(page->out, "- ");
		markdown_put_time(page->out, incident->sensor[i]->time);
		buffer_putc(page->out, ' ');
		story_put_sensor(page, incident->sensor[i]);
		buffer_putc(page->out, '\n');
	}
	markdown_put_rest(page->out, incident->sensor_count - i, "such records");
	buffer_putc(page->out, '\n');
}

static void markdown_put_raw(const struct page *page, const struct facts *facts)
{
	const struct incident *incident = facts->incident;
	struct buffer lines = {0};
	size_t i;

	buffer_puts(page->out, "<details><summary>The records as JSON</summary>");
	for (i = 0; i < incident->alert_count && lines.len < RAW_BYTES_MAX / 8; i++)
		buffer_printf(&lines, "%s%s", i ? "\n" : "", incident->alerts[i]->line);
	if (lines.data)
		markdown_put_block(page->out, "", lines.data);
	buffer_puts(page->out, "</details>\n\n");
	markdown_put_rest(page->out, incident->alert_count - i, "records");
	buffer_free(&lines);
}

static void markdown_put_headline(const struct page *page, const struct incident *incident)
{
	const struct entry *leading = incident->leading;
	struct buffer title = {0};

	story_put_title(&title, incident);
	buffer_puts(page->out, "## ");
	markup_text(page, title.data);
	buffer_printf(page->out, "\n\n**%s**, %zu alert%s", markdown_severity(leading->severity),
		      incident->alert_count, plural(incident->alert_count));
	if (leading->seq.known && leading->instance)
		markup_say(page, ", record %zu of module instance %s", (size_t)leading->seq.value,
			   leading->instance);
	buffer_puts(page->out, "\n\n");
	buffer_free(&title);
}

static void markdown_put_incident(const struct page *page, const struct facts *facts)
{
	markdown_put_headline(page, facts->incident);
	story_put_lead(page, facts);
	story_put(page, facts);
	buffer_puts(page->out, "### What to do next\n\n");
	advice_put(page, facts);
	markdown_put_tree(page, facts);
	markdown_put_commands(page, facts);
	markdown_put_request(page, facts);
	markdown_put_files(page, facts);
	markdown_put_network(page, facts);
	markdown_put_rules(page, facts);
	markdown_put_sensor(page, facts);
	markdown_put_raw(page, facts);
}

void markdown_put_report(struct buffer *out, const struct collection *collection, uint64_t made)
{
	const struct page page = { out, &markup_markdown };
	size_t count = collection->incident_count, i;
	char iso[MOMENT_SIZE];

	buffer_printf(out, "# Shelltrap report\n\n%zu incident%s; made %s, all times in UTC.\n\n",
		      count, plural(count), moment_iso(iso, made));
	for (i = 0; i < count && i < INCIDENTS_MAX; i++) {
		struct facts facts;

		facts_gather(&facts, &collection->incidents[i]);
		markdown_put_incident(&page, &facts);
		facts_free(&facts);
	}
	markdown_put_rest(out, count - i, "incidents");
	markdown_put_rest(out, collection->left_out, "records");
}
