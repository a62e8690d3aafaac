// SPDX-License-Identifier: GPL-2.0
/* The native JSON is as shelltrap-formats(5) has it, whatever bytes an alert holds. */
#include "unit.h"

#include <json-c/json.h>
#include <linux/shelltrap.h>
#include <sys/socket.h>

#include "samples.h"

static uint64_t storage[MESSAGE_SIZE / 8];
static struct buffer out;

#define IDENTITY								\
	"\"instance\":\"5b1f9c0e77aa01d3\","					\
	"\"time\":\"2026-11-21T14:02:11.123456789Z\","				\
	"\"host\":\"web01\",\"boot_id\":\"0f4c3d1e-1111-2222-3333-444455556666\","

static const char contract_line[] =
	"{\"seq\":42," IDENTITY
	"\"rule\":\"webserver_shell_exec\",\"severity\":\"critical\","
	"\"rules\":[\"webserver_shell_exec\",\"illegitimate_shell\"],"
	"\"verdict\":\"observed\",\"comm\":\"php-fpm8.2\",\"pathname\":\"/bin/sh\","
	"\"interpreter\":\"/bin/sh\",\"stdin_type\":\"pipe\","
	"\"process\":{\"pid\":1402,\"tid\":1402,\"comm\":\"sh\",\"exe\":\"/usr/bin/dash\","
	"\"argv\":[\"sh\",\"-c\",\"id\"],\"argc\":3,\"argv_truncated\":false,"
	"\"cwd\":\"/var/www/html\",\"uid\":33,\"gid\":33,\"euid\":33,\"egid\":33,"
	"\"user\":\"www-data\",\"group\":\"web\",\"euser\":\"www-data\",\"egroup\":\"web\","
	"\"loginuid\":null,\"loginuser\":null,\"sessionid\":null,"
	"\"pid_ns\":4026531836,\"mnt_ns\":4026531841,\"ns_pid\":1402},"
	"\"file\":{\"path\":\"/usr/bin/dash\",\"dev\":\"254:1\",\"ino\":131,\"mode\":\"0755\","
	"\"uid\":0,\"gid\":0,\"user\":\"root\",\"group\":\"wheel\",\"sha256\":null},"
	"\"server\":{\"pid\":812,\"comm\":\"php-fpm8.2\",\"exe\":\"/usr/sbin/php-fpm8.2\","
	"\"matched\":\"comm\",\"port\":null,\"started\":\"2026-11-26T08:00:01.000000000Z\",\"command\":null},"
	"\"request\":{\"certainty\":\"exact\",\"client\":\"203.0.113.5:51332\","
	"\"clients\":[\"203.0.113.5:51332\"],\"more\":0,\"local\":\"192.0.2.7:443\","
	"\"via\":[{\"pid\":307,\"comm\":\"nginx\"}],\"thread\":812,\"method\":\"POST\","
	"\"host\":null,\"uri\":\"/upload/x.php?c=id\",\"script\":null,\"remote_addr\":null,"
	"\"forwarded_for\":null,\"user_agent\":null,\"script_file\":null,\"sources\":[\"socket\",\"proxy-socket\"]},"
	"\"ancestors\":[{\"pid\":812,\"comm\":\"php-fpm8.2\"},"
	"{\"pid\":810,\"comm\":\"php-fpm8.2\"},{\"pid\":1,\"comm\":\"systemd\"}],"
	"\"stdin\":{\"type\":\"pipe\"},\"stdout\":{\"type\":\"pipe\"},"
	"\"cgroup\":{\"id\":3401,\"path\":\"/system.slice/php8.2-fpm.service\"},"
	"\"unit\":\"php8.2-fpm.service\",\"container\":null,"
	"\"threat\":[{\"tactic\":\"TA0001\",\"technique\":\"T1190\"},"
	"{\"tactic\":\"TA0002\",\"technique\":\"T1059.004\"},"
	"{\"tactic\":\"TA0003\",\"technique\":\"T1505.003\"},"
	"{\"tactic\":\"TA0011\",\"technique\":\"T1104\"}]}\n";

