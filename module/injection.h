/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Injection: does code that is not the program's own run in the new program?
 *
 * At sched_process_exec it is only looked whether anything hints at that: a variable of the
 * environment with which the server was not started (variables.h), or another root directory or
 * mount namespace than the server's. If so, the exec gets a hit, and the variables are copied:
 * a tracer may change them at its next stop. The hints are judged in the task's own work,
 * before the program's first instruction.
 */
#ifndef _SHELLTRAP_INJECTION_H
#define _SHELLTRAP_INJECTION_H

#include <linux/types.h>

#include "variables.h"

struct linux_binprm;
struct shelltrap_hit;

/* What hints at injected code. */
enum shelltrap_hint {
	SHELLTRAP_HINT_VARIABLES = 1,	/* variables that the server was not started with */
	SHELLTRAP_HINT_VIEW = 2,	/* paths lead to other files than for the server */
	SHELLTRAP_HINT_UNREAD = 4,	/* the environment cannot be read, or not be kept */
};

struct shelltrap_hints {
	u8 hints;		/* bits of enum shelltrap_hint */
	u32 nr;			/* the variables that hint at it */
	struct shelltrap_variable variables[SHELLTRAP_VARIABLES_MAX];
};

/**
 * shelltrap_hints_find() - Look whether anything hints at injected code.
 * @hints: receives the result
 * @bprm: the exec of current, which has succeeded
 *
 * At sched_process_exec. Does not sleep.
 *
 * Return: whether there is a hint.
 */
bool shelltrap_hints_find(struct shelltrap_hints *hints, const struct linux_binprm *bprm);

/**
 * shelltrap_hints_keep() - Copy the hints into the hit of the exec.
 * @hit: the hit
 * @hints: the hints
 *
 * At sched_process_exec, in the task that uses the hit. Does not sleep.
 */
void shelltrap_hints_keep(struct shelltrap_hit *hit, const struct shelltrap_hints *hints);

/**
 * shelltrap_is_injected() - Judge the hints.
 * @hit: the hit of an exec that is over
 *
 * Process context, may sleep. Paths can be resolved only in the task that called exec, before
 * it runs the program; elsewhere a hint is enough.
 *
 * Return: true if code of another runs in the program.
 */
bool shelltrap_is_injected(const struct shelltrap_hit *hit);

#endif /* _SHELLTRAP_INJECTION_H */
