// SPDX-License-Identifier: GPL-2.0
#include <linux/dcache.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/magic.h>
#include <linux/minmax.h>
#include <linux/mount.h>
#include <linux/namei.h>
#include <linux/path.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "compat.h"
#include "trust.h"
#include "walk.h"

/* More links in one path are not followed. */
#define LINKS_MAX	8

/* Is the file root's, and each directory above it, so that nobody else can replace it? */
static bool are_all_roots(const struct path *path, const struct shelltrap_founder *founder)
{
	struct path at = *path;
	struct dentry *parent;
	bool are;

	path_get(&at);
	for (;;) {
		are = shelltrap_is_roots(d_inode(at.dentry), founder);
		if (!are)
			break;
		if (at.dentry == at.mnt->mnt_root) {
			if (!follow_up(&at))
				break;
			continue;
		}
		parent = dget_parent(at.dentry);
		dput(at.dentry);
		at.dentry = parent;
	}
	path_put(&at);
	return are;
}

/* Replaces the link that ends at @end by what it leads to. Returns false if there is no room. */
static bool replace_link(struct shelltrap_walk *walk, size_t end, const char *target)
{
	size_t dir = end, len;

	while (dir && walk->path[dir - 1] != '/')
		dir--;
	if (*target == '/')
		dir = 0;
	len = snprintf(walk->spare, PATH_MAX, "%.*s%s%s", (int)dir, walk->path, target,
		       walk->path + end);
	swap(walk->path, walk->spare);
	return len < PATH_MAX;
}

/* A step of a walk. */
enum step {
	STEP_ON,	/* the next component */
	STEP_AGAIN,	/* the path is another one now: begin with its first component */
	STEP_SUSPECT,	/* the path is an attacker's */
};

/* Looks up the part of the path that ends at @end. Returns false if it cannot be reached. */
static bool look_up(struct shelltrap_walk *walk, size_t end, unsigned int flags, struct path *path)
{
	char next = walk->path[end];
	int err;

	walk->path[end] = '\0';
	err = kern_path(walk->path, flags, path);
	walk->path[end] = next;
	return !err;
}

/* Returns the end of the component that follows the one that ends at @end; 0: there is none. */
static size_t next_end(const char *path, size_t end)
{
	while (path[end] == '/')
		end++;
	return path[end] ? end + strcspn(path + end, "/") : 0;
}

/* The link is root's. For other than short texts only the file system knows what it leads to. */
static enum step follow_long_link(struct shelltrap_walk *walk, size_t end)
{
	enum step step = STEP_ON;
	struct path to;

	if (!look_up(walk, end, LOOKUP_FOLLOW, &to))
		return STEP_ON;
	if (walk->strict && !are_all_roots(&to, walk->founder))
		step = STEP_SUSPECT;
	path_put(&to);
	return step;
}

/*
 * A link whose text is in memory is followed here: an attacker's link may lead to a file system
 * that never answers. Any other link must be root's.
 */
static enum step follow_link(struct shelltrap_walk *walk, const struct inode *link, size_t end)
{
	const char *text = READ_ONCE(link->i_link);

	if ((walk->strict || !text) && !shelltrap_is_roots((struct inode *)link, walk->founder))
		return STEP_SUSPECT;
	if (walk->links++ == LINKS_MAX)
		return STEP_SUSPECT;
	if (!text)
		return follow_long_link(walk, end);
	return replace_link(walk, end, text) ? STEP_AGAIN : STEP_SUSPECT;
}

static enum step judge_step(const struct shelltrap_walk *walk, const struct path *path, size_t end)
{
	struct inode *inode = d_inode(path->dentry);
	bool last = !next_end(walk->path, end);

	if ((walk->strict || last) && !shelltrap_is_roots(inode, walk->founder))
		return STEP_SUSPECT;
	if (walk->dated && last && shelltrap_is_new(path, walk->founder))
		return STEP_SUSPECT;
	return STEP_ON;
}

/* In /proc a process's own links lead anywhere, and FUSE may never answer. */
static bool may_go_on(const struct shelltrap_walk *walk, const struct inode *inode)
{
	unsigned long magic = inode->i_sb->s_magic;

	return magic != PROC_SUPER_MAGIC &&
	       !(magic == FUSE_SUPER_MAGIC && shelltrap_is_of_user(inode, walk->founder));
}

static enum step take_step(struct shelltrap_walk *walk, const struct path *path, size_t end)
{
	if (!may_go_on(walk, d_inode(path->dentry)))
		return STEP_SUSPECT;
	if (d_is_symlink(path->dentry))
		return follow_link(walk, d_inode(path->dentry), end);
	return judge_step(walk, path, end);
}

/* walk->path begins with '/' or ".". */
static bool is_path_suspect(struct shelltrap_walk *walk)
{
	enum step step = STEP_ON;
	struct path path;
	size_t end;

	walk->links = 0;
	for (end = 1; end; end = step == STEP_AGAIN ? 1 : next_end(walk->path, end)) {
		if (!look_up(walk, end, 0, &path))
			return false;
		step = take_step(walk, &path, end);
		path_put(&path);
		if (step == STEP_SUSPECT)
			return true;
	}
	return false;
}

bool shelltrap_walk_is_suspect(struct shelltrap_walk *walk, const char *path, size_t len)
{
	int size;

	/* The loader puts directories of the program or of the machine there. */
	if (memchr(path, '$', len))
		return true;
	size = snprintf(walk->path, PATH_MAX, "%s%.*s", len && *path == '/' ? "" : "./", (int)len,
			path);
	return size >= PATH_MAX || is_path_suspect(walk);
}

bool shelltrap_walk_begin(struct shelltrap_walk *walk, const struct shelltrap_founder *founder)
{
	char *pages = kmalloc(2 * PATH_MAX, GFP_KERNEL | __GFP_NORETRY | __GFP_NOWARN);

	*walk = (struct shelltrap_walk){ .founder = founder, .path = pages };
	if (!pages)
		return false;
	walk->spare = pages + PATH_MAX;
	return true;
}

void shelltrap_walk_end(struct shelltrap_walk *walk)
{
	/* The two halves change places. */
	kfree(walk->path < walk->spare ? walk->path : walk->spare);
}
