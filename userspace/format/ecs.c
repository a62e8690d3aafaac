// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Elastic Common Schema (ECS). Values of the native JSON are moved to the fields of the
 * schema. Values for which the schema has no field stay in the native object, which becomes
 * the field "shelltrap".
 */
#include <stdio.h>
#include <string.h>

#include "format/format.h"
#include "format/json.h"
#include "format/json_tree.h"
#include "kernel/threat.h"

#define ECS_VERSION "9.5.0"

/* The same table is in shelltrap-formats(5). */
static const struct json_move moves[] = {
	{ "seq", "event.sequence", JSON_MOVE },
	{ "time", "@timestamp", JSON_MOVE },
	{ "host", "host.name", JSON_COPY },
	{ "host", "host.hostname", JSON_MOVE },
	{ "boot_id", "host.boot.id", JSON_MOVE },
	{ "rule", "event.code", JSON_COPY },
	{ "rule", "rule.name", JSON_COPY },
	{ "rule", "rule.id", JSON_MOVE },
	{ "severity", "log.level", JSON_MOVE },
	{ "process.uid", "user.id", JSON_COPY | JSON_AS_STRING },
	{ "process.gid", "user.group.id", JSON_COPY | JSON_AS_STRING },
	{ "process.euid", "user.effective.id", JSON_COPY | JSON_AS_STRING },
	{ "process.user", "user.name", JSON_COPY },
	{ "process.group", "user.group.name", JSON_COPY },
	{ "process.euser", "user.effective.name", JSON_COPY },
	{ "process.pid", "process.pid", JSON_MOVE },
	{ "process.tid", "process.thread.id", JSON_MOVE },
	{ "process.comm", "process.name", JSON_MOVE },
	{ "process.exe", "process.executable", JSON_MOVE },
	{ "process.argv", "process.args", JSON_MOVE },
	{ "process.argc", "process.args_count", JSON_MOVE },
	{ "process.cwd", "process.working_directory", JSON_MOVE },
	{ "process.uid", "process.real_user.id", JSON_MOVE | JSON_AS_STRING },
	{ "process.gid", "process.real_group.id", JSON_MOVE | JSON_AS_STRING },
	{ "process.euid", "process.user.id", JSON_MOVE | JSON_AS_STRING },
	{ "process.egid", "process.group.id", JSON_MOVE | JSON_AS_STRING },
	{ "process.user", "process.real_user.name", JSON_MOVE },
	{ "process.group", "process.real_group.name", JSON_MOVE },
	{ "process.euser", "process.user.name", JSON_MOVE },
	{ "process.egroup", "process.group.name", JSON_MOVE },
	{ "process.ns_pid", "process.vpid", JSON_MOVE },
	{ "ancestors.0.pid", "process.parent.pid", JSON_COPY },
	{ "ancestors.0.comm", "process.parent.name", JSON_COPY },
	{ "file.path", "file.path", JSON_MOVE },
	{ "file.dev", "file.device", JSON_MOVE },
	{ "file.ino", "file.inode", JSON_MOVE | JSON_AS_STRING },
	{ "file.mode", "file.mode", JSON_MOVE },
	{ "file.uid", "file.uid", JSON_MOVE | JSON_AS_STRING },
	{ "file.gid", "file.gid", JSON_MOVE | JSON_AS_STRING },
	{ "file.user", "file.owner", JSON_MOVE },
	{ "file.group", "file.group", JSON_MOVE },
	{ "file.sha256", "file.hash.sha256", JSON_MOVE },
	{ "unit", "service.name", JSON_MOVE },
	{ "container.id", "container.id", JSON_MOVE },
	{ "container.runtime", "container.runtime", JSON_MOVE },
	{ "container.name", "container.name", JSON_MOVE },
	{ "container.image", "container.image.name", JSON_MOVE },
	{ "container.pod", "orchestrator.resource.name", JSON_MOVE },
	{ "container.namespace", "orchestrator.namespace", JSON_MOVE },
	{ "request.method", "http.request.method", JSON_MOVE },
	{ "request.uri", "url.original", JSON_MOVE },
	{ "request.user_agent", "user_agent.original", JSON_MOVE },
	{ "request.client", "client.address", JSON_MOVE },
	{ "why", "event.reason", JSON_MOVE },
	{ "event", "event.action", JSON_MOVE },
	{ "by.pid", "process.pid", JSON_MOVE },
	{ "by.comm", "process.name", JSON_MOVE },
	{ "by.uid", "user.id", JSON_MOVE | JSON_AS_STRING },
	{ "by.user", "user.name", JSON_MOVE },
};

