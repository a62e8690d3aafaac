// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/facts.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/path.h"

static void facts_put_id(struct buffer *out, const char *name, const struct number *uid)
{
	if (name && uid->known)
		buffer_printf(out, "%s (uid %" PRIu64 ")", name, uid->value);
	else if (uid->known)
		buffer_printf(out, "uid %" PRIu64, uid->value);
	else
		buffer_puts(out, "an unknown user");
}

void facts_put_user(struct buffer *out, const struct entry *alert)
{
	facts_put_id(out, alert->user, &alert->uid);
	if (alert->euid.known && alert->uid.known && alert->euid.value != alert->uid.value) {
		buffer_puts(out, " acting as ");
		facts_put_id(out, alert->euser, &alert->euid);
	}
}

static void facts_count_verdict(struct facts *facts, const struct entry *alert)
{
	const char *verdict = entry_verdict(alert);

	if (entry_is_refused(alert))
		facts->refused++;
	else if (!strcmp(verdict, "failed"))
		facts->failed++;
	else if (!strcmp(verdict, "pending") || !strcmp(verdict, "held"))
		facts->waiting++;
	else
		facts->ran++;
	facts->would_deny += !strcmp(verdict, "would-deny");
}

/* Adds the word at "at" that ends where an address can have no more characters. */
static void facts_add_address(struct facts *facts, const char *at, const struct entry *alert)
{
	char address[256];
	size_t len = strcspn(at, " \t'\"\\;|&<>()`$,");

	snprintf(address, sizeof(address), "%.*s", (int)(len < 255 ? len : 255), at);
	tally_add(&facts->addresses, address, alert);
}

/* A command line names addresses as URLs, or as bash's files /dev/tcp/HOST/PORT. */
static void facts_find_addresses(struct facts *facts, const struct entry *alert)
{
	static const char *const begins[] = {
		"http://", "https://", "ftp://", "tftp://", "/dev/tcp/", "/dev/udp/",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(begins); i++) {
		const char *at = alert->command;

		while ((at = strstr(at, begins[i]))) {
			facts_add_address(facts, at, alert);
			at += strlen(begins[i]);
		}
	}
}

static void facts_take_request(struct facts *facts, const struct entry *alert)
{
	size_t i;

	if (!alert->certainty)
		return;
	facts->has_request = true;
	tally_add(&facts->scripts, alert->asked[REQUEST_SCRIPT], alert);
	if (!strcmp(alert->certainty, "exact") && alert->client) {
		facts->has_certain_client = true;
		tally_add(&facts->clients, alert->client, alert);
		return;
	}
	for (i = 0; i < alert->clients.count; i++) {
		facts->has_candidates = true;
		tally_add(&facts->clients, alert->clients.items[i], alert);
	}
}

/* Keys with several parts have a control character between them, which no value has. */
enum { KEY_SEPARATOR = 0x1f };

static void facts_take_key(struct tally *tally, const struct entry *alert, const char *one,
			   const char *other)
{
	struct buffer key = {0};

	buffer_puts(&key, one ? one : "");
	buffer_putc(&key, KEY_SEPARATOR);
	buffer_puts(&key, other ? other : "");
	tally_add(tally, key.data, alert);
	buffer_free(&key);
}

static void facts_take_command(struct facts *facts, const struct entry *alert)
{
	struct buffer user = {0};

	facts_put_user(&user, alert);
	tally_add(&facts->users, user.data, alert);
	buffer_putc(&user, KEY_SEPARATOR);
	buffer_puts(&user, entry_verdict(alert));
	facts_take_key(&facts->commands, alert, alert->command, user.data);
	buffer_free(&user);
}

static void facts_take_pid(struct facts *facts, const struct entry *alert)
{
	char digits[24];

	if (!alert->pid.known)
		return;
	snprintf(digits, sizeof(digits), "%" PRIu64, alert->pid.value);
	tally_add(&facts->pids, digits, alert);
}

static void facts_take(struct facts *facts, const struct entry *alert)
{
	size_t i;

	facts_count_verdict(facts, alert);
	facts_take_command(facts, alert);
	facts_take_pid(facts, alert);
	facts_take_request(facts, alert);
	facts_find_addresses(facts, alert);
	tally_add(&facts->programs, path_name(entry_program(alert)), alert);
	tally_add(&facts->peers, entry_peer(alert), alert);
	tally_add(&facts->directories, alert->cwd, alert);
	if (alert->file_path)
		facts_take_key(&facts->files, alert, alert->file_path, alert->file_sha256);
	if (entry_has_rule(alert, "webserver_dropped_exec"))
		tally_add(&facts->dropped, alert->file_path ? alert->file_path :
			  entry_program(alert), alert);
	for (i = 0; i < alert->rules.count; i++)
		tally_add(&facts->rules, alert->rules.items[i], alert);
	for (i = 0; i < alert->threats.count; i++)
		tally_add(&facts->threats, alert->threats.items[i], alert);
	facts->root |= entry_is_root(alert);
	facts->only_starts &= alert->rule && !strcmp(alert->rule, "webserver_exec");
}

#define FACTS_TALLIES 13

/* For what is done to all tallies. */
static void facts_list_tallies(struct facts *facts, struct tally *tallies[FACTS_TALLIES])
{
	struct tally *const all[FACTS_TALLIES] = {
		&facts->commands, &facts->programs, &facts->files, &facts->dropped, &facts->users,
		&facts->peers, &facts->addresses, &facts->clients, &facts->scripts,
		&facts->directories, &facts->rules, &facts->threats, &facts->pids,
	};

	memcpy(tallies, all, sizeof(all));
}

void facts_gather(struct facts *facts, const struct incident *incident)
{
	struct tally *tallies[FACTS_TALLIES];
	size_t i;

	facts_list_tallies(facts, tallies);
	*facts = (struct facts){ .incident = incident, .only_starts = true };
	for (i = 0; i < incident->alert_count; i++)
		facts_take(facts, incident->alerts[i]);
	for (i = 0; i < FACTS_TALLIES; i++)
		tally_finish(tallies[i]);
}

void facts_free(struct facts *facts)
{
	struct tally *tallies[FACTS_TALLIES];
	size_t i;

	facts_list_tallies(facts, tallies);
	for (i = 0; i < FACTS_TALLIES; i++)
		tally_free(tallies[i]);
}
