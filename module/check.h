/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The check: what is done when the kernel is about to run a program, and when it has
 * begun to.
 */
#ifndef _SHELLTRAP_CHECK_H
#define _SHELLTRAP_CHECK_H

#include <linux/types.h>

#include "hit.h"

struct linux_binprm;

/**
 * shelltrap_check_exec() - decide on one interpreter round of current's exec
 * @bprm: that exec's
 * @prober: which of the two probes on the hook asks
 *
 * Runs in the handler of a probe: with preemption off at the least, with interrupts off on
 * arm64, inside an int3 that counts as an NMI where the probe is not optimized. So: no
 * sleeping, no lock but a raw trylock, no waiting for another task, and memory only where
 * shelltrap_may_allocate() says so. Lookups under RCU, atomics, copies.
 *
 * Return: whether the exec is to fail with -EPERM. The same for both probes, whichever
 * asks first.
 */
bool shelltrap_check_exec(const struct linux_binprm *bprm, enum shelltrap_prober prober);

/* Counts the exec; once for each round, in the same context. */
void shelltrap_check_count(const struct linux_binprm *bprm);

/* Current's exec has just been refused. Handler of the return probe. */
void shelltrap_check_refused(void);

/*
 * After a successful exec, in its task, at sched_process_exec. Preemption is off before
 * some 6.x and on after, so neither is relied on; nothing here sleeps.
 */
void shelltrap_check_done(const struct linux_binprm *bprm);

/* Counts an exec that may have matched a rule, and of which nothing will be known. */
void shelltrap_check_lost(void);

/* First rounds seen. */
u64 shelltrap_check_execs(void);

#endif /* _SHELLTRAP_CHECK_H */
