// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/story.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/path.h"
#include "report/rules.h"

/* Values that a sentence lists before it says how many more there are. */
#define LISTED_MAX 8

void story_put_title(struct buffer *out, const struct incident *incident)
{
	const struct entry *leading = incident->leading;
	const struct rule_meaning *meaning = rule_meaning(leading->rule);

	buffer_puts(out, meaning->title);
	if (!leading->rule || strcmp(leading->rule, "webserver_exec"))
		buffer_printf(out, " under %s", incident_server_name(incident));
	else
		buffer_printf(out, ": %s", path_name(entry_program(leading)));
	if (leading->host)
		buffer_printf(out, " on %s", leading->host);
}

static void story_list(const struct page *page, const struct tally *tally)
{
	size_t i, shown = tally->count <= LISTED_MAX ? tally->count : LISTED_MAX - 1;

	for (i = 0; i < shown; i++)
		markup_say(page, "%-s%s", !i ? "" : i + 1 == tally->count ? " and " : ", ",
			   tally->rows[i].key);
	if (shown < tally->count)
		markup_say(page, " and %zu more", tally->count - shown);
}

static void story_when(const struct page *page, uint64_t time)
{
	char day[MOMENT_SIZE], clock[MOMENT_SIZE];

	markup_say(page, "on %-s at %-s UTC", moment_day(day, time), moment_clock(clock, time));
}

static const char *story_verb(const struct entry *alert)
{
	if (entry_is_refused(alert) || !strcmp(entry_verdict(alert), "failed"))
		return "tried to run";
	return "ran";
}

/* The server as "php-fpm8.2 (process 197, unit php8.2-fpm.service)". */
static void story_server(const struct page *page, const struct incident *incident)
{
	const struct entry *alert = incident_server(incident);
	struct entry_task root = entry_root(alert);

	markup_value(page, incident_server_name(incident));
	if (root.pid.known)
		markup_say(page, " (process %zu", (size_t)root.pid.value);
	if (root.pid.known && alert->unit)
		markup_say(page, ", unit %s", alert->unit);
	markup_text(page, root.pid.known ? ")" : "");
}

static void story_refusal(const struct page *page, const struct facts *facts)
{
	size_t all = facts->incident->alert_count;

	markup_begin(page, MARKUP_STRONG);
	if (facts->refused == all)
		markup_text(page, all == 1 ? "Shelltrap refused it." : "Shelltrap refused all of "
								       "it.");
	else if (facts->refused)
		markup_say(page, "Shelltrap refused %zu of %zu; %zu ran.", facts->refused, all,
			   facts->ran);
	else if (facts->ran == all)
		markup_text(page, all == 1 ? "It was not refused: it ran." :
			    "Nothing was refused: all of it ran.");
	else
		markup_say(page, "Nothing was refused: %zu of %zu ran.", facts->ran, all);
	markup_end(page, MARKUP_STRONG);
	if (facts->failed)
		markup_say(page, " %zu failed for another reason.", facts->failed);
	if (facts->waiting)
		markup_say(page, " Of %zu it is not known yet how they end.", facts->waiting);
	if (facts->would_deny)
		markup_say(page, " The policy would have refused %zu, but it was only observing.",
			   facts->would_deny);
}

static void story_put_start(const struct page *page, const struct facts *facts)
{
	const struct incident *incident = facts->incident;

	markup_say(page, "The program of a web server was started ");
	story_when(page, incident->first);
	markup_say(page, ": %s, by ", entry_program(incident->leading));
	markup_say(page, "%s, as ", incident->leading->comm ? incident->leading->comm : "?");
	story_list(page, &facts->users);
	markup_say(page, ". A restart or an update does this, and then it is harmless. ");
	story_refusal(page, facts);
}

void story_put_lead(const struct page *page, const struct facts *facts)
{
	const struct incident *incident = facts->incident;
	const struct entry *first = incident->alerts[0];
	char span[MOMENT_SIZE];

	markup_begin(page, MARKUP_PARAGRAPH);
	if (facts->only_starts) {
		story_put_start(page, facts);
		markup_end(page, MARKUP_PARAGRAPH);
		return;
	}
	markup_text(page, "The web server ");
	story_server(page, incident);
	markup_say(page, " %-s a program that a web server has little reason to run: %s, as ",
		   story_verb(first), first->command);
	story_list(page, &facts->users);
	markup_text(page, ", ");
	story_when(page, incident->first);
	markup_text(page, ". ");
	if (incident->alert_count > 1)
		markup_say(page, "In %-s there were %zu such execs. ",
			   moment_span(span, incident->last - incident->first),
			   incident->alert_count);
	story_refusal(page, facts);
	markup_end(page, MARKUP_PARAGRAPH);
}

/* The alert whose request says most. */
static const struct entry *story_request(const struct facts *facts)
{
	const struct incident *incident = facts->incident;
	const struct entry *best = NULL;
	size_t i;

	for (i = 0; i < incident->alert_count; i++) {
		const struct entry *alert = incident->alerts[i];

		if (!alert->certainty)
			continue;
		if (!strcmp(alert->certainty, "exact"))
			return alert;
		if (!best || (!best->clients.count && alert->clients.count))
			best = alert;
	}
	return best;
}

