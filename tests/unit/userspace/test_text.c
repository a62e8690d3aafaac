// SPDX-License-Identifier: GPL-2.0
/* The human view: short, and no terminal is steered by what an attacker names. */
#include "unit.h"

#include <linux/shelltrap.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#include "lib/utf8.h"
#include "message.h"

static uint64_t storage[MESSAGE_SIZE / 8];
static struct buffer out;

static const char *view_of(const struct sample *sample, const struct view *view)
{
	struct record record;
	struct fault fault;

	assert_int_equal(record_parse(message_alert(storage, sample), &record, &fault), 0);
	buffer_reset(&out);
	format_text.put(&out, &record, view);
	return out.data;
}

static void the_contract_example_reads_at_a_glance(void **state)
{
	static const char expected[] =
		"2026-11-21 14:02:11 CRITICAL webserver_shell_exec: shell under a web server\n"
		"  who       php-fpm8.2 ran /bin/sh as www-data (uid 33)\n"
		"  tree      systemd(1) ─ php-fpm8.2(810) ─ php-fpm8.2(812) ─ sh(1402)\n"
		"  command   sh -c id\n"
		"  cwd       /var/www/html\n"
		"  file      /usr/bin/dash, owner root (uid 0), mode 0755\n"
		"  unit      php8.2-fpm.service\n"
		"  also      illegitimate_shell\n"
		"  seq       42\n"
		"\n";

	(void)state;
	assert_string_equal(view_of(&contract_example, &test_view), expected);
}

