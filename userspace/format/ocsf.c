// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Open Cybersecurity Schema Framework (OCSF): an alert is a Detection Finding, which an outcome
 * and repeats update. A loss is an Application Error, an event an Application Lifecycle. Values
 * of the native JSON are moved to the attributes of the schema. Values for which the schema has
 * no attribute stay in the native object, which becomes "unmapped"; values of a schema object
 * whose required attributes are missing stay, too.
 */
#include <stdio.h>
#include <string.h>

#include "format/format.h"
#include "format/json.h"
#include "format/json_tree.h"
#include "kernel/threat.h"
#include "lib/path.h"

#define OCSF_VERSION "1.8.0"

/*
 * The same tables are in shelltrap-formats(5). ocsf_wrap_evidences() turns the object
 * "evidences" into an array of this one object.
 */
static const struct json_move record_moves[] = {
	{ "seq", "metadata.sequence", JSON_MOVE },
	{ "time", "metadata.original_time", JSON_MOVE },
	{ "host", "device.name", JSON_COPY },
	{ "host", "device.hostname", JSON_MOVE },
	{ "boot_id", "device.boot_uid", JSON_MOVE },
	{ "why", "status_detail", JSON_MOVE },
	{ "lost", "count", JSON_MOVE },
};

static const struct json_move rule_moves[] = {
	{ "rule", "metadata.event_code", JSON_COPY },
	{ "rule", "finding_info.analytic.name", JSON_COPY },
	{ "rule", "finding_info.analytic.uid", JSON_MOVE },
	{ "rules", "finding_info.types", JSON_MOVE },
};

static const struct json_move process_moves[] = {
	{ "process.pid", "evidences.process.pid", JSON_MOVE },
	{ "process.tid", "evidences.process.ptid", JSON_MOVE },
	{ "process.comm", "evidences.process.name", JSON_MOVE },
	{ "process.exe", "evidences.process.path", JSON_MOVE },
	{ "process.cwd", "evidences.process.working_directory", JSON_MOVE },
	{ "process.uid", "evidences.process.user.uid", JSON_MOVE | JSON_AS_STRING },
	{ "process.user", "evidences.process.user.name", JSON_MOVE },
	{ "process.gid", "evidences.process.group.uid", JSON_MOVE | JSON_AS_STRING },
	{ "process.group", "evidences.process.group.name", JSON_MOVE },
	{ "process.euid", "evidences.process.euid", JSON_MOVE },
	{ "process.egid", "evidences.process.egid", JSON_MOVE },
	{ "process.loginuid", "evidences.process.auid", JSON_MOVE },
	{ "process.sessionid", "evidences.process.session.uid", JSON_MOVE | JSON_AS_STRING },
	{ "process.ns_pid", "evidences.process.namespace_pid", JSON_MOVE },
	{ "container.id", "evidences.process.container.uid", JSON_MOVE },
	{ "container.runtime", "evidences.process.container.runtime", JSON_MOVE },
	{ "container.name", "evidences.process.container.name", JSON_MOVE },
};

static const struct json_move parent_moves[] = {
	{ "ancestors.0.pid", "evidences.process.parent_process.pid", JSON_COPY },
	{ "ancestors.0.comm", "evidences.process.parent_process.name", JSON_COPY },
};

static const struct json_move file_moves[] = {
	{ "file.path", "evidences.process.file.path", JSON_MOVE },
	{ "file.uid", "evidences.process.file.owner.uid", JSON_MOVE | JSON_AS_STRING },
	{ "file.user", "evidences.process.file.owner.name", JSON_MOVE },
};

static const struct json_move server_moves[] = {
	{ "server.pid", "actor.process.pid", JSON_MOVE },
	{ "server.comm", "actor.process.name", JSON_MOVE },
	{ "server.exe", "actor.process.path", JSON_MOVE },
	{ "server.command", "actor.process.cmd_line", JSON_MOVE },
};

static void ocsf_put_int(struct json_object *event, const char *path, int64_t value)
{
	json_put_at(event, path, json_must(json_object_new_int64(value)));
}

/* OCSF has each enumeration twice: as a number and as its caption. */
static void ocsf_put_enum(struct json_object *event, const char *path, const char *caption_path,
			  int id, const char *caption)
{
	ocsf_put_int(event, path, id);
	json_put_string_at(event, caption_path, caption);
}

