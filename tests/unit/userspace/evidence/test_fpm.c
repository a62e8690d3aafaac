// SPDX-License-Identifier: GPL-2.0
/* A worker's request is found, and no request is taken for that of another worker. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "evidence/fpm.h"

#define HEAD "pool:                 www\nprocess manager:      static\n\n"
#define WORKER(pid, requests, us, uri, script)					\
	"************************\npid:                  " pid "\n"		\
	"state:                Running\nstart since:          11\n"		\
	"requests:             " requests "\nrequest duration:     " us "\n"	\
	"request method:       GET\nrequest URI:          " uri "\n"		\
	"content length:       0\nuser:                 -\n"			\
	"script:               " script "\nlast request cpu:     0.00\n\n"

static struct fpm_worker worker;
static char *text;

void tear_down(void)
{
	free(text);
	text = NULL;
}

static const char *find(const char *status, uint64_t pid)
{
	free(text);
	text = strdup(status);
	return fpm_find(&worker, text, pid);
}

TEST(the_worker_is_found)
{
	assert_null(find(HEAD WORKER("7", "3", "250", "/a.php?b=c d", "/srv/a.php")
			 WORKER("71", "9", "1", "/x", "/srv/x.php"), 7));
	assert_int_equal(worker.requests, 3);
	assert_int_equal(worker.us, 250);
	assert_string_equal(worker.method, "GET");
	assert_string_equal(worker.uri, "/a.php?b=c d");
	assert_string_equal(worker.script, "/srv/a.php");
}

TEST(another_worker_is_not_found)
{
	assert_non_null(find(HEAD WORKER("7", "3", "250", "/a", "/b"), 71));
	assert_non_null(find("", 7));
	assert_non_null(find("pid: 7x\npid: 18446744073709551623\n", 7));
}

TEST(what_is_not_known_is_none)
{
	assert_null(find(HEAD WORKER("7", "0", "0", "-", "-"), 7));
	assert_null(worker.uri);
	assert_null(worker.script);
	assert_false(fpm_shows_request_of(&worker, 5, 10));
}

TEST(a_script_whose_name_imitates_a_worker_is_not_taken_for_it)
{
	assert_non_null(find(HEAD WORKER("8", "1", "1", "/a", "/x\npid: 7\nrequests: 1\n"
					 "request URI: /forged") WORKER("7", "2", "9", "/b", "/b"),
			     7));
	assert_null(find(HEAD WORKER("8", "1", "1", "/a\nrequest URI: /forged", "/x"), 8));
	assert_string_equal(worker.uri, "/a");
}

#define MS UINT64_C(1000000)

TEST(a_request_that_began_later_is_another_one)
{
	worker = (struct fpm_worker){ .requests = 2, .us = 5000 };
	assert_true(fpm_shows_request_of(&worker, 100 * MS, 105 * MS));
	assert_false(fpm_shows_request_of(&worker, 100 * MS, 106 * MS));
	assert_true(fpm_shows_request_of(&worker, 100 * MS, 90 * MS));
	worker.requests = 1;
	assert_true(fpm_shows_request_of(&worker, 100 * MS, 106 * MS));
}

static void try_text(const char *random, size_t len)
{
	if (!memchr(random, '\0', len))
		find(random, 7);
}

TEST(any_text_is_read)
{
	static const char *const parts[] = {
		"pid:", " 7", "\n", "requests:", "request duration:", "script:", "-", "/x",
		"request URI:", "99999999999999999999", "\x80", "\x1b[31m",
	};

	try_random_texts(2000, 40, parts, ARRAY_SIZE(parts), try_text);
	try_random_texts(2000, 40, NULL, 0, try_text);
}
