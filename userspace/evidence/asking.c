// SPDX-License-Identifier: GPL-2.0-or-later
#include "evidence/asking.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "evidence/fpm.h"
#include "evidence/opening.h"
#include "evidence/reader.h"
#include "evidence/subject.h"
#include "evidence/uwsgi.h"
#include "lib/deadline.h"
#include "lib/fastcgi.h"
#include "lib/local.h"
#include "lib/words.h"

/* The most bytes of a command line, of all facts, and of uWSGI's statistics. */
#define COMMAND_MAX	1024
#define FACTS_MAX	8192
#define STATS_MAX	(1024 * 1024)
#define SECOND		UINT64_C(1000000000)

/* What the child is to do, in which the processes are open. */
struct errand {
	const struct asking *asking;
	struct subject server, worker, program;
	int64_t until;		/* as now_ms() */
};

static void errand_put(int out, const char *key, const char *value)
{
	reader_give(out, key, strlen(key) + 1);
	reader_give(out, value, strlen(value) + 1);
}

static void errand_put_number(int out, const char *key, uint64_t value)
{
	char digits[24];

	snprintf(digits, sizeof(digits), "%" PRIu64, value);
	errand_put(out, key, digits);
}

/* Reads a file of procfs as text. Returns its length, without the NUL. */
static size_t errand_read(int directory, const char *file, char *text, size_t size)
{
	int fd = openat(directory, file, O_RDONLY | O_CLOEXEC);
	ssize_t len = fd < 0 ? 0 : read(fd, text, size - 1);

	if (fd >= 0)
		close(fd);
	text[len > 0 ? len : 0] = '\0';
	return len > 0 ? len : 0;
}

/* A process may write spaces and NULs over its arguments, and anything else. */
static void errand_put_command(int out, const struct subject *server)
{
	char arguments[COMMAND_MAX];
	size_t len, at;
	struct buffer command = {0};

	if (server->directory < 0)
		return;
	len = errand_read(server->directory, "cmdline", arguments, sizeof(arguments));
	while (len && (!arguments[len - 1] || arguments[len - 1] == ' '))
		arguments[--len] = '\0';
	for (at = 0; at < len; at += strlen(arguments + at) + 1) {
		buffer_puts(&command, at ? " " : "");
		words_put(&command, arguments + at);
	}
	if (command.len)
		errand_put(out, "command", command.data);
	buffer_free(&command);
}

/* The last number in the line of /proc/PID/status that begins like this; 0: there is none. */
static uint64_t errand_number(const struct subject *process, const char *begin)
{
	static char status[8192];
	char *line, *number;

	if (process->directory < 0)
		return 0;
	errand_read(process->directory, "status", status, sizeof(status));
	line = strstr(status, begin);
	if (!line)
		return 0;
	line += strlen(begin);
	line[strcspn(line, "\n")] = '\0';
	number = strrchr(line, '\t');
	return number ? strtoull(number, NULL, 10) : 0;
}

/* The PID as the process itself sees it, in its own PID namespace. */
static uint64_t errand_inner_pid(const struct subject *worker)
{
	uint64_t pid = errand_number(worker, "\nNStgid:");

	/* A kernel without PID namespaces has no such line. */
	return pid ? pid : worker->pid;
}

/* Whether what the worker has started still runs, and is its child. */
static bool errand_program_runs(const struct errand *errand)
{
	uint64_t worker = errand_number(&errand->worker, "\nTgid:");

	return worker && errand_number(&errand->program, "\nPPid:") == worker;
}

static int asking_left(const struct errand *errand)
{
	int64_t left = errand->until - now_ms();

	return left > 0 ? left : 0;
}

/* Returns a descriptor, or negative errno. A queue that is full is a failure at once. */
static int asking_connect(const struct errand *errand, const struct local *local)
{
	int fd = socket(local->address.any.sa_family,
			SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	socklen_t size = sizeof(int);
	struct pollfd wait = { .fd = fd, .events = POLLOUT };
	int error = 0;

	if (fd < 0)
		return -errno;
	if (connect(fd, &local->address.any, local->len))
		error = errno;
	if (error == EINPROGRESS) {
		error = ETIMEDOUT;
		if (poll(&wait, 1, asking_left(errand)) > 0)
			getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
	}
	if (!error)
		return fd;
	close(fd);
	return -error;
}

static int asking_send(int fd, const char *path)
{
	const char *const variables[] = {
		"SCRIPT_NAME", path, "SCRIPT_FILENAME", path, "REQUEST_METHOD", "GET",
		"QUERY_STRING", "full", NULL,
	};
	struct buffer request = {0};
	ssize_t sent;

	fastcgi_put_request(&request, variables);
	sent = send(fd, request.data, request.len, MSG_NOSIGNAL);
	buffer_free(&request);
	/* The request is so short that the socket has room for it. */
	return sent < 0 ? -errno : 0;
}

/* What a server has sent, until the next call. */
static char part[65536];

/* Waits for some of it. Returns the number of bytes, 0 at the end, or negative errno. */
static ssize_t asking_receive_part(const struct errand *errand, int fd)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	ssize_t len;

	if (poll(&wait, 1, asking_left(errand)) < 1)
		return -ETIMEDOUT;
	len = recv(fd, part, sizeof(part), 0);
	return len < 0 ? -errno : len;
}

