/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Conditions: the circumstances of an exec, apart from its caller and its program.
 */
#ifndef _SHELLTRAP_CONDITION_H
#define _SHELLTRAP_CONDITION_H

#include <linux/types.h>

struct file;
struct linux_binprm;

/**
 * shelltrap_conditions() - Find out which conditions hold for the exec of current.
 * @bprm: the exec
 * @asked: bits of enum shelltrap_condition that the policy uses; only these are examined
 * @unsure: receives whether only shelltrap_is_dropped() can find out if the file is dropped
 *
 * Any context. SHELLTRAP_CONDITION_CODE_INJECTED does not show yet, see injection.h.
 *
 * Return: those of @asked that hold; SHELLTRAP_CONDITION_STDIO_CONNECTED may be set without
 * being asked for.
 */
u32 shelltrap_conditions(const struct linux_binprm *bprm, u32 asked, bool *unsure);

/**
 * shelltrap_is_dropped() - Is a file one that an attacker may have put there?
 * @file: a program that current runs, or that led to it
 *
 * Process context, may sleep. Current has not run the program yet, and has a root directory.
 *
 * Return: whether SHELLTRAP_CONDITION_FILE_DROPPED holds for the file.
 */
bool shelltrap_is_dropped(const struct file *file);

#endif /* _SHELLTRAP_CONDITION_H */
