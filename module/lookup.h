/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Looking up: which sets a name, a path or a file is in. Plain C, as policy.h. Nothing
 * here changes a policy, so any context will do.
 */
#ifndef _SHELLTRAP_LOOKUP_H
#define _SHELLTRAP_LOOKUP_H

#include "policy.h"

/* The sets that @name is in; 0 for one over SHELLTRAP_NAME_MAX bytes. */
__u64 shelltrap_policy_name_sets(const struct shelltrap_policy *policy, const char *name,
				 enum shelltrap_name_source source);
__u64 shelltrap_policy_path_sets(const struct shelltrap_policy *policy, const char *path);
__u64 shelltrap_policy_file_sets(const struct shelltrap_policy *policy,
				 const struct shelltrap_identity *identity);

/*
 * May what has a name that begins so be in a set that matters whoever the caller is: one of
 * callers, or one that a rule without actor is about? It is quick, and false for most names.
 */
static inline bool shelltrap_policy_watches(const struct shelltrap_policy *policy, __u32 prefix)
{
	__u32 bit = shelltrap_policy_prefix_bit(policy, prefix);

	return policy->prefix_filter[bit / 64] >> bit % 64 & 1;
}

/*
 * The sets that @name is in, where it may be in one that is watched: of callers no others
 * matter. In memory as with shelltrap_name_prefix_padded().
 */
static inline __u64 shelltrap_policy_watched_sets(const struct shelltrap_policy *policy,
						  const char *name,
						  enum shelltrap_name_source source)
{
	if (!shelltrap_policy_watches(policy, shelltrap_name_prefix_padded(name)))
		return 0;
	return shelltrap_policy_name_sets(policy, name, source);
}

/* Those of a process of that executable's name that runs @what (see runtime.h). */
__u64 shelltrap_policy_hosted_sets(const struct shelltrap_policy *policy, const char *program,
				   const char *what);

#endif /* _SHELLTRAP_LOOKUP_H */