struct ocsf_class {
	int uid;
	const char *name, *category;
};

static const struct ocsf_class detection_finding = { 2004, "Detection Finding", "Findings" };

static const struct ocsf_class application_lifecycle = {
	6002, "Application Lifecycle", "Application Activity"
};

static const struct ocsf_class application_error = {
	6008, "Application Error", "Application Activity"
};

static void ocsf_put_class(struct json_object *event, const struct ocsf_class *class,
			   int activity, const char *caption)
{
	ocsf_put_enum(event, "class_uid", "class_name", class->uid, class->name);
	ocsf_put_enum(event, "category_uid", "category_name", class->uid / 1000, class->category);
	ocsf_put_enum(event, "activity_id", "activity_name", activity, caption);
	ocsf_put_int(event, "type_uid", class->uid * 100 + activity);
}

static void ocsf_put_profiles(struct json_object *event)
{
	static const char *const profiles[] = {
		"host", "container", "security_control", "linux/linux_users",
	};
	struct json_object *array = json_new_array();
	struct json_object *extensions = json_new_array();
	struct json_object *linux_extension = json_new_object();
	size_t i;

	for (i = 0; i < ARRAY_SIZE(profiles); i++)
		json_append(array, json_new_string(profiles[i]));
	json_put_at(event, "metadata.profiles", array);
	json_put_string(linux_extension, "name", "linux");
	json_put_string(linux_extension, "uid", "1");
	json_put_string(linux_extension, "version", OCSF_VERSION);
	json_append(extensions, linux_extension);
	json_put_at(event, "metadata.extensions", extensions);
}

static void ocsf_put_metadata(struct json_object *event, const struct record *record)
{
	static __thread struct buffer id;

	buffer_reset(&id);
	put_record_id(&id, record);
	json_put_string_at(event, "metadata.version", OCSF_VERSION);
	json_put_string_at(event, "metadata.product.name", "Shelltrap");
	json_put_string_at(event, "metadata.product.vendor_name", "Shelltrap");
	json_put_string_at(event, "metadata.product.version", SHELLTRAP_VERSION);
	json_put_string_at(event, "metadata.log_name", "shelltrap");
	json_put_string_at(event, "metadata.uid", id.data);
	ocsf_put_profiles(event);
}

static void ocsf_put_device(struct json_object *event)
{
	ocsf_put_enum(event, "device.type_id", "device.type", 1, "Server");
	ocsf_put_enum(event, "device.os.type_id", "device.os.type", 200, "Linux");
	json_put_string_at(event, "device.os.name", "Linux");
}

static void ocsf_put_severity(struct json_object *event, uint64_t severity)
{
	static const char *const captions[] = {
		[2] = "Low", [3] = "Medium", [4] = "High", [5] = "Critical",
	};
	static const int ids[] = {
		[SHELLTRAP_SEVERITY_LOW] = 2,
		[SHELLTRAP_SEVERITY_MEDIUM] = 3,
		[SHELLTRAP_SEVERITY_HIGH] = 4,
		[SHELLTRAP_SEVERITY_CRITICAL] = 5,
	};
	int id = severity < ARRAY_SIZE(ids) ? ids[severity] : 0;

	ocsf_put_enum(event, "severity_id", "severity", id, id ? captions[id] : "Unknown");
}

static void ocsf_put_verdict(struct json_object *event, uint64_t verdict)
{
	switch (verdict) {
	case SHELLTRAP_VERDICT_OBSERVED:
	case SHELLTRAP_VERDICT_FAILED:
	case SHELLTRAP_VERDICT_WOULD_DENY:
	case SHELLTRAP_VERDICT_PENDING:
	case SHELLTRAP_VERDICT_RELEASED:
		ocsf_put_enum(event, "action_id", "action", 3, "Observed");
		ocsf_put_enum(event, "disposition_id", "disposition", 15, "Detected");
		break;
	case SHELLTRAP_VERDICT_DENIED:
	case SHELLTRAP_VERDICT_KILLED:
		ocsf_put_enum(event, "action_id", "action", 2, "Denied");
		ocsf_put_enum(event, "disposition_id", "disposition", 2, "Blocked");
		break;
	case SHELLTRAP_VERDICT_HELD:
		ocsf_put_enum(event, "action_id", "action", 3, "Observed");
		ocsf_put_enum(event, "disposition_id", "disposition", 3, "Quarantined");
		break;
	default:
		ocsf_put_enum(event, "action_id", "action", 0, "Unknown");
		ocsf_put_enum(event, "disposition_id", "disposition", 0, "Unknown");
	}
}

