// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/html.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/record.h"
#include "lib/path.h"
#include "report/advice.h"
#include "report/facts.h"
#include "report/html_text.h"
#include "report/html_tree.h"
#include "report/limits.h"
#include "report/markup.h"
#include "report/rules.h"
#include "report/story.h"
#include "report/style.h"
#include "report/timeline.h"

/* One incident of the page. Its headings are one level deeper if there are several. */
struct html {
	struct page page;
	struct facts facts;
	size_t number;
	unsigned int level;
};

static void html_begin_section(const struct html *html, const char *id, const char *title)
{
	buffer_printf(html->page.out,
		      "<section aria-labelledby=\"%s%zu\">\n"
		      "<h%u class=\"name\" id=\"%s%zu\">%s</h%u>\n",
		      id, html->number, html->level + 1, id, html->number, title, html->level + 1);
}

static void html_end_section(const struct html *html)
{
	buffer_puts(html->page.out, "</section>\n");
}

/* "headers" are separated by '|'. */
static void html_begin_table(struct buffer *out, const char *caption, const char *headers)
{
	buffer_printf(out, "<table>\n<caption>%s</caption>\n<tr>", caption);
	while (*headers) {
		size_t len = strcspn(headers, "|");

		buffer_printf(out, "<th scope=\"col\">%.*s</th>", (int)len, headers);
		headers += len + (headers[len] == '|');
	}
	buffer_puts(out, "</tr>\n");
}

static void html_end_table(struct buffer *out)
{
	buffer_puts(out, "</table>\n");
}

static void html_put_rest(struct buffer *out, size_t left, const char *what)
{
	if (left)
		buffer_printf(out, "<p class=\"hint\">%zu more %s are not on this page, which "
				   "would be too long. <code>shelltrap log --format json</code> "
				   "has all of them.</p>\n",
			      left, what);
}

static void html_put_fact(struct buffer *out, const char *name, const char *value,
			  const char *more)
{
	buffer_printf(out, "<li><span>%s</span> <strong>", name);
	html_put(out, value);
	buffer_puts(out, "</strong>");
	if (more) {
		buffer_puts(out, " <small>");
		html_put(out, more);
		buffer_puts(out, "</small>");
	}
	buffer_puts(out, "</li>\n");
}

static void html_put_time_fact(const struct html *html)
{
	const struct incident *incident = html->facts.incident;
	char day[MOMENT_SIZE], from[MOMENT_SIZE], to[MOMENT_SIZE], span[MOMENT_SIZE];
	char clocks[2 * MOMENT_SIZE];

	moment_clock(from, incident->first);
	moment_clock(to, incident->last);
	snprintf(clocks, sizeof(clocks), strcmp(from, to) ? "%s to %s UTC" : "%s UTC", from, to);
	if (!strcmp(from, to))
		snprintf(clocks, sizeof(clocks), "%s UTC, within %s", from,
			 moment_span(span, incident->last - incident->first));
	html_put_fact(html->page.out, "When", moment_day(day, incident->first), clocks);
}

static void html_put_client_fact(const struct html *html)
{
	const struct facts *facts = &html->facts;
	char more[64];

	if (!facts->clients.count) {
		html_put_fact(html->page.out, "Request from", "not known", NULL);
		return;
	}
	if (facts->has_certain_client)
		snprintf(more, sizeof(more), "certain");
	else
		snprintf(more, sizeof(more), "one of %zu that it may be", facts->clients.count);
	html_put_fact(html->page.out, "Request from", facts->clients.rows[0].key, more);
}

static void html_put_refused_fact(const struct html *html)
{
	const struct facts *facts = &html->facts;
	char refused[64];

	if (!facts->refused)
		snprintf(refused, sizeof(refused), "nothing");
	else
		snprintf(refused, sizeof(refused), "%zu of %zu", facts->refused,
			 facts->incident->alert_count);
	html_put_fact(html->page.out, "Refused", refused, NULL);
}

