/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The policy: its parts, how it is built and checked. lookup.h looks names up in it,
 * decide.h decides by it which rules an exec fits.
 *
 * A policy has sets and rules over sets (see include/uapi/linux/shelltrap.h). A
 * member of a set leads, through a hash, to a bitmap of the sets it is in. The hook
 * looks up the names of the parties one by one, only as far as needed, and gathers
 * the bitmaps in a struct shelltrap_exec; rules see nothing but those. What a rule
 * says of the command line and the cgroup is looked at later, where there is time.
 *
 * Plain C on plain data: the same source runs in the module, in the program (which
 * checks and explains policies with it), in unit tests and under a fuzzer. It never
 * allocates, sleeps or locks, and a policy does not change once it is in use, so
 * every look-up is safe in any context.
 *
 * A function that takes a part of a policy returns NULL, or what is wrong with it
 * in a few words that stay valid; then nothing has changed.
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

#include <linux/shelltrap.h>

/* A file, whatever it is called. */
struct shelltrap_identity {
	__u64 ino;
	__u32 dev;
	__u32 generation;
};

enum shelltrap_member_kind {
	SHELLTRAP_MEMBER_NAME = 1,
	SHELLTRAP_MEMBER_COMM,
	SHELLTRAP_MEMBER_PATH,
	SHELLTRAP_MEMBER_RUNS,
};

/* As it was added. */
struct shelltrap_member {
	__u32 text;		/* offset in the policy's text */
	__u16 len;		/* bytes, without the NUL */
	__u8 kind;		/* enum shelltrap_member_kind */
	__u8 set;
};

struct shelltrap_set {
	const char *name;
	__u64 includes;		/* sets */
	__u64 all;		/* all it includes, however deep */
	__u32 nr_paths;
};

/* Strings may be NULL: it says nothing. */
struct shelltrap_rule {
	const char *name;
	const char *title;
	const char *threat;
	const char *reference;
	const char *cgroup;
	const char *argv;	/* arguments, each with its NUL */
	__u32 argv_len;		/* bytes */
	__u64 actor;		/* sets; 0: anybody */
	__u64 target;		/* sets; 0: anything */
	__u64 all_actor;	/* those and all they include */
	__u64 all_target;
	__u32 conditions;	/* set of enum shelltrap_condition */
	__u32 uid;
	bool has_uid;
	__u8 scope;		/* enum shelltrap_scope */
	__u8 severity;		/* enum shelltrap_severity */
	__u8 action;		/* enum shelltrap_action */
	bool anybody;		/* denied or killed, even if no server is behind it */
};

/* Where a name came from. */
enum shelltrap_name_source {
	SHELLTRAP_NAME_OF_FILE,
	SHELLTRAP_NAME_OF_TASK,
	SHELLTRAP_NAME_OF_RUNTIME,	/* as of a file: is there a RUNS for this program? */
	SHELLTRAP_NAME_SOURCES
};

struct shelltrap_entry {
	__u64 sets[SHELLTRAP_NAME_SOURCES];	/* for a name from there */
	__u32 hash;
	__u32 text;		/* offset of its bytes in the policy's text */
	__u16 len;
	__u8 kind;		/* 0: unused */
};

