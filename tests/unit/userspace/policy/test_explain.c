// SPDX-License-Identifier: GPL-2.0-or-later
/* For each rule the command says whether it matches, and if not, why. */
#include "command/options.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files.h"
#include "lib/exit.h"
#include "subcommand.h"

static const char policy[] =
	"[set servers]\nnames = nginx\ncomms = http-nio-8080-e\nruns = node*:/srv/a.js\n"
	"[set shells]\nnames = sh\n"
	"[set this_shell]\npaths = %s/here\n"
	"[rule under]\nactor = servers\ntarget = shells\nseverity = high\n"
	"[rule itself]\nactor = servers\nscope = self\ntarget = shells\n"
	"[rule reverse]\ntarget = shells\nstdio = connected-socket\nseverity = critical\n"
	"[rule of_user]\ntarget = shells\nuid = 33\n"
	"[rule placed]\ntarget = shells\ncgroup = /a\n"
	"[rule never]\ntarget = shells\naction = off\n"
	"[rule silent]\nactor = servers\ntarget = this_shell\nargv = sh -c id\naction = allow\n";

/* The same with rules that deny and kill, and two exceptions. */
static const char enforcing[] =
	"[set servers]\nnames = nginx\n"
	"[set shells]\nnames = sh\n"
	"[set tools]\nnames = tool\n"
	"[set this_shell]\npaths = %s/here\n"
	"[rule denies]\nactor = servers\ntarget = shells\nseverity = high\naction = deny\n"
	"[rule kills]\nactor = servers\ntarget = tools\naction = kill\n"
	"[rule tells]\ntarget = tools\nuid = 7\naction = deny\n"
	"[rule of_anybody]\ntarget = tools\nuid = 8\naction = deny\nenforce = anybody\n"
	"[rule silent]\ntarget = this_shell\nuid = 33\nargv = sh -c id\naction = allow\n"
	"[rule placed]\ntarget = this_shell\nuid = 34\ncgroup = /a\naction = allow\n";

static char file[80], link_of_it[80], script[80];

void set_up_all(void)
{
	char text[2048];

	files_set_up();
	snprintf(file, sizeof(file), "%s/here", files_directory);
	snprintf(link_of_it, sizeof(link_of_it), "%s/sh", files_directory);
	snprintf(script, sizeof(script), "%s/script", files_directory);
	snprintf(text, sizeof(text), policy, files_directory);
	files_write_text("policy", text);
	files_write_text("here", "\177ELF");
	snprintf(text, sizeof(text), enforcing, files_directory);
	files_write_text("enforcing", text);
	snprintf(text, sizeof(text), "#! %s -e\n", link_of_it);
	files_write_text("script", text);
	assert_int_equal(symlink(file, link_of_it), 0);
}

void tear_down_all(void)
{
	files_tear_down();
}

#define EXPLAIN(...) explain("policy", (char *[]){ __VA_ARGS__, NULL })
#define EXPLAIN_ENFORCING(...) explain("enforcing", (char *[]){ __VA_ARGS__, NULL })

static const char *explain(char *file_of_it, char *const *options)
{
	char *argv[24] = { "explain", "--replace", "--file", file_of_it };
	char *command[28] = { "policy" };
	const char *said;
	int code, i;

	for (i = 0; options[i]; i++)
		argv[4 + i] = options[i];
	for (i = 0; argv[i]; i++)
		command[1 + i] = argv[i];
	said = subcommand_output(STDOUT_FILENO, policy_main, command, &code);
	assert_int_equal(code, DONE);
	return said;
}

static void says(const char *said, const char *line)
{
	if (!strstr(said, line))
		assert_string_equal(said, line);
}

TEST(a_runtime_matches_by_what_it_runs)
{
	says(EXPLAIN("--target", link_of_it, "--actor", "/usr/bin/node18", "--runs", "/srv/a.js"),
	     "\nunder                    matches\n");
	says(EXPLAIN("--target", link_of_it, "--actor", "/usr/bin/node18", "--runs", "a.js"),
	     "\nunder                    no: the caller is in none of its sets\n");
	says(EXPLAIN("--target", link_of_it, "--actor", "/usr/bin/node18"),
	     "\nunder                    no: the caller is in none of its sets\n");
}

TEST(the_name_of_a_link_is_enough_for_an_alert)
{
	const char *said = EXPLAIN("--target", link_of_it, "--actor", "nginx");

	says(said, "\nunder                    matches\n");
	says(said, "\nitself                   matches\n");
	says(said, "\nreverse                  "
	     "no: stdin, stdout, the file or its code does not match\n");
	says(said, "\nof_user                  no: another user\n");
	says(said, "\nplaced                   no: another cgroup\n");
	says(said, "\nnever                    no: the rule is off\n");
	says(said, "\nsilent                   no: another command line\n");
	says(said, "\noutcome: an alert, led by under, severity high\n");
	says(said, "\nassumed: the file is not dropped\n");
}

