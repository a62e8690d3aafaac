// SPDX-License-Identifier: GPL-2.0
/*
 * Sets and their members: which are accepted, which are refused, which are found.
 */
#include "policy_test.h"

#include "../../module/lookup.c"
#include "../../module/policy.c"

#define FILLED 3000

static void a_prefix_matches_itself_and_longer_names(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, 8, 64);

	add_name(test, policy, 0, "ab*");
	add_name(test, policy, 1, "abc*");
	add_name(test, policy, 63, "abc");
	expect_both(test, policy, "a", 0);
	expect_both(test, policy, "ab", BIT_ULL(0));
	expect_both(test, policy, "abc", BIT_ULL(0) | BIT_ULL(1) | BIT_ULL(63));
	expect_both(test, policy, "abcd", BIT_ULL(0) | BIT_ULL(1));
	expect_both(test, policy, "abd", BIT_ULL(0));
	expect_both(test, policy, "xab", 0);
	expect_both(test, policy, "", 0);
}

/* Set n contains a prefix of n bytes. */
static void prefixes_of_every_length_match(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, 64, 64 * 66);
	size_t len;

	for (len = 1; len <= SHELLTRAP_PREFIX_MAX; len++)
		add_name(test, policy, len, repeated(test, 'p', len, "*"));
	for (len = 1; len < SHELLTRAP_PREFIX_MAX; len++)
		expect_file(test, policy, repeated(test, 'p', len, ""),
			    BIT_ULL(len + 1) - 2);
	expect_file(test, policy, repeated(test, 'p', 63, ""), U64_MAX - 1);
	expect_file(test, policy, repeated(test, 'p', 255, ""), U64_MAX - 1);
	expect_file(test, policy, repeated(test, 'p', 20, "x"), BIT_ULL(21) - 2);
}

static void a_star_inside_a_name_is_a_star(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, 8, 64);

	add_name(test, policy, 0, "a*b");
	add_name(test, policy, 1, "c**");
	add_comm(test, policy, 2, "*d");
	expect_both(test, policy, "a*b", BIT_ULL(0));
	expect_both(test, policy, "axb", 0);
	expect_both(test, policy, "c", 0);
	expect_both(test, policy, "c*x", BIT_ULL(1));
	expect_task(test, policy, "*d", BIT_ULL(2));
	expect_task(test, policy, "xd", 0);
}

static void a_long_name_matches_a_task_by_its_first_15_bytes(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, 8, 128);

	add_name(test, policy, 0, "0123456789abcdef");
	add_name(test, policy, 1, "123456789abcdefgh*");
	add_name(test, policy, 2, "exactly-15-long");
	expect_task(test, policy, "0123456789abcdef", BIT_ULL(0));
	expect_task(test, policy, "0123456789abcd", 0);
	expect_file(test, policy, "0123456789abcde", 0);
	expect_file(test, policy, "0123456789abcdef", BIT_ULL(0));
	expect_task(test, policy, "123456789abcdef", BIT_ULL(1));
	expect_file(test, policy, "123456789abcdef", 0);
	expect_file(test, policy, "123456789abcdefghi", BIT_ULL(1));
	expect_both(test, policy, "exactly-15-long", BIT_ULL(2));
	expect_file(test, policy, "exactly-15-longer", 0);
}

/* A prefix of 15 bytes needs no second entry: cut to 15 bytes it stays the same. */
static void a_prefix_of_15_bytes_is_not_cut(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, 8, 128);

	add_name(test, policy, 0, "exactly-15-long*");
	expect_both(test, policy, "exactly-15-long", BIT_ULL(0));
	expect_both(test, policy, "exactly-15-longer", BIT_ULL(0));
	expect_both(test, policy, "exactly-15-lon", 0);
}

static void names_that_share_their_first_15_bytes_share_the_task_name(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, 8, 128);

	add_name(test, policy, 0, "0123456789abcde-one");
	add_name(test, policy, 1, "0123456789abcde-two");
	expect_task(test, policy, "0123456789abcde", BIT_ULL(0) | BIT_ULL(1));
	expect_file(test, policy, "0123456789abcde-one", BIT_ULL(0));
	expect_file(test, policy, "0123456789abcde-two", BIT_ULL(1));
}