static struct json_object *ocsf_new_attack(const struct threat *threat)
{
	struct json_object *attack = json_new_object();
	char parent[sizeof("T1059")];

	snprintf(parent, sizeof(parent), "%.5s", threat->technique);
	json_put_string_at(attack, "tactic.uid", threat->tactic);
	json_put_string_at(attack, "technique.uid", parent);
	if (strcmp(parent, threat->technique))
		json_put_string_at(attack, "sub_technique.uid", threat->technique);
	return attack;
}

static void ocsf_put_attacks(struct json_object *event, const struct alert *alert,
			     struct json_object *native)
{
	struct json_object *attacks = json_new_array();
	struct threat threats[THREATS_MAX];
	size_t count = alert_threats(alert, threats, THREATS_MAX);
	size_t i;

	for (i = 0; i < count; i++)
		json_append(attacks, ocsf_new_attack(&threats[i]));
	json_put_at(event, "finding_info.attacks", attacks);
	json_object_object_del(native, "threat");
}

static void ocsf_put_finding(struct json_object *event, const struct record *record,
			     struct json_object *native)
{
	const struct alert_rule *rule = alert_leading_rule(&record->alert);

	json_put_at(event, "finding_info.uid", json_object_get(json_at(event, "metadata.uid")));
	ocsf_put_int(event, "finding_info.created_time", record_time(record) / 1000000);
	if (!rule || !rule->name)
		return;
	json_put_string_at(event, "finding_info.title", rule->title ? rule->title : rule->name);
	ocsf_put_enum(event, "finding_info.analytic.type_id", "finding_info.analytic.type", 1,
		      "Rule");
	json_move(native, event, rule_moves, ARRAY_SIZE(rule_moves));
}

static void ocsf_put_endpoint(struct json_object *event, const char *path,
			      const struct bytes *addr, const struct number *port)
{
	static __thread struct buffer text;
	struct json_object *endpoint;

	buffer_reset(&text);
	if (!put_ip_address(&text, addr))
		return;
	endpoint = json_new_object();
	json_put_string(endpoint, "ip", text.data);
	json_put_at(endpoint, "port", json_new_number(port));
	json_put_at(event, path, endpoint);
}

/* The source is always this host's end, also where the peer has opened the connection. */
static void ocsf_put_connection(struct json_object *event, const struct alert_stdio *stdio)
{
	if (!stdio)
		return;
	ocsf_put_endpoint(event, "evidences.src_endpoint", &stdio->local_addr, &stdio->local_port);
	ocsf_put_endpoint(event, "evidences.dst_endpoint", &stdio->peer_addr, &stdio->peer_port);
}

/*
 * The endpoints are those of a reverse shell, if there is one. It is the evidence, and the
 * client stays in the native object.
 */
static void ocsf_put_request(struct json_object *event, const struct alert *alert,
			     struct json_object *native)
{
	const struct request_client *client = request_client(&alert->request);
	static const struct json_move moves[] = {
		{ "request.method", "evidences.http_request.http_method", JSON_MOVE },
		{ "request.uri", "evidences.http_request.url.url_string", JSON_MOVE },
		{ "request.user_agent", "evidences.http_request.user_agent", JSON_MOVE },
	};

	json_move(native, event, moves, ARRAY_SIZE(moves));
	if (!client || alert_connection(alert))
		return;
	ocsf_put_endpoint(event, "evidences.src_endpoint", &client->addr, &client->port);
	ocsf_put_endpoint(event, "evidences.dst_endpoint", &client->local_addr,
			  &client->local_port);
}

static void ocsf_put_hash(struct json_object *event, struct json_object *native)
{
	struct json_object *value = json_at(native, "file.sha256");
	struct json_object *hashes, *hash;

	if (!value)
		return;
	hash = json_new_object();
	ocsf_put_enum(hash, "algorithm_id", "algorithm", 3, "SHA-256");
	json_put_at(hash, "value", json_object_get(value));
	hashes = json_new_array();
	json_append(hashes, hash);
	json_put_at(event, "evidences.process.file.hashes", hashes);
	json_object_object_del(json_at(native, "file"), "sha256");
}

