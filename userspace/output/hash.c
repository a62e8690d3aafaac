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

#include "lib/allowance.h"
#include "lib/deadline.h"
#include "lib/mount.h"
#include "lib/worker.h"

/* The number of files whose hash is cached. */
#define CACHED 256
/*
 * Times of a file are coarse: a file that was just changed can change again without a new
 * time. So a file is cached only if its last change is this old.
 */
#define SETTLED_SECONDS 2
/* Alerts may wait for hashes this long at once, and each this long: enough for the cache. */
#define WAIT_MAX_MS 1000
#define WAIT_MIN_MS 5

/* The file to hash. A copy, because the worker may read it after the writer has gone on. */
struct request {
	dev_t dev;		/* of the file system */
	ino_t ino;
	uint64_t time;		/* of the alert, ns since the epoch */
	uint64_t pid, server;	/* 0: not known */
	char path[SHELLTRAP_PATH_MAX];
};

/* What is known of the file that was found. */
struct answer {
	bool found;
	dev_t dev;				/* as stat(2) shows it */
	char hash[SHA256_DIGEST_STRING_LENGTH];	/* empty: not known */
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
	JOB_ASKED,	/* a writer waits for the answer */
	JOB_ABANDONED,	/* the writer has gone on; the worker still fills the cache */
	JOB_DONE,	/* the answer is there for the writer that waits */
};

/* The only job. The worker's lock protects the job and the allowance. */
static struct {
	enum job_state state;
	struct request request;
	struct answer answer;
} job;

static struct allowance allowance = ALLOWANCE(WAIT_MAX_MS, WAIT_MIN_MS);

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

/* True if somebody but root could have exchanged an entry of the directory since the alert. */
static bool hash_directory_may_differ(const struct request *request, const char *directory)
{
	struct stat st;

	if (stat(directory, &st))
		return true;
	return (st.st_uid || st.st_mode & 0022) &&
	       hash_time_is_later(&st.st_ctim, request->time);
}

/* True if the path still leads to the same file. "skip" bytes of the path are not checked. */
static bool hash_path_is_settled(const struct request *request, const char *path, size_t skip)
{
	char directory[SHELLTRAP_PATH_MAX + 64];
	size_t len;

	for (len = skip; path[len]; len++) {
		if (path[len] != '/')
			continue;
		snprintf(directory, sizeof(directory), "%.*s", (int)len + 1, path);
		if (hash_directory_may_differ(request, directory))
			return false;
	}
	return true;
}

/* The path to open, and how it is reached. */
struct candidate {
	const char *path;
	size_t skip;		/* bytes of the path that lead into another mount namespace */
	const char *mounts;	/* the mount table of that namespace */
	bool runs;		/* the path is the executable that the process runs */
};

/*
 * On file systems such as btrfs and overlayfs stat(2) shows one device, and the mount table
 * has another one: the device of the file system. On btrfs two files in different subvolumes then
 * have the same device and inode. A user can create subvolumes and exchange them: so no other
 * user than root may have changed the path to the file.
 */
static bool hash_is_on_file_system(const struct request *request, int fd,
				   const struct candidate *candidate)
{
	dev_t dev;

	return !mount_device(fd, candidate->mounts, &dev) && dev == request->dev &&
	       (candidate->runs ||
		hash_path_is_settled(request, candidate->path, candidate->skip));
}

/* True if the descriptor is the file of the request. */
static bool hash_is_wanted(const struct request *request, int fd, const struct stat *st,
			   const struct candidate *candidate)
{
	return S_ISREG(st->st_mode) && st->st_ino == request->ino &&
	       (st->st_dev == request->dev || hash_is_on_file_system(request, fd, candidate));
}

/*
 * Opens the path with O_PATH, without reading: an attacker may have put a device or a FIFO
 * there. Returns -1 if the path is not the file of the request, or if the file was changed
 * after the alert. A renamed or deleted executable has a new ctime but the same content, so
 * for an executable that still runs only mtime counts.
 */