static void a_comm_matches_tasks_only(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, 8, 64);

	add_comm(test, policy, 0, "pool");
	add_comm(test, policy, 1, "http-nio*");
	expect_task(test, policy, "pool", BIT_ULL(0));
	expect_file(test, policy, "pool", 0);
	expect_task(test, policy, "http-nio-8080-exec", BIT_ULL(1));
	expect_file(test, policy, "http-nio-8080-exec", 0);
}

static void a_comm_does_not_widen_a_name_nor_a_name_a_comm(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, 8, 64);

	add_comm(test, policy, 0, "one");
	add_name(test, policy, 1, "one");
	add_name(test, policy, 2, "two*");
	add_comm(test, policy, 3, "two*");
	expect_task(test, policy, "one", BIT_ULL(0) | BIT_ULL(1));
	expect_file(test, policy, "one", BIT_ULL(1));
	expect_task(test, policy, "two!", BIT_ULL(2) | BIT_ULL(3));
	expect_file(test, policy, "two!", BIT_ULL(2));
}

static void a_name_of_255_bytes_is_the_longest(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, 8, 1024);
	const char *longest = repeated(test, 'n', SHELLTRAP_NAME_MAX, "");
	const char *longer = repeated(test, 'n', SHELLTRAP_NAME_MAX + 1, "");

	EXPECT_REFUSED(test, policy, try_member(test, policy, 0, SHELLTRAP_MEMBER_NAME, longer),
		       "255");
	add_name(test, policy, 0, longest);
	expect_both(test, policy, longest, BIT_ULL(0));
	expect_file(test, policy, longest + 1, 0);
	expect_file(test, policy, longer, 0);
}

static void a_name_over_255_bytes_is_in_no_set(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, 8, 64);

	add_name(test, policy, 0, "n*");
	expect_file(test, policy, repeated(test, 'n', SHELLTRAP_NAME_MAX, ""), BIT_ULL(0));
	expect_file(test, policy, repeated(test, 'n', SHELLTRAP_NAME_MAX + 1, ""), 0);
	expect_file(test, policy, repeated(test, 'n', 5000, ""), 0);
}

static void a_prefix_of_63_bytes_is_the_longest(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, 8, 1024);
	const char *longest = repeated(test, 'p', SHELLTRAP_PREFIX_MAX, "*");
	const char *longer = repeated(test, 'p', SHELLTRAP_PREFIX_MAX + 1, "*");

	EXPECT_REFUSED(test, policy, try_member(test, policy, 0, SHELLTRAP_MEMBER_NAME, longer),
		       "63");
	add_name(test, policy, 0, longest);
	expect_file(test, policy, longest, BIT_ULL(0));
	expect_file(test, policy, repeated(test, 'p', SHELLTRAP_PREFIX_MAX - 1, ""), 0);
	expect_both(test, policy, repeated(test, 'p', SHELLTRAP_PREFIX_MAX, ""), BIT_ULL(0));
}

static void a_comm_of_15_bytes_is_the_longest(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, 8, 64);

	EXPECT_REFUSED(test, policy, try_member(test, policy, 0, SHELLTRAP_MEMBER_COMM,
						"0123456789abcdef"), "15");
	EXPECT_REFUSED(test, policy, try_member(test, policy, 0, SHELLTRAP_MEMBER_COMM,
						"0123456789abcdef*"), "15");
	add_comm(test, policy, 0, "0123456789abcde");
	add_comm(test, policy, 1, "123456789abcdef*");
	expect_task(test, policy, "0123456789abcde", BIT_ULL(0));
	expect_task(test, policy, "123456789abcdef", BIT_ULL(1));
}