static void a_short_alert_fits_80_columns(void **state)
{
	char *line, *rest;

	(void)state;
	view_of(&contract_example, &test_view);
	for (line = strtok_r(out.data, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
		assert_true(strlen(line) <= 80);
}

static void what_matters_only_sometimes_shows_only_then(void **state)
{
	struct sample s = contract_example;

	(void)state;
	view_of(&s, &test_view);
	assert_null(strstr(out.data, "verdict"));
	assert_null(strstr(out.data, "stdin"));
	assert_null(strstr(out.data, "interp"));
	s.verdict = SHELLTRAP_VERDICT_DENIED;
	s.interpreter = "/bin/bash";
	s.stdin_type = SHELLTRAP_STDIO_SOCKET;
	s.stdin_family = AF_INET;
	s.local = "\x7f\0\0\1";
	s.peer = "\xcb\0\x71\5";
	s.addr_len = 4;
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

static void what_was_done_about_it_is_in_the_first_line(void **state)
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

	(void)state;
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

static void a_loss_stands_out(void **state)
{
	struct record record;
	struct fault fault;

	(void)state;
	record_parse(message_loss(storage, 1, 7, 12), &record, &fault);
	buffer_reset(&out);
	format_text.put(&out, &record, &test_view);
	assert_string_equal(out.data, "2026-11-21 14:02:11 LOST 12 execs, seq 7: "
			    "more execs in flight than slots\n\n");
	record.loss.reason = "overwritten before it was read";
	record.loss.lost.value = 1;
	buffer_reset(&out);
	format_text.put(&out, &record, &test_view);
	assert_string_equal(out.data, "2026-11-21 14:02:11 LOST 1 record, from seq 7: "
			    "overwritten before it was read\n\n");
}

static void colors_come_only_where_wanted(void **state)
{
	struct view colored = test_view;

	(void)state;
	assert_null(strchr(view_of(&contract_example, &test_view), '\033'));
	colored.color = true;
	assert_non_null(strstr(view_of(&contract_example, &colored), "\033[31mCRITICAL\033[0m"));
}

/* All that can act, in every string an attacker may choose. */
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
	return s;
}

/* Lines of ours and nothing else that moves a cursor. */
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

static void hostile_bytes_in_any_string_never_get_out(void **state)
{
	const struct sample s = hostile_sample();
	struct view ascii = test_view;

	(void)state;
	view_of(&s, &test_view);
	assert_harmless(out.data, out.len, false);
	assert_int_equal(lines_in(out.data), 11);
	ascii.charset = TEXT_ASCII;
	view_of(&s, &ascii);
	assert_harmless(out.data, out.len, true);
}

static void any_bytes_at_all_never_get_out(void **state)
{
	char random[200] = "";
	struct sample s = contract_example;
	int round;

	(void)state;
	s.comm = random;
	s.pathname = random;
	s.cwd = random;
	s.cgroup_path = random;
	s.argv = random;
	srand(1);
	for (round = 0; round < 2000; round++) {
		size_t i, len = rand() % sizeof(random);

		for (i = 0; i < len; i++)
			random[i] = 1 + rand() % 255;
		random[len] = '\0';
		s.argv_len = len;
		view_of(&s, &test_view);
		assert_harmless(out.data, out.len, false);
	}
}

static const char *safe(const char *s, enum text_charset charset)
{
	buffer_reset(&out);
	text_put(&out, s, charset);
	return out.data;
}

static void hostile_characters_are_shown_as_what_they_are(void **state)
{
	(void)state;
	assert_string_equal(safe("a\n\t\r\x1b\x01\x7f", TEXT_UTF8), "a\\n\\t\\r\\e\\x01\\x7f");
	assert_string_equal(safe("\xff\xc2\x9b\xe2\x80\xae", TEXT_UTF8), "\\xff\\u{9b}\\u{202e}");
	assert_string_equal(safe("\xe2\x81\xa6\xe2\x80\x8b\xef\xbb\xbf", TEXT_UTF8),
			    "\\u{2066}\\u{200b}\\u{feff}");
	assert_string_equal(safe("\xc3\xa4\xe2\x82\xac", TEXT_UTF8), "\xc3\xa4\xe2\x82\xac");
	assert_string_equal(safe("\xc3\xa4\xe2\x82\xac", TEXT_ASCII), "\\u{e4}\\u{20ac}");
}

static const char *word(const char *s, size_t len)
{
	buffer_reset(&out);
	text_put_word(&out, s, len, TEXT_UTF8);
	return out.data;
}

static void an_argument_is_quoted_so_that_it_can_be_told_apart(void **state)
{
	(void)state;
	assert_string_equal(word("-c", 2), "-c");
	assert_string_equal(word("", 0), "''");
	assert_string_equal(word("id; uname", 9), "'id; uname'");
	assert_string_equal(word("a\\b", 3), "'a\\b'");
	assert_string_equal(word("it's", 4), "$'it\\'s'");
	assert_string_equal(word("a\nb\\c", 5), "$'a\\nb\\\\c'");
	assert_string_equal(word("\xff", 1), "$'\\xff'");
	assert_string_equal(word("~", 1), "'~'");
	assert_string_equal(word("$(id)", 5), "'$(id)'");
}

static void a_command_line_cannot_flood_the_screen(void **state)
{
	static char argv[8192];
	struct sample s = contract_example;

	(void)state;
	memset(argv, ' ', sizeof(argv) - 1);
	s.argv = argv;
	s.argv_len = sizeof(argv);
	view_of(&s, &test_view);
	assert_non_null(strstr(out.data, "' … 7168 bytes more\n"));
	assert_true(out.len < 2500);
}

/* A long line of descent keeps both ends: the server and what it came to. */
static void a_long_descent_is_cut_in_its_middle(void **state)
{
	static struct record record;
	struct alert *alert = &record.alert;
	size_t i;

	(void)state;
	record = (struct record){ .alert = { .present = true, .ancestor_count = 20 } };
	alert->process.comm = "sh";
	for (i = 0; i < 20; i++) {
		alert->ancestors[i].comm = i == 18 ? "nginx" : i == 19 ? "systemd" : "x";
		alert->ancestors[i].pid = (struct number){ true, 100 - i };
	}
	alert->server = (struct alert_server){ .present = true, .comm = "nginx" };
	buffer_reset(&out);
	format_text.put(&out, &record, &test_view);
	assert_non_null(strstr(out.data, "tree      systemd(81) ─ nginx(82) ─ … ─ x(97)"));
	assert_non_null(strstr(out.data, "x(97) ─ x(98) ─ x(99) ─ x(100) ─ sh(?)\n"));
}

static void what_lies_above_the_server_is_not_shown(void **state)
{
	static struct record record;
	struct alert *alert = &record.alert;
	static const char *const comms[] = { "sh", "nginx", "nginx", "bash", "sshd", "systemd" };
	size_t i;

	(void)state;
	record = (struct record){ .alert = { .present = true, .ancestor_count = 6 } };
	for (i = 0; i < 6; i++)
		alert->ancestors[i].comm = comms[i];
	alert->server = (struct alert_server){ .present = true, .comm = "nginx" };
	alert->process.comm = "id";
	buffer_reset(&out);
	format_text.put(&out, &record, &test_view);
	assert_non_null(strstr(out.data, "tree      bash(?) ─ nginx(?) ─ nginx(?) ─ sh(?)"));
	assert_non_null(strstr(out.data, "sh(?) ─ id(?)\n"));
}

static void a_server_that_became_the_shell_shows_its_parent_alone(void **state)
{
	static struct record record;
	struct alert *alert = &record.alert;

	(void)state;
	record = (struct record){ .alert = { .present = true, .ancestor_count = 2 } };
	alert->ancestors[0].comm = "systemd";
	alert->ancestors[1].comm = "init";
	alert->process.comm = "sh";
	alert->process.pid = (struct number){ true, 812 };
	alert->server = (struct alert_server){ .present = true, .comm = "nginx",
					       .pid = { true, 812 } };
	buffer_reset(&out);
	format_text.put(&out, &record, &test_view);
	assert_non_null(strstr(out.data, "tree      systemd(?) ─ sh(812)\n"));
}

static int use_utc(void **state)
{
	(void)state;
	setenv("TZ", "UTC", 1);
	tzset();
	return 0;
}

static int free_out(void **state)
{
	(void)state;
	buffer_free(&out);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_contract_example_reads_at_a_glance),
		cmocka_unit_test(a_short_alert_fits_80_columns),
		cmocka_unit_test(what_matters_only_sometimes_shows_only_then),
		cmocka_unit_test(what_was_done_about_it_is_in_the_first_line),
		cmocka_unit_test(a_loss_stands_out),
		cmocka_unit_test(colors_come_only_where_wanted),
		cmocka_unit_test(hostile_bytes_in_any_string_never_get_out),
		cmocka_unit_test(any_bytes_at_all_never_get_out),
		cmocka_unit_test(hostile_characters_are_shown_as_what_they_are),
		cmocka_unit_test(an_argument_is_quoted_so_that_it_can_be_told_apart),
		cmocka_unit_test(a_command_line_cannot_flood_the_screen),
		cmocka_unit_test(a_long_descent_is_cut_in_its_middle),
		cmocka_unit_test(what_lies_above_the_server_is_not_shown),
		cmocka_unit_test(a_server_that_became_the_shell_shows_its_parent_alone),
	};

	return cmocka_run_group_tests_name("text", tests, use_utc, free_out);
}
