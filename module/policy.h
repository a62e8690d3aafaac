/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The policy: its structure, how it is built and how it is checked. lookup.h looks names up
 * in a policy; decide.h decides with a policy which rules match an exec.
 *
 * A policy has sets, and rules that name sets (see include/uapi/linux/shelltrap.h). A hash
 * table leads from a member of a set to a bitmap of the sets that contain this member. The
 * hook looks up the names in an exec one by one, only as far as needed, and collects the
 * bitmaps in a struct shelltrap_exec. Rules see only these bitmaps. The command line and
 * the cgroup are compared later, where there is more time.
 *
 * This is plain C on plain data. The same source runs in the module, in the program (which
 * checks and explains policies with it), in unit tests and in a fuzzer. No function
 * allocates, sleeps or locks. A policy does not change once it is in use, so every lookup
 * is safe in any context.
 *
 * A function that adds a part to a policy returns NULL, or a constant string that says what
 * is wrong with the part. In the second case the policy has not changed.
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

/* Identifies a file independently of its name. */
struct shelltrap_identity {
	__u64 ino;
	__u32 dev;
	__u32 generation;
};

/* The most files of programs that are many programs, as busybox is. */
#define SHELLTRAP_MULTICALLS_MAX	8

enum shelltrap_member_kind {
	SHELLTRAP_MEMBER_NAME = 1,
	SHELLTRAP_MEMBER_COMM,
	SHELLTRAP_MEMBER_PATH,
	SHELLTRAP_MEMBER_RUNS,
	SHELLTRAP_MEMBER_PORTS,	/* a port, or a range such as 8000-8008 */
	SHELLTRAP_MEMBER_NEVER,	/* the name of an executable that is no server */
};

/* A member of a set, as it was added. */
struct shelltrap_member {
	__u32 text;		/* offset in the policy's text */
	__u16 len;		/* bytes, without the NUL */
	__u8 kind;		/* enum shelltrap_member_kind */
	__u8 set;
};

struct shelltrap_set {
	const char *name;
	__u64 includes;		/* bitmap of the sets included directly */
	__u64 all;		/* bitmap of all sets included, directly or not */
	__u32 nr_paths;
	__u8 programs;		/* what its paths are, see shelltrap_holes_program() */
};

/* A range of TCP ports, both ends included. Who listens on one is in the set. */
struct shelltrap_ports {
	__u16 first, last;
	__u8 set;
};

/* A string is NULL if the rule does not have this part. */
struct shelltrap_rule {
	const char *name;
	const char *title;
	const char *threat;
	const char *reference;
	const char *cgroup;
	const char *cwd;
	const char *argv;	/* arguments, each with its NUL */
	__u32 argv_len;		/* bytes */
	bool argv_holes;	/* argv is a pattern, see holes.h */
	__u32 argv_skip;	/* bytes that shelltrap_argv_skip() finds in argv */
	__u32 argv_fixed;	/* bytes after these, before the first '{' of a pattern, or all */
	__u32 argv_probe;	/* a place among these, if there are any */
	char argv_byte;		/* the byte there, which most other command lines do not have */
	__u32 environment_len;	/* bytes */
	const char *environment; /* variables that an exec may have, see environment.h */
	__u64 actor;		/* bitmap of sets; 0: any caller */
	__u64 target;		/* bitmap of sets; 0: any program */
	__u64 not_actor;	/* bitmap of sets: the rule is off below the servers in them */
	__u64 all_actor;	/* actor, and all sets that it includes */
	__u64 all_target;	/* the same of target */
	__u64 all_not_actor;	/* the same of not_actor */
	const char *not_cgroup;	/* paths, each with its NUL: the rule is off in these cgroups */
	__u32 not_cgroup_len;	/* bytes */
	__u32 conditions;	/* bits of enum shelltrap_condition */
	__u32 uid;
	bool has_uid;
	__u8 scope;		/* enum shelltrap_scope */
	__u8 severity;		/* enum shelltrap_severity */
	__u8 action;		/* enum shelltrap_action */
	bool anybody;		/* deny or kill even a caller that descends from no server */
};

/* How many execs rules may hold, and for how long. */
struct shelltrap_hold_limits {
	__u32 max;
	__u32 per_server;
	__u32 per_user;
	__u32 seconds;
	__u32 then;		/* enum shelltrap_hold_then */
};

/* Where a name came from. */
enum shelltrap_name_source {
	SHELLTRAP_NAME_OF_FILE,
	SHELLTRAP_NAME_OF_TASK,
	SHELLTRAP_NAME_OF_RUNTIME,	/* of a file, to find members PROGRAM:WHAT */
	SHELLTRAP_NAME_OF_NEVER,	/* of a file, to find members that are no server */
	SHELLTRAP_NAME_SOURCES
};

