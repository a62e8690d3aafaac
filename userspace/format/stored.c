// SPDX-License-Identifier: GPL-2.0-or-later
#include "format/stored.h"
#include "kernel/unclean.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/node.h"
#include "lib/number.h"

/* A value of an enumeration has a name below this. */
#define NAMED_VALUES 256
#define NS_PER_SECOND UINT64_C(1000000000)

/* The view's functions have no argument for it. */
static __thread const struct stored *stored_shown;

static const char *stored_find_name(const struct stored_names *names, uint32_t id)
{
	size_t i;

	for (i = 0; i < names->count; i++)
		if (names->list[i].id == id)
			return names->list[i].name;
	return NULL;
}

static const char *stored_user_name(uint32_t uid)
{
	return stored_find_name(&stored_shown->users, uid);
}

static const char *stored_group_name(uint32_t gid)
{
	return stored_find_name(&stored_shown->groups, gid);
}

/* The device in the JSON is the one that stat(2) showed. */
static const struct found_file *stored_find_file(const struct record *record)
{
	static __thread struct found_file found;

	found = (struct found_file){
		.sha256 = stored_shown->hash,
		.dev_major = record->alert.file.dev_major.value,
		.dev_minor = record->alert.file.dev_minor.value,
	};
	return stored_shown->hash ? &found : NULL;
}

static const struct container_names *stored_find_container(const char *cgroup_path)
{
	(void)cgroup_path;
	return &stored_shown->container;
}

static int stored_hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/*
 * Appends the string with each \xHH of utf8_escape() as its byte again, and a NUL. The buffer
 * has room for all strings of the object, so it does not move. A NUL byte would end the
 * string; utf8_escape() writes none.
 */
static struct bytes stored_add(struct stored *stored, const char *text, size_t len)
{
	struct bytes bytes = { stored->strings.data + stored->strings.len, 0 };
	size_t i;

	for (i = 0; i < len; i++) {
		char c = text[i];

		if (c == '\\' && len - i >= 4 && text[i + 1] == 'x' &&
		    stored_hex(text[i + 2]) >= 0 && stored_hex(text[i + 3]) >= 0) {
			c = stored_hex(text[i + 2]) << 4 | stored_hex(text[i + 3]);
			i += 3;
		}
		if (c)
			buffer_putc(&stored->strings, c);
	}
	buffer_putc(&stored->strings, '\0');
	bytes.len = stored->strings.data + stored->strings.len - bytes.data;
	return bytes;
}

static const char *stored_string_of(struct stored *stored, const struct node *value)
{
	return node_is(value, NODE_STRING) ? stored_add(stored, value->text, value->len).data :
					     NULL;
}

static const char *stored_string(struct stored *stored, const struct node *object,
				 const char *path)
{
	return stored_string_of(stored, node_at(object, path));
}

static struct number stored_number(const struct node *object, const char *path)
{
	struct number number = {0};

	number.known = node_number(object, path, &number.value);
	return number;
}

/* The value whose name this is, or which is written as a number for lack of a name. */
static struct number stored_name(const struct node *object, const char *path,
				 const char *(*name_of)(uint64_t value))
{
	const char *name = node_string(object, path), *known;
	struct number number = { .known = true };

	if (!name)
		return (struct number){0};
	for (number.value = 0; number.value < NAMED_VALUES; number.value++) {
		known = name_of(number.value);
		if (known && !strcmp(known, name))
			return number;
	}
	number.known = !parse_number(name, 0, UINT64_MAX, &number.value);
	return number;
}

static struct number stored_time(const struct node *object, const char *path)
{
	const char *text = node_string(object, path), *end;
	struct tm tm = {0};
	uint64_t ns;
	time_t seconds;

	end = text ? strptime(text, "%Y-%m-%dT%H:%M:%S", &tm) : NULL;
	if (!end || *end != '.' || strlen(end) != strlen(".123456789Z") || tm.tm_year < 70)
		return (struct number){0};
	seconds = timegm(&tm);
	ns = strtoul(end + 1, NULL, 10);
	return (struct number){ true, seconds * UINT64_C(1000000000) + ns };
}

static void stored_read_id_name(struct stored *stored, struct stored_names *names,
				const struct node *object, const char *id_path,
				const char *name_path)
{
	struct number id = stored_number(object, id_path);
	const char *name = stored_string(stored, object, name_path);

	if (!id.known || !name || names->count == STORED_NAMES)
		return;
	names->list[names->count].id = id.value;
	names->list[names->count].name = name;
	names->count++;
}