static void html_put_facts(const struct html *html)
{
	const struct facts *facts = &html->facts;
	const struct entry *server = incident_server(facts->incident);
	struct buffer *out = html->page.out;
	char more[32];

	buffer_puts(out, "<ul class=\"facts\">\n");
	html_put_time_fact(html);
	html_put_fact(out, "Host", server->host ? server->host : "unknown", NULL);
	html_put_fact(out, "Server", incident_server_name(facts->incident), server->unit);
	if (server->container_id)
		html_put_fact(out, "Container", server->container_name ? server->container_name :
			      server->container_id, server->container_image);
	snprintf(more, sizeof(more), "and %zu more", facts->users.count - 1);
	html_put_fact(out, "Ran as", facts->users.rows[0].key,
		      facts->users.count > 1 ? more : NULL);
	html_put_client_fact(html);
	html_put_refused_fact(html);
	buffer_puts(out, "</ul>\n");
}

static void html_put_headline(const struct html *html)
{
	const struct incident *incident = html->facts.incident;
	const char *severity = severity_name(incident->leading->severity);
	struct buffer *out = html->page.out, title = {0};
	size_t count = incident->alert_count;

	story_put_title(&title, incident);
	buffer_printf(out, "<span class=\"badge\">%s</span>", severity ? severity : "alert");
	buffer_printf(out, "<span class=\"id\">%zu alert%s", count, plural(count));
	if (incident->leading->seq.known)
		buffer_printf(out, ", record %" PRIu64, incident->leading->seq.value);
	if (incident->leading->instance) {
		buffer_puts(out, " of module instance ");
		html_put(out, incident->leading->instance);
	}
	buffer_printf(out, "</span>\n<h%u class=\"headline\" id=\"incident%zu\">", html->level,
		      html->number);
	html_put(out, title.data);
	buffer_printf(out, "</h%u>\n", html->level);
	buffer_free(&title);
}

/* The sections, in the order of the page. */
static const struct {
	const char *id, *title;
} sections[] = {
	{ "what", "What happened" }, { "next", "What to do next" }, { "when", "Timeline" },
	{ "tree", "Process tree" }, { "commands", "Command lines" }, { "request", "Request" },
	{ "files", "Files" }, { "network", "Network" }, { "rules", "Rules" }, { "raw", "Records" },
};

static void html_put_contents(const struct html *html)
{
	size_t i;

	buffer_printf(html->page.out, "<nav aria-label=\"Contents%s\">\n<ul>",
		      html->level > 1 ? " of this incident" : "");
	for (i = 0; i < ARRAY_SIZE(sections); i++)
		buffer_printf(html->page.out, "<li><a href=\"#%s%zu\">%s</a></li>\n",
			      sections[i].id, html->number, sections[i].title);
	buffer_puts(html->page.out, "</ul>\n</nav>\n");
}

static void html_put_story(const struct html *html)
{
	story_put(&html->page, &html->facts);
	if (html->facts.only_starts)
		buffer_puts(html->page.out,
			    "<p>Nothing but the start of a web server was seen.</p>\n");
}

static void html_put_advice(const struct html *html)
{
	buffer_puts(html->page.out,
		    "<p class=\"hint\">In this order. The commands need root and are for the host "
		    "itself.</p>\n");
	advice_put(&html->page, &html->facts);
}

static void html_put_sensor(const struct html *html)
{
	const struct incident *incident = html->facts.incident;
	struct buffer *out = html->page.out;
	size_t i;

	if (!incident->sensor_count)
		return;
	html_begin_table(out, "What Shelltrap reported of itself in this time",
			 "Time (UTC)|What");
	for (i = 0; i < incident->sensor_count && i < SENSOR_MAX; i++) {
		buffer_puts(out, "<tr><td class=\"when\">");
		html_put_time(out, incident->sensor[i]->time, true);
		buffer_puts(out, "</td><td>");
		story_put_sensor(&html->page, incident->sensor[i]);
		buffer_puts(out, "</td></tr>\n");
	}
	html_end_table(out);
	html_put_rest(out, incident->sensor_count - i, "such records");
}

static void html_put_timeline(const struct html *html)
{
	buffer_puts(html->page.out,
		    "<p class=\"hint\">Execs by program; a larger mark is more of them. Times are "
		    "UTC.</p>\n"
		    "<div class=\"scroll\" role=\"group\" tabindex=\"0\" aria-label=\"Drawing of "
		    "the timeline\">\n");
	timeline_put(html->page.out, &html->facts, html->number);
	buffer_puts(html->page.out, "</div>\n");
	html_put_sensor(html);
}

