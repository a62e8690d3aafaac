/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Paths: the files that a policy's paths lead to.
 */
#ifndef _SHELLTRAP_PATHS_H
#define _SHELLTRAP_PATHS_H

struct shelltrap_policy;

/*
 * Follows all paths of a finished policy, as current sees them, and adds what is found
 * there by its identity. Once for each policy, before it is in use. May sleep.
 */
void shelltrap_paths_follow(struct shelltrap_policy *policy);

#endif /* _SHELLTRAP_PATHS_H */