static void stored_read_names(struct stored *stored, const struct node *object)
{
	struct stored_names *users = &stored->users, *groups = &stored->groups;

	stored_read_id_name(stored, users, object, "process.uid", "process.user");
	stored_read_id_name(stored, users, object, "process.euid", "process.euser");
	stored_read_id_name(stored, users, object, "process.loginuid", "process.loginuser");
	stored_read_id_name(stored, users, object, "file.uid", "file.user");
	stored_read_id_name(stored, users, object, "request.script_file.uid",
			    "request.script_file.user");
	stored_read_id_name(stored, groups, object, "request.script_file.gid",
			    "request.script_file.group");
	stored_read_id_name(stored, groups, object, "process.gid", "process.group");
	stored_read_id_name(stored, groups, object, "process.egid", "process.egroup");
	stored_read_id_name(stored, groups, object, "file.gid", "file.group");
	stored->hash = stored_string(stored, object, "file.sha256");
}

static void stored_read_host(struct stored *stored, const struct node *object)
{
	const char *name = stored_string(stored, object, "host");
	const char *boot_id = stored_string(stored, object, "boot_id");

	snprintf(stored->host.name, sizeof(stored->host.name), "%s", name ? name : "");
	snprintf(stored->host.boot_id, sizeof(stored->host.boot_id), "%s", boot_id ? boot_id : "");
}

/* The threats of all rules: the JSON does not say which rule has which one. */
static const char *stored_threats(struct stored *stored, const struct node *object)
{
	const struct node *list = node_at(object, "threat"), *threat;
	static __thread struct buffer words;

	buffer_reset(&words);
	node_each_item(threat, list) {
		const char *tactic = node_string(threat, "tactic");
		const char *technique = node_string(threat, "technique");

		if (tactic && technique)
			buffer_printf(&words, "%s%s/%s", words.len ? " " : "", tactic, technique);
	}
	return words.len ? stored_add(stored, words.data, words.len).data : NULL;
}

static void stored_read_rules(struct stored *stored, const struct node *object)
{
	struct alert *alert = &stored->record.alert;
	const struct node *rules = node_at(object, "rules"), *rule;

	node_each_item(rule, rules)
		if (alert->rule_count < ALERT_RULES_MAX)
			alert->rules[alert->rule_count++].name = stored_string_of(stored, rule);
	if (!alert->rule_count)
		return;
	alert->rules[0].severity = stored_name(object, "severity", severity_name);
	alert->rules[0].threat = stored_threats(stored, object);
}

static void stored_read_argv(struct stored *stored, const struct node *object)
{
	struct bytes *argv = &stored->record.alert.process.argv;
	const struct node *words = node_at(object, "argv"), *word;

	if (!node_is(words, NODE_ARRAY))
		return;
	argv->data = stored->strings.data + stored->strings.len;
	node_each_item(word, words)
		stored_string_of(stored, word);
	argv->len = stored->strings.data + stored->strings.len - argv->data;
	/* The last argument is incomplete, so its end is missing, too. */
	if (argv->len && stored->record.alert.process.argv_truncated)
		argv->len--;
}

static void stored_read_unclean(struct stored *stored, const struct node *object)
{
	struct alert_process *process = &stored->record.alert.process;
	const struct node *words = node_at(object, "unclean"), *word;
	const char *name;

	node_each_item(word, words) {
		name = node_string(word, "");
		process->unclean.known = true;
		process->unclean.value |= name ? unclean_bit(name) : 0;
	}
	words = node_at(object, "environment");
	if (!node_is(words, NODE_ARRAY))
		return;
	process->environment.data = stored->strings.data + stored->strings.len;
	node_each_item(word, words)
		stored_string_of(stored, word);
	process->environment.len = stored->strings.data + stored->strings.len -
				   process->environment.data;
}

