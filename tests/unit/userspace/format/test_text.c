// SPDX-License-Identifier: GPL-2.0
/* The text for people is short, and bytes that an attacker chooses cannot act on a terminal. */
#include "unit.h"

#include <linux/shelltrap.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#include "lib/utf8.h"
#include "samples.h"

static uint64_t storage[MESSAGE_SIZE / 8];
static struct buffer out;

static const char *view_of(const struct sample *sample, const struct view *view)
{
	struct record record;

	sample_parse(message_alert(storage, sample), &record);
	buffer_reset(&out);
	format_text.put(&out, &record, view);
	return out.data;
}

TEST(the_contract_example_is_written_byte_for_byte)
{
	static const char expected[] =
		"2026-11-21 14:02:11Z CRITICAL webserver_shell_exec: shell under a web server\n"
		"  who       php-fpm8.2 ran /bin/sh as www-data (uid 33)\n"
		"  tree      systemd(1) ─ php-fpm8.2(810) ─ php-fpm8.2(812) ─ sh(1402)\n"
		"  command   sh -c id\n"
		"  cwd       /var/www/html\n"
		"  file      /usr/bin/dash, owner root (uid 0), mode 0755\n"
		"  request   POST /upload/x.php?c=id from 203.0.113.5:51332 (exact; socket, proxy-socket)\n"
		"  via       nginx(307)\n"
		"  unit      php8.2-fpm.service\n"
		"  also      illegitimate_shell\n"
		"  seq       42\n"
		"\n";

	assert_string_equal(view_of(&contract_example, &test_view), expected);
}

TEST(the_port_is_named_by_which_a_server_is_known)
{
	struct sample s = contract_example;

	s.server_port = 8080;
	assert_non_null(strstr(view_of(&s, &test_view),
			       "\n  server    php-fpm8.2(812), port 8080\n"));
}