static void html_put_processes(const struct html *html)
{
	html_put_tree(html->page.out, html->facts.incident);
}

static void html_put_command_row(struct buffer *out, const struct tally_row *row)
{
	const struct entry *alert = row->alert;
	struct buffer user = {0};

	facts_put_user(&user, alert);
	buffer_puts(out, "<tr><td class=\"when\">");
	html_put_time(out, row->first, true);
	buffer_puts(out, "</td><td>");
	html_put_value(out, alert->command);
	buffer_puts(out, "<small>as ");
	html_put(out, user.data);
	if (alert->cwd) {
		buffer_puts(out, ", in ");
		html_put(out, alert->cwd);
	}
	if (row->count > 1) {
		buffer_printf(out, ", %" PRIu64 " times, last ", row->count);
		html_put_time(out, row->last, true);
	}
	buffer_puts(out, "</small></td><td>");
	html_put_severity(out, row->severity);
	buffer_puts(out, "</td><td>");
	html_put_verdict(out, alert);
	buffer_puts(out, "</td></tr>\n");
	buffer_free(&user);
}

/* The rows that are in one array of flags and not in the other. */
static void html_put_command_rows(struct buffer *out, const struct tally *commands,
				  const bool *wanted, const bool *unwanted)
{
	size_t i;

	html_begin_table(out, "Each command line once, by its first time", "Time "
									   "(UTC)|Command|Severity|Result");
	for (i = 0; i < commands->count; i++)
		if (wanted[i] && !(unwanted && unwanted[i]))
			html_put_command_row(out, &commands->rows[i]);
	html_end_table(out);
}

static void html_put_commands(const struct html *html)
{
	const struct tally *commands = &html->facts.commands;
	size_t all = COMMANDS_MAX + COMMANDS_FOLDED_MAX, count = commands->count;
	struct buffer *out = html->page.out;
	bool *open = tally_pick(commands, COMMANDS_MAX);
	bool *shown = tally_pick(commands, all);

	if (count > COMMANDS_MAX)
		buffer_printf(out, "<p class=\"hint\">%d of %zu: the most severe ones, and of "
				   "these the first.</p>\n",
			      COMMANDS_MAX, count);
	html_put_command_rows(out, commands, open, NULL);
	if (count > COMMANDS_MAX) {
		buffer_printf(out, "<details><summary>%zu more command lines</summary>\n",
			      (count < all ? count : all) - COMMANDS_MAX);
		html_put_command_rows(out, commands, shown, open);
		buffer_puts(out, "</details>\n");
	}
	html_put_rest(out, count > all ? count - all : 0, "command lines");
	free(open);
	free(shown);
}

static void html_put_row(struct buffer *out, const char *name, const char *value)
{
	if (!value)
		return;
	buffer_printf(out, "<tr><th scope=\"row\">%s</th><td>", name);
	html_put_value(out, value);
	buffer_puts(out, "</td></tr>\n");
}

static void html_put_list_row(struct buffer *out, const char *name, const struct entry_list *list)
{
	size_t i;

	if (!list->count)
		return;
	buffer_printf(out, "<tr><th scope=\"row\">%s</th><td>", name);
	for (i = 0; i < list->count; i++) {
		buffer_puts(out, i ? ", " : "");
		html_put_value(out, list->items[i]);
	}
	buffer_puts(out, "</td></tr>\n");
}

static void html_put_witnesses(struct buffer *out, const struct entry_list *witnesses)
{
	size_t i;

	if (!witnesses->count)
		return;
	buffer_puts(out, "<tr><th scope=\"row\">Found by</th><td>");
	for (i = 0; i < witnesses->count; i++) {
		buffer_puts(out, i ? "; " : "");
		html_put(out, story_witness(witnesses->items[i]));
	}
	buffer_puts(out, "</td></tr>\n");
}