static void stored_read_process(struct stored *stored, const struct node *object)
{
	struct alert_process *process = &stored->record.alert.process;

	if (!object)
		return;
	process->present = true;
	process->pid = stored_number(object, "pid");
	process->tid = stored_number(object, "tid");
	process->comm = stored_string(stored, object, "comm");
	process->exe = stored_string(stored, object, "exe");
	process->argc = stored_number(object, "argc");
	process->argv_truncated = node_is(node_at(object, "argv_truncated"), NODE_TRUE);
	process->cwd = stored_string(stored, object, "cwd");
	process->uid = stored_number(object, "uid");
	process->gid = stored_number(object, "gid");
	process->euid = stored_number(object, "euid");
	process->egid = stored_number(object, "egid");
	process->loginuid = stored_number(object, "loginuid");
	process->sessionid = stored_number(object, "sessionid");
	process->pid_ns = stored_number(object, "pid_ns");
	process->mnt_ns = stored_number(object, "mnt_ns");
	process->ns_pid = stored_number(object, "ns_pid");
	stored_read_unclean(stored, object);
	process->start = stored_number(object, "start_ticks");
	process->start.value *= PROCESS_TICK;
	stored_read_argv(stored, object);
}

static void stored_read_file(struct stored *stored, const struct node *object)
{
	struct alert_file *file = &stored->record.alert.file;
	const char *dev = node_string(object, "dev"), *mode = node_string(object, "mode");
	unsigned int major, minor;

	if (!object)
		return;
	file->present = true;
	file->path = stored_string(stored, object, "path");
	if (dev && sscanf(dev, "%u:%u", &major, &minor) == 2) {
		file->dev_major = (struct number){ true, major };
		file->dev_minor = (struct number){ true, minor };
	}
	if (mode)
		file->mode = (struct number){ true, strtoul(mode, NULL, 8) };
	file->ino = stored_number(object, "ino");
	file->uid = stored_number(object, "uid");
	file->gid = stored_number(object, "gid");
}

static void stored_read_server(struct stored *stored, const struct node *object)
{
	struct alert_server *server = &stored->record.alert.server;

	if (!object)
		return;
	server->present = true;
	server->pid = stored_number(object, "pid");
	server->comm = stored_string(stored, object, "comm");
	server->exe = stored_string(stored, object, "exe");
	server->matched = stored_name(object, "matched", matched_name);
	server->port = stored_number(object, "port");
	server->started = stored_time(object, "started");
	server->command = stored_string(stored, object, "command");
}

/* Returns how many tasks of the list were read; "tasks" has room for "max". */
static size_t stored_read_tasks(struct stored *stored, const struct node *list,
				struct alert_ancestor *tasks, size_t max)
{
	const struct node *one;
	size_t count = 0;

	node_each_item(one, list) {
		if (count == max)
			break;
		tasks[count].pid = stored_number(one, "pid");
		tasks[count++].comm = stored_string(stored, one, "comm");
	}
	return count;
}

/* "203.0.113.5:4444", "[2001:db8::1]:443" or either without a port. */
static void stored_parse_endpoint(struct stored *stored, const char *text, struct bytes *addr,
				  struct number *port)
{
	const char *colon;
	char host[INET6_ADDRSTRLEN], address[16];
	size_t len, address_len;

	if (!text)
		return;
	colon = *text == '[' ? strstr(text, "]:") : strchr(text, ':');
	len = *text == '[' ? strcspn(++text, "]") : strcspn(text, ":");
	if (len >= sizeof(host))
		return;
	memcpy(host, text, len);
	host[len] = '\0';
	address_len = inet_pton(AF_INET, host, address) == 1 ? 4 :
		      inet_pton(AF_INET6, host, address) == 1 ? 16 : 0;
	if (!address_len)
		return;
	addr->data = stored->strings.data + stored->strings.len;
	addr->len = address_len;
	buffer_add(&stored->strings, address, address_len);
	if (colon)
		port->known = !parse_number(strrchr(colon, ':') + 1, 0, UINT16_MAX, &port->value);
}

static void stored_read_endpoint(struct stored *stored, const struct node *object,
				 const char *path, struct bytes *addr, struct number *port)
{
	stored_parse_endpoint(stored, node_string(object, path), addr, port);
}

static void stored_read_clients(struct stored *stored, const struct node *object)
{
	struct alert_request *request = &stored->record.alert.request;
	const struct node *list = node_at(object, "clients"), *text;
	struct request_client *client;

	node_each_item(text, list) {
		if (request->client_count == SHELLTRAP_CLIENTS_MAX)
			break;
		client = &request->clients[request->client_count];
		stored_parse_endpoint(stored, node_string(text, ""), &client->addr, &client->port);
		request->client_count += client->addr.len > 0;
	}
	/* The JSON has the server's end only if the client is certain. */
	if (request->client_count)
		stored_read_endpoint(stored, object, "local", &request->clients[0].local_addr,
				     &request->clients[0].local_port);
}

