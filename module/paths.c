// SPDX-License-Identifier: GPL-2.0
#include <linux/namei.h>
#include <linux/sched.h>

#include "paths.h"
#include "policy.h"
#include "target.h"

/* A path that leads to no file now matches only as a string. */
static void paths_follow_member(struct shelltrap_policy *policy, unsigned int member)
{
	struct shelltrap_identity identity;
	struct path path;

	if (kern_path(shelltrap_policy_member(policy, member), LOOKUP_FOLLOW, &path))
		return;
	shelltrap_identity_of(d_inode(path.dentry), &identity);
	path_put(&path);
	shelltrap_policy_identify(policy, member, &identity);
}

/* busybox by any name is busybox: a hard link of another name has the same identity. */
static void paths_follow_multicalls(struct shelltrap_policy *policy)
{
	static const char * const names[] = {
		"/bin/busybox", "/usr/bin/busybox", "/bin/toybox", "/usr/bin/toybox",
		"/bin/coreutils", "/usr/bin/coreutils",
	};
	struct shelltrap_identity identity;
	struct path path;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		if (kern_path(names[i], LOOKUP_FOLLOW, &path))
			continue;
		shelltrap_identity_of(d_inode(path.dentry), &identity);
		path_put(&path);
		shelltrap_policy_add_multicall(policy, &identity);
	}
}

void shelltrap_paths_follow(struct shelltrap_policy *policy)
{
	unsigned int i;

	for (i = 0; i < policy->nr_members; i++) {
		if (policy->members[i].kind == SHELLTRAP_MEMBER_PATH)
			paths_follow_member(policy, i);
		cond_resched();
	}
	paths_follow_multicalls(policy);
}