static void a_name_that_could_not_work_is_refused(struct kunit *test)
{
	static const char * const bad[] = { "", "*", "a/b", "/", "/bin/sh", "bin/*" };
	struct shelltrap_policy *policy = new_policy(test, 8, 64);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		EXPECT_REFUSED(test, policy, try_member(test, policy, 0, SHELLTRAP_MEMBER_NAME,
							bad[i]), i < 2 ? "name" : "path");
	for (i = 0; i < 2; i++)
		EXPECT_REFUSED(test, policy, try_member(test, policy, 0, SHELLTRAP_MEMBER_COMM,
							bad[i]), "name");
}

static void a_path_matches_as_it_was_typed_and_no_other_way(struct kunit *test)
{
	static const char * const others[] = {
		"", "/", "sh", "bin/sh", "/bin/s", "/bin/sh/", "/bin/shh", "//bin/sh", "/bin//sh",
		"/bin/../bin/sh", "/BIN/sh", "/usr/bin/sh", "/x", "*",
	};
	struct shelltrap_policy *policy = new_policy(test, 8, 256);
	size_t i;

	add_path(test, policy, 0, "/bin/sh");
	add_path(test, policy, 1, "/bin/*");
	expect_path(test, policy, "/bin/sh", BIT_ULL(0));
	expect_path(test, policy, "/bin/*", BIT_ULL(1));
	for (i = 0; i < ARRAY_SIZE(others); i++)
		expect_path(test, policy, others[i], 0);
}

static void a_path_is_no_name_and_a_name_no_path(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, 8, 256);

	add_path(test, policy, 0, "/bin/sh");
	add_name(test, policy, 1, "bash");
	expect_both(test, policy, "sh", 0);
	expect_both(test, policy, "/bin/sh", 0);
	expect_path(test, policy, "bash", 0);
	expect_path(test, policy, "/bin/bash", 0);
}

static void a_path_of_4095_bytes_is_the_longest(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, 8, 8192);
	char *longer = repeated(test, 'p', SHELLTRAP_PATH_MAX, "");

	longer[0] = '/';
	EXPECT_REFUSED(test, policy, try_member(test, policy, 0, SHELLTRAP_MEMBER_PATH, longer),
		       "4095");
	longer[SHELLTRAP_PATH_MAX - 1] = '\0';
	add_path(test, policy, 0, longer);
	expect_path(test, policy, longer, BIT_ULL(0));
	longer[SHELLTRAP_PATH_MAX - 2] = '\0';
	expect_path(test, policy, longer, 0);
}

static void a_path_that_leads_to_no_file_is_refused(struct kunit *test)
{
	static const char * const bad[] = { "", "sh", "bin/sh", "./sh", "/", "/bin/" };
	struct shelltrap_policy *policy = new_policy(test, 8, 256);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		EXPECT_REFUSED(test, policy, try_member(test, policy, 0, SHELLTRAP_MEMBER_PATH,
							bad[i]), "path");
	KUNIT_EXPECT_EQ(test, policy->nr_paths, (u32)0);
}

static void a_file_matches_by_inode_device_and_generation_together(struct kunit *test)
{
	static const struct shelltrap_identity sh = { 0x100000002ULL, 3, 4 };
	static const struct shelltrap_identity others[] = {
		{}, { 0x100000003ULL, 3, 4 }, { 2, 3, 4 }, { 0x200000002ULL, 3, 4 },
		{ 0x100000002ULL, 4, 4 }, { 0x100000002ULL, 3, 5 }, { 0x100000002ULL, 4, 3 },
		{ 0x100000002ULL, 0x80000003U, 4 }, { 0x100000002ULL, 3, 0x80000004U },
	};
	struct shelltrap_policy *policy = new_policy(test, 8, 256);
	size_t i;

	shelltrap_policy_identify(policy, add_path(test, policy, 5, "/bin/sh"), &sh);
	expect_identity(test, policy, &sh, BIT_ULL(5));
	for (i = 0; i < ARRAY_SIZE(others); i++)
		expect_identity(test, policy, &others[i], 0);
}