static const char *line_of_message(const struct nlmsghdr *message)
{
	struct record record;

	sample_parse(message, &record);
	buffer_reset(&out);
	format_json.put(&out, &record, &test_view);
	return out.data;
}

static const char *line_of(const struct sample *sample)
{
	return line_of_message(message_alert(storage, sample));
}

TEST(the_contract_example_is_written_byte_for_byte)
{
	assert_string_equal(line_of(&contract_example), contract_line);
}

TEST(a_loss_of_the_module_is_one_line)
{
	struct nlmsghdr *message = message_loss(storage, contract_example.instance, 7, 12);

	assert_string_equal(line_of_message(message),
			    "{\"type\":\"loss\",\"seq\":7," IDENTITY
			    "\"last\":7,\"lost\":12,\"why\":\"more execs in flight than slots\","
			    "\"causes\":[{\"lost\":11,\"rule\":\"webserver_shell_exec\","
			    "\"server\":{\"pid\":812,\"comm\":\"php-fpm8.2\"},\"uid\":33,"
			    "\"user\":\"www-data\"},{\"lost\":1,\"rule\":null,\"server\":null,"
			    "\"uid\":33,\"user\":\"www-data\"}]}\n");
}

TEST(unknown_values_are_null_and_never_left_out)
{
	static const char expected[] =
		"{\"seq\":null,\"instance\":null,\"time\":null,\"host\":\"web01\","
		"\"boot_id\":\"0f4c3d1e-1111-2222-3333-444455556666\",\"rule\":null,"
		"\"severity\":null,\"rules\":[],\"verdict\":null,\"comm\":null,"
		"\"pathname\":null,\"interpreter\":null,\"stdin_type\":null,"
		"\"process\":null,\"file\":null,\"server\":null,\"request\":null,\"ancestors\":[],"
		"\"stdin\":null,\"stdout\":null,\"cgroup\":{\"id\":null,\"path\":null},"
		"\"unit\":null,\"container\":null,\"threat\":[]}\n";
	struct nlmsghdr *message = message_empty(storage, SHELLTRAP_CMD_ALERT_NTF);

	mnl_attr_put(message, SHELLTRAP_RECORD_A_ALERT, 0, NULL);
	assert_string_equal(line_of_message(message), expected);
}

TEST(an_alert_without_a_server_has_a_null_server)
{
	struct sample s = contract_example;

	s.has_server = false;
	s.rules[0] = "webserver_exec";
	s.rules[1] = NULL;
	line_of(&s);
	assert_non_null(strstr(out.data, "\"server\":null,"));
	assert_non_null(strstr(out.data, "\"rules\":[\"webserver_exec\"],"));
	assert_non_null(strstr(out.data, "\"threat\":[{\"tactic\":\"TA0011\","
			       "\"technique\":\"T1071.001\"}]}"));
}

TEST(threats_of_all_rules_are_listed_once_sorted_by_tactic)
{
	static const char expected[] =
		"\"threat\":[{\"tactic\":\"TA0001\",\"technique\":\"T1190\"},"
		"{\"tactic\":\"TA0002\",\"technique\":\"T1059.004\"},"
		"{\"tactic\":\"TA0003\",\"technique\":\"T1505.003\"},"
		"{\"tactic\":\"TA0011\",\"technique\":\"T1071.001\"},"
		"{\"tactic\":\"TA0011\",\"technique\":\"T1104\"}]}";
	struct sample s = contract_example;

	s.rules[2] = "webserver_exec";
	s.rules[3] = "my_own_rule";
	s.rules[4] = "webserver_shell_exec";
	assert_non_null(strstr(line_of(&s), expected));
}

