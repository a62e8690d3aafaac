// SPDX-License-Identifier: GPL-2.0-or-later
/* The format for people: a paragraph for each record, in 80 columns if possible. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "format/format.h"
#include "format/summary.h"
#include "lib/when.h"

#define RED	"\033[31m"
#define GREEN	"\033[32m"
#define YELLOW	"\033[33m"
#define CYAN	"\033[36m"
#define BOLD	"\033[1m"
#define DIM	"\033[2m"
#define RESET	"\033[0m"

/* Bytes of a value that are shown: a longer one would fill the screen. JSON has all. */
#define VALUE_MAX 1024
#define TREE_MAX 6

struct page {
	struct buffer *out;
	const struct view *view;
};

static void page_color(const struct page *page, const char *escape)
{
	if (page->view->color)
		buffer_puts(page->out, escape);
}

static void page_label(const struct page *page, const char *name)
{
	page_color(page, DIM);
	buffer_printf(page->out, "  %-10s", name);
	page_color(page, RESET);
}

static void page_end_line(const struct page *page)
{
	buffer_putc(page->out, '\n');
}

/* The UTF-8 symbol if the terminal can show it, else the ASCII one. */
static const char *page_symbol(const struct page *page, const char *utf8, const char *ascii)
{
	return page->view->charset == TEXT_UTF8 ? utf8 : ascii;
}

/* The length of s, cut to at most max bytes and not within a character. */
static size_t page_shown_length(const char *s, size_t len, size_t max)
{
	size_t shown = max;

	if (len <= max)
		return len;
	while (shown > 0 && max - shown < 3 && (s[shown] & 0xc0) == 0x80)
		shown--;
	return shown;
}

static void page_put_rest(const struct page *page, size_t bytes)
{
	buffer_printf(page->out, " %s %zu bytes more", page_symbol(page, "…", "..."), bytes);
}

static void page_text_part(const struct page *page, const char *s, size_t len)
{
	static __thread struct buffer part;
	size_t shown = page_shown_length(s, len, VALUE_MAX);

	buffer_reset(&part);
	buffer_add(&part, s, shown);
	text_put(page->out, part.data, page->view->charset);
	if (shown < len)
		page_put_rest(page, len - shown);
}

static void page_text(const struct page *page, const char *s)
{
	if (s)
		page_text_part(page, s, strlen(s));
	else
		buffer_putc(page->out, '?');
}

static void page_number(const struct page *page, const struct number *n)
{
	if (n->known)
		buffer_printf(page->out, "%" PRIu64, n->value);
	else
		buffer_putc(page->out, '?');
}

static bool text_differs(const char *a, const char *b)
{
	return a && (!b || strcmp(a, b));
}

static void page_put_time(const struct page *page, const struct number *when)
{
	if (when->known)
		when_put(page->out, when->value);
	else
		buffer_puts(page->out, "(time unknown)");
}

static void page_begin(const struct page *page, const struct number *when)
{
	page_put_time(page, when);
	if (page->view->shows_host) {
		buffer_putc(page->out, ' ');
		page_text(page, page->view->host->name);
	}
}

static void page_put_severity(const struct page *page, const struct alert_rule *rule)
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
	page_color(page, shown[severity].color);
	buffer_puts(page->out, shown[severity].word);
	page_color(page, RESET);
}

static void page_put_intervention(const struct page *page, const struct number *verdict)
{
	const char *word = intervention_name(verdict->value);
	bool ran = verdict->value == SHELLTRAP_VERDICT_WOULD_DENY;

	if (!word)
		return;
	page_color(page, ran ? BOLD YELLOW : BOLD GREEN);
	buffer_puts(page->out, word);
	page_color(page, RESET);
	buffer_putc(page->out, ' ');
}

static void page_put_header(const struct page *page, const struct record *record)
{
	const struct alert_rule *leading = alert_leading_rule(&record->alert);

	page_begin(page, &record->time);
	buffer_putc(page->out, ' ');
	page_put_severity(page, leading);
	buffer_putc(page->out, ' ');
	page_put_intervention(page, &record->alert.verdict);
	page_color(page, BOLD);
	page_text(page, leading ? leading->name : NULL);
	page_color(page, RESET);
	if (leading && leading->title) {
		buffer_puts(page->out, ": ");
		page_text(page, leading->title);
	}
	page_end_line(page);
}

