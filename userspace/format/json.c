// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The native JSON: one object in each line. Every field is always present; a value that is
 * not known is null.
 */
#include <inttypes.h>
#include <stdio.h>

#include "format/format.h"
#include "format/json.h"

#include <string.h>
#include "format/json_tree.h"
#include "kernel/threat.h"
#include "kernel/unclean.h"

void json_put_name(struct json_object *object, const char *key, const struct number *value,
		   const char *(*name)(uint64_t value))
{
	char digits[24];
	const char *text;

	if (!value->known) {
		json_put(object, key, NULL);
		return;
	}
	text = name(value->value);
	if (!text) {
		snprintf(digits, sizeof(digits), "%" PRIu64, value->value);
		text = digits;
	}
	json_put_string(object, key, text);
}

void json_put_time(struct json_object *object, const char *key, const struct number *when)
{
	static __thread struct buffer text;

	buffer_reset(&text);
	put_utc(&text, when->value, 9);
	json_put_string(object, key, when->known ? text.data : NULL);
}

static void json_put_identity(struct json_object *object, const struct record *record,
			      const struct view *view)
{
	char instance[17];

	json_put_number(object, "seq", &record->seq);
	snprintf(instance, sizeof(instance), "%016" PRIx64, record->instance.value);
	json_put_string(object, "instance", record->instance.known ? instance : NULL);
	json_put_time(object, "time", &record->time);
	json_put_string(object, "host", view->host->name);
	json_put_string(object, "boot_id", view->host->boot_id[0] ? view->host->boot_id : NULL);
}

static void json_put_rules(struct json_object *object, const struct alert *alert)
{
	const struct alert_rule *leading = alert_leading_rule(alert);
	struct json_object *rules = json_new_array();
	struct number none = {0};
	size_t i;

	json_put_string(object, "rule", leading ? leading->name : NULL);
	json_put_name(object, "severity", leading ? &leading->severity : &none, severity_name);
	for (i = 0; i < alert->rule_count; i++)
		if (alert->rules[i].name)
			json_append(rules, json_new_string(alert->rules[i].name));
	json_put(object, "rules", rules);
}

static struct json_object *json_new_argv(const struct alert_process *process)
{
	struct json_object *argv;
	struct bytes argument;
	size_t offset = 0;

	if (!process->argv.data)
		return NULL;
	argv = json_new_array();
	while (alert_argument(&process->argv, &offset, &argument))
		json_append(argv, json_new_bytes(argument.data, argument.len));
	return argv;
}

/* "name_of" is the view's user_name() or group_name(). */
static void json_put_id_name(struct json_object *object, const char *key, const struct number *id,
			     const char *(*name_of)(uint32_t id))
{
	json_put_string(object, key, id->known ? name_of(id->value) : NULL);
}

/* Only where there is something to tell: most execs are clean. */
static void json_put_unclean(struct json_object *object, const struct alert_process *process)
{
	const struct bytes *environment = &process->environment;
	struct json_object *list = NULL;
	const char *name;
	size_t at, next = 0;

	while ((name = unclean_next(process->unclean.value, &next))) {
		if (!list)
			list = json_new_array();
		json_append(list, json_new_string(name));
	}
	if (list)
		json_put(object, "unclean", list);
	if (!environment->len || environment->data[environment->len - 1])
		return;
	list = json_new_array();
	for (at = 0; at < environment->len; at += strlen(environment->data + at) + 1)
		json_append(list, json_new_string(environment->data + at));
	json_put(object, "environment", list);
}