static void a_file_of_several_paths_is_in_all_their_sets(struct kunit *test)
{
	static const struct shelltrap_identity dash = { 1, 2, 3 }, bash = { 2, 2, 3 };
	struct shelltrap_policy *policy = new_policy(test, 8, 256);

	shelltrap_policy_identify(policy, add_path(test, policy, 0, "/bin/sh"), &dash);
	shelltrap_policy_identify(policy, add_path(test, policy, 1, "/bin/bash"), &bash);
	shelltrap_policy_identify(policy, add_path(test, policy, 2, "/bin/dash"), &dash);
	shelltrap_policy_identify(policy, add_path(test, policy, 3, "/bin/sh"), &dash);
	expect_identity(test, policy, &dash, BIT_ULL(0) | BIT_ULL(2) | BIT_ULL(3));
	expect_identity(test, policy, &bash, BIT_ULL(1));
	expect_path(test, policy, "/bin/sh", BIT_ULL(0) | BIT_ULL(3));
	KUNIT_EXPECT_EQ(test, policy->nr_paths, (u32)4);
	KUNIT_EXPECT_EQ(test, policy->nr_identities, (u32)4);
}

static void a_path_that_is_missing_matches_only_as_typed(struct kunit *test)
{
	static const struct shelltrap_identity nothing;
	struct shelltrap_policy *policy = new_policy(test, 8, 256);

	add_path(test, policy, 0, "/bin/gone");
	expect_path(test, policy, "/bin/gone", BIT_ULL(0));
	expect_identity(test, policy, &nothing, 0);
	KUNIT_EXPECT_EQ(test, policy->nr_paths, (u32)1);
	KUNIT_EXPECT_EQ(test, policy->nr_identities, (u32)0);
}

/* The identity is stored after the path, in memory reserved for it. */
static void an_identity_does_not_overwrite_text(struct kunit *test)
{
	static const struct shelltrap_identity identity = { U64_MAX, 0xffffffff, 0xffffffff };
	struct shelltrap_policy *policy = new_policy(test, 3, 9 + 16 + 9 + 16 + 5);
	unsigned int sh = add_path(test, policy, 0, "/bin/zsh");
	unsigned int ksh = add_path(test, policy, 1, "/bin/ksh");

	add_name(test, policy, 2, "last");
	shelltrap_policy_identify(policy, sh, &identity);
	shelltrap_policy_identify(policy, ksh, &identity);
	KUNIT_EXPECT_STREQ(test, shelltrap_policy_member(policy, 0), (const char *)"/bin/zsh");
	KUNIT_EXPECT_STREQ(test, shelltrap_policy_member(policy, 1), (const char *)"/bin/ksh");
	KUNIT_EXPECT_STREQ(test, shelltrap_policy_member(policy, 2), (const char *)"last");
	expect_path(test, policy, "/bin/ksh", BIT_ULL(1));
	expect_both(test, policy, "last", BIT_ULL(2));
	expect_identity(test, policy, &identity, BIT_ULL(0) | BIT_ULL(1));
}

static void a_member_is_returned_as_it_was_added(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, 4, 256);
	const struct shelltrap_member *members = policy->members;

	add_name(test, policy, 3, "php-fpm*");
	add_comm(test, policy, 1, "pool*");
	add_path(test, policy, 2, "/bin/sh");
	KUNIT_EXPECT_STREQ(test, shelltrap_policy_member(policy, 0), (const char *)"php-fpm*");
	KUNIT_EXPECT_STREQ(test, shelltrap_policy_member(policy, 1), (const char *)"pool*");
	KUNIT_EXPECT_STREQ(test, shelltrap_policy_member(policy, 2), (const char *)"/bin/sh");
	KUNIT_EXPECT_TRUE(test, members[0].set == 3 && members[1].set == 1 && members[2].set == 2);
	KUNIT_EXPECT_TRUE(test, members[0].kind == SHELLTRAP_MEMBER_NAME &&
			  members[1].kind == SHELLTRAP_MEMBER_COMM &&
			  members[2].kind == SHELLTRAP_MEMBER_PATH);
	KUNIT_EXPECT_EQ(test, policy->nr_members, (u32)3);
}

