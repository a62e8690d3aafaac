// SPDX-License-Identifier: GPL-2.0
#include <linux/cred.h>
#include <linux/dcache.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/fs_struct.h>
#include <linux/magic.h>
#include <linux/posix_acl.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/timekeeping.h>
#include <linux/user_namespace.h>

#include "compat.h"
#include "lineage.h"
#include "pathname.h"
#include "target.h"
#include "trust.h"

/* A file below more directories counts as not in a directory of the distribution. */
#define DEPTH_MAX	64

static bool is_root(kuid_t uid, const struct shelltrap_founder *founder)
{
	return uid_eq(uid, GLOBAL_ROOT_UID) || (founder && uid_eq(uid, founder->origin.root));
}

/* Is the user namespace the server's own, or an ancestor of it? Walks up from current's. */
static bool is_servers_namespace(const struct user_namespace *ns,
				 const struct shelltrap_founder *founder)
{
	const struct user_namespace *at;
	bool is = !founder;

	if (ns == &init_user_ns || (founder && ns->ns.inum == founder->user_ns))
		return true;
	for (at = current_user_ns(); at; at = at->parent) {
		is |= founder && at->ns.inum == founder->user_ns;
		if (at == ns)
			return is;
	}
	return false;
}

bool shelltrap_is_of_user(const struct inode *inode, const struct shelltrap_founder *founder)
{
	const struct super_block *sb = inode->i_sb;

	if (founder && founder->origin.dev == sb->s_dev)
		return false;
	return sb->s_magic == FUSE_SUPER_MAGIC || !is_servers_namespace(sb->s_user_ns, founder);
}

/*
 * Current's users, and the server's. The saved and the file system's ids count, too: a program
 * with the setuid bit changes only some of them.
 */
static bool is_acting_user(kuid_t uid, const struct shelltrap_founder *founder)
{
	const struct cred *cred = current_cred();

	if (is_root(uid, founder))
		return false;
	return uid_eq(uid, cred->uid) || uid_eq(uid, cred->euid) || uid_eq(uid, cred->suid) ||
	       uid_eq(uid, cred->fsuid) || (founder && uid_eq(uid, founder->origin.uid));
}

static bool is_acting_group(kgid_t gid, const struct shelltrap_founder *founder)
{
	const struct cred *cred = current_cred();

	if (gid_eq(gid, GLOBAL_ROOT_GID))
		return false;
	return gid_eq(gid, cred->gid) || gid_eq(gid, cred->sgid) || in_group_p(gid) ||
	       in_egroup_p(gid) || (founder && gid_eq(gid, founder->origin.gid));
}

#ifdef CONFIG_FS_POSIX_ACL
/* The order of the entries, in which the first that fits decides, is not looked at. */
static bool acl_allows_write(const struct posix_acl *acl, const struct shelltrap_founder *founder)
{
	const struct posix_acl_entry *entry, *end;

	FOREACH_ACL_ENTRY(entry, acl, end) {
		if (!(entry->e_perm & ACL_WRITE))
			continue;
		if (entry->e_tag == ACL_USER && is_acting_user(entry->e_uid, founder))
			return true;
		if (entry->e_tag == ACL_GROUP && is_acting_group(entry->e_gid, founder))
			return true;
	}
	return false;
}

/* The access of exec itself has asked for the list, so it is nearly always in the cache. */
static enum shelltrap_trust trust_cached_acl(struct inode *inode,
					     const struct shelltrap_founder *founder)
{
	enum shelltrap_trust trust = SHELLTRAP_TRUSTED;
	struct posix_acl *acl;

	rcu_read_lock();
	acl = get_cached_acl_rcu(inode, ACL_TYPE_ACCESS);
	if (IS_ERR(acl) || is_uncached_acl(acl))
		trust = SHELLTRAP_UNSURE;
	else if (acl && acl_allows_write(acl, founder))
		trust = SHELLTRAP_SUSPECT;
	rcu_read_unlock();
	return trust;
}

/* A list that cannot be read may allow anything. */
static enum shelltrap_trust trust_acl(struct inode *inode, const struct shelltrap_founder *founder)
{
	struct posix_acl *acl = shelltrap_get_acl(inode);
	bool allows;

