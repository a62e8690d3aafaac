/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The check: decides on an exec in each interpreter round, and again when it has succeeded.
 */
#ifndef _SHELLTRAP_CHECK_H
#define _SHELLTRAP_CHECK_H

#include <linux/percpu.h>
#include <linux/types.h>

#include "hit.h"
#include "target.h"

/* Only for shelltrap_check_count(). */
DECLARE_PER_CPU(u64, shelltrap_execs);

/**
 * shelltrap_check_exec() - Decide on one interpreter round of current's exec.
 * @bprm: the exec
 * @prober: the probe that asks
 *
 * Called in the handler of a probe: preemption is off, and on arm64 interrupts are off, too.
 * A probe that the kernel has not optimized calls the handler inside an int3, which counts as
 * an NMI. So this function must not sleep, take locks other than by a raw trylock, or wait
 * for another task. It may allocate memory only if shelltrap_may_allocate() returns true. It
 * may use RCU, atomic operations and copies. (shelltrap_hit_begin() spins for microseconds,
 * while the worker holds the lock of the hit.)
 *
 * Return: true if the exec is to fail with -EPERM. Both probes get the same answer, whichever
 * of them asks first.
 */
bool shelltrap_check_exec(const struct linux_binprm *bprm, enum shelltrap_prober prober);

/**
 * shelltrap_check_count() - Count the exec.
 * @bprm: the exec
 *
 * Called once in every round, in the handler of a probe. Only the first round counts.
 */
static inline void shelltrap_check_count(const struct linux_binprm *bprm)
{
	if (shelltrap_first_round(bprm))
		this_cpu_inc(shelltrap_execs);
}

/**
 * shelltrap_check_refused() - Note that current's exec was refused.
 *
 * Called in the handler of the return probe, in the context of shelltrap_check_exec().
 */
void shelltrap_check_refused(void);

/**
 * shelltrap_check_done() - Complete what is known of current's exec, which has succeeded.
 * @bprm: the exec
 *
 * Called at sched_process_exec, in the task that called exec. The kernel calls tracepoints
 * with preemption off up to some version 6.x, and with preemption on in later ones; the
 * function relies on neither. It does not sleep.
 */
void shelltrap_check_done(const struct linux_binprm *bprm);

/**
 * shelltrap_check_in_work() - Decide what only the task's own work can find out.
 * @hit: the hit of an exec that has succeeded
 *
 * Process context, may sleep. In the task that called exec, before it runs the new program,
 * wherever possible; the caller then enforces the decision and reports the exec.
 */
void shelltrap_check_in_work(struct shelltrap_hit *hit);

/**
 * shelltrap_check_undecided() - Count an exec that loses its hit before it was decided.
 * @hit: the hit, which nothing else uses any more
 *
 * Any context. The exec counts as a hit and as lost, as it may have matched a rule.
 */
void shelltrap_check_undecided(const struct shelltrap_hit *hit);

/**
 * shelltrap_check_execs() - The number of execs since the module was loaded.
 *
 * Any context.
 *
 * Return: the number of first rounds.
 */
u64 shelltrap_check_execs(void);

#endif /* _SHELLTRAP_CHECK_H */
