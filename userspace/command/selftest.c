// SPDX-License-Identifier: GPL-2.0-or-later
/* "shelltrap selftest": tries the whole chain on this machine, from an exec to its alert. */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command/attempt.h"
#include "command/options.h"
#include "kernel/held.h"
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

struct selftest {
	struct attempt attempt;
	uint64_t timeout;	/* seconds */
	struct timespec deadline;
	struct stream stream;
	bool lost;		/* records, while waiting for the alert */
};

static const struct usage usage;

static int selftest_actor(void *test)
{
	((struct selftest *)test)->attempt.actor = optarg;
	return *optarg ? 0 : wrong_usage(&usage, "--actor: the name is empty");
}

static int selftest_shell(void *test)
{
	((struct selftest *)test)->attempt.shell = optarg;
	if (!access(optarg, X_OK))
		return 0;
	return wrong_usage(&usage, "--shell: %s: %s", optarg, strerror(errno));
}

static const struct command_option selftest_options[] = {
	{ "actor", "NAME", "the server's name (nginx)", OPTION_CALL(selftest_actor) },
	{ "shell", "PATH", "the program that the server starts (/bin/sh)",
	  OPTION_CALL(selftest_shell) },
	{ "timeout", "SEC", "how long to wait for the alert (10)",
	  OPTION_NUMBER(struct selftest, timeout, 1, TIMEOUT_MAX) },
	{}
};

static const struct usage usage = {
	.command = "selftest",
	.synopsis = "[OPTION]...",
	.purpose =
	"Tests whether a server that starts a shell is seen on this machine: a process with a "
	"server's name, which listens on a UNIX socket, starts a shell that does nothing. The alert goes to every output, as "
	"all alerts do; its command line ends in \"" ATTEMPT_COMMAND "\".",
	.options = selftest_options,
	.silent = true,
};

static void __printf(2, 3) selftest_say(const char *label, const char *format, ...)
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

static void selftest_say_end(const struct attempt *attempt)
{
	if (attempt->error)
		selftest_say("outcome", "was refused: %s", strerror(attempt->error));
	else if (attempt_was_killed(attempt))
		selftest_say("outcome", "was killed");
	else
		selftest_say("outcome", "ran");
}

/* The inode of this process's pid namespace; 0: unknown. */
static uint64_t selftest_pid_namespace(void)
{
	struct stat status;

	return stat("/proc/self/ns/pid", &status) ? 0 : status.st_ino;
}

/* The child reported its pid as seen in its own pid namespace. */
static bool selftest_is_ours(const struct selftest *test, const struct record *record)
{
	const struct alert_process *process = &record->alert.process;
	uint64_t namespace = selftest_pid_namespace();

	if (!record->alert.present)
		return false;
	if (process->pid_ns.known && namespace && process->pid_ns.value != namespace)
		return false;
	return (process->ns_pid.known ? process->ns_pid.value : process->pid.value) ==
	       (uint64_t)test->attempt.pid;
}

/* Returns 1 with the alert in *record, 0 if none came in time, or an error of channel.h. */
static int selftest_wait_alert(struct selftest *test, const struct record **record)
{
	int ret;

	while (!deadline_is_over(&test->deadline) && !stop_requested()) {
		ret = stream_next(&test->stream, record);
		if (ret < 0)
			return ret;
		if (ret && selftest_is_ours(test, *record))
			return 1;
		test->lost |= ret && (*record)->loss.present;
		if (!ret && console_wait(stream_fd(&test->stream), STDOUT_FILENO,
					 &test->deadline) == WAIT_NO_READER)
			break;
	}
	return 0;
}

static uint64_t selftest_ms_since(const struct timespec *then)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (now.tv_sec - then->tv_sec) * 1000 + (now.tv_nsec - then->tv_nsec) / 1000000;
}

static void selftest_say_alert(const struct selftest *test, const struct record *record)
{
	const struct alert *alert = &record->alert;
	const char *verdict = verdict_name(alert->verdict.value);
	struct buffer rules = {0};
	size_t i;

	for (i = 0; i < alert->rule_count; i++)
		buffer_printf(&rules, "%s%s", i ? ", " : "",
			      alert->rules[i].name ? alert->rules[i].name : "?");
	selftest_say("alert", "seq %" PRIu64 ", after %" PRIu64 " ms", record->seq.value,
		     selftest_ms_since(&test->attempt.began));
	selftest_say("rules", "%s", rules.data ? rules.data : "none");
	selftest_say("verdict", "%s", verdict ? verdict : "unknown");
	buffer_free(&rules);
}

/* What the policy in force does about this exec, by the files of this machine. */
static void selftest_put_expected(const struct selftest *test, struct buffer *out)
{
	struct imagined imagined = {
		.actor = test->attempt.actor,
		.target = test->attempt.shell,
		.uid = getuid(),
		.has_uid = true,
	};
	struct shelltrap_policy *policy;
	struct channel channel;

	buffer_puts(&imagined.argv, path_name(test->attempt.shell));
	buffer_add(&imagined.argv, "\0-c\0" ATTEMPT_COMMAND, sizeof("\0-c\0" ATTEMPT_COMMAND));
	if (!channel_open(&channel) && !policy_fetch(&channel, &policy)) {
		policy_outcome(out, policy, &imagined);
		policy_free(policy);
	} else {
		buffer_puts(out, "unknown");
	}
	channel_close(&channel);
	buffer_free(&imagined.argv);
}

