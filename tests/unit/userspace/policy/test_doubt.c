// SPDX-License-Identifier: GPL-2.0-or-later
/* What is valid, but can never match what its writer means, is a warning at its line. */
#include "unit.h"

#include <stdio.h>
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

TEST(ports_that_leave_no_server_out_are_doubted)
{
	warns("[set s]\nnames = a\n[set mine]\nports = 80\nnames = b\n"
	      "[rule r]\ntarget = s\nactor -= mine\n",
	      "x:8: warning: 'mine': the ports of this set leave no server out, as an attacker in "
	      "any server can listen on one; only names, comms, paths and runs do\n");
	warns("[set s]\nnames = a\n[set mine]\nnames = b\n"
	      "[rule r]\ntarget = s\nactor -= mine\n", "");
}

TEST(the_path_of_a_directory_is_doubted)
{
	warns("[set s]\npaths = /usr/bin\n[rule r]\ntarget = s\n",
	      "x:2: warning: /usr/bin: a directory; only a file can be run, so name the files "
	      "in it\n");
}

/* An exception for a shell that has this command line. @wanted NULL: no doubt. */
static void warns_of(const char *argv, const char *wanted)
{
	char contents[512], expected[512] = "";

	snprintf(contents, sizeof(contents), "[set s]\npaths = /bin/sh\n[rule r]\ntarget = s\n"
		 "action = allow\nargv = %s\n[rule q]\ntarget = s\n", argv);
	if (wanted)
		snprintf(expected, sizeof(expected), "x:6: warning: 'r': %s\n", wanted);
	warns(contents, expected);
}

#define ELSEWHERE "is looked up in the caller's directory, so without 'cwd = /DIRECTORY' the " \
	"exception never matches"

TEST(an_exception_that_a_directory_changes_is_doubted)
{
	warns_of("sh -c 'php cron.php'", "'cron.php' " ELSEWHERE);
	warns_of("sh -c 'A=1 /usr/bin/php8.2 -q cron.php'", "'cron.php' " ELSEWHERE);
	warns_of("sh -c 'echo; ./run'", "'./run' " ELSEWHERE);
	warns_of("sh -c 'bin/run x'", "'bin/run' " ELSEWHERE);
	warns_of("bash x", "'x' " ELSEWHERE);
	warns_of("sh -c 'cat >/tmp/x ../y'", "'../y' " ELSEWHERE);
	warns_of("sh -c 'python3 -m mod'", "'mod' " ELSEWHERE);
	warns_of("sh -c 'php cron.php'\ncwd = /srv", NULL);
	warns_of("sh -c '/usr/sbin/sendmail -t -i'", NULL);
	warns_of("sh -c 'php /srv/cron.php x 2>/dev/null'", NULL);
	warns_of("sh /srv/x {word}", NULL);
	warns_of("sh -c \"perl -e 'print 1'; phpize x\"", NULL);
}

TEST(an_exception_that_lets_a_shell_run_anything_is_doubted)
{
	static const char shell[] = "the shell gets no script: it runs anything that its standard "
				    "input says";
	static const char interpreter[] = "the interpreter gets no script: it runs anything that "
					  "its standard input says";

	warns_of("sh", shell);
	warns_of("x -x", shell);
	warns_of("sh -c 'bash'", shell);
	warns_of("any", "the exception lets a shell run anything");
	warns_of("sh -s", shell);
	warns_of("sh -es /srv/x", shell);
	warns_of("sh /dev/stdin", shell);
	warns_of("sh -c 'bash /dev/fd/3'", shell);
	warns_of("sh -c '/usr/bin/python3 -'", interpreter);
	warns_of("sh -c '/usr/bin/perl; id'", interpreter);
	warns_of("sh -c '/usr/bin/php -q /proc/self/fd/0'", interpreter);
	warns_of("sh -c 'php -v; node --version; perl -e 1; bash -sc id'", NULL);
	warns_of("sh -c '$X y'", "'$X' runs whatever the variable says");
	warns_of("sh -c 'eval \"$X\"'",
		 "'eval' lets the shell run anything that its arguments say");
	warns_of("sh -c 'php {file:/srv/up}'", "'{file:/srv/up}' has a hole where the interpreter "
		 "takes its script or code: whatever fits is run");
	warns_of("sh -c 'php -r {word}'", "'{word}' has a hole where the interpreter takes its "
		 "script or code: whatever fits is run");
}

TEST(an_exception_without_a_file_here_is_doubted)
{
	warns("[set s]\npaths = '/nowhere/a'\n[rule r]\ntarget = s\naction = allow\nargv = x\n"
	      "[rule q]\ntarget = s\n",
	      "x:4: warning: 'r': none of the files of its targets exists on this machine, so the "
	      "exception never matches here\n");
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
	warns("[set s]\npaths = /bin/ls\n[rule r]\ntarget = s\naction = allow\nargv = any\n", "");
	warns("[set s]\npaths = /bin/sh\n[rule r]\ntarget = s\naction = allow\nargv = 'any'\n",
	      "x:6: warning: 'r': the shell gets no script: it runs anything that its standard "
	      "input says\n");
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
