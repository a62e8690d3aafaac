/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The check: what is done when the kernel is about to run a program, and when it has
 * begun to.
 */
#ifndef _SHELLTRAP_CHECK_H
#define _SHELLTRAP_CHECK_H

#include <linux/types.h>

struct linux_binprm;

/*
 * Before an exec, once for each of its interpreter rounds, in the calling task.
 *
 * This runs in a kprobe: with preemption off at the least, with interrupts off
 * on arm64, inside an int3 that counts as NMI where the probe is not optimized.
 * So: no sleeping, no allocation, no lock but a raw one (on PREEMPT_RT the
 * others sleep), no waiting for anybody. Lookups under RCU, atomics, copies.
 */
void shelltrap_check_exec(const struct linux_binprm *bprm);

/* What is to become of a round. */
enum shelltrap_refusal {
	SHELLTRAP_NOT_REFUSED,
	SHELLTRAP_REFUSED,
	SHELLTRAP_REFUSED_WITHOUT_SLOT,	/* or else decided on when the exec has completed */
};

/* May be asked before or after shelltrap_check_exec(), in the same context. */
enum shelltrap_refusal shelltrap_check_refusal(const struct linux_binprm *bprm);

/*
 * Later, in current, as the kernel is about to let the round pass: true if it must not.
 * Then the exec has been told of as denied.
 */
bool shelltrap_check_refuse(enum shelltrap_refusal refusal);

/*
 * After a successful exec, in its task. Preemption is off before some 6.x and on
 * after, so neither is relied on; nothing here sleeps.
 */
void shelltrap_check_done(const struct linux_binprm *bprm);

/* First rounds seen. */
u64 shelltrap_check_execs(void);

#endif /* _SHELLTRAP_CHECK_H */