static void html_put_request_of(struct buffer *out, const struct entry *alert)
{
	char caption[128], clock[MOMENT_SIZE];
	enum request_string i;

	snprintf(caption, sizeof(caption), "The request that was served at %s UTC",
		 moment_fine_clock(clock, alert->time));
	html_begin_table(out, caption, "What|Value");
	buffer_puts(out, "<tr><th scope=\"row\">Certainty</th><td>");
	html_put_value(out, alert->certainty);
	buffer_puts(out, " ");
	html_put(out, story_certainty(alert->certainty));
	buffer_puts(out, "</td></tr>\n");
	html_put_row(out, "Client", alert->client);
	if (!alert->client)
		html_put_list_row(out, "Possible clients", &alert->clients);
	if (alert->more_clients.known && alert->more_clients.value)
		buffer_printf(out, "<tr><th scope=\"row\">Further clients</th><td>%" PRIu64 "</td>"
											    "</tr>\n",
			      alert->more_clients.value);
	html_put_row(out, "Server's address", alert->local);
	html_put_list_row(out, "Through the proxy", &alert->via);
	for (i = 0; i < REQUEST_STRINGS; i++)
		html_put_row(out, request_strings[i].label, alert->asked[i]);
	html_put_witnesses(out, &alert->witnesses);
	html_end_table(out);
}

/* Requests that differ, the first alert of each. */
static void html_put_requests(const struct html *html)
{
	const struct incident *incident = html->facts.incident;
	struct buffer *out = html->page.out, key = {0}, previous = {0};
	size_t i, shown = 0;

	for (i = 0; i < incident->alert_count && shown < REQUESTS_MAX; i++) {
		const struct entry *alert = incident->alerts[i];
		const char *uri = alert->asked[REQUEST_URI], *script = alert->asked[REQUEST_SCRIPT];

		if (!alert->certainty)
			continue;
		buffer_reset(&key);
		buffer_printf(&key, "%s %s %s %s", alert->certainty,
			      alert->client ? alert->client : "", uri ? uri : "",
			      script ? script : "");
		if (previous.data && !strcmp(key.data, previous.data))
			continue;
		buffer_reset(&previous);
		buffer_puts(&previous, key.data);
		html_put_request_of(out, alert);
		shown++;
	}
	if (!shown)
		buffer_puts(out, "<p>The records say nothing about the request. The access log of "
				 "the server has it: see what to do next.</p>\n");
	buffer_free(&key);
	buffer_free(&previous);
}

static void html_put_file_row(struct buffer *out, const struct entry *alert)
{
	struct buffer owner = {0};

	if (alert->file_user)
		buffer_printf(&owner, "%s ", alert->file_user);
	if (alert->file_uid.known)
		buffer_printf(&owner, "(uid %" PRIu64 ")", alert->file_uid.value);
	buffer_puts(out, "<tr><td>");
	html_put_value(out, alert->file_path);
	if (alert->file_sha256) {
		buffer_puts(out, "<small class=\"hash\">SHA-256 ");
		html_put(out, alert->file_sha256);
		buffer_puts(out, "</small>");
	}
	buffer_puts(out, "</td><td>");
	html_put(out, owner.data ? owner.data : "unknown");
	buffer_puts(out, "</td><td>");
	html_put(out, alert->file_mode ? alert->file_mode : "unknown");
	buffer_puts(out, "</td><td>");
	buffer_puts(out, entry_has_rule(alert, "webserver_dropped_exec") ?
		    "<span class=\"tag critical\">dropped</span>" : "no");
	buffer_puts(out, "</td></tr>\n");
	buffer_free(&owner);
}

static void html_put_files(const struct html *html)
{
	const struct tally *files = &html->facts.files;
	bool *picked = tally_pick(files, ROWS_SHOWN_MAX);
	struct buffer *out = html->page.out;
	size_t i;

	if (!files->count)
		buffer_puts(out, "<p>The records name no files.</p>\n");
	else
		html_begin_table(out, "The files of the programs, with their hash where the logger "
				      "reads files. Dropped: the attacker may have written it",
				 "File|Owner|Mode|Dropped");
	for (i = 0; i < files->count; i++)
		if (picked[i])
			html_put_file_row(out, files->rows[i].alert);
	if (files->count)
		html_end_table(out);
	html_put_rest(out, files->count > ROWS_SHOWN_MAX ? files->count - ROWS_SHOWN_MAX : 0,
		      "files");
	free(picked);
}

