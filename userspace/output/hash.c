// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sha2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#include "lib/deadline.h"
#include "lib/worker.h"

/* The number of files whose hash is cached. */
#define CACHED 256
/*
 * Times of a file are coarse: a file that was just changed can change again without a new
 * time. So a file is cached only if its last change is this old.
 */
#define SETTLED_SECONDS 2
/*
 * Alerts may wait for hashes this long in all. The time that they have waited comes back at
 * one tenth of the speed of the clock, so they wait for a tenth of the time at most.
 */
#define ALLOWANCE_MS 1000
#define ALLOWANCE_SHARE 10
/* Each alert may wait this long, whatever is left of the allowance: enough for the cache. */
#define WAIT_MIN_MS 5

/* The file to hash. A copy, because the worker may read it after the writer has gone on. */
struct request {
	dev_t dev;
	ino_t ino;
	uint64_t time;		/* of the alert, ns since the epoch */
	uint64_t pid, server;	/* 0: not known */
	char path[SHELLTRAP_PATH_MAX];
};

/* Identifies the content of a file: a change of the content changes a time, too. */
struct version {
	dev_t dev;
	ino_t ino;
	off_t size;
	struct timespec modified, changed;
};

enum job_state {
	JOB_NONE,
	JOB_ASKED,	/* a writer waits for the hash */
	JOB_ABANDONED,	/* the writer has gone on; the worker still fills the cache */
	JOB_DONE,	/* the hash is there for the writer that waits */
};

/* The only job. The worker's lock protects the job and the allowance. */
static struct {
	enum job_state state;
	struct request request;
	char hash[SHA256_DIGEST_STRING_LENGTH];
} job;

static int64_t allowance = ALLOWANCE_MS;	/* ms that are left */
static int64_t allowance_at;			/* when it was computed, as now_ms() */

/* Set before any writer starts. */
static uint64_t limit = HASH_LIMIT;

/* Used by the worker's thread only. */
static struct {
	struct version version;
	char hash[SHA256_DIGEST_STRING_LENGTH];
} cache[CACHED];

static size_t cache_next;

static void hash_work(struct worker *unused);
static struct worker worker = WORKER(hash_work);

void hash_set_limit(uint64_t bytes)
{
	limit = bytes;
}

static struct version hash_version(const struct stat *st)
{
	return (struct version){
		.dev = st->st_dev,
		.ino = st->st_ino,
		.size = st->st_size,
		.modified = st->st_mtim,
		.changed = st->st_ctim,
	};
}

static bool hash_same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

static bool hash_same_version(const struct version *a, const struct version *b)
{
	return a->dev == b->dev && a->ino == b->ino && a->size == b->size &&
	       hash_same_time(&a->modified, &b->modified) &&
	       hash_same_time(&a->changed, &b->changed);
}

static bool hash_time_is_later(const struct timespec *time, uint64_t ns)
{
	return time->tv_sec * UINT64_C(1000000000) + time->tv_nsec > ns;
}

/*
 * Opens the path with O_PATH, without reading: an attacker may have put a device or a FIFO
 * there. Returns -1 if the path is not the file of the request, or if the file was changed
 * after the alert. A renamed or deleted executable has a new ctime but the same content, so
 * for an executable that still runs only mtime counts.
 */
static int hash_open_path(const struct request *request, const char *path, bool runs)
{
	int fd = open(path, O_PATH | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return -1;
	if (!fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_dev == request->dev &&
	    st.st_ino == request->ino &&
	    !hash_time_is_later(runs ? &st.st_mtim : &st.st_ctim, request->time))
		return fd;
	close(fd);
	return -1;
}

/* Opens the path of the request as the process sees it, in its mount namespace. */
static int hash_open_as(const struct request *request, uint64_t pid)
{
	char path[SHELLTRAP_PATH_MAX + 64];

	if (!pid)
		return -1;
	snprintf(path, sizeof(path), "/proc/%" PRIu64 "/root%s", pid, request->path);
	return hash_open_path(request, path, false);
}

/*
 * Returns an O_PATH descriptor of the file of the request, or -1. Tries, in this order:
 * - the executable that the process runs. It may have been renamed or deleted, but cannot
 *   be written to. For a script it is the interpreter, and does not match the request;
 * - the path, in the mount namespace of the logger and in the one of the process;
 * - the path in the mount namespace of the server, which often outlives the process and is
 *   in the same container;
 * - the path in the mount namespace of PID 1.
 */
static int hash_find_file(const struct request *request)
{
	char path[64];
	int fd = -1;

	snprintf(path, sizeof(path), "/proc/%" PRIu64 "/exe", request->pid);
	if (request->pid)
		fd = hash_open_path(request, path, true);
	if (fd < 0 && request->path[0] == '/')
		fd = hash_open_path(request, request->path, false);
	if (fd < 0)
		fd = hash_open_as(request, request->pid);
	if (fd < 0)
		fd = hash_open_as(request, request->server);
	if (fd < 0)
		fd = hash_open_as(request, 1);
	return fd;
}

/* Replaces the O_PATH descriptor of a regular file by one for reading. */
static int hash_reopen(int found)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", found);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	close(found);
	return fd;
}

static bool cache_find(const struct version *version, char *hash)
{
	size_t i;

	for (i = 0; i < CACHED; i++) {
		if (!hash_same_version(&cache[i].version, version))
			continue;
		memcpy(hash, cache[i].hash, sizeof(job.hash));
		return true;
	}
	return false;
}

