// SPDX-License-Identifier: GPL-2.0-or-later
/* The human view: what happened, at one glance, in 80 columns where it fits. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "format/format.h"

#define RED	"\033[31m"
#define GREEN	"\033[32m"
#define YELLOW	"\033[33m"
#define CYAN	"\033[36m"
#define BOLD	"\033[1m"
#define DIM	"\033[2m"
#define RESET	"\033[0m"

/* Longer ones fill the screen and hide the rest; JSON has them whole. */
#define VALUE_MAX 1024
#define TREE_MAX 6

struct page {
	struct buffer *out;
	const struct view *view;
};

static void color(const struct page *page, const char *escape)
{
	if (page->view->color)
		buffer_puts(page->out, escape);
}

static void label(const struct page *page, const char *name)
{
	color(page, DIM);
	buffer_printf(page->out, "  %-10s", name);
	color(page, RESET);
}

static void end_line(const struct page *page)
{
	buffer_putc(page->out, '\n');
}

/* A character that ASCII has a poorer form of. */
static const char *drawn(const struct page *page, const char *utf8, const char *ascii)
{
	return page->view->charset == TEXT_UTF8 ? utf8 : ascii;
}

/* How much of s is at most max bytes and whole characters. */
static size_t shown_length(const char *s, size_t len, size_t max)
{
	size_t shown = max;

	if (len <= max)
		return len;
	while (shown > 0 && max - shown < 3 && (s[shown] & 0xc0) == 0x80)
		shown--;
	return shown;
}

static void put_rest(const struct page *page, size_t bytes)
{
	buffer_printf(page->out, " %s %zu bytes more", drawn(page, "…", "..."), bytes);
}

static void text_part(const struct page *page, const char *s, size_t len)
{
	static __thread struct buffer part;
	size_t shown = shown_length(s, len, VALUE_MAX);

	buffer_reset(&part);
	buffer_add(&part, s, shown);
	text_put(page->out, part.data, page->view->charset);
	if (shown < len)
		put_rest(page, len - shown);
}

static void text(const struct page *page, const char *s)
{
	if (s)
		text_part(page, s, strlen(s));
	else
		buffer_putc(page->out, '?');
}

static void number(const struct page *page, const struct number *n)
{
	if (n->known)
		buffer_printf(page->out, "%" PRIu64, n->value);
	else
		buffer_putc(page->out, '?');
}

static bool differs(const char *a, const char *b)
{
	return a && (!b || strcmp(a, b));
}

static void put_local_time(const struct page *page, const struct number *when)
{
	time_t seconds = when->value / 1000000000;
	char line[64];
	struct tm tm;

	if (!when->known || !localtime_r(&seconds, &tm) ||
	    !strftime(line, sizeof(line), "%Y-%m-%d %H:%M:%S", &tm))
		snprintf(line, sizeof(line), "(time unknown)");
	buffer_puts(page->out, line);
}

static void put_severity(const struct page *page, const struct alert_rule *rule)
{
	static const struct {
		const char *word, *color;
	} shown[] = {
		[SHELLTRAP_SEVERITY_LOW] = { "LOW", CYAN },
		[SHELLTRAP_SEVERITY_MEDIUM] = { "MEDIUM", YELLOW },
		[SHELLTRAP_SEVERITY_HIGH] = { "HIGH", RED },
		[SHELLTRAP_SEVERITY_CRITICAL] = { "CRITICAL", BOLD RED },
	};
	uint64_t severity = rule ? rule->severity.value : 0;

	if (severity >= ARRAY_SIZE(shown) || !shown[severity].word) {
		buffer_puts(page->out, "ALERT");
		return;
	}
	color(page, shown[severity].color);
	buffer_puts(page->out, shown[severity].word);
	color(page, RESET);
}

static void put_intervention(const struct page *page, const struct number *verdict)
{
	const char *word = intervention_name(verdict->value);
	bool ran = verdict->value == SHELLTRAP_VERDICT_WOULD_DENY;

	if (!word)
		return;
	color(page, ran ? BOLD YELLOW : BOLD GREEN);
	buffer_puts(page->out, word);
	color(page, RESET);
	buffer_putc(page->out, ' ');
}

static void put_header(const struct page *page, const struct record *record)
{
	const struct alert_rule *leading = alert_leading_rule(&record->alert);

	put_local_time(page, &record->time);
	buffer_putc(page->out, ' ');
	put_severity(page, leading);
	buffer_putc(page->out, ' ');
	put_intervention(page, &record->alert.verdict);
	color(page, BOLD);
	text(page, leading ? leading->name : NULL);
	color(page, RESET);
	if (leading && leading->title) {
		buffer_puts(page->out, ": ");
		text(page, leading->title);
	}
	end_line(page);
}

