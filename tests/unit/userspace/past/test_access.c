// SPDX-License-Identifier: GPL-2.0
/*
 * An access log finds the request of an alert, or candidates: the true client is always among
 * them, and no line makes a client certain. Any bytes may stand in a line.
 */
#include "unit.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/buffer.h"
#include "past/access_log.h"

#define SECOND UINT64_C(1000000000)
/* 2026-11-21 14:02:11 UTC */
#define ELEVEN (UINT64_C(1795269731) * SECOND)
#define APACHE "%{c}a %{remote}p [%{begin:usec}t] \"%r\" %>s %P %{tid}P %D"
#define NGINX "$remote_addr $remote_port $pid [$msec] \"$request\" $status $request_time"

static struct access_format format;
static struct access_line line;
static struct access_join join;
static struct alert alert;
static struct buffer fault;

void set_up(void)
{
	alert = (struct alert){ .present = true };
	alert.server.pid = (struct number){ true, 812 };
	alert.process.pid = (struct number){ true, 900 };
	alert.request.present = true;
	alert.request.certainty = (struct number){ true, SHELLTRAP_CERTAINTY_NONE };
	alert.request.more = (struct number){ true, 0 };
	buffer_reset(&fault);
	buffer_puts(&fault, "");
}

void tear_down(void)
{
	access_join_end(&join);
	access_format_free(&format);
	buffer_free(&fault);
}

static void read_format(const char *text)
{
	access_format_free(&format);
	if (access_format_read(&format, text, &fault))
		fail_msg("'%s': %s", text, fault.data);
}

static bool read_line(const char *text)
{
	return access_line_read(&format, text, strlen(text), &line);
}

static void assert_text(enum request_string number, const char *expected)
{
	const struct access_text *text = &line.texts[number];

	assert_non_null(text->start);
	assert_int_equal(text->len, strlen(expected));
	assert_memory_equal(text->start, expected, text->len);
}

static void assert_bad(const char *text, const char *part)
{
	struct access_format bad;

	buffer_reset(&fault);
	buffer_puts(&fault, "");
	assert_int_not_equal(access_format_read(&bad, text, &fault), 0);
	access_format_free(&bad);
	if (!strstr(fault.data, part) || strchr(fault.data, '\n'))
		fail_msg("'%s' lacks '%s'", fault.data, part);
}

/* The sockets have this client. */
static void add_socket(const char *addr, unsigned int port)
{
	static unsigned char addrs[SHELLTRAP_CLIENTS_MAX][4];
	size_t count = alert.request.client_count++;

	inet_pton(AF_INET, addr, addrs[count]);
	alert.request.clients[count] = (struct request_client){
		.addr = { (const char *)addrs[count], 4 }, .port = { true, port },
	};
	alert.request.certainty.value = SHELLTRAP_CERTAINTY_CANDIDATES;
}

static void begin(uint64_t moment)
{
	access_join_end(&join);
	access_join_begin(&join, &alert, moment);
}

static void offer(const char *text)
{
	if (!read_line(text))
		fail_msg("'%s' is no line of the format", text);
	access_join_offer(&join, &format, &line);
}

static void assert_clients(const char *expected)
{
	struct buffer text = {0};
	size_t i;

	buffer_puts(&text, "");
	for (i = 0; i < alert.request.client_count; i++) {
		put_client(&text, &alert.request.clients[i]);
		buffer_putc(&text, ' ');
	}
	assert_string_equal(text.data, expected);
	buffer_free(&text);
	assert_null(request_client(&alert.request));
}

TEST(combined_is_read_from_apache_and_nginx)
{
	read_format("combined");
	assert_true(read_line("203.0.113.5 - - [21/Nov/2026:15:02:11 +0100] \"POST /x.php?c=id "
			      "HTTP/1.1\" 200 12 \"-\" \"a \\\"b\\\" c\""));
	assert_int_equal(line.client.len, 4);
	assert_text(REQUEST_METHOD, "POST");
	assert_text(REQUEST_URI, "/x.php?c=id");
	assert_text(REQUEST_USER_AGENT, "a \\\"b\\\" c");
	assert_true(line.first < ELEVEN && line.last > ELEVEN + SECOND);
	assert_false(line.timed);
}

