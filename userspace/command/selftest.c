// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * "shelltrap selftest": the whole chain on this machine, from an exec to its alert.
 *
 *	shelltrap		waits for reports and for the alert
 *	`- "nginx"		a child that only has the name
 *	   `- "nginx"		becomes a shell that does nothing, or is kept from it
 *
 * Both children report over a pipe what they saw.
 */
#include "command/selftest.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "command/options.h"
#include "kernel/stream.h"
#include "lib/console.h"
#include "lib/deadline.h"
#include "lib/exit.h"
#include "lib/message.h"
#include "lib/path.h"
#include "lib/text.h"
#include "policy/channel.h"
#include "policy/explain.h"
#include "policy/file.h"

#define TIMEOUT_MAX 3600
/* By this the alert is known, to whoever gets it. */
#define COMMAND ": shelltrap selftest"

struct selftest {
	const char *actor, *shell;
	uint64_t timeout;	/* seconds */
	struct timespec deadline;
	struct stream stream;
	bool lost;		/* records, while it waited */
	pid_t server;		/* the child, leader of a group of both */
	int reports;
	struct timespec began;
	struct attempt attempt;
};

enum report_kind {
	REPORT_BEGINS,		/* pid of who will exec now */
	REPORT_REFUSED,		/* errno */
	REPORT_ENDED,		/* status */
};

struct report {
	enum report_kind kind;
	int value;
	struct timespec time;
};

static const struct usage usage = {
	.command = "selftest",
	.help =
	"Usage: shelltrap selftest [OPTION]...\n"
	"Tries whether a server that starts a shell is seen on this machine: a process that\n"
	"has a server's name starts a shell that does nothing. Its alert goes wherever alerts\n"
	"go; its command line ends in \"" COMMAND "\".\n"
	"\n"
	"  --actor NAME      the server's name (nginx)\n"
	"  --shell PATH      what it starts (/bin/sh)\n"
	"  --timeout SEC     how long it waits for the alert (10)\n"
	"  --help, --version\n",
};

enum {
	OPTION_ACTOR = OPTION_OWN,
	OPTION_SHELL,
	OPTION_TIMEOUT,
};

static const struct option options[] = {
	{ "actor", required_argument, NULL, OPTION_ACTOR },
	{ "shell", required_argument, NULL, OPTION_SHELL },
	{ "timeout", required_argument, NULL, OPTION_TIMEOUT },
	HELP_OPTION,
	VERSION_OPTION,
	{}
};

static void __printf(2, 3) say(const char *label, const char *format, ...)
{
	struct buffer out = {0};
	char line[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	text_put(&out, line, TEXT_ASCII);
	printf("%-10s %s\n", label, out.data ? out.data : "");
	buffer_free(&out);
}

/* One write, and no part of it: it is shorter than what a pipe takes whole. */
static void report(int fd, enum report_kind kind, int value)
{
	struct report told = { .kind = kind, .value = value };

	clock_gettime(CLOCK_MONOTONIC, &told.time);
	if (write(fd, &told, sizeof(told)) != sizeof(told))
		_exit(FAILED);
}

/* Nothing of what an administrator's shell has: that is not what is tried. */
static void __noreturn execute(const struct selftest *test, int reports)
{
	char *const argv[] = { (char *)path_name(test->shell), "-c", COMMAND, NULL };
	char *const environment[] = { "PATH=/usr/sbin:/usr/bin:/sbin:/bin", NULL };

	report(reports, REPORT_BEGINS, getpid());
	execve(test->shell, argv, environment);
	report(reports, REPORT_REFUSED, errno);
	_exit(FAILED);
}

static void use_no_terminal(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0 ||
	    dup2(null, STDERR_FILENO) < 0)
		_exit(FAILED);
}

static void __noreturn serve(const struct selftest *test, int reports)
{
	int status = 0;
	pid_t child;

	setpgid(0, 0);
	prctl(PR_SET_NAME, test->actor);
	use_no_terminal();
	child = fork();
	if (!child)
		execute(test, reports);
	if (child < 0 || waitpid(child, &status, 0) != child)
		_exit(FAILED);
	report(reports, REPORT_ENDED, status);
	_exit(DONE);
}

static int start(struct selftest *test)
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC))
		return -errno;
	test->reports = fds[0];
	test->server = fork();
	if (!test->server)
		serve(test, fds[1]);
	close(fds[1]);
	if (test->server < 0)
		return -errno;
	/* Whoever comes first: it has to be done before anybody is killed. */
	setpgid(test->server, test->server);
	return 0;
}