static void html_put_address_rows(struct buffer *out, const struct tally *tally, const char *what)
{
	size_t i;

	for (i = 0; i < tally->count && i < ROWS_SHOWN_MAX; i++) {
		const struct tally_row *row = &tally->rows[i];

		buffer_puts(out, "<tr><td>");
		html_put_value(out, row->key);
		buffer_printf(out, "</td><td>%s</td><td class=\"when\">", what);
		html_put_time(out, row->first, true);
		buffer_printf(out, "</td><td>%" PRIu64 "</td></tr>\n", row->count);
	}
}

static void html_put_network(const struct html *html)
{
	const struct facts *facts = &html->facts;
	struct buffer *out = html->page.out;

	if (!facts->peers.count && !facts->addresses.count && !facts->clients.count) {
		buffer_puts(out, "<p>No program had a network connection as its input or output, "
				 "no command line names an address, and no client is known. "
				 "Connections that a program opened itself are not seen.</p>\n");
		return;
	}
	html_begin_table(out, "Addresses. Connections that a program opened itself are not seen",
			 "Address|What it is|First (UTC)|Alerts");
	html_put_address_rows(out, &facts->peers, "connected to a program's input or output");
	html_put_address_rows(out, &facts->addresses, "named in a command line");
	html_put_address_rows(out, &facts->clients, facts->has_certain_client ?
			      "sent the request" : "may have sent the request");
	html_end_table(out);
}

static void html_put_threat(struct buffer *out, const char *id)
{
	const char *name = mitre_name(id);

	html_put(out, id);
	if (name)
		buffer_printf(out, " %s", name);
}

static void html_put_threats(const struct html *html)
{
	const struct tally *threats = &html->facts.threats;
	struct buffer *out = html->page.out;
	size_t i;

	if (!threats->count)
		return;
	html_begin_table(out, "In the terms of MITRE ATT&amp;CK", "Tactic|Technique");
	for (i = 0; i < threats->count && i < ROWS_SHOWN_MAX; i++) {
		char *tactic = threats->rows[i].key, *slash = strchr(tactic, '/');

		*slash = '\0';
		buffer_puts(out, "<tr><td>");
		html_put_threat(out, tactic);
		buffer_puts(out, "</td><td>");
		html_put_threat(out, slash + 1);
		buffer_puts(out, "</td></tr>\n");
		*slash = '/';
	}
	html_end_table(out);
}

static void html_put_rules(const struct html *html)
{
	const struct tally *rules = &html->facts.rules;
	struct buffer *out = html->page.out;
	size_t i;

	html_begin_table(out, "The rules that matched; one exec may match several",
			 "Rule|What it means|Alerts");
	for (i = 0; i < rules->count && i < ROWS_SHOWN_MAX; i++) {
		buffer_puts(out, "<tr><th scope=\"row\">");
		html_put_value(out, rules->rows[i].key);
		buffer_printf(out, "</th><td>%s</td><td>%" PRIu64 "</td></tr>\n",
			      rule_meaning(rules->rows[i].key)->meaning, rules->rows[i].count);
	}
	html_end_table(out);
	html_put_threats(html);
}

static void html_put_raw(const struct html *html)
{
	const struct incident *incident = html->facts.incident;
	struct buffer *out = html->page.out;
	size_t i, bytes = 0;

	buffer_puts(out, "<details><summary>The records as JSON</summary>\n<pre><code>");
	for (i = 0; i < incident->alert_count && bytes < RAW_BYTES_MAX; i++) {
		bytes += strlen(incident->alerts[i]->line);
		html_put(out, incident->alerts[i]->line);
		buffer_putc(out, '\n');
	}
	buffer_puts(out, "</code></pre></details>\n");
	html_put_rest(out, incident->alert_count - i, "records");
}