static void page_put_user(const struct page *page, const struct number *uid)
{
	const char *name = uid->known ? page->view->user_name(uid->value) : NULL;

	if (name) {
		page_text(page, name);
		buffer_puts(page->out, " (uid ");
	} else {
		buffer_puts(page->out, "uid ");
	}
	page_number(page, uid);
	if (name)
		buffer_putc(page->out, ')');
}

static void page_put_who(const struct page *page, const struct alert *alert)
{
	const struct alert_process *process = &alert->process;

	page_label(page, "who");
	page_text(page, alert->comm);
	buffer_printf(page->out, " %s ", verdict_verb(alert->verdict.value));
	page_text(page, alert->pathname);
	buffer_puts(page->out, " as ");
	page_put_user(page, &process->uid);
	if (process->euid.known && process->euid.value != process->uid.value) {
		buffer_puts(page->out, ", acting as ");
		page_put_user(page, &process->euid);
	}
	if (process->loginuid.known) {
		buffer_puts(page->out, ", logged in as ");
		page_put_user(page, &process->loginuid);
	}
	page_end_line(page);
}

static void page_put_task(const struct page *page, const char *comm, const struct number *pid)
{
	page_text(page, comm);
	buffer_putc(page->out, '(');
	page_number(page, pid);
	buffer_putc(page->out, ')');
}

static bool page_is_server(const struct alert_server *server, const struct alert_ancestor *ancestor)
{
	if (server->pid.known && ancestor->pid.known && server->pid.value == ancestor->pid.value)
		return true;
	return server->comm && ancestor->comm && !strcmp(server->comm, ancestor->comm);
}

/*
 * The number of ancestors to show: up to the parent of the topmost server; only the parent
 * of the process if the process itself was the server; all if none of them is a server.
 */
static size_t page_count_ancestors(const struct alert *alert)
{
	const struct alert_server *server = &alert->server;
	size_t count = alert->ancestor_count;
	size_t i;

	if (!server->present)
		return count;
	for (i = count; i > 0; i--)
		if (page_is_server(server, &alert->ancestors[i - 1]))
			return i < count ? i + 1 : i;
	if (server->pid.known && server->pid.value == alert->process.pid.value && count)
		return 1;
	return count;
}

static void page_put_tree(const struct page *page, const struct alert *alert)
{
	const char *branch = page_symbol(page, " ─ ", " - ");
	size_t shown = page_count_ancestors(alert);
	size_t skip_from = shown, skip_to = shown;
	size_t i;

	/* Skip the middle: both ends matter, the server and the caller of the exec. */
	if (shown > TREE_MAX) {
		skip_from = shown - 2;
		skip_to = TREE_MAX - 2;
	}
	page_label(page, "tree");
	for (i = shown; i > 0; i--) {
		if (i == skip_from && skip_from != skip_to) {
			buffer_printf(page->out, "%s%s", page_symbol(page, "…", "..."), branch);
			i = skip_to;
		}
		page_put_task(page, alert->ancestors[i - 1].comm, &alert->ancestors[i - 1].pid);
		buffer_puts(page->out, branch);
	}
	page_put_task(page, alert->process.comm, &alert->process.pid);
	page_end_line(page);
}

/* Shows each argument as a word, VALUE_MAX bytes in all. */
static void page_put_command(const struct page *page, const struct alert_process *process)
{
	const struct bytes *argv = &process->argv;
	size_t start = 0, end = 0;
	struct bytes argument;

	if (!argv->data)
		return;
	page_label(page, "command");
	while (start < VALUE_MAX && alert_argument(argv, &end, &argument)) {
		size_t shown = page_shown_length(argument.data, argument.len, VALUE_MAX - start);

		buffer_puts(page->out, start ? " " : "");
		text_put_word(page->out, argument.data, shown, page->view->charset);
		start = shown < argument.len ? VALUE_MAX : end;
	}
	if (start >= VALUE_MAX && argv->len > VALUE_MAX)
		page_put_rest(page, argv->len - VALUE_MAX);
	if (process->argv_truncated)
		buffer_printf(page->out, " %s and more", page_symbol(page, "…", "..."));
	page_end_line(page);
}

