/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Helpers that the suites of the policy share. The suites pass data in memory of exactly
 * its size, so that a sanitizer detects an access beyond it. They also run in user space,
 * with the kunit/test.h of tests/unit/policy.
 */
#ifndef _SHELLTRAP_POLICY_TEST_H
#define _SHELLTRAP_POLICY_TEST_H

#include <linux/kernel.h>
#include <linux/string.h>

#include "../../module/decide.h"
#include "../../module/environment.h"
#include "../../module/lookup.h"
#include "suites.h"

static inline struct shelltrap_policy *new_policy(struct kunit *test, u32 members, u32 text)
{
	struct shelltrap_policy *policy;

	policy = kunit_kzalloc(test, shelltrap_policy_size(members, text), GFP_KERNEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, policy);
	shelltrap_policy_init(policy, members, text);
	return policy;
}

/* The copy is freed at the end of the test. */
static inline void *copy_bytes(struct kunit *test, const void *bytes, size_t len)
{
	void *copy = kunit_kzalloc(test, len, GFP_KERNEL);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, copy);
	memcpy(copy, bytes, len);
	return copy;
}

static inline char *copy_string(struct kunit *test, const char *string)
{
	return copy_bytes(test, string, strlen(string) + 1);
}

/* Returns @byte, @count times, followed by @end. */
static inline char *repeated(struct kunit *test, char byte, size_t count, const char *end)
{
	char *string = kunit_kzalloc(test, count + strlen(end) + 1, GFP_KERNEL);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, string);
	memset(string, byte, count);
	memcpy(string + count, end, strlen(end));
	return string;
}

static inline void expect_taken(struct kunit *test, const char *fault)
{
	KUNIT_EXPECT_TRUE_MSG(test, !fault, "refused: %s", fault ? fault : "");
}

/* @wanted: words that the text of the fault must contain. */
static inline void expect_fault(struct kunit *test, const char *fault, const char *wanted)
{
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, fault);
	KUNIT_EXPECT_TRUE_MSG(test, !!strstr(fault, wanted), "'%s' does not contain '%s'", fault,
			      wanted);
}

/* Size of a policy's memory. shelltrap_policy_init() reserves the first byte of the text. */
static inline size_t size_of(const struct shelltrap_policy *policy)
{
	return shelltrap_policy_size(policy->max_members, policy->text_size - 1);
}

/* Expects that @request fails with a text that contains @wanted, and changes nothing. */
#define EXPECT_REFUSED(test, policy, request, wanted)				\
	do {									\
		void *before_ = copy_bytes(test, policy, size_of(policy));	\
										\
		expect_fault(test, request, wanted);				\
		KUNIT_EXPECT_EQ(test, memcmp(before_, policy, size_of(policy)), 0); \
	} while (0)

static inline unsigned int new_set(struct kunit *test, struct shelltrap_policy *policy,
				   const char *name)
{
	int set;

	expect_taken(test, shelltrap_policy_add_set(policy, copy_string(test, name)));
	set = shelltrap_policy_find_set(policy, name);
	KUNIT_ASSERT_TRUE(test, set >= 0);
	return set;
}

static inline void add_sets(struct kunit *test, struct shelltrap_policy *policy,
			    unsigned int count)
{
	char name[16];
	unsigned int i;

	for (i = 0; i < count; i++) {
		scnprintf(name, sizeof(name), "set-%u", i);
		KUNIT_EXPECT_EQ(test, new_set(test, policy, name), i);
	}
}

static inline void add_include(struct kunit *test, struct shelltrap_policy *policy,
			       unsigned int set, unsigned int included)
{
	expect_taken(test, shelltrap_policy_add_include(policy, set, included));
}

static inline const char *try_member(struct kunit *test, struct shelltrap_policy *policy,
				     unsigned int set, enum shelltrap_member_kind kind,
				     const char *text)
{
	return shelltrap_policy_add_member(policy, set, kind, copy_string(test, text));
}

static inline void add_name(struct kunit *test, struct shelltrap_policy *policy,
			    unsigned int set, const char *name)
{
	expect_taken(test, try_member(test, policy, set, SHELLTRAP_MEMBER_NAME, name));
}

static inline void add_comm(struct kunit *test, struct shelltrap_policy *policy,
			    unsigned int set, const char *name)
{
	expect_taken(test, try_member(test, policy, set, SHELLTRAP_MEMBER_COMM, name));
}

static inline void add_runs(struct kunit *test, struct shelltrap_policy *policy, unsigned int set,
			    const char *runs)
{
	expect_taken(test, try_member(test, policy, set, SHELLTRAP_MEMBER_RUNS, runs));
}

