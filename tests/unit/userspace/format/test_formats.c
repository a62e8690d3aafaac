// SPDX-License-Identifier: GPL-2.0
/* ECS, OCSF, CEF and syslog, byte for byte. formats.py has other programs read them. */
#include "unit.h"

#include <linux/shelltrap.h>
#include <sys/socket.h>

#include "samples.h"

static uint64_t storage[MESSAGE_SIZE / 8];
static struct buffer out;

static const char ecs_alert[] =
	"{\"@timestamp\":\"2026-11-21T14:02:11.123456789Z\",\"ecs\":{\"version\":\"9.5.0\"},"
	"\"event\":{\"id\":\"5b1f9c0e77aa01d3-42\",\"module\":\"shelltrap\","
	"\"provider\":\"shelltrap\",\"kind\":\"alert\",\"dataset\":\"shelltrap.alert\","
	"\"action\":\"exec\",\"category\":[\"process\",\"intrusion_detection\"],"
	"\"type\":[\"start\"],\"outcome\":\"success\",\"severity\":99,\"sequence\":42,"
	"\"code\":\"webserver_shell_exec\"},\"agent\":{\"type\":\"shelltrap\","
	"\"version\":\"test\"},\"message\":\"webserver_shell_exec: php-fpm8.2 ran /bin/sh as "
	"www-data: sh -c id\",\"related\":{\"hosts\":[\"web01\"],\"user\":[\"www-data\"]},"
	"\"rule\":{\"ruleset\":\"shelltrap\",\"description\":\"shell under a web server\","
	"\"name\":\"webserver_shell_exec\","
	"\"id\":\"webserver_shell_exec\"},\"process\":{\"command_line\":\"sh -c id\","
	"\"pid\":1402,\"thread\":{\"id\":1402},\"name\":\"sh\","
	"\"executable\":\"/usr/bin/dash\",\"args\":[\"sh\",\"-c\",\"id\"],\"args_count\":3,"
	"\"working_directory\":\"/var/www/html\",\"real_user\":{\"id\":\"33\","
	"\"name\":\"www-data\"},\"real_group\":{\"id\":\"33\",\"name\":\"web\"},"
	"\"user\":{\"id\":\"33\",\"name\":\"www-data\"},"
	"\"group\":{\"id\":\"33\",\"name\":\"web\"},\"vpid\":1402,\"parent\":{\"pid\":812,"
	"\"name\":\"php-fpm8.2\"}},\"threat\":{\"framework\":\"MITRE ATT&CK\","
	"\"tactic\":{\"id\":[\"TA0001\",\"TA0002\",\"TA0003\",\"TA0011\"]},"
	"\"technique\":{\"id\":[\"T1190\",\"T1059\",\"T1505\",\"T1104\"],"
	"\"subtechnique\":{\"id\":[\"T1059.004\",\"T1505.003\"]}}},"
	"\"host\":{\"name\":\"web01\",\"hostname\":\"web01\","
	"\"boot\":{\"id\":\"0f4c3d1e-1111-2222-3333-444455556666\"}},"
	"\"log\":{\"level\":\"critical\"},\"user\":{\"id\":\"33\",\"group\":{\"id\":\"33\",\"name\":\"web\"},"
	"\"effective\":{\"id\":\"33\",\"name\":\"www-data\"},\"name\":\"www-data\"},"
	"\"file\":{\"path\":\"/usr/bin/dash\",\"device\":\"254:1\",\"inode\":\"131\","
	"\"mode\":\"0755\",\"uid\":\"0\",\"gid\":\"0\",\"owner\":\"root\",\"group\":\"wheel\"},"
	"\"service\":{\"name\":\"php8.2-fpm.service\"},"
	"\"shelltrap\":{\"instance\":\"5b1f9c0e77aa01d3\",\"rules\":[\"webserver_shell_exec\","
	"\"illegitimate_shell\"],\"verdict\":\"observed\",\"comm\":\"php-fpm8.2\","
	"\"pathname\":\"/bin/sh\",\"interpreter\":\"/bin/sh\",\"stdin_type\":\"pipe\","
	"\"process\":{\"argv_truncated\":false,\"pid_ns\":4026531836,\"mnt_ns\":4026531841},"
	"\"server\":{\"pid\":812,\"comm\":\"php-fpm8.2\",\"exe\":\"/usr/sbin/php-fpm8.2\","
	"\"matched\":\"comm\",\"started\":\"2026-11-26T08:00:01.000000000Z\"},"
	"\"ancestors\":[{\"pid\":812,\"comm\":\"php-fpm8.2\"},"
	"{\"pid\":810,\"comm\":\"php-fpm8.2\"},{\"pid\":1,\"comm\":\"systemd\"}],"
	"\"stdin\":{\"type\":\"pipe\"},\"stdout\":{\"type\":\"pipe\"},\"cgroup\":{\"id\":3401,"
	"\"path\":\"/system.slice/php8.2-fpm.service\"},\"threat\":[{\"tactic\":\"TA0001\","
	"\"technique\":\"T1190\"},{\"tactic\":\"TA0002\",\"technique\":\"T1059.004\"},"
	"{\"tactic\":\"TA0003\",\"technique\":\"T1505.003\"},{\"tactic\":\"TA0011\","
	"\"technique\":\"T1104\"}]}}\n";

