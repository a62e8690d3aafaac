/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The hash table of a policy's names, paths and files, for policy.c, which fills the table,
 * and lookup.c, which searches it. The functions are inline so that a lookup in the hook
 * makes no calls.
 */
#ifndef _SHELLTRAP_POLICY_PRIVATE_H
#define _SHELLTRAP_POLICY_PRIVATE_H

#ifdef __KERNEL__
#include <linux/string.h>
#else
#include <string.h>
#endif

#include "bits.h"
#include "policy.h"

/* FNV-1a, byte by byte: hashing a name yields the hashes of all its prefixes on the way. */
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

/* Inode numbers mostly differ in a few low bits: the multiplication spreads them. */
static inline __u32 hash_identity(const struct shelltrap_identity *identity)
{
	__u64 numbers = identity->ino ^ ((__u64)identity->generation << 32 | identity->dev);

	return numbers * 0x9e3779b97f4a7c15ULL >> 32;
}

enum entry_kind {
	ENTRY_EXACT = 1,	/* a whole name */
	ENTRY_PREFIX,		/* the part of a name before '*' */
	ENTRY_VERSIONED,	/* the part of a name before "[version]" */
	ENTRY_PATH,
	ENTRY_IDENTITY,		/* a struct shelltrap_identity */
};

/*
 * Returns the entry with these bytes, or the unused entry where they belong. Some entry is
 * always unused, so the search ends.
 */
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

/* Does any prefix have a hash with these low bits? False for most hashes. */
static inline bool may_be_prefix(const struct shelltrap_policy *policy, __u32 hash)
{
	return policy->prefix_hashes[hash >> 6 & 3] & BIT_OF(hash & 63);
}

/**
 * shelltrap_argv_skip() - Find the arguments that a C library's system() puts before a command.
 * @argv: arguments, each with its NUL
 * @len: bytes
 *
 * A command that looks like an option is not taken for one: after "--" it is a command, without
 * "--" it is an option.
 *
 * Return: the bytes of "sh -c --" or "sh -c"; 0: it has neither.
 */
size_t shelltrap_argv_skip(const char *argv, size_t len);

#define VERSION_PATTERN	"[version]"

static inline bool is_prefix(const char *name, size_t len)
{
	return len && name[len - 1] == '*';
}

static inline bool is_versioned(const char *name, size_t len)
{
	size_t pattern = sizeof(VERSION_PATTERN) - 1;

	return len >= pattern && !memcmp(name + len - pattern, VERSION_PATTERN, pattern);
}

/* Returns how many bytes of a name come before its pattern, '*' or "[version]". */
static inline size_t stem_len(const char *name, size_t len)
{
	if (is_prefix(name, len))
		return len - 1;
	return is_versioned(name, len) ? len - (sizeof(VERSION_PATTERN) - 1) : len;
}

/*
 * Is the rest of a name a version, or empty? "8.2", "82", "-3.11": digits and dots that begin
 * with a digit, perhaps after a '-'. The kernel cuts the name of a task, so it may end in a
 * dot, or after the '-'.
 */
static inline bool is_version(const char *rest)
{
	if (*rest == '-')
		rest++;
	if (*rest == '.')
		return false;
	while ((*rest >= '0' && *rest <= '9') || *rest == '.')
		rest++;
	return !*rest;
}

#endif /* _SHELLTRAP_POLICY_PRIVATE_H */
