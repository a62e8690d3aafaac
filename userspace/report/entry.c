// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/entry.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/stored.h"
#include "format/summary.h"
#include "kernel/record.h"
#include "lib/choice.h"
#include "lib/exit.h"
#include "lib/node.h"
#include "lib/text.h"
#include "lib/util.h"
#include "lib/xalloc.h"
#include "report/moment.h"

/* Where the members of an entry are in the record. */
struct entry_member {
	const char *path;
	size_t offset;
};

#define MEMBER(path, member) { path, offsetof(struct entry, member) }

static const struct entry_member strings[] = {
	MEMBER("host", host), MEMBER("instance", instance),
	MEMBER("rule", rule), MEMBER("verdict", verdict), MEMBER("comm", comm),
	MEMBER("pathname", pathname), MEMBER("interpreter", interpreter),
	MEMBER("process.comm", process_comm), MEMBER("process.cwd", cwd),
	MEMBER("process.user", user), MEMBER("process.euser", euser),
	MEMBER("process.loginuser", loginuser),
	MEMBER("file.path", file_path), MEMBER("file.mode", file_mode),
	MEMBER("file.user", file_user), MEMBER("file.sha256", file_sha256),
	MEMBER("server.comm", server_comm), MEMBER("server.exe", server_exe),
	MEMBER("server.matched", server_matched), MEMBER("server.started", server_started),
	MEMBER("stdin.peer", stdin_peer), MEMBER("stdout.peer", stdout_peer),
	MEMBER("unit", unit), MEMBER("container.id", container_id),
	MEMBER("container.runtime", container_runtime), MEMBER("container.name", container_name),
	MEMBER("container.image", container_image),
	MEMBER("request.certainty", certainty), MEMBER("request.client", client),
	MEMBER("request.local", local),
	MEMBER("why", why), MEMBER("event", event), MEMBER("by.comm", by_comm),
};

static const struct entry_member numbers[] = {
	MEMBER("seq", seq), MEMBER("process.pid", pid), MEMBER("process.uid", uid),
	MEMBER("process.euid", euid), MEMBER("process.loginuid", loginuid),
	MEMBER("file.uid", file_uid), MEMBER("file.ino", file_ino),
	MEMBER("server.pid", server_pid), MEMBER("server.port", server_port),
	MEMBER("request.more", more_clients), MEMBER("of", of), MEMBER("last", last),
	MEMBER("lost", lost), MEMBER("count", count), MEMBER("by.pid", by_pid),
	MEMBER("by.uid", by_uid),
};

static const struct entry_member lists[] = {
	MEMBER("rules", rules), MEMBER("request.clients", clients),
	MEMBER("request.sources", witnesses),
};

static void *entry_member(struct entry *entry, const struct entry_member *member)
{
	return (char *)entry + member->offset;
}

/* At most max bytes, and no part of a character. */
static size_t entry_cut(const char *s, size_t len, size_t max)
{
	if (len <= max)
		return len;
	while (max && (s[max] & 0xc0) == 0x80)
		max--;
	return max;
}

/* A copy, as a buffer takes more memory than most values need. */
static char *entry_shown(const char *s, size_t len, size_t max)
{
	static __thread struct buffer shown;
	size_t kept = entry_cut(s, len, max);

	buffer_reset(&shown);
	buffer_puts(&shown, "");
	text_put_bytes(&shown, s, kept, TEXT_UTF8);
	if (kept < len)
		buffer_printf(&shown, " … %zu bytes more", len - kept);
	return xstrndup(shown.data, shown.len);
}

static char *entry_string(const struct node *value)
{
	return node_is(value, NODE_STRING) ?
	       entry_shown(value->text, value->len, ENTRY_VALUE_MAX) : NULL;
}

static struct number entry_number(const struct node *object, const char *path)
{
	struct number number = {0};

	number.known = node_number(object, path, &number.value);
	return number;
}

static size_t entry_list_length(const struct node *array)
{
	if (!node_is(array, NODE_ARRAY))
		return 0;
	return array->count < ENTRY_LIST_MAX ? array->count : ENTRY_LIST_MAX;
}

