// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * policy except: what is written for an alert is a valid policy that fits the alert and
 * nothing else, whatever bytes the alert has; and what can have no exception has none.
 */
#include "unit.h"

#include <stdlib.h>

#include "files.h"
#include "module/decide.h"
#include "policy/exception.h"
#include "policy/file.h"

static const struct alert usual = {
	.present = true,
	.rules = { { .name = "webserver_shell_exec" } }, .rule_count = 1,
	.verdict = { true, SHELLTRAP_VERDICT_OBSERVED },
	.comm = "php-fpm8.2", .pathname = "/bin/sh", .interpreter = "/bin/sh",
	.process = {
		.present = true, .uid = { true, 33 }, .cwd = "/srv",
		.argv = { "sh\0-c\0id", sizeof("sh\0-c\0id") },
	},
	.file = { .present = true, .path = "/usr/bin/dash" },
	.server = { .present = true, .comm = "php-fpm8.2", .exe = "/usr/sbin/php-fpm8.2" },
	.cgroup_path = "/system.slice/php8.2-fpm.service/x",
};

static struct buffer text;
static struct policy_report report;
static struct shelltrap_policy *shipped;

static const char *put(const struct alert *alert)
{
	buffer_reset(&text);
	return exception_put(&text, alert, "e", shipped);
}

/* The policy that the text lays over the shipped one. */
static struct shelltrap_policy *read_back(void)
{
	const struct policy_files files = {
		.paths = { SHIPPED_POLICY, "e.conf" }, .count = 2, .replace = true,
	};
	struct shelltrap_policy *policy;

	files_write_text("e.conf", text.data);
	policy = policy_read(&files, &report);
	if (!policy)
		assert_string_equal(report.faults.data, "");
	return policy;
}

/* What is read back has one rule more, and it fits this alert. */
static void assert_fits(const struct alert *alert)
{
	const struct shelltrap_late late = {
		.argv = alert->process.argv.data, .argv_len = alert->process.argv.len,
		.cgroup = alert->cgroup_path, .cwd = alert->process.cwd, .clean = true,
		.environment = alert->process.environment.data,
		.environment_len = alert->process.environment.len,
	};
	struct shelltrap_policy *policy;
	struct shelltrap_rule *rule;

	assert_null(put(alert));
	policy = read_back();
	assert_int_equal(policy->nr_rules, shipped->nr_rules + 1);
	assert_true(policy->nr_sets <= shipped->nr_sets + 2);
	assert_true(policy->nr_members <= shipped->nr_members + 2);
	rule = &policy->rules[policy->nr_rules - 1];
	assert_string_equal(rule->name, "e");
	assert_int_equal(rule->action, SHELLTRAP_ACTION_ALLOW);
	assert_int_equal(rule->argv_len, late.argv_len);
	assert_memory_equal(rule->argv, late.argv, late.argv_len);
	assert_int_equal(shelltrap_policy_late_mismatch(rule, &late), SHELLTRAP_MISMATCH_NONE);
	policy_free(policy);
}

TEST(the_exception_has_all_that_the_alert_says)
{
	assert_fits(&usual);
	assert_non_null(strstr(text.data, "\n[set e_program]\npaths = /usr/bin/dash\n"
			       "\n[set e_server]\npaths = /usr/sbin/php-fpm8.2\n"
			       "\n[rule e]\nactor = e_server\nscope = lineage\ntarget = e_program\n"
			       "uid = 33\ncgroup = /system.slice/php8.2-fpm.service\n"
			       "cwd = /srv\nargv = sh -c id\nseverity = medium\naction = allow\n"));
	assert_null(strstr(text.data, "any server"));
	assert_null(strstr(text.data, "NETWORK"));
}

TEST(a_script_is_excepted_and_not_its_interpreter)
{
	struct alert alert = usual;

	alert.pathname = "/usr/lib/cgit/filter.sh";
	assert_fits(&alert);
	assert_non_null(strstr(text.data, "paths = /usr/lib/cgit/filter.sh\n"));
}

TEST(a_runtime_does_not_become_a_server)
{
	struct alert alert = usual;

	alert.server.exe = "/usr/bin/python3.11";
	assert_fits(&alert);
	assert_null(strstr(text.data, "python3"));
	assert_non_null(strstr(text.data, "actor = web_servers\n"));
	assert_non_null(strstr(text.data, "any server of the actor's sets"));
}