TEST(a_time_with_a_fraction_and_a_duration_gives_the_whole_request)
{
	read_format(NGINX);
	assert_true(read_line("192.0.2.1 5 7 [1795269731.500] \"GET / HTTP/2.0\" 200 0.250"));
	assert_true(line.timed);
	assert_true(line.first >= ELEVEN + SECOND / 10 && line.first < ELEVEN + SECOND / 4);
	assert_true(line.last >= ELEVEN + SECOND / 2 && line.last < ELEVEN + SECOND * 7 / 10);
}

TEST(apaches_times_are_read_in_each_form)
{
	read_format("%a [%{%Y-%m-%d %H:%M:%S}t.%{msec_frac}t %{%z}t] %{end:msec}t");
	assert_true(read_line("192.0.2.1 [2026-11-21 15:02:11.250 +0100] 1795269732000"));
	assert_true(line.timed);
	assert_true(line.first > ELEVEN && line.first < ELEVEN + SECOND / 4);
	assert_true(line.last >= ELEVEN + SECOND && line.last < ELEVEN + SECOND * 5 / 4);
	assert_false(read_line("192.0.2.1 [2026-11-21 15:02:11.250 +0100] 1795269700000"));
	read_format("%t %a \"%m %U%q\" %T %D");
	assert_true(read_line("[21/Nov/2026:14:02:11 +0000] 192.0.2.1 \"GET /a?b=c\" 0 1500000"));
	assert_text(REQUEST_URI, "/a?b=c");
	assert_true(line.last > ELEVEN + 2 * SECOND && line.last < ELEVEN + 3 * SECOND);
}

TEST(php_fpm_names_its_worker)
{
	read_format("php-fpm:%R - %u %t \"%m %r%Q%q\" %s %f %{milli}d %p");
	assert_true(read_line("192.0.2.1 -  21/Nov/2026:14:02:11 +0000 \"GET /x.php?c=id\" 200 "
			      "/var/www/x.php 12.345 812"));
	assert_int_equal(line.pid.value, 812);
	assert_text(REQUEST_SCRIPT, "/var/www/x.php");
}

TEST(what_php_fpm_says_of_the_client_is_remote_addr_and_makes_no_candidate)
{
	read_format("php-fpm:%R %p %t \"%m %r%Q%q\" %f %{milli}d");
	add_socket("127.0.0.1", 11);
	alert.request.certainty.value = SHELLTRAP_CERTAINTY_EXACT;
	begin(ELEVEN);
	offer("203.0.113.5 812 21/Nov/2026:14:02:11 +0000 \"GET /x.php?c=id\" /srv/x.php 12.345");
	assert_true(access_join_apply(&join, &alert.request));
	assert_string_equal(alert.request.remote_addr, "203.0.113.5");
	assert_string_equal(alert.request.uri, "/x.php?c=id");
	assert_string_equal(alert.request.script, "/srv/x.php");
	assert_int_equal(alert.request.client_count, 1);
	set_up();
	begin(ELEVEN);
	offer("203.0.113.5 812 21/Nov/2026:14:02:11 +0000 \"GET /x.php?c=id\" /srv/x.php 12.345");
	access_join_apply(&join, &alert.request);
	assert_int_equal(alert.request.certainty.value, SHELLTRAP_CERTAINTY_NONE);
}

TEST(a_bad_format_is_one_clear_line)
{
	assert_bad("combind", "none of combined");
	assert_bad("%h%u %t", "no text between");
	assert_bad("%a \"%r\" %P", "no time");
	assert_bad("%t %>s", "neither the client");
	assert_bad("%a %t %{Referer", "'}' is missing");
	assert_bad("$remote_addr $ $msec", "without a name");
	assert_bad("%a %t %", "without a letter");
	assert_bad("", "none of combined");
}

