// SPDX-License-Identifier: GPL-2.0
/* Messages of the module become records; other messages are refused. */
#include "unit.h"

#include <errno.h>
#include <linux/genetlink.h>
#include <stdlib.h>

#include "kernel/record.h"
#include "samples.h"

static uint64_t storage[MESSAGE_SIZE / 8];

/* A copy of exactly this size, so that ASan sees a read beyond its end. */
static struct nlmsghdr *copy_of(const void *message, size_t len)
{
	struct nlmsghdr *copy = malloc(len);

	assert_non_null(copy);
	memcpy(copy, message, len);
	return copy;
}

/* Every record that the parser accepts can be written. */
static void write_all(const struct record *record)
{
	struct buffer out = {0};

	format_json.put(&out, record, &test_view);
	format_text.put(&out, record, &test_view);
	buffer_free(&out);
}

static void parse_and_use(const struct nlmsghdr *message)
{
	struct record record;
	struct fault fault = {0};

	if (record_parse(message, &record, &fault))
		assert_non_null(fault.what);
	else
		write_all(&record);
}

TEST(a_complete_message_gives_the_values_that_it_holds)
{
	struct nlmsghdr *message = message_alert(storage, &contract_example);
	struct record r;
	struct fault fault;
	const struct alert *a = &r.alert;

	assert_int_equal(record_parse(message, &r, &fault), 0);
	assert_true(r.seq.known && r.seq.value == 42);
	assert_true(r.instance.value == 0x5b1f9c0e77aa01d3);
	assert_true(r.time.value == UINT64_C(1795269731123456789));
	assert_true(a->present && !r.loss.present);
	assert_int_equal(a->rule_count, 2);
	assert_string_equal(alert_leading_rule(a)->name, "webserver_shell_exec");
	assert_int_equal(a->rules[0].severity.value, SHELLTRAP_SEVERITY_CRITICAL);
	assert_string_equal(a->rules[1].name, "illegitimate_shell");
	assert_int_equal(a->verdict.value, SHELLTRAP_VERDICT_OBSERVED);
	assert_string_equal(a->comm, "php-fpm8.2");
	assert_string_equal(a->pathname, "/bin/sh");
	assert_string_equal(a->process.exe, "/usr/bin/dash");
	assert_int_equal(a->process.argv.len, 9);
	assert_int_equal(a->process.argc.value, 3);
	assert_false(a->process.argv_truncated);
	assert_int_equal(a->process.uid.value, 33);
	assert_false(a->process.loginuid.known);
	assert_int_equal(a->process.pid_ns.value, 4026531836u);
	assert_int_equal(a->file.ino.value, 131);
	assert_int_equal(a->file.mode.value, 0100755);
	assert_int_equal(a->server.pid.value, 812);
	assert_int_equal(a->server.matched.value, SHELLTRAP_MATCHED_COMM);
	assert_int_equal(a->server.started.value, UINT64_C(1795680001000000000));
	assert_int_equal(a->ancestor_count, 3);
	assert_int_equal(a->ancestors[2].pid.value, 1);
	assert_string_equal(a->ancestors[2].comm, "systemd");
	assert_int_equal(a->in.type.value, SHELLTRAP_STDIO_PIPE);
	assert_int_equal(a->cgroup_id.value, 3401);
	assert_string_equal(a->cgroup_path, "/system.slice/php8.2-fpm.service");
}

TEST(a_loss_gives_its_count_and_reason)
{
	struct record r;
	struct fault fault;

	assert_int_equal(record_parse(message_loss(storage, 1, 7, 12), &r, &fault), 0);
	assert_true(r.loss.present && !r.alert.present);
	assert_int_equal(r.loss.lost.value, 12);
	assert_string_equal(loss_reason(&r.loss), "more execs in flight than slots");
}

TEST(arguments_are_read_one_by_one_even_if_the_last_is_cut)
{
	const struct bytes argv = { "sh\0\0par", 7 };
	struct bytes argument;
	size_t offset = 0;

	assert_true(alert_argument(&argv, &offset, &argument));
	assert_int_equal(argument.len, 2);
	assert_true(alert_argument(&argv, &offset, &argument));
	assert_int_equal(argument.len, 0);
	assert_true(alert_argument(&argv, &offset, &argument));
	assert_int_equal(argument.len, 3);
	assert_memory_equal(argument.data, "par", 3);
	assert_false(alert_argument(&argv, &offset, &argument));
}

/* Cut between two attributes, it may look like a record of an unknown kind. */
TEST(a_message_cut_at_any_byte_is_no_alert)
{
	struct nlmsghdr *whole = message_alert(storage, &contract_example);
	size_t len;

	for (len = sizeof(*whole); len < whole->nlmsg_len; len++) {
		struct nlmsghdr *cut = copy_of(whole, len);
		struct record record;
		struct fault fault;

		cut->nlmsg_len = len;
		if (record_parse(cut, &record, &fault) != -EBADMSG)
			assert_int_equal(record_kind(&record), RECORD_UNKNOWN);
		free(cut);
	}
}

