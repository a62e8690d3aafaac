// SPDX-License-Identifier: GPL-2.0-or-later
/* What is valid, but can never match what its writer means, is a warning at its line. */
#include "unit.h"

#include <stdlib.h>

#include "files.h"
#include "policy/file.h"

static struct policy_report report;

static void warns(const char *contents, const char *expected)
{
	const struct policy_files files = { .paths = { "x" }, .count = 1, .replace = true };
	struct shelltrap_policy *policy;

	files_write_text("x", contents);
	policy = policy_read(&files, &report);
	assert_int_equal(report.faults.len, 0);
	assert_non_null(policy);
	policy_free(policy);
	assert_string_equal(report.doubts.data ? report.doubts.data : "", expected);
}

TEST(a_path_without_a_file_is_doubted)
{
	warns("[set s]\nnames = a\npaths = /bin/sh\n  /nowhere/a /nowhere/b\n"
	      "[rule r]\ntarget = s\n",
	      "x:3: warning: /nowhere/a, /nowhere/b: no such file on this machine; quote a path "
	      "that may be missing\n");
	warns("[set s]\npaths = /n/a /n/b /n/c /n/d /n/e /n/f\n[rule r]\ntarget = s\n",
	      "x:2: warning: /n/a, /n/b, /n/c, /n/d and 2 more: no such file on this machine; "
	      "quote a path that may be missing\n");
	warns("[set s]\npaths = '/nowhere/a'\n[rule r]\ntarget = s\n", "");
}

TEST(the_path_of_a_directory_is_doubted)
{
	warns("[set s]\npaths = /usr/bin\n[rule r]\ntarget = s\n",
	      "x:2: warning: /usr/bin: a directory; only a file can be run, so name the files "
	      "in it\n");
}

TEST(an_empty_set_is_doubted)
{
	warns("[set s]\n[rule r]\ntarget = s\n",
	      "x:1: warning: 's': the set is empty, so it matches nothing; add names or paths\n");
	warns("[set s]\ninclude = t\n[set t]\nnames = a\n[rule r]\ntarget = s\n", "");
}

TEST(a_set_that_no_rule_names_is_doubted)
{
	warns("[set shells]\nnames = a\n[set shels]\nnames = b\n[set other]\nnames = c\n"
	      "[rule r]\ntarget = shells\n",
	      "x:3: warning: 'shels': no rule names this set, so it matches nothing; did you mean "
	      "'shells'?\n"
	      "x:5: warning: 'other': no rule names this set, so it matches nothing\n");
}

TEST(callers_as_a_target_are_doubted)
{
	warns("[set s]\nruns = node:a.js\ncomms = b\n[set t]\nnames = c\n[rule r]\ntarget = s t\n",
	      "x:7: warning: 's': the members of this set are only callers (runs, comms, ports), which "
	      "are never a target; name a set with names or paths\n");
	warns("[set s]\nruns = node:a.js\n[set t]\nnames = c\n[rule r]\nactor = s\ntarget = t\n",
	      "");
}

TEST(an_exception_for_every_command_line_is_doubted)
{
	warns("[set s]\npaths = /bin/sh\n[rule r]\ntarget = s\naction = allow\n",
	      "x:5: warning: 'r': the exception silences every command line of its targets, "
	      "by any caller; add actor and argv, or write argv = any if that is meant\n");
	warns("[set s]\npaths = /bin/sh\n[rule r]\nactor = s\ntarget = s\naction = allow\n",
	      "x:6: warning: 'r': the exception silences every command line of its targets; add "
	      "argv, or write argv = any if that is meant\n");
	warns("[set s]\npaths = /bin/sh\n[rule r]\ntarget = s\naction = allow\nargv = any\n", "");
	warns("[set s]\npaths = /bin/sh\n[rule r]\ntarget = s\naction = allow\nargv = 'any'\n", "");
}

TEST(the_shipped_policy_is_not_doubted)
{
	const struct policy_files files = {
		.paths = { SHIPPED_POLICY }, .count = 1, .replace = true,
	};
	struct shelltrap_policy *policy = policy_read(&files, &report);

	assert_non_null(policy);
	assert_int_equal(report.doubts.len, 0);
	policy_free(policy);
}

void set_up_all(void)
{
	files_set_up();
}

void tear_down_all(void)
{
	policy_report_free(&report);
	files_tear_down();
}
