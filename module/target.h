/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The target: what is being started.
 */
#ifndef _SHELLTRAP_TARGET_H
#define _SHELLTRAP_TARGET_H

#include <linux/binfmts.h>
#include <linux/dcache.h>

#include "policy.h"

struct file;
struct inode;

/* All of this can be called in any context. */

/* The sets the new program is in by what exec was given, in the first round and after it. */
u64 shelltrap_given_sets(const struct shelltrap_policy *policy, const struct linux_binprm *bprm);

/* Those, and the ones it is in by the interpreter and the name of the file of this round. */
u64 shelltrap_target_sets(const struct shelltrap_policy *policy, const struct linux_binprm *bprm);

/*
 * A file's own name, whatever link led to it. A rename may swap it meanwhile: RCU,
 * whose read lock the caller holds as long as it uses it, or else has preemption off,
 * keeps the old one readable, and an inline name always ends in a NUL.
 */
static inline const char *shelltrap_name_of(const struct dentry *dentry)
{
	/* Pairs with the publication of a name by a rename. */
	return smp_load_acquire(&dentry->d_name.name);
}

/* How that begins: an inline name has more room than this, and another is longer. */
static inline u32 shelltrap_dentry_prefix(const struct dentry *dentry)
{
	return shelltrap_name_prefix_padded(shelltrap_name_of(dentry));
}

/* The sets of @file by what it is. */
u64 shelltrap_file_sets(const struct shelltrap_policy *policy, const struct file *file);

void shelltrap_identity_of(const struct inode *inode, struct shelltrap_identity *identity);

/*
 * May it be in a set that matters whoever the caller is? By what exec was given, and by
 * the names and the identity of this round. As with shelltrap_name_of().
 */
bool shelltrap_is_watched(const struct shelltrap_policy *policy, const struct linux_binprm *bprm);

/* A program that is many, and goes by its arguments? */
bool shelltrap_is_multicall(const struct linux_binprm *bprm);

/* The sets that such a program is in by what it has been asked to be. */
u64 shelltrap_applet_sets(const struct shelltrap_policy *policy, const char *argv, size_t len);

/*
 * The first of an exec's interpreter rounds? binfmt_script and binfmt_misc replace the
 * string, never the bytes in it.
 */
static inline bool shelltrap_first_round(const struct linux_binprm *bprm)
{
	return bprm->interp == bprm->filename;
}

/* May another round follow? Not for a program of this machine's own kind. */
bool shelltrap_is_interpreted(const struct linux_binprm *bprm);

#endif /* _SHELLTRAP_TARGET_H */