static int hash_open(const struct request *request, const struct candidate *candidate)
{
	int fd = open(candidate->path, O_PATH | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return -1;
	if (!fstat(fd, &st) && hash_is_wanted(request, fd, &st, candidate) &&
	    !hash_time_is_later(candidate->runs ? &st.st_mtim : &st.st_ctim, request->time))
		return fd;
	close(fd);
	return -1;
}

/* Opens the path of the request as the logger sees it. */
static int hash_open_path(const struct request *request)
{
	const struct candidate candidate = {
		.path = request->path,
		.mounts = "/proc/self/mountinfo",
	};

	return request->path[0] == '/' ? hash_open(request, &candidate) : -1;
}

/* Opens the executable that the process runs. */
static int hash_open_executable(const struct request *request)
{
	char path[64], mounts[64];
	const struct candidate candidate = { .path = path, .mounts = mounts, .runs = true };

	if (!request->pid)
		return -1;
	snprintf(path, sizeof(path), "/proc/%" PRIu64 "/exe", request->pid);
	snprintf(mounts, sizeof(mounts), "/proc/%" PRIu64 "/mountinfo", request->pid);
	return hash_open(request, &candidate);
}

/* Opens the path of the request as the process sees it, in its mount namespace. */
static int hash_open_as(const struct request *request, uint64_t pid)
{
	char path[SHELLTRAP_PATH_MAX + 64], mounts[64];
	struct candidate candidate = { .path = path, .mounts = mounts };

	if (!pid)
		return -1;
	candidate.skip = snprintf(path, sizeof(path), "/proc/%" PRIu64 "/root", pid);
	snprintf(path + candidate.skip, sizeof(path) - candidate.skip, "%s", request->path);
	snprintf(mounts, sizeof(mounts), "/proc/%" PRIu64 "/mountinfo", pid);
	return hash_open(request, &candidate);
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
	int fd = hash_open_executable(request);

	if (fd < 0)
		fd = hash_open_path(request);
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
		memcpy(hash, cache[i].hash, sizeof(cache[i].hash));
		return true;
	}
	return false;
}

static void cache_add(const struct version *version, const char *hash)
{
	if (time(NULL) - version->changed.tv_sec < SETTLED_SECONDS)
		return;
	cache[cache_next].version = *version;
	memcpy(cache[cache_next].hash, hash, sizeof(cache[cache_next].hash));
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

static void hash_request(const struct request *request, struct answer *answer)
{
	int fd = hash_find_file(request);
	struct stat st;

	if (fd < 0)
		return;
	answer->found = !fstat(fd, &st);
	answer->dev = st.st_dev;
	fd = hash_reopen(fd);
	if (fd < 0)
		return;
	hash_read_file(fd, answer->hash);
	close(fd);
}

/*
 * Runs in the worker's thread, with its lock held. The lock is released while the file is
 * read; until then the state JOB_ASKED or JOB_ABANDONED keeps writers off job.request.
 */
static void hash_work(struct worker *unused)
{
	struct answer answer = {0};

	(void)unused;
	if (job.state != JOB_ASKED && job.state != JOB_ABANDONED)
		return;
	pthread_mutex_unlock(&worker.lock);
	hash_request(&job.request, &answer);
	pthread_mutex_lock(&worker.lock);
	job.answer = answer;
	job.state = job.state == JOB_ABANDONED ? JOB_NONE : JOB_DONE;
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
static void hash_do_job(const struct request *request, struct answer *answer,
			const struct timespec *deadline)
{
	if (!hash_wait_for(JOB_NONE, deadline))
		return;
	job.request = *request;
	job.state = JOB_ASKED;
	if (!worker_ask(&worker)) {
		job.state = JOB_NONE;
	} else if (hash_wait_for(JOB_DONE, deadline)) {
		*answer = job.answer;
		job.state = JOB_NONE;
		pthread_cond_broadcast(&worker.answered);
	} else {
		job.state = JOB_ABANDONED;
	}
}

/* Does the job and takes the time that this needs from the allowance. */
static void hash_do_job_in_time(const struct request *request, struct answer *answer)
{
	int64_t begin = now_ms();
	struct timespec deadline = deadline_in(allowance_patience(&allowance, begin));

	/* An abandoned job may hang for long: do not wait for its end. */
	if (job.state == JOB_ABANDONED)
		return;
	hash_do_job(request, answer, &deadline);
	allowance_spend(&allowance, begin, now_ms());
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

const struct found_file *hash_find(const struct record *record)
{
	static __thread struct request request;
	static __thread struct answer answer;
	static __thread struct found_file found;

	answer = (struct answer){0};
	if (!hash_make_request(&request, record))
		return NULL;
	pthread_mutex_lock(&worker.lock);
	hash_do_job_in_time(&request, &answer);
	pthread_mutex_unlock(&worker.lock);
	if (!answer.found)
		return NULL;
	found = (struct found_file){
		.sha256 = *answer.hash ? answer.hash : NULL,
		.dev_major = major(answer.dev),
		.dev_minor = minor(answer.dev),
	};
	return &found;
}
