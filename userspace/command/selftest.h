/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What "shelltrap selftest" compares: what became of an exec, and what its alert says. */
#ifndef COMMAND_SELFTEST_H
#define COMMAND_SELFTEST_H

#include <stdint.h>
#include <sys/types.h>

struct attempt {
	pid_t pid;
	int error;	/* what execve() returned with; 0: it did not return */
	int status;	/* with which the process ended, as of waitpid() */
};

/* NULL, or how the verdict (enum shelltrap_verdict) is not what happened. */
const char *attempt_mismatch(const struct attempt *attempt, uint64_t verdict);

#endif /* COMMAND_SELFTEST_H */