/* "POST /upload/x.php, which runs the script /var/www/html/upload/x.php." */
static void story_asked(const struct page *page, const struct entry *alert)
{
	const char *method = alert->asked[REQUEST_METHOD], *uri = alert->asked[REQUEST_URI];
	const char *script = alert->asked[REQUEST_SCRIPT];

	if (method)
		markup_say(page, "%-s ", method);
	if (uri)
		markup_say(page, "%s", uri);
	if (script)
		markup_say(page, "%-s the script %s", uri ? "," : "for", script);
	markup_text(page, ". ");
}

static void story_unknown_request(const struct page *page, const struct facts *facts)
{
	char clock[MOMENT_SIZE];

	markup_say(page, "The records do not say which request did it. Requests that came shortly "
			 "before %-s UTC are in the server's access log. ",
		   moment_clock(clock, facts->incident->first));
	if (facts->directories.count) {
		markup_text(page, "The processes worked in ");
		story_list(page, &facts->directories);
		markup_text(page, ", often the directory of the script that was attacked.");
	}
}

/* Where the client is known, but not what it asked for. */
static void story_unknown_page(const struct page *page, const struct facts *facts)
{
	char clock[MOMENT_SIZE];

	markup_say(page, " The records do not say what it asked for: the server's access log of "
			 "%-s UTC does.", moment_clock(clock, facts->incident->first));
	if (!facts->directories.count)
		return;
	markup_text(page, " The processes worked in ");
	story_list(page, &facts->directories);
	markup_text(page, ", often the directory of the script that was attacked.");
}

static void story_put_way_in(const struct page *page, const struct facts *facts)
{
	const struct entry *alert = story_request(facts);

	markup_begin(page, MARKUP_PARAGRAPH);
	markup_begin(page, MARKUP_STRONG);
	markup_text(page, "How it came in.");
	markup_end(page, MARKUP_STRONG);
	markup_text(page, " ");
	if (!alert) {
		story_unknown_request(page, facts);
	} else if (facts->has_certain_client) {
		markup_say(page, "The client %s sent the request%-s",
			   alert->client ? alert->client : "?",
			   alert->asked[REQUEST_URI] || alert->asked[REQUEST_SCRIPT] ? ": " : "");
		story_asked(page, alert);
		markup_text(page, story_certainty(alert->certainty));
		if (!alert->asked[REQUEST_URI] && !alert->asked[REQUEST_SCRIPT])
			story_unknown_page(page, facts);
	} else if (facts->has_candidates) {
		markup_text(page, "One of these clients may have sent the request: ");
		story_list(page, &facts->clients);
		markup_say(page, ". %-s", story_certainty("candidates"));
	} else {
		story_unknown_request(page, facts);
	}
	markup_end(page, MARKUP_PARAGRAPH);
}

static void story_login(const struct page *page, const struct facts *facts)
{
	const struct entry *alert = facts->incident->leading;

	if (!alert->loginuid.known) {
		markup_text(page, " No login session was involved: the server started them.");
		return;
	}
	if (alert->loginuser)
		markup_say(page, " They belong to the login session of %s.", alert->loginuser);
	else
		markup_say(page, " They belong to the login session of uid %zu.",
			   (size_t)alert->loginuid.value);
	markup_text(page, " An administrator may have started the server, or this, by hand.");
}

/* The most severe command lines, in the order of their time. */
static void story_commands(const struct page *page, const struct tally *commands)
{
	bool *picked = tally_pick(commands, LISTED_MAX);
	size_t i, shown = 0;

	for (i = 0; i < commands->count; i++)
		if (picked[i])
			markup_say(page, "%-s%s", shown++ ? ", then " : "",
				   commands->rows[i].alert->command);
	if (shown < commands->count)
		markup_say(page, ". These are the most severe; %zu more are below",
			   commands->count - shown);
	free(picked);
}

static void story_put_who(const struct page *page, const struct facts *facts)
{
	markup_begin(page, MARKUP_PARAGRAPH);
	markup_begin(page, MARKUP_STRONG);
	markup_text(page, "What ran, and as whom.");
	markup_end(page, MARKUP_STRONG);
	markup_text(page, " ");
	markup_say(page, "%zu different command line%-s, of the program%-s ",
		   facts->commands.count, plural(facts->commands.count),
		   plural(facts->programs.count));
	story_list(page, &facts->programs);
	markup_text(page, ", as ");
	story_list(page, &facts->users);
	markup_text(page, ". In order: ");
	story_commands(page, &facts->commands);
	markup_text(page, ".");
	story_login(page, facts);
	markup_end(page, MARKUP_PARAGRAPH);
	if (!facts->root)
		return;
	markup_begin(page, MARKUP_WARNING);
	markup_text(page, "Some of it acted as root. An attacker who controls such a process "
			  "controls the whole machine.");
	markup_end(page, MARKUP_WARNING);
}

