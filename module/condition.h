/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Conditions: what else is true of an exec, beside who starts what.
 */
#ifndef _SHELLTRAP_CONDITION_H
#define _SHELLTRAP_CONDITION_H

#include <linux/types.h>

struct linux_binprm;
struct mm_struct;

/* Those of @asked, a set of enum shelltrap_condition, that hold for current's exec. Any context. */
u32 shelltrap_conditions(const struct linux_binprm *bprm, u32 asked);

/*
 * Is there nothing in the environment of @mm, current's, that an exception does not
 * bear? What can't be read is not clean. Any context.
 */
bool shelltrap_is_clean(const struct mm_struct *mm);

#endif /* _SHELLTRAP_CONDITION_H */
