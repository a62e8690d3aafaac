// SPDX-License-Identifier: GPL-2.0
/* The request that a worker of uWSGI serves is found, and none is taken for another one. */
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "evidence/uwsgi.h"

#define STATS(workers) "{\n\"version\":\"2.0.21\",\"pid\":5,\n\t\"workers\":[" workers "]}\n"
#define WORKER(pid, requests, cores)						\
	"{\"id\":1,\"pid\":" pid ",\"requests\":" requests ",\"cores\":[" cores "]}"
#define IDLE "{\"id\":0,\"in_request\":0,\"vars\":[\n],\"req_info\":{}}"
#define BUSY(vars)								\
	"{\"id\":0,\"in_request\":1,\"vars\":[" vars "\"\"],\n"			\
	"\"req_info\":{\"request_start\":1700000000}}"
#define VARS(uri) "\"REQUEST_METHOD=POST\",\n\"REQUEST_URI=" uri "\",\n"

#define SECOND UINT64_C(1000000000)
#define STARTED (UINT64_C(1700000000) * SECOND)

static struct uwsgi_request request;

void tear_down(void)
{
	uwsgi_free(&request);
}

static const char *find(const char *stats, uint64_t pid)
{
	uwsgi_free(&request);
	return uwsgi_find(&request, stats, strlen(stats), pid);
}

TEST(the_request_is_found)
{
	assert_null(find(STATS(WORKER("7", "0", BUSY(VARS("/a\\\"b?c=\x1b\xff")))
			       "," WORKER("71", "9", BUSY(VARS("/x")))), 7));
	assert_string_equal(request.method, "POST");
	assert_string_equal(request.uri, "/a\"b?c=\x1b\xff");
	assert_int_equal(request.started, 1700000000);
	assert_true(request.first);
	assert_null(find(STATS(WORKER("7", "3", IDLE "," BUSY(VARS("/a")) "," IDLE)), 7));
	assert_string_equal(request.uri, "/a");
	assert_false(request.first);
}

TEST(another_worker_is_not_found)
{
	assert_non_null(find(STATS(WORKER("7", "3", BUSY(VARS("/a")))), 71));
	assert_non_null(find(STATS(WORKER("\"7\"", "3", BUSY(VARS("/a")))), 7));
	assert_non_null(find(STATS("7,[],null"), 7));
	assert_non_null(find("{}", 7));
}

TEST(two_workers_with_the_pid_are_none)
{
	assert_non_null(find(STATS(WORKER("7", "3", BUSY(VARS("/a"))) ","
				   WORKER("7", "3", BUSY(VARS("/b")))), 7));
}

TEST(a_worker_that_serves_several_requests_tells_nothing)
{
	assert_null(find(STATS(WORKER("7", "3", BUSY(VARS("/a")) "," BUSY(VARS("/b")))), 7));
	assert_null(request.uri);
	assert_false(uwsgi_shows_request_of(&request, STARTED + 9 * SECOND, true));
}

TEST(an_idle_worker_tells_nothing)
{
	assert_null(find(STATS(WORKER("7", "3", IDLE)), 7));
	assert_null(request.uri);
	assert_null(find(STATS(WORKER("7", "3", "")), 7));
	assert_null(find(STATS("{\"pid\":7,\"cores\":{}}"), 7));
	assert_false(uwsgi_shows_request_of(&request, 0, true));
}

TEST(only_a_whole_variable_counts_and_the_first_one)
{
	assert_null(find(STATS(WORKER("7", "3", BUSY("\"XREQUEST_URI=/x\",3,\"REQUEST_URIS=/y\","
						     VARS("/a") VARS("/b")))), 7));
	assert_string_equal(request.uri, "/a");
	assert_null(find(STATS(WORKER("7", "3", BUSY("\"HTTP_X=\\\",\\\"REQUEST_URI=/f\","))), 7));
	assert_null(request.uri);
}

TEST(a_request_that_may_have_begun_later_is_another_one)
{
	request = (struct uwsgi_request){ .uri = "/a", .started = 1700000000 };
	assert_true(uwsgi_shows_request_of(&request, STARTED + SECOND, false));
	assert_false(uwsgi_shows_request_of(&request, STARTED + SECOND - 1, false));
	assert_true(uwsgi_shows_request_of(&request, STARTED + SECOND - 1, true));
	assert_true(uwsgi_shows_request_of(&request, STARTED - SECOND / 100, true));
	assert_false(uwsgi_shows_request_of(&request, STARTED - SECOND / 10, true));
	request.first = true;
	assert_true(uwsgi_shows_request_of(&request, STARTED + 5, false));
	assert_false(uwsgi_shows_request_of(&request, STARTED - SECOND / 10, false));
	request.uri = NULL;
}

/* Writes a list that has the part so often. */
static const char *find_list(const char *part, size_t count)
{
	static char text[1024 * 1024];
	char *at = text;

	*at++ = '[';
	while (count--)
		at = stpcpy(at, part);
	strcpy(at, "0]");
	return find(text, 7);
}

/* Each of them would take ten to hundred times its length in memory. */
TEST(an_answer_of_very_many_values_is_refused)
{
	static const char refused[] = "it answers with too many values";

	assert_string_equal(find_list("{},", 10000), refused);
	assert_string_equal(find_list("[],", 10000), refused);
	assert_string_equal(find_list("0,", 200000), refused);
	assert_string_not_equal(find_list("{},", 8000), refused);
	assert_string_not_equal(find_list("0,", 130000), refused);
}

TEST(what_a_client_sends_does_not_make_the_answer_too_long)
{
	static char text[200000], stats[sizeof(text) + 1000];

	memset(text, '{', sizeof(text) - 1);
	snprintf(stats, sizeof(stats),
		 STATS(WORKER("7", "3", BUSY("\"HTTP_X=\\\"%s\"," VARS("/a")))), text);
	assert_null(find(stats, 7));
	assert_string_equal(request.uri, "/a");
}

static void try_text(const char *random, size_t len)
{
	uwsgi_free(&request);
	uwsgi_find(&request, random, len, 7);
}

TEST(any_text_is_read)
{
	static const char *const parts[] = {
		"{", "}", "[", "]", ",", "\"workers\":", "\"pid\":7", "\"cores\":",
		"\"requests\":0", "\"in_request\":1", "\"vars\":",
		"\"REQUEST_URI=/\\u0000\"", "\"req_info\":", "\"request_start\":",
		"99999999999999999999", "-1", "1e99", "\\", "\"", "\x80", "null",
		STATS(WORKER("7", "0", BUSY(VARS("/a")))),
	};

	try_random_texts(3000, 60, parts, ARRAY_SIZE(parts), try_text);
	try_random_texts(2000, 40, NULL, 0, try_text);
}
