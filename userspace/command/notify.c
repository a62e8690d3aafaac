// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * "shelltrap notify": runs a program for each alert that the logger's output "exec:PATH"
 * sends, see output/exec.h. It is a service of its own, with a user of its own and without
 * capabilities, so that the logger needs no right to start programs.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "command/listener.h"
#include "command/options.h"
#include "lib/buffer.h"
#include "lib/console.h"
#include "lib/deadline.h"
#include "lib/message.h"
#include "output/exec.h"

struct settings {
	const char *socket;
};

/* What the logger asks for. */
struct order {
	struct buffer text;
	const char *words[EXEC_WORDS];	/* path, instance, number, how many were held back */
	size_t line;			/* where the line begins in the text */
};

static const struct command_option notify_options[] = {
	{ "socket", "PATH", "listen there, instead of on the socket that systemd passes",
	  OPTION_STRING(struct settings, socket) },
	{}
};

static const struct usage usage = {
	.command = "notify",
	.synopsis = "[--socket PATH]",
	.purpose =
	"Runs the program of the logger's output exec:PATH for each alert: with the line on its "
	"standard input, one program at a time, each for at most 10 seconds.",
	.options = notify_options,
};

static bool order_split(struct order *order)
{
	const char *at = order->text.data, *end = at + order->text.len;
	size_t i;

	for (i = 0; i < EXEC_WORDS; i++) {
		order->words[i] = at;
		at = at < end ? memchr(at, '\0', end - at) : NULL;
		if (!at)
			return false;
		at++;
	}
	order->line = at - order->text.data;
	return order->words[0][0] == '/';
}

/* In the child. It gets the environment of the service, and variables about the alert. */
static void __noreturn notify_start(const struct order *order, const int *ends)
{
	setpgid(0, 0);
	dup2(ends[0], STDIN_FILENO);
	setenv("SHELLTRAP_INSTANCE", order->words[1], 1);
	setenv("SHELLTRAP_SEQ", order->words[2], 1);
	setenv("SHELLTRAP_HELD_BACK", order->words[3], 1);
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_PID");
	signal(SIGPIPE, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	execl(order->words[0], order->words[0], NULL);
	complain("%s: %s", order->words[0], strerror(errno));
	_exit(127);
}

/* Gives the child the line, and waits until it ends. Returns false if it takes too long. */
static bool notify_follow(const struct order *order, int child, int pipe_end)
{
	int64_t until = now_ms() + EXEC_SECONDS * 1000;
	const char *line = order->text.data + order->line;
	size_t left = order->text.len - order->line;
	struct pollfd wait[] = { { .fd = child, .events = POLLIN },
				 { .fd = pipe_end, .events = POLLOUT } };
	bool ended = false;

	while (!ended && now_ms() < until && !stop_requested()) {
		ssize_t given = 0;

		if (poll(wait, 2, until - now_ms()) < 1)
			continue;
		ended = wait[0].revents;
		if (wait[1].revents)
			given = left ? write(pipe_end, line, left) : 0;
		line += given > 0 ? given : 0;
		left -= given > 0 ? given : 0;
		/* The program may end without reading the line. */
		if (wait[1].revents && (!left || (given < 0 && errno != EAGAIN))) {
			close(pipe_end);
			wait[1].fd = -1;
		}
	}
	if (wait[1].fd >= 0)
		close(pipe_end);
	return ended;
}

/* Adds how the program ended. */
static void notify_put_end(struct buffer *out, int status, bool ended)
{
	if (!ended)
		buffer_printf(out, "the program was killed after %d s", EXEC_SECONDS);
	else if (WIFSIGNALED(status))
		buffer_printf(out, "a signal (%d) ended the program", WTERMSIG(status));
	else if (WEXITSTATUS(status))
		buffer_printf(out, "the program ended with %d", WEXITSTATUS(status));
	else
		buffer_puts(out, EXEC_DONE);
}

static void notify_wait(const struct order *order, pid_t pid, int pipe_end,
			struct buffer *answer)
{
	int child = syscall(SYS_pidfd_open, pid, 0), status = 0;
	bool ended = child >= 0 && notify_follow(order, child, pipe_end);
	pid_t waited;

	/* With everything that it started and that stayed in its group. */
	if (!ended)
		kill(-pid, SIGKILL);
	while ((waited = waitpid(pid, &status, 0)) < 0 && errno == EINTR)
		;
	if (waited == pid)
		notify_put_end(answer, status, ended);
	else
		buffer_printf(answer, "how the program ended: %s", strerror(errno));
	if (child >= 0)
		close(child);
}

static void notify_run(const struct order *order, struct buffer *answer)
{
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC)) {
		buffer_puts(answer, strerror(errno));
		return;
	}
	pid = fork();
	if (!pid)
		notify_start(order, ends);
	close(ends[0]);
	if (pid < 0) {
		buffer_puts(answer, strerror(errno));
		close(ends[1]);
		return;
	}
	setpgid(pid, pid);
	fcntl(ends[1], F_SETFL, O_NONBLOCK);
	notify_wait(order, pid, ends[1], answer);
}

static void notify_serve(int fd)
{
	struct order order = {0};
	struct buffer answer = {0};

	if (!listener_accepts(fd)) {
		complain("a user other than root asked for a program");
	} else if (!listener_read(fd, &order.text, EXEC_LONGEST) || !order_split(&order)) {
		buffer_puts(&answer, "the order is not whole");
	} else {
		notify_run(&order, &answer);
		if (answer.len && strcmp(answer.data, EXEC_DONE) != 0)
			complain("%s: seq %s: %s", order.words[0], order.words[2], answer.data);
	}
	if (answer.len && send(fd, answer.data, answer.len, MSG_NOSIGNAL) < 0)
		complain("the logger did not wait for the answer");
	buffer_free(&answer);
	buffer_free(&order.text);
}

int notify_main(int argc, char **argv)
{
	struct settings settings = {0};
	int ret = options_read(&usage, &settings, argc, argv);

	if (ret >= 0)
		return ret;
	return listener_run(&usage, settings.socket, "shelltrap-notify.socket", notify_serve);
}