	if (IS_ERR(acl))
		return SHELLTRAP_SUSPECT;
	allows = acl && acl_allows_write(acl, founder);
	posix_acl_release(acl);
	return allows ? SHELLTRAP_SUSPECT : SHELLTRAP_TRUSTED;
}
#else
static enum shelltrap_trust trust_cached_acl(struct inode *inode,
					     const struct shelltrap_founder *founder)
{
	return SHELLTRAP_TRUSTED;
}

static enum shelltrap_trust trust_acl(struct inode *inode, const struct shelltrap_founder *founder)
{
	return SHELLTRAP_TRUSTED;
}
#endif

/*
 * May one of the acting users write to the file? The bits of the group limit what an access
 * control list can give, so without them no list is needed.
 */
static enum shelltrap_trust trust_mode(struct inode *inode, const struct shelltrap_founder *founder,
				       bool may_sleep)
{
	umode_t mode = READ_ONCE(inode->i_mode);

	/* Everybody may write to /dev/null. */
	if (S_ISLNK(mode) || S_ISCHR(mode))
		return SHELLTRAP_TRUSTED;
	if (mode & 0002)
		return SHELLTRAP_SUSPECT;
	if (!(mode & 0020))
		return SHELLTRAP_TRUSTED;
	if (is_acting_group(inode->i_gid, founder))
		return SHELLTRAP_SUSPECT;
	if (!IS_POSIXACL(inode))
		return SHELLTRAP_TRUSTED;
	return may_sleep ? trust_acl(inode, founder) : trust_cached_acl(inode, founder);
}

bool shelltrap_is_roots(struct inode *inode, const struct shelltrap_founder *founder)
{
	return is_root(inode->i_uid, founder) && !shelltrap_is_of_user(inode, founder) &&
	       trust_mode(inode, founder, true) == SHELLTRAP_TRUSTED;
}

/*
 * Directories of a distribution's programs, in the root directory or in the root of a file
 * system that is mounted as /usr. Not "lib*": other names start like that.
 */
static bool is_system_name(const char *name)
{
	static const char * const names[] = {
		"usr", "bin", "sbin", "lib", "lib32", "lib64", "libx32", "libexec",
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(name, names[i]))
			return true;
	return false;
}

/*
 * Is @dentry the root of its file system, or the root directory of current? The latter may
 * be deep inside a file system, as in a container. The pointers are only compared, never
 * followed, so they may change meanwhile.
 */
static bool is_top(const struct dentry *dentry, const struct vfsmount *mnt)
{
	const struct path *root = &current->fs->root;

	return READ_ONCE(dentry->d_parent) == dentry ||
	       (READ_ONCE(root->dentry) == dentry && READ_ONCE(root->mnt) == mnt);
}

/*
 * Is the file in the distribution's own directories? Walks up from the file under RCU: a rename
 * may change a parent meanwhile, and RCU keeps the old parent and its name readable. Only the
 * administrator installs into /usr/local, so that is not one of them.
 */
static bool is_in_system_dir(const struct path *path)
{
	const struct dentry *top = NULL, *second = NULL, *dentry;
	bool is = false;
	unsigned int i;

	rcu_read_lock();
	dentry = READ_ONCE(path->dentry->d_parent);
	for (i = 0; i < DEPTH_MAX && !is_top(dentry, path->mnt); i++) {
		second = top;
		top = dentry;
		dentry = READ_ONCE(dentry->d_parent);
	}
	if (top && i < DEPTH_MAX)
		is = is_system_name(shelltrap_name_of(top)) &&
		     !(second && !strcmp(shelltrap_name_of(top), "usr") &&
		       !strcmp(shelltrap_name_of(second), "local"));
	rcu_read_unlock();
	return is;
}

/* Another file system than that of current's root directory may be /usr, or /var. */
static bool is_elsewhere(const struct path *path)
{
	return path->mnt != READ_ONCE(current->fs->root.mnt);
}

