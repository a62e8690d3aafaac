// SPDX-License-Identifier: GPL-2.0-or-later
/* A word is suggested if few changes lead to it, and the closest one first. */
#include "unit.h"

#include "lib/suggest.h"

static const char *suggested_for(const char *word)
{
	static const char *const words[] = {
		"shells", "severity", "stdin", "stdout", "stdio", "deny", "web_servers", "a", "ab",
	};
	struct suggestion suggestion;
	size_t i;

	suggestion_start(&suggestion, word);
	for (i = 0; i < ARRAY_SIZE(words); i++)
		suggestion_offer(&suggestion, words[i]);
	return suggestion.best;
}

TEST(a_word_with_few_changes_is_suggested)
{
	assert_string_equal(suggested_for("shels"), "shells");
	assert_string_equal(suggested_for("shellls"), "shells");
	assert_string_equal(suggested_for("serverity"), "severity");
	assert_string_equal(suggested_for("dney"), "deny");
	assert_string_equal(suggested_for("webserver"), "web_servers");
	assert_string_equal(suggested_for("stdim"), "stdin");
	assert_string_equal(suggested_for("stdou"), "stdout");
}

TEST(another_word_is_not)
{
	static char long_word[5000];

	memset(long_word, 'x', sizeof(long_word) - 1);
	assert_null(suggested_for(""));
	assert_null(suggested_for("q"));
	assert_null(suggested_for("nginx"));
	assert_null(suggested_for("/bin/sh"));
	assert_null(suggested_for(long_word));
}

TEST(the_suggestion_is_a_question)
{
	struct suggestion suggestion;
	struct buffer out = {0};

	suggestion_start(&suggestion, "dney");
	suggestion_put(&out, &suggestion);
	assert_int_equal(out.len, 0);
	suggestion_offer(&suggestion, "deny");
	suggestion_put(&out, &suggestion);
	assert_string_equal(out.data, "; did you mean 'deny'?");
	buffer_free(&out);
}