static const char ecs_loss[] =
	"{\"@timestamp\":\"2026-11-21T14:02:11.123456789Z\",\"ecs\":{\"version\":\"9.5.0\"},"
	"\"event\":{\"id\":\"5b1f9c0e77aa01d3-7\",\"module\":\"shelltrap\","
	"\"provider\":\"shelltrap\",\"kind\":\"pipeline_error\",\"dataset\":\"shelltrap.loss\","
	"\"sequence\":7,\"reason\":\"more execs in flight than slots\"},"
	"\"agent\":{\"type\":\"shelltrap\",\"version\":\"test\"},\"message\":\"12 execs lost: "
	"more execs in flight than slots; 11 below php-fpm8.2 (812) as www-data, "
	"webserver_shell_exec; 1 more in the record\",\"related\":{\"hosts\":[\"web01\"]},"
	"\"host\":{\"name\":\"web01\",\"hostname\":\"web01\","
	"\"boot\":{\"id\":\"0f4c3d1e-1111-2222-3333-444455556666\"}},"
	"\"shelltrap\":{\"type\":\"loss\",\"instance\":\"5b1f9c0e77aa01d3\",\"last\":7,"
	"\"lost\":12,\"causes\":[{\"lost\":11,\"rule\":\"webserver_shell_exec\","
	"\"server\":{\"pid\":812,\"comm\":\"php-fpm8.2\"},\"uid\":33,\"user\":\"www-data\"},"
	"{\"lost\":1,\"uid\":33,\"user\":\"www-data\"}]}}\n";

