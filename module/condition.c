// SPDX-License-Identifier: GPL-2.0
#include <linux/binfmts.h>
#include <linux/cred.h>
#include <linux/dcache.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/fs_struct.h>
#include <linux/mm_types.h>
#include <linux/rcupdate.h>
#include <linux/string.h>
#include <linux/timekeeping.h>
#include <linux/user_namespace.h>
#include <net/sock.h>

#include "compat.h"
#include "condition.h"
#include "environment.h"
#include "lineage.h"
#include "policy.h"
#include "target.h"
#include "task.h"

/* A larger environment, in bytes, is not scanned and counts as not clean. */
#define ENVIRONMENT_MAX	(128 * 1024)

/* A file below more directories counts as not in a system directory. */
#define DEPTH_MAX	64

static bool sock_has_peer(const struct sock *sk)
{
	unsigned short family = READ_ONCE(sk->sk_family);

	return (family == AF_INET || family == AF_INET6) && sk->sk_type == SOCK_STREAM &&
	       READ_ONCE(sk->sk_dport);
}

static bool condition_is_connected(unsigned int fd)
{
	struct file *file = fget_raw(fd);
	struct socket *sock;
	bool connected;

	if (!file)
		return false;
	sock = shelltrap_sock_from_file(file);
	connected = sock && sock->sk && sock_has_peer(sock->sk);
	fput(file);
	return connected;
}

/* Looks only at the mode. Access control lists cannot be evaluated in this context. */
static bool condition_may_write(const struct inode *inode)
{
	return (inode->i_mode & 0002) || ((inode->i_mode & 0020) && in_group_p(inode->i_gid));
}

/*
 * Is the directory of @dentry world-writable? A rename may change the parent meanwhile: RCU
 * keeps the old parent and its inode readable.
 */
static bool condition_dir_is_writable(const struct dentry *dentry)
{
	const struct inode *dir;
	bool open;

	rcu_read_lock();
	dir = d_inode_rcu(READ_ONCE(dentry->d_parent));
	open = dir && S_ISDIR(dir->i_mode) && (dir->i_mode & 0002);
	rcu_read_unlock();
	return open;
}

/*
 * Directories of programs in the root directory, or in the root of a file system that is
 * mounted as /usr. Not "lib*", because other names start like that.
 */
static bool is_system_dir_name(const char *name)
{
	static const char * const names[] = {
		"usr", "bin", "sbin", "lib", "lib32", "lib64", "libx32", "libexec", "local", "opt",
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
static bool condition_is_top(const struct dentry *dentry, const struct vfsmount *mnt)
{
	const struct path *root = &current->fs->root;

	return READ_ONCE(dentry->d_parent) == dentry ||
	       (READ_ONCE(root->dentry) == dentry && READ_ONCE(root->mnt) == mnt);
}

/* Walks up from the file under RCU, as condition_dir_is_writable() does for one step. */
static bool condition_is_in_system_dir(const struct path *path)
{
	const struct dentry *top = NULL, *dentry;
	bool is = false;
	unsigned int i;

	rcu_read_lock();
	dentry = READ_ONCE(path->dentry->d_parent);
	for (i = 0; i < DEPTH_MAX && !condition_is_top(dentry, path->mnt); i++) {
		top = dentry;
		dentry = READ_ONCE(dentry->d_parent);
	}
	if (top && i < DEPTH_MAX)
		is = is_system_dir_name(shelltrap_name_of(top));
	rcu_read_unlock();
	return is;
}

/*
 * Was the inode changed after @boottime (ns since boot)? Compares with the wall clock of
 * today, because the clock may have been set since.
 */
static bool condition_is_changed_since(const struct inode *inode, u64 boottime)
{
	const struct timespec64 changed = shelltrap_ctime(inode);
	s64 ago = ktime_get_boot_fast_ns() - boottime;

	return timespec64_to_ns(&changed) > (s64)ktime_get_real_fast_ns() - ago;
}

/* Root, or root of the user namespace that the server started in, as in a container. */
static bool condition_is_root(const struct cred *cred, const struct shelltrap_founder *founder)
{
	if (uid_eq(cred->euid, GLOBAL_ROOT_UID))
		return true;
	return founder && founder->user_ns == cred->user_ns->ns.inum &&
	       !from_kuid(cred->user_ns, cred->euid);
}

/* Root may write everywhere, so ownership says nothing: a file newer than the server counts. */
static bool condition_is_dropped_by_root(const struct file *file,
					 const struct shelltrap_founder *founder)
{
	return founder && condition_is_changed_since(file_inode(file), founder->start) &&
	       !condition_is_in_system_dir(&file->f_path);
}

static bool condition_may_be_attackers(const struct file *file,
				       const struct shelltrap_founder *founder)
{
	const struct inode *inode = file_inode(file);
	const struct cred *cred = current_cred();

	if (!READ_ONCE(inode->i_nlink) || condition_dir_is_writable(file->f_path.dentry))
		return true;
	if (condition_is_root(cred, founder))
		return condition_is_dropped_by_root(file, founder);
	/* An invalid owner: a file system that a user has mounted in a user namespace. */
	return !uid_valid(inode->i_uid) || uid_eq(inode->i_uid, cred->euid) ||
	       uid_eq(inode->i_uid, cred->uid) || condition_may_write(inode);
}

static bool condition_is_dropped(const struct file *file)
{
	const struct shelltrap_founder *founder = shelltrap_lineage_get();
	bool dropped = condition_may_be_attackers(file, founder);

	shelltrap_lineage_put(founder);
	return dropped;
}

u32 shelltrap_conditions(const struct linux_binprm *bprm, u32 asked)
{
	const u32 either = SHELLTRAP_CONDITION_STDIO_CONNECTED;
	u32 holds = 0;

	if ((asked & (SHELLTRAP_CONDITION_STDIN_CONNECTED | either)) && condition_is_connected(0))
		holds |= SHELLTRAP_CONDITION_STDIN_CONNECTED | either;
	if ((asked & (SHELLTRAP_CONDITION_STDOUT_CONNECTED | either)) && condition_is_connected(1))
		holds |= SHELLTRAP_CONDITION_STDOUT_CONNECTED | either;
	if ((asked & SHELLTRAP_CONDITION_FILE_DROPPED) && condition_is_dropped(bprm->file))
		holds |= SHELLTRAP_CONDITION_FILE_DROPPED;
	return holds;
}

/* Reads pieces that fit on the stack. No piece crosses a page: the next may be missing. */
static bool condition_feed_environment(void *data, const char *bytes, size_t len)
{
	struct shelltrap_environment *environment = data;

	shelltrap_environment_feed(environment, bytes, len);
	return !environment->unclean;
}

bool shelltrap_is_clean(const struct mm_struct *mm)
{
	struct shelltrap_environment environment = { .len = 0 };

	return mm->env_end - mm->env_start <= ENVIRONMENT_MAX &&
	       shelltrap_task_read(current, mm->env_start, mm->env_end,
				   condition_feed_environment, &environment) &&
	       !environment.unclean && !environment.len;
}
