// SPDX-License-Identifier: GPL-2.0-or-later
/* The native JSON: one object a line, every field always there, null for none. */
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "format.h"
#include "json.h"
#include "program.h"
#include "threat.h"
#include "utf8.h"

static struct json_object *new_array(void)
{
	return json_must(json_object_new_array());
}

static struct json_object *new_bytes(const char *data, size_t len)
{
	static __thread struct buffer escaped;

	buffer_reset(&escaped);
	utf8_escape(&escaped, data, len);
	return json_must(json_object_new_string_len(len ? escaped.data : "", escaped.len));
}

static struct json_object *new_string(const char *s)
{
	return s ? new_bytes(s, strlen(s)) : NULL;
}

/* Takes over value; NULL is null. */
static void put(struct json_object *object, const char *key, struct json_object *value)
{
	if (json_object_object_add_ex(object, key, value, JSON_C_OBJECT_ADD_KEY_IS_NEW |
				      JSON_C_OBJECT_KEY_IS_CONSTANT))
		out_of_memory();
}

static void append(struct json_object *array, struct json_object *value)
{
	if (json_object_array_add(array, value))
		out_of_memory();
}

static void put_string(struct json_object *object, const char *key, const char *value)
{
	put(object, key, new_string(value));
}

static void put_number(struct json_object *object, const char *key, const struct number *value)
{
	put(object, key, json_new_number(value));
}

/* A value that has no name yet still shows, as its number. */
static void put_name(struct json_object *object, const char *key, const struct number *value,
		     const char *(*name)(uint64_t value))
{
	char digits[24];
	const char *text;

	if (!value->known) {
		put(object, key, NULL);
		return;
	}
	text = name(value->value);
	if (!text) {
		snprintf(digits, sizeof(digits), "%" PRIu64, value->value);
		text = digits;
	}
	put_string(object, key, text);
}

static void put_time(struct json_object *object, const struct number *when)
{
	time_t seconds = when->value / 1000000000;
	char text[64];
	struct tm tm;
	size_t len;

	if (!when->known || !gmtime_r(&seconds, &tm)) {
		put(object, "time", NULL);
		return;
	}
	len = strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(text + len, sizeof(text) - len, ".%09uZ",
		 (unsigned int)(when->value % 1000000000));
	put_string(object, "time", text);
}

static void put_identity(struct json_object *object, const struct record *record,
			 const struct view *view)
{
	char instance[17];

	put_number(object, "seq", &record->seq);
	snprintf(instance, sizeof(instance), "%016" PRIx64, record->instance.value);
	put_string(object, "instance", record->instance.known ? instance : NULL);
	put_time(object, &record->time);
	put_string(object, "host", view->host->name);
	put_string(object, "boot_id", view->host->boot_id[0] ? view->host->boot_id : NULL);
}

static void put_rules(struct json_object *object, const struct alert *alert)
{
	const struct alert_rule *leading = alert_leading_rule(alert);
	struct json_object *rules = new_array();
	struct number none = {0};
	size_t i;

	put_string(object, "rule", leading ? leading->name : NULL);
	put_name(object, "severity", leading ? &leading->severity : &none, severity_name);
	for (i = 0; i < alert->rule_count; i++)
		append(rules, new_string(alert->rules[i].name));
	put(object, "rules", rules);
}

static struct json_object *new_argv(const struct alert_process *process)
{
	struct json_object *argv;
	struct bytes argument;
	size_t offset = 0;

	if (!process->argv.data)
		return NULL;
	argv = new_array();
	while (alert_argument(&process->argv, &offset, &argument))
		append(argv, new_bytes(argument.data, argument.len));
	return argv;
}

static struct json_object *new_process(const struct alert_process *process,
				       const struct view *view)
{
	struct json_object *object;

	if (!process->present)
		return NULL;
	object = json_new_object();
	put_number(object, "pid", &process->pid);
	put_number(object, "tid", &process->tid);
	put_string(object, "comm", process->comm);
	put_string(object, "exe", process->exe);
	put(object, "argv", new_argv(process));
	put_number(object, "argc", &process->argc);
	put(object, "argv_truncated", json_must(json_object_new_boolean(process->argv_truncated)));
	put_string(object, "cwd", process->cwd);
	put_number(object, "uid", &process->uid);
	put_number(object, "gid", &process->gid);
	put_number(object, "euid", &process->euid);
	put_number(object, "egid", &process->egid);
	put_string(object, "user",
		   process->uid.known ? view->user_name(process->uid.value) : NULL);
	put_number(object, "loginuid", &process->loginuid);
	put_number(object, "sessionid", &process->sessionid);
	put_number(object, "pid_ns", &process->pid_ns);
	put_number(object, "mnt_ns", &process->mnt_ns);
	put_number(object, "ns_pid", &process->ns_pid);
	return object;
}

