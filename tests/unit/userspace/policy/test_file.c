// SPDX-License-Identifier: GPL-2.0-or-later
/* Files are read as a policy, and the text of a policy is read back as the same policy. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>

#include "files.h"
#include "module/defaults.h"
#include "policy/file.h"
#include "policy/text.h"

static struct policy_report report;
static struct buffer text, again;

/* Without a second file that is NULL. */
static struct shelltrap_policy *read_files(char *first, char *second)
{
	const struct policy_files files = {
		.paths = { first, second },
		.count = second ? 2 : 1,
		.replace = true,
	};

	return policy_read(&files, &report);
}

static struct shelltrap_policy *read_file(char *path)
{
	struct shelltrap_policy *policy = read_files(path, NULL);

	if (!policy)
		assert_string_equal(report.faults.data, "");
	return policy;
}

static const char *text_of(struct shelltrap_policy *policy, struct buffer *out)
{
	buffer_reset(out);
	policy_put(out, policy);
	policy_free(policy);
	return out->data;
}

static const char *text_of_file(const char *contents)
{
	files_write_text("x", contents);
	return text_of(read_file("x"), &text);
}

TEST(the_shipped_policy_is_the_built_in_one)
{
	struct shelltrap_policy *built_in = policy_new();

	assert_null(shelltrap_defaults_add(built_in));
	text_of(built_in, &again);
	/* What this machine lists as shells may be more. */
	assert_int_equal(system("sed '/^lists = /d' " SHIPPED_POLICY " > x"), 0);
	assert_string_equal(text_of(read_file("x"), &text), again.data);
}

TEST(a_set_takes_the_programs_of_a_list)
{
	files_write_text("list", "# comment\n/bin/sh\n /usr/bin/osh # mine\n/bin/sh\n\nrc\n"
				 "/bin/false\n/usr/sbin/nologin\n/opt/a*\n/bin/\n/last");
	assert_string_equal(text_of_file("[set s]\nnames = sh\nlists = list '/no/such/list'\n"
					 "[rule r]\ntarget = s\nseverity = medium\n"
					 "action = alert\n"),
			    "[set s]\nnames = sh osh last\n\n"
			    "[rule r]\ntarget = s\nseverity = medium\naction = alert\n");
}

/* Reads the files "a" and "b", and returns the text of the policy. */
static const char *text_of_both(const char *a, const char *b)
{
	const struct policy_files files = { .paths = { "a", "b" }, .count = 2, .replace = true };
	struct policy_report said = {0};
	struct shelltrap_policy *policy;

	files_write_text("a", a);
	files_write_text("b", b);
	policy = policy_read(&files, &said);
	if (policy)
		text_of(policy, &text);
	else
		buffer_reset(&text);
	if (!policy)
		buffer_puts(&text, said.faults.data);
	policy_report_free(&said);
	return text.data;
}

#define RULE "\n[rule r]\ntarget = s\nseverity = medium\naction = alert\n"

TEST(a_later_file_takes_members_out_of_a_set)
{
	static const char shipped[] = "[set s]\nnames = sh passenger* bash\ncomms = sh x\n" RULE;

	assert_string_equal(text_of_both(shipped, "[set s]\nnames -= passenger* bash\n"),
			    "[set s]\nnames = sh\ncomms = sh x\n" RULE);
	assert_string_equal(text_of_both(shipped, "[set s]\ncomms-=sh\nnames = dash\n"),
			    "[set s]\nnames = sh passenger* bash dash\ncomms = x\n" RULE);
	assert_non_null(strstr(text_of_both(shipped, "[set s]\nnames -= passenger\n"),
			       "b:2: 'passenger': no earlier file puts this into the set"));
	assert_non_null(strstr(text_of_both(shipped, "[set s]\nnames -= sh\nnames -= bash\n"),
			       "b:3"));
	assert_non_null(strstr(text_of_both(shipped, "[set s]\nnaems -= sh\n"),
			       "names"));
	assert_non_null(strstr(text_of_both(shipped, "[rule r]\nseverity -= low\n"), "b:2"));
}

#define SERVERS "[set s]\nnames = sh\n\n[set a]\nnames = a\n\n[set b]\nnames = b\n\n" \
	"[rule r]\nactor = a b\n"
#define REST "scope = lineage\ntarget = s\n"
#define END "severity = medium\naction = alert\n"