static const char ocsf_alert[] =
	"{\"time\":1795269731123,\"message\":\"webserver_shell_exec: php-fpm8.2 ran /bin/sh as "
	"www-data: sh -c id\",\"metadata\":{\"version\":\"1.8.0\","
	"\"product\":{\"name\":\"Shelltrap\",\"vendor_name\":\"Shelltrap\","
	"\"version\":\"test\"},\"log_name\":\"shelltrap\",\"uid\":\"5b1f9c0e77aa01d3-42\","
	"\"profiles\":[\"host\",\"container\",\"security_control\",\"linux/linux_users\"],"
	"\"extensions\":[{\"name\":\"linux\",\"uid\":\"1\",\"version\":\"1.8.0\"}],"
	"\"event_code\":\"webserver_shell_exec\",\"sequence\":42,"
	"\"original_time\":\"2026-11-21T14:02:11.123456789Z\"},\"device\":{\"type_id\":1,"
	"\"type\":\"Server\",\"os\":{\"type_id\":200,\"type\":\"Linux\",\"name\":\"Linux\"},"
	"\"name\":\"web01\",\"hostname\":\"web01\","
	"\"boot_uid\":\"0f4c3d1e-1111-2222-3333-444455556666\"},\"class_uid\":2004,"
	"\"class_name\":\"Detection Finding\",\"category_uid\":2,"
	"\"category_name\":\"Findings\",\"activity_id\":1,\"activity_name\":\"Create\","
	"\"type_uid\":200401,\"severity_id\":5,\"severity\":\"Critical\",\"status_id\":1,"
	"\"status\":\"New\",\"is_alert\":true,\"action_id\":3,\"action\":\"Observed\","
	"\"disposition_id\":15,\"disposition\":\"Detected\","
	"\"finding_info\":{\"uid\":\"5b1f9c0e77aa01d3-42\",\"created_time\":1795269731123,"
	"\"title\":\"shell under a web server\",\"analytic\":{\"type_id\":1,\"type\":\"Rule\","
	"\"name\":\"webserver_shell_exec\",\"uid\":\"webserver_shell_exec\"},"
	"\"types\":[\"webserver_shell_exec\",\"illegitimate_shell\"],"
	"\"attacks\":[{\"tactic\":{\"uid\":\"TA0001\"},\"technique\":{\"uid\":\"T1190\"}},"
	"{\"tactic\":{\"uid\":\"TA0002\"},\"technique\":{\"uid\":\"T1059\"},"
	"\"sub_technique\":{\"uid\":\"T1059.004\"}},{\"tactic\":{\"uid\":\"TA0003\"},"
	"\"technique\":{\"uid\":\"T1505\"},\"sub_technique\":{\"uid\":\"T1505.003\"}},"
	"{\"tactic\":{\"uid\":\"TA0011\"},\"technique\":{\"uid\":\"T1104\"}}]},"
	"\"evidences\":[{\"process\":{\"cmd_line\":\"sh -c id\",\"pid\":1402,\"ptid\":1402,"
	"\"name\":\"sh\",\"path\":\"/usr/bin/dash\",\"working_directory\":\"/var/www/html\","
	"\"user\":{\"uid\":\"33\",\"name\":\"www-data\"},"
	"\"group\":{\"uid\":\"33\",\"name\":\"web\"},"
	"\"euid\":33,\"egid\":33,\"namespace_pid\":1402,\"file\":{\"name\":\"dash\","
	"\"type_id\":1,\"type\":\"Regular File\",\"path\":\"/usr/bin/dash\","
	"\"owner\":{\"uid\":\"0\",\"name\":\"root\"}},\"parent_process\":{\"pid\":812,\"name\":\"php-fpm8.2\"},"
	"\"ancestry\":[{\"pid\":812,\"name\":\"php-fpm8.2\"},{\"pid\":810,"
	"\"name\":\"php-fpm8.2\"},{\"pid\":1,\"name\":\"systemd\"}]}}],"
	"\"actor\":{\"process\":{\"pid\":812,\"name\":\"php-fpm8.2\","
	"\"path\":\"/usr/sbin/php-fpm8.2\"}},\"unmapped\":{\"instance\":\"5b1f9c0e77aa01d3\","
	"\"severity\":\"critical\",\"verdict\":\"observed\",\"comm\":\"php-fpm8.2\","
	"\"pathname\":\"/bin/sh\",\"interpreter\":\"/bin/sh\",\"stdin_type\":\"pipe\","
	"\"process\":{\"argv\":[\"sh\",\"-c\",\"id\"],\"argc\":3,\"argv_truncated\":false,"
	"\"euser\":\"www-data\",\"egroup\":\"web\",\"pid_ns\":4026531836,"
	"\"mnt_ns\":4026531841},\"file\":{\"dev\":\"254:1\",\"ino\":131,"
	"\"mode\":\"0755\",\"gid\":0,\"group\":\"wheel\"},"
	"\"server\":{\"matched\":\"comm\",\"started\":\"2026-11-26T08:00:01.000000000Z\"},"
	"\"stdin\":{\"type\":\"pipe\"},\"stdout\":{\"type\":\"pipe\"},\"cgroup\":{\"id\":3401,"
	"\"path\":\"/system.slice/php8.2-fpm.service\"},\"unit\":\"php8.2-fpm.service\"}}\n";

