// SPDX-License-Identifier: GPL-2.0-or-later
#include "past/access_join.h"

#include <stdlib.h>
#include <string.h>

#include "lib/xalloc.h"

/* ns: so long it is remembered when a process was started. */
#define MOMENT_LONGEST (UINT64_C(600) * 1000000000)
/* Bytes of all joins together: what goes beyond is left out. */
#define TEXTS_KEPT_MAX (32 * 1024 * 1024)

static size_t join_texts_kept;

static void join_add_task(struct access_join *join, const struct number *pid)
{
	if (pid->known && pid->value > 1 && join->task_count < ACCESS_TASKS_MAX)
		join->tasks[join->task_count++] = pid->value;
}

void access_join_begin(struct access_join *join, const struct alert *alert, uint64_t moment)
{
	const struct alert_request *request = &alert->request;
	size_t i;

	*join = (struct access_join){
		.moment = moment,
		.thread = request->thread,
		.exact = request_client(request),
		.uri = request->uri ? xstrdup(request->uri) : NULL,
	};
	join_add_task(join, &alert->server.pid);
	join_add_task(join, &request->thread);
	for (i = 0; i < request->via_count; i++)
		join_add_task(join, &request->via[i].pid);
	for (i = 0; i < alert->ancestor_count; i++)
		join_add_task(join, &alert->ancestors[i].pid);
	for (i = 0; i < request->client_count; i++)
		join->known[join->known_count++] = access_client_of(&request->clients[i]);
}

static bool join_has_task(const struct access_join *join, const struct number *pid)
{
	size_t i;

	for (i = 0; pid->known && i < join->task_count; i++)
		if (join->tasks[i] == pid->value)
			return true;
	return false;
}

static bool join_knows(const struct access_join *join, const struct access_client *client)
{
	size_t i;

	for (i = 0; i < join->known_count; i++)
		if (access_client_same(&join->known[i], client))
			return true;
	return false;
}

/* A log that names no process must name a client that the sockets have named. */
static bool join_process_fits(const struct access_join *join, const struct access_format *format,
			      const struct access_line *line)
{
	if (!format->has_process)
		return line->client.len && join_knows(join, &line->client);
	if (line->thread.known && join->thread.known)
		return line->thread.value == join->thread.value;
	return join_has_task(join, &line->pid);
}

static bool join_fits(const struct access_join *join, const struct access_format *format,
		      const struct access_line *line)
{
	const struct access_text *uri = &line->texts[REQUEST_URI];

	if (line->first > join->moment || line->last < join->moment ||
	    !join_process_fits(join, format, line))
		return false;
	if (join->uri && uri->start &&
	    (strlen(join->uri) != uri->len || memcmp(join->uri, uri->start, uri->len)))
		return false;
	return !join->exact || !line->client.len || join_knows(join, &line->client);
}

static bool client_is_equal(const struct access_client *a, const struct access_client *b)
{
	return access_client_same(a, b) && a->has_port == b->has_port;
}

static void join_add_client(struct access_join *join, const struct access_client *client)
{
	size_t i;

	if (!client->len)
		return;
	for (i = 0; i < join->client_count; i++)
		if (client_is_equal(&join->clients[i], client))
			return;
	if (join->client_count == SHELLTRAP_CLIENTS_MAX)
		join->overflow = true;
	else
		join->clients[join->client_count++] = *client;
}

static void join_drop_text(struct access_join *join, enum request_string number)
{
	if (join->texts[number])
		join_texts_kept -= strlen(join->texts[number]);
	free(join->texts[number]);
	join->texts[number] = NULL;
}

static char *join_keep_text(const char *text, size_t len)
{
	char *copy = xcalloc(len + 1, 1);

	memcpy(copy, text, len);
	join_texts_kept += len;
	return copy;
}

/* NUL is no part of a string here: what follows it is left out. */
static void join_add_text(struct access_join *join, enum request_string number,
			  const struct access_text *text)
{
	const char *known = join->texts[number];
	size_t len = text->start ? strnlen(text->start, text->len) : 0;

	if (join->fits == 1 && text->start) {
		if (join_texts_kept < TEXTS_KEPT_MAX)
			join->texts[number] = join_keep_text(text->start, len);
	} else if (join->fits > 1 && !join->mixed[number]) {
		join->mixed[number] = !known != !text->start ||
			(known && (strlen(known) != len || memcmp(known, text->start, len)));
	}
	if (join->mixed[number])
		join_drop_text(join, number);
}

void access_join_offer(struct access_join *join, const struct access_format *format,
		       const struct access_line *line)
{
	enum request_string i;

	if (!join_fits(join, format, line))
		return;
	join->fits++;
	join->by_thread += line->timed && line->thread.known && join->thread.known;
	join_add_client(join, &line->client);
	for (i = 0; i < REQUEST_STRINGS; i++)
		join_add_text(join, i, &line->texts[i]);
}