TEST(a_later_file_switches_a_rule_off_for_one_server)
{
	static const char shipped[] = SERVERS REST END;

	assert_string_equal(text_of_both(shipped, "[rule r]\nactor -= a\ncgroup -= /u '/x y'\n"),
			    SERVERS "actor -= a\n" REST "cgroup -= /u '/x y'\n" END);
	/* Each file adds to what is left out, and "=" starts anew. */
	assert_string_equal(text_of_both(SERVERS "actor -= a\ncgroup -= /a\n" REST,
					 "[rule r]\nactor-=b\ncgroup -= /b\n"),
			    SERVERS "actor -= a b\n" REST "cgroup -= /a /b\n" END);
	assert_string_equal(text_of_both(SERVERS "actor -= a\ncgroup -= /a\n" REST,
					 "[rule r]\nactor = a b\ncgroup = any\n"), shipped);
	assert_non_null(strstr(text_of_both(shipped, "[rule r]\nactor -= c\n"),
			       "b:2: 'c': there is no set of this name"));
	assert_non_null(strstr(text_of_both(shipped, "[rule r]\ncgroup -= /u u\n"),
			       "b:2: 'u': cgroup must be a path that begins with '/'"));
	assert_non_null(strstr(text_of_both(shipped, "[rule r]\ncgroup -= /sys/fs/cgroup/x\n"),
			       "b:2: '/sys/fs/cgroup/x': write the path as in /proc/PID/cgroup"));
	assert_non_null(strstr(text_of_both(shipped, "[rule r]\ntarget -= s\n"),
			       "b:2: 'target -': in a rule, only actor and cgroup can be followed "
			       "by '-='"));
	assert_non_null(strstr(text_of_both(shipped, "[rule r]\ncgroup -= /u\naction = deny\n"),
			       "b:3: 'r': a rule that denies, kills or holds cannot use cgroup"));
	assert_non_null(strstr(text_of_both(shipped, "[rule r]\nactor -= a\naction = deny\n"),
			       "action = deny\n"));
}

#define EXCEPTION "[set s]\npaths = /opt/x\n[rule r]\ntarget = s\naction = allow\nargv = x "

static void assert_argv(const char *written, const char *expected, bool holes, const char *shown)
{
	struct shelltrap_policy *policy;
	struct buffer contents = {0};

	buffer_printf(&contents, EXCEPTION "%s\n", written);
	files_write_text("x", contents.data);
	policy = read_file("x");
	assert_int_equal(policy->rules[0].argv_holes, holes);
	assert_string_equal(policy->rules[0].argv + sizeof("x"), expected);
	text_of(policy, &text);
	assert_non_null(strstr(text.data, shown));
	files_write_text("x", text.data);
	assert_string_equal(text_of(read_file("x"), &again), text.data);
	buffer_free(&contents);
}

TEST(holes_are_read_and_written)
{
	assert_argv("x{number}", "x{number}", true, "argv = x x{number}");
	assert_argv("'a {file:/srv/up}{{'", "a {file:/srv/up}{{", true,
		    "argv = x 'a {file:/srv/up}{{'");
	assert_argv("{{number}", "{number}", false, "argv = x {{number}");
	assert_argv("'{ print }${X}{}'", "{ print }${X}{}", false, "argv = x '{ print }${X}{}'");
	assert_argv("{{{{", "{{", false, "argv = x {{{");
	assert_argv("{{ x{hex}", "{{", true, "argv = x {{ x{hex}");
}

TEST(the_example_exception_of_the_shipped_policy_is_valid)
{
	struct shelltrap_policy *policy;

	assert_int_equal(system("sed 's/^#\\([[a-z]\\)/\\1/' " SHIPPED_POLICY " > x"), 0);
	policy = read_file("x");
	assert_int_equal(policy->nr_rules, 12);
	assert_int_equal(policy->rules[11].action, SHELLTRAP_ACTION_ALLOW);
	assert_int_equal(policy->rules[11].argv_len, sizeof("sh\0-c\0/usr/sbin/sendmail -t -i"));
	policy_free(policy);
}

static const char whole[] =
	"[set a-B_1.x]\n"
	"names = sh '\xc3\xa9 x' \"'\" \"\\xff\" php-fpm*\n"
	"comms = http-nio*\n"
	"paths = /bin/sh '/tmp/a b'\n"
	"runs = java:org.apache.catalina.* 'node:/srv/a b.js'\n"
	"include = t\n"
	"\n"
	"[set t]\n"
	"\n"
	"[rule all]\n"
	"title = \"it's\"\n"
	"threat = TA0001/T1190 TA0002/T1059.004\n"
	"reference = https://example.org/a?b=c\n"
	"actor = a-B_1.x t\n"
	"scope = ancestors\n"
	"target = a-B_1.x\n"
	"stdin = connected-socket\n"
	"stdout = connected-socket\n"
	"stdio = connected-socket\n"
	"file = dropped\n"
	"uid = 0\n"
	"cgroup = '/system.slice/a b'\n"
	"argv = sh -c '' 'id; ls'\n"
	"severity = low\n"
	"action = off\n"
	"\n"
	"[rule little]\n"
	"title = a few words\n"
	"stdio = connected-socket\n"
	"severity = medium\n"
	"action = alert\n"
	"\n"
	"[rule denies]\n"
	"target = t\n"
	"severity = medium\n"
	"action = deny\n"
	"\n"
	"[rule kills]\n"
	"target = t\n"
	"severity = medium\n"
	"action = kill\n"
	"enforce = anybody\n";