/* Returns the number of the member. */
static inline unsigned int add_path(struct kunit *test, struct shelltrap_policy *policy,
				    unsigned int set, const char *path)
{
	expect_taken(test, try_member(test, policy, set, SHELLTRAP_MEMBER_PATH, path));
	return policy->nr_members - 1;
}

static inline void add_rule(struct kunit *test, struct shelltrap_policy *policy,
			    const struct shelltrap_rule *rule)
{
	expect_taken(test, shelltrap_policy_add_rule(policy, rule));
}

static inline void finish(struct kunit *test, struct shelltrap_policy *policy)
{
	int rule = 0, set = 0;

	expect_taken(test, shelltrap_policy_finish(policy, &rule, &set));
	KUNIT_EXPECT_EQ(test, rule, -1);
	KUNIT_EXPECT_EQ(test, set, -1);
}

static inline void expect_finish_fault(struct kunit *test, struct shelltrap_policy *policy,
				       int rule, int set, const char *wanted)
{
	int bad_rule = -2, bad_set = -2;

	expect_fault(test, shelltrap_policy_finish(policy, &bad_rule, &bad_set), wanted);
	KUNIT_EXPECT_EQ(test, bad_rule, rule);
	KUNIT_EXPECT_EQ(test, bad_set, set);
}

static inline void expect_sets(struct kunit *test, const struct shelltrap_policy *policy,
			       const char *name, enum shelltrap_name_source source, u64 expected)
{
	char *copy = copy_string(test, name);

	KUNIT_EXPECT_EQ_MSG(test, shelltrap_policy_name_sets(policy, copy, source), expected,
			    "'%s' as the name of a %s", name,
			    source == SHELLTRAP_NAME_OF_TASK ? "task" : "file");
}

static inline void expect_file(struct kunit *test, const struct shelltrap_policy *policy,
			       const char *name, u64 expected)
{
	expect_sets(test, policy, name, SHELLTRAP_NAME_OF_FILE, expected);
}

/* Cuts the name as the kernel cuts the name of a task. */
static inline void expect_task(struct kunit *test, const struct shelltrap_policy *policy,
			       const char *name, u64 expected)
{
	char comm[SHELLTRAP_COMM_MAX + 1];

	scnprintf(comm, sizeof(comm), "%s", name);
	expect_sets(test, policy, comm, SHELLTRAP_NAME_OF_TASK, expected);
}

static inline void expect_both(struct kunit *test, const struct shelltrap_policy *policy,
			       const char *name, u64 expected)
{
	expect_file(test, policy, name, expected);
	expect_task(test, policy, name, expected);
}

static inline void expect_path(struct kunit *test, const struct shelltrap_policy *policy,
			       const char *path, u64 expected)
{
	u64 sets = shelltrap_policy_path_sets(policy, copy_string(test, path));

	KUNIT_EXPECT_EQ_MSG(test, sets, expected, "path '%s'", path);
}

static inline void expect_identity(struct kunit *test, const struct shelltrap_policy *policy,
				   const struct shelltrap_identity *identity, u64 expected)
{
	u64 sets = shelltrap_policy_file_sets(policy, identity);

	KUNIT_EXPECT_EQ_MSG(test, sets, expected, "ino %llu, dev %u, generation %u",
			    identity->ino, identity->dev, identity->generation);
}

static inline enum shelltrap_mismatch mismatch_of(const struct shelltrap_rule *rule,
						  const struct shelltrap_exec *exec,
						  const struct shelltrap_late *late)
{
	enum shelltrap_mismatch mismatch = shelltrap_policy_mismatch(rule, exec);

	if (!mismatch)
		mismatch = shelltrap_policy_actor_mismatch(rule, exec);
	return mismatch ? mismatch : shelltrap_policy_late_mismatch(rule, late);
}

static inline u64 matching(const struct shelltrap_policy *policy, const struct shelltrap_exec *exec,
			   const struct shelltrap_late *late)
{
	u64 rules = shelltrap_policy_candidates(policy, exec);

	rules = shelltrap_policy_decide(policy, rules, exec);
	return shelltrap_policy_decide_late(policy, rules, late);
}

/* Checks the reason of the policy's only rule, and that the decision agrees with it. */
static inline void expect_mismatch(struct kunit *test, const struct shelltrap_policy *policy,
				   const struct shelltrap_exec *exec,
				   const struct shelltrap_late *late,
				   enum shelltrap_mismatch expected)
{
	KUNIT_EXPECT_EQ(test, mismatch_of(&policy->rules[0], exec, late), expected);
	KUNIT_EXPECT_EQ(test, matching(policy, exec, late),
			(u64)(expected == SHELLTRAP_MISMATCH_NONE));
}

#endif /* _SHELLTRAP_POLICY_TEST_H */