static void put_user(const struct page *page, const struct number *uid)
{
	const char *name = uid->known ? page->view->user_name(uid->value) : NULL;

	if (name) {
		text(page, name);
		buffer_puts(page->out, " (uid ");
	} else {
		buffer_puts(page->out, "uid ");
	}
	number(page, uid);
	if (name)
		buffer_putc(page->out, ')');
}

static void put_who(const struct page *page, const struct alert *alert)
{
	const struct alert_process *process = &alert->process;

	label(page, "who");
	text(page, alert->comm);
	buffer_printf(page->out, " %s ", verdict_verb(alert->verdict.value));
	text(page, alert->pathname);
	buffer_puts(page->out, " as ");
	put_user(page, &process->uid);
	if (process->euid.known && process->euid.value != process->uid.value) {
		buffer_puts(page->out, ", acting as ");
		put_user(page, &process->euid);
	}
	if (process->loginuid.known) {
		buffer_puts(page->out, ", logged in as ");
		put_user(page, &process->loginuid);
	}
	end_line(page);
}

static void put_task(const struct page *page, const char *comm, const struct number *pid)
{
	text(page, comm);
	buffer_putc(page->out, '(');
	number(page, pid);
	buffer_putc(page->out, ')');
}

static bool is_server(const struct alert_server *server, const struct alert_ancestor *ancestor)
{
	if (server->pid.known && ancestor->pid.known && server->pid.value == ancestor->pid.value)
		return true;
	return server->comm && ancestor->comm && !strcmp(server->comm, ancestor->comm);
}

/*
 * Ancestors worth showing: up to the parent of the topmost server, or the parent
 * alone where the process was the server.
 */
static size_t count_shown(const struct alert *alert)
{
	const struct alert_server *server = &alert->server;
	size_t count = alert->ancestor_count;
	size_t i;

	if (!server->present)
		return count;
	for (i = count; i > 0; i--)
		if (is_server(server, &alert->ancestors[i - 1]))
			return i < count ? i + 1 : i;
	if (server->pid.known && server->pid.value == alert->process.pid.value && count)
		return 1;
	return count;
}

static void put_tree(const struct page *page, const struct alert *alert)
{
	const char *branch = drawn(page, " ─ ", " - ");
	size_t shown = count_shown(alert);
	size_t skip_from = shown, skip_to = shown;
	size_t i;

	/* Both ends matter: the server, and what led to the exec. */
	if (shown > TREE_MAX) {
		skip_from = shown - 2;
		skip_to = TREE_MAX - 2;
	}
	label(page, "tree");
	for (i = shown; i > 0; i--) {
		if (i == skip_from && skip_from != skip_to) {
			buffer_printf(page->out, "%s%s", drawn(page, "…", "..."), branch);
			i = skip_to;
		}
		put_task(page, alert->ancestors[i - 1].comm, &alert->ancestors[i - 1].pid);
		buffer_puts(page->out, branch);
	}
	put_task(page, alert->process.comm, &alert->process.pid);
	end_line(page);
}

/* Each argument as a word, up to the limit on all of them. */
static void put_command(const struct page *page, const struct alert_process *process)
{
	const struct bytes *argv = &process->argv;
	size_t start = 0, end = 0;
	struct bytes argument;

	if (!argv->data)
		return;
	label(page, "command");
	while (start < VALUE_MAX && alert_argument(argv, &end, &argument)) {
		size_t shown = shown_length(argument.data, argument.len, VALUE_MAX - start);

		buffer_puts(page->out, start ? " " : "");
		text_put_word(page->out, argument.data, shown, page->view->charset);
		start = shown < argument.len ? VALUE_MAX : end;
	}
	if (start >= VALUE_MAX && argv->len > VALUE_MAX)
		put_rest(page, argv->len - VALUE_MAX);
	if (process->argv_truncated)
		buffer_printf(page->out, " %s and more", drawn(page, "…", "..."));
	end_line(page);
}

static void put_line(const struct page *page, const char *name, const char *value)
{
	label(page, name);
	text(page, value);
	end_line(page);
}

static void put_hash(const struct page *page, const struct record *record)
{
	const char *hash = page->view->file_hash ? page->view->file_hash(record) : NULL;

	if (hash)
		put_line(page, "sha256", hash);
}