TEST(a_policy_text_is_written_back_the_same)
{
	assert_string_equal(text_of_file(whole), whole);
}

TEST(any_policy_is_read_back_from_its_text)
{
	struct shelltrap_rule rule = {
		.name = "r", .title = "a  b\n", .threat = "TA0001/T1190", .reference = "",
		.cgroup = "/\x01",
		.argv = "\0\n\0", .argv_len = 3, .target = 1, .uid = 7, .has_uid = true,
		.severity = SHELLTRAP_SEVERITY_CRITICAL, .action = SHELLTRAP_ACTION_ALLOW,
	};
	struct shelltrap_policy *policy = policy_new();
	int at, set, byte;
	char name[32];

	assert_null(shelltrap_policy_add_set(policy, "any"));
	for (at = 0; at < 500; at++) {
		byte = at % 255 + 1;
		snprintf(name, sizeof(name), "%d%c%d", at, byte == '/' ? ' ' : byte, at);
		assert_null(shelltrap_policy_add_member(policy, 0, SHELLTRAP_MEMBER_NAME, name));
	}
	assert_null(shelltrap_policy_add_member(policy, 0, SHELLTRAP_MEMBER_PATH, "/\n#"));
	assert_null(shelltrap_policy_add_rule(policy, &rule));
	assert_null(shelltrap_policy_finish(policy, &at, &set));
	text_of(policy, &again);
	assert_string_equal(text_of_file(again.data), again.data);
}

TEST(sections_may_come_in_any_order)
{
	assert_string_equal(text_of_file("[rule r]\ntarget = b\n[set b]\ninclude = a\n"
					 "[set a]\nnames = x\n"),
			    "[set b]\ninclude = a\n\n[set a]\nnames = x\n\n[rule r]\ntarget = b\n"
			    "severity = medium\naction = alert\n");
}

TEST(missing_keys_have_defaults)
{
	assert_string_equal(text_of_file("[set a]\nnames = x\n[rule r]\nactor = a\ntarget = any\n"),
			    "[set a]\nnames = x\n\n[rule r]\nactor = a\nscope = lineage\n"
			    "severity = medium\naction = alert\n");
}

static const char *text_of_two_files(const char *first, const char *second)
{
	struct shelltrap_policy *policy;

	files_write_text("x", first);
	files_write_text("y", second);
	policy = read_files("x", "y");
	assert_int_equal(report.faults.len, 0);
	return text_of(policy, &text);
}

TEST(a_later_file_adds_members_and_changes_keys)
{
	static const char first[] =
		"[set a]\nnames = x\n[rule r]\ntitle = t\nactor = a\nscope = self\n"
		"stdin = connected-socket\nuid = 3\n[rule q]\ntarget = a b\n";
	static const char second[] =
		"[set b]\n[set a]\nnames = y\ninclude = b\n[rule r]\nactor = b\n"
		"stdin = any\nuid = any\nseverity = high\n[rule q]\naction = off\n";

	assert_string_equal(text_of_two_files(first, second),
			    "[set a]\nnames = x y\ninclude = b\n\n[set b]\n\n"
			    "[rule r]\ntitle = t\nactor = b\nscope = self\n"
			    "severity = high\naction = alert\n\n"
			    "[rule q]\ntarget = a b\nseverity = medium\naction = off\n");
}

TEST(a_later_file_can_remove_actor_and_scope)
{
	assert_string_equal(text_of_two_files("[set a]\n[rule r]\nactor = a\nscope = self\n"
					      "target = a\n",
					      "[rule r]\nactor = any\n"),
			    "[set a]\n\n[rule r]\ntarget = a\nseverity = medium\naction = alert\n");
}

TEST(a_later_file_can_change_enforce)
{
	assert_string_equal(text_of_two_files("[set a]\n[rule r]\ntarget = a\naction = deny\n"
					      "enforce = anybody\n",
					      "[rule r]\nenforce = lineage\n"),
			    "[set a]\n\n[rule r]\ntarget = a\nseverity = medium\naction = deny\n");
}

TEST(a_fault_that_two_files_make_is_reported_for_the_later)
{
	files_write_text("x", "[set a]\nnames = x\ninclude = b\n[set b]\n[rule r]\ntarget = a\n");
	files_write_text("y", "[set b]\ninclude = a\n[rule r]\n");
	assert_null(read_files("x", "y"));
	assert_string_equal(report.faults.data,
			    "x:3: 'a': the set includes itself through another set\n");
	files_write_text("y", "[rule r]\naction = allow\n");
	assert_null(read_files("x", "y"));
	assert_string_equal(report.faults.data,
			    "y:2: 'r': an exception matches files, not names: add paths to its "
			    "target sets\n");
}