static void ocsf_put_file(struct json_object *event, const char *path, struct json_object *native)
{
	if (!path || !*path)
		return;
	json_put_string_at(event, "evidences.process.file.name", path_name(path));
	ocsf_put_enum(event, "evidences.process.file.type_id", "evidences.process.file.type", 1,
		      "Regular File");
	json_move(native, event, file_moves, ARRAY_SIZE(file_moves));
	ocsf_put_hash(event, native);
}

/* Returns NULL if an ancestor has neither pid nor name: the schema requires one of them. */
static struct json_object *ocsf_new_ancestry(const struct alert *alert)
{
	struct json_object *ancestry = json_new_array();
	size_t i;

	for (i = 0; i < alert->ancestor_count; i++) {
		struct json_object *entity = json_new_object();

		json_put_at(entity, "pid", json_new_number(&alert->ancestors[i].pid));
		json_put_string_at(entity, "name", alert->ancestors[i].comm);
		if (!json_object_object_length(entity)) {
			json_object_put(entity);
			json_object_put(ancestry);
			return NULL;
		}
		json_append(ancestry, entity);
	}
	return ancestry;
}

static void ocsf_put_ancestry(struct json_object *event, const struct alert *alert,
			      struct json_object *native)
{
	struct json_object *ancestry = ocsf_new_ancestry(alert);

	if (alert->ancestor_count && alert->ancestors[0].pid.known)
		json_move(native, event, parent_moves, ARRAY_SIZE(parent_moves));
	if (!ancestry)
		return;
	json_put_at(event, "evidences.process.ancestry", ancestry);
	json_object_object_del(native, "ancestors");
}

static void ocsf_put_process(struct json_object *event, const struct alert *alert,
			     struct json_object *native)
{
	if (!alert->process.pid.known)
		return;
	json_put_at(event, "evidences.process.cmd_line",
		    json_join(json_at(native, "process.argv")));
	json_move(native, event, process_moves, ARRAY_SIZE(process_moves));
	ocsf_put_file(event, alert->file.path, native);
	ocsf_put_ancestry(event, alert, native);
}

static void ocsf_wrap_evidences(struct json_object *event)
{
	struct json_object *evidence = json_at(event, "evidences");
	struct json_object *array;

	if (!evidence)
		return;
	array = json_new_array();
	json_append(array, json_object_get(evidence));
	json_put_at(event, "evidences", array);
}

static void ocsf_put_alert(struct json_object *event, const struct record *record,
			   struct json_object *native)
{
	const struct alert *alert = &record->alert;
	const struct alert_rule *rule = alert_leading_rule(alert);

	ocsf_put_class(event, &detection_finding, 1, "Create");
	ocsf_put_severity(event, rule ? rule->severity.value : 0);
	ocsf_put_enum(event, "status_id", "status", 1, "New");
	json_put_at(event, "is_alert", json_must(json_object_new_boolean(true)));
	ocsf_put_verdict(event, alert->verdict.value);
	ocsf_put_finding(event, record, native);
	ocsf_put_attacks(event, alert, native);
	ocsf_put_process(event, alert, native);
	ocsf_put_connection(event, alert_connection(alert));
	ocsf_put_request(event, alert, native);
	if (alert->server.pid.known)
		json_move(native, event, server_moves, ARRAY_SIZE(server_moves));
	ocsf_wrap_evidences(event);
}

/* The finding of the alert with this number is updated. */
static void ocsf_put_update(struct json_object *event, const struct record *record,
			    const struct number *of, const char *title)
{
	struct record alert = { .seq = *of, .instance = record->instance };
	static __thread struct buffer id;

	buffer_reset(&id);
	put_record_id(&id, &alert);
	ocsf_put_class(event, &detection_finding, 2, "Update");
	ocsf_put_enum(event, "status_id", "status", 1, "New");
	json_put_string_at(event, "finding_info.uid", id.data);
	json_put_string_at(event, "finding_info.title", title);
}

