// SPDX-License-Identifier: GPL-2.0
/* The native JSON is the contract's, whatever bytes an alert holds. */
#include "unit.h"

#include <ctype.h>
#include <json-c/json.h>
#include <linux/shelltrap.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "lib/utf8.h"
#include "message.h"

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
	"\"matched\":\"comm\"},"
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
	struct fault fault;

	assert_int_equal(record_parse(message, &record, &fault), 0);
	buffer_reset(&out);
	format_json.put(&out, &record, &test_view);
	return out.data;
}

static const char *line_of(const struct sample *sample)
{
	return line_of_message(message_alert(storage, sample));
}

static void the_contract_example_comes_out_to_the_byte(void **state)
{
	(void)state;
	assert_string_equal(line_of(&contract_example), contract_line);
}

static void a_loss_of_the_kernel_is_a_line(void **state)
{
	struct nlmsghdr *message = message_loss(storage, contract_example.instance, 7, 12);

	(void)state;
	assert_string_equal(line_of_message(message),
			    "{\"type\":\"loss\",\"seq\":7," IDENTITY
			    "\"last\":7,\"lost\":12,\"why\":\"more execs in flight than slots\"}\n");
}

static void what_is_missing_is_null_and_never_left_out(void **state)
{
	static const char expected[] =
		"{\"seq\":null,\"instance\":null,\"time\":null,\"host\":\"web01\","
		"\"boot_id\":\"0f4c3d1e-1111-2222-3333-444455556666\",\"rule\":null,"
		"\"severity\":null,\"rules\":[],\"verdict\":null,\"comm\":null,"
		"\"pathname\":null,\"interpreter\":null,\"stdin_type\":null,"
		"\"process\":null,\"file\":null,\"server\":null,\"ancestors\":[],"
		"\"stdin\":null,\"stdout\":null,\"cgroup\":{\"id\":null,\"path\":null},"
		"\"unit\":null,\"container\":null,\"threat\":[]}\n";
	struct nlmsghdr *message = message_empty(storage, SHELLTRAP_CMD_ALERT_NTF);

	(void)state;
	mnl_attr_put(message, SHELLTRAP_RECORD_A_ALERT, 0, NULL);
	assert_string_equal(line_of_message(message), expected);
}

static void a_started_server_has_no_server_behind_it(void **state)
{
	struct sample s = contract_example;

	(void)state;
	s.has_server = false;
	s.rules[0] = "webserver_exec";
	s.rules[1] = NULL;
	line_of(&s);
	assert_non_null(strstr(out.data, "\"server\":null,"));
	assert_non_null(strstr(out.data, "\"rules\":[\"webserver_exec\"],"));
	assert_non_null(strstr(out.data, "\"threat\":[{\"tactic\":\"TA0011\","
			       "\"technique\":\"T1071.001\"}]}"));
}

static void a_threat_of_several_rules_comes_once_sorted_by_tactic(void **state)
{
	static const char expected[] =
		"\"threat\":[{\"tactic\":\"TA0001\",\"technique\":\"T1190\"},"
		"{\"tactic\":\"TA0002\",\"technique\":\"T1059.004\"},"
		"{\"tactic\":\"TA0003\",\"technique\":\"T1505.003\"},"
		"{\"tactic\":\"TA0011\",\"technique\":\"T1071.001\"},"
		"{\"tactic\":\"TA0011\",\"technique\":\"T1104\"}]}";
	struct sample s = contract_example;

	(void)state;
	s.rules[2] = "webserver_exec";
	s.rules[3] = "my_own_rule";
	s.rules[4] = "webserver_shell_exec";
	assert_non_null(strstr(line_of(&s), expected));
}

