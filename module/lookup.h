/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lookups: which sets of a policy contain a name, a path or a file. Plain C, like policy.h.
 * All functions may be called in any context, and return a bitmap of sets (bit n for
 * sets[n]) unless said otherwise.
 */
#ifndef _SHELLTRAP_LOOKUP_H
#define _SHELLTRAP_LOOKUP_H

#include "policy.h"

/**
 * shelltrap_policy_name_sets() - Look up a name.
 * @policy: the policy
 * @name: the name; longer than SHELLTRAP_NAME_MAX bytes, it is in no set
 * @source: where the name comes from
 *
 * Return: the sets that contain the name.
 */
__u64 shelltrap_policy_name_sets(const struct shelltrap_policy *policy, const char *name,
				 enum shelltrap_name_source source);

/**
 * shelltrap_policy_path_sets() - Look up a path, as a string.
 * @policy: the policy
 * @path: the path as it was given to exec
 *
 * Return: the sets that contain exactly this path.
 */
__u64 shelltrap_policy_path_sets(const struct shelltrap_policy *policy, const char *path);

/**
 * shelltrap_policy_file_sets() - Look up a file by its identity.
 * @policy: the policy
 * @identity: the file
 *
 * Return: the sets with a path that led to this file when the policy was loaded.
 */
__u64 shelltrap_policy_file_sets(const struct shelltrap_policy *policy,
				 const struct shelltrap_identity *identity);

/**
 * shelltrap_policy_watches() - Can a name with this prefix be in a watched set?
 * @policy: the policy
 * @prefix: of the name
 *
 * Watched sets matter for any caller: they are the actors, and the targets of rules without
 * an actor. The test is fast. It may return true without need, but is false for most names.
 *
 * Return: false if no such name is in a watched set.
 */
static inline bool shelltrap_policy_watches(const struct shelltrap_policy *policy, __u32 prefix)
{
	__u32 bit = shelltrap_policy_prefix_bit(policy, prefix);

	return policy->prefix_filter[bit / 64] >> bit % 64 & 1;
}

/**
 * shelltrap_policy_watched_sets() - Look up a name if it can be in a watched set.
 * @policy: the policy
 * @name: in memory as for shelltrap_name_prefix_padded()
 * @source: where the name comes from
 *
 * For the name of a caller only watched sets matter.
 *
 * Return: the sets that contain the name; 0 if it cannot be in a watched set.
 */
static inline __u64 shelltrap_policy_watched_sets(const struct shelltrap_policy *policy,
						  const char *name,
						  enum shelltrap_name_source source)
{
	if (!shelltrap_policy_watches(policy, shelltrap_name_prefix_padded(name)))
		return 0;
	return shelltrap_policy_name_sets(policy, name, source);
}

/**
 * shelltrap_policy_hosted_sets() - Look up what a runtime runs.
 * @policy: the policy
 * @program: name of the runtime's executable
 * @what: what it runs, see runtime.h; "" is in no set
 *
 * Return: the sets with a member PROGRAM:WHAT that matches.
 */
__u64 shelltrap_policy_hosted_sets(const struct shelltrap_policy *policy, const char *program,
				   const char *what);

/**
 * shelltrap_policy_port_sets() - Look up a TCP port.
 * @policy: the policy
 * @port: the port, in host byte order
 *
 * Return: the sets that have this port.
 */
__u64 shelltrap_policy_port_sets(const struct shelltrap_policy *policy, __u16 port);

#endif /* _SHELLTRAP_LOOKUP_H */