static void page_put_line(const struct page *page, const char *name, const char *value)
{
	page_label(page, name);
	page_text(page, value);
	page_end_line(page);
}

static void page_put_hash(const struct page *page, const struct record *record)
{
	const struct view *view = page->view;
	const struct found_file *found = view->find_file ? view->find_file(record) : NULL;

	if (found && found->sha256)
		page_put_line(page, "sha256", found->sha256);
}

static void page_put_mode(const struct page *page, const struct number *mode)
{
	if (mode->known)
		buffer_printf(page->out, ", mode %04o", (unsigned int)mode->value & 07777);
}

static void page_put_file(const struct page *page, const struct alert *alert)
{
	const struct alert_file *file = &alert->file;

	if (!file->present || !text_differs(file->path, alert->pathname))
		return;
	page_label(page, "file");
	page_text(page, file->path);
	buffer_puts(page->out, ", owner ");
	page_put_user(page, &file->uid);
	page_put_mode(page, &file->mode);
	page_end_line(page);
}

static void page_put_stdio(const struct page *page, const char *name,
			   const struct alert_stdio *stdio)
{
	const char *state = socket_state_name(stdio->state.value);

	if (stdio->type.value != SHELLTRAP_STDIO_SOCKET)
		return;
	page_label(page, name);
	if (stdio_is_connected(stdio)) {
		page_color(page, BOLD RED);
		buffer_puts(page->out, "connected to ");
		put_endpoint(page->out, &stdio->peer_addr, &stdio->peer_port);
		page_color(page, RESET);
		buffer_printf(page->out, " (%s)", state ? state : "state unknown");
	} else {
		const char *family = socket_family_name(stdio->family.value);

		buffer_printf(page->out, "%s socket, %s", family ? family : "unknown",
			      state ? state : "state unknown");
		buffer_puts(page->out, stdio->local_addr.data ? " on " : "");
		put_endpoint(page->out, &stdio->local_addr, &stdio->local_port);
	}
	page_end_line(page);
}

/* Of a server that is known by nothing but its port, the name hardly tells what it is. */
static void page_put_server(const struct page *page, const struct alert_server *server)
{
	if (!server->port.known && !server->command)
		return;
	page_label(page, "server");
	page_put_task(page, server->comm, &server->pid);
	if (server->port.known) {
		buffer_puts(page->out, ", port ");
		page_number(page, &server->port);
	}
	if (server->command) {
		buffer_puts(page->out, ", command ");
		page_text(page, server->command);
	}
	page_end_line(page);
}

static void page_put_clients(const struct page *page, const struct alert_request *request)
{
	size_t i;

	for (i = 0; i < request->client_count; i++) {
		buffer_puts(page->out, i ? ", " : "");
		put_client(page->out, &request->clients[i]);
	}
	if (!request->more.known)
		buffer_puts(page->out, " and perhaps others");
	else if (request->more.value)
		buffer_printf(page->out, " and %" PRIu64 " more", request->more.value);
}

static void page_put_from(const struct page *page, const struct alert_request *request)
{
	if (request_client(request)) {
		buffer_puts(page->out, "from ");
		page_color(page, BOLD);
	} else if (request->client_count) {
		buffer_puts(page->out, "from one of ");
	} else {
		buffer_puts(page->out, "from an unknown client");
		return;
	}
	page_put_clients(page, request);
	page_color(page, RESET);
}

/* The certainty and the sources, in parentheses. */
static void page_put_witnesses(const struct page *page, const struct alert_request *request)
{
	const char *certainty = certainty_name(request->certainty.value);
	const char *name, *separator = "; ";
	size_t next = 0;

	buffer_printf(page->out, " (%s", certainty ? certainty : "certainty unknown");
	while ((name = request_next_source(request, &next))) {
		buffer_printf(page->out, "%s%s", separator, name);
		separator = ", ";
	}
	buffer_putc(page->out, ')');
}

