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
	"[set servers]\nnames = nginx\ncomms = http-nio-8080-e\nports = 80 8000-8010\nruns = node*:/srv/a.js\n"
	"[set mine]\nnames = mine\nruns = node*:/srv/a.js\n"
	"[set shells]\nnames = sh\n"
	"[set this_shell]\npaths = %s/here\n"
	"[rule under]\nactor = servers\ntarget = shells\nseverity = high\n"
	"[rule itself]\nactor = servers\nscope = self\ntarget = shells\n"
	"[rule reverse]\ntarget = shells\nstdio = connected-socket\nseverity = critical\n"
	"[rule of_user]\ntarget = shells\nuid = 33\n"
	"[rule placed]\ntarget = shells\ncgroup = /a\n"
	"[rule never]\ntarget = shells\naction = off\n"
	"[rule but]\ntarget = shells\nactor = servers\nactor -= mine\ncgroup -= /b\n"
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

#define MORE "\n                         "
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

/* The outcome is the first line. */
static void starts(const char *said, const char *line)
{
	if (strncmp(said, line, strlen(line)))
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
	starts(said, "outcome: an alert, led by under, severity high\n");
	says(said, "\nassumed: the file is not dropped\n");
}

TEST(an_exception_matches_the_file_and_not_its_name)
{
	says(EXPLAIN("--target", link_of_it, "--ancestor", "nginx",
		     "--argv", "sh -c -- id"),
	     "outcome: silenced by the exception silent\n");
	says(EXPLAIN("--target", link_of_it, "--ancestor", "nginx", "--dropped",
		     "--argv", "sh -c id"),
	     "\nsilent                   no: an exception never matches a dropped file\n");
	says(EXPLAIN("--target", "/nowhere/sh", "--ancestor", "nginx",
		     "--argv", "sh -c id"),
	     "outcome: an alert, led by under, severity high\n");
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
	says(said, "outcome: an alert, led by reverse, severity critical\n");
}