TEST(a_short_alert_fits_80_columns)
{
	struct sample s = contract_example;
	char *line, *rest;

	s.uri = "/x.php";
	view_of(&s, &test_view);
	for (line = strtok_r(out.data, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
		assert_true(strlen(line) <= 80);
}

TEST(unusual_values_are_shown_and_usual_ones_left_out)
{
	struct sample s = contract_example;

	view_of(&s, &test_view);
	assert_null(strstr(out.data, "verdict"));
	assert_null(strstr(out.data, "stdin"));
	assert_null(strstr(out.data, "interp"));
	s = sample_connected();
	s.verdict = SHELLTRAP_VERDICT_DENIED;
	s.interpreter = "/bin/bash";
	view_of(&s, &test_view);
	assert_non_null(strstr(out.data, "  verdict   denied\n"));
	assert_non_null(strstr(out.data, "  interp    /bin/bash\n"));
	assert_non_null(strstr(out.data,
			       "  stdin     connected to 203.0.113.5:4444 (established)\n"));
	s.peer = NULL;
	view_of(&s, &test_view);
	assert_non_null(strstr(out.data, "  stdin     inet socket, listen on 127.0.0.1:80\n"));
}

static const char *of_verdict(uint32_t verdict, const struct view *view)
{
	struct sample s = contract_example;

	s.verdict = verdict;
	return view_of(&s, view);
}

TEST(the_verdict_is_in_the_first_line)
{
	static const struct {
		uint32_t verdict;
		const char *first, *did;
	} cases[] = {
		{ SHELLTRAP_VERDICT_DENIED, "CRITICAL DENIED webserver_shell_exec: ",
		  "php-fpm8.2 tried to run /bin/sh" },
		{ SHELLTRAP_VERDICT_KILLED, "CRITICAL KILLED webserver_shell_exec: ",
		  "php-fpm8.2 tried to run /bin/sh" },
		{ SHELLTRAP_VERDICT_WOULD_DENY, "CRITICAL WOULD DENY webserver_shell_exec: ",
		  "php-fpm8.2 ran /bin/sh" },
		{ SHELLTRAP_VERDICT_FAILED, "CRITICAL webserver_shell_exec: ",
		  "php-fpm8.2 tried to run /bin/sh" },
	};
	struct view colored = test_view;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_non_null(strstr(of_verdict(cases[i].verdict, &test_view), cases[i].first));
		assert_non_null(strstr(out.data, cases[i].did));
	}
	assert_non_null(strstr(of_verdict(SHELLTRAP_VERDICT_WOULD_DENY, &test_view),
			       "  verdict   would-deny\n"));
	colored.color = true;
	assert_non_null(strstr(of_verdict(SHELLTRAP_VERDICT_DENIED, &colored),
			       "\033[1m\033[32mDENIED\033[0m"));
}

TEST(a_loss_is_one_line)
{
	struct record record;

	sample_parse(message_loss(storage, 1, 7, 12), &record);
	buffer_reset(&out);
	format_text.put(&out, &record, &test_view);
	assert_string_equal(out.data, "2026-11-21 14:02:11Z LOST 12 execs, seq 7: "
			    "more execs in flight than slots\n"
			    "  of        11 below php-fpm8.2 (812) as www-data, webserver_shell_exec\n"
			    "  of        1 below no known server as www-data, not yet decided\n\n");
	record.loss.reason = "overwritten before it was read";
	record.loss.lost.value = 1;
	record.loss.cause_count = 0;
	buffer_reset(&out);
	format_text.put(&out, &record, &test_view);
	assert_string_equal(out.data, "2026-11-21 14:02:11Z LOST 1 record, from seq 7: "
			    "overwritten before it was read\n\n");
}

TEST(colors_are_used_only_if_wanted)
{
	struct view colored = test_view;

	assert_null(strchr(view_of(&contract_example, &test_view), '\033'));
	colored.color = true;
	assert_non_null(strstr(view_of(&contract_example, &colored), "\033[31mCRITICAL\033[0m"));
}

/* Characters that act on a terminal or mislead a reader. */
static const char hostile[] = "a\n\t\r\x1b]0;x\x07\x9b\xc2\x9b\x7f\xff\xe2\x80\xae\xe2\x81\xa6"
	"\xe2\x80\x8b\xef\xbb\xbf\xe2\x80\xa8\xc0\x8a\xed\xa0\x80\xf3\xa0\x81\x81z";

static struct sample hostile_sample(void)
{
	struct sample s = contract_example;

	s.rules[0] = hostile;
	s.rules[1] = hostile;
	s.comm = hostile;
	s.pathname = hostile;
	s.interpreter = "\x1b";
	s.process_comm = hostile;
	s.exe = hostile;
	s.cwd = hostile;
	s.argv = hostile;
	s.argv_len = sizeof(hostile);
	s.file_path = hostile + 1;
	s.server_comm = hostile;
	s.server_exe = hostile;
	s.ancestor_comm = hostile;
	s.cgroup_path = "/lxc.payload.\x1b[2J\xe2\x80\xae";
	s.uri = hostile;
	s.claim = hostile;
	return s;
}

/* Valid UTF-8 without hostile characters other than newlines. */
static void assert_harmless(const char *text, size_t len, bool ascii)
{
	while (len) {
		uint32_t c;
		size_t length = utf8_decode(text, len, &c);

		assert_int_not_equal(length, 0);
		assert_true(c == '\n' || !text_is_hostile(c));
		assert_true(!ascii || c < 0x80);
		text += length;
		len -= length;
	}
}

static size_t lines_in(const char *text)
{
	size_t lines = 0;

	for (; *text; text++)
		lines += *text == '\n';
	return lines;
}

TEST(hostile_bytes_in_any_string_are_escaped)
{
	const struct sample s = hostile_sample();
	struct view ascii = test_view;

	view_of(&s, &test_view);
	assert_harmless(out.data, out.len, false);
	assert_int_equal(lines_in(out.data), 15);
	ascii.charset = TEXT_ASCII;
	view_of(&s, &ascii);
	assert_harmless(out.data, out.len, true);
}

static void check_random_strings(const char *random, size_t len)
{
	struct sample s = contract_example;

	s.comm = random;
	s.pathname = random;
	s.cwd = random;
	s.cgroup_path = random;
	s.argv = random;
	s.argv_len = len;
	view_of(&s, &test_view);
	assert_harmless(out.data, out.len, false);
}

TEST(random_bytes_are_escaped)
{
	try_random_texts(2000, 199, NULL, 0, check_random_strings);
}

TEST(a_command_line_cannot_flood_the_screen)
{
	static char argv[8192];
	struct sample s = contract_example;

	memset(argv, ' ', sizeof(argv) - 1);
	s.argv = argv;
	s.argv_len = sizeof(argv);
	view_of(&s, &test_view);
	assert_non_null(strstr(out.data, "' … 7168 bytes more\n"));
	assert_true(out.len < 2500);
}

static const char *text_of_alert(const struct alert *alert)
{
	static struct record record;

	record = (struct record){ .alert = *alert };
	buffer_reset(&out);
	format_text.put(&out, &record, &test_view);
	return out.data;
}

/* A long lineage keeps both ends: the server and the process of the alert. */
TEST(a_long_lineage_is_cut_in_the_middle)
{
	static struct alert alert;
	size_t i;

	alert = (struct alert){ .present = true, .ancestor_count = 20 };
	alert.process.comm = "sh";
	for (i = 0; i < 20; i++) {
		alert.ancestors[i].comm = i == 18 ? "nginx" : i == 19 ? "systemd" : "x";
		alert.ancestors[i].pid = (struct number){ true, 100 - i };
	}
	alert.server = (struct alert_server){ .present = true, .comm = "nginx" };
	text_of_alert(&alert);
	assert_non_null(strstr(out.data, "tree      systemd(81) ─ nginx(82) ─ … ─ x(97)"));
	assert_non_null(strstr(out.data, "x(97) ─ x(98) ─ x(99) ─ x(100) ─ sh(?)\n"));
}

TEST(only_the_parent_above_the_server_is_shown)
{
	static struct alert alert;
	static const char *const comms[] = { "sh", "nginx", "nginx", "bash", "sshd", "systemd" };
	size_t i;

	alert = (struct alert){ .present = true, .ancestor_count = 6 };
	for (i = 0; i < 6; i++)
		alert.ancestors[i].comm = comms[i];
	alert.server = (struct alert_server){ .present = true, .comm = "nginx" };
	alert.process.comm = "id";
	text_of_alert(&alert);
	assert_non_null(strstr(out.data, "tree      bash(?) ─ nginx(?) ─ nginx(?) ─ sh(?)"));
	assert_non_null(strstr(out.data, "sh(?) ─ id(?)\n"));
}

TEST(a_server_that_became_a_shell_shows_only_its_parent)
{
	static struct alert alert;

	alert = (struct alert){ .present = true, .ancestor_count = 2 };
	alert.ancestors[0].comm = "systemd";
	alert.ancestors[1].comm = "init";
	alert.process.comm = "sh";
	alert.process.pid = (struct number){ true, 812 };
	alert.server = (struct alert_server){ .present = true, .comm = "nginx",
					       .pid = { true, 812 } };
	text_of_alert(&alert);
	assert_non_null(strstr(out.data, "tree      systemd(?) ─ sh(812)\n"));
}

void set_up_all(void)
{
	setenv("TZ", "UTC", 1);
	tzset();
}

void tear_down_all(void)
{
	buffer_free(&out);
}