/* "make" returns NULL for an element that is not what it should be. */
static struct entry_list entry_read_list(const struct node *array,
					 char *(*make)(const struct node *element))
{
	size_t left = entry_list_length(array);
	struct entry_list list = { xcalloc(left + 1, sizeof(char *)), 0 };
	const struct node *element;

	node_each_item(element, array) {
		char *item = left ? make(element) : NULL;

		if (!left--)
			break;
		if (item)
			list.items[list.count++] = item;
	}
	return list;
}

static char *entry_threat(const struct node *threat)
{
	char *tactic = entry_string(node_at(threat, "tactic"));
	char *technique = entry_string(node_at(threat, "technique"));
	char *both = NULL;

	if (tactic && technique && asprintf(&both, "%s/%s", tactic, technique) < 0)
		out_of_memory();
	free(tactic);
	free(technique);
	return both;
}

static char *entry_proxy(const struct node *via)
{
	char *comm = entry_string(node_at(via, "comm"));
	struct number pid = entry_number(via, "pid");
	char *both = NULL;

	if (comm && pid.known && asprintf(&both, "%s(%" PRIu64 ")", comm, pid.value) < 0)
		out_of_memory();
	free(comm);
	return both;
}

static void entry_read_ancestors(struct entry *entry, const struct node *array)
{
	size_t max = entry_list_length(array);
	const struct node *object;

	entry->ancestors = xcalloc(max + 1, sizeof(*entry->ancestors));
	node_each_item(object, array) {
		struct entry_task *task = &entry->ancestors[entry->ancestor_count];

		if (entry->ancestor_count == max)
			break;
		task->pid = entry_number(object, "pid");
		task->comm = entry_string(node_at(object, "comm"));
		entry->ancestor_count++;
	}
}

/* The command line as words of a shell. */
static char *entry_command(const struct node *object, const struct entry *entry)
{
	const struct node *argv = node_at(object, "process.argv"), *word;
	struct buffer line = {0};
	char *shown;

	if (!node_is(argv, NODE_ARRAY) || !argv->count)
		return xstrdup(entry->pathname ? entry->pathname : "?");
	node_each_item(word, argv) {
		if (line.len >= ENTRY_LINE_MAX)
			break;
		buffer_puts(&line, line.len ? " " : "");
		if (word->type == NODE_STRING)
			text_put_word(&line, word->text, word->len, TEXT_UTF8);
	}
	if (word || node_is(node_at(object, "process.argv_truncated"), NODE_TRUE))
		buffer_puts(&line, " … and more");
	shown = entry_shown(line.data, line.len, ENTRY_VALUE_MAX);
	buffer_free(&line);
	return shown;
}

static uint64_t entry_time(const struct node *object, const char *path)
{
	const char *text = node_string(object, path);
	uint64_t ns;

	return text && moment_parse(text, &ns) ? ns : 0;
}

/* Returns false for a type that is none of a record. */
static bool entry_find_kind(const struct node *object, enum entry_kind *kind)
{
	static const char *const words[] = {
		[ENTRY_ALERT] = "alert", [ENTRY_LOSS] = "loss", [ENTRY_EVENT] = "event",
		[ENTRY_OUTCOME] = "outcome", [ENTRY_REPEATS] = "repeats",
	};
	static const struct choices kinds = CHOICES(words);
	const char *type = node_string(object, "type");
	int found;

	if (!node_at(object, "type")) {
		*kind = ENTRY_ALERT;
		return node_at(object, "rule") || node_at(object, "process");
	}
	found = type ? choice_find(&kinds, type) : -1;
	*kind = found < 0 ? ENTRY_ALERT : (enum entry_kind)found;
	return found >= 0;
}