TEST(a_rule_is_off_for_a_server_that_it_leaves_out)
{
	const char *said = EXPLAIN("--actor", "mine", "--serves", "80", "--target", "/bin/sh");

	says(said, "\nbut                      no: the rule is off for this server\n");
	says(said, MORE "the rule has actor -= mine\n");
	said = EXPLAIN("--actor", "node", "--runs", "/srv/a.js", "--target", "/bin/sh");
	says(said, "\nbut                      no: the rule is off for this server\n");
	said = EXPLAIN("--actor", "nginx", "--target", "/bin/sh", "--cgroup", "/b/c");
	says(said, "\nbut                      no: the rule is off in this cgroup\n");
	says(said, MORE "the rule has cgroup -= /b\n");
	said = EXPLAIN("--actor", "mine", "--ancestor", "nginx", "--target", "/bin/sh");
	says(said, "\nbut                      matches\n");
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

TEST(a_caller_that_serves_is_a_server_whatever_it_is_called)
{
	says(EXPLAIN("--target", link_of_it, "--actor", "shop", "--serves", "8001"),
	     "outcome: an alert, led by under, severity high\n");
	says(EXPLAIN("--target", link_of_it, "--serves", "80"),
	     "outcome: an alert, led by under, severity high\n");
	says(EXPLAIN("--target", link_of_it, "--actor", "shop", "--serves", "8011"),
	     "outcome: nothing\n");
}

TEST(denied_and_killed_execs_are_reported)
{
	const char *said = EXPLAIN_ENFORCING("--target", link_of_it, "--ancestor", "nginx");

	says(said, "outcome: denied, led by denies, severity high\n");
	says(said, "\nassumed: rules that deny or kill are enforced, not only observed\n");
	says(EXPLAIN_ENFORCING("--target", script, "--actor", "nginx"),
	     "outcome: denied, led by denies, severity high\n");
	says(EXPLAIN_ENFORCING("--target", "/nowhere/tool", "--actor", "nginx"),
	     "outcome: killed, led by kills, severity medium\n");
	assert_null(strstr(EXPLAIN("--target", link_of_it, "--actor", "nginx"), "observed"));
}

TEST(a_caller_without_a_server_is_not_denied)
{
	says(EXPLAIN_ENFORCING("--target", "/nowhere/tool", "--uid", "7", "--actor", "login"),
	     "outcome: an alert, led by tells, severity medium; "
	     "not denied: neither the caller nor an ancestor is a server\n");
	says(EXPLAIN_ENFORCING("--target", "/nowhere/tool", "--uid", "7", "--ancestor", "nginx"),
	     "outcome: denied, led by kills, severity medium\n");
	says(EXPLAIN_ENFORCING("--target", "/nowhere/tool", "--uid", "8", "--actor", "login"),
	     "outcome: denied, led by of_anybody, severity medium\n");
}

TEST(an_exception_overrides_rules_that_deny)
{
	says(EXPLAIN_ENFORCING("--target", link_of_it, "--actor", "nginx", "--uid", "33",
			       "--argv", "sh -c id"),
	     "outcome: silenced by the exception silent\n");
	says(EXPLAIN_ENFORCING("--target", link_of_it, "--actor", "nginx", "--uid", "33",
			       "--argv", "sh -c ls"),
	     "outcome: killed, led by denies, severity high; not denied: the exception silent "
	     "may match, but the command line is known too late\n");
	says(EXPLAIN_ENFORCING("--target", link_of_it, "--actor", "nginx", "--uid", "34",
			       "--cgroup", "/b"),
	     "outcome: an alert, led by denies, severity high; "
	     "not denied: an exception matches except for its cgroup\n");
	says(EXPLAIN_ENFORCING("--target", link_of_it, "--actor", "nginx", "--uid", "33",
			       "--dropped"),
	     "outcome: denied, led by denies, severity high\n");
}

TEST(an_exec_that_matches_no_rule_is_reported_as_nothing)
{
	says(EXPLAIN("--target", "/bin/true", "--actor", "nginx"),
	     "outcome: nothing\n");
}

TEST(the_member_and_its_set_are_named)
{
	const char *said = EXPLAIN("--target", link_of_it, "--actor", "init",
				   "--ancestor", "http-nio-8080-e", "--uid", "root");
	char line[400];

	snprintf(line, sizeof(line), "\nunder                    matches"
		 MORE "target %s: names = sh in [set shells]"
		 MORE "ancestor http-nio-8080-e: comms = http-nio-8080-e in [set servers]\n",
		 link_of_it);
	says(said, line);
	says(EXPLAIN("--target", link_of_it, "--actor", "/usr/bin/node18", "--runs", "/srv/a.js"),
	     MORE "caller /usr/bin/node18: runs = node*:/srv/a.js in [set servers]\n");
	snprintf(line, sizeof(line), MORE "target %s: paths = %s in [set this_shell]\n", link_of_it,
		 file);
	says(said = EXPLAIN("--target", link_of_it, "--actor", "nginx"), line);
}

TEST(what_came_closest_is_named)
{
	const char *said = EXPLAIN("--target", link_of_it, "--actor", "nginxx",
				   "--argv", "sh -c 'a b'");

	says(said, "\nunder                    no: the caller is in none of its sets");
	says(said, MORE "closest to caller nginxx: names = nginx in [set servers]\n");
	says(said, "\nreverse                  "
	     "no: stdin, stdout, the file or its code does not match\n");
	says(said, MORE "the rule has stdio = connected-socket\n");
	says(said, MORE "the rule has uid = 33\n");
	says(said, MORE "the rule has cgroup = /a\n");
	says(EXPLAIN("--target", link_of_it, "--actor", "nginx", "--argv", "sh -c 'a b'"),
	     MORE "the rule has argv = sh -c id" MORE "the exec has argv = sh -c 'a b'\n");
	starts(EXPLAIN("--target", "/bin/sh", "--actor", "login", "--uid", "34",
		       "--stdin", "connected-socket"),
	       "outcome: an alert, led by reverse, severity critical\n");
	starts(EXPLAIN_ENFORCING("--target", "/bin/sh", "--actor", "login"),
	       "outcome: nothing\nclosest: denies; no: the caller is in none of its sets\n");
}

TEST(a_user_may_be_named)
{
	char *unknown[7] = { "policy", "explain", "--target", "/bin/sh", "--uid", "no-such-user" };
	int code;

	assert_null(strstr(EXPLAIN("--target", "/bin/sh", "--uid", "root"), "assumed: a user"));
	says(EXPLAIN_ENFORCING("--target", "/nowhere/tool", "--uid", "daemon"),
	     MORE "the rule has uid = 7\n");
	says(subcommand_output(STDERR_FILENO, policy_main, unknown, &code),
	     "--uid: 'no-such-user' is neither a user ID nor the name of a user");
	assert_int_equal(code, WRONG_USAGE);
}

static const char alert[] =
	"{\"seq\":7,\"instance\":\"5b1f9c0e77aa01d3\",\"time\":\"2026-11-21T14:02:11.123456789Z\","
	"\"rule\":\"under\",\"severity\":\"high\",\"rules\":[\"under\"],\"verdict\":\"observed\","
	"\"comm\":\"worker\",\"pathname\":\"%s\",\"interpreter\":\"%s\","
	"\"process\":{\"argv\":[\"sh\",\"-c\",\"%s\"],\"argc\":3,\"argv_truncated\":false,\"uid\":33},"
	"\"server\":{\"pid\":8,\"comm\":\"nginx\",\"exe\":\"/usr/sbin/nginx\"},"
	"\"ancestors\":[{\"pid\":8,\"comm\":\"starter\"}],"
	"\"stdin\":{\"type\":\"socket\",\"family\":\"inet\",\"state\":\"established\","
	"\"sock_type\":\"stream\",\"local\":\"192.0.2.1:80\",\"peer\":\"203.0.113.5:9\"},"
	"\"cgroup\":{\"id\":1,\"path\":\"/a/b\"}}\n";

TEST(a_past_alert_is_explained_by_its_number)
{
	char records[80], text[2048], *missing[] = { "policy", "explain", "--replace", "--file",
						      "policy", "--seq", "8", records, NULL };
	const char *said;
	int code;

	snprintf(records, sizeof(records), "%s/records", files_directory);
	snprintf(text, sizeof(text), alert, link_of_it, link_of_it, "ls");
	files_write_text("records", text);
	said = EXPLAIN("--seq", "7", records);
	starts(said, "outcome: an alert, led by reverse, severity critical\n");
	says(said, MORE "server /usr/sbin/nginx: names = nginx in [set servers]\n");
	says(said, "\nof_user                  matches");
	says(said, "\nplaced                   matches");
	says(said, MORE "the exec has argv = sh -c ls\n");
	starts(EXPLAIN("--seq", "7", "--argv", "sh -c id", records),
	       "outcome: silenced by the exception silent\n");
	says(subcommand_output(STDERR_FILENO, policy_main, missing, &code),
	     "no alert with the number 8");
	assert_int_equal(code, FAILED);
}
