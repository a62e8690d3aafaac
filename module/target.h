/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The target: what is being started.
 */
#ifndef _SHELLTRAP_TARGET_H
#define _SHELLTRAP_TARGET_H

#include "policy.h"

struct file;
struct linux_binprm;

/*
 * The sets the new program is in by the name exec was given, by the name of the
 * file behind it, or by the interpreter of this round. Any context.
 */
u64 shelltrap_target_sets(const struct shelltrap_policy *policy, const struct linux_binprm *bprm);

/* The sets of @file by its own name. Any context. */
u64 shelltrap_file_sets(const struct shelltrap_policy *policy, const struct file *file);

/* The first of an exec's interpreter rounds? */
bool shelltrap_first_round(const struct linux_binprm *bprm);

/* Will there be another round, because the file names an interpreter in its first line? */
bool shelltrap_is_script(const struct linux_binprm *bprm);

#endif /* _SHELLTRAP_TARGET_H */