static void cache_add(const struct version *version, const char *hash)
{
	if (time(NULL) - version->changed.tv_sec < SETTLED_SECONDS)
		return;
	cache[cache_next].version = *version;
	memcpy(cache[cache_next].hash, hash, sizeof(job.hash));
	cache_next = (cache_next + 1) % CACHED;
}

/* Hashes up to "size" bytes. Returns how many bytes were read. */
static off_t hash_bytes(int fd, off_t size, SHA2_CTX *context)
{
	static uint8_t part[65536];
	off_t done = 0;

	while (done < size) {
		ssize_t len = read(fd, part, sizeof(part));

		if (len <= 0)
			break;
		SHA256Update(context, part, len);
		done += len;
	}
	return done;
}

/* Leaves *hash empty if the file is too large or was changed while it was read. */
static void hash_read_file(int fd, char *hash)
{
	struct version version, after;
	SHA2_CTX context;
	struct stat st;

	if (fstat(fd, &st) || st.st_size < 0 || (uint64_t)st.st_size > limit)
		return;
	version = hash_version(&st);
	if (cache_find(&version, hash))
		return;
	SHA256Init(&context);
	if (hash_bytes(fd, st.st_size, &context) != st.st_size || fstat(fd, &st))
		return;
	after = hash_version(&st);
	if (!hash_same_version(&version, &after))
		return;
	SHA256End(&context, hash);
	cache_add(&version, hash);
}

static void hash_request(const struct request *request, char *hash)
{
	int fd = hash_find_file(request);

	if (fd >= 0)
		fd = hash_reopen(fd);
	if (fd < 0)
		return;
	hash_read_file(fd, hash);
	close(fd);
}

/*
 * Runs in the worker's thread, with its lock held. The lock is released while the file is
 * read; until then the state JOB_ASKED or JOB_ABANDONED keeps writers off job.request.
 */
static void hash_work(struct worker *unused)
{
	char hash[SHA256_DIGEST_STRING_LENGTH] = "";

	(void)unused;
	if (job.state != JOB_ASKED && job.state != JOB_ABANDONED)
		return;
	pthread_mutex_unlock(&worker.lock);
	hash_request(&job.request, hash);
	pthread_mutex_lock(&worker.lock);
	memcpy(job.hash, hash, sizeof(hash));
	job.state = job.state == JOB_ABANDONED ? JOB_NONE : JOB_DONE;
}

/* Returns how long an alert may wait now, in ms. */
static int hash_patience(int64_t now)
{
	int64_t back = (now - allowance_at) / ALLOWANCE_SHARE;

	allowance_at += back * ALLOWANCE_SHARE;
	allowance += back;
	if (allowance > ALLOWANCE_MS)
		allowance = ALLOWANCE_MS;
	return allowance > WAIT_MIN_MS ? allowance : WAIT_MIN_MS;
}

static bool hash_wait_for(enum job_state state, const struct timespec *deadline)
{
	while (job.state != state)
		if (!worker_wait(&worker, deadline))
			return job.state == state;
	return true;
}

/*
 * Has the worker do the job. After the deadline the job is abandoned, but the worker ends
 * it: the next alert of the same file then finds the hash in the cache.
 */
static void hash_do_job(const struct request *request, char *hash,
			const struct timespec *deadline)
{
	if (!hash_wait_for(JOB_NONE, deadline))
		return;
	job.request = *request;
	job.state = JOB_ASKED;
	if (!worker_ask(&worker)) {
		job.state = JOB_NONE;
	} else if (hash_wait_for(JOB_DONE, deadline)) {
		memcpy(hash, job.hash, sizeof(job.hash));
		job.state = JOB_NONE;
		pthread_cond_broadcast(&worker.answered);
	} else {
		job.state = JOB_ABANDONED;
	}
}

/* Does the job and takes the time that this needs from the allowance. */
static void hash_do_job_in_time(const struct request *request, char *hash)
{
	int64_t begin = now_ms();
	struct timespec deadline = deadline_in(hash_patience(begin));

	/* An abandoned job may hang for long: do not wait for its end. */
	if (job.state == JOB_ABANDONED)
		return;
	hash_do_job(request, hash, &deadline);
	allowance -= now_ms() - begin;
	if (allowance < 0)
		allowance = 0;
}

/* Returns false if the record does not say which file it is about. */
static bool hash_make_request(struct request *request, const struct record *record)
{
	const struct alert_file *file = &record->alert.file;

	if (!file->present || !file->dev_major.known || !file->dev_minor.known ||
	    !file->ino.known || !record->time.known)
		return false;
	request->dev = makedev(file->dev_major.value, file->dev_minor.value);
	request->ino = file->ino.value;
	request->time = record->time.value;
	request->pid = record->alert.process.pid.value;
	request->server = record->alert.server.pid.value;
	snprintf(request->path, sizeof(request->path), "%s", file->path ? file->path : "");
	return true;
}

const char *hash_of_file(const struct record *record)
{
	static __thread char hash[SHA256_DIGEST_STRING_LENGTH];
	static __thread struct request request;

	*hash = '\0';
	if (!hash_make_request(&request, record))
		return NULL;
	pthread_mutex_lock(&worker.lock);
	hash_do_job_in_time(&request, hash);
	pthread_mutex_unlock(&worker.lock);
	return *hash ? hash : NULL;
}