static void stored_read_sources(struct stored *stored, const struct node *object)
{
	struct number *sources = &stored->record.alert.request.sources;
	const struct node *list = node_at(object, "sources"), *source;

	sources->known = node_is(list, NODE_ARRAY);
	node_each_item(source, list) {
		const char *name = node_string(source, "");

		sources->value |= name ? request_source(name) : 0;
	}
}

static void stored_read_script_file(struct stored *stored, const struct node *object)
{
	struct request_file *file = &stored->record.alert.request.file;
	const char *mode = node_string(object, "mode");

	if (!object)
		return;
	file->present = true;
	file->uid = stored_number(object, "uid");
	file->gid = stored_number(object, "gid");
	file->mode = (struct number){ mode, mode ? strtoul(mode, NULL, 8) : 0 };
	file->modified = stored_time(object, "modified");
	file->sha256 = stored_string(stored, object, "sha256");
	file->not_read = stored_string(stored, object, "not_read");
}

static void stored_read_container(struct stored *stored, const struct node *object)
{
	stored->container = (struct container_names){
		.name = stored_string(stored, object, "name"),
		.image = stored_string(stored, object, "image"),
		.pod = stored_string(stored, object, "pod"),
		.namespace = stored_string(stored, object, "namespace"),
	};
}

static void stored_read_request(struct stored *stored, const struct node *object)
{
	struct alert_request *request = &stored->record.alert.request;
	enum request_string i;

	if (!object)
		return;
	request->present = true;
	request->certainty = stored_name(object, "certainty", certainty_name);
	stored_read_sources(stored, object);
	stored_read_clients(stored, object);
	request->more = stored_number(object, "more");
	request->thread = stored_number(object, "thread");
	request->via_count = stored_read_tasks(stored, node_at(object, "via"), request->via,
					       REQUEST_VIA_MAX);
	for (i = 0; i < REQUEST_STRINGS; i++)
		*request_string(request, i) = stored_string(stored, object, request_strings[i].key);
	stored_read_script_file(stored, node_at(object, "script_file"));
}

static void stored_read_stdio(struct stored *stored, const struct node *object,
			      struct alert_stdio *stdio)
{
	if (!object)
		return;
	stdio->present = true;
	stdio->type = stored_name(object, "type", stdio_type_name);
	stdio->family = stored_name(object, "family", socket_family_name);
	stdio->sock_type = stored_name(object, "sock_type", socket_type_name);
	stdio->state = stored_name(object, "state", socket_state_name);
	stored_read_endpoint(stored, object, "local", &stdio->local_addr, &stdio->local_port);
	stored_read_endpoint(stored, object, "peer", &stdio->peer_addr, &stdio->peer_port);
}

static void stored_read_alert(struct stored *stored, const struct node *object)
{
	struct alert *alert = &stored->record.alert;

	alert->present = true;
	stored_read_names(stored, object);
	stored_read_rules(stored, object);
	alert->verdict = stored_name(object, "verdict", verdict_name);
	alert->unheld = stored_name(object, "unheld", unheld_name);
	alert->comm = stored_string(stored, object, "comm");
	alert->pathname = stored_string(stored, object, "pathname");
	alert->interpreter = stored_string(stored, object, "interpreter");
	stored_read_process(stored, node_at(object, "process"));
	stored_read_file(stored, node_at(object, "file"));
	stored_read_server(stored, node_at(object, "server"));
	alert->ancestor_count = stored_read_tasks(stored, node_at(object, "ancestors"),
						  alert->ancestors, SHELLTRAP_ANCESTORS_MAX);
	stored_read_request(stored, node_at(object, "request"));
	stored_read_stdio(stored, node_at(object, "stdin"), &alert->in);
	stored_read_stdio(stored, node_at(object, "stdout"), &alert->out);
	stored_read_container(stored, node_at(object, "container"));
	alert->cgroup_id = stored_number(object, "cgroup.id");
	alert->cgroup_path = stored_string(stored, object, "cgroup.path");
}

static size_t stored_read_causes(struct stored *stored, const struct node *list,
				 struct loss_cause *causes)
{
	const struct node *one;
	size_t count = 0;