static void page_put_via(const struct page *page, const struct alert_request *request)
{
	size_t i;

	if (!request->via_count)
		return;
	page_label(page, "via");
	for (i = 0; i < request->via_count; i++) {
		buffer_puts(page->out, i ? ", " : "");
		page_put_task(page, request->via[i].comm, &request->via[i].pid);
	}
	page_end_line(page);
}

/* What the client says of itself. Nothing proves it. */
static void page_put_claims(const struct page *page, const struct alert_request *request)
{
	if (request->forwarded_for)
		page_put_line(page, "forwarded", request->forwarded_for);
	if (request->user_agent)
		page_put_line(page, "agent", request->user_agent);
}

/* The script as it was found when the alert was written, or why it was not read. */
static void page_put_script(const struct page *page, const struct alert_request *request)
{
	const struct request_file *file = &request->file;

	if (!file->present || !request->script)
		return;
	page_label(page, "script");
	page_text(page, request->script);
	if (file->not_read) {
		buffer_puts(page->out, ", not read: ");
		page_text(page, file->not_read);
	} else {
		buffer_puts(page->out, ", owner ");
		page_put_user(page, &file->uid);
		page_put_mode(page, &file->mode);
	}
	if (file->modified.known) {
		buffer_puts(page->out, ", changed ");
		put_utc(page->out, file->modified.value, 1);
	}
	page_end_line(page);
	if (file->sha256)
		page_put_line(page, "sha256", file->sha256);
}

static void page_put_request(const struct page *page, const struct alert_request *request)
{
	if (!request->client_count && !request->uri)
		return;
	page_label(page, "request");
	if (request->uri) {
		page_text(page, request->method);
		buffer_putc(page->out, ' ');
		page_text(page, request->uri);
		buffer_putc(page->out, ' ');
	}
	page_put_from(page, request);
	page_put_witnesses(page, request);
	page_end_line(page);
	page_put_via(page, request);
	page_put_script(page, request);
	page_put_claims(page, request);
}

static void page_put_name(const struct page *page, const char *label, const char *name)
{
	if (!name)
		return;
	buffer_printf(page->out, ", %s ", label);
	page_text(page, name);
}

static void page_put_container_names(const struct page *page, const char *cgroup)
{
	const struct container_names *names = container_names_of(page->view, cgroup);

	page_put_name(page, "name", names->name);
	page_put_name(page, "image", names->image);
	page_put_name(page, "pod", names->pod);
	page_put_name(page, "namespace", names->namespace);
}

static void page_put_place(const struct page *page, const char *cgroup)
{
	struct container container;
	struct span unit;

	if (!cgroup)
		return;
	if (container_of_cgroup(cgroup, &container)) {
		page_label(page, "container");
		if (container.runtime)
			buffer_printf(page->out, "%s ", container.runtime);
		page_text_part(page, container.id.start, container.id.len);
		page_put_container_names(page, cgroup);
		page_end_line(page);
	} else if (unit_of_cgroup(cgroup, &unit)) {
		page_label(page, "unit");
		page_text_part(page, unit.start, unit.len);
		page_end_line(page);
	}
}

static void page_put_other_rules(const struct page *page, const struct alert *alert)
{
	size_t i;

	if (alert->rule_count < 2)
		return;
	page_label(page, "also");
	for (i = 1; i < alert->rule_count; i++) {
		buffer_puts(page->out, i > 1 ? ", " : "");
		page_text(page, alert->rules[i].name);
	}
	page_end_line(page);
}

static void page_put_verdict(const struct page *page, const struct number *verdict)
{
	const char *name = verdict_name(verdict->value);

	if (!verdict->known || verdict->value == SHELLTRAP_VERDICT_OBSERVED)
		return;
	page_label(page, "verdict");
	page_color(page, BOLD);
	if (name)
		buffer_puts(page->out, name);
	else
		page_number(page, verdict);
	page_color(page, RESET);
	page_end_line(page);
}