struct shelltrap_policy {
	__u64 actors;		/* sets some rule holds against the caller */
	__u64 targets;		/* sets some rule holds against the target */
	__u64 watched;		/* of those, the ones that matter whoever the caller is */
	__u64 prefix_lens;	/* bit n: some prefix name has n bytes */
	__u64 prefix_hashes[4];	/* a bit for the hash of each: few names have one of them */
	__u64 alerting;		/* rules, by their number; with those that deny and kill */
	__u64 allowing;
	__u64 denying;
	__u64 killing;
	__u64 anybody;		/* of those two, the ones that spare no caller */
	__u32 conditions;	/* of which some rule speaks */
	bool any_target;	/* some rule has actors but no targets */
	bool any_exec;		/* some rule has neither */
	bool watched_paths;	/* there are paths in the sets that are watched */
	__u32 nr_sets;
	__u32 nr_rules;
	__u32 nr_members;
	__u32 nr_paths;		/* of those */
	__u32 nr_identities;	/* paths that lead to a file */
	__u32 nr_hosted;
	__u32 max_members;
	__u32 mask;		/* size of the table - 1 */
	__u32 prefix_filter_mask;	/* of a name's beginning, what all prefixes have */
	__u32 prefix_filter_shift;	/* from a hash of that to its bit */
	__u32 text_used;	/* bytes */
	__u32 text_size;
	struct shelltrap_entry *table;
	__u64 *prefix_filter;	/* bits for those of the names that are watched */
	struct shelltrap_member *members;
	char *text;
	__u32 hosted[SHELLTRAP_HOSTED_MAX];	/* members that are a RUNS */
	struct shelltrap_set sets[SHELLTRAP_SETS_MAX];
	struct shelltrap_rule rules[SHELLTRAP_RULES_MAX];
};

/*
 * Bytes of memory for a policy of up to @members members, and @text bytes as
 * POLICY_A_TEXT of the channel counts them, both within the limits. The caller
 * provides that, zeroed, to shelltrap_policy_init() with the same arguments, and never
 * moves it.
 */
size_t shelltrap_policy_size(__u32 members, __u32 text);
void shelltrap_policy_init(struct shelltrap_policy *policy, __u32 members, __u32 text);

/* Bytes of text so far, counted in the same way. */
__u32 shelltrap_policy_text(const struct shelltrap_policy *policy);

/* The number of the set of that name, or -1. */
int shelltrap_policy_find_set(const struct shelltrap_policy *policy, const char *name);

const char *shelltrap_policy_add_set(struct shelltrap_policy *policy, const char *name);
const char *shelltrap_policy_add_include(struct shelltrap_policy *policy, unsigned int set,
					 unsigned int included);
const char *shelltrap_policy_add_member(struct shelltrap_policy *policy, unsigned int set,
					enum shelltrap_member_kind kind, const char *text);

/* Adds a copy of @rule; what depends on other parts of the policy is filled in at the end. */
const char *shelltrap_policy_add_rule(struct shelltrap_policy *policy,
				      const struct shelltrap_rule *rule);

/*
 * All has been added. Where that makes no sense, *@rule is the number of the rule
 * at fault, or -1 and *@set that of the set.
 */
const char *shelltrap_policy_finish(struct shelltrap_policy *policy, int *rule, int *set);

/* Member number @member, a path, leads to this file. At most once for each. */
void shelltrap_policy_identify(struct shelltrap_policy *policy, unsigned int member,
			       const struct shelltrap_identity *identity);

/* What was added as member number @member. */
static inline const char *shelltrap_policy_member(const struct shelltrap_policy *policy,
						  unsigned int member)
{
	return policy->text + policy->members[member].text;
}

/* How a name begins: so many bytes, the first of them lowest; zeros where it ends sooner. */
#define SHELLTRAP_NAME_PREFIX_LEN 4
__u32 shelltrap_name_prefix(const char *name);

/* The same, of a name that does not end before the last of them. */
static inline __u32 shelltrap_name_prefix_full(const char *name)
{
	const unsigned char *bytes = (const unsigned char *)name;

	return bytes[0] | bytes[1] << 8 | bytes[2] << 16 | (__u32)bytes[3] << 24;
}

/* The same, of a name in memory of at least so many bytes, whatever follows its end there. */
static inline __u32 shelltrap_name_prefix_padded(const char *memory)
{
	__u32 four = shelltrap_name_prefix_full(memory);
	__u32 zeros = (four - 0x01010101) & ~four & 0x80808080;

	/* All that is below the lowest of them. */
	return four & ((zeros & -zeros) - 1);
}

static inline __u32 shelltrap_policy_prefix_bit(const struct shelltrap_policy *policy, __u32 prefix)
{
	return (prefix & policy->prefix_filter_mask) * 2654435769U >> policy->prefix_filter_shift;
}

#endif /* _SHELLTRAP_POLICY_H */
