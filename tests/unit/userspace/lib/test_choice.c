// SPDX-License-Identifier: GPL-2.0
/* Words stand for values and back; a value may have no word. */
#include "unit.h"

#include <errno.h>

#include "lib/choice.h"

static const char *const words[] = { [1] = "low", [2] = "high", [4] = "higher" };
static const struct choices choices = CHOICES(words);

TEST(a_word_stands_for_its_value)
{
	assert_int_equal(choice_find(&choices, "low"), 1);
	assert_int_equal(choice_find(&choices, "higher"), 4);
}

TEST(any_other_word_is_an_error)
{
	static const char *const others[] = { "", "hig", "High", "low ", "highest" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(others); i++)
		assert_int_equal(choice_find(&choices, others[i]), -EINVAL);
}

TEST(a_value_has_its_word_or_none)
{
	assert_string_equal(choice_name(&choices, 2), "high");
	assert_null(choice_name(&choices, 0));
	assert_null(choice_name(&choices, 3));
	assert_null(choice_name(&choices, 5));
	assert_null(choice_name(&choices, UINT64_MAX));
}

TEST(the_list_has_every_word)
{
	assert_string_equal(choice_list(&choices), "low, high, higher");
	assert_string_equal(choice_list(&choices), "low, high, higher");
}