static struct json_object *json_new_process(const struct alert_process *process,
					    const struct view *view)
{
	struct number ticks = { process->start.known, process->start.value / PROCESS_TICK };
	struct json_object *object;

	if (!process->present)
		return NULL;
	object = json_new_object();
	json_put_number(object, "pid", &process->pid);
	json_put_number(object, "tid", &process->tid);
	json_put_string(object, "comm", process->comm);
	json_put_string(object, "exe", process->exe);
	json_put(object, "argv", json_new_argv(process));
	json_put_number(object, "argc", &process->argc);
	json_put(object, "argv_truncated",
		 json_must(json_object_new_boolean(process->argv_truncated)));
	json_put_string(object, "cwd", process->cwd);
	json_put_number(object, "uid", &process->uid);
	json_put_number(object, "gid", &process->gid);
	json_put_number(object, "euid", &process->euid);
	json_put_number(object, "egid", &process->egid);
	json_put_id_name(object, "user", &process->uid, view->user_name);
	json_put_id_name(object, "group", &process->gid, view->group_name);
	json_put_id_name(object, "euser", &process->euid, view->user_name);
	json_put_id_name(object, "egroup", &process->egid, view->group_name);
	json_put_number(object, "loginuid", &process->loginuid);
	json_put_id_name(object, "loginuser", &process->loginuid, view->user_name);
	json_put_number(object, "sessionid", &process->sessionid);
	json_put_number(object, "pid_ns", &process->pid_ns);
	json_put_number(object, "mnt_ns", &process->mnt_ns);
	json_put_number(object, "ns_pid", &process->ns_pid);
	json_put_unclean(object, process);
	if (process->start.known)
		json_put_number(object, "start_ticks", &ticks);
	return object;
}

/*
 * The kernel knows a file by the device of its file system. On some, such as btrfs and
 * overlayfs, stat(2) shows another one for the same file, which is what people look for.
 */
static void json_put_device(struct json_object *object, const struct alert_file *file,
			    const struct found_file *found)
{
	char dev[24];

	if (found)
		snprintf(dev, sizeof(dev), "%u:%u", found->dev_major, found->dev_minor);
	else
		snprintf(dev, sizeof(dev), "%u:%u", (unsigned int)file->dev_major.value,
			 (unsigned int)file->dev_minor.value);
	json_put_string(object, "dev", file->dev_major.known && file->dev_minor.known ? dev : NULL);
}

static struct json_object *json_new_file(const struct record *record, const struct view *view)
{
	const struct alert_file *file = &record->alert.file;
	const struct found_file *found;
	struct json_object *object;
	char mode[24];

	if (!file->present)
		return NULL;
	object = json_new_object();
	found = view->find_file ? view->find_file(record) : NULL;
	snprintf(mode, sizeof(mode), "%04o", (unsigned int)file->mode.value & 07777);
	json_put_string(object, "path", file->path);
	json_put_device(object, file, found);
	json_put_number(object, "ino", &file->ino);
	json_put_string(object, "mode", file->mode.known ? mode : NULL);
	json_put_number(object, "uid", &file->uid);
	json_put_number(object, "gid", &file->gid);
	json_put_id_name(object, "user", &file->uid, view->user_name);
	json_put_id_name(object, "group", &file->gid, view->group_name);
	json_put_string(object, "sha256", found ? found->sha256 : NULL);
	return object;
}

static struct json_object *json_new_server(const struct alert_server *server)
{
	struct json_object *object;

	if (!server->present)
		return NULL;
	object = json_new_object();
	json_put_number(object, "pid", &server->pid);
	json_put_string(object, "comm", server->comm);
	json_put_string(object, "exe", server->exe);
	json_put_name(object, "matched", &server->matched, matched_name);
	json_put_number(object, "port", &server->port);
	json_put_time(object, "started", &server->started);
	json_put_string(object, "command", server->command);
	return object;
}

static struct json_object *json_new_tasks(const struct alert_ancestor *tasks, size_t count)
{
	struct json_object *array = json_new_array();
	size_t i;

	for (i = 0; i < count; i++) {
		struct json_object *object = json_new_object();

		json_put_number(object, "pid", &tasks[i].pid);
		json_put_string(object, "comm", tasks[i].comm);
		json_append(array, object);
	}
	return array;
}

static void json_put_endpoint(struct json_object *object, const char *key,
			      const struct bytes *addr, const struct number *port)
{
	static __thread struct buffer endpoint;

	buffer_reset(&endpoint);
	json_put_string(object, key, put_endpoint(&endpoint, addr, port) ? endpoint.data : NULL);
}

static struct json_object *json_new_stdio(const struct alert_stdio *stdio)
{
	struct json_object *object;

