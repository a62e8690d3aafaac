/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The decision: which rules an exec hits.
 *
 * A policy has sets of names and rules over sets. A name leads, through a
 * hash, to a bitmap of the sets it is in; a rule says which sets the caller
 * (actor) and the new program (target) must be in. The hook looks the names
 * up, one by one and only as far as needed, and gathers the bitmaps in a
 * struct shelltrap_exec; the rules see nothing but those.
 *
 * Plain C on plain data: the same source runs in the module, in unit tests and
 * under a fuzzer. It never allocates, sleeps or locks, and a policy does not
 * change once it is in use, so every look-up is safe in any context.
 */
#ifndef _SHELLTRAP_POLICY_H
#define _SHELLTRAP_POLICY_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>
#endif

#define SHELLTRAP_SETS_MAX	64
#define SHELLTRAP_RULES_MAX	64
#define SHELLTRAP_RULE_NAME_MAX	48	/* bytes, with the NUL */
#define SHELLTRAP_NAME_MAX	255	/* bytes, without a NUL: a file name's limit */
#define SHELLTRAP_PREFIX_MAX	63	/* bytes of a prefix name, without its '*' */
#define SHELLTRAP_COMM_MAX	15	/* bytes of a task's name, without the NUL */

/* Whose names a rule's actor sets are held against. */
enum shelltrap_scope {
	SHELLTRAP_SCOPE_SELF = 1,	/* the calling task */
	SHELLTRAP_SCOPE_ANCESTORS,	/* the calling task or any ancestor */
};

struct shelltrap_rule {
	char name[SHELLTRAP_RULE_NAME_MAX];
	__u64 actor;		/* sets, one of which must fit; 0: anyone */
	__u64 target;		/* sets, one of which must fit */
	__u8 scope;		/* enum shelltrap_scope */
	__u8 severity;		/* enum shelltrap_severity of the uapi */
};

/* The sets that the parties of one exec are in. */
struct shelltrap_exec {
	__u64 target;
	__u64 self;
	__u64 ancestors;
};

/* Where a name came from: a task's name is cut at SHELLTRAP_COMM_MAX bytes. */
enum shelltrap_name_source {
	SHELLTRAP_NAME_OF_FILE,
	SHELLTRAP_NAME_OF_TASK,
};

struct shelltrap_name {
	__u64 sets;		/* 0: unused */
	__u32 hash;
	__u32 text;		/* offset in the policy's text */
	__u8 len;
	__u8 kind;
};

struct shelltrap_policy {
	__u64 actors;		/* union over the rules */
	__u64 targets;		/* union over the rules */
	__u64 prefix_lens;	/* bit n: some prefix name has n bytes */
	__u32 nr_rules;
	__u32 nr_names;		/* as added */
	__u32 nr_entries;	/* used entries of the table */
	__u32 mask;		/* size of the table - 1 */
	__u32 text_used;
	__u32 text_size;
	struct shelltrap_rule rules[SHELLTRAP_RULES_MAX];
	struct shelltrap_name table[];	/* followed by the text */
};

/*
 * Bytes of memory a policy needs that takes up to @names names whose lengths
 * add up to at most @text bytes. The caller provides them, zeroed, to
 * shelltrap_policy_init() with the same arguments.
 */
size_t shelltrap_policy_size(__u32 names, __u32 text);
void shelltrap_policy_init(struct shelltrap_policy *policy, __u32 names, __u32 text);

/*
 * Puts @name (NUL-terminated) into @sets. A final '*' makes it a prefix. A name
 * too long for a task's name also matches a task by its first
 * SHELLTRAP_COMM_MAX bytes.
 *
 * Returns 0, -EINVAL (empty, too long, "*" alone, no set) or -ENOSPC.
 */
int shelltrap_policy_add_name(struct shelltrap_policy *policy, const char *name, __u64 sets);

/*
 * Adds a copy of @rule. Returns 0, -EINVAL (no name, target or scope),
 * -EEXIST (the name is taken) or -ENOSPC.
 */
int shelltrap_policy_add_rule(struct shelltrap_policy *policy, const struct shelltrap_rule *rule);

/* The sets that @name (NUL-terminated) is in; 0 for one over SHELLTRAP_NAME_MAX bytes. */
__u64 shelltrap_policy_sets(const struct shelltrap_policy *policy, const char *name,
			    enum shelltrap_name_source source);

/* The rules that @exec hits, bit n for rules[n]. */
__u64 shelltrap_policy_decide(const struct shelltrap_policy *policy,
			      const struct shelltrap_exec *exec);

/*
 * The most severe of the rules in the bitmap @rules, among equals the one added
 * first; a negative number for an empty bitmap.
 */
int shelltrap_policy_leading(const struct shelltrap_policy *policy, __u64 rules);

#endif /* _SHELLTRAP_POLICY_H */