struct shelltrap_entry {
	__u64 sets[SHELLTRAP_NAME_SOURCES];	/* bitmap of sets, by source of the name */
	__u32 hash;
	__u32 text;		/* offset of its bytes in the policy's text */
	__u16 len;
	__u8 kind;		/* 0: unused */
};

struct shelltrap_policy {
	__u64 actors;		/* sets that some rule has as actor */
	__u64 targets;		/* sets that some rule has as target */
	__u64 watched;		/* sets that matter for any caller: actors, targets without actor */
	__u64 prefix_lens;	/* bit n: some pattern has n bytes before its '*' or '[version]' */
	__u64 prefix_hashes[4];	/* a bit for the hash of each prefix, see may_be_prefix() */
	__u64 alerting;		/* rules that alert, deny, kill or hold; bit n for rules[n] */
	__u64 allowing;		/* rules that are exceptions */
	__u64 denying;
	__u64 killing;
	__u64 holding;
	__u64 anybody;		/* rules with the flag "anybody" */
	__u64 shells;		/* the set with the name "shells", and all sets that it includes */
	__u64 serving;		/* sets in which a name is only a hint, see set_serving() */
	__u64 untargeted;	/* rules without a target that are not off */
	__u64 targeting[SHELLTRAP_SETS_MAX];	/* by set: rules that target it and are not off */
	__u32 conditions;	/* all conditions that some rule has */
	bool any_not_actor;	/* some rule has a not_actor */
	bool any_target;	/* some rule has an actor but no target */
	bool any_exec;		/* some rule has neither actor nor target */
	bool watched_paths;	/* a watched set contains a path */
	__u32 nr_sets;
	__u32 nr_rules;
	__u32 nr_members;
	__u32 nr_paths;		/* members that are paths */
	__u32 nr_identities;	/* paths that lead to a file */
	__u32 nr_hosted;	/* members PROGRAM:WHAT */
	__u32 nr_ports;		/* members that are ports */
	__u32 nr_multicalls;
	__u32 max_members;
	__u32 mask;		/* number of entries in the table, minus 1 */
	__u32 prefix_filter_mask;	/* bits of a name prefix that the filter compares */
	__u32 prefix_filter_shift;	/* from the hash of a name prefix to its bit */
	__u32 text_used;	/* bytes */
	__u32 text_size;
	struct shelltrap_hold_limits hold;
	struct shelltrap_entry *table;
	__u64 *prefix_filter;	/* a bit for the prefix of each watched name */
	struct shelltrap_member *members;
	char *text;
	struct shelltrap_identity multicalls[SHELLTRAP_MULTICALLS_MAX]; /* busybox and the like */
	__u32 hosted[SHELLTRAP_HOSTED_MAX];	/* numbers of the members PROGRAM:WHAT */
	struct shelltrap_ports ports[SHELLTRAP_PORTS_MAX];
	struct shelltrap_set sets[SHELLTRAP_SETS_MAX];
	struct shelltrap_rule rules[SHELLTRAP_RULES_MAX];
};

/**
 * shelltrap_policy_size() - Memory needed for a policy.
 * @members: the most members that will be added, at most SHELLTRAP_MEMBERS_MAX
 * @text: bytes of text that will be added, counted as for POLICY_A_TEXT of the channel, at
 *	most SHELLTRAP_TEXT_MAX
 *
 * Return: bytes.
 */
size_t shelltrap_policy_size(__u32 members, __u32 text);

/**
 * shelltrap_policy_init() - Begin an empty policy.
 * @policy: zeroed memory of shelltrap_policy_size() bytes; must not be moved afterwards
 * @members: the same as for shelltrap_policy_size()
 * @text: the same as for shelltrap_policy_size()
 */
void shelltrap_policy_init(struct shelltrap_policy *policy, __u32 members, __u32 text);

/**
 * shelltrap_policy_text() - Text added so far.
 * @policy: the policy
 *
 * Return: bytes, counted as for POLICY_A_TEXT of the channel.
 */
__u32 shelltrap_policy_text(const struct shelltrap_policy *policy);

/**
 * shelltrap_policy_find_set() - Find a set by its name.
 * @policy: the policy
 * @name: the name
 *
 * Return: the number of the set, or -1.
 */
int shelltrap_policy_find_set(const struct shelltrap_policy *policy, const char *name);

/**
 * shelltrap_policy_add_set() - Add an empty set.
 * @policy: the policy
 * @name: is copied
 *
 * The new set has the number nr_sets - 1. Return: NULL, or what is wrong.
 */
const char *shelltrap_policy_add_set(struct shelltrap_policy *policy, const char *name);