	if (!stdio->present)
		return NULL;
	object = json_new_object();
	json_put_name(object, "type", &stdio->type, stdio_type_name);
	if (stdio->type.value != SHELLTRAP_STDIO_SOCKET)
		return object;
	json_put_name(object, "family", &stdio->family, socket_family_name);
	json_put_name(object, "state", &stdio->state, socket_state_name);
	json_put_name(object, "sock_type", &stdio->sock_type, socket_type_name);
	json_put_endpoint(object, "local", &stdio->local_addr, &stdio->local_port);
	json_put_endpoint(object, "peer", &stdio->peer_addr, &stdio->peer_port);
	return object;
}

static struct json_object *json_new_clients(const struct alert_request *request)
{
	static __thread struct buffer text;
	struct json_object *array = json_new_array();
	size_t i;

	for (i = 0; i < request->client_count; i++) {
		buffer_reset(&text);
		if (put_client(&text, &request->clients[i]))
			json_append(array, json_new_string(text.data));
	}
	return array;
}

static struct json_object *json_new_sources(const struct alert_request *request)
{
	struct json_object *array = json_new_array();
	const char *name;
	size_t next = 0;

	while ((name = request_next_source(request, &next)))
		json_append(array, json_new_string(name));
	return array;
}

/* "client" and "local" are there only if the client is certain. */
static void json_put_client(struct json_object *object, const struct alert_request *request)
{
	static const struct request_client none;
	const struct request_client *client = request_client(request);

	client = client ? client : &none;
	json_put_endpoint(object, "client", &client->addr, &client->port);
	json_put(object, "clients", json_new_clients(request));
	json_put_number(object, "more", &request->more);
	json_put_endpoint(object, "local", &client->local_addr, &client->local_port);
}

static struct json_object *json_new_script_file(const struct request_file *file,
						const struct view *view)
{
	struct json_object *object;
	char mode[24];

	if (!file->present)
		return NULL;
	object = json_new_object();
	snprintf(mode, sizeof(mode), "%04o", (unsigned int)file->mode.value & 07777);
	json_put_number(object, "uid", &file->uid);
	json_put_number(object, "gid", &file->gid);
	json_put_id_name(object, "user", &file->uid, view->user_name);
	json_put_id_name(object, "group", &file->gid, view->group_name);
	json_put_string(object, "mode", file->mode.known ? mode : NULL);
	json_put_time(object, "modified", &file->modified);
	json_put_string(object, "sha256", file->sha256);
	json_put_string(object, "not_read", file->not_read);
	return object;
}

struct json_object *json_of_request(const struct alert_request *request, const struct view *view)
{
	struct json_object *object;
	enum request_string i;

	if (!request->present)
		return NULL;
	object = json_new_object();
	json_put_name(object, "certainty", &request->certainty, certainty_name);
	json_put_client(object, request);
	json_put(object, "via", json_new_tasks(request->via, request->via_count));
	json_put_number(object, "thread", &request->thread);
	for (i = 0; i < REQUEST_STRINGS; i++)
		json_put_string(object, request_strings[i].key,
				*request_string(request, i));
	json_put(object, "script_file", json_new_script_file(&request->file, view));
	json_put(object, "sources", json_new_sources(request));
	return object;
}

static struct json_object *json_new_cgroup(const struct alert *alert)
{
	struct json_object *object = json_new_object();

	json_put_number(object, "id", &alert->cgroup_id);
	json_put_string(object, "path", alert->cgroup_path);
	return object;
}

static struct json_object *json_new_unit(const struct alert *alert)
{
	struct span unit;

	if (!alert->cgroup_path || !unit_of_cgroup(alert->cgroup_path, &unit))
		return NULL;
	return json_new_bytes(unit.start, unit.len);
}

static struct json_object *json_new_container(const struct alert *alert, const struct view *view)
{
	const struct container_names *names;
	struct json_object *object;
	struct container container;

	if (!alert->cgroup_path || !container_of_cgroup(alert->cgroup_path, &container))
		return NULL;
	object = json_new_object();
	names = container_names_of(view, alert->cgroup_path);
	json_put(object, "id", json_new_bytes(container.id.start, container.id.len));
	json_put_string(object, "runtime", container.runtime);
	json_put_string(object, "name", names->name);
	json_put_string(object, "image", names->image);
	json_put_string(object, "pod", names->pod);
	json_put_string(object, "namespace", names->namespace);
	return object;
}

static struct json_object *json_new_threats(const struct alert *alert)
{
	struct json_object *array = json_new_array();
	struct threat threats[THREATS_MAX];
	size_t count = alert_threats(alert, threats, THREATS_MAX);
	size_t i;