/* The set @names is the target of a rule without an actor, so it is watched. */
static void expect_watched(struct kunit *test, const char * const *names, unsigned int nr,
			   const char *name, bool expected)
{
	const struct shelltrap_rule rule = {
		.name = "rule", .target = 1, .severity = SHELLTRAP_SEVERITY_LOW,
		.action = SHELLTRAP_ACTION_ALERT,
	};
	struct shelltrap_policy *policy = new_policy(test, nr, 4096);
	u32 prefix = shelltrap_name_prefix(copy_string(test, name));
	unsigned int i;

	for (i = 0; i < nr; i++)
		add_name(test, policy, 0, names[i]);
	add_rule(test, policy, &rule);
	finish(test, policy);
	KUNIT_EXPECT_EQ_MSG(test, shelltrap_policy_watches(policy, prefix), expected, "'%s'",
			    name);
}

static void what_is_watched_is_known_by_its_prefix(struct kunit *test)
{
	static const char * const names[] = { "sh", "nginx", "php-fpm*" };
	static const char * const short_prefixes[] = { "nginx", "nc*", "perl*" };

	expect_watched(test, names, 3, "sh", true);
	expect_watched(test, names, 3, "nginx", true);
	expect_watched(test, names, 3, "php-fpm8.2", true);
	expect_watched(test, names, 3, "ls", false);
	expect_watched(test, names, 3, "s", false);
	expect_watched(test, names, 3, "bash", false);
	expect_watched(test, names, 3, "", false);
	expect_watched(test, short_prefixes, 3, "nc", true);
	expect_watched(test, short_prefixes, 3, "ncat", true);
	expect_watched(test, short_prefixes, 3, "nginx", true);
	expect_watched(test, short_prefixes, 3, "perl5.36.0", true);
	expect_watched(test, short_prefixes, 3, "n", false);
	expect_watched(test, short_prefixes, 3, "ls", false);
}

static void a_name_has_the_same_prefix_whatever_follows_it(struct kunit *test)
{
	static const char * const names[] = {
		"", "s", "sh", "ash", "bash", "nginx",
		"\x01", "\x80", "\xff\x01", "\x80\x80\x01\x01",
	};
	static const char following[] = { '\0', '\x01', 'x', '\x7f', '\x80', '\x81', '\xff' };
	char memory[SHELLTRAP_NAME_PREFIX_LEN + 4];
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		for (j = 0; j < ARRAY_SIZE(following); j++) {
			memset(memory, following[j], sizeof(memory));
			memcpy(memory, names[i], strlen(names[i]) + 1);
			KUNIT_EXPECT_EQ_MSG(test, shelltrap_name_prefix_padded(memory),
					    shelltrap_name_prefix(copy_string(test, names[i])),
					    "'%s', then %x", names[i], following[j] & 0xff);
		}
	}
}

static void a_policy_without_members_knows_none(struct kunit *test)
{
	static const struct shelltrap_identity identity;
	const struct shelltrap_policy *policy = new_policy(test, 0, 0);

	expect_both(test, policy, "", 0);
	expect_both(test, policy, "sh", 0);
	expect_path(test, policy, "", 0);
	expect_path(test, policy, "/bin/sh", 0);
	expect_identity(test, policy, &identity, 0);
	KUNIT_EXPECT_EQ(test, shelltrap_policy_find_set(policy, ""), -1);
	KUNIT_EXPECT_EQ(test, shelltrap_policy_find_set(policy, "shells"), -1);
}

