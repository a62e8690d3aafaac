// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A command may hold a value of an alert only through advice_word(): what an attacker chose
 * must not run when an administrator copies it.
 */
#include "report/advice.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/text.h"

/* Commands for so many processes, files and the like; the page lists all of them. */
#define ADVISED_MAX 5
#define MINUTE (60 * MOMENT_SECOND)
#define WEEK (7 * 24 * 60 * MINUTE)

static void advice_begin(const struct page *page, const char *title)
{
	markup_begin(page, MARKUP_STEP);
	markup_begin(page, MARKUP_STRONG);
	markup_text(page, title);
	markup_end(page, MARKUP_STRONG);
	markup_text(page, " ");
}

static void advice_end(const struct page *page)
{
	markup_end(page, MARKUP_STEP);
}

/* The value as one word of a shell, valid until the next call but one. */
static const char *advice_word(const char *value)
{
	static struct buffer words[2];
	static unsigned int turn;
	struct buffer *word = &words[turn++ % 2];

	buffer_reset(word);
	text_put_word(word, value, strlen(value), TEXT_ASCII);
	return word->data;
}

/* What was escaped to be shown is not the name of the file any more. */
static bool advice_can_type(const char *path)
{
	return path && *path == '/' && !strchr(path, '\\') && strlen(path) < 1024;
}

/* The processes as "1402 1403", the latest first: these may still be there. */
static void advice_pids(struct buffer *out, const struct facts *facts)
{
	size_t i, count = facts->pids.count;

	for (i = 0; i < count && i < ADVISED_MAX; i++)
		buffer_printf(out, "%s%s", i ? " " : "", facts->pids.rows[count - 1 - i].key);
}

static void advice_evidence(const struct page *page, const struct facts *facts)
{
	struct buffer pids = {0};

	if (!facts->pids.count)
		return;
	advice_pids(&pids, facts);
	advice_begin(page, "Freeze the processes and keep the evidence.");
	markup_text(page, "See which of them still run. Numbers of processes are used again: "
			  "compare their start with the times above.");
	markup_command(page, "ps -o pid,ppid,lstart,user,args -p '%s'", pids.data);
	markup_text(page, "A frozen process keeps its memory, its files and its connections:");
	markup_command(page, "kill -STOP %s", pids.data);
	markup_command(page, "mkdir -m 700 -p /root/evidence && cd /root/evidence\n"
		       "for pid in %s; do\n"
		       "  cp -L /proc/$pid/exe exe-$pid; ls -l /proc/$pid/fd /proc/$pid/cwd "
		       ">files-$pid\n"
		       "  tr '\\0' '\\n' </proc/$pid/environ >environ-$pid\n"
		       "done; ss -tnp >connections", pids.data);
	advice_end(page);
	buffer_free(&pids);
}

static void advice_stop_unit(const struct page *page, const struct entry *server)
{
	if (server->container_id) {
		markup_text(page, " Freeze the container, which keeps its memory and files:");
		markup_command(page, "%s pause %s", server->container_runtime &&
			       !strcmp(server->container_runtime, "podman") ? "podman" : "docker",
			       advice_word(server->container_id));
	} else if (server->unit && !strchr(server->unit, '\\')) {
		markup_text(page, " Stop the service; this ends all its processes, also those that "
				  "left the tree:");
		markup_command(page, "systemctl stop -- %s", advice_word(server->unit));
	}
}

static void advice_stop(const struct page *page, const struct facts *facts)
{
	struct buffer pids = {0};

	if (facts->refused == facts->incident->alert_count)
		return;
	advice_pids(&pids, facts);
	advice_begin(page, "Stop it.");
	if (pids.len) {
		markup_text(page, "When the evidence is kept, kill what still runs:");
		markup_command(page, "kill -KILL %s", pids.data);
	}
	advice_stop_unit(page, incident_server(facts->incident));
	advice_end(page);
	buffer_free(&pids);
}

static void advice_peers(const struct page *page, const struct facts *facts)
{
	size_t i;

	if (!facts->peers.count)
		return;
	advice_begin(page, "Cut the connections.");
	markup_text(page, "Block these addresses at the firewall, in both directions, and look for "
			  "other machines that talk to them:");
	for (i = 0; i < facts->peers.count && i < ADVISED_MAX; i++)
		markup_command(page, "ss -tnp dst %s", advice_word(facts->peers.rows[i].key));
	advice_end(page);
}

/* Where the server, or a usual proxy before it, keeps its access log. */
static const char *advice_logs(const struct facts *facts)
{
	const char *name = incident_server_name(facts->incident);

	if (!strncmp(name, "apache", 6))
		return "/var/log/apache2";
	if (!strncmp(name, "httpd", 5))
		return "/var/log/httpd";
	if (!strncmp(name, "lighttpd", 8))
		return "/var/log/lighttpd";
	if (!strncmp(name, "nginx", 5))
		return "/var/log/nginx";
	return "/var/log/nginx /var/log/apache2 /var/log/httpd";
}

static void advice_request(const struct page *page, const struct facts *facts)
{
	uint64_t minute = facts->incident->first / MINUTE * MINUTE;
	char at[MOMENT_SIZE];

	if (!minute)
		return;
	advice_begin(page, "Find the request.");
	markup_text(page, facts->has_certain_client ?
		    "Look at everything that this client asked for, before and after. On the "
		    "server, the requests of that minute are:" :
		    "On the server, the requests of that minute are:");
	markup_command(page, "grep -rhs \"$(LC_ALL=C date -d %s +%%d/%%b/%%Y:%%H:%%M)\" %s",
		       moment_iso(at, minute), advice_logs(facts));
	if (facts->has_certain_client)
		markup_say(page, "Then block %s, if it is not a proxy of yours.",
			   facts->clients.rows[0].key);
	advice_end(page);
}

