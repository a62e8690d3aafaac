// SPDX-License-Identifier: GPL-2.0
#include "lines.h"

#include <stdio.h>
#include <stdlib.h>

#include "report/tally.h"
#include "report/tree.h"

#define SERVER "[{\"pid\":812,\"comm\":\"nginx\"},{\"pid\":1,\"comm\":\"systemd\"}]"
#define POOL "[{\"pid\":812,\"comm\":\"nginx\"},{\"pid\":810,\"comm\":\"nginx\"}]"
#define ORPHAN "[{\"pid\":1,\"comm\":\"systemd\"}]"

static struct collection collection;
static struct buffer lines;

void set_up(void)
{
	collection = (struct collection){0};
	buffer_reset(&lines);
}

void tear_down(void)
{
	collection_free(&collection);
	buffer_free(&lines);
}

/* An alert like line_put()'s, in which one text stands instead of another. */
static void add_other(const char *instead_of, const char *with, unsigned int seq,
		      unsigned int second)
{
	struct buffer line = {0}, changed = {0};
	char *at;

	line_put(&line, seq, second, 900 + seq, SERVER, "id");
	at = strstr(line.data, instead_of);
	assert_non_null(at);
	buffer_add(&changed, line.data, at - line.data);
	buffer_puts(&changed, with);
	buffer_puts(&changed, at + strlen(instead_of));
	buffer_add(&lines, changed.data, changed.len);
	buffer_free(&line);
	buffer_free(&changed);
}

static void sort(void)
{
	lines_collect(&collection, lines.data);
	collection_sort(&collection);
}

TEST(one_server_s_alerts_are_one_incident)
{
	line_put(&lines, 1, 1, 900, POOL, "id");
	line_put(&lines, 2, 2, 901, SERVER, "id");
	line_put(&lines, 3, 3, 902, ORPHAN, "id");
	sort();
	assert_int_equal(collection.incident_count, 1);
	assert_int_equal(collection.incidents[0].alert_count, 3);
}

TEST(a_record_that_comes_twice_counts_once)
{
	line_put(&lines, 1, 1, 900, SERVER, "id");
	line_put(&lines, 1, 1, 900, SERVER, "id");
	sort();
	assert_int_equal(collection.incidents[0].alert_count, 1);
}

TEST(hosts_are_not_mixed_up)
{
	line_put(&lines, 1, 1, 900, SERVER, "id");
	add_other("web01", "web02", 1, 1);
	sort();
	assert_int_equal(collection.incident_count, 2);
}

TEST(instances_are_not_mixed_up)
{
	line_put(&lines, 1, 1, 900, SERVER, "id");
	add_other("5b1f9c0e77aa01d3", "5b1f9c0e77aa01d4", 1, 1);
	sort();
	assert_int_equal(collection.incident_count, 2);
}

TEST(servers_are_not_mixed_up)
{
	line_put(&lines, 1, 1, 900, SERVER, "id");
	add_other("812,\"comm\":\"nginx\"},\"ancestors\":[{\"pid\":812",
		  "500,\"comm\":\"nginx\"},\"ancestors\":[{\"pid\":500", 2, 2);
	sort();
	assert_int_equal(collection.incident_count, 2);
}

TEST(after_an_hour_there_is_another_incident)
{
	line_put(&lines, 1, 1, 900, SERVER, "id");
	add_other("14:02", "15:01", 2, 1);
	add_other("14:02", "16:02", 3, 1);
	sort();
	assert_int_equal(collection.incident_count, 2);
	assert_int_equal(collection.incidents[0].alert_count, 2);
}

TEST(a_number_chooses_ten_minutes_around_its_alert)
{
	line_put(&lines, 1, 1, 900, SERVER, "id");
	add_other("14:02", "14:11", 2, 1);
	add_other("14:02", "14:13", 3, 1);
	add_other("web01", "web02", 2, 1);
	lines_collect(&collection, lines.data);
	assert_non_null(collection_choose(&collection, 1));
	assert_int_equal(collection.incident_count, 1);
	assert_int_equal(collection.incidents[0].alert_count, 2);
}

TEST(of_alerts_with_one_number_the_latest_is_chosen)
{
	const struct entry *chosen;

	line_put(&lines, 7, 1, 900, SERVER, "id");
	add_other("web01", "web02", 7, 2);
	lines_collect(&collection, lines.data);
	chosen = collection_choose(&collection, 7);
	assert_non_null(chosen);
	assert_string_equal(chosen->host, "web02");
}

TEST(a_number_that_no_alert_has_chooses_nothing)
{
	line_put(&lines, 7, 1, 900, SERVER, "id");
	lines_collect(&collection, lines.data);
	assert_null(collection_choose(&collection, 8));
}

TEST(a_loss_near_an_incident_belongs_to_it)
{
	line_put(&lines, 1, 1, 900, SERVER, "id");
	buffer_puts(&lines, "{\"type\":\"loss\",\"seq\":2,\"last\":2,\"lost\":3,\"why\":\"x\","
		    "\"instance\":\"5b1f9c0e77aa01d3\",\"host\":\"web01\","
		    "\"time\":\"2026-11-21T14:05:00.000000000Z\"}\n");
	sort();
	assert_int_equal(collection.incidents[0].sensor_count, 1);
	assert_int_equal(collection.incidents[0].lost, 3);
}