static const char ocsf_loss[] =
	"{\"time\":1795269731123,\"message\":\"12 execs lost: more execs in flight than "
	"slots; 11 below php-fpm8.2 (812) as www-data, webserver_shell_exec; 1 more in the "
	"record\",\"metadata\":{\"version\":\"1.8.0\",\"product\":{\"name\":\"Shelltrap\","
	"\"vendor_name\":\"Shelltrap\",\"version\":\"test\"},\"log_name\":\"shelltrap\","
	"\"uid\":\"5b1f9c0e77aa01d3-7\",\"profiles\":[\"host\",\"container\","
	"\"security_control\",\"linux/linux_users\"],\"extensions\":[{\"name\":\"linux\","
	"\"uid\":\"1\",\"version\":\"1.8.0\"}],\"sequence\":7,"
	"\"original_time\":\"2026-11-21T14:02:11.123456789Z\"},\"device\":{\"type_id\":1,"
	"\"type\":\"Server\",\"os\":{\"type_id\":200,\"type\":\"Linux\",\"name\":\"Linux\"},"
	"\"name\":\"web01\",\"hostname\":\"web01\","
	"\"boot_uid\":\"0f4c3d1e-1111-2222-3333-444455556666\"},\"class_uid\":6008,"
	"\"class_name\":\"Application Error\",\"category_uid\":6,"
	"\"category_name\":\"Application Activity\",\"activity_id\":1,"
	"\"activity_name\":\"General Error\",\"type_uid\":600801,\"severity_id\":3,"
	"\"severity\":\"Medium\",\"status_id\":2,\"status\":\"Failure\","
	"\"status_detail\":\"more execs in flight than slots\",\"count\":12,"
	"\"unmapped\":{\"type\":\"loss\",\"instance\":\"5b1f9c0e77aa01d3\",\"last\":7,"
	"\"causes\":[{\"lost\":11,\"rule\":\"webserver_shell_exec\","
	"\"server\":{\"pid\":812,\"comm\":\"php-fpm8.2\"},\"uid\":33,\"user\":\"www-data\"},"
	"{\"lost\":1,\"uid\":33,\"user\":\"www-data\"}]}}\n";

