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

#define REMEMBERED 256
/* One that was just changed may be again, and its time say the same. */
#define SETTLED_SECONDS 2
/* So long alerts may wait; what they have waited comes back in ten times that. */
#define ALLOWANCE_MS 1000
#define ALLOWANCE_SHARE 10
/* So long in any case: for what is remembered that is enough. */
#define PATIENCE_MS 5

/* What is wanted: a copy, for whoever asked may have gone on. */
struct wanted {
	dev_t dev;
	ino_t ino;
	uint64_t time;		/* of the alert, ns */
	uint64_t pid, server;	/* 0: not known */
	char path[SHELLTRAP_PATH_MAX];
};

/* A file as it was when it was read; when it is changed, so is its time. */
struct version {
	dev_t dev;
	ino_t ino;
	off_t size;
	struct timespec modified, changed;
};

enum job_state {
	JOB_NONE,
	JOB_ASKED,	/* somebody waits for it */
	JOB_LEFT,	/* nobody does, but it is still to be done */
	JOB_DONE,
};

/* All of it under the lock, but for what the thread alone uses. */
static struct {
	enum job_state state;
	struct wanted wanted;
	char hash[SHA256_DIGEST_STRING_LENGTH];
} job;

static int64_t allowance = ALLOWANCE_MS, allowed_at;

static uint64_t limit = HASH_LIMIT;

/* The thread's own. */
static struct {
	struct version version;
	char hash[SHA256_DIGEST_STRING_LENGTH];
} remembered[REMEMBERED];

static size_t next_remembered;

static void do_job(struct worker *unused);
static struct worker worker = WORKER(do_job);

void hash_limit(uint64_t bytes)
{
	limit = bytes;
}

static struct version version_of(const struct stat *st)
{
	return (struct version){
		.dev = st->st_dev,
		.ino = st->st_ino,
		.size = st->st_size,
		.modified = st->st_mtim,
		.changed = st->st_ctim,
	};
}

static bool same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

static bool same_version(const struct version *a, const struct version *b)
{
	return a->dev == b->dev && a->ino == b->ino && a->size == b->size &&
	       same_time(&a->modified, &b->modified) && same_time(&a->changed, &b->changed);
}

static bool is_later(const struct timespec *time, uint64_t ns)
{
	return time->tv_sec * UINT64_C(1000000000) + time->tv_nsec > ns;
}

/* Opened, without a look into it: it may be a device, or whatever an attacker likes. */
static int find(const struct wanted *wanted, const char *path, bool runs)
{
	int fd = open(path, O_PATH | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return -1;
	if (!fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_dev == wanted->dev &&
	    st.st_ino == wanted->ino &&
	    !is_later(runs ? &st.st_mtim : &st.st_ctim, wanted->time))
		return fd;
	close(fd);
	return -1;
}

/* By the path, as the process of that number sees it. */
static int find_as(const struct wanted *wanted, uint64_t pid)
{
	char path[SHELLTRAP_PATH_MAX + 64];

	if (!pid)
		return -1;
	snprintf(path, sizeof(path), "/proc/%" PRIu64 "/root%s", pid, wanted->path);
	return find(wanted, path, false);
}

/*
 * What still runs cannot have been written to, whatever else became of it: renamed, or
 * deleted. A script does not run itself. The server outlives many a process, and shares
 * its container.
 */
static int find_anywhere(const struct wanted *wanted)
{
	char path[64];
	int fd = -1;

	snprintf(path, sizeof(path), "/proc/%" PRIu64 "/exe", wanted->pid);
	if (wanted->pid)
		fd = find(wanted, path, true);
	if (fd < 0 && wanted->path[0] == '/')
		fd = find(wanted, wanted->path, false);
	if (fd < 0)
		fd = find_as(wanted, wanted->pid);
	if (fd < 0)
		fd = find_as(wanted, wanted->server);
	if (fd < 0)
		fd = find_as(wanted, 1);
	return fd;
}

static int open_found(int found)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", found);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	close(found);
	return fd;
}

static bool recall(const struct version *version, char *hash)
{
	size_t i;

	for (i = 0; i < REMEMBERED; i++) {
		if (!same_version(&remembered[i].version, version))
			continue;
		memcpy(hash, remembered[i].hash, sizeof(job.hash));
		return true;
	}
	return false;
}

static void remember(const struct version *version, const char *hash)
{
	if (time(NULL) - version->changed.tv_sec < SETTLED_SECONDS)
		return;
	remembered[next_remembered].version = *version;
	memcpy(remembered[next_remembered].hash, hash, sizeof(job.hash));
	next_remembered = (next_remembered + 1) % REMEMBERED;
}