static void ocsf_put_outcome(struct json_object *event, const struct record *record)
{
	ocsf_put_update(event, record, &record->outcome.of,
			record->outcome.why.known ? "a held exec ended" : "a pending exec ended");
	ocsf_put_enum(event, "severity_id", "severity", 0, "Unknown");
	ocsf_put_verdict(event, record->outcome.verdict.value);
}

static void ocsf_put_repeats(struct json_object *event, const struct record *record,
			     struct json_object *native)
{
	const struct alert_rule *rule = repeats_rule(&record->repeats);

	ocsf_put_update(event, record, &record->repeats.of, "repeats of an alert");
	ocsf_put_severity(event, rule ? rule->severity.value : 0);
	ocsf_put_verdict(event, record->repeats.verdict.value);
	if (!rule || !rule->name)
		return;
	ocsf_put_enum(event, "finding_info.analytic.type_id", "finding_info.analytic.type", 1,
		      "Rule");
	json_move(native, event, rule_moves, ARRAY_SIZE(rule_moves));
}

static void ocsf_put_activity(struct json_object *event, const struct event *record)
{
	static const struct {
		int id;
		const char *caption;
	} activities[] = {
		[SHELLTRAP_EVENT_LOADED] = { 3, "Start" },
		[SHELLTRAP_EVENT_UNLOADING] = { 4, "Stop" },
		[SHELLTRAP_EVENT_POLICY_LOADED] = { 8, "Update" },
		[SHELLTRAP_EVENT_OBSERVE_ENDED] = { 6, "Enable" },
		[SHELLTRAP_EVENT_DISARMED] = { 7, "Disable" },
		[SHELLTRAP_EVENT_ARMED] = { 6, "Enable" },
	};
	uint64_t kind = record->kind.value;
	const char *name = event_name(kind);

	if (kind < ARRAY_SIZE(activities) && activities[kind].id)
		ocsf_put_class(event, &application_lifecycle, activities[kind].id,
			       activities[kind].caption);
	else
		ocsf_put_class(event, &application_lifecycle, 99, name ? name : "unknown");
}

static void ocsf_put_event(struct json_object *event, const struct event *record)
{
	bool trouble = event_is_trouble(record);

	ocsf_put_activity(event, record);
	if (trouble)
		ocsf_put_severity(event, SHELLTRAP_SEVERITY_MEDIUM);
	else
		ocsf_put_enum(event, "severity_id", "severity", 1, "Informational");
	json_put_string_at(event, "app.name", "Shelltrap");
	json_put_string_at(event, "app.vendor_name", "Shelltrap");
}

static void ocsf_put_loss(struct json_object *event)
{
	ocsf_put_class(event, &application_error, 1, "General Error");
	ocsf_put_severity(event, SHELLTRAP_SEVERITY_MEDIUM);
	ocsf_put_enum(event, "status_id", "status", 2, "Failure");
}

static void ocsf_put_kind(struct json_object *event, const struct record *record,
			  struct json_object *native)
{
	switch (record_kind(record)) {
	case RECORD_ALERT:
		ocsf_put_alert(event, record, native);
		break;
	case RECORD_EVENT:
		ocsf_put_event(event, &record->event);
		break;
	case RECORD_OUTCOME:
		ocsf_put_outcome(event, record);
		break;
	case RECORD_REPEATS:
		ocsf_put_repeats(event, record, native);
		break;
	default:
		ocsf_put_loss(event);
	}
}

static void ocsf_put(struct buffer *out, const struct record *record, const struct view *view)
{
	struct json_object *native = json_of_record(record, view);
	struct json_object *event = json_new_object();

	ocsf_put_int(event, "time", record_time(record) / 1000000);
	json_put_at(event, "message", json_new_summary(record, view));
	ocsf_put_metadata(event, record);
	ocsf_put_device(event);
	ocsf_put_kind(event, record, native);
	json_move(native, event, record_moves, ARRAY_SIZE(record_moves));
	json_prune(native);
	json_put_at(event, "unmapped", native);
	json_put_line(out, event);
}

static bool ocsf_read_back(const char *line, size_t len, struct place *place)
{
	return json_read_back(line, len, "metadata.sequence", "unmapped", place);
}

const struct format format_ocsf = {
	.name = "ocsf",
	.put = ocsf_put,
	.read_back = ocsf_read_back,
};
