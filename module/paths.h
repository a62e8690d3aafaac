/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Paths: finds the files that the paths of a policy lead to.
 */
#ifndef _SHELLTRAP_PATHS_H
#define _SHELLTRAP_PATHS_H

struct shelltrap_policy;

/**
 * shelltrap_paths_follow() - Resolve all paths of a policy, and add the files found there.
 * @policy: finished, not in use yet; to be called once for each policy
 *
 * Resolves the paths as current sees them. May sleep for as long as a file system takes to
 * answer.
 */
void shelltrap_paths_follow(struct shelltrap_policy *policy);

#endif /* _SHELLTRAP_PATHS_H */