static struct json_object *new_file(const struct alert_file *file)
{
	struct json_object *object;
	char dev[24], mode[24];

	if (!file->present)
		return NULL;
	object = json_new_object();
	snprintf(dev, sizeof(dev), "%u:%u", (unsigned int)file->dev_major.value,
		 (unsigned int)file->dev_minor.value);
	snprintf(mode, sizeof(mode), "%04o", (unsigned int)file->mode.value & 07777);
	put_string(object, "path", file->path);
	put_string(object, "dev", file->dev_major.known && file->dev_minor.known ? dev : NULL);
	put_number(object, "ino", &file->ino);
	put_string(object, "mode", file->mode.known ? mode : NULL);
	put_number(object, "uid", &file->uid);
	put_number(object, "gid", &file->gid);
	return object;
}

static struct json_object *new_server(const struct alert_server *server)
{
	struct json_object *object;

	if (!server->present)
		return NULL;
	object = json_new_object();
	put_number(object, "pid", &server->pid);
	put_string(object, "comm", server->comm);
	put_string(object, "exe", server->exe);
	put_name(object, "matched", &server->matched, matched_name);
	return object;
}

static struct json_object *new_ancestors(const struct alert *alert)
{
	struct json_object *array = new_array();
	size_t i;

	for (i = 0; i < alert->ancestor_count; i++) {
		struct json_object *object = json_new_object();

		put_number(object, "pid", &alert->ancestors[i].pid);
		put_string(object, "comm", alert->ancestors[i].comm);
		append(array, object);
	}
	return array;
}

static void put_address(struct json_object *object, const char *key,
			const struct bytes *addr, const struct number *port)
{
	static __thread struct buffer endpoint;

	buffer_reset(&endpoint);
	put_string(object, key, put_endpoint(&endpoint, addr, port) ? endpoint.data : NULL);
}

static struct json_object *new_stdio(const struct alert_stdio *stdio)
{
	struct json_object *object;

	if (!stdio->present)
		return NULL;
	object = json_new_object();
	put_name(object, "type", &stdio->type, stdio_type_name);
	if (stdio->type.value != SHELLTRAP_STDIO_SOCKET)
		return object;
	put_name(object, "family", &stdio->family, socket_family_name);
	put_name(object, "state", &stdio->state, socket_state_name);
	put_name(object, "sock_type", &stdio->sock_type, socket_type_name);
	put_address(object, "local", &stdio->local_addr, &stdio->local_port);
	put_address(object, "peer", &stdio->peer_addr, &stdio->peer_port);
	return object;
}

static struct json_object *new_cgroup(const struct alert *alert)
{
	struct json_object *object = json_new_object();

	put_number(object, "id", &alert->cgroup_id);
	put_string(object, "path", alert->cgroup_path);
	return object;
}

static struct json_object *new_container(const struct alert *alert)
{
	struct json_object *object;
	struct container container;

	if (!alert->cgroup_path || !container_of_cgroup(alert->cgroup_path, &container))
		return NULL;
	object = json_new_object();
	put(object, "id", new_bytes(container.id.start, container.id.len));
	put_string(object, "runtime", container.runtime);
	return object;
}

/* As many as the longest words of all rules can name. */
#define THREATS_MAX (SHELLTRAP_RULES_MAX * (SHELLTRAP_TITLE_MAX + 1) / sizeof("TA0002/T1059"))

static struct json_object *new_threats(const struct alert *alert)
{
	struct json_object *array = new_array();
	struct threat threats[THREATS_MAX];
	size_t count = alert_threats(alert, threats, THREATS_MAX);
	size_t i;

	for (i = 0; i < count; i++) {
		struct json_object *object = json_new_object();

		put_string(object, "tactic", threats[i].tactic);
		put_string(object, "technique", threats[i].technique);
		append(array, object);
	}
	return array;
}

static struct json_object *new_alert(const struct record *record, const struct view *view)
{
	const struct alert *alert = &record->alert;
	struct json_object *object = json_new_object();
	struct number none = {0};