static void ecs_put_identity(struct json_object *event, const struct record *record)
{
	static __thread struct buffer text;

	buffer_reset(&text);
	put_utc(&text, record_time(record), 9);
	json_put_string_at(event, "@timestamp", text.data);
	json_put_string_at(event, "ecs.version", ECS_VERSION);
	buffer_reset(&text);
	put_record_id(&text, record);
	json_put_string_at(event, "event.id", text.data);
	json_put_string_at(event, "event.module", "shelltrap");
	json_put_string_at(event, "event.provider", "shelltrap");
	json_put_string_at(event, "agent.type", "shelltrap");
	json_put_string_at(event, "agent.version", SHELLTRAP_VERSION);
}

/* Adds a string to the array of strings at the path, unless the array has it. */
static void ecs_add_once(struct json_object *event, const char *path, const char *value)
{
	struct json_object *array = json_at(event, path);
	size_t i;

	if (!array) {
		array = json_new_array();
		json_put_at(event, path, array);
	}
	for (i = 0; i < json_object_array_length(array); i++)
		if (!strcmp(json_object_get_string(json_object_array_get_idx(array, i)), value))
			return;
	json_append(array, json_new_string(value));
}

/* Each user that the process runs as or has logged in as. */
static void ecs_put_users(struct json_object *event, struct json_object *native)
{
	static const char *const users[] = {
		"process.user", "process.euser", "process.loginuser",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(users); i++) {
		struct json_object *user = json_at(native, users[i]);

		if (user)
			ecs_add_once(event, "related.user", json_object_get_string(user));
	}
}

static struct json_object *ecs_new_array(struct json_object *value)
{
	struct json_object *array;

	if (!value)
		return NULL;
	array = json_new_array();
	json_append(array, json_object_get(value));
	return array;
}

static void ecs_put_verdict(struct json_object *event, uint64_t verdict)
{
	static const struct {
		const char *type, *outcome;
	} words[] = {
		[0] = { "info", "unknown" },
		[SHELLTRAP_VERDICT_OBSERVED] = { "start", "success" },
		[SHELLTRAP_VERDICT_DENIED] = { "denied", "failure" },
		[SHELLTRAP_VERDICT_KILLED] = { "denied", "failure" },
		[SHELLTRAP_VERDICT_FAILED] = { "info", "failure" },
		[SHELLTRAP_VERDICT_WOULD_DENY] = { "start", "success" },
		[SHELLTRAP_VERDICT_PENDING] = { "info", "unknown" },
		[SHELLTRAP_VERDICT_HELD] = { "info", "unknown" },
		[SHELLTRAP_VERDICT_RELEASED] = { "start", "success" },
	};

	if (verdict >= ARRAY_SIZE(words))
		verdict = 0;
	ecs_add_once(event, "event.type", words[verdict].type);
	json_put_string_at(event, "event.outcome", words[verdict].outcome);
}

/* ECS defines no scale; these are the risk scores of Elastic's own detection rules. */
static void ecs_put_severity(struct json_object *event, uint64_t severity)
{
	static const int numbers[] = {
		[SHELLTRAP_SEVERITY_LOW] = 21,
		[SHELLTRAP_SEVERITY_MEDIUM] = 47,
		[SHELLTRAP_SEVERITY_HIGH] = 73,
		[SHELLTRAP_SEVERITY_CRITICAL] = 99,
	};

	if (severity < ARRAY_SIZE(numbers) && numbers[severity])
		json_put_at(event, "event.severity",
			    json_must(json_object_new_int(numbers[severity])));
}

static void ecs_put_rule(struct json_object *event, const struct alert_rule *rule)
{
	if (!rule)
		return;
	ecs_put_severity(event, rule->severity.value);
	json_put_string_at(event, "rule.ruleset", "shelltrap");
	json_put_string_at(event, "rule.description", rule->title);
	json_put_string_at(event, "rule.reference", rule->reference);
}

static void ecs_put_technique(struct json_object *event, const char *technique)
{
	char parent[sizeof("T1059")];

	snprintf(parent, sizeof(parent), "%.5s", technique);
	ecs_add_once(event, "threat.technique.id", parent);
	if (strcmp(parent, technique))
		ecs_add_once(event, "threat.technique.subtechnique.id", technique);
}

static void ecs_put_threats(struct json_object *event, const struct alert *alert)
{
	struct threat threats[THREATS_MAX];
	size_t count = alert_threats(alert, threats, THREATS_MAX);
	size_t i;

	if (count)
		json_put_string_at(event, "threat.framework", "MITRE ATT&CK");
	for (i = 0; i < count; i++) {
		ecs_add_once(event, "threat.tactic.id", threats[i].tactic);
		ecs_put_technique(event, threats[i].technique);
	}
}