static int asking_receive(const struct errand *errand, int fd, struct fastcgi *answer)
{
	ssize_t len;

	while (answer->state == FASTCGI_OPEN) {
		len = asking_receive_part(errand, fd);
		if (len <= 0)
			return len ? len : -ECONNRESET;
		fastcgi_take(answer, part, len);
	}
	return answer->state == FASTCGI_DONE && fastcgi_body(answer) ? 0 : -EBADMSG;
}

static int asking_status(const struct errand *errand, const char *address, struct fastcgi *answer)
{
	struct local local;
	int fd, ret;

	if (local_parse(&local, address))
		return -EINVAL;
	fd = asking_connect(errand, &local);
	if (fd < 0)
		return fd;
	ret = asking_send(fd, local.page);
	if (!ret)
		ret = asking_receive(errand, fd, answer);
	close(fd);
	return ret;
}

/* Hashes a file that is open. Returns false if it is not the whole file. */
static bool asking_hash(int fd, uint64_t limit, char *hash)
{
	static uint8_t block[65536];
	SHA2_CTX context;
	uint64_t done = 0;
	ssize_t len;

	SHA256Init(&context);
	while ((len = read(fd, block, sizeof(block))) > 0 && done <= limit) {
		SHA256Update(&context, block, len);
		done += len;
	}
	SHA256End(&context, hash);
	return !len && done <= limit;
}

static void asking_put_file(const struct asking *asking, int out, int fd, const struct stat *st)
{
	char hash[SHA256_DIGEST_STRING_LENGTH];

	errand_put_number(out, "script_uid", st->st_uid);
	errand_put_number(out, "script_gid", st->st_gid);
	errand_put_number(out, "script_mode", st->st_mode & 07777);
	errand_put_number(out, "script_modified",
			  st->st_mtim.tv_sec * SECOND + st->st_mtim.tv_nsec);
	/* The last one: it may take longer than there is time. */
	if ((uint64_t)st->st_size <= asking->hash_limit &&
	    asking_hash(fd, asking->hash_limit, hash))
		errand_put(out, "script_sha256", hash);
}

/* The path is the attacker's word, perhaps. */
static void asking_look(const struct asking *asking, int out, int root, const char *script)
{
	struct reading reading = {0};
	int fd = -1;

	if (*script == '/')
		fd = opening_file_in(root, asking->roots, asking->nr_roots, script, &reading);
	else
		reader_fail(&reading, "the path is relative");
	if (fd < 0) {
		errand_put(out, "script_not_read", reading.why);
		return;
	}
	asking_put_file(asking, out, fd, &reading.st);
	close(fd);
}

static void asking_tell_request(int out, const char *source, const char *method, const char *uri)
{
	errand_put(out, "source", source);
	if (method)
		errand_put(out, "method", method);
	if (uri)
		errand_put(out, "uri", uri);
}

static void asking_tell(const struct asking *asking, int out, int root,
			const struct fpm_worker *worker)
{
	asking_tell_request(out, "fpm-status", worker->method, worker->uri);
	if (!worker->script)
		return;
	errand_put(out, "script", worker->script);
	asking_look(asking, out, root, worker->script);
}

/* Reads until the server closes the connection. */
static int asking_read_all(const struct errand *errand, int fd, struct buffer *answer)
{
	ssize_t len;

	while ((len = asking_receive_part(errand, fd)) > 0) {
		if (answer->len + len > STATS_MAX)
			return -EMSGSIZE;
		buffer_add(answer, part, len);
	}
	return len;
}

static int asking_stats(const struct errand *errand, const char *address, struct buffer *answer)
{
	struct local local;
	int fd, ret;

	if (local_parse_socket(&local, address))
		return -EINVAL;
	fd = asking_connect(errand, &local);
	if (fd < 0)
		return fd;
	ret = asking_read_all(errand, fd, answer);
	close(fd);
	return !ret && !answer->len ? -ECONNRESET : ret;
}