static void put_file(const struct page *page, const struct alert *alert)
{
	const struct alert_file *file = &alert->file;

	if (!file->present || !differs(file->path, alert->pathname))
		return;
	label(page, "file");
	text(page, file->path);
	buffer_puts(page->out, ", owner ");
	put_user(page, &file->uid);
	if (file->mode.known)
		buffer_printf(page->out, ", mode %04o", (unsigned int)file->mode.value & 07777);
	end_line(page);
}

static void put_stdio(const struct page *page, const char *name,
		      const struct alert_stdio *stdio)
{
	const char *state = socket_state_name(stdio->state.value);

	if (stdio->type.value != SHELLTRAP_STDIO_SOCKET)
		return;
	label(page, name);
	if (stdio_is_connected(stdio)) {
		color(page, BOLD RED);
		buffer_puts(page->out, "connected to ");
		put_endpoint(page->out, &stdio->peer_addr, &stdio->peer_port);
		color(page, RESET);
		buffer_printf(page->out, " (%s)", state ? state : "state unknown");
	} else {
		const char *family = socket_family_name(stdio->family.value);

		buffer_printf(page->out, "%s socket, %s", family ? family : "unknown",
			      state ? state : "state unknown");
		buffer_puts(page->out, stdio->local_addr.data ? " on " : "");
		put_endpoint(page->out, &stdio->local_addr, &stdio->local_port);
	}
	end_line(page);
}

static void put_place(const struct page *page, const char *cgroup)
{
	struct container container;
	struct span unit;

	if (!cgroup)
		return;
	if (container_of_cgroup(cgroup, &container)) {
		label(page, "container");
		if (container.runtime)
			buffer_printf(page->out, "%s ", container.runtime);
		text_part(page, container.id.start, container.id.len);
		end_line(page);
	} else if (unit_of_cgroup(cgroup, &unit)) {
		label(page, "unit");
		text_part(page, unit.start, unit.len);
		end_line(page);
	}
}

static void put_other_rules(const struct page *page, const struct alert *alert)
{
	size_t i;

	if (alert->rule_count < 2)
		return;
	label(page, "also");
	for (i = 1; i < alert->rule_count; i++) {
		buffer_puts(page->out, i > 1 ? ", " : "");
		text(page, alert->rules[i].name);
	}
	end_line(page);
}

static void put_verdict(const struct page *page, const struct number *verdict)
{
	const char *name = verdict_name(verdict->value);

	if (!verdict->known || verdict->value == SHELLTRAP_VERDICT_OBSERVED)
		return;
	label(page, "verdict");
	color(page, BOLD);
	if (name)
		buffer_puts(page->out, name);
	else
		number(page, verdict);
	color(page, RESET);
	end_line(page);
}

static void put_alert(const struct page *page, const struct record *record)
{
	const struct alert *alert = &record->alert;

	put_header(page, record);
	put_who(page, alert);
	put_tree(page, alert);
	put_command(page, &alert->process);
	if (alert->process.cwd)
		put_line(page, "cwd", alert->process.cwd);
	put_file(page, alert);
	put_hash(page, record);
	if (differs(alert->interpreter, alert->pathname))
		put_line(page, "interp", alert->interpreter);
	put_stdio(page, "stdin", &alert->in);
	put_stdio(page, "stdout", &alert->out);
	put_place(page, alert->cgroup_path);
	put_other_rules(page, alert);
	put_verdict(page, &alert->verdict);
	label(page, "seq");
	number(page, &record->seq);
	end_line(page);
	end_line(page);
}

/* One the kernel reports counts execs; one noticed here counts records. */
static void put_loss(const struct page *page, const struct record *record)
{
	const struct loss *loss = &record->loss;
	const char *what = loss->reason ? "record" : "exec";

	put_local_time(page, &record->time);
	buffer_putc(page->out, ' ');
	color(page, BOLD YELLOW);
	buffer_puts(page->out, "LOST ");
	number(page, &loss->lost);
	buffer_printf(page->out, " %s%s", what, loss->lost.value == 1 ? "" : "s");
	color(page, RESET);
	buffer_printf(page->out, ", %s ", loss->reason ? "from seq" : "seq");
	number(page, &record->seq);
	buffer_printf(page->out, ": %s\n\n", loss_reason(loss));
}

static void put_text(struct buffer *out, const struct record *record, const struct view *view)
{
	const struct page page = { out, view };

	if (record->alert.present)
		put_alert(&page, record);
	else
		put_loss(&page, record);
}

const struct format format_text = {
	.name = "text",
	.put = put_text,
};
