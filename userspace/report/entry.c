// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/entry.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/json_tree.h"
#include "kernel/record.h"
#include "lib/choice.h"
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
	MEMBER("request.local", local), MEMBER("request.method", method),
	MEMBER("request.host", request_host), MEMBER("request.uri", uri),
	MEMBER("request.script", script), MEMBER("request.remote_addr", remote_addr),
	MEMBER("request.forwarded_for", forwarded_for), MEMBER("request.user_agent", user_agent),
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

static char *entry_string(struct json_object *value)
{
	if (!json_object_is_type(value, json_type_string))
		return NULL;
	return entry_shown(json_object_get_string(value), json_object_get_string_len(value),
			   ENTRY_VALUE_MAX);
}

static struct number entry_number(struct json_object *object, const char *path)
{
	struct number number = {0};

	number.known = json_get_number(object, path, &number.value);
	return number;
}

static size_t entry_list_length(struct json_object *array)
{
	size_t count;

	if (!json_object_is_type(array, json_type_array))
		return 0;
	count = json_object_array_length(array);
	return count < ENTRY_LIST_MAX ? count : ENTRY_LIST_MAX;
}

/* "make" returns NULL for an element that is not what it should be. */
static struct entry_list entry_read_list(struct json_object *array,
					 char *(*make)(struct json_object *element))
{
	size_t count = entry_list_length(array), i;
	struct entry_list list = { xcalloc(count + 1, sizeof(char *)), 0 };

	for (i = 0; i < count; i++) {
		char *item = make(json_object_array_get_idx(array, i));

		if (item)
			list.items[list.count++] = item;
	}
	return list;
}

static char *entry_threat(struct json_object *threat)
{
	char *tactic = entry_string(json_at(threat, "tactic"));
	char *technique = entry_string(json_at(threat, "technique"));
	char *both = NULL;

	if (tactic && technique && asprintf(&both, "%s/%s", tactic, technique) < 0)
		out_of_memory();
	free(tactic);
	free(technique);
	return both;
}

static char *entry_proxy(struct json_object *via)
{
	char *comm = entry_string(json_at(via, "comm"));
	struct number pid = entry_number(via, "pid");
	char *both = NULL;

	if (comm && pid.known && asprintf(&both, "%s(%" PRIu64 ")", comm, pid.value) < 0)
		out_of_memory();
	free(comm);
	return both;
}

static void entry_read_ancestors(struct entry *entry, struct json_object *array)
{
	size_t i;

	entry->ancestor_count = entry_list_length(array);
	entry->ancestors = xcalloc(entry->ancestor_count + 1, sizeof(*entry->ancestors));
	for (i = 0; i < entry->ancestor_count; i++) {
		struct json_object *object = json_object_array_get_idx(array, i);

		entry->ancestors[i].pid = entry_number(object, "pid");
		entry->ancestors[i].comm = entry_string(json_at(object, "comm"));
	}
}

/* The command line as words of a shell. */
static char *entry_command(struct json_object *object, const struct entry *entry)
{
	struct json_object *argv = json_at(object, "process.argv");
	struct buffer line = {0};
	char *shown;
	size_t i;

	if (!json_object_is_type(argv, json_type_array) || !json_object_array_length(argv))
		return xstrdup(entry->pathname ? entry->pathname : "?");
	for (i = 0; i < json_object_array_length(argv) && line.len < ENTRY_LINE_MAX; i++) {
		struct json_object *word = json_object_array_get_idx(argv, i);

		buffer_puts(&line, i ? " " : "");
		if (json_object_is_type(word, json_type_string))
			text_put_word(&line, json_object_get_string(word),
				      json_object_get_string_len(word), TEXT_UTF8);
	}
	if (i < json_object_array_length(argv) ||
	    json_object_get_boolean(json_at(object, "process.argv_truncated")))
		buffer_puts(&line, " … and more");
	shown = entry_shown(line.data, line.len, ENTRY_VALUE_MAX);
	buffer_free(&line);
	return shown;
}

static uint64_t entry_time(struct json_object *object, const char *path)
{
	struct json_object *value = json_at(object, path);
	uint64_t ns;

	if (!json_object_is_type(value, json_type_string) ||
	    !moment_parse(json_object_get_string(value), &ns))
		return 0;
	return ns;
}

/* Returns false for a type that is none of a record. */
static bool entry_find_kind(struct json_object *object, enum entry_kind *kind)
{
	static const char *const words[] = {
		[ENTRY_ALERT] = "alert", [ENTRY_LOSS] = "loss", [ENTRY_EVENT] = "event",
		[ENTRY_OUTCOME] = "outcome", [ENTRY_REPEATS] = "repeats",
	};
	static const struct choices kinds = CHOICES(words);
	struct json_object *type = json_at(object, "type");
	int found;

	if (!type) {
		*kind = ENTRY_ALERT;
		return json_at(object, "rule") || json_at(object, "process");
	}
	found = choice_find(&kinds, json_object_get_string(type));
	*kind = found < 0 ? ENTRY_ALERT : (enum entry_kind)found;
	return found >= 0;
}

static void entry_read_members(struct entry *entry, struct json_object *object)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(strings); i++)
		*(char **)entry_member(entry, &strings[i]) =
			entry_string(json_at(object, strings[i].path));
	for (i = 0; i < ARRAY_SIZE(numbers); i++)
		*(struct number *)entry_member(entry, &numbers[i]) =
			entry_number(object, numbers[i].path);
	for (i = 0; i < ARRAY_SIZE(lists); i++)
		*(struct entry_list *)entry_member(entry, &lists[i]) =
			entry_read_list(json_at(object, lists[i].path), entry_string);
	entry->threats = entry_read_list(json_at(object, "threat"), entry_threat);
	entry->via = entry_read_list(json_at(object, "request.via"), entry_proxy);
	entry_read_ancestors(entry, json_at(object, "ancestors"));
}

static unsigned int entry_severity(struct json_object *object)
{
	struct json_object *severity = json_at(object, "severity");
	int value;

	if (!json_object_is_type(severity, json_type_string))
		return 0;
	value = choice_find(&severity_choices, json_object_get_string(severity));
	return value < 0 ? 0 : value;
}

struct entry *entry_of(struct json_object *object, const char *line, size_t len)
{
	struct entry *entry;
	enum entry_kind kind;

	if (!json_object_is_type(object, json_type_object) || !entry_find_kind(object, &kind))
		return NULL;
	entry = xcalloc(1, sizeof(*entry));
	entry->kind = kind;
	entry->time = entry_time(object, "time");
	entry->severity = entry_severity(object);
	entry->line = entry_shown(line, len, ENTRY_LINE_MAX);
	entry_read_members(entry, object);
	entry->command = kind == ENTRY_ALERT ? entry_command(object, entry) : NULL;
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
	entry_free_list(&entry->threats);
	entry_free_list(&entry->via);
	for (i = 0; i < entry->ancestor_count; i++)
		free(entry->ancestors[i].comm);
	free(entry->ancestors);
	free(entry->command);
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
