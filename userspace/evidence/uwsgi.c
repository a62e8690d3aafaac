// SPDX-License-Identifier: GPL-2.0-or-later
#include "evidence/uwsgi.h"

#include <json-c/json.h>
#include <limits.h>
#include <string.h>

/* An object of json-c takes hundreds of bytes, and "{}," only three of the text. */
#define OBJECTS_MAX	8192
#define VALUES_MAX	131072

#define SECOND		UINT64_C(1000000000)
/* The clock of the module may be late by so much. */
#define TICK		(SECOND / 50)

/* Whether the text has few enough values. What is within strings does not count. */
static bool uwsgi_is_small(const char *text, size_t len)
{
	size_t objects = 0, values = 0, i;
	bool in_string = false;

	for (i = 0; i < len; i++) {
		if (in_string && text[i] == '\\')
			i++;
		else if (text[i] == '"')
			in_string = !in_string;
		else if (!in_string && (text[i] == '{' || text[i] == '['))
			objects++;
		else if (!in_string && text[i] == ',')
			values++;
	}
	return objects <= OBJECTS_MAX && values <= VALUES_MAX;
}

static struct json_object *uwsgi_parse(const char *text, size_t len)
{
	struct json_tokener *tokener = json_tokener_new();
	struct json_object *stats = NULL;

	if (tokener && len <= INT_MAX)
		stats = json_tokener_parse_ex(tokener, text, len);
	if (tokener)
		json_tokener_free(tokener);
	return stats;
}

/* The member, if it has the type; NULL: it has not, or there is none, or "of" is no object. */
static struct json_object *uwsgi_member(struct json_object *of, const char *key,
					enum json_type type)
{
	struct json_object *value;

	if (!json_object_is_type(of, json_type_object) ||
	    !json_object_object_get_ex(of, key, &value) || !json_object_is_type(value, type))
		return NULL;
	return value;
}

/* The number; -1: there is none. */
static int64_t uwsgi_number(struct json_object *of, const char *key)
{
	struct json_object *value = uwsgi_member(of, key, json_type_int);

	return value ? json_object_get_int64(value) : -1;
}

/* What follows "NAME=" in the first such string; NULL: there is none. */
static const char *uwsgi_variable(struct json_object *core, const char *name)
{
	struct json_object *variables = uwsgi_member(core, "vars", json_type_array), *value;
	size_t count = variables ? json_object_array_length(variables) : 0, len = strlen(name), i;
	const char *text;

	for (i = 0; i < count; i++) {
		value = json_object_array_get_idx(variables, i);
		if (!json_object_is_type(value, json_type_string))
			continue;
		text = json_object_get_string(value);
		if (!strncmp(text, name, len) && text[len] == '=')
			return text[len + 1] ? text + len + 1 : NULL;
	}
	return NULL;
}

/* The only worker with this PID; NULL: there is none, or *several. */
static struct json_object *uwsgi_worker(struct json_object *stats, uint64_t pid, bool *several)
{
	struct json_object *workers = uwsgi_member(stats, "workers", json_type_array);
	struct json_object *found = NULL, *worker;
	size_t count = workers ? json_object_array_length(workers) : 0, i;

	for (i = 0; i < count; i++) {
		worker = json_object_array_get_idx(workers, i);
		if ((uint64_t)uwsgi_number(worker, "pid") != pid)
			continue;
		*several = found;
		if (found)
			return NULL;
		found = worker;
	}
	return found;
}

/* The only core (a thread, or a coroutine) that serves a request; NULL: none or several do. */
static struct json_object *uwsgi_busy_core(struct json_object *worker)
{
	struct json_object *cores = uwsgi_member(worker, "cores", json_type_array);
	struct json_object *busy = NULL, *core;
	size_t count = cores ? json_object_array_length(cores) : 0, i;

	for (i = 0; i < count; i++) {
		core = json_object_array_get_idx(cores, i);
		if (!uwsgi_number(core, "in_request"))
			continue;
		if (busy)
			return NULL;
		busy = core;
	}
	return busy;
}

static void uwsgi_take(struct uwsgi_request *request, struct json_object *worker)
{
	struct json_object *core = uwsgi_busy_core(worker);
	int64_t started;

	if (!core)
		return;
	started = uwsgi_number(uwsgi_member(core, "req_info", json_type_object), "request_start");
	if (started < 0)
		return;
	request->started = started;
	request->first = !uwsgi_number(worker, "requests");
	request->method = uwsgi_variable(core, "REQUEST_METHOD");
	request->uri = uwsgi_variable(core, "REQUEST_URI");
}

const char *uwsgi_find(struct uwsgi_request *request, const char *text, size_t len, uint64_t pid)
{
	struct json_object *worker;
	bool several = false;

	*request = (struct uwsgi_request){0};
	if (!uwsgi_is_small(text, len))
		return "it answers with too many values";
	request->stats = uwsgi_parse(text, len);
	if (!request->stats)
		return "it answers something else than its statistics";
	worker = uwsgi_worker(request->stats, pid, &several);
	if (!worker)
		return several ? "it names the worker twice" : "it has no such worker";
	uwsgi_take(request, worker);
	return NULL;
}

bool uwsgi_shows_request_of(const struct uwsgi_request *request, uint64_t time, bool runs)
{
	if (!request->method && !request->uri)
		return false;
	return request->started < time / SECOND ||
	       (request->started <= (time + TICK) / SECOND && (runs || request->first));
}

void uwsgi_free(struct uwsgi_request *request)
{
	json_object_put(request->stats);
	request->stats = NULL;
}