static int selftest_no_alert(const struct selftest *test)
{
	struct buffer expected = {0};

	if (stop_requested())
		return FAILED;
	selftest_put_expected(test, &expected);
	complain("no alert came in %" PRIu64 " s%s; by the policy in force, %s that executes %s "
		 "is: %s (--actor NAME tries another)",
		 test->timeout, test->lost ? ", but records were lost" : "", test->attempt.actor,
		 test->attempt.shell, expected.data);
	buffer_free(&expected);
	return FAILED;
}

static int selftest_compare(const struct selftest *test, uint64_t verdict)
{
	const char *mismatch = attempt_mismatch(&test->attempt, verdict);

	selftest_say_end(&test->attempt);
	if (mismatch) {
		complain("%s", mismatch);
		return FAILED;
	}
	puts("the chain works");
	return DONE;
}

/* How long a process that is held must have waited, ms. */
#define HELD_MS 300

/* Lets the process go on that a rule holds. Returns 0 or, with a message printed, FAILED. */
static int selftest_release(struct selftest *test, uint64_t seq)
{
	struct timespec soon;
	struct channel channel;
	int ret;

	clock_gettime(CLOCK_MONOTONIC, &soon);
	soon.tv_nsec += HELD_MS * 1000000L;
	soon.tv_sec += soon.tv_nsec / 1000000000L;
	soon.tv_nsec %= 1000000000L;
	if (attempt_wait_end(&test->attempt, &soon)) {
		complain("by its verdict it is held, but it ended");
		return FAILED;
	}
	ret = channel_open(&channel);
	if (!ret)
		ret = held_release(&channel, seq, HELD_RELEASE);
	if (ret)
		ret = channel_failed(&channel, ret);
	else
		selftest_say("held", "waits before its first instruction; released");
	channel_close(&channel);
	return ret;
}

static int selftest_follow(struct selftest *test)
{
	struct attempt *attempt = &test->attempt;
	const struct record *record;
	uint64_t verdict;
	int ret;

	if (!attempt_wait_exec(attempt, &test->deadline)) {
		complain("no process could be started for the test");
		return FAILED;
	}
	selftest_say("exec", "%s(%d) executes %s -c '%s'", attempt->actor, attempt->pid,
		     attempt->shell, ATTEMPT_COMMAND);
	ret = selftest_wait_alert(test, &record);
	if (ret < 0)
		return stream_failed(&test->stream, ret);
	if (!ret)
		return selftest_no_alert(test);
	selftest_say_alert(test, record);
	verdict = record->alert.verdict.value;
	if (verdict == SHELLTRAP_VERDICT_HELD) {
		ret = selftest_release(test, record->seq.value);
		if (ret)
			return ret;
		verdict = SHELLTRAP_VERDICT_OBSERVED;
	}
	if (attempt_wait_end(attempt, &test->deadline))
		return selftest_compare(test, verdict);
	complain("%s did not end in %" PRIu64 " s", attempt->shell, test->timeout);
	return FAILED;
}

static int selftest_run(struct selftest *test)
{
	int ret = stream_open(&test->stream, STREAM_FROM_NOW, STREAM_ENDLESS);

	if (ret)
		return stream_failed(&test->stream, ret);
	clock_gettime(CLOCK_MONOTONIC, &test->deadline);
	test->deadline.tv_sec += test->timeout;
	/* The children would print what is buffered a second time. */
	fflush(stdout);
	ret = attempt_start(&test->attempt);
	if (!ret)
		return selftest_follow(test);
	complain("no process could be started for the test: %s", strerror(-ret));
	return FAILED;
}

/* Returns 0 or, with a message printed, the exit code. */
static int selftest_check_armed(void)
{
	struct channel channel;
	struct state state;
	int ret = channel_open(&channel);

	if (!ret)
		ret = channel_state(&channel, &state);
	if (ret) {
		ret = channel_failed(&channel, ret);
	} else if (state_unarmed(&state)) {
		complain("the module is not armed: 'shelltrap status' shows what is missing");
		ret = FAILED;
	} else {
		selftest_say("armed", "yes");
	}
	channel_close(&channel);
	return ret;
}

int selftest_main(int argc, char **argv)
{
	static struct selftest test = {
		.attempt = { .actor = "nginx", .shell = "/bin/sh", .reports = -1 },
		.timeout = 10,
	};
	int ret = options_read(&usage, &test, argc, argv);

	if (ret >= 0)
		return ret;
	ret = selftest_check_armed();
	if (ret)
		return ret;
	stop_on_signals();
	ret = selftest_run(&test);
	attempt_finish(&test.attempt);
	stream_close(&test.stream);
	return ret;
}