TEST(a_user_name_stands_for_its_uid)
{
	struct shelltrap_policy *policy;

	files_write_text("x", "[set a]\n[rule r]\ntarget = a\nuid = root\n");
	policy = read_file("x");
	assert_true(policy->rules[0].has_uid);
	assert_int_equal(policy->rules[0].uid, 0);
	policy_free(policy);
}

TEST(a_user_without_a_name_yet_is_waited_for_if_asked)
{
	struct policy_files files = { .paths = { "x" }, .count = 1, .replace = true };

	files_write_text("x", "[set a]\npaths = /bin/sh\n"
			 "[rule deny]\ntarget = a\nuid = nemo\naction = deny\n"
			 "[rule allow]\ntarget = a\nuid = nemo\nargv = sh\naction = allow\n"
			 "[rule all]\nuid = nemo\naction = deny\n"
			 "[rule root]\ntarget = a\nuid = root\n");
	assert_null(policy_read(&files, &report));
	assert_string_equal(report.faults.data,
			    "x:5: 'nemo': neither a user ID nor the name of a user on this machine\n"
			    "x:9: 'nemo': neither a user ID nor the name of a user on this machine\n"
			    "x:13: 'nemo': neither a user ID nor the name of a user on this machine\n");
	files.defer_names = true;
	assert_string_equal(text_of(policy_read(&files, &report), &text),
			    "[set a]\npaths = /bin/sh\n\n"
			    "[rule deny]\ntarget = a\nseverity = medium\naction = deny\n\n"
			    "[rule allow]\ntarget = a\nargv = sh\nseverity = medium\naction = off\n\n"
			    "[rule root]\ntarget = a\nuid = 0\nseverity = medium\naction = alert\n");
	assert_string_equal(report.waiting.data,
			    "rule deny waits for the user nemo: until then the rule applies to all "
			    "users\n"
			    "rule allow waits for the user nemo: until then the exception does not "
			    "apply\n"
			    "rule all waits for the user nemo: until then the rule does not apply, as "
			    "it has no other condition\n");
}

TEST(a_number_that_no_user_has_is_never_waited_for)
{
	const struct policy_files files = {
		.paths = { "x" }, .count = 1, .replace = true, .defer_names = true,
	};

	files_write_text("x", "[set a]\nnames = b\n[rule r]\ntarget = a\nuid = 4294967295\n");
	assert_null(policy_read(&files, &report));
	files_write_text("x", "[set a]\nnames = b\n[rule r]\ntarget = a\nuid = -1\n");
	assert_null(policy_read(&files, &report));
}

TEST(words_with_another_meaning_are_written_in_quotes)
{
	static const char quoted[] =
		"[set a]\nnames = 'b=c' 'a,b' 'a*b' 'c?' c* '['\npaths = '/x*'\n"
		"runs = python*:app*\n\n"
		"[rule r]\ntarget = a\ncgroup = '/sys/fs/cgroup/x'\nargv = 'any'\n"
		"severity = medium\naction = allow\n";

	assert_string_equal(text_of_file(quoted), quoted);
}

TEST(text_that_is_too_long_is_one_fault)
{
	int i;

	buffer_reset(&text);
	buffer_puts(&text, "[set a]\npaths = '/x'\n");
	for (i = 0; i < 30000; i++)
		buffer_printf(&text, " '/%0150d'\n", i);
	buffer_puts(&text, "[rule r]\ntarget = a\n");
	files_write("x", text.data, text.len);
	assert_null(read_files("x", NULL));
	assert_ptr_equal(strchr(report.faults.data, '\n') + 1,
			 report.faults.data + report.faults.len);
	assert_non_null(strstr(report.faults.data,
			       "a policy can have at most 4 MiB of names and other text"));
}

TEST(too_many_members_are_one_fault)
{
	int i;

	buffer_reset(&text);
	buffer_puts(&text, "[set a]\nnames = x\n");
	for (i = 0; i <= SHELLTRAP_MEMBERS_MAX; i++)
		buffer_puts(&text, " x\n");
	files_write("x", text.data, text.len);
	assert_null(read_files("x", NULL));
	assert_string_equal(report.faults.data,
			    "x:65538: 'x': a policy can have at most 65536 names and paths\n");
}

void set_up_all(void)
{
	files_set_up();
}

void tear_down_all(void)
{
	policy_report_free(&report);
	buffer_free(&text);
	buffer_free(&again);
	files_tear_down();
}
