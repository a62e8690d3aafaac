// SPDX-License-Identifier: GPL-2.0
/*
 * A record that is read back from its JSON is written in each format as the record itself,
 * whatever bytes it holds, and any JSON can be read without harm.
 */
#include "unit.h"

#include <stdlib.h>

#include "format/stored.h"
#include "lib/node.h"
#include "samples.h"

static uint64_t storage[MESSAGE_SIZE / 8];
static struct buffer json, wanted, got;
static struct document document;
static struct stored stored;

static const char *const names[] = { "text", "compact", "json", "ecs", "ocsf", "cef", "syslog" };

/* What the JSON does not have; the threats of all rules are those of the first one there. */
static void drop_what_json_lacks(struct record *record)
{
	static char threats[1024];
	size_t i;

	threats[0] = '\0';
	for (i = 0; i < record->alert.rule_count; i++) {
		struct alert_rule *rule = &record->alert.rules[i];

		if (rule->threat && strlen(threats) + strlen(rule->threat) + 2 < sizeof(threats)) {
			strcat(threats, threats[0] ? " " : "");
			strcat(threats, rule->threat);
		}
		*rule = (struct alert_rule){ .name = rule->name, .severity = rule->severity };
		if (i)
			rule->severity = (struct number){0};
	}
	if (record->alert.rule_count && threats[0])
		record->alert.rules[0].threat = threats;
}

static bool read_json(void)
{
	const struct node *object = document_read(&document, json.data, json.len);
	bool found;

	assert_non_null(object);
	found = stored_read(&stored, object, json.len);
	stored.view.charset = TEXT_UTF8;
	/* Everything that the record points to is the reader's own. */
	document_free(&document);
	return found;
}

static void compare_in(const char *name, size_t number, const struct record *record)
{
	const struct format *format = format_find(name);

	buffer_reset(&wanted);
	buffer_reset(&got);
	format->put(&wanted, record, &test_view);
	format->put(&got, &stored.record, &stored.view);
	if (strcmp(wanted.data, got.data))
		fail_msg("sample %zu in %s:\n%s%s", number, name, wanted.data, got.data);
}

TEST(each_sample_is_the_same_in_every_format_after_it_was_stored)
{
	static struct record record;
	size_t number, i;

	for (number = 0; sample_record(number, storage, &record); number++) {
		/* A member without a value has no place in the JSON's list of rules. */
		drop_what_json_lacks(&record);
		if (!record.time.known || !record_kind(&record))
			continue;
		buffer_reset(&json);
		format_json.put(&json, &record, &test_view);
		assert_true(read_json());
		for (i = 0; i < ARRAY_SIZE(names); i++)
			compare_in(names[i], number, &record);
	}
	assert_true(number > 60);
}

static void try_json(const char *text, size_t len)
{
	const struct node *object = document_read(&document, text, len);
	size_t i;

	if (object && stored_read(&stored, object, len))
		for (i = 0; i < ARRAY_SIZE(names); i++) {
			buffer_reset(&got);
			format_find(names[i])->put(&got, &stored.record, &stored.view);
		}
}

TEST(members_of_any_type_are_read_without_harm)
{
	static const char *const parts[] = {
		"{", "}", "[", "]", ",", ":", "null", "7", "-1", "1e9", "true", "\"\\\\xff\"",
		"\"\"",
		"\"type\":\"loss\",", "\"seq\":", "\"rules\":[", "\"process\":{", "\"argv\":[",
		"\"server\":{", "\"file\":{", "\"dev\":\"9:9\"", "\"mode\":\"x\"", "\"stdin\":{",
		"\"peer\":\"[::1]:99999\"", "\"peer\":\"1.2.3.4:5\"", "\"type\":\"socket\"",
		"\"ancestors\":[", "\"threat\":[{", "\"time\":\"2026-11-21T14:02:11.123456789Z\"",
		"\"severity\":\"critical\"", "\"cgroup\":{\"path\":\"/a.service\"}",
	};

	try_random_texts(200000, 12, parts, ARRAY_SIZE(parts), try_json);
}

TEST(a_compact_line_fits_into_120_columns)
{
	static struct record record;
	size_t number;

	for (number = 0; sample_record(number, storage, &record); number++) {
		size_t columns = 0, i;

		buffer_reset(&got);
		format_compact.put(&got, &record, &test_view);
		for (i = 0; i < got.len; i++)
			columns += (got.data[i] & 0xc0) != 0x80;
		assert_true(columns <= 121);
		assert_ptr_equal(strchr(got.data, '\n'), got.data + got.len - 1);
	}
}