static const char cef_alert[] =
	"CEF:0|Shelltrap|Shelltrap|test|webserver_shell_exec|shell under a web server|10| "
	"externalId=42 cs6Label=instance cs6=5b1f9c0e77aa01d3 "
	"ShelltrapTime=2026-11-21T14:02:11.123456789Z dvchost=web01 dhost=web01 "
	"ShelltrapBootId=0f4c3d1e-1111-2222-3333-444455556666 ShelltrapSeverity=critical "
	"cs2Label=rules cs2=webserver_shell_exec illegitimate_shell act=observed cs4Label=comm "
	"cs4=php-fpm8.2 ShelltrapPathname=/bin/sh ShelltrapInterpreter=/bin/sh dpid=1402 "
	"ShelltrapProcessTid=1402 dproc=sh ShelltrapProcessExe=/usr/bin/dash "
	"cs1Label=process.argv cs1=sh -c id ShelltrapProcessArgc=3 "
	"ShelltrapProcessArgvTruncated=false ShelltrapProcessCwd=/var/www/html suid=33 "
	"ShelltrapProcessGid=33 duid=33 ShelltrapProcessEgid=33 suser=www-data "
	"ShelltrapProcessGroup=web duser=www-data ShelltrapProcessEgroup=web "
	"ShelltrapProcessPidNs=4026531836 ShelltrapProcessMntNs=4026531841 "
	"ShelltrapProcessNsPid=1402 filePath=/usr/bin/dash ShelltrapFileDev=254:1 fileId=131 "
	"filePermission=0755 ShelltrapFileUid=0 ShelltrapFileGid=0 "
	"ShelltrapFileUser=root ShelltrapFileGroup=wheel spid=812 sproc=php-fpm8.2 "
	"ShelltrapServerExe=/usr/sbin/php-fpm8.2 ShelltrapServerMatched=comm "
	"ShelltrapServerStarted=2026-11-26T08:00:01.000000000Z "
	"cs3Label=ancestors cs3=812:php-fpm8.2 810:php-fpm8.2 1:systemd "
	"ShelltrapStdinType=pipe ShelltrapStdoutType=pipe ShelltrapCgroupId=3401 "
	"ShelltrapCgroupPath=/system.slice/php8.2-fpm.service "
	"destinationServiceName=php8.2-fpm.service cs5Label=threat cs5=TA0001/T1190 "
	"TA0002/T1059.004 TA0003/T1505.003 TA0011/T1104 rt=1795269731123 outcome=success "
	"fname=dash msg=webserver_shell_exec: php-fpm8.2 ran /bin/sh as www-data: sh -c id\n";

static const char cef_loss[] =
	"CEF:0|Shelltrap|Shelltrap|test|loss|alerts lost|5| cat=loss externalId=7 "
	"cs6Label=instance cs6=5b1f9c0e77aa01d3 ShelltrapTime=2026-11-21T14:02:11.123456789Z "
	"dvchost=web01 dhost=web01 ShelltrapBootId=0f4c3d1e-1111-2222-3333-444455556666 "
	"ShelltrapLast=7 cnt=12 reason=more execs in flight than slots "
	"ShelltrapCauses=11:33:webserver_shell_exec:812:php-fpm8.2 1:33::: rt=1795269731123 msg=12 "
	"execs lost: more execs in flight than slots; 11 below php-fpm8.2 (812) as www-data, "
	"webserver_shell_exec; 1 more in the record\n";

static const char syslog_alert[] =
	"<82>1 2026-11-21T14:02:11.123456Z web01 shelltrap - alert [shelltrap@32473 seq=\"42\" "
	"instance=\"5b1f9c0e77aa01d3\" time=\"2026-11-21T14:02:11.123456789Z\" host=\"web01\" "
	"boot_id=\"0f4c3d1e-1111-2222-3333-444455556666\" rule=\"webserver_shell_exec\" "
	"severity=\"critical\" rules=\"webserver_shell_exec illegitimate_shell\" "
	"verdict=\"observed\" comm=\"php-fpm8.2\" pathname=\"/bin/sh\" interpreter=\"/bin/sh\" "
	"stdin_type=\"pipe\" process.pid=\"1402\" process.tid=\"1402\" process.comm=\"sh\" "
	"process.exe=\"/usr/bin/dash\" process.argv=\"sh -c id\" process.argc=\"3\" "
	"process.argv_truncated=\"false\" process.cwd=\"/var/www/html\" process.uid=\"33\" "
	"process.gid=\"33\" process.euid=\"33\" process.egid=\"33\" process.user=\"www-data\" "
	"process.group=\"web\" process.euser=\"www-data\" process.egroup=\"web\" "
	"process.pid_ns=\"4026531836\" process.mnt_ns=\"4026531841\" process.ns_pid=\"1402\" "
	"file.path=\"/usr/bin/dash\" file.dev=\"254:1\" file.ino=\"131\" file.mode=\"0755\" "
	"file.uid=\"0\" file.gid=\"0\" file.user=\"root\" file.group=\"wheel\" server.pid=\"812\" server.comm=\"php-fpm8.2\" "
	"server.exe=\"/usr/sbin/php-fpm8.2\" server.matched=\"comm\" "
	"server.started=\"2026-11-26T08:00:01.000000000Z\" "
	"ancestors=\"812:php-fpm8.2 810:php-fpm8.2 1:systemd\" stdin.type=\"pipe\" "
	"stdout.type=\"pipe\" cgroup.id=\"3401\" cgroup.path=\"/system.slice/php8.2-fpm.service"
	"\" unit=\"php8.2-fpm.service\" threat=\"TA0001/T1190 TA0002/T1059.004 TA0003/T1505.003 TA0011/T1104\"] "
	"webserver_shell_exec: php-fpm8.2 ran /bin/sh as www-data: sh -c id\n";

