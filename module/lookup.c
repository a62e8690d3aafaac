// SPDX-License-Identifier: GPL-2.0-or-later
#ifdef __KERNEL__
#include <linux/kernel.h>
#include <linux/string.h>
#else
#include <string.h>
#endif

#include "lookup.h"
#include "policy_private.h"

static inline __u64 lookup_entry(const struct shelltrap_policy *policy, __u32 hash,
				 const void *bytes, size_t len, enum entry_kind kind,
				 enum shelltrap_name_source source)
{
	return policy_find_entry(policy, hash, bytes, len, kind)->sets[source];
}

/* The patterns whose stem is the first @len bytes of @name. */
static __u64 lookup_patterns(const struct shelltrap_policy *policy, __u32 hash, const char *name,
			     size_t len, enum shelltrap_name_source source)
{
	__u64 sets = lookup_entry(policy, hash, name, len, ENTRY_PREFIX, source);

	if (is_version(name + len))
		sets |= lookup_entry(policy, hash, name, len, ENTRY_VERSIONED, source);
	return sets;
}

__u64 shelltrap_policy_name_sets(const struct shelltrap_policy *policy, const char *name,
				 enum shelltrap_name_source source)
{
	__u64 lens = policy->prefix_lens;
	__u32 hash = HASH_START;
	__u64 sets = 0;
	size_t len;

	for (len = 0; name[len]; len++) {
		if (len == SHELLTRAP_NAME_MAX)
			return 0;
		hash = hash_step(hash, name[len]);
		lens >>= 1;
		if ((lens & 1) && may_be_prefix(policy, hash))
			sets |= lookup_patterns(policy, hash, name, len + 1, source);
	}
	return sets | lookup_entry(policy, hash, name, len, ENTRY_EXACT, source);
}

__u64 shelltrap_policy_path_sets(const struct shelltrap_policy *policy, const char *path)
{
	size_t len;

	if (!policy->nr_paths)
		return 0;
	len = strlen(path);
	return lookup_entry(policy, hash_bytes(path, len), path, len, ENTRY_PATH,
			    SHELLTRAP_NAME_OF_FILE);
}

__u64 shelltrap_policy_file_sets(const struct shelltrap_policy *policy,
				 const struct shelltrap_identity *identity)
{
	if (!policy->nr_identities)
		return 0;
	return lookup_entry(policy, hash_identity(identity), identity, sizeof(*identity),
			    ENTRY_IDENTITY, SHELLTRAP_NAME_OF_FILE);
}

static bool lookup_text_matches(const char *wanted, size_t len, const char *text)
{
	size_t stem = stem_len(wanted, len);

	if (stem < len)
		return !strncmp(wanted, text, stem) &&
		       (is_prefix(wanted, len) || is_version(text + stem));
	return strlen(text) == len && !memcmp(wanted, text, len);
}

static bool lookup_runs_matches(const char *wanted, const char *program, const char *what)
{
	const char *wanted_what = strchr(wanted, ':') + 1, *name = strrchr(what, '/');

	if (wanted_what[0] != '/' && name)
		what = name + 1;
	return lookup_text_matches(wanted, wanted_what - 1 - wanted, program) &&
	       lookup_text_matches(wanted_what, strlen(wanted_what), what);
}

__u64 shelltrap_policy_hosted_sets(const struct shelltrap_policy *policy, const char *program,
				   const char *what)
{
	__u64 sets = 0;
	__u32 i;

	if (!what[0] || !shelltrap_policy_name_sets(policy, program, SHELLTRAP_NAME_OF_RUNTIME))
		return 0;
	for (i = 0; i < policy->nr_hosted; i++)
		if (lookup_runs_matches(shelltrap_policy_member(policy, policy->hosted[i]),
					program, what))
			sets |= BIT_OF(policy->members[policy->hosted[i]].set);
	return sets;
}

__u64 shelltrap_policy_port_sets(const struct shelltrap_policy *policy, __u16 port)
{
	__u64 sets = 0;
	__u32 i;

	for (i = 0; i < policy->nr_ports; i++)
		if (policy->ports[i].first <= port && port <= policy->ports[i].last)
			sets |= BIT_OF(policy->ports[i].set);
	return sets;
}
