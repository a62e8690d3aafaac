/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The exec that "shelltrap selftest" tries, and what the processes saw of it:
 *
 *	shelltrap		reads the reports
 *	`- "nginx"		a child that only has a server's name
 *	   `- "nginx"		starts a shell that does nothing, or is kept from it
 *
 * Both children report over a pipe.
 */
#ifndef COMMAND_ATTEMPT_H
#define COMMAND_ATTEMPT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

/* The last argument of the shell. It marks the alert as one of a test. */
#define ATTEMPT_COMMAND ": shelltrap selftest"

/* Starts with actor, shell, and reports -1. */
struct attempt {
	const char *actor;	/* the server's name */
	const char *shell;	/* path */
	pid_t server;		/* the first child, leader of the process group of both */
	int reports;		/* the pipe's end for reading */
	pid_t pid;		/* of the second child, as this child sees it */
	struct timespec began;	/* when that called execve(), CLOCK_MONOTONIC */
	int error;		/* of execve(); 0: it did not return */
	int status;		/* of the second child, as waitpid() returns it */
};

/* Starts both children: 0 or negative errno. Nothing may be buffered for stdout. */
int attempt_start(struct attempt *attempt);

/*
 * Wait until the exec begins, and until its process has ended. Return false if that was
 * not reported before the deadline (CLOCK_MONOTONIC).
 */
bool attempt_wait_exec(struct attempt *attempt, const struct timespec *deadline);
bool attempt_wait_end(struct attempt *attempt, const struct timespec *deadline);

/* Kills what is left of the children. */
void attempt_finish(struct attempt *attempt);

bool attempt_was_killed(const struct attempt *attempt);

/* How the verdict (enum shelltrap_verdict) differs from what happened; NULL: it does not. */
const char *attempt_mismatch(const struct attempt *attempt, uint64_t verdict);

#endif /* COMMAND_ATTEMPT_H */