static void page_put_alert(const struct page *page, const struct record *record)
{
	const struct alert *alert = &record->alert;

	page_put_header(page, record);
	page_put_who(page, alert);
	page_put_tree(page, alert);
	page_put_command(page, &alert->process);
	if (alert->process.cwd)
		page_put_line(page, "cwd", alert->process.cwd);
	page_put_file(page, alert);
	page_put_hash(page, record);
	if (text_differs(alert->interpreter, alert->pathname))
		page_put_line(page, "interp", alert->interpreter);
	page_put_stdio(page, "stdin", &alert->in);
	page_put_stdio(page, "stdout", &alert->out);
	page_put_server(page, &alert->server);
	page_put_request(page, &alert->request);
	page_put_place(page, alert->cgroup_path);
	page_put_other_rules(page, alert);
	page_put_verdict(page, &alert->verdict);
	if (alert->unheld.known)
		page_put_line(page, "not held", unheld_name(alert->unheld.value));
	page_label(page, "seq");
	page_number(page, &record->seq);
	page_end_line(page);
	page_end_line(page);
}

/* A loss that the module reports counts execs; one that the program noticed, records. */
static void page_put_loss(const struct page *page, const struct record *record)
{
	const struct loss *loss = &record->loss;
	const char *what = loss->reason ? "record" : "exec";
	size_t i;

	page_begin(page, &record->time);
	buffer_putc(page->out, ' ');
	page_color(page, BOLD YELLOW);
	buffer_puts(page->out, "LOST ");
	page_number(page, &loss->lost);
	buffer_printf(page->out, " %s%s", what, loss->lost.value == 1 ? "" : "s");
	page_color(page, RESET);
	buffer_printf(page->out, ", %s ", loss->reason ? "from seq" : "seq");
	page_number(page, &record->seq);
	buffer_puts(page->out, ": ");
	/* Of a record from a file it may have any bytes. */
	page_text(page, loss_reason(loss));
	for (i = 0; i < loss->cause_count; i++) {
		buffer_putc(page->out, '\n');
		page_label(page, "of");
		put_loss_cause(page->out, &loss->causes[i], page->view, page->view->charset);
	}
	buffer_puts(page->out, "\n\n");
}

static void page_put_seq(const struct page *page, const struct record *record)
{
	buffer_puts(page->out, ", seq ");
	page_number(page, &record->seq);
	buffer_puts(page->out, "\n\n");
}

static void page_put_event(const struct page *page, const struct record *record)
{
	page_begin(page, &record->time);
	page_color(page, event_is_trouble(&record->event) ? BOLD YELLOW : BOLD);
	buffer_puts(page->out, " EVENT ");
	page_color(page, RESET);
	put_event_summary(page->out, &record->event, page->view, page->view->charset);
	page_put_seq(page, record);
}

static void page_put_outcome(const struct page *page, const struct record *record)
{
	page_begin(page, &record->time);
	page_color(page, BOLD);
	buffer_puts(page->out, " OUTCOME ");
	page_color(page, RESET);
	put_outcome_summary(page->out, &record->outcome, page->view->charset);
	page_put_seq(page, record);
}

static void page_put_repeats(const struct page *page, const struct record *record)
{
	const struct repeats *repeats = &record->repeats;
	const struct alert_rule *rule = repeats_rule(repeats);

	page_begin(page, &repeats->latest);
	buffer_putc(page->out, ' ');
	page_put_severity(page, rule);
	buffer_putc(page->out, ' ');
	page_color(page, BOLD);
	page_text(page, rule ? rule->name : NULL);
	page_color(page, RESET);
	buffer_puts(page->out, ": ");
	page_number(page, &repeats->count);
	buffer_puts(page->out, " more like seq ");
	page_number(page, &repeats->of);
	buffer_puts(page->out, ", the first at ");
	page_put_time(page, &repeats->first);
	page_put_seq(page, record);
}

static void page_put(struct buffer *out, const struct record *record, const struct view *view)
{
	static void (*const put[])(const struct page *page, const struct record *record) = {
		[RECORD_ALERT] = page_put_alert,
		[RECORD_LOSS] = page_put_loss,
		[RECORD_EVENT] = page_put_event,
		[RECORD_OUTCOME] = page_put_outcome,
		[RECORD_REPEATS] = page_put_repeats,
	};
	enum record_kind kind = record_kind(record);
	const struct page page = { out, view };

	put[kind ? kind : RECORD_LOSS](&page, record);
}

const struct format format_text = {
	.name = "text",
	.put = page_put,
};
