/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Trust: may an attacker who has taken over a server have put a file there?
 *
 * That depends on the origin of the server (see origin.h), and on the users and groups of
 * current. What current is root for at this moment does not count: a program that has the
 * setuid bit changes it, and a server that was root may have written the file before.
 */
#ifndef _SHELLTRAP_TRUST_H
#define _SHELLTRAP_TRUST_H

#include <linux/types.h>
#include <linux/uidgid.h>

struct file;
struct inode;
struct path;
struct shelltrap_founder;

enum shelltrap_trust {
	SHELLTRAP_TRUSTED,
	SHELLTRAP_UNSURE,	/* ask again where the caller may sleep */
	SHELLTRAP_SUSPECT,	/* an attacker may have put it there */
};

/**
 * shelltrap_trust_program() - May an attacker have put a program there?
 * @file: the program
 * @founder: of current's lineage; NULL: unknown
 * @may_sleep: the caller is in process context, and current has a root directory
 *
 * Any context, unless @may_sleep.
 *
 * Return: never SHELLTRAP_UNSURE if @may_sleep.
 */
enum shelltrap_trust shelltrap_trust_program(const struct file *file,
					     const struct shelltrap_founder *founder,
					     bool may_sleep);

/**
 * shelltrap_is_roots() - Does a file belong to root, and may only root change it?
 * @inode: the file
 * @founder: of current's lineage, or NULL; root of its user namespace counts as root
 *
 * Process context, may sleep.
 *
 * Return: false also if the file system is in the hands of a user.
 */
bool shelltrap_is_roots(struct inode *inode, const struct shelltrap_founder *founder);

/**
 * shelltrap_is_of_user() - Is a file system in the hands of a user, who can make it say anything?
 * @inode: a file in it
 * @founder: of current's lineage, or NULL
 *
 * Any context. Return: true for FUSE, and for one that was mounted in a user namespace which
 * the server did not have. The file system of the server's own executable is trusted.
 */
bool shelltrap_is_of_user(const struct inode *inode, const struct shelltrap_founder *founder);

/**
 * shelltrap_is_new() - Was a file changed after a server with root's rights had started?
 * @path: the file
 * @founder: of current's lineage; NULL: false
 *
 * Process context, may sleep. Return: false for a file in the directories of the distribution,
 * except in a container.
 */
bool shelltrap_is_new(const struct path *path, const struct shelltrap_founder *founder);

#endif /* _SHELLTRAP_TRUST_H */