static void a_set_is_found_by_its_whole_name(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, 0, 64);

	KUNIT_EXPECT_EQ(test, new_set(test, policy, "shells"), 0U);
	KUNIT_EXPECT_EQ(test, new_set(test, policy, "shell"), 1U);
	KUNIT_EXPECT_EQ(test, new_set(test, policy, "Shells"), 2U);
	KUNIT_EXPECT_EQ(test, shelltrap_policy_find_set(policy, "shells"), 0);
	KUNIT_EXPECT_EQ(test, shelltrap_policy_find_set(policy, "shell"), 1);
	KUNIT_EXPECT_EQ(test, shelltrap_policy_find_set(policy, "shel"), -1);
	KUNIT_EXPECT_EQ(test, shelltrap_policy_find_set(policy, "shells2"), -1);
	EXPECT_REFUSED(test, policy, shelltrap_policy_add_set(policy, "shells"), "already");
	EXPECT_REFUSED(test, policy, shelltrap_policy_add_set(policy, "Shells"), "already");
}

static void a_label_is_letters_digits_underscore_dash_and_dot(struct kunit *test)
{
	static const char good[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";
	struct shelltrap_policy *policy = new_policy(test, 0, 64);
	char label[] = "a?b";
	int byte;

	for (byte = 1; byte < 256; byte++) {
		label[1] = byte;
		policy->nr_sets = 0;
		policy->text_used = 1;
		if (strchr(good, byte))
			expect_taken(test, shelltrap_policy_add_set(policy, label));
		else
			EXPECT_REFUSED(test, policy, shelltrap_policy_add_set(policy, label),
				       "letters");
	}
}

static void a_label_has_1_to_47_bytes(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, 0, 256);
	const char *longest = repeated(test, 'l', SHELLTRAP_LABEL_MAX, "");
	const char *longer = repeated(test, 'l', SHELLTRAP_LABEL_MAX + 1, "");

	EXPECT_REFUSED(test, policy, shelltrap_policy_add_set(policy, ""), "name is missing");
	EXPECT_REFUSED(test, policy, shelltrap_policy_add_set(policy, longer), "47");
	KUNIT_EXPECT_EQ(test, new_set(test, policy, longest), 0U);
	KUNIT_EXPECT_EQ(test, new_set(test, policy, "l"), 1U);
}

static void there_are_64_sets_and_no_65th(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, 2 * SHELLTRAP_SETS_MAX, 4096);
	char name[32];
	int set;

	add_sets(test, policy, SHELLTRAP_SETS_MAX);
	EXPECT_REFUSED(test, policy, shelltrap_policy_add_set(policy, "one-more"), "64");
	for (set = 0; set < SHELLTRAP_SETS_MAX; set++) {
		scnprintf(name, sizeof(name), "only-%d", set);
		add_name(test, policy, set, name);
		add_name(test, policy, set, "everywhere");
	}
	for (set = 0; set < SHELLTRAP_SETS_MAX; set++) {
		scnprintf(name, sizeof(name), "only-%d", set);
		expect_both(test, policy, name, BIT_ULL(set));
	}
	expect_both(test, policy, "everywhere", U64_MAX);
}

static void two_sets_cannot_have_the_same_name(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, 0, 64);
	char label[] = "shells";

	expect_taken(test, shelltrap_policy_add_set(policy, label));
	memset(label, 'x', strlen(label));
	KUNIT_EXPECT_EQ(test, shelltrap_policy_find_set(policy, "shells"), 0);
}

/* With exactly the text announced, and with one byte less. */
static void sets_take_the_text_that_was_announced(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, 0, 7);

	expect_taken(test, shelltrap_policy_add_set(policy, "shells"));
	policy = new_policy(test, 0, 6);
	EXPECT_REFUSED(test, policy, shelltrap_policy_add_set(policy, "shells"), "more text");
	policy = new_policy(test, 0, 0);
	EXPECT_REFUSED(test, policy, shelltrap_policy_add_set(policy, "s"), "more text");
}

static void members_take_the_text_that_was_announced(struct kunit *test)
{
	static const struct {
		enum shelltrap_member_kind kind;
		const char *text;
		u32 size;
	} members[] = {
		{ SHELLTRAP_MEMBER_NAME, "php-fpm*", 9 },
		{ SHELLTRAP_MEMBER_NAME, "httpd-foreground", 17 },
		{ SHELLTRAP_MEMBER_COMM, "pool*", 6 },
		{ SHELLTRAP_MEMBER_PATH, "/bin/sh", 8 + 16 },
	};
	struct shelltrap_policy *policy;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(members); i++) {
		policy = new_policy(test, 1, members[i].size);
		expect_taken(test, try_member(test, policy, 0, members[i].kind, members[i].text));
		policy = new_policy(test, 1, members[i].size - 1);
		EXPECT_REFUSED(test, policy, try_member(test, policy, 0, members[i].kind,
							members[i].text), "more text");
	}
}