static void html_put_incident(const struct html *html)
{
	static void (*const put[ARRAY_SIZE(sections)])(const struct html *html) = {
		html_put_story, html_put_advice, html_put_timeline, html_put_processes,
		html_put_commands, html_put_requests, html_put_files, html_put_network,
		html_put_rules, html_put_raw,
	};
	const char *severity = severity_name(html->facts.incident->leading->severity);
	size_t i;

	buffer_printf(html->page.out, "<article class=\"%s\" aria-labelledby=\"incident%zu\">\n",
		      severity ? severity : "low", html->number);
	html_put_headline(html);
	buffer_puts(html->page.out, "<div class=\"lead\">\n");
	story_put_lead(&html->page, &html->facts);
	buffer_puts(html->page.out, "</div>\n");
	html_put_facts(html);
	html_put_contents(html);
	for (i = 0; i < ARRAY_SIZE(sections); i++) {
		html_begin_section(html, sections[i].id, sections[i].title);
		put[i](html);
		html_end_section(html);
	}
	buffer_puts(html->page.out, "</article>\n");
}

static void html_put_overview_row(struct buffer *out, const struct incident *incident,
				  size_t number)
{
	struct buffer title = {0};
	char day[MOMENT_SIZE];

	story_put_title(&title, incident);
	buffer_printf(out, "<tr><td class=\"when\">%s ", moment_day(day, incident->first));
	html_put_time(out, incident->first, false);
	buffer_puts(out, "</td><td>");
	if (number < INCIDENTS_MAX)
		buffer_printf(out, "<a href=\"#incident%zu\">", number);
	html_put(out, title.data);
	buffer_printf(out, "%s</td><td>%zu</td><td>", number < INCIDENTS_MAX ? "</a>" : "",
		      incident->alert_count);
	html_put_severity(out, incident->leading->severity);
	buffer_puts(out, "</td></tr>\n");
	buffer_free(&title);
}

static void html_put_overview(struct buffer *out, const struct collection *collection)
{
	size_t i, count = collection->incident_count;

	buffer_printf(out, "<section class=\"overview\" aria-labelledby=\"overview\">\n"
		      "<h1 class=\"headline\" id=\"overview\">%zu incidents</h1>\n", count);
	html_begin_table(out, "One for each server; after an hour of rest another one",
			 "When (UTC)|What|Alerts|Severity");
	for (i = 0; i < count && i < OVERVIEW_MAX; i++)
		html_put_overview_row(out, &collection->incidents[i], i);
	html_end_table(out);
	html_put_rest(out, count - i, "incidents");
	buffer_puts(out, "</section>\n");
}

static void html_put_head(struct buffer *out, const struct collection *collection, uint64_t made)
{
	struct buffer title = {0};
	char iso[MOMENT_SIZE];

	if (collection->incident_count == 1)
		story_put_title(&title, &collection->incidents[0]);
	else
		buffer_printf(&title, "%zu incidents", collection->incident_count);
	buffer_puts(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		    "style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n"
		    "<meta name=\"referrer\" content=\"no-referrer\">\n"
		    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		    "<title>");
	html_put(out, title.data);
	buffer_printf(out, " - Shelltrap</title>\n<style>\n%s</style>\n</head>\n<body>\n"
		      "<a class=\"skip\" href=\"#main\">To the report</a>\n"
		      "<header class=\"top\"><span><strong>Shelltrap</strong> report</span>"
		      "<span>made %s, all times in UTC</span></header>\n"
		      "<main id=\"main\">\n",
		      html_style, moment_iso(iso, made));
	buffer_free(&title);
}

void html_put_report(struct buffer *out, const struct collection *collection, uint64_t made)
{
	size_t count = collection->incident_count, i;

	html_put_head(out, collection, made);
	if (count != 1)
		html_put_overview(out, collection);
	for (i = 0; i < count && i < INCIDENTS_MAX; i++) {
		struct html html = {
			.page = { out, &markup_html },
			.number = i,
			.level = count == 1 ? 1 : 2,
		};

		facts_gather(&html.facts, &collection->incidents[i]);
		html_put_incident(&html);
		facts_free(&html.facts);
	}
	html_put_rest(out, collection->left_out, "records of this time");
	buffer_puts(out, "</main>\n<footer class=\"bottom\"><p>Shelltrap sees the execs of web "
			 "servers in the kernel. What a program did without another exec is not on "
			 "this page.</p></footer>\n</body>\n</html>\n");
}
