// SPDX-License-Identifier: GPL-2.0
#include "lines.h"

#include <stdio.h>

#include "report/html_text.h"
#include "report/limits.h"
#include "report/style.h"

#define SERVER "[{\"pid\":812,\"comm\":\"nginx\"}]"

static struct collection collection;
static struct buffer lines, page;

void set_up(void)
{
	collection = (struct collection){0};
}

void tear_down(void)
{
	collection_free(&collection);
	buffer_free(&lines);
	buffer_free(&page);
}

static void make_html(void)
{
	lines_collect(&collection, lines.data);
	collection_sort(&collection);
	html_put_report(&page, &collection, MOMENT_SECOND);
}

static void make_markdown(void)
{
	lines_collect(&collection, lines.data);
	collection_sort(&collection);
	markdown_put_report(&page, &collection, MOMENT_SECOND);
}

static size_t count_of(const char *what)
{
	const char *at = page.data;
	size_t count = 0;

	while ((at = strstr(at, what))) {
		count++;
		at += strlen(what);
	}
	return count;
}

static void assert_html(const char *text, const char *html)
{
	struct buffer out = {0};

	html_put(&out, text);
	assert_string_equal(out.data, html);
	buffer_free(&out);
}

TEST(no_character_of_markup_stays_one)
{
	assert_html("<a b=\"c\" d='e'>&amp;",
		    "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;amp;");
}

TEST(characters_that_mislead_are_shown_as_text)
{
	assert_html("a\n\t\x1b\x7f!", "a\\n\\t\\e\\x7f!");
	assert_html("\xe2\x80\xaexe", "\\u{202e}xe");
	assert_html("\xff\xc0\xaf", "\\xff\\xc0\\xaf");
	assert_html("caf\xc3\xa9", "caf\xc3\xa9");
}

TEST(a_nul_in_a_value_does_not_end_it)
{
	line_put(&lines, 1, 1, 900, SERVER, "a\\u0000b");
	make_html();
	assert_int_not_equal(count_of("a\\x00b"), 0);
}

/* A page of the same shape whose values are harmless has the same number of each. */
static void assert_same_markup(const char *hostile, const char *harmless)
{
	static const char characters[] = "<>\"";
	size_t counts[3] = {0}, i;

	tear_down();
	line_put(&lines, 1, 1, 900, SERVER, harmless);
	make_html();
	for (i = 0; i < 3; i++)
		counts[i] = count_of((char[]){ characters[i], 0 });
	tear_down();
	line_put(&lines, 1, 1, 900, SERVER, hostile);
	make_html();
	for (i = 0; i < 3; i++)
		assert_int_equal(counts[i], count_of((char[]){ characters[i], 0 }));
}

TEST(a_value_adds_no_markup)
{
	static const char *const hostile[] = {
		"<script>alert(1)</script>", "</code></pre></body>", "' onload=alert(1) x='",
		"]]>", "<!--", "\\\" autofocus onfocus=x \\\"",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(hostile); i++)
		assert_same_markup(hostile[i], "id");
}

TEST(a_page_asks_for_nothing)
{
	line_put(&lines, 1, 1, 900, SERVER, "id");
	make_html();
	assert_int_equal(count_of("<script"), 0);
	assert_int_equal(count_of("src="), 0);
	assert_int_equal(count_of("url("), 0);
	assert_int_equal(count_of("@import"), 0);
	assert_int_equal(count_of("http://") + count_of("https://"), 0);
	assert_int_equal(count_of("Content-Security-Policy\" content=\"default-src 'none'"), 1);
}

TEST(a_storm_gives_a_page_that_says_what_it_leaves_out)
{
	char command[32];
	unsigned int i;

	for (i = 0; i < 20000; i++) {
		snprintf(command, sizeof(command), "echo %u", i);
		line_put(&lines, 1 + i, i / 400, 1000 + i, SERVER, command);
	}
	make_html();
	assert_in_range(page.len, 100000, 3000000);
	assert_int_not_equal(count_of("18900 more command lines are not on this page"), 0);
	assert_int_not_equal(count_of("19960 more processes"), 0);
	assert_int_not_equal(count_of("more records are not on this page"), 0);
}

TEST(a_storm_does_not_hide_what_is_severe)
{
	unsigned int i;
	char command[32], *critical;

	for (i = 0; i < 3000; i++) {
		snprintf(command, sizeof(command), "echo %u", i);
		line_put(&lines, 1 + i, i / 100, 1000 + i, SERVER, command);
	}
	while ((critical = strstr(lines.data, "\"critical\"")))
		memcpy(critical, "\"low\"     ", 10);
	line_put(&lines, 3001, 59, 9000, SERVER, "the severe one");
	make_html();
	assert_int_not_equal(count_of("the severe one"), 0);
	assert_int_not_equal(count_of("process 9000"), 0);
}