static const char syslog_loss[] =
	"<84>1 2026-11-21T14:02:11.123456Z web01 shelltrap - loss [shelltrap@32473 "
	"type=\"loss\" seq=\"7\" instance=\"5b1f9c0e77aa01d3\" "
	"time=\"2026-11-21T14:02:11.123456789Z\" host=\"web01\" "
	"boot_id=\"0f4c3d1e-1111-2222-3333-444455556666\" last=\"7\" lost=\"12\" why=\"more "
	"execs in flight than slots\" "
	"causes=\"11:33:webserver_shell_exec:812:php-fpm8.2 1:33:::\"] 12 execs lost: more execs in flight than slots; 11 below "
	"php-fpm8.2 (812) as www-data, webserver_shell_exec; 1 more in the record\n";

static const char *line_of_record(const struct format *format, const struct record *record,
				  const struct view *view)
{
	buffer_reset(&out);
	format->put(&out, record, view);
	return out.data;
}

static const char *line_of_message(const struct format *format, const struct nlmsghdr *message)
{
	struct record record;

	sample_parse(message, &record);
	return line_of_record(format, &record, &test_view);
}

static const char *line_of(const struct format *format, const struct sample *sample)
{
	return line_of_message(format, message_alert(storage, sample));
}

static void assert_says(const char *line, const char *part)
{
	if (!strstr(line, part))
		fail_msg("'%s' is not in %s", part, line);
}

TEST(the_contract_example_is_written_byte_for_byte)
{
	struct sample s = contract_example;

	/* tests/unit/formats.py compares the request, with many others. */
	s.certainty = 0;
	assert_string_equal(line_of(&format_ecs, &s), ecs_alert);
	assert_string_equal(line_of(&format_ocsf, &s), ocsf_alert);
	assert_string_equal(line_of(&format_cef, &s), cef_alert);
	assert_string_equal(line_of(&format_syslog, &s), syslog_alert);
}

TEST(a_loss_is_one_line_in_each_format)
{
	struct nlmsghdr *message = message_loss(storage, contract_example.instance, 7, 12);

	assert_string_equal(line_of_message(&format_ecs, message), ecs_loss);
	assert_string_equal(line_of_message(&format_ocsf, message), ocsf_loss);
	assert_string_equal(line_of_message(&format_cef, message), cef_loss);
	assert_string_equal(line_of_message(&format_syslog, message), syslog_loss);
}

TEST(the_peer_of_stdin_is_the_destination)
{
	static const char v6[16] = { 0x20, 0x01, 0x0d, (char)0xb8, [15] = 1 };
	struct sample s = sample_connected();

	line_of(&format_ecs, &s);
	assert_says(out.data, "\"destination\":{\"ip\":\"203.0.113.5\",\"port\":4444}");
	assert_says(out.data, "\"source\":{\"ip\":\"127.0.0.1\",\"port\":80}");
	assert_says(out.data, "\"ip\":[\"203.0.113.5\"]");
	line_of(&format_ocsf, &s);
	assert_says(out.data, "\"src_endpoint\":{\"ip\":\"127.0.0.1\",\"port\":80}");
	assert_says(out.data, "\"dst_endpoint\":{\"ip\":\"203.0.113.5\",\"port\":4444}");
	assert_says(line_of(&format_cef, &s), " src=127.0.0.1 spt=80 dst=203.0.113.5 dpt=4444 ");
	s.stdin_family = AF_INET6;
	s.local = v6;
	s.peer = v6;
	s.addr_len = sizeof(v6);
	assert_says(line_of(&format_ecs, &s),
		    "\"destination\":{\"ip\":\"2001:db8::1\",\"port\":4444}");
	assert_says(line_of(&format_cef, &s), " c6a3Label=Destination IPv6 Address"
		    " c6a3=2001:db8::1 dpt=4444 ");
}