TEST(a_message_with_any_byte_changed_does_no_harm)
{
	static const uint8_t patterns[] = { 0x00, 0x01, 0x7f, 0x80, 0xff };
	struct nlmsghdr *whole = message_alert(storage, &contract_example);
	size_t at, i;

	/* channel.c has checked the length of the message. */
	for (at = sizeof(whole->nlmsg_len); at < whole->nlmsg_len; at++) {
		for (i = 0; i < ARRAY_SIZE(patterns) + 1; i++) {
			struct nlmsghdr *bad = copy_of(whole, whole->nlmsg_len);
			uint8_t *byte = (uint8_t *)bad + at;

			*byte = i < ARRAY_SIZE(patterns) ? patterns[i] : *byte ^ 0x04;
			parse_and_use(bad);
			free(bad);
		}
	}
}

TEST(random_bytes_do_no_harm)
{
	int round;

	srand(1);
	for (round = 0; round < 20000; round++) {
		struct nlmsghdr *whole = message_alert(storage, &contract_example);
		struct nlmsghdr *bad = copy_of(whole, whole->nlmsg_len);
		int changes = 1 + rand() % 8;

		while (changes--)
			((uint8_t *)bad)[4 + rand() % (bad->nlmsg_len - 4)] = rand();
		parse_and_use(bad);
		free(bad);
	}
}

TEST(messages_of_other_families_and_commands_are_refused)
{
	struct record record;
	struct fault fault;
	struct nlmsghdr *message;

	message = message_alert(storage, &contract_example);
	message->nlmsg_type = NLMSG_ERROR;
	assert_int_equal(record_parse(message, &record, &fault), -EBADMSG);
	message = message_empty(storage, SHELLTRAP_CMD_STATUS_GET);
	assert_int_equal(record_parse(message, &record, &fault), -EBADMSG);
	message = message_empty(storage, 99);
	assert_int_equal(record_parse(message, &record, &fault), -EBADMSG);
	message = message_empty(storage, SHELLTRAP_CMD_ALERT_NTF);
	message->nlmsg_len = sizeof(*message);
	assert_int_equal(record_parse(message, &record, &fault), -EBADMSG);
}

TEST(a_record_of_an_unknown_kind_is_no_fault)
{
	struct nlmsghdr *message = message_invented(storage, 1, 7);
	struct record record;
	struct fault fault;

	assert_int_equal(record_parse(message, &record, &fault), 0);
	assert_int_equal(record.seq.value, 7);
	assert_int_equal(record_kind(&record), RECORD_UNKNOWN);
}

TEST(an_event_says_what_came_and_went)
{
	struct nlmsghdr *message = message_event(storage, 7, SHELLTRAP_EVENT_POLICY_LOADED);
	struct record record;
	struct fault fault;

	assert_int_equal(record_parse(message, &record, &fault), 0);
	assert_int_equal(record_kind(&record), RECORD_EVENT);
	assert_int_equal(record.event.came.count, 2);
	assert_string_equal(record.event.came.names[1], "backup");
	assert_string_equal(record.event.went.names[0], "webserver_exec");
	assert_int_equal(record.event.sha256.len, SHELLTRAP_SHA256_SIZE);
	assert_string_equal(record.event.by.comm, "shelltrap");
	assert_int_equal(record.event.by.loginuid.value, 1000);
}

TEST(a_record_is_of_one_kind)
{
	struct nlmsghdr *message = message_empty(storage, SHELLTRAP_CMD_ALERT_GET);
	struct record record;
	struct fault fault;

	mnl_attr_put_u64(message, SHELLTRAP_RECORD_A_SEQ, 1);
	mnl_attr_put(message, SHELLTRAP_RECORD_A_ALERT, 0, NULL);
	assert_int_equal(record_parse(message, &record, &fault), 0);
	mnl_attr_put(message, SHELLTRAP_RECORD_A_EVENT, 0, NULL);
	assert_int_equal(record_parse(message, &record, &fault), -EBADMSG);
	assert_true(record.seq.known);
}