TEST(the_thread_of_a_request_narrows_the_candidates)
{
	read_format(APACHE);
	alert.request.thread = (struct number){ true, 830 };
	add_socket("192.0.2.1", 11);
	add_socket("192.0.2.2", 22);
	alert.request.more.value = 5;
	begin(ELEVEN + SECOND / 2);
	offer("192.0.2.1 11 [1795269731000000] \"GET /slow HTTP/1.1\" 200 812 831 900000");
	offer("192.0.2.2 22 [1795269731100000] \"POST /x.php HTTP/1.1\" 200 812 830 900000");
	assert_true(access_join_apply(&join, &alert.request));
	assert_clients("192.0.2.2:22 ");
	assert_int_equal(alert.request.certainty.value, SHELLTRAP_CERTAINTY_CANDIDATES);
	assert_string_equal(alert.request.uri, "/x.php");
	assert_int_equal(alert.request.more.value, 0);
	assert_true(alert.request.sources.value & REQUEST_SOURCE_ACCESS_LOG);
}

TEST(a_thread_that_is_none_of_the_kernel_leaves_the_process)
{
	read_format(APACHE);
	alert.request.thread = (struct number){ true, 812 };
	add_socket("192.0.2.1", 11);
	begin(ELEVEN + SECOND / 2);
	offer("192.0.2.1 11 [1795269731000000] \"GET /x HTTP/1.1\" 200 812 139783694235520 900000");
	assert_true(access_join_apply(&join, &alert.request));
	assert_string_equal(alert.request.uri, "/x");
	assert_false(line.thread.known);
}

TEST(in_an_event_server_all_clients_stay_candidates_the_lines_first)
{
	read_format(NGINX);
	alert.request.via[0].pid = (struct number){ true, 307 };
	alert.request.via_count = 1;
	add_socket("192.0.2.1", 11);
	add_socket("192.0.2.2", 22);
	alert.request.more.value = 2;
	begin(ELEVEN);
	offer("192.0.2.2 22 307 [1795269731.500] \"GET /x.php HTTP/1.1\" 200 1.000");
	offer("192.0.2.9 99 307 [1795269731.900] \"GET /y.php HTTP/1.1\" 200 1.000");
	offer("192.0.2.8 88 308 [1795269731.900] \"GET /z.php HTTP/1.1\" 200 1.000");
	assert_true(access_join_apply(&join, &alert.request));
	assert_clients("192.0.2.2:22 192.0.2.9:99 192.0.2.1:11 ");
	assert_int_equal(alert.request.more.value, 1);
	/* Two requests fit: nobody knows which of them it was. */
	assert_null(alert.request.uri);
	assert_string_equal(alert.request.method, "GET");
}

TEST(an_exact_client_stays_and_only_its_own_line_fills_in)
{
	read_format(NGINX);
	alert.request.via[0].pid = (struct number){ true, 307 };
	alert.request.via_count = 1;
	add_socket("192.0.2.1", 11);
	alert.request.certainty.value = SHELLTRAP_CERTAINTY_EXACT;
	begin(ELEVEN);
	offer("192.0.2.2 22 307 [1795269731.500] \"GET /other HTTP/1.1\" 200 1.000");
	assert_false(access_join_apply(&join, &alert.request));
	offer("192.0.2.1 11 307 [1795269731.500] \"GET /x.php HTTP/1.1\" 200 1.000");
	assert_true(access_join_apply(&join, &alert.request));
	assert_string_equal(alert.request.uri, "/x.php");
	assert_int_equal(alert.request.client_count, 1);
	assert_non_null(request_client(&alert.request));
}

TEST(a_request_that_was_over_or_not_begun_does_not_fit)
{
	read_format(APACHE);
	begin(ELEVEN);
	offer("192.0.2.1 1 [1795269729000000] \"GET /before HTTP/1.1\" 200 812 812 500000");
	offer("192.0.2.1 1 [1795269732000000] \"GET /after HTTP/1.1\" 200 812 812 500000");
	assert_int_equal(join.fits, 0);
	assert_false(access_join_apply(&join, &alert.request));
}

