// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/console.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/deadline.h"
#include "lib/exit.h"
#include "lib/message.h"

static volatile sig_atomic_t stop;
static bool reader_left;

void request_stop(void)
{
	stop = 1;
}

static void console_on_signal(int number)
{
	(void)number;
	request_stop();
}

/* Without SA_RESTART: a signal also ends a write() that waits for its reader. */
void stop_on_signals(void)
{
	struct sigaction action = { .sa_handler = console_on_signal };

	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

bool stop_requested(void)
{
	return stop;
}

int console_write(int fd, const struct buffer *data)
{
	size_t done = 0;

	while (done < data->len) {
		ssize_t written = write(fd, data->data + done, data->len - done);

		if (written >= 0)
			done += written;
		else if (errno == EAGAIN)
			poll(&(struct pollfd){ .fd = fd, .events = POLLOUT }, 1, -1);
		else if (errno != EINTR)
			return -errno;
		if (written < 0 && stop)
			return -EINTR;
	}
	return 0;
}

int console_failed(int error)
{
	reader_left = error == -EPIPE;
	if (!reader_left)
		complain("writing to standard output failed: %s", strerror(-error));
	return FAILED;
}

bool console_reader_left(void)
{
	return reader_left;
}

bool console_agrees(const char *question, bool *asked)
{
	char answer[8];

	*asked = isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
	if (!*asked)
		return false;
	fprintf(stderr, "%s Type yes: ", question);
	return fgets(answer, sizeof(answer), stdin) && !strcmp(answer, "yes\n");
}

enum wait_result console_wait(int fd, int out, const struct timespec *deadline)
{
	struct pollfd fds[] = { { .fd = fd, .events = POLLIN }, { .fd = out } };
	struct timespec left;
	sigset_t blocked, before;
	int ready = 0;

	/* A signal that comes between the look at the flag and ppoll() must end ppoll(). */
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGINT);
	sigaddset(&blocked, SIGTERM);
	sigprocmask(SIG_BLOCK, &blocked, &before);
	if (!stop) {
		if (deadline)
			left = deadline_left(deadline);
		ready = ppoll(fds, 2, deadline ? &left : NULL, &before);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (ready <= 0)
		return WAIT_OVER;
	if (fds[0].revents)
		return WAIT_READABLE;
	return WAIT_NO_READER;
}

int console_finish(int code)
{
	errno = 0;
	if (!fflush(stdout) && !ferror(stdout))
		return code;
	return console_failed(errno ? -errno : -EIO);
}
