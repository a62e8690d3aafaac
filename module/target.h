/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The target: what is being started.
 */
#ifndef _SHELLTRAP_TARGET_H
#define _SHELLTRAP_TARGET_H

#include "policy.h"

struct file;
struct linux_binprm;

/* The sets the new program is in by the name exec was given, the same in each round. */
u64 shelltrap_given_sets(const struct shelltrap_policy *policy, const struct linux_binprm *bprm);

/* Those, and the sets it is in by the file and the interpreter of this round. */
u64 shelltrap_target_sets(const struct shelltrap_policy *policy, const struct linux_binprm *bprm);

/* The sets of @file by its own name. */
u64 shelltrap_file_sets(const struct shelltrap_policy *policy, const struct file *file);

/* All of this can be called in any context. */

/* The first of an exec's interpreter rounds? */
bool shelltrap_first_round(const struct linux_binprm *bprm);

/* May another round follow? Not for a program of this machine's own kind. */
bool shelltrap_is_interpreted(const struct linux_binprm *bprm);

#endif /* _SHELLTRAP_TARGET_H */