static bool is_system_pathname(const char *path)
{
	char top[16];
	size_t len;

	if (!strncmp(path, "/usr/local/", strlen("/usr/local/")) || *path != '/')
		return false;
	len = strcspn(path + 1, "/");
	if (len >= sizeof(top) || !path[1 + len])
		return false;
	memcpy(top, path + 1, len);
	top[len] = '\0';
	return is_system_name(top);
}

/* With the whole path, which tells where a file system is mounted. Without memory: no. */
static bool is_below_system_dir(const struct path *path)
{
	char *buf = kmalloc(SHELLTRAP_PATH_MAX, GFP_KERNEL | __GFP_NORETRY | __GFP_NOWARN);
	bool is = buf && is_system_pathname(shelltrap_pathname(path, buf));

	kfree(buf);
	return is;
}

/* TRUSTED: it is in a directory of the distribution. SUSPECT: it is not. */
static enum shelltrap_trust trust_place(const struct path *path, bool may_sleep)
{
	if (!is_in_system_dir(path))
		return SHELLTRAP_SUSPECT;
	if (!is_elsewhere(path))
		return SHELLTRAP_TRUSTED;
	if (!may_sleep)
		return SHELLTRAP_UNSURE;
	return is_below_system_dir(path) ? SHELLTRAP_TRUSTED : SHELLTRAP_SUSPECT;
}

/*
 * Was the inode changed after @boottime (ns since boot)? Compares with the wall clock of
 * today, because the clock may have been set since.
 */
static bool is_changed_since(const struct inode *inode, u64 boottime)
{
	const struct timespec64 changed = shelltrap_ctime(inode);
	s64 ago = ktime_get_boot_fast_ns() - boottime;

	return timespec64_to_ns(&changed) > (s64)ktime_get_real_fast_ns() - ago;
}

/* A server that is root, or was, may write everywhere: a file newer than the server counts. */
static enum shelltrap_trust trust_age(const struct path *path,
				      const struct shelltrap_founder *founder, bool may_sleep)
{
	if (!founder || !founder->origin.privileged ||
	    !is_changed_since(d_backing_inode(path->dentry), founder->start))
		return SHELLTRAP_TRUSTED;
	return founder->origin.contained ? SHELLTRAP_SUSPECT : trust_place(path, may_sleep);
}

bool shelltrap_is_new(const struct path *path, const struct shelltrap_founder *founder)
{
	return trust_age(path, founder, true) == SHELLTRAP_SUSPECT;
}

/*
 * Is the directory of @dentry world-writable? A rename may change the parent meanwhile: RCU
 * keeps the old parent and its inode readable.
 */
static bool is_in_open_dir(const struct dentry *dentry)
{
	const struct inode *dir;
	bool open;

	rcu_read_lock();
	dir = d_inode_rcu(READ_ONCE(dentry->d_parent));
	open = dir && S_ISDIR(dir->i_mode) && (dir->i_mode & 0002);
	rcu_read_unlock();
	return open;
}

static enum shelltrap_trust trust_owner(const struct path *path, const struct inode *inode,
					const struct shelltrap_founder *founder, bool may_sleep)
{
	if (is_root(inode->i_uid, founder))
		return SHELLTRAP_TRUSTED;
	/* An invalid owner: a file system that a user has mounted in a user namespace. */
	if (!uid_valid(inode->i_uid) || is_acting_user(inode->i_uid, founder))
		return SHELLTRAP_SUSPECT;
	return trust_place(path, may_sleep);
}

enum shelltrap_trust shelltrap_trust_program(const struct file *file,
					     const struct shelltrap_founder *founder,
					     bool may_sleep)
{
	const struct path *path = &file->f_path;
	struct inode *inode = file_inode(file);
	enum shelltrap_trust trust;

	if (!READ_ONCE(inode->i_nlink) || is_in_open_dir(path->dentry) ||
	    shelltrap_is_of_user(inode, founder))
		return SHELLTRAP_SUSPECT;
	trust = trust_owner(path, inode, founder, may_sleep);
	trust = max(trust, trust_mode(inode, founder, may_sleep));
	return max(trust, trust_age(path, founder, may_sleep));
}
