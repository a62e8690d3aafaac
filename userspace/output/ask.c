// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/ask.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "lib/allowance.h"
#include "lib/buffer.h"
#include "lib/deadline.h"
#include "lib/local.h"
#include "lib/message.h"
#include "lib/number.h"
#include "lib/worker.h"

#define WAIT_MAX_MS	250
#define WAIT_MIN_MS	5
/* All alerts together, at once. */
#define WAIT_ALL_MS	1000
/* Several outputs write the same alert at about the same time. */
#define ANSWERS		16
/* A server that took more than half of the time is not asked for so long. */
#define SILENT_MS	10000
#define SILENT_MAX	16
/* Nobody knows any more what a server did so long ago. */
#define RECENT		(UINT64_C(10) * 1000000000)

const char *ask_socket = ASK_SOCKET;

/* Which alert. */
struct alert_id {
	uint64_t instance, seq;
};

struct answer {
	struct alert_id id;
	size_t len;
	char text[ASK_ANSWER_MAX];
};

/* The only job. The worker's lock protects it and all that follows, to the allowance. */
static struct {
	struct alert_id id;	/* seq 0: there is none */
	uint64_t server;	/* its PID */
	char order[ASK_ORDER_MAX];
} job;

/* The latest answers. */
static struct answer answers[ANSWERS];
static size_t answers_next;
/* Servers that are not asked: one that hangs its status page delays others' alerts little. */
static struct {
	uint64_t pid;
	int64_t until;
} silent[SILENT_MAX];

static size_t silent_next;
static struct allowance allowance = ALLOWANCE(WAIT_ALL_MS, WAIT_MIN_MS);
static bool enabled;

static void ask_work(struct worker *unused);
static struct worker worker = WORKER(ask_work);

void ask_enable(bool enable)
{
	enabled = enable;
}

/* Reads until the service closes the connection. Returns the length; 0: it was not in time. */
static size_t ask_receive(int fd, char *text)
{
	int64_t until = now_ms() + WAIT_MAX_MS;
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	size_t len = 0;
	ssize_t got;

	for (;;) {
		int64_t left = until - now_ms();

		if (left <= 0 || poll(&wait, 1, left) < 1)
			return 0;
		got = recv(fd, text + len, ASK_ANSWER_MAX - len, 0);
		if (got <= 0)
			return got ? 0 : len;
		len += got;
	}
}

/* Reports only the first of several failures. */
static void ask_report(int error)
{
	static bool failing;

	if (error && !failing)
		complain("ask: %s: %s; alerts are written without what it knows", ask_socket,
			 error == -ENOENT || error == -ECONNREFUSED ?
			 "shelltrap-ask.socket does not listen" : strerror(-error));
	failing = error;
}

static size_t ask_service(const char *order, char *text)
{
	int fd = local_connect(ask_socket, SOCK_NONBLOCK);
	size_t len = 0;

	ask_report(fd < 0 ? fd : 0);
	if (fd < 0)
		return 0;
	if (send(fd, order, strlen(order), MSG_NOSIGNAL) >= 0 && !shutdown(fd, SHUT_WR))
		len = ask_receive(fd, text);
	close(fd);
	return len;
}

static bool ask_is_silent(uint64_t server, int64_t now)
{
	size_t i;

	for (i = 0; i < SILENT_MAX; i++)
		if (silent[i].pid == server && silent[i].until > now)
			return true;
	return false;
}

static void ask_note_time(uint64_t server, int64_t begin, int64_t end)
{
	if (end - begin <= WAIT_MAX_MS / 2)
		return;
	silent[silent_next].pid = server;
	silent[silent_next].until = end + SILENT_MS;
	silent_next = (silent_next + 1) % SILENT_MAX;
}

/* Runs in the worker's thread with its lock held, and drops the lock while it asks. */
static void ask_work(struct worker *unused)
{
	static char order[ASK_ORDER_MAX], text[ASK_ANSWER_MAX];
	struct answer *answer = &answers[answers_next];
	int64_t begin = now_ms();
	size_t len;

	(void)unused;
	if (!job.id.seq)
		return;
	memcpy(order, job.order, sizeof(order));
	pthread_mutex_unlock(&worker.lock);
	len = ask_service(order, text);
	pthread_mutex_lock(&worker.lock);
	ask_note_time(job.server, begin, now_ms());
	answer->id = job.id;
	answer->len = len;
	memcpy(answer->text, text, len);
	answers_next = (answers_next + 1) % ANSWERS;
	job.id.seq = 0;
}

static const struct answer *ask_find(const struct alert_id *id)
{
	size_t i;

	for (i = 0; i < ANSWERS; i++)
		if (answers[i].id.seq == id->seq && answers[i].id.instance == id->instance)
			return &answers[i];
	return NULL;
}