static void entry_read_members(struct entry *entry, const struct node *object)
{
	const struct node *request = node_at(object, "request");
	size_t i;

	for (i = 0; i < ARRAY_SIZE(strings); i++)
		*(char **)entry_member(entry, &strings[i]) =
			entry_string(node_at(object, strings[i].path));
	for (i = 0; i < ARRAY_SIZE(numbers); i++)
		*(struct number *)entry_member(entry, &numbers[i]) =
			entry_number(object, numbers[i].path);
	for (i = 0; i < ARRAY_SIZE(lists); i++)
		*(struct entry_list *)entry_member(entry, &lists[i]) =
			entry_read_list(node_at(object, lists[i].path), entry_string);
	for (i = 0; i < REQUEST_STRINGS; i++)
		entry->asked[i] = entry_string(node_at(request, request_strings[i].key));
	entry->threats = entry_read_list(node_at(object, "threat"), entry_threat);
	entry->via = entry_read_list(node_at(object, "request.via"), entry_proxy);
	entry_read_ancestors(entry, node_at(object, "ancestors"));
}

static unsigned int entry_severity(const struct node *object)
{
	const char *severity = node_string(object, "severity");
	int value = severity ? choice_find(&severity_choices, severity) : 0;

	return value < 0 ? 0 : value;
}

static char *entry_summary(const struct node *object, size_t len)
{
	static struct stored stored;
	struct buffer line = {0};
	char *summary = NULL;

	if (stored_read(&stored, object, len)) {
		put_event_summary(&line, &stored.record.event, &stored.view, TEXT_UTF8);
		summary = entry_shown(line.data, line.len, ENTRY_VALUE_MAX);
	}
	buffer_free(&line);
	return summary;
}

struct entry *entry_of(const struct node *object, const char *line, size_t len)
{
	struct entry *entry;
	enum entry_kind kind;

	if (!node_is(object, NODE_OBJECT) || !entry_find_kind(object, &kind))
		return NULL;
	entry = xcalloc(1, sizeof(*entry));
	entry->kind = kind;
	entry->time = entry_time(object, "time");
	entry->severity = entry_severity(object);
	entry->line = entry_shown(line, len, ENTRY_LINE_MAX);
	entry_read_members(entry, object);
	entry->command = kind == ENTRY_ALERT ? entry_command(object, entry) : NULL;
	entry->summary = kind == ENTRY_EVENT ? entry_summary(object, len) : NULL;
	return entry;
}

static void entry_free_list(struct entry_list *list)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		free(list->items[i]);
	free(list->items);
}

void entry_free(struct entry *entry)
{
	size_t i;

	if (!entry)
		return;
	for (i = 0; i < ARRAY_SIZE(strings); i++)
		free(*(char **)entry_member(entry, &strings[i]));
	for (i = 0; i < ARRAY_SIZE(lists); i++)
		entry_free_list(entry_member(entry, &lists[i]));
	for (i = 0; i < REQUEST_STRINGS; i++)
		free(entry->asked[i]);
	entry_free_list(&entry->threats);
	entry_free_list(&entry->via);
	for (i = 0; i < entry->ancestor_count; i++)
		free(entry->ancestors[i].comm);
	free(entry->ancestors);
	free(entry->command);
	free(entry->summary);
	free(entry->line);
	free(entry);
}

const char *entry_verdict(const struct entry *entry)
{
	if (entry->outcome && entry->outcome->verdict)
		return entry->outcome->verdict;
	return entry->verdict ? entry->verdict : "unknown";
}

bool entry_is_refused(const struct entry *entry)
{
	const char *verdict = entry_verdict(entry);

	return !strcmp(verdict, "denied") || !strcmp(verdict, "killed");
}

const char *entry_program(const struct entry *entry)
{
	if (entry->pathname)
		return entry->pathname;
	return entry->file_path ? entry->file_path : "(program unknown)";
}

bool entry_has_rule(const struct entry *entry, const char *rule)
{
	size_t i;

	for (i = 0; i < entry->rules.count; i++)
		if (!strcmp(entry->rules.items[i], rule))
			return true;
	return entry->rule && !strcmp(entry->rule, rule);
}

const char *entry_peer(const struct entry *entry)
{
	return entry->stdin_peer ? entry->stdin_peer : entry->stdout_peer;
}

bool entry_is_root(const struct entry *entry)
{
	return (entry->uid.known && !entry->uid.value) || (entry->euid.known && !entry->euid.value);
}

static bool entry_same_text(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

bool entry_same_source(const struct entry *a, const struct entry *b)
{
	return entry_same_text(a->host, b->host) && entry_same_text(a->instance, b->instance);
}
