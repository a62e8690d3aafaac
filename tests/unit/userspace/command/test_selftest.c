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
#include "subcommand.h"

/* How a process can end; .error is that of execve(), .status that of waitpid(). */
static const struct attempt ran = { .pid = 1 };
static const struct attempt ran_badly = { .pid = 1, .status = 127 << 8 };
static const struct attempt refused = { .pid = 1, .error = EPERM, .status = 1 << 8 };
static const struct attempt unable = { .pid = 1, .error = EACCES, .status = 1 << 8 };
static const struct attempt killed = { .pid = 1, .status = SIGKILL };
static const struct attempt ended = { .pid = 1, .status = SIGTERM };

static void assert_match(uint64_t verdict, const struct attempt *attempt)
{
	assert_null(attempt_mismatch(attempt, verdict));
}

static void assert_mismatch(uint64_t verdict, const struct attempt *attempt, const char *words)
{
	const char *mismatch = attempt_mismatch(attempt, verdict);

	assert_non_null(mismatch);
	assert_non_null(strstr(mismatch, words));
}

static void assert_means_completed(uint64_t verdict)
{
	assert_match(verdict, &ran);
	assert_match(verdict, &ran_badly);
	assert_match(verdict, &ended);
	assert_mismatch(verdict, &refused, "execve() failed");
	assert_mismatch(verdict, &unable, "execve() failed");
	assert_mismatch(verdict, &killed, "was killed");
}

TEST(a_program_that_ran_was_observed_or_would_be_denied)
{
	assert_means_completed(SHELLTRAP_VERDICT_OBSERVED);
	assert_means_completed(SHELLTRAP_VERDICT_WOULD_DENY);
}

TEST(denied_means_that_execve_failed_with_eperm)
{
	assert_match(SHELLTRAP_VERDICT_DENIED, &refused);
	assert_mismatch(SHELLTRAP_VERDICT_DENIED, &ran, "did not fail");
	assert_mismatch(SHELLTRAP_VERDICT_DENIED, &killed, "did not fail");
	assert_mismatch(SHELLTRAP_VERDICT_DENIED, &unable, "another error");
}

TEST(killed_means_that_the_process_ended_by_sigkill)
{
	assert_match(SHELLTRAP_VERDICT_KILLED, &killed);
	assert_mismatch(SHELLTRAP_VERDICT_KILLED, &ran, "was not");
	assert_mismatch(SHELLTRAP_VERDICT_KILLED, &ended, "was not");
	assert_mismatch(SHELLTRAP_VERDICT_KILLED, &refused, "was not");
}

TEST(any_other_verdict_is_a_failure)
{
	assert_mismatch(SHELLTRAP_VERDICT_FAILED, &unable, "not by Shelltrap");
	assert_mismatch(0, &ran, "none that this program knows");
	assert_mismatch(SHELLTRAP_VERDICT_WOULD_DENY + 1, &ran, "none that this program knows");
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

	subcommand_assert_wrong_usage(selftest_main, commands, ARRAY_SIZE(commands));
}

void set_up_all(void)
{
	files_set_up();
}

void tear_down_all(void)
{
	files_tear_down();
}
