// SPDX-License-Identifier: GPL-2.0
/* Filters: what matches, and that the quick look at a line never drops one that matches. */
#include "unit.h"

#include "lib/node.h"
#include "past/filter.h"

static const char line[] =
	"{\"seq\":1,\"rule\":\"a\",\"severity\":\"high\",\"rules\":[\"a\",\"b\"],\"host\":\"web01\","
	"\"verdict\":\"denied\",\"pathname\":\"/usr/bin/id\",\"process\":{\"argv\":[\"sh\",\"-c\","
	"\"curl http:\\/\\/x\"],\"uid\":33,\"euid\":0,\"user\":\"www-data\",\"euser\":\"root\"},"
	"\"server\":{\"comm\":\"php-fpm8.2\",\"exe\":\"/usr/sbin/php-fpm8.2\"},"
	"\"unit\":\"php8.2-fpm.service\",\"container\":{\"id\":\"0123abcd\"},"
	"\"request\":{\"client\":null,\"clients\":[\"203.0.113.5:4\",\"[2001:db8::1]:443\"]}}";

static struct filter filter;
static struct document document;

void tear_down(void)
{
	filter_free(&filter);
	document_free(&document);
}

static void add(enum filter_key key, const char *text)
{
	struct buffer fault = {0};

	if (filter_add(&filter, key, text, &fault))
		fail_msg("%s", fault.data);
}

static bool matches(const char *text)
{
	const struct node *object = document_read(&document, text, strlen(text));
	bool found = filter_matches(&filter, object);

	assert_non_null(object);
	assert_true(!found || filter_may_match(&filter, text, strlen(text)));
	return found;
}

static bool one(enum filter_key key, const char *text)
{
	bool found;

	add(key, text);
	found = matches(line);
	filter_free(&filter);
	return found;
}

TEST(each_key_matches_what_it_names_and_nothing_else)
{
	static const struct {
		enum filter_key key;
		const char *text;
		bool matches;
	} cases[] = {
		{ FILTER_RULE, "b", true }, { FILTER_RULE, "c", false },
		{ FILTER_SEVERITY, "medium", true }, { FILTER_SEVERITY, "critical", false },
		{ FILTER_SERVER, "php-fpm8.2", true }, { FILTER_SERVER, "php", false },
		{ FILTER_SERVER, "/usr/sbin/php-fpm8.2", true },
		{ FILTER_USER, "www-data", true }, { FILTER_USER, "0", true },
		{ FILTER_USER, "root", true }, { FILTER_USER, "3", false },
		{ FILTER_UNIT, "php8.2-fpm", true }, { FILTER_UNIT, "php8.2-fpm.service", true },
		{ FILTER_UNIT, "php8.2", false },
		{ FILTER_CONTAINER, "0123", true }, { FILTER_CONTAINER, "123", false },
		{ FILTER_CLIENT, "203.0.113.5", true }, { FILTER_CLIENT, "203.0.112.0/23", true },
		{ FILTER_CLIENT, "203.0.114.0/23", false },
		{ FILTER_CLIENT, "2001:db8::/32", true },
		{ FILTER_CLIENT, "2001:db8::2", false }, { FILTER_CLIENT, "0.0.0.0/0", true },
		{ FILTER_VERDICT, "denied", true }, { FILTER_VERDICT, "killed", false },
		{ FILTER_COMMAND, "*curl*", true }, { FILTER_COMMAND, "sh -c *//x", true },
		{ FILTER_COMMAND, "/usr/bin/*", true }, { FILTER_COMMAND, "curl", false },
		{ FILTER_HOST, "web01", true }, { FILTER_HOST, "web", false },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		if (one(cases[i].key, cases[i].text) != cases[i].matches)
			fail_msg("--%s %s", filter_key_name(cases[i].key), cases[i].text);
}

TEST(values_of_a_key_are_or_ed_and_keys_are_and_ed)
{
	add(FILTER_RULE, "x");
	add(FILTER_RULE, "a");
	assert_true(matches(line));
	add(FILTER_HOST, "web02");
	assert_false(matches(line));
}

TEST(a_loss_matches_unless_it_is_of_another_host)
{
	static const char loss[] = "{\"type\":\"loss\",\"seq\":1,\"host\":\"web01\"}";
	const struct node *object = document_read(&document, loss, strlen(loss));

	add(FILTER_RULE, "x");
	assert_true(filter_matches(&filter, object));
	add(FILTER_HOST, "web02");
	assert_false(filter_matches(&filter, object));
}

TEST(a_line_without_the_value_is_dropped_unread_but_not_one_with_escapes)
{
	static const char plain[] = "{\"rule\":\"x\"}", escaped[] = "{\"rule\":\"\\u0061\"}";

	add(FILTER_RULE, "a");
	assert_false(filter_may_match(&filter, plain, strlen(plain)));
	assert_true(matches(escaped));
}

TEST(a_wrong_value_is_refused_with_the_reason)
{
	struct buffer fault = {0};

	assert_int_not_equal(filter_add(&filter, FILTER_SEVERITY, "highest", &fault), 0);
	assert_non_null(strstr(fault.data, "none of low, medium, high, critical"));
	assert_int_not_equal(filter_add(&filter, FILTER_CLIENT, "1.2.3.4/33", &fault), 0);
	assert_int_not_equal(filter_add(&filter, FILTER_CLIENT, "example.com", &fault), 0);
	assert_int_not_equal(filter_add(&filter, FILTER_RULE, "", &fault), 0);
	buffer_free(&fault);
}