static void a_policy_takes_the_members_that_were_announced(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, 2, 1024);

	add_name(test, policy, 0, "aaa");
	add_path(test, policy, 1, "/bin/bb");
	EXPECT_REFUSED(test, policy, try_member(test, policy, 2, SHELLTRAP_MEMBER_NAME, "ccc"),
		       "more members than");
	/* A member that exists already counts again. */
	EXPECT_REFUSED(test, policy, try_member(test, policy, 0, SHELLTRAP_MEMBER_NAME, "aaa"),
		       "more members than");
	expect_both(test, policy, "aaa", BIT_ULL(0));
	expect_path(test, policy, "/bin/bb", BIT_ULL(1));
	expect_both(test, policy, "ccc", 0);
}

static void beyond_65536_members_the_fault_names_the_limit(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, 1, 64);

	policy->max_members = SHELLTRAP_MEMBERS_MAX;
	policy->nr_members = SHELLTRAP_MEMBERS_MAX;
	expect_fault(test, try_member(test, policy, 0, SHELLTRAP_MEMBER_NAME, "name"), "65536");
	KUNIT_EXPECT_EQ(test, policy->nr_members, (u32)SHELLTRAP_MEMBERS_MAX);
}

static u32 used_entries(const struct shelltrap_policy *policy)
{
	u32 used = 0, i;

	for (i = 0; i <= policy->mask; i++)
		used += policy->table[i].kind != 0;
	return used;
}

/* Paths that lead to files, and names over 15 bytes, take two entries each. */
static void a_full_policy_leaves_half_of_its_table_unused(struct kunit *test)
{
	struct shelltrap_policy *policy;
	struct shelltrap_identity identity = {};
	u32 members, i;
	char text[32];

	for (members = 1; members < 40; members++) {
		policy = new_policy(test, members, members * 64);
		for (i = 0; i < members; i++) {
			scnprintf(text, sizeof(text), i & 1 ? "%03u-and-more-than-15" : "/bin/%u",
				  i);
			identity.ino = i;
			if (i & 1)
				add_name(test, policy, 0, text);
			else
				shelltrap_policy_identify(policy, add_path(test, policy, 0, text),
							  &identity);
		}
		KUNIT_EXPECT_EQ(test, used_entries(policy), 2 * members);
		KUNIT_EXPECT_TRUE(test, used_entries(policy) <= (policy->mask + 1) / 2);
	}
}

/* The names and paths are spread over the sets. */
static void many_members_stay_apart(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, 2 * FILLED, 64 * FILLED);
	char name[32];
	int i;

	for (i = 0; i < FILLED; i++) {
		scnprintf(name, sizeof(name), "/bin/program-%d", i);
		add_path(test, policy, i % 63, name);
		add_name(test, policy, i % 64, name + 5);
	}
	for (i = 0; i < FILLED; i++) {
		scnprintf(name, sizeof(name), "/bin/program-%d", i);
		expect_path(test, policy, name, BIT_ULL(i % 63));
		expect_file(test, policy, name + 5, BIT_ULL(i % 64));
	}
	expect_file(test, policy, "program-3000", 0);
	expect_path(test, policy, "/bin/program-3000", 0);
}

/* Two pairs of names with the same FNV-1a hash. */
static void names_with_the_same_hash_stay_apart(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, 8, 256);

	add_name(test, policy, 0, "declinate");
	expect_both(test, policy, "macallums", 0);
	add_name(test, policy, 1, "macallums");
	add_name(test, policy, 2, "costarring");
	expect_both(test, policy, "liquid", 0);
	add_name(test, policy, 3, "liquid*");
	expect_both(test, policy, "declinate", BIT_ULL(0));
	expect_both(test, policy, "macallums", BIT_ULL(1));
	expect_both(test, policy, "costarring", BIT_ULL(2));
	expect_both(test, policy, "liquid", BIT_ULL(3));
}