/* Returns whether the server knows the worker. Says why if it does not answer. */
typedef bool asking_server(const struct errand *errand, struct reading *reading, int out, int root,
			   uint64_t pid, const char *address);

static bool asking_uwsgi(const struct errand *errand, struct reading *reading, int out, int root,
			 uint64_t pid, const char *address)
{
	struct uwsgi_request request = {0};
	struct buffer answer = {0};
	const char *why;
	int error = asking_stats(errand, address, &answer);

	(void)root;
	why = error ? strerror(-error) : uwsgi_find(&request, answer.data, answer.len, pid);
	if (why)
		reader_fail(reading, "%s: %s", address, why);
	else if (uwsgi_shows_request_of(&request, errand->asking->time,
					errand_program_runs(errand)))
		asking_tell_request(out, "uwsgi-stats", request.method, request.uri);
	uwsgi_free(&request);
	buffer_free(&answer);
	return !why;
}

static bool asking_fpm(const struct errand *errand, struct reading *reading, int out, int root,
		       uint64_t pid, const char *address)
{
	struct fastcgi answer = {0};
	struct fpm_worker worker;
	const char *why = NULL;
	struct timespec now;
	int error = asking_status(errand, address, &answer);

	clock_gettime(CLOCK_REALTIME, &now);
	if (error)
		reader_fail(reading, "%s: %s", address, error == -EBADMSG ?
			    "it answers something else than its status" : strerror(-error));
	else
		why = fpm_find(&worker, fastcgi_body(&answer), pid);
	if (!error && !why &&
	    fpm_shows_request_of(&worker, errand->asking->time, now.tv_sec * SECOND + now.tv_nsec))
		asking_tell(errand->asking, out, root, &worker);
	fastcgi_free(&answer);
	return !error && !why;
}

static bool errand_is_called(const struct subject *worker, const char *begin)
{
	char comm[32];

	errand_read(worker->directory, "comm", comm, sizeof(comm));
	return !strncmp(comm, begin, strlen(begin));
}

static void errand_ask(const struct errand *errand, struct reading *reading, int out,
		       asking_server *ask, const char *const *addresses, size_t count)
{
	int root = openat(errand->worker.directory, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
	uint64_t pid = errand_inner_pid(&errand->worker);
	struct credentials credentials;
	size_t i;

	if (root < 0) {
		reader_fail(reading, "the root of the process: %s", strerror(errno));
		return;
	}
	if (!opening_read_credentials(errand->worker.directory, &credentials)) {
		reader_fail(reading, "the user of the process is not known");
		return;
	}
	if (!opening_become(&credentials, reading))
		return;
	for (i = 0; i < count; i++)
		if (ask(errand, reading, out, root, pid, addresses[i])) {
			reading->why[0] = '\0';
			return;
		}
}

/* In the child. */
static void errand_run(struct reading *reading, int out, const void *what)
{
	const struct errand *errand = what;
	const struct asking *asking = errand->asking;

	errand_put_command(out, &errand->server);
	if (errand->worker.directory < 0)
		return;
	if (asking->nr_fpm && errand_is_called(&errand->worker, "php-fpm"))
		errand_ask(errand, reading, out, asking_fpm, asking->fpm, asking->nr_fpm);
	else if (asking->nr_uwsgi && errand_is_called(&errand->worker, "uwsgi"))
		errand_ask(errand, reading, out, asking_uwsgi, asking->uwsgi, asking->nr_uwsgi);
}

static int asking_take(void *context, const void *data, size_t len)
{
	struct buffer *facts = context;

	if (facts->len + len > FACTS_MAX)
		return -EMSGSIZE;
	buffer_add(facts, data, len);
	return 0;
}

void asking_run(const struct asking *asking, struct buffer *facts, struct buffer *why)
{
	struct errand errand = { .asking = asking, .until = now_ms() + ASKING_MS * 3 / 4 };
	struct reading reading;
	int error;

	subject_open(&errand.server, asking->server, asking->time);
	subject_open(&errand.worker, asking->worker, asking->time);
	subject_open(&errand.program, asking->program, asking->time);
	error = reader_run(errand_run, &errand, ASKING_MS, asking_take, facts, &reading);
	if (error)
		buffer_puts(why, strerror(-error));
	else if (reading.why[0])
		buffer_puts(why, reading.why);
	subject_close(&errand.server);
	subject_close(&errand.worker);
	subject_close(&errand.program);
}
