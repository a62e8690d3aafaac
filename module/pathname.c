// SPDX-License-Identifier: GPL-2.0
#include <linux/dcache.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/mount.h>
#include <linux/namei.h>
#include <linux/path.h>
#include <linux/rcupdate.h>
#include <linux/seqlock.h>
#include <linux/shelltrap.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "pathname.h"

/* Most names lie in the dentry, which RCU keeps: then no address can be wrong. */
static bool is_inside(const struct dentry *dentry, const char *name, size_t len)
{
	return name >= (const char *)dentry && name + len <= (const char *)(dentry + 1);
}

/* Puts "/" and the name of @dentry in front of @at. Returns NULL if @buf has no room for it. */
static char *prepend_entry(const struct dentry *dentry, char *buf, char *at)
{
	/*
	 * Pairs with the store in __d_move(): the new name is complete before the pointer
	 * changes.
	 */
	const char *name = (const char *)smp_load_acquire(&dentry->d_name.name);
	size_t len = READ_ONCE(dentry->d_name.len);

	if (len + 1 > (size_t)(at - buf))
		return NULL;
	at -= len;
	/*
	 * The name and the length may belong to different names during a rename. The copy may
	 * then be wrong, or fail; the caller sees the rename in rename_lock and tries again.
	 */
	if (is_inside(dentry, name, len))
		memcpy(at, name, len);
	else if (copy_from_kernel_nofault(at, name, len))
		return NULL;
	*--at = '/';
	return at;
}

/*
 * Somebody may rename files all the time. After this number of tries only the last components
 * of the path are written.
 */
#define TRIES	100

/*
 * Puts the part of the path that lies in its own mount in front of @end. Returns NULL if there
 * is no room, or if there were too many renames.
 */
static char *prepend_in_mount(const struct path *path, char *buf, char *end)
{
	const struct dentry *dentry, *root = path->mnt->mnt_root;
	unsigned int seq, i;
	char *at;

	for (i = 0; i < TRIES; i++) {
		at = end;
		rcu_read_lock();
		seq = read_seqbegin(&rename_lock);
		for (dentry = path->dentry; at && dentry != root && !IS_ROOT(dentry);
		     dentry = READ_ONCE(dentry->d_parent))
			at = prepend_entry(dentry, buf, at);
		rcu_read_unlock();
		if (!read_seqretry(&rename_lock, seq))
			return at;
	}
	return NULL;
}

static const char *last_parts(const struct path *path, char *buf)
{
	snprintf(buf, SHELLTRAP_PATH_MAX, ".../%pd4", path->dentry);
	return buf;
}

/* Does the file system make up the name of this file? It does for a memfd or a pipe. */
static bool makes_its_name(const struct path *path)
{
	const struct dentry *dentry = path->dentry;

	return dentry->d_op && dentry->d_op->d_dname &&
	       (!IS_ROOT(dentry) || dentry != path->mnt->mnt_root);
}

static const char *made_name(const struct path *path, char *buf)
{
	const char *name = d_path(path, buf, SHELLTRAP_PATH_MAX);

	return IS_ERR(name) ? last_parts(path, buf) : name;
}

/* Puts the path of the root of the mount of @path in front of @at. Returns NULL as above. */
static char *prepend_mounts(const struct path *path, char *buf, char *at)
{
	struct path top = *path;

	path_get(&top);
	while (at && follow_up(&top))
		at = prepend_in_mount(&top, buf, at);
	path_put(&top);
	return at;
}

/* The same; the text may be that of another path, which is quicker. */
static char *prepend_prefix(const struct path *path, char *buf, char *at,
			    struct shelltrap_pathname_prefix *prefix)
{
	char *behind = at;

	if (prefix->mnt != path->mnt) {
		at = prepend_mounts(path, buf, at);
		if (at)
			*prefix = (struct shelltrap_pathname_prefix){ path->mnt, at, behind - at };
		return at;
	}
	if (prefix->len > (size_t)(at - buf))
		return NULL;
	return memcpy(at - prefix->len, prefix->text, prefix->len);
}

const char *shelltrap_pathname_near(const struct path *path, char *buf,
				    struct shelltrap_pathname_prefix *prefix)
{
	static const char deleted[] = " (deleted)";
	char *end = buf + SHELLTRAP_PATH_MAX - sizeof(deleted), *at;

	if (makes_its_name(path))
		return made_name(path, buf);
	if (d_unlinked(path->dentry))
		memcpy(end, deleted, sizeof(deleted));
	else
		*end = '\0';
	at = prepend_in_mount(path, buf, end);
	if (at)
		at = prepend_prefix(path, buf, at, prefix);
	if (!at)
		return last_parts(path, buf);
	if (at == end)
		*--at = '/';
	return at;
}

const char *shelltrap_pathname(const struct path *path, char *buf)
{
	struct shelltrap_pathname_prefix prefix = {};

	return shelltrap_pathname_near(path, buf, &prefix);
}