/* Leaves out each attribute of the alert in turn. */
TEST(any_missing_attribute_is_tolerated)
{
	struct nlmsghdr *whole = message_alert(storage, &contract_example);
	const struct nlattr *alert = NULL, *attr;
	int kept, count = 0;

	mnl_attr_for_each(attr, whole, sizeof(struct genlmsghdr))
		if (mnl_attr_get_type(attr) == SHELLTRAP_RECORD_A_ALERT)
			alert = attr;
	assert_non_null(alert);
	mnl_attr_for_each_nested(attr, alert)
		count++;
	for (kept = -1; kept < count; kept++) {
		static uint64_t other[MESSAGE_SIZE / 8];
		struct nlmsghdr *message = message_empty(other, SHELLTRAP_CMD_ALERT_NTF);
		struct nlattr *nest = mnl_attr_nest_start(message, SHELLTRAP_RECORD_A_ALERT);
		struct record record;
		struct fault fault;
		int i = 0;

		mnl_attr_for_each_nested(attr, alert)
			if (i++ != kept)
				mnl_attr_put(message, attr->nla_type,
					     mnl_attr_get_payload_len(attr),
					     mnl_attr_get_payload(attr));
		mnl_attr_nest_end(message, nest);
		assert_int_equal(record_parse(message, &record, &fault), 0);
		write_all(&record);
	}
}

TEST(unknown_attributes_are_ignored)
{
	struct nlmsghdr *message = message_loss(storage, 1, 7, 12);
	struct record record;
	struct fault fault;

	mnl_attr_put_u32(message, 200, 1);
	mnl_attr_put_strz(message, 0x3fff, "later");
	mnl_attr_put(message, SHELLTRAP_RECORD_A_PAD, 0, NULL);
	assert_int_equal(record_parse(message, &record, &fault), 0);
	assert_int_equal(record.loss.lost.value, 12);
}

TEST(a_wrong_attribute_is_named)
{
	struct nlmsghdr *message = message_empty(storage, SHELLTRAP_CMD_ALERT_NTF);
	struct nlattr *nest;
	struct record record;
	struct fault fault;

	mnl_attr_put_u32(message, SHELLTRAP_RECORD_A_SEQ, 1);
	assert_int_equal(record_parse(message, &record, &fault), -EBADMSG);
	assert_string_equal(fault.where, "SHELLTRAP_RECORD_A_SEQ");

	message = message_empty(storage, SHELLTRAP_CMD_ALERT_NTF);
	nest = mnl_attr_nest_start(message, SHELLTRAP_RECORD_A_ALERT);
	mnl_attr_put(message, SHELLTRAP_ALERT_A_COMM, 4, "shsh");
	mnl_attr_nest_end(message, nest);
	assert_int_equal(record_parse(message, &record, &fault), -EBADMSG);
	assert_string_equal(fault.where, "SHELLTRAP_ALERT_A_COMM");

	message = message_empty(storage, SHELLTRAP_CMD_ALERT_NTF);
	nest = mnl_attr_nest_start(message, SHELLTRAP_RECORD_A_ALERT);
	mnl_attr_put(message, SHELLTRAP_ALERT_A_COMM, 6, "sh\0sh");
	mnl_attr_nest_end(message, nest);
	assert_int_equal(record_parse(message, &record, &fault), -EBADMSG);
}

TEST(ancestors_beyond_the_limit_are_left_out)
{
	struct nlmsghdr *message = message_empty(storage, SHELLTRAP_CMD_ALERT_NTF);
	struct nlattr *nest = mnl_attr_nest_start(message, SHELLTRAP_RECORD_A_ALERT);
	struct record record;
	struct fault fault;
	int i;

	for (i = 0; i < 100; i++) {
		struct nlattr *one = mnl_attr_nest_start(message, SHELLTRAP_ALERT_A_ANCESTOR);

		mnl_attr_put_u32(message, SHELLTRAP_ANCESTOR_A_PID, i);
		mnl_attr_nest_end(message, one);
	}
	mnl_attr_nest_end(message, nest);
	assert_int_equal(record_parse(message, &record, &fault), 0);
	assert_int_equal(record.alert.ancestor_count, SHELLTRAP_ANCESTORS_MAX);
	assert_int_equal(record.alert.ancestors[31].pid.value, 31);
}

TEST(an_endpoint_shows_address_and_port)
{
	static const char v6[16] = { 0x20, 0x01, 0x0d, (char)0xb8, [15] = 1 };
	const struct number port = { true, 443 }, none = {0};
	struct buffer out = {0};

	assert_true(put_endpoint(&out, &(struct bytes){ "\xcb\0\x71\5", 4 }, &port));
	assert_string_equal(out.data, "203.0.113.5:443");
	buffer_reset(&out);
	assert_true(put_endpoint(&out, &(struct bytes){ v6, 16 }, &port));
	assert_string_equal(out.data, "[2001:db8::1]:443");
	buffer_reset(&out);
	assert_true(put_endpoint(&out, &(struct bytes){ v6, 16 }, &none));
	assert_string_equal(out.data, "[2001:db8::1]");
	buffer_reset(&out);
	assert_false(put_endpoint(&out, &(struct bytes){ v6, 5 }, &port));
	assert_int_equal(out.len, 0);
	buffer_free(&out);
}