TEST(a_denied_exec_is_marked_as_denied)
{
	struct sample s = contract_example;

	s.verdict = SHELLTRAP_VERDICT_DENIED;
	line_of(&format_ecs, &s);
	assert_says(out.data, "\"type\":[\"denied\"],\"outcome\":\"failure\"");
	line_of(&format_ocsf, &s);
	assert_says(out.data, "\"action_id\":2,\"action\":\"Denied\","
		    "\"disposition_id\":2,\"disposition\":\"Blocked\"");
	line_of(&format_cef, &s);
	assert_says(out.data, " act=denied ");
	assert_says(out.data, " outcome=failure ");
	assert_says(line_of(&format_syslog, &s), " verdict=\"denied\"");
}

TEST(a_bar_in_a_cef_header_is_escaped)
{
	struct sample s = contract_example;

	s.rules[0] = "a|b\\c=d\n";
	assert_says(line_of(&format_cef, &s), "|test|a\\|b\\\\c=d\\\\x0a|");
}

TEST(cef_values_are_escaped)
{
	struct sample s = contract_example;

	s.pathname = "a=b\\c|d\ne\rf\x1b";
	assert_says(line_of(&format_cef, &s),
		    " ShelltrapPathname=a\\=b\\\\c|d\\ne\\rf\\\\x1b ");
	s.pathname = " a  b ";
	assert_says(line_of(&format_cef, &s), " ShelltrapPathname=\\\\x20a  b\\\\x20 ");
}

TEST(structured_data_values_are_escaped)
{
	struct sample s = contract_example;

	s.pathname = "a\"b\\c]d\ne";
	assert_says(line_of(&format_syslog, &s), " pathname=\"a\\\"b\\\\c\\]d\\\\x0ae\" ");
}

TEST(a_syslog_message_that_is_not_ascii_begins_with_a_bom)
{
	struct sample s = contract_example;

	assert_null(strstr(line_of(&format_syslog, &s), "\xef\xbb\xbf"));
	s.comm = "\xc3\xa4";
	assert_says(line_of(&format_syslog, &s),
		    "] \xef\xbb\xbfwebserver_shell_exec: \xc3\xa4 ran");
}

TEST(a_host_name_that_rfc_5424_forbids_is_left_out_of_the_header)
{
	static const char *const names[] = { "", "two words", "\xc3\xa4", "tab\t", "x\x7f" };
	const struct record record = { .loss.present = true };
	struct host host = { .boot_id = "" };
	const struct view view = {
		.host = &host,
		.user_name = test_view.user_name,
		.group_name = test_view.group_name,
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		strcpy(host.name, names[i]);
		assert_says(line_of_record(&format_syslog, &record, &view),
			    "<84>1 - - shelltrap - loss [");
	}
}

TEST(every_format_is_found_by_its_name)
{
	assert_string_equal(format_names(), "text, compact, json, ecs, ocsf, cef, syslog");
	assert_ptr_equal(format_find("ecs"), &format_ecs);
	assert_ptr_equal(format_find("ocsf"), &format_ocsf);
	assert_ptr_equal(format_find("cef"), &format_cef);
	assert_ptr_equal(format_find("syslog"), &format_syslog);
	assert_null(format_find("ECS"));
}

void tear_down_all(void)
{
	buffer_free(&out);
}