	node_each_item(one, list) {
		struct loss_cause *cause = &causes[count];

		if (count++ == SHELLTRAP_LOSS_CAUSES_MAX)
			return SHELLTRAP_LOSS_CAUSES_MAX;
		cause->lost = stored_number(one, "lost");
		cause->rule = stored_string(stored, one, "rule");
		cause->server_pid = stored_number(one, "server.pid");
		cause->server_comm = stored_string(stored, one, "server.comm");
		cause->uid = stored_number(one, "uid");
		stored_read_id_name(stored, &stored->users, one, "uid", "user");
	}
	return count;
}

/* Reasons that the module gives are numbers in a record, others are texts. */
static void stored_read_loss(struct stored *stored, const struct node *object)
{
	struct loss *loss = &stored->record.loss;
	const char *why = node_string(object, "why");
	struct loss known = { .present = true, .why = { true, SHELLTRAP_LOSS_NO_SLOT } };
	struct loss unknown = { .present = true, .why = { true, UINT32_MAX } };

	loss->present = true;
	loss->lost = stored_number(object, "lost");
	loss->cause_count = stored_read_causes(stored, node_at(object, "causes"), loss->causes);
	if (why && !strcmp(why, loss_reason(&known)))
		loss->why = known.why;
	else if (why && !strcmp(why, loss_reason(&unknown)))
		loss->why = unknown.why;
	else
		loss->reason = stored_string(stored, object, "why");
}

static void stored_read_by(struct stored *stored, const struct node *object, struct by *by)
{
	if (!object)
		return;
	by->present = true;
	by->pid = stored_number(object, "pid");
	by->comm = stored_string(stored, object, "comm");
	by->uid = stored_number(object, "uid");
	by->loginuid = stored_number(object, "loginuid");
	stored_read_id_name(stored, &stored->users, object, "uid", "user");
	stored_read_id_name(stored, &stored->users, object, "loginuid", "loginuser");
}

static void stored_read_rule_names(struct stored *stored, const struct node *list,
				   struct rule_names *names)
{
	const struct node *name;

	node_each_item(name, list)
		if (names->count < SHELLTRAP_RULES_MAX && name->type == NODE_STRING)
			names->names[names->count++] = stored_string_of(stored, name);
}

static struct bytes stored_sha256(struct stored *stored, const struct node *object)
{
	const char *digits = node_string(object, "sha256");
	struct bytes sha256 = { stored->strings.data + stored->strings.len,
				SHELLTRAP_SHA256_SIZE };
	size_t i;

	if (!digits || strlen(digits) != 2 * SHELLTRAP_SHA256_SIZE ||
	    strspn(digits, "0123456789abcdef") != 2 * SHELLTRAP_SHA256_SIZE)
		return (struct bytes){0};
	for (i = 0; i < SHELLTRAP_SHA256_SIZE; i++) {
		const char byte[] = { digits[2 * i], digits[2 * i + 1], '\0' };

		buffer_putc(&stored->strings, strtoul(byte, NULL, 16));
	}
	return sha256;
}

static struct number stored_bool(const struct node *object, const char *path)
{
	const struct node *found = node_at(object, path);

	return (struct number){ node_is(found, NODE_TRUE) || node_is(found, NODE_FALSE),
				node_is(found, NODE_TRUE) };
}

/* The JSON has whole seconds. */
static struct number stored_seconds(const struct node *object, const char *path)
{
	struct number number = stored_number(object, path);

	number.known &= !__builtin_mul_overflow(number.value, NS_PER_SECOND, &number.value);
	return number;
}

static struct number stored_hooks(const struct node *object)
{
	const struct node *hooks = node_at(object, "hooks");
	struct number armed = { .known = hooks };

	if (stored_bool(hooks, "check").value)
		armed.value |= SHELLTRAP_ARMED_CHECK;
	if (stored_bool(hooks, "done").value)
		armed.value |= SHELLTRAP_ARMED_DONE;
	if (stored_bool(hooks, "deny").value)
		armed.value |= SHELLTRAP_ARMED_DENY;
	return armed;
}

static void stored_read_counters(const struct node *object, struct event *event)
{
	const struct node *counters = node_at(object, "counters");

	event->execs = stored_number(counters, "execs");
	event->hits = stored_number(counters, "hits");
	event->alerts = stored_number(counters, "alerts");
	event->lost = stored_number(counters, "lost");
	event->overwritten = stored_number(counters, "overwritten");
	event->missed = stored_number(counters, "missed");
	event->lineage = stored_number(counters, "lineage");
	event->left_out = stored_number(counters, "left_out");
}