/* Has the worker ask, unless it does. The worker ends a job also if nobody waits any more. */
static const struct answer *ask_wait(const struct alert_id *id, uint64_t server,
				     const char *order, const struct timespec *deadline)
{
	const struct answer *answer;

	while (!(answer = ask_find(id))) {
		if (ask_is_silent(server, now_ms()))
			return NULL;
		if (!job.id.seq) {
			job.id = *id;
			job.server = server;
			memcpy(job.order, order, sizeof(job.order));
			if (!worker_ask(&worker)) {
				job.id.seq = 0;
				return NULL;
			}
		}
		if (!worker_wait(&worker, deadline))
			return ask_find(id);
	}
	return answer;
}

static void ask_copy(const struct alert_id *id, uint64_t server, const char *order,
		     struct answer *copy)
{
	int64_t begin = now_ms();
	const struct answer *answer;
	struct timespec deadline;
	int patience;

	pthread_mutex_lock(&worker.lock);
	patience = allowance_patience(&allowance, begin);
	deadline = deadline_in(patience < WAIT_MAX_MS ? patience : WAIT_MAX_MS);
	answer = ask_wait(id, server, order, &deadline);
	allowance_spend(&allowance, begin, now_ms());
	copy->len = answer ? answer->len : 0;
	memcpy(copy->text, answer ? answer->text : "", copy->len);
	pthread_mutex_unlock(&worker.lock);
}

static bool ask_is_recent(const struct record *record)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return record->time.known &&
	       record->time.value + RECENT > now.tv_sec * UINT64_C(1000000000) + now.tv_nsec;
}

static void ask_take_number(struct number *number, const char *value)
{
	number->known = !parse_number(value, 0, UINT64_MAX - 1, &number->value);
}

static bool ask_take_file(struct request_file *file, const char *key, const char *value)
{
	if (!strcmp(key, "script_uid"))
		ask_take_number(&file->uid, value);
	else if (!strcmp(key, "script_gid"))
		ask_take_number(&file->gid, value);
	else if (!strcmp(key, "script_mode"))
		ask_take_number(&file->mode, value);
	else if (!strcmp(key, "script_modified"))
		ask_take_number(&file->modified, value);
	else if (!strcmp(key, "script_sha256"))
		file->sha256 = value;
	else if (!strcmp(key, "script_not_read"))
		file->not_read = value;
	else
		return false;
	return file->present = true;
}

/* What the module knows is better. */
static bool ask_take_text(const char **text, const char *value)
{
	if (*text)
		return false;
	*text = value;
	return true;
}

static bool ask_take_request(struct alert_request *request, const char *key, const char *value)
{
	if (!strcmp(key, "method"))
		return ask_take_text(&request->method, value);
	if (!strcmp(key, "uri"))
		return ask_take_text(&request->uri, value);
	if (!strcmp(key, "script"))
		return ask_take_text(&request->script, value);
	return ask_take_file(&request->file, key, value);
}

/* @source: of what follows */
static void ask_take(struct record *record, uint32_t *source, const char *key, const char *value)
{
	struct alert_request *request = &record->alert.request;

	if (!strcmp(key, "command")) {
		record->alert.server.command = value;
	} else if (!strcmp(key, "source")) {
		*source = request_source(value);
	} else if (request->present && ask_take_request(request, key, value)) {
		request->sources.known = true;
		request->sources.value |= *source;
	}
}

/* Keys and values in turn; what has no NUL at its end is not whole. */
static void ask_take_all(struct record *record, const struct answer *answer)
{
	const char *at = answer->text, *end = at + answer->len, *value, *next;
	uint32_t source = 0;

	while (at < end) {
		value = memchr(at, '\0', end - at);
		next = value ? memchr(value + 1, '\0', end - value - 1) : NULL;
		if (!next)
			return;
		ask_take(record, &source, at, value + 1);
		at = next + 1;
	}
}

const struct record *ask_fill(const struct record *record)
{
	static __thread struct record filled;
	static __thread struct answer answer;
	const struct alert *alert = &record->alert;
	const struct alert_id id = { record->instance.value, record->seq.value };
	char order[ASK_ORDER_MAX];

	if (!enabled || !alert->present || !alert->server.pid.known || !id.seq ||
	    !ask_is_recent(record))
		return record;
	snprintf(order, sizeof(order), "%" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n",
		 alert->server.pid.value, alert->request.thread.known ?
		 alert->request.thread.value : alert->server.pid.value, record->time.value,
		 alert->process.pid.known ? alert->process.pid.value : 0);
	ask_copy(&id, alert->server.pid.value, order, &answer);
	if (!answer.len)
		return record;
	filled = *record;
	ask_take_all(&filled, &answer);
	return &filled;
}