TEST(an_exception_matches_the_file_and_not_its_name)
{
	says(EXPLAIN("--target", link_of_it, "--ancestor", "nginx",
		     "--argv", "sh -c -- id"),
	     "\noutcome: silenced by the exception silent\n");
	says(EXPLAIN("--target", link_of_it, "--ancestor", "nginx", "--dropped",
		     "--argv", "sh -c id"),
	     "\nsilent                   no: an exception never matches a dropped file\n");
	says(EXPLAIN("--target", "/nowhere/sh", "--ancestor", "nginx",
		     "--argv", "sh -c id"),
	     "\noutcome: an alert, led by under, severity high\n");
}

TEST(user_stdin_and_cgroup_count)
{
	const char *said = EXPLAIN("--target", "/nowhere/sh", "--uid", "33",
				   "--stdin", "connected-socket", "--cgroup", "/a/b");

	says(said, "target: /nowhere/sh, which is not on this machine: only its name counts\n");
	says(said, "\nunder                    no: the caller is in none of its sets\n");
	says(said, "\nreverse                  matches\n");
	says(said, "\nof_user                  matches\n");
	says(said, "\nplaced                   matches\n");
	says(said, "\noutcome: an alert, led by reverse, severity critical\n");
}

TEST(a_script_matches_by_its_interpreter_too)
{
	const char *said = EXPLAIN("--target", script,
				   "--actor", "http-nio-8080-exec-1");

	says(said, "\ninterpreter: ");
	says(said, "\nitself                   matches\n");
	says(EXPLAIN("--target", "/nowhere/x", "--interpreter", "/bin/sh",
		     "--actor", "/usr/sbin/nginx"),
	     "\nitself                   matches\n");
}

TEST(denied_and_killed_execs_are_reported)
{
	const char *said = EXPLAIN_ENFORCING("--target", link_of_it, "--ancestor", "nginx");

	says(said, "\noutcome: denied, led by denies, severity high\n");
	says(said, "\nassumed: rules that deny or kill are enforced, not only observed\n");
	says(EXPLAIN_ENFORCING("--target", script, "--actor", "nginx"),
	     "\noutcome: denied, led by denies, severity high\n");
	says(EXPLAIN_ENFORCING("--target", "/nowhere/tool", "--actor", "nginx"),
	     "\noutcome: killed, led by kills, severity medium\n");
	assert_null(strstr(EXPLAIN("--target", link_of_it, "--actor", "nginx"), "observed"));
}

TEST(a_caller_without_a_server_is_not_denied)
{
	says(EXPLAIN_ENFORCING("--target", "/nowhere/tool", "--uid", "7", "--actor", "login"),
	     "\noutcome: an alert, led by tells, severity medium; "
	     "not denied: neither the caller nor an ancestor is a server\n");
	says(EXPLAIN_ENFORCING("--target", "/nowhere/tool", "--uid", "7", "--ancestor", "nginx"),
	     "\noutcome: denied, led by kills, severity medium\n");
	says(EXPLAIN_ENFORCING("--target", "/nowhere/tool", "--uid", "8", "--actor", "login"),
	     "\noutcome: denied, led by of_anybody, severity medium\n");
}

TEST(an_exception_overrides_rules_that_deny)
{
	says(EXPLAIN_ENFORCING("--target", link_of_it, "--actor", "nginx", "--uid", "33",
			       "--argv", "sh -c id"),
	     "\noutcome: silenced by the exception silent\n");
	says(EXPLAIN_ENFORCING("--target", link_of_it, "--actor", "nginx", "--uid", "33",
			       "--argv", "sh -c ls"),
	     "\noutcome: killed, led by denies, severity high; not denied: the exception silent "
	     "may match, but the command line is known too late\n");
	says(EXPLAIN_ENFORCING("--target", link_of_it, "--actor", "nginx", "--uid", "34",
			       "--cgroup", "/b"),
	     "\noutcome: an alert, led by denies, severity high; "
	     "not denied: an exception matches except for its cgroup\n");
	says(EXPLAIN_ENFORCING("--target", link_of_it, "--actor", "nginx", "--uid", "33",
			       "--dropped"),
	     "\noutcome: denied, led by denies, severity high\n");
}

TEST(an_exec_that_matches_no_rule_is_reported_as_nothing)
{
	says(EXPLAIN("--target", "/bin/true", "--actor", "nginx"),
	     "\noutcome: nothing\n");
}