/* The bytes that were there, or fewer. */
static off_t digest(int fd, off_t size, SHA2_CTX *context)
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

/* Of one file, not of two halves: what changes meanwhile is none. */
static void read_file(int fd, char *hash)
{
	struct version version, after;
	SHA2_CTX context;
	struct stat st;

	if (fstat(fd, &st) || st.st_size < 0 || (uint64_t)st.st_size > limit)
		return;
	version = version_of(&st);
	if (recall(&version, hash))
		return;
	SHA256Init(&context);
	if (digest(fd, st.st_size, &context) != st.st_size || fstat(fd, &st))
		return;
	after = version_of(&st);
	if (!same_version(&version, &after))
		return;
	SHA256End(&context, hash);
	remember(&version, hash);
}

static void hash_wanted(const struct wanted *wanted, char *hash)
{
	int fd = find_anywhere(wanted);

	if (fd >= 0)
		fd = open_found(fd);
	if (fd < 0)
		return;
	read_file(fd, hash);
	close(fd);
}

/* Nobody else touches a job that is asked for. */
static void do_job(struct worker *unused)
{
	char hash[SHA256_DIGEST_STRING_LENGTH] = "";

	(void)unused;
	if (job.state != JOB_ASKED && job.state != JOB_LEFT)
		return;
	pthread_mutex_unlock(&worker.lock);
	hash_wanted(&job.wanted, hash);
	pthread_mutex_lock(&worker.lock);
	memcpy(job.hash, hash, sizeof(hash));
	job.state = job.state == JOB_LEFT ? JOB_NONE : JOB_DONE;
}

/* How long an alert may wait now, in ms. */
static int patience(int64_t now)
{
	int64_t back = (now - allowed_at) / ALLOWANCE_SHARE;

	allowed_at += back * ALLOWANCE_SHARE;
	allowance += back;
	if (allowance > ALLOWANCE_MS)
		allowance = ALLOWANCE_MS;
	return allowance > PATIENCE_MS ? allowance : PATIENCE_MS;
}

static bool is_free(void)
{
	return job.state == JOB_NONE;
}

static bool is_done(void)
{
	return job.state == JOB_DONE;
}

static bool wait_until(bool (*holds)(void), const struct timespec *deadline)
{
	while (!holds())
		if (!worker_wait(&worker, deadline))
			return holds();
	return true;
}

/* What is not done by then is left to be done, and known to the next one who asks. */
static void have_done(const struct wanted *wanted, char *hash, const struct timespec *deadline)
{
	if (!wait_until(is_free, deadline))
		return;
	job.wanted = *wanted;
	job.state = JOB_ASKED;
	if (!worker_ask(&worker)) {
		job.state = JOB_NONE;
	} else if (wait_until(is_done, deadline)) {
		memcpy(hash, job.hash, sizeof(job.hash));
		job.state = JOB_NONE;
		pthread_cond_broadcast(&worker.answered);
	} else {
		job.state = JOB_LEFT;
	}
}

static void take_time(const struct wanted *wanted, char *hash)
{
	int64_t begin = now_ms();
	struct timespec deadline = deadline_in(patience(begin));

	if (job.state == JOB_LEFT)
		return;
	have_done(wanted, hash, &deadline);
	allowance -= now_ms() - begin;
	if (allowance < 0)
		allowance = 0;
}

static bool want(struct wanted *wanted, const struct record *record)
{
	const struct alert_file *file = &record->alert.file;

	if (!file->present || !file->dev_major.known || !file->dev_minor.known ||
	    !file->ino.known || !record->time.known)
		return false;
	wanted->dev = makedev(file->dev_major.value, file->dev_minor.value);
	wanted->ino = file->ino.value;
	wanted->time = record->time.value;
	wanted->pid = record->alert.process.pid.value;
	wanted->server = record->alert.server.pid.value;
	snprintf(wanted->path, sizeof(wanted->path), "%s", file->path ? file->path : "");
	return true;
}

const char *hash_of_file(const struct record *record)
{
	static __thread char hash[SHA256_DIGEST_STRING_LENGTH];
	static __thread struct wanted wanted;

	*hash = '\0';
	if (!want(&wanted, record))
		return NULL;
	pthread_mutex_lock(&worker.lock);
	take_time(&wanted, hash);
	pthread_mutex_unlock(&worker.lock);
	return *hash ? hash : NULL;
}