static void finish(struct selftest *test)
{
	if (test->server > 0) {
		kill(-test->server, SIGKILL);
		waitpid(test->server, NULL, 0);
	}
	if (test->reports >= 0)
		close(test->reports);
}

/* False: none came in time, or nobody is left to make one. */
static bool next_report(struct selftest *test, struct report *told)
{
	if (console_wait(test->reports, STDOUT_FILENO, &test->deadline) != WAIT_READABLE)
		return false;
	return read(test->reports, told, sizeof(*told)) == sizeof(*told);
}

static int read_beginning(struct selftest *test)
{
	struct report told;

	if (!next_report(test, &told)) {
		complain("no process could be started for it");
		return FAILED;
	}
	test->attempt.pid = told.value;
	test->began = told.time;
	say("exec", "%s(%d) executes %s -c '%s'", test->actor, told.value, test->shell, COMMAND);
	return 0;
}

static int read_end(struct selftest *test)
{
	struct report told;

	do {
		if (!next_report(test, &told)) {
			complain("%s did not end in %" PRIu64 " s", test->shell, test->timeout);
			return FAILED;
		}
		if (told.kind == REPORT_REFUSED)
			test->attempt.error = told.value;
	} while (told.kind != REPORT_ENDED);
	test->attempt.status = told.value;
	return 0;
}

static bool was_killed(const struct attempt *attempt)
{
	return WIFSIGNALED(attempt->status) && WTERMSIG(attempt->status) == SIGKILL;
}

static void say_end(const struct attempt *attempt)
{
	if (attempt->error)
		say("outcome", "was refused: %s", strerror(attempt->error));
	else if (was_killed(attempt))
		say("outcome", "was killed");
	else
		say("outcome", "ran");
}

static const char *completed_mismatch(const struct attempt *attempt)
{
	if (attempt->error)
		return "by its verdict it ran, but execve() failed";
	return was_killed(attempt) ? "by its verdict it ran, but it was killed" : NULL;
}

const char *attempt_mismatch(const struct attempt *attempt, uint64_t verdict)
{
	switch (verdict) {
	case SHELLTRAP_VERDICT_OBSERVED:
	case SHELLTRAP_VERDICT_WOULD_DENY:
		return completed_mismatch(attempt);
	case SHELLTRAP_VERDICT_DENIED:
		if (!attempt->error)
			return "by its verdict it was denied, but execve() did not fail";
		return attempt->error == EPERM ? NULL :
		       "by its verdict it was denied, but execve() failed with another error";
	case SHELLTRAP_VERDICT_KILLED:
		return !attempt->error && was_killed(attempt) ? NULL :
		       "by its verdict it was killed, but it was not";
	case SHELLTRAP_VERDICT_FAILED:
		return "execve() failed, and not by Shelltrap";
	}
	return "its verdict is none that this program knows";
}

/* 0: not known. */
static uint64_t own_pid_namespace(void)
{
	struct stat status;

	return stat("/proc/self/ns/pid", &status) ? 0 : status.st_ino;
}

/* The children have told their number as they see it. */
static bool is_ours(const struct selftest *test, const struct record *record)
{
	const struct alert_process *process = &record->alert.process;
	uint64_t namespace = own_pid_namespace();

	if (!record->alert.present)
		return false;
	if (process->pid_ns.known && namespace && process->pid_ns.value != namespace)
		return false;
	return (process->ns_pid.known ? process->ns_pid.value : process->pid.value) ==
	       (uint64_t)test->attempt.pid;
}

/* 1: *record is the alert; 0: it did not come in time; negative: an error of channel.h. */
static int await_alert(struct selftest *test, const struct record **record)
{
	int ret;

	while (!deadline_is_over(&test->deadline) && !stop_requested()) {
		ret = stream_next(&test->stream, record);
		if (ret < 0)
			return ret;
		if (ret && is_ours(test, *record))
			return 1;
		test->lost |= ret && (*record)->loss.present;
		if (!ret && console_wait(stream_fd(&test->stream), STDOUT_FILENO,
					 &test->deadline) == WAIT_NO_READER)
			break;
	}
	return 0;
}

static uint64_t milliseconds_since(const struct timespec *then)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (now.tv_sec - then->tv_sec) * 1000 + (now.tv_nsec - then->tv_nsec) / 1000000;
}

static void say_alert(const struct selftest *test, const struct record *record)
{
	const struct alert *alert = &record->alert;
	const char *verdict = verdict_name(alert->verdict.value);
	struct buffer rules = {0};
	size_t i;

	for (i = 0; i < alert->rule_count; i++)
		buffer_printf(&rules, "%s%s", i ? ", " : "",
			      alert->rules[i].name ? alert->rules[i].name : "?");
	say("alert", "seq %" PRIu64 ", after %" PRIu64 " ms", record->seq.value,
	    milliseconds_since(&test->began));
	say("rules", "%s", rules.data ? rules.data : "none");
	say("verdict", "%s", verdict ? verdict : "unknown");
	buffer_free(&rules);
}

