// SPDX-License-Identifier: GPL-2.0-or-later
/* A difference lists what comes, changes and goes, and nothing if two policies are the same. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>

#include "files.h"
#include "policy/difference.h"
#include "policy/file.h"

static struct policy_report report;
static struct buffer out;

static struct shelltrap_policy *policy_of(const char *contents)
{
	const struct policy_files files = { .paths = { "x" }, .count = 1, .replace = true };
	struct shelltrap_policy *policy;

	files_write_text("x", contents);
	policy = policy_read(&files, &report);
	assert_int_equal(report.faults.len, 0);
	return policy;
}

static const char *difference_of(const char *from, const char *to)
{
	struct shelltrap_policy *before = policy_of(from), *after = policy_of(to);

	buffer_reset(&out);
	difference_put(&out, before, after);
	policy_free(before);
	policy_free(after);
	return out.data ? out.data : "";
}

TEST(the_same_policy_has_no_difference)
{
	assert_string_equal(difference_of("[set a]\nnames = x y\n[rule r]\ntarget = a\n",
					  "[rule r]\ntarget = a\n[set a]\nnames = y x\n"), "");
}

TEST(what_comes_changes_and_goes_is_listed)
{
	assert_string_equal(difference_of("[set a]\nnames = x y\n[set c]\nnames = q\n"
					  "[rule r]\ntarget = a\ntitle = a b\n[rule s]\ntarget = c\n",
					  "[set a]\nnames = z 'a b' y\npaths = '/x'\n[set b]\nnames = k\n"
					  "[rule r]\ntarget = a b\naction = off\n"
					  "[rule t]\ntarget = a\naction = deny\n"),
			    "- set c\n"
			    "~ set a: names +'a b' +z -x; paths +/x\n"
			    "+ set b\n"
			    "- rule s\n"
			    "~ rule r: target = a b (was a); action = off (was alert); "
			    "title = any (was a b)\n"
			    "+ rule t: action = deny\n");
}

TEST(the_servers_for_which_a_rule_is_off_are_a_difference)
{
	static const char before[] = "[set a]\nnames = x\n[rule r]\ntarget = a\n";
	static const char after[] = "[set a]\nnames = x\n[rule r]\ntarget = a\nactor -= a\n"
				    "cgroup -= '/a = b'\n";

	assert_string_equal(difference_of(before, after),
			    "~ rule r: actor -= a; cgroup -= '/a = b'\n");
	assert_string_equal(difference_of(after, before),
			    "~ rule r: actor -= nothing (was a); cgroup -= nothing (was '/a = b')\n");
}

TEST(the_order_of_rules_is_a_difference)
{
	assert_string_equal(difference_of("[set a]\nnames = x\n[rule r]\ntarget = a\n"
					  "[rule s]\ntarget = a\n",
					  "[set a]\nnames = x\n[rule s]\ntarget = a\n"
					  "[rule r]\ntarget = a\n"),
			    "~ the order of the rules\n");
}

TEST(many_members_are_counted)
{
	struct buffer many = {0};
	int i;

	buffer_puts(&many, "[set a]\nnames = x\n");
	for (i = 0; i < 30000; i++)
		buffer_printf(&many, " n%d\n", i);
	buffer_puts(&many, "[rule r]\ntarget = a\n");
	assert_string_equal(difference_of("[set a]\nnames = x\n[rule r]\ntarget = a\n", many.data),
			    "~ set a: names +n0 +n1 +n10 +n100 +n1000 +n10000 +n10001 +n10002 "
			    "and 29992 more\n");
	buffer_free(&many);
}

void set_up_all(void)
{
	files_set_up();
}

void tear_down_all(void)
{
	policy_report_free(&report);
	buffer_free(&out);
	files_tear_down();
}