TEST(a_socket_shows_both_ends)
{
	static const char v6[16] = { 0x20, 0x01, 0x0d, (char)0xb8, [15] = 1 };
	struct sample s = sample_connected();

	line_of(&s);
	assert_non_null(strstr(out.data, "\"stdin_type\":\"socket\""));
	assert_non_null(strstr(out.data, "\"stdin\":{\"type\":\"socket\",\"family\":\"inet\","
			       "\"state\":\"established\",\"sock_type\":\"stream\","
			       "\"local\":\"127.0.0.1:80\",\"peer\":\"203.0.113.5:4444\"}"));
	s.stdin_family = AF_INET6;
	s.local = v6;
	s.peer = NULL;
	s.addr_len = 16;
	line_of(&s);
	assert_non_null(strstr(out.data, "\"stdin\":{\"type\":\"socket\",\"family\":\"inet6\","
			       "\"state\":\"listen\",\"sock_type\":\"stream\","
			       "\"local\":\"[2001:db8::1]:80\",\"peer\":null}"));
	s.stdin_family = 77;
	s.local = NULL;
	line_of(&s);
	assert_non_null(strstr(out.data, "\"family\":\"77\""));
	assert_non_null(strstr(out.data, "\"local\":null"));
}

TEST(a_mode_has_four_digits_and_shows_setuid)
{
	struct sample s = contract_example;

	s.mode = 0104755;
	assert_non_null(strstr(line_of(&s), "\"mode\":\"4755\""));
	s.mode = 0100000;
	assert_non_null(strstr(line_of(&s), "\"mode\":\"0000\""));
}

TEST(a_container_is_named)
{
	struct sample s = contract_example;

	s.cgroup_path = "/system.slice/docker-"
		"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef.scope";
	assert_non_null(strstr(line_of(&s), "\"container\":{\"id\":"
		"\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\","
		"\"runtime\":\"docker\",\"name\":null,\"image\":null,\"pod\":null,"
		"\"namespace\":null}"));
}

TEST(a_truncated_command_line_is_marked)
{
	struct sample s = contract_example;

	s.argv = "sh\0-c\0echo par";
	s.argv_len = 14;
	s.argc = 9;
	s.argv_truncated = true;
	assert_non_null(strstr(line_of(&s), "\"argv\":[\"sh\",\"-c\",\"echo par\"],\"argc\":9,"
			       "\"argv_truncated\":true"));
}

TEST(an_exec_that_did_not_complete_has_no_argv)
{
	struct sample s = contract_example;

	s.argv = NULL;
	s.verdict = SHELLTRAP_VERDICT_DENIED;
	line_of(&s);
	assert_non_null(strstr(out.data, "\"verdict\":\"denied\""));
	assert_non_null(strstr(out.data, "\"argv\":null"));
}

TEST(an_exec_that_would_be_denied_is_marked)
{
	struct sample s = contract_example;

	s.verdict = SHELLTRAP_VERDICT_WOULD_DENY;
	line_of(&s);
	assert_non_null(strstr(out.data, "\"verdict\":\"would-deny\""));
}

TEST(a_hostile_name_stays_one_line_that_any_parser_reads)
{
	static const char hostile[] = "a\n\"\\\x1b[31m\x7f\xc2\x9b\xe2\x80\xae\xff/b\t\x01"
				      "\xf3\xa0\x81\x81";
	struct sample s = contract_example;
	struct json_object *object, *field;
	const unsigned char *byte;
	size_t newlines = 0;

	s.pathname = hostile;
	line_of(&s);
	for (byte = (const unsigned char *)out.data; *byte; byte++) {
		newlines += *byte == '\n';
		assert_true(*byte == '\n' || (*byte >= 0x20 && *byte < 0x7f));
	}
	assert_int_equal(newlines, 1);
	object = json_tokener_parse(out.data);
	assert_non_null(object);
	assert_true(json_object_object_get_ex(object, "pathname", &field));
	assert_string_equal(json_object_get_string(field),
			    "a\n\"\\\x1b[31m\x7f\xc2\x9b\xe2\x80\xae\\xff/b\t\x01"
			    "\xf3\xa0\x81\x81");
	json_object_put(object);
}

TEST(slashes_are_not_escaped)
{
	assert_null(strstr(line_of(&contract_example), "\\/"));
}

void tear_down_all(void)
{
	buffer_free(&out);
}