static void story_put_peers(const struct page *page, const struct facts *facts)
{
	if (!facts->peers.count)
		return;
	markup_begin(page, MARKUP_WARNING);
	markup_text(page, "Reverse shell: a program's input or output was a network connection "
			  "with ");
	story_list(page, &facts->peers);
	markup_text(page, ". The other end can type commands.");
	markup_end(page, MARKUP_WARNING);
}

static void story_put_dropped(const struct page *page, const struct facts *facts)
{
	if (!facts->dropped.count)
		return;
	markup_begin(page, MARKUP_WARNING);
	markup_text(page, "Programs ran that the attacker may have written: ");
	story_list(page, &facts->dropped);
	markup_text(page, ".");
	markup_end(page, MARKUP_WARNING);
}

static void story_put_addresses(const struct page *page, const struct facts *facts)
{
	if (!facts->addresses.count)
		return;
	markup_begin(page, MARKUP_PARAGRAPH);
	markup_begin(page, MARKUP_STRONG);
	markup_text(page, "Addresses.");
	markup_end(page, MARKUP_STRONG);
	markup_text(page, " ");
	markup_text(page, "The command lines name ");
	story_list(page, &facts->addresses);
	markup_text(page, ".");
	markup_end(page, MARKUP_PARAGRAPH);
}

static void story_put_losses(const struct page *page, const struct facts *facts)
{
	const struct incident *incident = facts->incident;

	if (!incident->lost && !incident->loss_unknown)
		return;
	markup_begin(page, MARKUP_WARNING);
	if (incident->loss_unknown)
		markup_text(page, "Alerts were lost in this time, and nobody knows how many. This "
				  "page is not all that happened.");
	else
		markup_say(page, "%zu alert%-s of this time %-s lost. This page is not all that "
				 "happened.",
			   (size_t)incident->lost, plural(incident->lost),
			   incident->lost == 1 ? "is" : "are");
	markup_end(page, MARKUP_WARNING);
}

void story_put(const struct page *page, const struct facts *facts)
{
	if (facts->only_starts) {
		story_put_losses(page, facts);
		return;
	}
	story_put_way_in(page, facts);
	story_put_who(page, facts);
	story_put_peers(page, facts);
	story_put_dropped(page, facts);
	story_put_addresses(page, facts);
	story_put_losses(page, facts);
}

void story_put_sensor(const struct page *page, const struct entry *entry)
{
	switch (entry->kind) {
	case ENTRY_LOSS:
		if (entry->lost.known)
			markup_say(page, "%zu lost: ", (size_t)entry->lost.value);
		else
			markup_text(page, "an unknown number lost: ");
		markup_text(page, entry->why ? entry->why : "reason unknown");
		break;
	case ENTRY_OUTCOME:
		markup_say(page, "record %zu has ended: %-s", (size_t)entry->of.value,
			   entry->verdict ? entry->verdict : "unknown");
		break;
	case ENTRY_REPEATS:
		markup_say(page, "%zu more alerts like record %zu", (size_t)entry->count.value,
			   (size_t)entry->of.value);
		break;
	default:
		markup_text(page, entry->summary ? entry->summary : "event");
		return;
	}
	if (entry->by_comm)
		markup_say(page, ", by %-s", entry->by_comm);
}

const char *story_certainty(const char *certainty)
{
	if (!strcmp(certainty, "exact"))
		return "This is certain: the process served only this connection.";
	if (!strcmp(certainty, "candidates"))
		return "This is not certain: the server had these connections at that moment, and "
		       "any of them may have sent the request.";
	return "No connection was found that could have sent the request.";
}

/* Pairs of a word and what it means; the last row has no word. */
struct explained {
	const char *word, *meaning;
};

static const char *explained_find(const struct explained *rows, const char *word)
{
	for (; rows->word; rows++)
		if (!strcmp(rows->word, word))
			break;
	return rows->meaning;
}

const char *story_witness(const char *source)
{
	static const struct explained witnesses[] = {
		{ "socket", "a connection that the process itself had accepted" },
		{ "parent-socket", "a connection that its parent process had accepted" },
		{ "proxy-socket", "the clients of the local proxy before the server" },
		{ "environ", "CGI variables: the words HTTP_... are the client's own" },
		{ "fpm-status", "the status page of php-fpm" },
		{ "uwsgi-stats", "the statistics of uWSGI" },
		{ "access-log", "the server's access log" },
		{ NULL, "another source" },
	};

	return explained_find(witnesses, source);
}

const char *story_matched(const char *matched)
{
	static const struct explained ways[] = {
		{ "port", "it listens on a web port" },
		{ "comm", "by the name of the process" },
		{ "leader", "by the name of its main thread" },
		{ "exe", "by the name of its program" },
		{ "file", "by its program file" },
		{ "runs", "by what its runtime runs" },
		{ "ancestor", "by an ancestor that is a server" },
		{ "lineage", "it descends from a server, and the processes between have exited" },
		{ NULL, "in another way" },
	};

	return explained_find(ways, matched);
}