	for (i = 0; i < count; i++) {
		struct json_object *object = json_new_object();

		json_put_string(object, "tactic", threats[i].tactic);
		json_put_string(object, "technique", threats[i].technique);
		json_append(array, object);
	}
	return array;
}

static struct json_object *json_new_alert(const struct record *record, const struct view *view)
{
	const struct alert *alert = &record->alert;
	struct json_object *object = json_new_object();
	struct number none = {0};

	json_put_identity(object, record, view);
	json_put_rules(object, alert);
	json_put_name(object, "verdict", &alert->verdict, verdict_name);
	if (alert->unheld.known)
		json_put_name(object, "unheld", &alert->unheld, unheld_name);
	json_put_string(object, "comm", alert->comm);
	json_put_string(object, "pathname", alert->pathname);
	json_put_string(object, "interpreter", alert->interpreter);
	json_put_name(object, "stdin_type", alert->in.present ? &alert->in.type : &none,
		      stdio_type_name);
	json_put(object, "process", json_new_process(&alert->process, view));
	json_put(object, "file", json_new_file(record, view));
	json_put(object, "server", json_new_server(&alert->server));
	json_put(object, "request", json_of_request(&alert->request, view));
	json_put(object, "ancestors", json_new_tasks(alert->ancestors, alert->ancestor_count));
	json_put(object, "stdin", json_new_stdio(&alert->in));
	json_put(object, "stdout", json_new_stdio(&alert->out));
	json_put(object, "cgroup", json_new_cgroup(alert));
	json_put(object, "unit", json_new_unit(alert));
	json_put(object, "container", json_new_container(alert, view));
	json_put(object, "threat", json_new_threats(alert));
	return object;
}

static struct json_object *json_new_cause(const struct loss_cause *cause, const struct view *view)
{
	struct json_object *object = json_new_object(), *server = NULL;

	json_put_number(object, "lost", &cause->lost);
	json_put_string(object, "rule", cause->rule);
	if (cause->server_pid.known) {
		server = json_new_object();
		json_put_number(server, "pid", &cause->server_pid);
		json_put_string(server, "comm", cause->server_comm);
	}
	json_put(object, "server", server);
	json_put_number(object, "uid", &cause->uid);
	json_put_id_name(object, "user", &cause->uid, view->user_name);
	return object;
}

static void json_put_loss(struct json_object *object, const struct record *record,
			  const struct view *view)
{
	const struct loss *loss = &record->loss;
	struct json_object *causes = json_new_array();
	size_t i;

	struct number last = { record->seq.known, record_place(record).seq };

	last.known &= last.value != PLACE_END;
	json_put_number(object, "last", &last);
	json_put_number(object, "lost", &loss->lost);
	json_put_string(object, "why", loss_reason(loss));
	for (i = 0; i < loss->cause_count; i++)
		json_append(causes, json_new_cause(&loss->causes[i], view));
	json_put(object, "causes", causes);
}

static struct json_object *json_new_other(const struct record *record, const struct view *view,
					  const char *type)
{
	struct json_object *object = json_new_object();

	json_put_string(object, "type", type);
	json_put_identity(object, record, view);
	return object;
}

struct json_object *json_of_record(const struct record *record, const struct view *view)
{
	enum record_kind kind = record_kind(record);
	struct json_object *object;

	if (kind == RECORD_ALERT)
		return json_new_alert(record, view);
	object = json_new_other(record, view, record_kind_name(kind));
	if (kind == RECORD_EVENT)
		json_put_event(object, &record->event, view);
	else if (kind == RECORD_OUTCOME)
		json_put_outcome(object, &record->outcome, view);
	else if (kind == RECORD_REPEATS)
		json_put_repeats(object, record);
	else
		json_put_loss(object, record, view);
	return object;
}

static void json_format_put(struct buffer *out, const struct record *record,
			    const struct view *view)
{
	json_put_line(out, json_of_record(record, view));
}

static bool json_format_read_back(const char *line, size_t len, struct place *place)
{
	return json_read_back(line, len, "seq", "", place);
}

const struct format format_json = {
	.name = "json",
	.put = json_format_put,
	.read_back = json_format_read_back,
};