static void stored_read_event(struct stored *stored, const struct node *object)
{
	struct event *event = &stored->record.event;

	event->present = true;
	event->kind = stored_name(object, "event", event_name);
	stored_read_by(stored, node_at(object, "by"), &event->by);
	event->version = stored_string(stored, object, "version");
	event->sha256 = stored_sha256(stored, object);
	event->rules = stored_number(object, "rule_count");
	stored_read_rule_names(stored, node_at(object, "came"), &event->came);
	stored_read_rule_names(stored, node_at(object, "went"), &event->went);
	stored_read_rule_names(stored, node_at(object, "changed"), &event->changed);
	event->enforce = stored_bool(object, "enforce");
	event->observe = stored_number(object, "observe");
	event->what = stored_string(stored, object, "what");
	event->count = stored_number(object, "count");
	event->since = stored_seconds(object, "since");
	event->armed = stored_hooks(object);
	event->uptime = stored_seconds(object, "uptime");
	stored_read_counters(object, event);
}

static void stored_read_outcome(struct stored *stored, const struct node *object)
{
	struct exec_outcome *outcome = &stored->record.outcome;

	outcome->present = true;
	outcome->of = stored_number(object, "of");
	outcome->verdict = stored_name(object, "verdict", verdict_name);
	stored_read_by(stored, node_at(object, "by"), &outcome->by);
	outcome->why = stored_name(object, "why", ended_name);
}

static void stored_read_repeats(struct stored *stored, const struct node *object)
{
	struct repeats *repeats = &stored->record.repeats;

	repeats->present = true;
	repeats->of = stored_number(object, "of");
	repeats->count = stored_number(object, "count");
	repeats->first = stored_time(object, "first");
	repeats->latest = stored_time(object, "latest");
	repeats->rules[0].name = stored_string(stored, object, "rule");
	repeats->rules[0].severity = stored_name(object, "severity", severity_name);
	repeats->rule_count = repeats->rules[0].name || repeats->rules[0].severity.known;
	repeats->verdict = stored_name(object, "verdict", verdict_name);
	repeats->comm = stored_string(stored, object, "comm");
	repeats->pathname = stored_string(stored, object, "pathname");
}

/* Unescaped strings are not longer than the JSON, apart from a NUL for each. */
static void stored_start(struct stored *stored, size_t bytes)
{
	memset(&stored->record, 0, sizeof(stored->record));
	stored->users.count = 0;
	stored->groups.count = 0;
	stored->hash = NULL;
	stored->container = (struct container_names){0};
	buffer_reset(&stored->strings);
	if (stored->strings.size < 2 * bytes + 1024) {
		buffer_free(&stored->strings);
		while (stored->strings.len < 2 * bytes + 1024)
			buffer_putc(&stored->strings, ' ');
		buffer_reset(&stored->strings);
	}
	stored->view.host = &stored->host;
	stored->view.user_name = stored_user_name;
	stored->view.group_name = stored_group_name;
	stored->view.find_file = stored_find_file;
	stored->view.find_container = stored_find_container;
	stored_shown = stored;
}

static enum record_kind stored_kind(const struct node *object)
{
	const char *type = node_string(object, "type");
	enum record_kind kind;

	if (!type)
		return node_at(object, "type") ? RECORD_UNKNOWN : RECORD_ALERT;
	for (kind = RECORD_REPEATS; kind != RECORD_UNKNOWN; kind--)
		if (!strcmp(type, record_kind_name(kind)))
			break;
	return kind;
}

bool stored_read(struct stored *stored, const struct node *object, size_t bytes)
{
	static void (*const read[])(struct stored *stored, const struct node *object) = {
		[RECORD_ALERT] = stored_read_alert,
		[RECORD_LOSS] = stored_read_loss,
		[RECORD_EVENT] = stored_read_event,
		[RECORD_OUTCOME] = stored_read_outcome,
		[RECORD_REPEATS] = stored_read_repeats,
	};
	struct record *record = &stored->record;
	enum record_kind kind;

	if (!node_is(object, NODE_OBJECT))
		return false;
	kind = stored_kind(object);
	if (kind == RECORD_UNKNOWN)
		return false;
	stored_start(stored, bytes);
	record->seq = stored_number(object, "seq");
	record->instance.known = node_hex(object, "instance", &record->instance.value);
	record->time = stored_time(object, "time");
	stored_read_host(stored, object);
	read[kind](stored, object);
	return true;
}

void stored_free(struct stored *stored)
{
	buffer_free(&stored->strings);
}