/* What the policy in force makes of such an exec. Its files are those of this machine. */
static void put_expected(const struct selftest *test, struct buffer *out)
{
	struct imagined imagined = {
		.actor = test->actor, .target = test->shell, .uid = getuid(), .has_uid = true,
	};
	struct shelltrap_policy *policy;
	struct channel channel;

	buffer_puts(&imagined.argv, path_name(test->shell));
	buffer_add(&imagined.argv, "\0-c\0" COMMAND, sizeof("\0-c\0" COMMAND));
	if (!channel_open(&channel) && !policy_fetch(&channel, &policy)) {
		policy_outcome(out, policy, &imagined);
		policy_free(policy);
	} else {
		buffer_puts(out, "unknown");
	}
	channel_close(&channel);
	buffer_free(&imagined.argv);
}

static int no_alert(const struct selftest *test)
{
	struct buffer expected = {0};

	if (stop_requested())
		return FAILED;
	put_expected(test, &expected);
	complain("no alert came in %" PRIu64 " s%s; by the policy in force, %s that executes %s "
		 "is: %s (--actor NAME tries another)",
		 test->timeout, test->lost ? ", but records were lost" : "", test->actor,
		 test->shell, expected.data);
	buffer_free(&expected);
	return FAILED;
}

static int compare(const struct selftest *test, uint64_t verdict)
{
	const char *mismatch = attempt_mismatch(&test->attempt, verdict);

	say_end(&test->attempt);
	if (mismatch) {
		complain("%s", mismatch);
		return FAILED;
	}
	puts("the chain works");
	return DONE;
}

static int follow(struct selftest *test)
{
	const struct record *record;
	uint64_t verdict;
	int ret = read_beginning(test);

	if (ret)
		return ret;
	ret = await_alert(test, &record);
	if (ret < 0)
		return stream_failed(&test->stream, ret);
	if (!ret)
		return no_alert(test);
	say_alert(test, record);
	verdict = record->alert.verdict.value;
	ret = read_end(test);
	return ret ? ret : compare(test, verdict);
}

static int run(struct selftest *test)
{
	int ret = stream_open(&test->stream, STREAM_FROM_NOW, STREAM_ENDLESS);

	if (ret)
		return stream_failed(&test->stream, ret);
	clock_gettime(CLOCK_MONOTONIC, &test->deadline);
	test->deadline.tv_sec += test->timeout;
	/* Or the children would have it in their buffers, too. */
	fflush(stdout);
	ret = start(test);
	if (!ret)
		return follow(test);
	complain("no process could be started for it: %s", strerror(-ret));
	return FAILED;
}

/* 0 or the exit code, having complained. */
static int check_armed(void)
{
	struct channel channel;
	struct state state;
	int ret = channel_open(&channel);

	if (!ret)
		ret = channel_state(&channel, &state);
	if (ret) {
		ret = channel_failed(&channel, ret);
	} else if (state_unarmed(&state)) {
		complain("the module is not armed: 'shelltrap status' tells what is missing");
		ret = FAILED;
	} else {
		say("armed", "yes");
	}
	channel_close(&channel);
	return ret;
}

static int read_option(struct selftest *test, int option)
{
	switch (option) {
	case OPTION_ACTOR:
		test->actor = optarg;
		return *optarg ? 0 : wrong_usage(&usage, "--actor: '' is no name");
	case OPTION_SHELL:
		test->shell = optarg;
		return access(optarg, X_OK) ?
		       wrong_usage(&usage, "--shell: %s: %s", optarg, strerror(errno)) : 0;
	}
	return number_option(&usage, "--timeout", 1, TIMEOUT_MAX, &test->timeout);
}

int selftest_main(int argc, char **argv)
{
	static struct selftest test = {
		.actor = "nginx", .shell = "/bin/sh", .timeout = 10, .reports = -1,
	};
	int option, ret;

	while ((option = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		if (option < OPTION_OWN)
			return common_option(&usage, option, argv);
		ret = read_option(&test, option);
		if (ret)
			return ret;
	}
	ret = no_operands(&usage, argc, argv);
	if (!ret)
		ret = check_armed();
	if (ret)
		return ret;
	stop_on_signals();
	ret = run(&test);
	finish(&test);
	stream_close(&test.stream);
	return ret;
}