TEST(a_log_without_processes_needs_a_client_that_the_sockets_know)
{
	read_format("combined");
	begin(ELEVEN);
	offer("192.0.2.1 - - [21/Nov/2026:14:02:11 +0000] \"GET /x HTTP/1.1\" 200 1 \"-\" \"-\"");
	assert_int_equal(join.fits, 0);
	add_socket("192.0.2.1", 11);
	begin(ELEVEN);
	offer("192.0.2.1 - - [21/Nov/2026:14:02:11 +0000] \"GET /x HTTP/1.1\" 200 1 \"-\" \"-\"");
	assert_true(access_join_apply(&join, &alert.request));
	assert_clients("192.0.2.1:11 ");
	assert_string_equal(alert.request.uri, "/x");
}

TEST(more_clients_than_a_record_has_are_counted_or_unknown)
{
	unsigned int i;
	char text[128];

	read_format(NGINX);
	begin(ELEVEN);
	for (i = 0; i < 12; i++) {
		snprintf(text, sizeof(text), "192.0.2.%u 1 812 [1795269731.500] "
			 "\"GET /x HTTP/1.1\" 200 1.000", i);
		offer(text);
	}
	assert_true(access_join_apply(&join, &alert.request));
	assert_int_equal(alert.request.client_count, SHELLTRAP_CLIENTS_MAX);
	assert_false(alert.request.more.known);
}

TEST(what_a_shell_does_later_belongs_to_its_first_request)
{
	static struct access_moments moments;
	struct record first = { .time = { true, ELEVEN }, .alert = alert };
	struct record later = { .time = { true, ELEVEN + 20 * SECOND }, .alert = alert };
	struct record unknown = { .time = { true, ELEVEN + 30 * SECOND }, .alert = alert };

	first.alert.ancestors[0].pid = (struct number){ true, 812 };
	first.alert.ancestor_count = 1;
	later.alert.process.pid.value = 901;
	later.alert.ancestors[0].pid = (struct number){ true, 900 };
	later.alert.ancestors[1].pid = (struct number){ true, 812 };
	later.alert.ancestor_count = 2;
	unknown.alert.process.pid.value = 950;
	unknown.alert.ancestors[0].pid = (struct number){ true, 949 };
	unknown.alert.ancestor_count = 1;
	assert_int_equal(access_moment(&moments, &first), ELEVEN);
	assert_int_equal(access_moment(&moments, &later), ELEVEN);
	assert_int_equal(access_moment(&moments, &unknown), 0);
	/* The shell waits, and becomes another program. */
	first.time.value += 40 * SECOND;
	assert_int_equal(access_moment(&moments, &first), ELEVEN);
}

static void try_line(const char *text, size_t len)
{
	access_line_read(&format, text, len, &line);
}

static void try_format(const char *text, size_t len)
{
	struct access_format any;
	struct buffer why = {0};

	(void)len;
	if (!access_format_read(&any, text, &why))
		access_line_read(&any, text, len, &line);
	access_format_free(&any);
	buffer_free(&why);
}

TEST(any_bytes_may_stand_in_a_line_or_in_a_format)
{
	static const char *const parts[] = {
		"192.0.2.1", "::1", ":", " ", "[", "]", "\"", "\\", "1795269731", ".5", "GET / H",
		"21/Nov/2026:14:02:11 +0000", "\x1b[31m", "\xff\xfe", "99999999999999999999", "-",
		"%a", "%t", "%{", "}t", "%{%Y}t", "$pid", "$msec", "${", "%U%q", "php-fpm:", "%^x",
	};
	static const char *const formats[] = { "combined", APACHE, NGINX, "%a %t %D",
					       "php-fpm:%R %t %p" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(formats); i++) {
		read_format(formats[i]);
		try_random_texts(4000, 24, parts, ARRAY_SIZE(parts), try_line);
		try_random_texts(2000, 64, NULL, 0, try_line);
	}
	try_random_texts(4000, 16, parts, ARRAY_SIZE(parts), try_format);
}