TEST(a_request_that_is_not_known_is_said_to_be_unknown)
{
	line_put(&lines, 1, 1, 900, SERVER, "id");
	make_html();
	assert_int_not_equal(count_of("do not say which request did it"), 0);
}

/* Adds an alert whose request is this JSON. */
static void add_request(const char *request)
{
	line_put(&lines, 1, 1, 900, SERVER, "id");
	lines.len -= 2;	/* } and the newline */
	buffer_printf(&lines, ",\"request\":%s}\n", request);
}

TEST(a_client_that_is_certain_is_named_as_such)
{
	add_request("{\"certainty\":\"exact\",\"client\":\"192.0.2.5:5\"}");
	make_markdown();
	assert_int_equal(count_of("The client `192.0.2.5:5` sent the request"), 1);
}

TEST(where_the_request_is_known_only_in_part_the_page_says_where_the_rest_is)
{
	add_request("{\"certainty\":\"exact\",\"client\":\"192.0.2.5:5\"}");
	make_markdown();
	assert_int_equal(count_of("The records do not say what it asked for: the server's access "
				  "log of 14:02:01 UTC does. The processes worked in `/srv`"), 1);
	assert_int_equal(count_of("Possible client"), 0);
}

TEST(the_most_severe_commands_are_told_in_their_order)
{
	line_put(&lines, 1, 1, 900, SERVER, "id");
	line_put(&lines, 2, 2, 901, SERVER, "curl x");
	make_markdown();
	assert_int_equal(count_of("In order: `sh -c id`, then `sh -c 'curl x'`. No login"), 1);
}

static void add_sensor(const char *type, const char *members)
{
	buffer_printf(&lines, "{\"type\":\"%s\",\"seq\":9,\"instance\":\"5b1f9c0e77aa01d3\","
		      "\"host\":\"web01\",\"time\":\"2026-11-21T14:02:09.000000000Z\",%s}\n",
		      type, members);
}

static void add_sensors(void)
{
	line_put(&lines, 1, 1, 900, SERVER, "id");
	add_sensor("event", "\"event\":\"disarmed\",\"by\":{\"pid\":7,\"comm\":\"<b>\",\"uid\":0}");
	add_sensor("outcome", "\"of\":1,\"verdict\":\"killed\"");
	add_sensor("repeats", "\"of\":1,\"count\":40");
	add_sensor("loss", "\"lost\":3,\"why\":\"<i>\"");
}

TEST(both_formats_say_what_happened_to_the_sensor)
{
	add_sensors();
	make_html();
	assert_int_equal(count_of("disarmed: the probes do not fire: execs are not seen, by "
				  "&lt;b&gt;(7) as uid 0"), 1);
	assert_int_equal(count_of("record 1 has ended: killed"), 1);
	assert_int_equal(count_of("40 more alerts like record 1"), 1);
	assert_int_equal(count_of("3 lost: &lt;i&gt;"), 1);
	buffer_reset(&page);
	markdown_put_report(&page, &collection, MOMENT_SECOND);
	assert_int_equal(count_of("disarmed: the probes do not fire: execs are not seen, by "
				  "\\<b\\>(7) as uid 0"), 1);
	assert_int_equal(count_of("record 1 has ended: killed"), 1);
	assert_int_equal(count_of("40 more alerts like record 1"), 1);
	assert_int_equal(count_of("3 lost: \\<i\\>"), 1);
}

TEST(what_is_strong_in_markdown_ends_before_a_space)
{
	add_sensors();
	make_markdown();
	assert_int_equal(count_of(" **The"), 0);
	assert_int_equal(count_of("**How it came in.** "), 1);
}

TEST(a_candidate_is_not_called_the_client)
{
	add_request("{\"certainty\":\"candidates\",\"clients\":[\"192.0.2.5:5\"]}");
	make_markdown();
	assert_int_equal(count_of("sent the request: "), 1);
	assert_int_equal(count_of("may have sent the request"), 2);
	assert_int_equal(count_of("block `192.0.2.5:5`"), 0);
}

TEST(a_command_to_copy_quotes_what_the_attacker_chose)
{
	line_put(&lines, 1, 1, 900, SERVER, "id");
	lines.len -= 2;
	buffer_puts(&lines, ",\"unit\":\"x; reboot #.service\"}\n");
	make_markdown();
	assert_int_equal(count_of("systemctl stop -- 'x; reboot #.service'"), 1);
}

TEST(a_code_span_cannot_be_left)
{
	line_put(&lines, 1, 1, 900, SERVER, "`` <b> ``` [a](b)");
	make_markdown();
	assert_int_not_equal(count_of("````sh -c '`` <b> ``` [a](b)'````"), 0);
}

TEST(a_page_without_alerts_is_a_page)
{
	buffer_puts(&lines, "");
	make_html();
	assert_int_equal(count_of(">0 incidents<"), 1);
	assert_int_equal(count_of("</html>"), 1);
}