/* The clients of the request in a new order. */
struct chosen {
	struct request_client clients[SHELLTRAP_CLIENTS_MAX];
	size_t count;
	size_t left_out;
	bool taken[SHELLTRAP_CLIENTS_MAX];	/* of the clients of the request */
};

static void chosen_add(struct chosen *chosen, const struct request_client *client)
{
	if (chosen->count == SHELLTRAP_CLIENTS_MAX)
		chosen->left_out++;
	else
		chosen->clients[chosen->count++] = *client;
}

static bool chosen_take(struct chosen *chosen, const struct alert_request *request,
			const struct access_client *client)
{
	bool found = false;
	size_t i;

	for (i = 0; i < request->client_count; i++) {
		struct access_client known = access_client_of(&request->clients[i]);

		if (!access_client_same(&known, client))
			continue;
		found = true;
		if (!chosen->taken[i])
			chosen_add(chosen, &request->clients[i]);
		chosen->taken[i] = true;
	}
	return found;
}

static struct request_client client_of_line(const struct access_client *client)
{
	return (struct request_client){
		.addr = { (const char *)client->addr, client->len },
		.port = { client->has_port, client->port },
	};
}

/*
 * First the clients that the lines name, then all others. A client that no socket has named
 * may be among the clients that were only counted, or its connection was gone.
 *
 * A thread serves one request at a time: if all lines are of this thread, no other client can
 * have made the request.
 */
static void join_apply_clients(const struct access_join *join, struct alert_request *request)
{
	bool sockets = request->client_count, alone = join->by_thread == join->fits;
	uint64_t uncounted = request->more.value;
	struct chosen chosen = {0};
	size_t i;

	if (!join->client_count)
		return;
	for (i = 0; i < join->client_count; i++) {
		struct request_client client = client_of_line(&join->clients[i]);

		if (chosen_take(&chosen, request, &join->clients[i]))
			continue;
		chosen_add(&chosen, &client);
		uncounted -= uncounted > 0;
	}
	for (i = 0; i < request->client_count && !alone; i++)
		if (!chosen.taken[i])
			chosen_add(&chosen, &request->clients[i]);
	memcpy(request->clients, chosen.clients, sizeof(request->clients));
	request->client_count = chosen.count;
	request->certainty = (struct number){ true, SHELLTRAP_CERTAINTY_CANDIDATES };
	if (!sockets || alone)
		request->more = (struct number){ true, 0 };
	else
		request->more.value = uncounted;
	request->more.value += chosen.left_out;
	if (join->overflow)
		request->more = (struct number){0};
}

bool access_join_apply(const struct access_join *join, struct alert_request *request)
{
	bool added = false;
	enum request_string i;

	if (!join->fits)
		return false;
	if (!join->exact) {
		added = join->client_count;
		join_apply_clients(join, request);
	}
	for (i = 0; i < REQUEST_STRINGS; i++) {
		if (*request_string(request, i) || !join->texts[i])
			continue;
		*request_string(request, i) = join->texts[i];
		added = true;
	}
	if (!added)
		return false;
	if (!request->certainty.known)
		request->certainty = (struct number){ true, SHELLTRAP_CERTAINTY_NONE };
	request->present = true;
	request->sources.known = true;
	request->sources.value |= REQUEST_SOURCE_ACCESS_LOG;
	return true;
}

void access_join_end(struct access_join *join)
{
	enum request_string i;

	for (i = 0; i < REQUEST_STRINGS; i++)
		join_drop_text(join, i);
	free(join->uri);
	*join = (struct access_join){0};
}

static bool same_task(const struct number *a, const struct number *b)
{
	return a->known && b->known && a->value == b->value;
}

/* Did the server call exec itself, or a child that it had forked for this? */
static bool alert_is_first(const struct alert *alert)
{
	const struct number *server = &alert->server.pid;

	return same_task(&alert->process.pid, server) ||
	       (alert->ancestor_count && same_task(&alert->ancestors[0].pid, server));
}

/* Not for long: a process identifier comes again. */
static uint64_t moments_find(const struct access_moments *moments, const struct number *pid,
			     uint64_t now)
{
	size_t place = pid->value % ACCESS_MOMENTS;
	uint64_t time = moments->list[place].time;

	if (!pid->known || pid->value <= 1 || moments->list[place].pid != pid->value)
		return 0;
	return now >= time && now - time < MOMENT_LONGEST ? time : 0;
}

uint64_t access_moment(struct access_moments *moments, const struct record *record)
{
	const struct alert *alert = &record->alert;
	const struct number *pid = &alert->process.pid;
	/* A shell may wait, and only then become another program. */
	uint64_t moment = moments_find(moments, pid, record->time.value);
	size_t i;

	if (!moment && alert_is_first(alert))
		moment = record->time.value;
	for (i = 0; !moment && i < alert->ancestor_count; i++)
		moment = moments_find(moments, &alert->ancestors[i].pid, record->time.value);
	if (moment && pid->known) {
		moments->list[pid->value % ACCESS_MOMENTS].pid = pid->value;
		moments->list[pid->value % ACCESS_MOMENTS].time = moment;
	}
	return moment;
}
