// SPDX-License-Identifier: GPL-2.0
/* JSON read into nodes: the same values as json-c reads, and nothing else is accepted. */
#include "unit.h"

#include <json-c/json.h>

#include "lib/node.h"

static struct document document;

void tear_down(void)
{
	document_free(&document);
}

static const struct node *read_text(const char *text)
{
	return document_read(&document, text, strlen(text));
}

TEST(values_are_found_by_their_paths)
{
	const struct node *object = read_text(" {\"a\":{\"b\":[1,{\"c\":\"x\"},null]},\"d\":true,"
					      "\"n\":18446744073709551615,\"h\":"
					      "\"00000000000000ff\",\"e\":[],\"f\":{}} ");
	uint64_t number;

	assert_non_null(object);
	assert_string_equal(node_string(object, "a.b.1.c"), "x");
	assert_true(node_number(object, "a.b.0", &number) && number == 1);
	assert_true(node_number(object, "n", &number) && number == UINT64_MAX);
	assert_true(node_hex(object, "h", &number) && number == 255);
	assert_true(node_is(node_at(object, "d"), NODE_TRUE));
	assert_null(node_at(object, "a.b.2"));
	assert_null(node_at(object, "a.b.3"));
	assert_null(node_at(object, "a.b.x"));
	assert_null(node_at(object, "a.x.y"));
	assert_null(node_first(node_at(object, "e")));
	assert_null(node_at(NULL, "a"));
	assert_ptr_equal(node_at(object, ""), object);
	assert_false(node_number(object, "d", &number));
	assert_null(node_string(object, "n"));
}

TEST(escapes_stand_for_their_characters)
{
	const struct node *text = read_text("\"\\u0041\\n\\/\\ud83d\\ude00\\ud83d.\\u00e9"
					    "\\u20ac\"");

	assert_string_equal(node_string(text, ""), "A\n/\xf0\x9f\x98\x80\xef\xbf\xbd.\xc3\xa9"
						   "\xe2\x82\xac");
	text = read_text("\"a\\u0000b\"");
	assert_int_equal(text->len, 3);
}

TEST(what_is_no_json_is_refused)
{
	static const char *const bad[] = {
		"", " ", "{", "[", "\"", "\"\\", "\"\\u12", "\"\\x\"", "{\"a\"}", "{\"a\":}",
		"{1:2}", "{,}", "[,]", "[1,]", "{\"a\":1,}", "[1 2]", "01", "-", "1.", "1e", ".5",
		"+1", "nul", "truex", "{}{}", "[]]", "NaN", "'a'", "{\"a\":1 \"b\":2}", "1 1",
		"[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		if (read_text(bad[i]))
			fail_msg("accepted: %s", bad[i]);
	assert_null(document_read(&document, "{}\0", 3));
	assert_null(document_read(&document, "\"\0\"", 3));
	assert_non_null(read_text("[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]"));
	assert_null(node_at(read_text("null"), ""));
	assert_non_null(read_text("[-0, 0.5, -1e9, 10]"));
}

static bool same(const struct node *node, struct json_object *object)
{
	const struct node *child = node_first(node);
	size_t i;

	switch (json_object_get_type(object)) {
	case json_type_null:
		return node->type == NODE_NULL;
	case json_type_boolean:
		return node->type == (json_object_get_boolean(object) ? NODE_TRUE : NODE_FALSE);
	case json_type_string:
		return node->type == NODE_STRING && !node->text[node->len] &&
		       node->len == (uint32_t)json_object_get_string_len(object) &&
		       !memcmp(node->text, json_object_get_string(object), node->len);
	case json_type_array:
		if (node->type != NODE_ARRAY || node->count != json_object_array_length(object))
			return false;
		for (i = 0; i < node->count; i++, child = node_next(child))
			if (!same(child, json_object_array_get_idx(object, i)))
				return false;
		return true;
	case json_type_object:
		return node->type == NODE_OBJECT;
	default:
		return node->type == NODE_NUMBER;
	}
}

static void try_both(const char *text, size_t len)
{
	struct json_tokener *tokener = json_tokener_new_ex(NODE_DEPTH_MAX + 1);
	const struct node *node = document_read(&document, text, len);
	struct json_object *object;
	bool read;

	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
	object = json_tokener_parse_ex(tokener, text, len + 1);
	read = json_tokener_get_error(tokener) == json_tokener_success;
	/* json-c accepts some texts that are no JSON, such as -1e. */
	if (node && (!read || !same(node, object)))
		fail_msg("another value: %.*s", (int)len, text);
	json_object_put(object);
	json_tokener_free(tokener);
}

TEST(what_is_accepted_has_the_value_that_another_reader_finds)
{
	static const char *const parts[] = {
		"{", "}", "[", "]", ",", ":", "null", "7", "-1", "1e9", "true", "false", " ",
		"\"\\\\xff\"", "\"\"", "\"a\":", "\"b\":[", "\"c\":{", "\"\\u00e9\\n\"",
		"\"\\ud800\"",
		"{\"a\":1}", "[1,2]", "\"\x80\"", "0", "0.5",
	};

	try_random_texts(300000, 9, parts, ARRAY_SIZE(parts), try_both);
}
