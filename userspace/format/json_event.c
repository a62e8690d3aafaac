// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The native JSON of what is no alert: events, outcomes, repeats. An event has only the fields
 * that its kind has.
 */
#include <stdio.h>

#include "format/format.h"
#include "format/json.h"
#include "format/json_tree.h"

#define NS_PER_SECOND UINT64_C(1000000000)

static struct json_object *json_new_by(const struct by *by, const struct view *view)
{
	struct json_object *object;

	if (!by->present)
		return NULL;
	object = json_new_object();
	json_put_number(object, "pid", &by->pid);
	json_put_string(object, "comm", by->comm);
	json_put_number(object, "uid", &by->uid);
	json_put_string(object, "user", by->uid.known ? view->user_name(by->uid.value) : NULL);
	json_put_number(object, "loginuid", &by->loginuid);
	json_put_string(object, "loginuser",
			by->loginuid.known ? view->user_name(by->loginuid.value) : NULL);
	return object;
}

static void event_put_number(struct json_object *object, const char *key,
			     const struct number *number)
{
	if (number->known)
		json_put_number(object, key, number);
}

static void event_put_seconds(struct json_object *object, const char *key, const struct number *ns)
{
	const struct number seconds = { ns->known, ns->value / NS_PER_SECOND };

	event_put_number(object, key, &seconds);
}

static void event_put_string(struct json_object *object, const char *key, const char *value)
{
	if (value)
		json_put_string(object, key, value);
}

static void event_put_bool(struct json_object *object, const char *key, bool value)
{
	json_put(object, key, json_must(json_object_new_boolean(value)));
}

static void event_put_sha256(struct json_object *object, const struct bytes *sha256)
{
	char digits[2 * SHELLTRAP_SHA256_SIZE + 1];
	size_t i;

	if (sha256->len != SHELLTRAP_SHA256_SIZE)
		return;
	for (i = 0; i < sha256->len; i++)
		snprintf(digits + 2 * i, 3, "%02x", (unsigned char)sha256->data[i]);
	json_put_string(object, "sha256", digits);
}

static void event_put_names(struct json_object *object, const char *key,
			    const struct rule_names *names)
{
	struct json_object *array = json_new_array();
	size_t i;

	for (i = 0; i < names->count; i++)
		json_append(array, json_new_string(names->names[i]));
	json_put(object, key, array);
}

static void event_put_policy(struct json_object *object, const struct event *event)
{
	if (event->kind.value != SHELLTRAP_EVENT_POLICY_LOADED)
		return;
	event_put_sha256(object, &event->sha256);
	event_put_names(object, "came", &event->came);
	event_put_names(object, "went", &event->went);
	event_put_names(object, "changed", &event->changed);
}

static void event_put_hooks(struct json_object *object, const struct number *armed)
{
	struct json_object *hooks;

	if (!armed->known)
		return;
	hooks = json_new_object();
	event_put_bool(hooks, "check", armed->value & SHELLTRAP_ARMED_CHECK);
	event_put_bool(hooks, "done", armed->value & SHELLTRAP_ARMED_DONE);
	event_put_bool(hooks, "deny", armed->value & SHELLTRAP_ARMED_DENY);
	json_put(object, "hooks", hooks);
}

static void event_put_counters(struct json_object *object, const struct event *event)
{
	struct json_object *counters;

	if (event->kind.value != SHELLTRAP_EVENT_HEARTBEAT)
		return;
	counters = json_new_object();
	event_put_number(counters, "execs", &event->execs);
	event_put_number(counters, "hits", &event->hits);
	event_put_number(counters, "alerts", &event->alerts);
	event_put_number(counters, "lost", &event->lost);
	event_put_number(counters, "overwritten", &event->overwritten);
	event_put_number(counters, "missed", &event->missed);
	event_put_number(counters, "lineage", &event->lineage);
	event_put_number(counters, "left_out", &event->left_out);
	json_put(object, "counters", counters);
}

void json_put_event(struct json_object *object, const struct event *event, const struct view *view)
{
	json_put_name(object, "event", &event->kind, event_name);
	json_put(object, "by", json_new_by(&event->by, view));
	event_put_string(object, "version", event->version);
	event_put_policy(object, event);
	event_put_number(object, "rule_count", &event->rules);
	if (event->enforce.known)
		event_put_bool(object, "enforce", event->enforce.value);
	event_put_number(object, "observe", &event->observe);
	event_put_string(object, "what", event->what);
	event_put_number(object, "count", &event->count);
	event_put_seconds(object, "since", &event->since);
	event_put_hooks(object, &event->armed);
	event_put_seconds(object, "uptime", &event->uptime);
	event_put_counters(object, event);
}

void json_put_outcome(struct json_object *object, const struct exec_outcome *outcome,
		      const struct view *view)
{
	json_put_number(object, "of", &outcome->of);
	json_put_name(object, "verdict", &outcome->verdict, verdict_name);
	json_put(object, "by", json_new_by(&outcome->by, view));
	if (outcome->why.known)
		json_put_name(object, "why", &outcome->why, ended_name);
}

void json_put_repeats(struct json_object *object, const struct record *record)
{
	const struct repeats *repeats = &record->repeats;
	const struct alert_rule *rule = repeats_rule(repeats);
	struct number none = {0};

	json_put_number(object, "last", &record->seq);
	json_put_number(object, "of", &repeats->of);
	json_put_number(object, "count", &repeats->count);
	json_put_time(object, "first", &repeats->first);
	json_put_time(object, "latest", &repeats->latest);
	json_put_string(object, "rule", rule ? rule->name : NULL);
	json_put_name(object, "severity", rule ? &rule->severity : &none, severity_name);
	json_put_name(object, "verdict", &repeats->verdict, verdict_name);
	json_put_string(object, "comm", repeats->comm);
	json_put_string(object, "pathname", repeats->pathname);
}
