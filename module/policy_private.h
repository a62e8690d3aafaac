/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of a policy's names, paths and files: what building and looking up share.
 * Inline, so that a look-up at an exec makes no call.
 */
#ifndef _SHELLTRAP_POLICY_PRIVATE_H
#define _SHELLTRAP_POLICY_PRIVATE_H

#ifdef __KERNEL__
#include <linux/string.h>
#else
#include <string.h>
#endif

#include "policy.h"

#define BIT_OF(n) ((__u64)1 << (n))

/* FNV-1a, a byte at a time: a prefix's hash falls out on the way to the name's. */
#define HASH_START 2166136261U

static inline __u32 hash_step(__u32 hash, char byte)
{
	return (hash ^ (unsigned char)byte) * 16777619U;
}

static inline __u32 hash_bytes(const char *bytes, size_t len)
{
	__u32 hash = HASH_START;
	size_t i;

	for (i = 0; i < len; i++)
		hash = hash_step(hash, bytes[i]);
	return hash;
}

/* Numbers that mostly differ in a few low bits. */
static inline __u32 hash_identity(const struct shelltrap_identity *identity)
{
	__u64 numbers = identity->ino ^ ((__u64)identity->generation << 32 | identity->dev);

	return numbers * 0x9e3779b97f4a7c15ULL >> 32;
}

enum entry_kind {
	ENTRY_EXACT = 1,
	ENTRY_PREFIX,
	ENTRY_PATH,
	ENTRY_IDENTITY,
};

/* The entry of those bytes, or the unused one where it belongs. */
static inline struct shelltrap_entry *policy_find_entry(const struct shelltrap_policy *policy,
							__u32 hash, const void *bytes, size_t len,
							enum entry_kind kind)
{
	struct shelltrap_entry *entry;
	__u32 at = hash;

	for (;; at++) {
		entry = &policy->table[at & policy->mask];
		if (!entry->kind)
			return entry;
		if (entry->hash == hash && entry->len == len && entry->kind == kind &&
		    !memcmp(policy->text + entry->text, bytes, len))
			return entry;
	}
}

static inline void policy_note_prefix(struct shelltrap_policy *policy,
				      const struct shelltrap_entry *entry)
{
	policy->prefix_lens |= BIT_OF(entry->len);
	policy->prefix_hashes[entry->hash >> 6 & 3] |= BIT_OF(entry->hash & 63);
}

static inline bool may_be_prefix(const struct shelltrap_policy *policy, __u32 hash)
{
	return policy->prefix_hashes[hash >> 6 & 3] & BIT_OF(hash & 63);
}

static inline bool is_prefix(const char *name, size_t len)
{
	return len && name[len - 1] == '*';
}

#endif /* _SHELLTRAP_POLICY_PRIVATE_H */
