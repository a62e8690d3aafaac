// SPDX-License-Identifier: GPL-2.0-or-later
/* A threat is TACTIC/TECHNIQUE; other words of a rule's threats are ignored. */
#include "unit.h"

#include "kernel/threat.h"

static bool is_threat(const char *word)
{
	struct threat threat;

	return threat_parse(&threat, word, strlen(word));
}

TEST(a_threat_is_a_tactic_and_a_technique)
{
	struct threat threat;

	assert_true(threat_parse(&threat, "TA0002/T1059.004", 16));
	assert_string_equal(threat.tactic, "TA0002");
	assert_string_equal(threat.technique, "T1059.004");
	assert_true(threat_parse(&threat, "TA0001/T1190 and more", 12));
	assert_string_equal(threat.technique, "T1190");
}

TEST(text_of_another_shape_is_no_threat)
{
	static const char *const wrong[] = {
		"", "TA0002", "T1059.004", "TA0002/", "TA0002/T10", "TA0002/T1059.",
		"TA0002/T1059.04",
		"TA0002/T1059.0044",
		"ta0002/T1059", "TA0002T1059", "TA000a/T1059", "TA0002/T1059 ",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++)
		assert_false(is_threat(wrong[i]));
}

TEST(threats_are_found_within_hostile_text)
{
	static struct alert alert;
	struct threat threats[4];

	alert.rules[0].threat = "  TA0011/T1104 \xff\x1b TA0001/T1190/ TA0001/T1190  ";
	alert.rules[1].threat = "TA0011/T1104";
	alert.rules[2].threat = "";
	alert.rule_count = 4;
	assert_int_equal(alert_threats(&alert, threats, 4), 2);
	assert_string_equal(threats[0].tactic, "TA0001");
	assert_string_equal(threats[1].tactic, "TA0011");
	assert_int_equal(alert_threats(&alert, threats, 1), 1);
}