static void a_socket_shows_both_ends(void **state)
{
	static const char v6[16] = { 0x20, 0x01, 0x0d, (char)0xb8, [15] = 1 };
	struct sample s = contract_example;

	(void)state;
	s.stdin_type = SHELLTRAP_STDIO_SOCKET;
	s.stdin_family = AF_INET;
	s.local = "\x7f\0\0\1";
	s.peer = "\xcb\0\x71\5";
	s.addr_len = 4;
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

static void mode_shows_setuid_and_four_digits(void **state)
{
	struct sample s = contract_example;

	(void)state;
	s.mode = 0104755;
	assert_non_null(strstr(line_of(&s), "\"mode\":\"4755\""));
	s.mode = 0100000;
	assert_non_null(strstr(line_of(&s), "\"mode\":\"0000\""));
}

static void a_container_is_named(void **state)
{
	struct sample s = contract_example;

	(void)state;
	s.cgroup_path = "/system.slice/docker-"
		"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef.scope";
	assert_non_null(strstr(line_of(&s), "\"container\":{\"id\":"
		"\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\","
		"\"runtime\":\"docker\"}"));
}

static void a_truncated_command_line_says_so(void **state)
{
	struct sample s = contract_example;

	(void)state;
	s.argv = "sh\0-c\0echo par";
	s.argv_len = 14;
	s.argc = 9;
	s.argv_truncated = true;
	assert_non_null(strstr(line_of(&s), "\"argv\":[\"sh\",\"-c\",\"echo par\"],\"argc\":9,"
			       "\"argv_truncated\":true"));
}

static void an_exec_that_did_not_complete_has_no_argv(void **state)
{
	struct sample s = contract_example;

	(void)state;
	s.argv = NULL;
	s.verdict = SHELLTRAP_VERDICT_DENIED;
	line_of(&s);
	assert_non_null(strstr(out.data, "\"verdict\":\"denied\""));
	assert_non_null(strstr(out.data, "\"argv\":null"));
}

static void what_would_be_denied_is_told_so(void **state)
{
	struct sample s = contract_example;

	(void)state;
	s.verdict = SHELLTRAP_VERDICT_WOULD_DENY;
	line_of(&s);
	assert_non_null(strstr(out.data, "\"verdict\":\"would-deny\""));
}

static const char *escaped(const char *s, size_t len)
{
	buffer_reset(&out);
	utf8_escape(&out, s, len);
	return len ? out.data : "";
}

#define ESCAPED(literal) escaped(literal, sizeof(literal) - 1)

static void what_is_not_utf8_is_written_as_backslash_x(void **state)
{
	(void)state;
	assert_string_equal(ESCAPED("plain \\ text \\n \xc3\xa4 \xe2\x82\xac \xf0\x9f\x90\x9a"),
			    "plain \\ text \\n \xc3\xa4 \xe2\x82\xac \xf0\x9f\x90\x9a");
	assert_string_equal(ESCAPED("\xff"), "\\xff");
	assert_string_equal(ESCAPED("\xc0\xaf"), "\\xc0\\xaf");			/* overlong */
	assert_string_equal(ESCAPED("\xe0\x80\xaf"), "\\xe0\\x80\\xaf");	/* overlong */
	assert_string_equal(ESCAPED("\xed\xa0\x80"), "\\xed\\xa0\\x80");	/* surrogate */
	assert_string_equal(ESCAPED("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");
	assert_string_equal(ESCAPED("\xe2\x82"), "\\xe2\\x82");			/* cut */
	assert_string_equal(ESCAPED("\xe2\x82x"), "\\xe2\\x82x");
	assert_string_equal(ESCAPED("\\xff \\xfg \\\\x41"), "\\x5cxff \\xfg \\\\x5cx41");
}

static size_t decode(const char *s, char *into)
{
	char *at = into;

	while (*s) {
		if (s[0] == '\\' && s[1] == 'x' && isxdigit((unsigned char)s[2]) &&
		    isxdigit((unsigned char)s[3])) {
			char digits[] = { s[2], s[3], '\0' };

			*at++ = strtoul(digits, NULL, 16);
			s += 4;
		} else {
			*at++ = *s++;
		}
	}
	return at - into;
}

static void any_bytes_can_be_recovered(void **state)
{
	static const char alphabet[] = "\\\\xX0fFcC5\xff\xc3\xa4\xe2\x82\xac\xed\xa0";
	char original[24], back[sizeof(original)];
	int round;

	(void)state;
	srand(1);
	for (round = 0; round < 100000; round++) {
		size_t len = 1 + rand() % sizeof(original), i, length;
		uint32_t c;

		for (i = 0; i < len; i++)
			original[i] = alphabet[rand() % (sizeof(alphabet) - 1)];
		escaped(original, len);
		assert_int_equal(decode(out.data, back), len);
		assert_memory_equal(back, original, len);
		for (i = 0; i < out.len; i += length) {
			length = utf8_decode(out.data + i, out.len - i, &c);
			assert_int_not_equal(length, 0);
		}
	}
}

static void a_hostile_name_stays_one_line_that_any_parser_reads(void **state)
{
	static const char hostile[] = "a\n\"\\\x1b[31m\x7f\xc2\x9b\xe2\x80\xae\xff/b\t\x01"
				      "\xf3\xa0\x81\x81";
	struct sample s = contract_example;
	struct json_object *object, *field;
	const unsigned char *byte;
	size_t newlines = 0;

	(void)state;
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

static void slashes_are_not_escaped(void **state)
{
	(void)state;
	assert_null(strstr(line_of(&contract_example), "\\/"));
}

static int free_out(void **state)
{
	(void)state;
	buffer_free(&out);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_contract_example_comes_out_to_the_byte),
		cmocka_unit_test(a_loss_of_the_kernel_is_a_line),
		cmocka_unit_test(what_is_missing_is_null_and_never_left_out),
		cmocka_unit_test(a_started_server_has_no_server_behind_it),
		cmocka_unit_test(a_threat_of_several_rules_comes_once_sorted_by_tactic),
		cmocka_unit_test(a_socket_shows_both_ends),
		cmocka_unit_test(mode_shows_setuid_and_four_digits),
		cmocka_unit_test(a_container_is_named),
		cmocka_unit_test(a_truncated_command_line_says_so),
		cmocka_unit_test(an_exec_that_did_not_complete_has_no_argv),
		cmocka_unit_test(what_would_be_denied_is_told_so),
		cmocka_unit_test(what_is_not_utf8_is_written_as_backslash_x),
		cmocka_unit_test(any_bytes_can_be_recovered),
		cmocka_unit_test(a_hostile_name_stays_one_line_that_any_parser_reads),
		cmocka_unit_test(slashes_are_not_escaped),
	};

	return cmocka_run_group_tests_name("json", tests, NULL, free_out);
}
