// SPDX-License-Identifier: GPL-2.0-or-later
#include "evidence/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/console.h"
#include "lib/deadline.h"

/* How often the parent looks whether it is to end. */
#define LOOK_MS 200
/* A killed child may still be in a call that no signal ends; it is left to init then. */
#define BURY_MS 500

struct reader {
	pid_t pid;
	int pipe_end;
	struct reading *shared;
};

bool reader_give(int out, const void *data, size_t len)
{
	const char *from = data;

	while (len) {
		ssize_t done = write(out, from, len);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return false;
		from += done;
		len -= done;
	}
	return true;
}

void reader_fail(struct reading *reading, const char *format, ...)
{
	va_list args;

	if (reading->why[0])
		return;
	va_start(args, format);
	vsnprintf(reading->why, sizeof(reading->why), format, args);
	va_end(args);
}

static bool reader_same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

void reader_copy(struct reading *reading, int out, int fd)
{
	static char part[65536];
	struct stat after;
	ssize_t len;

	while ((len = read(fd, part, sizeof(part))) > 0)
		if (!reader_give(out, part, len))
			return;
	if (len < 0)
		reader_fail(reading, "read: %s", strerror(errno));
	if (reading->opened && !fstat(fd, &after))
		reading->changed = after.st_size != reading->st.st_size ||
			!reader_same_time(&after.st_mtim, &reading->st.st_mtim) ||
			!reader_same_time(&after.st_ctim, &reading->st.st_ctim);
}

static void __noreturn reader_child(reader_work *work, const void *what,
				    struct reading *shared, int out)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGTERM, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	signal(SIGPIPE, SIG_IGN);
	work(shared, out, what);
	_exit(0);
}

static int reader_start(struct reader *reader, reader_work *work, const void *what)
{
	int ends[2], error;

	reader->shared = mmap(NULL, sizeof(*reader->shared), PROT_READ | PROT_WRITE,
			      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (reader->shared == MAP_FAILED)
		return -errno;
	if (pipe2(ends, O_CLOEXEC)) {
		error = errno;
		munmap(reader->shared, sizeof(*reader->shared));
		return -error;
	}
	reader->pid = fork();
	if (!reader->pid) {
		close(ends[0]);
		reader_child(work, what, reader->shared, ends[1]);
	}
	error = errno;
	close(ends[1]);
	reader->pipe_end = ends[0];
	return reader->pid < 0 ? -error : 0;
}

/* Returns 1 if there is content, 0 at its end, or negative errno. */
static int reader_wait(const struct reader *reader, int64_t until)
{
	struct pollfd wait = { .fd = reader->pipe_end, .events = POLLIN };

	while (!stop_requested()) {
		int64_t left = until - now_ms();

		if (left <= 0)
			return -ETIMEDOUT;
		if (poll(&wait, 1, left < LOOK_MS ? left : LOOK_MS) > 0)
			return 1;
	}
	return -EINTR;
}

static int reader_follow(const struct reader *reader, int64_t until, reader_take *take,
			 void *context)
{
	static char part[65536];
	ssize_t len;
	int ret;

	while ((ret = reader_wait(reader, until)) > 0) {
		len = read(reader->pipe_end, part, sizeof(part));
		if (len < 0 && errno == EINTR)
			continue;
		if (len <= 0)
			return len ? -errno : 0;
		ret = take(context, part, len);
		if (ret)
			return ret;
	}
	return ret;
}

/* Returns whether the child has ended by itself. */
static bool reader_bury(struct reader *reader)
{
	int64_t until = now_ms() + BURY_MS;
	int status = 0;
	pid_t pid;

	while (!(pid = waitpid(reader->pid, &status, WNOHANG)) && now_ms() < until)
		poll(NULL, 0, 1);
	return pid == reader->pid && WIFEXITED(status);
}

int reader_run(reader_work *work, const void *what, int ms, reader_take *take, void *context,
	       struct reading *reading)
{
	int64_t until = now_ms() + ms;
	struct reader reader = { .pid = -1, .pipe_end = -1 };
	int ret = reader_start(&reader, work, what);

	*reading = (struct reading){0};
	if (!ret)
		ret = reader_follow(&reader, until, take, context);
	if (reader.pipe_end >= 0)
		close(reader.pipe_end);
	if (reader.pid > 0) {
		if (ret)
			kill(reader.pid, SIGKILL);
		if (!reader_bury(&reader) && !ret)
			ret = -EPIPE;
		*reading = *reader.shared;
		reading->why[sizeof(reading->why) - 1] = '\0';
		munmap(reader.shared, sizeof(*reader.shared));
	}
	return ret;
}