TEST(only_the_cgroup_of_a_service_stays)
{
	static const char *const others[] = {
		"/user.slice/user-0.slice/session-1.scope", "/system.slice/a.services/x", "",
		"a.service", NULL,
	};
	struct alert alert = usual;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(others); i++) {
		alert.cgroup_path = others[i];
		assert_fits(&alert);
		assert_null(strstr(text.data, "\ncgroup"));
		assert_non_null(strstr(text.data, "in any cgroup"));
	}
}

TEST(variables_that_matter_are_named)
{
	static const char variables[] = "HOME=/tmp/h\0RAILS_MASTER_KEY\0A=/x y";
	struct alert alert = usual;

	alert.process.environment = (struct bytes){ variables, sizeof(variables) };
	assert_fits(&alert);
	assert_non_null(strstr(text.data,
			       "environment = 'HOME=/tmp/h' RAILS_MASTER_KEY 'A=/x y'\n"));
	assert_non_null(strstr(text.data, "the variable RAILS_MASTER_KEY with any value"));
}

TEST(what_is_risky_is_said)
{
	static const char script[] = "sh\0-c\0php x.php";
	struct alert alert = usual;

	alert.process.argv = (struct bytes){ script, sizeof(script) };
	alert.out = (struct alert_stdio){
		.present = true, .type = { true, SHELLTRAP_STDIO_SOCKET },
		.peer_addr = { "\1\2\3\4", 4 }, .peer_port = { true, 1 },
	};
	alert.process.uid.known = false;
	assert_fits(&alert);
	assert_non_null(strstr(text.data, "what lies in the working directory"));
	assert_non_null(strstr(text.data, "\ncwd = /srv\n"));
	assert_non_null(strstr(text.data, "CONNECTION TO THE NETWORK"));
	assert_non_null(strstr(text.data, "as any user"));
}

TEST(bytes_of_an_alert_become_no_section_and_no_key)
{
	static const char argv[] =
		"sh\0-c\0\n[rule x]\naction = off\n;#'\"\\\x1b[2J\xff\xe2\x80\xae{number}{{ any\0"
		"\0any\0[set y]\0a=b\0#\0{file:x}\0\t\r\n";
	struct alert alert = usual;

	alert.process.argv = (struct bytes){ argv, sizeof(argv) };
	alert.comm = "x\n[rule a]\naction = off\n#";
	alert.pathname = "/a\n[rule b]\naction = off";
	alert.interpreter = "/bin/sh";
	alert.server.exe = "/usr/sbin/nginx";
	alert.cgroup_path = "/x\n[rule c]\n.service/y";
	assert_fits(&alert);
	alert.interpreter = alert.pathname;
	alert.file.path = "/\n[rule d]\n\x7f\xff";
	assert_fits(&alert);
}

static void assert_refused(const struct alert *alert, const char *why)
{
	const char *said = put(alert);

	assert_non_null(said);
	assert_non_null(strstr(said, why));
	assert_int_equal(text.len, 0);
}

TEST(what_can_have_no_exception_has_none)
{
	struct alert alert = usual;

	alert.verdict.value = SHELLTRAP_VERDICT_FAILED;
	assert_refused(&alert, "failed");
	alert.verdict.value = SHELLTRAP_VERDICT_PENDING;
	assert_refused(&alert, "not over");
	alert = usual;
	alert.rules[0].name = "webserver_dropped_exec";
	assert_refused(&alert, "dropped");
	alert = usual;
	alert.process.argv_truncated = true;
	assert_refused(&alert, "longer");
	alert = usual;
	alert.process.argv.len = 0;
	assert_refused(&alert, "no command line");
	alert.process.argv = (struct bytes){ "sh", 2 };
	assert_refused(&alert, "not whole");
	alert = usual;
	alert.process.argv = (struct bytes){ "sh\0x", 5 };
	alert.process.cwd = "/x (deleted)";
	assert_refused(&alert, "working directory");
	alert.process.cwd = NULL;
	assert_refused(&alert, "working directory");
	alert = usual;
	alert.process.unclean = (struct number){ true, SHELLTRAP_UNCLEAN_TRACED };
	assert_refused(&alert, "another process");
	alert = usual;
	alert.file.path = "dash";
	assert_refused(&alert, "path");
}

void set_up_all(void)
{
	const struct policy_files files = {
		.paths = { SHIPPED_POLICY }, .count = 1, .replace = true,
	};

	files_set_up();
	shipped = policy_read(&files, &report);
	assert_non_null(shipped);
}

void tear_down_all(void)
{
	policy_free(shipped);
	policy_report_free(&report);
	buffer_free(&text);
	files_tear_down();
}