	put_identity(object, record, view);
	put_rules(object, alert);
	put_name(object, "verdict", &alert->verdict, verdict_name);
	put_string(object, "comm", alert->comm);
	put_string(object, "pathname", alert->pathname);
	put_string(object, "interpreter", alert->interpreter);
	put_name(object, "stdin_type", alert->in.present ? &alert->in.type : &none,
		 stdio_type_name);
	put(object, "process", new_process(&alert->process, view));
	put(object, "file", new_file(&alert->file));
	put(object, "server", new_server(&alert->server));
	put(object, "ancestors", new_ancestors(alert));
	put(object, "stdin", new_stdio(&alert->in));
	put(object, "stdout", new_stdio(&alert->out));
	put(object, "cgroup", new_cgroup(alert));
	put(object, "container", new_container(alert));
	put(object, "threat", new_threats(alert));
	return object;
}

static struct json_object *new_loss(const struct record *record, const struct view *view)
{
	struct json_object *object = json_new_object();
	struct number last = { record->seq.known, record_place(record).seq };

	last.known &= last.value != PLACE_END;
	put_string(object, "type", "loss");
	put_identity(object, record, view);
	put_number(object, "last", &last);
	put_number(object, "lost", &record->loss.lost);
	put_string(object, "why", loss_reason(&record->loss));
	return object;
}

/*
 * JSON may hold DEL, C1, bidi controls raw, and json-c leaves them so; a
 * terminal that shows the line would act on them. They occur in strings only,
 * where \uXXXX means the same.
 */
static void put_harmless(struct buffer *out, const char *json, size_t len)
{
	while (len) {
		uint32_t c;
		size_t length = utf8_decode(json, len, &c);

		if (length > 1 || c == 0x7f) {
			if (!text_is_hostile(c))
				buffer_add(out, json, length);
			else if (c < 0x10000)
				buffer_printf(out, "\\u%04x", c);
			else
				buffer_printf(out, "\\u%04x\\u%04x",
					      0xd800 + ((c - 0x10000) >> 10),
					      0xdc00 + ((c - 0x10000) & 0x3ff));
		} else {
			buffer_putc(out, *json);
			length = 1;
		}
		json += length;
		len -= length;
	}
}

static void put_json(struct buffer *out, const struct record *record, const struct view *view)
{
	struct json_object *object = record->alert.present ? new_alert(record, view) :
							     new_loss(record, view);
	size_t len;
	const char *text = json_object_to_json_string_length(object, JSON_C_TO_STRING_PLAIN |
							     JSON_C_TO_STRING_NOSLASHESCAPE,
							     &len);

	if (!text)
		out_of_memory();
	put_harmless(out, text, len);
	buffer_putc(out, '\n');
	json_object_put(object);
}

static bool get_number(const struct json_object *line, const char *key, uint64_t *value)
{
	struct json_object *found;

	if (!json_object_object_get_ex(line, key, &found) ||
	    !json_object_is_type(found, json_type_int) || json_object_get_int64(found) <= 0)
		return false;
	*value = json_object_get_uint64(found);
	return true;
}

/* An alert has no "last"; that of a loss is null where that goes on to the end. */
static bool get_last(const struct json_object *line, uint64_t *seq)
{
	struct json_object *last;

	if (!json_object_object_get_ex(line, "last", &last))
		return get_number(line, "seq", seq);
	if (last)
		return get_number(line, "last", seq);
	*seq = PLACE_END;
	return true;
}

static bool get_place(const struct json_object *line, struct place *place)
{
	struct json_object *instance;
	struct place found;
	char *end;

	if (!json_object_object_get_ex(line, "instance", &instance) ||
	    !json_object_is_type(instance, json_type_string))
		return false;
	found.instance = strtoull(json_object_get_string(instance), &end, 16);
	if (*end || !get_last(line, &found.seq))
		return false;
	*place = found;
	return true;
}

static bool read_back_json(const char *line, size_t len, struct place *place)
{
	struct json_tokener *tokener;
	struct json_object *object;
	bool found;

	if (!len || line[0] != '{' || len > INT_MAX)
		return false;
	tokener = json_tokener_new();
	if (!tokener)
		out_of_memory();
	object = json_tokener_parse_ex(tokener, line, len);
	found = json_object_is_type(object, json_type_object) && get_place(object, place);
	json_object_put(object);
	json_tokener_free(tokener);
	return found;
}

const struct format format_json = {
	.name = "json",
	.put = put_json,
	.read_back = read_back_json,
};