/* By chance "sh" and "sh9xtekw", of which it is a prefix, have the same hash. */
static void a_name_and_its_prefix_with_the_same_hash_stay_apart(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, 8, 256);

	KUNIT_EXPECT_EQ(test, hash_bytes("sh", 2), hash_bytes("sh9xtekw", 8));
	add_name(test, policy, 0, "sh9xtekw");
	expect_both(test, policy, "sh", 0);
	add_name(test, policy, 1, "sh");
	expect_both(test, policy, "sh", BIT_ULL(1));
	expect_both(test, policy, "sh9xtekw", BIT_ULL(0));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(a_prefix_matches_itself_and_longer_names),
	KUNIT_CASE(prefixes_of_every_length_match),
	KUNIT_CASE(a_star_inside_a_name_is_a_star),
	KUNIT_CASE(a_long_name_matches_a_task_by_its_first_15_bytes),
	KUNIT_CASE(a_prefix_of_15_bytes_is_not_cut),
	KUNIT_CASE(names_that_share_their_first_15_bytes_share_the_task_name),
	KUNIT_CASE(a_comm_matches_tasks_only),
	KUNIT_CASE(a_comm_does_not_widen_a_name_nor_a_name_a_comm),
	KUNIT_CASE(a_name_of_255_bytes_is_the_longest),
	KUNIT_CASE(a_name_over_255_bytes_is_in_no_set),
	KUNIT_CASE(a_prefix_of_63_bytes_is_the_longest),
	KUNIT_CASE(a_comm_of_15_bytes_is_the_longest),
	KUNIT_CASE(a_name_that_could_not_work_is_refused),
	KUNIT_CASE(a_path_matches_as_it_was_typed_and_no_other_way),
	KUNIT_CASE(a_path_is_no_name_and_a_name_no_path),
	KUNIT_CASE(a_path_of_4095_bytes_is_the_longest),
	KUNIT_CASE(a_path_that_leads_to_no_file_is_refused),
	KUNIT_CASE(a_file_matches_by_inode_device_and_generation_together),
	KUNIT_CASE(a_file_of_several_paths_is_in_all_their_sets),
	KUNIT_CASE(a_path_that_is_missing_matches_only_as_typed),
	KUNIT_CASE(an_identity_does_not_overwrite_text),
	KUNIT_CASE(a_member_is_returned_as_it_was_added),
	KUNIT_CASE(what_is_watched_is_known_by_its_prefix),
	KUNIT_CASE(a_name_has_the_same_prefix_whatever_follows_it),
	KUNIT_CASE(a_policy_without_members_knows_none),
	KUNIT_CASE(a_set_is_found_by_its_whole_name),
	KUNIT_CASE(a_label_is_letters_digits_underscore_dash_and_dot),
	KUNIT_CASE(a_label_has_1_to_47_bytes),
	KUNIT_CASE(there_are_64_sets_and_no_65th),
	KUNIT_CASE(two_sets_cannot_have_the_same_name),
	KUNIT_CASE(sets_take_the_text_that_was_announced),
	KUNIT_CASE(members_take_the_text_that_was_announced),
	KUNIT_CASE(a_policy_takes_the_members_that_were_announced),
	KUNIT_CASE(beyond_65536_members_the_fault_names_the_limit),
	KUNIT_CASE(a_full_policy_leaves_half_of_its_table_unused),
	KUNIT_CASE(many_members_stay_apart),
	KUNIT_CASE(names_with_the_same_hash_stay_apart),
	KUNIT_CASE(a_name_and_its_prefix_with_the_same_hash_stay_apart),
	{}
};

struct kunit_suite shelltrap_policy_suite = {
	.name = "shelltrap-policy",
	.test_cases = cases,
};