TEST(an_outcome_ends_its_alert)
{
	line_put(&lines, 1, 1, 900, SERVER, "id");
	buffer_puts(&lines, "{\"type\":\"outcome\",\"seq\":2,\"of\":1,\"verdict\":\"killed\","
		    "\"instance\":\"5b1f9c0e77aa01d3\",\"host\":\"web01\","
		    "\"time\":\"2026-11-21T14:02:05.000000000Z\"}\n");
	sort();
	assert_string_equal(entry_verdict(collection.incidents[0].alerts[0]), "killed");
	assert_true(entry_is_refused(collection.incidents[0].alerts[0]));
}

TEST(repeats_count_with_their_alert)
{
	struct tally tally = {0};

	line_put(&lines, 1, 1, 900, SERVER, "id");
	buffer_puts(&lines, "{\"type\":\"repeats\",\"seq\":2,\"of\":1,\"count\":40,"
		    "\"instance\":\"5b1f9c0e77aa01d3\",\"host\":\"web01\","
		    "\"time\":\"2026-11-21T14:02:05.000000000Z\"}\n");
	sort();
	tally_add(&tally, "sh", collection.incidents[0].alerts[0]);
	tally_finish(&tally);
	assert_int_equal(tally.rows[0].count, 41);
	tally_free(&tally);
}

TEST(a_line_that_is_no_record_is_none)
{
	static const char *const bad[] = {
		"", "{", "[]", "null", "1", "{}", "{\"type\":\"other\"}", "{\"rule\":\"x\"} x",
		"{\"rule\":\"x\"}{}",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		assert_null(line_read(bad[i], strlen(bad[i])));
}

TEST(values_of_the_wrong_type_are_not_there)
{
	static const char line[] =
		"{\"rule\":[],\"seq\":\"1\",\"time\":7,\"severity\":{},\"rules\":\"x\","
		"\"process\":[1],\"ancestors\":[null,1,\"x\",[]],\"request\":3,\"threat\":[[],{}]}";
	struct entry *entry = line_read(line, strlen(line));

	assert_non_null(entry);
	assert_null(entry->rule);
	assert_false(entry->seq.known);
	assert_int_equal(entry->time, 0);
	assert_int_equal(entry->threats.count, 0);
	collection_add(&collection, entry);
	collection_sort(&collection);
	assert_int_equal(collection.incident_count, 1);
}

static struct tree_node *only_child(struct tree_node *node)
{
	assert_int_equal(node->child_count, 1);
	return node->children[0];
}

TEST(the_tree_begins_at_the_server)
{
	struct tree_node *root, *server;

	line_put(&lines, 1, 1, 900, POOL, "id");
	sort();
	root = tree_make(&collection.incidents[0]);
	server = only_child(root);
	assert_int_equal(server->pid.value, 810);
	assert_true(server->is_server);
	assert_int_equal(only_child(only_child(server))->pid.value, 900);
	tree_free(root);
}

TEST(a_process_whose_parent_exited_stays_in_its_place)
{
	struct tree_node *root;

	line_put(&lines, 1, 1, 900, SERVER, "id");
	line_put(&lines, 2, 2, 900, ORPHAN, "id");
	line_put(&lines, 3, 3, 901,
		 "[{\"pid\":900,\"comm\":\"sh\"},{\"pid\":1,\"comm\":\"systemd\"}]",
		 "id");
	sort();
	root = tree_make(&collection.incidents[0]);
	assert_int_equal(only_child(only_child(root))->alert_count, 2);
	assert_int_equal(only_child(only_child(only_child(root)))->pid.value, 901);
	tree_free(root);
}

TEST(an_unknown_orphan_is_shown_below_its_server)
{
	struct tree_node *root;

	line_put(&lines, 1, 1, 900, ORPHAN, "id");
	sort();
	root = tree_make(&collection.incidents[0]);
	assert_int_equal(only_child(root)->pid.value, 812);
	assert_true(only_child(only_child(root))->detached);
	tree_free(root);
}

/* Each process is the child of the one before, and only the last two are known as ancestors. */
TEST(a_tree_of_any_depth_is_bounded)
{
	struct tree_node *root, *node;
	unsigned int i, depth = 0;
	char above[128];

	line_put(&lines, 1, 1, 1000, SERVER, "id");
	for (i = 1; i < 500; i++) {
		snprintf(above, sizeof(above), "[{\"pid\":%u,\"comm\":\"sh\"}]", 999 + i);
		line_put(&lines, 1 + i, 1, 1000 + i, above, "id");
	}
	sort();
	root = tree_make(&collection.incidents[0]);
	assert_int_equal(root->below, 501);
	for (node = root; node->child_count; node = node->children[0])
		depth++;
	assert_in_range(depth, 2, TREE_DEPTH_MAX);
	tree_free(root);
}

static unsigned int rank(const void *things, size_t i)
{
	return ((const unsigned char *)things)[i];
}

TEST(what_is_severe_is_picked_first)
{
	static const unsigned char ranks[] = { 1, 1, 4, 1, 3, 1 };
	static const bool wanted[] = { true, false, true, false, true, false };
	bool *picked = pick(6, 3, rank, ranks);

	assert_memory_equal(picked, wanted, sizeof(wanted));
	free(picked);
}
