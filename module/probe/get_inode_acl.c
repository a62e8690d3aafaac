// SPDX-License-Identifier: GPL-2.0
/* The access control list of an inode has a function of another name: 6.2, and backports. */
#include <linux/fs.h>
#include <linux/posix_acl.h>

struct posix_acl *probe(struct inode *inode);

struct posix_acl *probe(struct inode *inode)
{
	return get_inode_acl(inode, ACL_TYPE_ACCESS);
}