static void advice_scripts(const struct page *page, const struct tally *scripts)
{
	size_t i;

	for (i = 0; i < scripts->count && i < ADVISED_MAX; i++)
		if (advice_can_type(scripts->rows[i].key))
			markup_command(page, "ls -l --time-style=full-iso %s; sha256sum %s",
				       advice_word(scripts->rows[i].key),
				       advice_word(scripts->rows[i].key));
}

static void advice_web_shell(const struct page *page, const struct facts *facts)
{
	const struct tally *directories = &facts->directories;
	char at[MOMENT_SIZE];
	size_t i;

	advice_begin(page, "Look for the hole: a web shell, or a page that runs commands.");
	advice_scripts(page, &facts->scripts);
	markup_text(page, "Files that changed in the week before, where the processes worked. An "
			  "old file may be the hole, too: look at what the request asked for.");
	for (i = 0; facts->incident->first && i < directories->count && i < ADVISED_MAX; i++)
		if (advice_can_type(directories->rows[i].key) && directories->rows[i].key[1])
			markup_command(page, "find %s -xdev -type f -newermt %s -ls",
				       advice_word(directories->rows[i].key),
				       moment_iso(at, facts->incident->first - WEEK));
	advice_end(page);
}

static void advice_dropped_file(const struct page *page, const struct entry *alert)
{
	const char *path = alert->file_path ? alert->file_path : entry_program(alert);

	if (advice_can_type(path))
		markup_command(page, "sha256sum %s; cp -p %s /root/evidence/", advice_word(path),
			       advice_word(path));
	else if (alert->file_ino.known)
		markup_command(page, "find / -xdev -inum %" PRIu64 " -ls", alert->file_ino.value);
}

static void advice_dropped(const struct page *page, const struct facts *facts)
{
	size_t i;

	if (!facts->dropped.count)
		return;
	advice_begin(page, "Keep what was dropped, then remove it.");
	markup_text(page, "Look the hashes up, and search your other servers for them.");
	for (i = 0; i < facts->dropped.count && i < ADVISED_MAX; i++)
		advice_dropped_file(page, facts->dropped.rows[i].alert);
	advice_end(page);
}

static void advice_persistence(const struct page *page, const struct facts *facts)
{
	const struct entry *first = facts->incident->alerts[0];
	char at[MOMENT_SIZE];

	if (!first->uid.known || !first->time)
		return;
	advice_begin(page, "Look for what the attacker left behind.");
	markup_text(page, "Jobs, keys and files of the user that the commands ran as:");
	markup_command(page, "crontab -l -u \"$(id -nu %" PRIu64 ")\"; ls -la "
								 "/var/spool/cron/crontabs "
								 "/etc/cron.d\n"
		       "find / -xdev -uid %" PRIu64 " -type f -newermt %s -ls",
		       first->uid.value, first->uid.value,
		       moment_iso(at, facts->incident->first));
	advice_end(page);
}

static void advice_root(const struct page *page, const struct facts *facts)
{
	if (!facts->root || facts->refused == facts->incident->alert_count)
		return;
	advice_begin(page, "Install the machine anew.");
	markup_text(page, "Commands ran as root. What they changed cannot be found with the "
			  "machine's own tools. Change all passwords and keys that were on it.");
	advice_end(page);
}

static void advice_losses(const struct page *page, const struct facts *facts)
{
	const struct incident *incident = facts->incident;

	if (!incident->lost && !incident->loss_unknown)
		return;
	advice_begin(page, "Do not rely on this page alone.");
	markup_text(page, "Alerts were lost. What they were about may be in the journal of the "
			  "server.");
	advice_end(page);
}

static void advice_rest(const struct page *page, const struct facts *facts)
{
	const struct entry *leading = facts->incident->leading;

	advice_begin(page, "If all of this is yours and harmless,");
	markup_text(page, "make an exception for exactly this command; shelltrap-policy(5) says "
			  "how. Record ");
	markup_say(page, "%zu is the one to begin with.", (size_t)leading->seq.value);
	advice_end(page);
	advice_begin(page, "Afterwards, let it not happen again.");
	markup_text(page, "A rule with action = deny makes such an exec fail. See first what it "
			  "would refuse:");
	markup_command(page, "shelltrap policy load --observe 1440");
	advice_end(page);
}

static void advice_start(const struct page *page, const struct facts *facts)
{
	const struct entry *leading = facts->incident->leading;
	char at[MOMENT_SIZE];

	advice_begin(page, "Ask whether somebody restarted it.");
	markup_text(page, "An update, a restart by hand and a new configuration all start the "
			  "program. If there was none, find out who did it:");
	if (facts->incident->first)
		markup_command(page, "journalctl --since \"$(date -d %s '+%%F %%T')\"",
			       moment_iso(at, facts->incident->first - 2 * MINUTE));
	if (leading->unit && !strchr(leading->unit, '\\'))
		markup_command(page, "systemctl status -- %s", advice_word(leading->unit));
	advice_end(page);
}

void advice_put(const struct page *page, const struct facts *facts)
{
	markup_begin(page, MARKUP_STEPS);
	if (facts->only_starts) {
		advice_start(page, facts);
	} else {
		advice_evidence(page, facts);
		advice_stop(page, facts);
		advice_peers(page, facts);
		advice_request(page, facts);
		advice_web_shell(page, facts);
		advice_dropped(page, facts);
		advice_persistence(page, facts);
		advice_root(page, facts);
		advice_losses(page, facts);
		advice_rest(page, facts);
	}
	markup_end(page, MARKUP_STEPS);
}
