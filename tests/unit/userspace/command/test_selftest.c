// SPDX-License-Identifier: GPL-2.0-or-later
/* The self-test accepts a verdict only if the process that it ran ended accordingly. */
#include "command/options.h"
#include "unit.h"

#include <errno.h>
#include <linux/shelltrap.h>
#include <signal.h>
#include <unistd.h>

#include "command/attempt.h"
#include "files.h"
#include "lib/exit.h"

/* How a process can end; .error is that of execve(), .status that of waitpid(). */
static const struct attempt ran = { .pid = 1 };
static const struct attempt ran_badly = { .pid = 1, .status = 127 << 8 };
static const struct attempt refused = { .pid = 1, .error = EPERM, .status = 1 << 8 };
static const struct attempt unable = { .pid = 1, .error = EACCES, .status = 1 << 8 };
static const struct attempt killed = { .pid = 1, .status = SIGKILL };
static const struct attempt ended = { .pid = 1, .status = SIGTERM };

static void agrees(uint64_t verdict, const struct attempt *attempt)
{
	assert_null(attempt_mismatch(attempt, verdict));
}

static void differs(uint64_t verdict, const struct attempt *attempt, const char *words)
{
	const char *mismatch = attempt_mismatch(attempt, verdict);

	assert_non_null(mismatch);
	assert_non_null(strstr(mismatch, words));
}

static void completed_is_what_ran(uint64_t verdict)
{
	agrees(verdict, &ran);
	agrees(verdict, &ran_badly);
	agrees(verdict, &ended);
	differs(verdict, &refused, "execve() failed");
	differs(verdict, &unable, "execve() failed");
	differs(verdict, &killed, "was killed");
}

TEST(a_program_that_ran_was_observed_or_would_be_denied)
{
	completed_is_what_ran(SHELLTRAP_VERDICT_OBSERVED);
	completed_is_what_ran(SHELLTRAP_VERDICT_WOULD_DENY);
}

TEST(denied_means_that_execve_failed_with_eperm)
{
	agrees(SHELLTRAP_VERDICT_DENIED, &refused);
	differs(SHELLTRAP_VERDICT_DENIED, &ran, "did not fail");
	differs(SHELLTRAP_VERDICT_DENIED, &killed, "did not fail");
	differs(SHELLTRAP_VERDICT_DENIED, &unable, "another error");
}

TEST(killed_means_that_the_process_ended_by_sigkill)
{
	agrees(SHELLTRAP_VERDICT_KILLED, &killed);
	differs(SHELLTRAP_VERDICT_KILLED, &ran, "was not");
	differs(SHELLTRAP_VERDICT_KILLED, &ended, "was not");
	differs(SHELLTRAP_VERDICT_KILLED, &refused, "was not");
}

TEST(any_other_verdict_is_a_failure)
{
	differs(SHELLTRAP_VERDICT_FAILED, &unable, "not by Shelltrap");
	differs(0, &ran, "none that this program knows");
	differs(SHELLTRAP_VERDICT_WOULD_DENY + 1, &ran, "none that this program knows");
}

TEST(wrong_usage_names_the_help)
{
	static char *commands[][4] = {
		{ "selftest", "nginx" },
		{ "selftest", "--actor" },
		{ "selftest", "--actor=" },
		{ "selftest", "--shell=/nowhere/sh" },
		{ "selftest", "--shell=/dev/null" },
		{ "selftest", "--timeout=0" },
		{ "selftest", "--timeout=3601" },
		{ "selftest", "--timeout=1s" },
	};

	files_expect_wrong_usage(selftest_main, commands, ARRAY_SIZE(commands));
}

void set_up_all(void)
{
	files_set_up();
}

void tear_down_all(void)
{
	files_tear_down();
}