/**
 * shelltrap_policy_add_include() - Let a set have the members of another set, too.
 * @policy: the policy
 * @set: number of the including set
 * @included: number of the included set
 *
 * Return: NULL, or what is wrong.
 */
const char *shelltrap_policy_add_include(struct shelltrap_policy *policy, unsigned int set,
					 unsigned int included);

/**
 * shelltrap_policy_add_member() - Add a member to a set.
 * @policy: the policy
 * @set: number of the set
 * @kind: what @text is
 * @text: is copied
 *
 * The new member has the number nr_members - 1. Return: NULL, or what is wrong.
 */
const char *shelltrap_policy_add_member(struct shelltrap_policy *policy, unsigned int set,
					enum shelltrap_member_kind kind, const char *text);

/**
 * shelltrap_policy_add_rule() - Add a rule.
 * @policy: the policy
 * @rule: is copied with its strings; shelltrap_policy_finish() computes all_actor, all_target
 *	and all_not_actor of the copy
 *
 * The new rule has the number nr_rules - 1. Return: NULL, or what is wrong.
 */
const char *shelltrap_policy_add_rule(struct shelltrap_policy *policy,
				      const struct shelltrap_rule *rule);

/**
 * shelltrap_policy_set_hold() - Set the limits of rules that hold.
 * @policy: the policy, which has the defaults until then
 * @limits: are copied
 *
 * Return: NULL, or what is wrong.
 */
const char *shelltrap_policy_set_hold(struct shelltrap_policy *policy,
				      const struct shelltrap_hold_limits *limits);

/**
 * shelltrap_policy_has_hold() - Do the limits of rules that hold matter?
 * @policy: the policy
 *
 * Return: true if a rule holds, or if a limit is not the default.
 */
bool shelltrap_policy_has_hold(const struct shelltrap_policy *policy);

/**
 * shelltrap_policy_finish() - Complete a policy when all its parts have been added.
 * @policy: the policy
 * @rule: set to the number of the wrong rule, or -1
 * @set: set to the number of the wrong set, or -1
 *
 * Return: NULL, or what is wrong with the rule or set.
 */
const char *shelltrap_policy_finish(struct shelltrap_policy *policy, int *rule, int *set);

/**
 * shelltrap_policy_identify() - Tell which file a path leads to.
 * @policy: the policy, finished but not in use yet
 * @member: number of a member that is a path; at most one call for each
 * @identity: the file
 */
void shelltrap_policy_identify(struct shelltrap_policy *policy, unsigned int member,
			       const struct shelltrap_identity *identity);

/**
 * shelltrap_policy_add_multicall() - Tell that a file is a program that is many programs.
 * @policy: the policy, not in use yet
 * @identity: the file; ignored if there are SHELLTRAP_MULTICALLS_MAX others already
 */
void shelltrap_policy_add_multicall(struct shelltrap_policy *policy,
				    const struct shelltrap_identity *identity);

/* Returns the text of a member, as it was added. */
static inline const char *shelltrap_policy_member(const struct shelltrap_policy *policy,
						  unsigned int member)
{
	return policy->text + policy->members[member].text;
}

/*
 * The prefix of a name: its first bytes as a number, the first byte in the lowest bits.
 * Bytes after the end of a shorter name count as 0.
 */
#define SHELLTRAP_NAME_PREFIX_LEN 4

/* Returns the prefix of any name. */
__u32 shelltrap_name_prefix(const char *name);

/* Returns the prefix of a name of at least SHELLTRAP_NAME_PREFIX_LEN bytes, NUL included. */
static inline __u32 shelltrap_name_prefix_full(const char *name)
{
	const unsigned char *bytes = (const unsigned char *)name;

	return bytes[0] | bytes[1] << 8 | bytes[2] << 16 | (__u32)bytes[3] << 24;
}

/*
 * Returns the prefix of a name of any length in @memory of at least
 * SHELLTRAP_NAME_PREFIX_LEN bytes. Bytes after the NUL are ignored.
 */
static inline __u32 shelltrap_name_prefix_padded(const char *memory)
{
	__u32 four = shelltrap_name_prefix_full(memory);
	__u32 zeros = (four - 0x01010101) & ~four & 0x80808080;

	/* Keep the bytes below the first zero byte. */
	return four & ((zeros & -zeros) - 1);
}

/* Returns the number of the filter's bit for a name prefix. */
static inline __u32 shelltrap_policy_prefix_bit(const struct shelltrap_policy *policy,
						__u32 prefix)
{
	__u32 compared = prefix & policy->prefix_filter_mask;

	return compared * 2654435769U >> policy->prefix_filter_shift;
}

#endif /* _SHELLTRAP_POLICY_H */