/* The source is always this host's end, also where the peer has opened the connection. */
static void ecs_put_connection(struct json_object *event, const struct alert_stdio *stdio)
{
	static __thread struct buffer text;

	if (!stdio)
		return;
	buffer_reset(&text);
	put_ip_address(&text, &stdio->peer_addr);
	json_put_string_at(event, "destination.ip", text.data);
	json_put_at(event, "destination.port", json_new_number(&stdio->peer_port));
	ecs_add_once(event, "related.ip", text.data);
	buffer_reset(&text);
	if (!put_ip_address(&text, &stdio->local_addr))
		return;
	json_put_string_at(event, "source.ip", text.data);
	json_put_at(event, "source.port", json_new_number(&stdio->local_port));
}

/* What an alert, its outcome and its repeats have in common. */
static void ecs_put_exec(struct json_object *event, const char *kind, const char *dataset,
			 const struct number *verdict)
{
	json_put_string_at(event, "event.kind", kind);
	json_put_string_at(event, "event.dataset", dataset);
	json_put_string_at(event, "event.action", "exec");
	ecs_add_once(event, "event.category", "process");
	ecs_add_once(event, "event.category", "intrusion_detection");
	ecs_put_verdict(event, verdict->value);
}

/* A client that is not certain is only related. */
static void ecs_put_request(struct json_object *event, const struct alert_request *request)
{
	const struct request_client *client = request_client(request);
	static __thread struct buffer text;
	size_t i;

	for (i = 0; i < request->client_count; i++) {
		buffer_reset(&text);
		if (!put_ip_address(&text, &request->clients[i].addr))
			continue;
		ecs_add_once(event, "related.ip", text.data);
		if (client != &request->clients[i])
			continue;
		json_put_string_at(event, "client.ip", text.data);
		json_put_at(event, "client.port", json_new_number(&client->port));
	}
}

static void ecs_put_alert(struct json_object *event, const struct alert *alert,
			  struct json_object *native)
{
	ecs_put_exec(event, "alert", "shelltrap.alert", &alert->verdict);
	ecs_put_rule(event, alert_leading_rule(alert));
	json_put_at(event, "process.command_line", json_join(json_at(native, "process.argv")));
	ecs_put_threats(event, alert);
	ecs_put_connection(event, alert_connection(alert));
	ecs_put_request(event, &alert->request);
	ecs_put_users(event, native);
	json_put_at(event, "related.hash", ecs_new_array(json_at(native, "file.sha256")));
}

static void ecs_put_event(struct json_object *event, const struct event *record)
{
	bool changes = record->kind.value == SHELLTRAP_EVENT_POLICY_LOADED ||
		       record->kind.value == SHELLTRAP_EVENT_ENFORCE_CHANGED ||
		       record->kind.value == SHELLTRAP_EVENT_OBSERVE_ENDED ||
		       record->kind.value == SHELLTRAP_EVENT_LOCKED;

	json_put_string_at(event, "event.kind", "event");
	json_put_string_at(event, "event.dataset", "shelltrap.event");
	ecs_add_once(event, "event.category", "configuration");
	ecs_add_once(event, "event.type", changes ? "change" : "info");
}

static void ecs_put_outcome(struct json_object *event, const struct exec_outcome *outcome)
{
	ecs_put_exec(event, "event", "shelltrap.outcome", &outcome->verdict);
}

static void ecs_put_repeats(struct json_object *event, const struct repeats *repeats)
{
	ecs_put_exec(event, "alert", "shelltrap.repeats", &repeats->verdict);
	ecs_put_rule(event, repeats_rule(repeats));
}

static void ecs_put_loss(struct json_object *event)
{
	json_put_string_at(event, "event.kind", "pipeline_error");
	json_put_string_at(event, "event.dataset", "shelltrap.loss");
}

static void ecs_put_kind(struct json_object *event, const struct record *record,
			 struct json_object *native)
{
	switch (record_kind(record)) {
	case RECORD_ALERT:
		ecs_put_alert(event, &record->alert, native);
		break;
	case RECORD_EVENT:
		ecs_put_event(event, &record->event);
		break;
	case RECORD_OUTCOME:
		ecs_put_outcome(event, &record->outcome);
		break;
	case RECORD_REPEATS:
		ecs_put_repeats(event, &record->repeats);
		break;
	default:
		ecs_put_loss(event);
	}
}

static void ecs_put(struct buffer *out, const struct record *record, const struct view *view)
{
	struct json_object *native = json_of_record(record, view);
	struct json_object *event = json_new_object();

	ecs_put_identity(event, record);
	json_put_at(event, "message", json_new_summary(record, view));
	json_put_at(event, "related.hosts", ecs_new_array(json_at(native, "host")));
	ecs_put_kind(event, record, native);
	json_move(native, event, moves, ARRAY_SIZE(moves));
	json_prune(native);
	json_put_at(event, "shelltrap", native);
	json_put_line(out, event);
}

static bool ecs_read_back(const char *line, size_t len, struct place *place)
{
	return json_read_back(line, len, "event.sequence", "shelltrap", place);
}

const struct format format_ecs = {
	.name = "ecs",
	.put = ecs_put,
	.read_back = ecs_read_back,
};
