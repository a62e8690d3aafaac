// SPDX-License-Identifier: GPL-2.0-or-later
#include "command/attempt.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/shelltrap.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/console.h"
#include "lib/exit.h"
#include "lib/path.h"

enum report_kind {
	REPORT_BEGINS,		/* pid of the process that calls execve() next */
	REPORT_REFUSED,		/* errno */
	REPORT_ENDED,		/* status */
};

struct report {
	enum report_kind kind;
	int value;
	struct timespec time;
};

/* A report is shorter than PIPE_BUF: write() writes the whole report or nothing. */
static void attempt_report(int fd, enum report_kind kind, int value)
{
	struct report report = { .kind = kind, .value = value };

	clock_gettime(CLOCK_MONOTONIC, &report.time);
	if (write(fd, &report, sizeof(report)) != sizeof(report))
		_exit(FAILED);
}

/* Not the environment of the administrator's shell: the exec shall be the same for everybody. */
static void __noreturn attempt_execute(const struct attempt *attempt, int reports)
{
	char *const argv[] = { (char *)path_name(attempt->shell), "-c", ATTEMPT_COMMAND, NULL };
	char *const environment[] = { "PATH=/usr/sbin:/usr/bin:/sbin:/bin", NULL };

	attempt_report(reports, REPORT_BEGINS, getpid());
	execve(attempt->shell, argv, environment);
	attempt_report(reports, REPORT_REFUSED, errno);
	_exit(FAILED);
}

/*
 * A process with a server's name is a server when it listens. The socket has an abstract
 * address, which the kernel chooses.
 */
static void attempt_listen(void)
{
	struct sockaddr address = { .sa_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, &address, sizeof(address.sa_family)) || listen(fd, 1))
		_exit(FAILED);
}

static void attempt_leave_terminal(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0 ||
	    dup2(null, STDERR_FILENO) < 0)
		_exit(FAILED);
}

static void __noreturn attempt_serve(const struct attempt *attempt, int reports)
{
	int status = 0;
	pid_t child;

	setpgid(0, 0);
	prctl(PR_SET_NAME, attempt->actor);
	attempt_listen();
	attempt_leave_terminal();
	child = fork();
	if (!child)
		attempt_execute(attempt, reports);
	if (child < 0 || waitpid(child, &status, 0) != child)
		_exit(FAILED);
	attempt_report(reports, REPORT_ENDED, status);
	_exit(DONE);
}

int attempt_start(struct attempt *attempt)
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC))
		return -errno;
	attempt->reports = fds[0];
	attempt->server = fork();
	if (!attempt->server)
		attempt_serve(attempt, fds[1]);
	close(fds[1]);
	if (attempt->server < 0)
		return -errno;
	/* The child does the same: attempt_finish() needs the group, whichever process is first. */
	setpgid(attempt->server, attempt->server);
	return 0;
}

void attempt_finish(struct attempt *attempt)
{
	if (attempt->server > 0) {
		kill(-attempt->server, SIGKILL);
		waitpid(attempt->server, NULL, 0);
	}
	if (attempt->reports >= 0)
		close(attempt->reports);
}

/* False: no report came in time, or no process is left to write one. */
static bool attempt_next_report(struct attempt *attempt, const struct timespec *deadline,
				struct report *report)
{
	if (console_wait(attempt->reports, STDOUT_FILENO, deadline) != WAIT_READABLE)
		return false;
	return read(attempt->reports, report, sizeof(*report)) == sizeof(*report);
}

bool attempt_wait_exec(struct attempt *attempt, const struct timespec *deadline)
{
	struct report report;

	if (!attempt_next_report(attempt, deadline, &report))
		return false;
	attempt->pid = report.value;
	attempt->began = report.time;
	return true;
}

bool attempt_wait_end(struct attempt *attempt, const struct timespec *deadline)
{
	struct report report;

	do {
		if (!attempt_next_report(attempt, deadline, &report))
			return false;
		if (report.kind == REPORT_REFUSED)
			attempt->error = report.value;
	} while (report.kind != REPORT_ENDED);
	attempt->status = report.value;
	return true;
}

bool attempt_was_killed(const struct attempt *attempt)
{
	return WIFSIGNALED(attempt->status) && WTERMSIG(attempt->status) == SIGKILL;
}

static const char *attempt_ran_mismatch(const struct attempt *attempt)
{
	if (attempt->error)
		return "by its verdict it ran, but execve() failed";
	return attempt_was_killed(attempt) ? "by its verdict it ran, but it was killed" : NULL;
}

const char *attempt_mismatch(const struct attempt *attempt, uint64_t verdict)
{
	switch (verdict) {
	case SHELLTRAP_VERDICT_OBSERVED:
	case SHELLTRAP_VERDICT_WOULD_DENY:
		return attempt_ran_mismatch(attempt);
	case SHELLTRAP_VERDICT_DENIED:
		if (!attempt->error)
			return "by its verdict it was denied, but execve() did not fail";
		return attempt->error == EPERM ? NULL :
		       "by its verdict it was denied, but execve() failed with another error";
	case SHELLTRAP_VERDICT_KILLED:
		return !attempt->error && attempt_was_killed(attempt) ? NULL :
		       "by its verdict it was killed, but it was not";
	case SHELLTRAP_VERDICT_FAILED:
		return "execve() failed, and not by Shelltrap";
	}
	return "its verdict is none that this program knows";
}
