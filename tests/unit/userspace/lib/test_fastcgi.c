// SPDX-License-Identifier: GPL-2.0-or-later
/* An answer is read whole, in whatever pieces it comes; one that lies does no harm. */
#include "lib/fastcgi.h"

#include <string.h>

#include "unit.h"

static struct fastcgi answer;
static struct buffer bytes;

void tear_down(void)
{
	fastcgi_free(&answer);
	memset(&answer, 0, sizeof(answer));
	buffer_free(&bytes);
}

static void put_record(int type, const char *content, size_t len, size_t padding)
{
	const char header[8] = { 1, type, 0, 1, len >> 8, len, padding, 0 };

	buffer_add(&bytes, header, sizeof(header));
	buffer_add(&bytes, content, len);
	for (; padding; padding--)
		buffer_putc(&bytes, 'x');
}

static void put_end(char status)
{
	const char end[8] = { 0, 0, 0, 0, status };

	put_record(3, end, sizeof(end), 0);
}

static enum fastcgi_state take_in_pieces(size_t piece)
{
	size_t at;

	for (at = 0; at < bytes.len; at += piece)
		fastcgi_take(&answer, bytes.data + at,
			     bytes.len - at < piece ? bytes.len - at : piece);
	return answer.state;
}

TEST(an_answer_comes_in_any_pieces)
{
	size_t piece;

	for (piece = 1; piece < 40; piece++) {
		put_record(6, "A: b\r\n\r\npid: ", 13, 3);
		put_record(7, "an error", 8, 0);
		put_record(6, "7\n", 2, 6);
		put_record(6, "", 0, 0);
		put_end(0);
		assert_int_equal(take_in_pieces(piece), FASTCGI_DONE);
		assert_string_equal(fastcgi_body(&answer), "pid: 7\n");
		tear_down();
	}
}

TEST(what_is_no_answer_is_broken)
{
	put_end(1);
	assert_int_equal(take_in_pieces(64), FASTCGI_BROKEN);
	tear_down();
	put_record(3, "", 0, 0);
	assert_int_equal(take_in_pieces(64), FASTCGI_BROKEN);
	tear_down();
	buffer_puts(&bytes, "HTTP/1.1 400 Bad Request\r\n\r\n");
	assert_int_equal(take_in_pieces(64), FASTCGI_BROKEN);
	assert_null(fastcgi_body(&answer));
}

/* The server names 65,535 bytes and sends fewer. */
TEST(a_lie_about_the_length_leaves_it_open)
{
	const char header[8] = { 1, 6, 0, 1, -1, -1, -1, 0 };

	buffer_add(&bytes, header, sizeof(header));
	buffer_puts(&bytes, "A: b\r\n\r\n");
	put_end(0);
	assert_int_equal(take_in_pieces(5), FASTCGI_OPEN);
}

TEST(an_endless_answer_ends)
{
	static char content[65535];
	size_t turns = 0;

	put_record(6, content, sizeof(content), 255);
	while (fastcgi_take(&answer, bytes.data, bytes.len) == FASTCGI_OPEN)
		turns++;
	assert_int_equal(answer.state, FASTCGI_BROKEN);
	assert_true(turns <= FASTCGI_ANSWER_MAX / sizeof(content));
	assert_true(answer.output.len <= FASTCGI_ANSWER_MAX);
}

/* What a real server was seen to accept. */
TEST(a_request_is_as_the_protocol_says)
{
	static const char *const variables[] = { "A", "bc", NULL };
	static const char expected[] = {
		1, 1, 0, 1, 0, 8, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0,
		1, 4, 0, 1, 0, 5, 0, 0, 1, 2, 'A', 'b', 'c',
		1, 4, 0, 1, 0, 0, 0, 0, 1, 5, 0, 1, 0, 0, 0, 0,
	};

	fastcgi_put_request(&bytes, variables);
	assert_int_equal(bytes.len, sizeof(expected));
	assert_memory_equal(bytes.data, expected, bytes.len);
}
