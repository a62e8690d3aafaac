/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Conditions: the circumstances of an exec, apart from its caller and its program.
 */
#ifndef _SHELLTRAP_CONDITION_H
#define _SHELLTRAP_CONDITION_H

#include <linux/types.h>

struct linux_binprm;
struct mm_struct;

/**
 * shelltrap_conditions() - Find out which conditions hold for the exec of current.
 * @bprm: the exec
 * @asked: bits of enum shelltrap_condition that the policy uses; only these are examined
 *
 * Any context. Return: those of @asked that hold; SHELLTRAP_CONDITION_STDIO_CONNECTED may be
 * set without being asked for.
 */
u32 shelltrap_conditions(const struct linux_binprm *bprm, u32 asked);

/**
 * shelltrap_is_clean() - Does the environment allow an exception?
 * @mm: memory of current
 *
 * Any context. Return: false if a variable makes programs run other code (see
 * environment.h), or if the environment cannot be read completely.
 */
bool shelltrap_is_clean(const struct mm_struct *mm);

#endif /* _SHELLTRAP_CONDITION_H */
