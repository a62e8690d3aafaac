// SPDX-License-Identifier: GPL-2.0
#include "message.h"

#include <linux/genetlink.h>
#include <linux/shelltrap.h>
#include <string.h>
#include <sys/socket.h>

#include "lib/util.h"

static const char example_argv[] = "sh\0-c\0id";

const struct sample contract_example = {
	.seq = 42,
	.instance = 0x5b1f9c0e77aa01d3,
	.time = UINT64_C(1795269731123456789),
	.rules = { "webserver_shell_exec", "illegitimate_shell" },
	.verdict = SHELLTRAP_VERDICT_OBSERVED,
	.comm = "php-fpm8.2",
	.pathname = "/bin/sh",
	.interpreter = "/bin/sh",
	.process_comm = "sh",
	.exe = "/usr/bin/dash",
	.cwd = "/var/www/html",
	.argv = example_argv,
	.argv_len = sizeof(example_argv),
	.argc = 3,
	.file_path = "/usr/bin/dash",
	.mode = 0100755,
	.has_server = true,
	.server_comm = "php-fpm8.2",
	.server_exe = "/usr/sbin/php-fpm8.2",
	.ancestor_comm = "php-fpm8.2",
	.stdin_type = SHELLTRAP_STDIO_PIPE,
	.cgroup_path = "/system.slice/php8.2-fpm.service",
	.certainty = SHELLTRAP_CERTAINTY_EXACT,
	.uri = "/upload/x.php?c=id",
};

struct nlmsghdr *message_empty(void *data, uint8_t command)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(data);
	struct genlmsghdr *genl;

	message->nlmsg_type = MESSAGE_FAMILY;
	genl = mnl_nlmsg_put_extra_header(message, sizeof(*genl));
	genl->cmd = command;
	genl->version = SHELLTRAP_GENL_VERSION;
	return message;
}

static void put_string(struct nlmsghdr *message, uint16_t type, const char *value)
{
	if (value)
		mnl_attr_put_strz(message, type, value);
}

/* Title and threat, which the module adds for its built-in rules. */
static const struct {
	const char *name, *title, *threat;
} built_in[] = {
	{ "webserver_shell_exec", "shell under a web server",
	  "TA0002/T1059.004 TA0003/T1505.003 TA0011/T1104" },
	{ "illegitimate_shell", "web server became a shell", "TA0001/T1190" },
	{ "webserver_exec", "web server started", "TA0011/T1071.001" },
};

static void put_meaning(struct nlmsghdr *message, const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(built_in); i++) {
		if (strcmp(built_in[i].name, name))
			continue;
		put_string(message, SHELLTRAP_RULE_A_TITLE, built_in[i].title);
		put_string(message, SHELLTRAP_RULE_A_THREAT, built_in[i].threat);
	}
}

static void put_rule(struct nlmsghdr *message, const char *name, uint32_t severity)
{
	struct nlattr *nest = mnl_attr_nest_start(message, SHELLTRAP_ALERT_A_RULE);

	put_string(message, SHELLTRAP_RULE_A_NAME, name);
	mnl_attr_put_u32(message, SHELLTRAP_RULE_A_SEVERITY, severity);
	put_meaning(message, name);
	mnl_attr_nest_end(message, nest);
}

static void put_process(struct nlmsghdr *message, const struct sample *s)
{
	struct nlattr *nest = mnl_attr_nest_start(message, SHELLTRAP_ALERT_A_PROCESS);

	mnl_attr_put_u32(message, SHELLTRAP_PROCESS_A_PID, 1402);
	mnl_attr_put_u32(message, SHELLTRAP_PROCESS_A_TID, 1402);
	put_string(message, SHELLTRAP_PROCESS_A_COMM, s->process_comm);
	put_string(message, SHELLTRAP_PROCESS_A_EXE, s->exe);
	if (s->argv)
		mnl_attr_put(message, SHELLTRAP_PROCESS_A_ARGV, s->argv_len, s->argv);
	mnl_attr_put_u32(message, SHELLTRAP_PROCESS_A_ARGC, s->argc);
	if (s->argv_truncated)
		mnl_attr_put(message, SHELLTRAP_PROCESS_A_ARGV_TRUNCATED, 0, NULL);
	put_string(message, SHELLTRAP_PROCESS_A_CWD, s->cwd);
	mnl_attr_put_u32(message, SHELLTRAP_PROCESS_A_UID, 33);
	mnl_attr_put_u32(message, SHELLTRAP_PROCESS_A_GID, 33);
	mnl_attr_put_u32(message, SHELLTRAP_PROCESS_A_EUID, s->has_other_effective_ids ? 0 : 33);
	mnl_attr_put_u32(message, SHELLTRAP_PROCESS_A_EGID, s->has_other_effective_ids ? 4 : 33);
	if (s->has_login) {
		mnl_attr_put_u32(message, SHELLTRAP_PROCESS_A_LOGINUID, 1000);
		mnl_attr_put_u32(message, SHELLTRAP_PROCESS_A_SESSIONID, 7);
	}
	mnl_attr_put_u32(message, SHELLTRAP_PROCESS_A_PID_NS, 4026531836u);
	mnl_attr_put_u32(message, SHELLTRAP_PROCESS_A_MNT_NS, 4026531841u);
	mnl_attr_put_u32(message, SHELLTRAP_PROCESS_A_NS_PID, 1402);
	mnl_attr_nest_end(message, nest);
}

static void put_file(struct nlmsghdr *message, const struct sample *s)
{
	struct nlattr *nest = mnl_attr_nest_start(message, SHELLTRAP_ALERT_A_FILE);

	put_string(message, SHELLTRAP_FILE_A_PATH, s->file_path);
	mnl_attr_put_u32(message, SHELLTRAP_FILE_A_DEV_MAJOR, 254);
	mnl_attr_put_u32(message, SHELLTRAP_FILE_A_DEV_MINOR, 1);
	mnl_attr_put(message, SHELLTRAP_FILE_A_PAD, 0, NULL);
	mnl_attr_put_u64(message, SHELLTRAP_FILE_A_INO, 131);
	mnl_attr_put_u32(message, SHELLTRAP_FILE_A_MODE, s->mode);
	mnl_attr_put_u32(message, SHELLTRAP_FILE_A_UID, 0);
	mnl_attr_put_u32(message, SHELLTRAP_FILE_A_GID, 0);
	mnl_attr_nest_end(message, nest);
}

static void put_server(struct nlmsghdr *message, const struct sample *s)
{
	struct nlattr *nest = mnl_attr_nest_start(message, SHELLTRAP_ALERT_A_SERVER);

	mnl_attr_put_u32(message, SHELLTRAP_SERVER_A_PID, 812);
	put_string(message, SHELLTRAP_SERVER_A_COMM, s->server_comm);
	put_string(message, SHELLTRAP_SERVER_A_EXE, s->server_exe);
	mnl_attr_put_u32(message, SHELLTRAP_SERVER_A_MATCHED,
			 s->server_port ? SHELLTRAP_MATCHED_PORT : SHELLTRAP_MATCHED_COMM);
	if (s->server_port)
		mnl_attr_put_u32(message, SHELLTRAP_SERVER_A_PORT, s->server_port);
	mnl_attr_put_u64(message, SHELLTRAP_SERVER_A_STARTED, UINT64_C(1795680001000000000));
	mnl_attr_nest_end(message, nest);
}

static void put_ancestor(struct nlmsghdr *message, uint32_t pid, const char *comm)
{
	struct nlattr *nest = mnl_attr_nest_start(message, SHELLTRAP_ALERT_A_ANCESTOR);

	mnl_attr_put_u32(message, SHELLTRAP_ANCESTOR_A_PID, pid);
	put_string(message, SHELLTRAP_ANCESTOR_A_COMM, comm);
	mnl_attr_nest_end(message, nest);
}

static void put_stdin(struct nlmsghdr *message, const struct sample *s)
{
	struct nlattr *nest = mnl_attr_nest_start(message, SHELLTRAP_ALERT_A_STDIN);

	mnl_attr_put_u32(message, SHELLTRAP_STDIO_A_TYPE, s->stdin_type);
	if (s->stdin_type == SHELLTRAP_STDIO_SOCKET) {
		mnl_attr_put_u32(message, SHELLTRAP_STDIO_A_FAMILY, s->stdin_family);
		mnl_attr_put_u32(message, SHELLTRAP_STDIO_A_SOCK_TYPE, SOCK_STREAM);
		mnl_attr_put_u32(message, SHELLTRAP_STDIO_A_STATE, s->peer ? 1 : 10);
	}
	if (s->local) {
		mnl_attr_put(message, SHELLTRAP_STDIO_A_LOCAL_ADDR, s->addr_len, s->local);
		mnl_attr_put_u32(message, SHELLTRAP_STDIO_A_LOCAL_PORT, 80);
	}
	if (s->peer) {
		mnl_attr_put(message, SHELLTRAP_STDIO_A_PEER_ADDR, s->addr_len, s->peer);
		mnl_attr_put_u32(message, SHELLTRAP_STDIO_A_PEER_PORT, 4444);
	}
	mnl_attr_nest_end(message, nest);
}

static void put_stdout(struct nlmsghdr *message)
{
	struct nlattr *nest = mnl_attr_nest_start(message, SHELLTRAP_ALERT_A_STDOUT);

	mnl_attr_put_u32(message, SHELLTRAP_STDIO_A_TYPE, SHELLTRAP_STDIO_PIPE);
	mnl_attr_nest_end(message, nest);
}

static void put_client(struct nlmsghdr *message)
{
	static const unsigned char addr[] = { 203, 0, 113, 5 }, local[] = { 192, 0, 2, 7 };
	struct nlattr *nest = mnl_attr_nest_start(message, SHELLTRAP_REQUEST_A_CLIENT);

	mnl_attr_put(message, SHELLTRAP_CLIENT_A_ADDR, sizeof(addr), addr);
	mnl_attr_put_u32(message, SHELLTRAP_CLIENT_A_PORT, 51332);
	mnl_attr_put(message, SHELLTRAP_CLIENT_A_LOCAL_ADDR, sizeof(local), local);
	mnl_attr_put_u32(message, SHELLTRAP_CLIENT_A_LOCAL_PORT, 443);
	mnl_attr_nest_end(message, nest);
}

static void put_request(struct nlmsghdr *message, const struct sample *s)
{
	struct nlattr *nest = mnl_attr_nest_start(message, SHELLTRAP_ALERT_A_REQUEST);
	struct nlattr *via;

	mnl_attr_put_u32(message, SHELLTRAP_REQUEST_A_CERTAINTY, s->certainty);
	mnl_attr_put_u32(message, SHELLTRAP_REQUEST_A_SOURCES,
			 SHELLTRAP_REQUEST_SOURCE_SOCKET | SHELLTRAP_REQUEST_SOURCE_PROXY_SOCKET);
	put_client(message);
	mnl_attr_put_u32(message, SHELLTRAP_REQUEST_A_MORE, 0);
	mnl_attr_put_u32(message, SHELLTRAP_REQUEST_A_THREAD, 812);
	via = mnl_attr_nest_start(message, SHELLTRAP_REQUEST_A_VIA);
	mnl_attr_put_u32(message, SHELLTRAP_ANCESTOR_A_PID, 307);
	put_string(message, SHELLTRAP_ANCESTOR_A_COMM, "nginx");
	mnl_attr_nest_end(message, via);
	put_string(message, SHELLTRAP_REQUEST_A_METHOD, "POST");
	put_string(message, SHELLTRAP_REQUEST_A_URI, s->uri);
	put_string(message, SHELLTRAP_REQUEST_A_SCRIPT, s->claim);
	put_string(message, SHELLTRAP_REQUEST_A_HOST, s->claim);
	put_string(message, SHELLTRAP_REQUEST_A_REMOTE_ADDR, s->claim);
	put_string(message, SHELLTRAP_REQUEST_A_FORWARDED_FOR, s->claim);
	put_string(message, SHELLTRAP_REQUEST_A_USER_AGENT, s->claim);
	mnl_attr_nest_end(message, nest);
}

static struct nlmsghdr *put_record(void *data, uint64_t instance, uint64_t seq, uint64_t time)
{
	struct nlmsghdr *message = message_empty(data, SHELLTRAP_CMD_ALERT_NTF);

	mnl_attr_put_u64(message, SHELLTRAP_RECORD_A_SEQ, seq);
	mnl_attr_put_u64(message, SHELLTRAP_RECORD_A_INSTANCE, instance);
	mnl_attr_put_u64(message, SHELLTRAP_RECORD_A_TIME, time);
	return message;
}

struct nlmsghdr *message_alert(void *data, const struct sample *s)
{
	struct nlmsghdr *message = put_record(data, s->instance, s->seq, s->time);
	struct nlattr *nest = mnl_attr_nest_start(message, SHELLTRAP_RECORD_A_ALERT);
	size_t i;

	for (i = 0; s->rules[i]; i++)
		put_rule(message, s->rules[i],
			 i ? SHELLTRAP_SEVERITY_MEDIUM : SHELLTRAP_SEVERITY_CRITICAL);
	mnl_attr_put_u32(message, SHELLTRAP_ALERT_A_VERDICT, s->verdict);
	put_string(message, SHELLTRAP_ALERT_A_COMM, s->comm);
	put_string(message, SHELLTRAP_ALERT_A_PATHNAME, s->pathname);
	put_string(message, SHELLTRAP_ALERT_A_INTERPRETER, s->interpreter);
	put_process(message, s);
	put_file(message, s);
	if (s->has_server)
		put_server(message, s);
	put_ancestor(message, 812, s->ancestor_comm);
	put_ancestor(message, 810, s->ancestor_comm);
	put_ancestor(message, 1, "systemd");
	put_stdin(message, s);
	put_stdout(message);
	mnl_attr_put_u64(message, SHELLTRAP_ALERT_A_CGROUP_ID, 3401);
	put_string(message, SHELLTRAP_ALERT_A_CGROUP_PATH, s->cgroup_path);
	if (s->certainty)
		put_request(message, s);
	mnl_attr_nest_end(message, nest);
	return message;
}

static void put_cause(struct nlmsghdr *message, uint64_t lost, const char *rule, const char *server)
{
	struct nlattr *nest = mnl_attr_nest_start(message, SHELLTRAP_LOSS_A_CAUSE);

	mnl_attr_put_u64(message, SHELLTRAP_LOSS_CAUSE_A_LOST, lost);
	put_string(message, SHELLTRAP_LOSS_CAUSE_A_RULE, rule);
	if (server) {
		mnl_attr_put_u32(message, SHELLTRAP_LOSS_CAUSE_A_SERVER_PID, 812);
		mnl_attr_put_strz(message, SHELLTRAP_LOSS_CAUSE_A_SERVER_COMM, server);
	}
	mnl_attr_put_u32(message, SHELLTRAP_LOSS_CAUSE_A_UID, 33);
	mnl_attr_nest_end(message, nest);
}

struct nlmsghdr *message_loss(void *data, uint64_t instance, uint64_t seq, uint64_t lost)
{
	struct nlmsghdr *message = put_record(data, instance, seq, contract_example.time);
	struct nlattr *nest = mnl_attr_nest_start(message, SHELLTRAP_RECORD_A_LOSS);

	mnl_attr_put_u64(message, SHELLTRAP_LOSS_A_LOST, lost);
	mnl_attr_put_u32(message, SHELLTRAP_LOSS_A_WHY, SHELLTRAP_LOSS_NO_SLOT);
	put_cause(message, lost - 1, "webserver_shell_exec", "php-fpm8.2");
	put_cause(message, 1, NULL, NULL);
	mnl_attr_nest_end(message, nest);
	return message;
}

static void put_by(struct nlmsghdr *message, uint16_t type)
{
	struct nlattr *nest = mnl_attr_nest_start(message, type);

	mnl_attr_put_u32(message, SHELLTRAP_BY_A_PID, 4711);
	mnl_attr_put_strz(message, SHELLTRAP_BY_A_COMM, "shelltrap");
	mnl_attr_put_u32(message, SHELLTRAP_BY_A_UID, 0);
	mnl_attr_put_u32(message, SHELLTRAP_BY_A_LOGINUID, 1000);
	mnl_attr_nest_end(message, nest);
}

static void put_policy(struct nlmsghdr *message)
{
	char sha256[SHELLTRAP_SHA256_SIZE];
	size_t i;

	for (i = 0; i < sizeof(sha256); i++)
		sha256[i] = 0x10 + i;
	mnl_attr_put(message, SHELLTRAP_EVENT_A_SHA256, sizeof(sha256), sha256);
	mnl_attr_put_u32(message, SHELLTRAP_EVENT_A_RULES, 13);
	mnl_attr_put_strz(message, SHELLTRAP_EVENT_A_CAME, "php_mail");
	mnl_attr_put_strz(message, SHELLTRAP_EVENT_A_CAME, "backup");
	mnl_attr_put_strz(message, SHELLTRAP_EVENT_A_WENT, "webserver_exec");
	mnl_attr_put_strz(message, SHELLTRAP_EVENT_A_CHANGED, "webserver_shell_exec");
	mnl_attr_put_u32(message, SHELLTRAP_EVENT_A_OBSERVE, 600);
}

static void put_heartbeat(struct nlmsghdr *message)
{
	mnl_attr_put_u64(message, SHELLTRAP_EVENT_A_UPTIME, UINT64_C(3600000000000));
	mnl_attr_put_u64(message, SHELLTRAP_EVENT_A_EXECS, 120000);
	mnl_attr_put_u64(message, SHELLTRAP_EVENT_A_HITS, 31);
	mnl_attr_put_u64(message, SHELLTRAP_EVENT_A_ALERTS, 29);
	mnl_attr_put_u64(message, SHELLTRAP_EVENT_A_LOST, 2);
	mnl_attr_put_u64(message, SHELLTRAP_EVENT_A_OVERWRITTEN, 1);
	mnl_attr_put_u64(message, SHELLTRAP_EVENT_A_MISSED, 3);
	mnl_attr_put_u32(message, SHELLTRAP_EVENT_A_LINEAGE, 44);
	mnl_attr_put_u64(message, SHELLTRAP_EVENT_A_LEFT_OUT, 5);
}

static void put_event(struct nlmsghdr *message, uint32_t kind)
{
	if (kind == SHELLTRAP_EVENT_LOADED)
		mnl_attr_put_strz(message, SHELLTRAP_EVENT_A_VERSION, "1.0.0");
	if (kind == SHELLTRAP_EVENT_POLICY_LOADED)
		put_policy(message);
	if (kind == SHELLTRAP_EVENT_ENFORCE_CHANGED)
		mnl_attr_put_u32(message, SHELLTRAP_EVENT_A_ENFORCE, 0);
	if (kind == SHELLTRAP_EVENT_REFUSED)
		mnl_attr_put_strz(message, SHELLTRAP_EVENT_A_WHAT, "unload");
	if (kind == SHELLTRAP_EVENT_REFUSED || kind == SHELLTRAP_EVENT_PROBE_MISSED ||
	    kind == SHELLTRAP_EVENT_LINEAGE_FULL)
		mnl_attr_put_u64(message, SHELLTRAP_EVENT_A_COUNT, 12);
	if (kind == SHELLTRAP_EVENT_DISARMED || kind == SHELLTRAP_EVENT_ARMED) {
		mnl_attr_put_u64(message, SHELLTRAP_EVENT_A_SINCE, UINT64_C(20500000000));
		mnl_attr_put_u32(message, SHELLTRAP_EVENT_A_ARMED, SHELLTRAP_ARMED_DONE);
	}
	if (kind == SHELLTRAP_EVENT_HEARTBEAT)
		put_heartbeat(message);
}

struct nlmsghdr *message_event(void *data, uint64_t seq, uint32_t kind)
{
	struct nlmsghdr *message = put_record(data, contract_example.instance, seq,
					      contract_example.time);
	struct nlattr *nest = mnl_attr_nest_start(message, SHELLTRAP_RECORD_A_EVENT);

	mnl_attr_put_u32(message, SHELLTRAP_EVENT_A_KIND, kind);
	if (kind != SHELLTRAP_EVENT_DISARMED && kind != SHELLTRAP_EVENT_HEARTBEAT)
		put_by(message, SHELLTRAP_EVENT_A_BY);
	put_event(message, kind);
	mnl_attr_nest_end(message, nest);
	return message;
}

struct nlmsghdr *message_outcome(void *data, uint64_t seq, uint64_t of, uint32_t verdict)
{
	struct nlmsghdr *message = put_record(data, contract_example.instance, seq,
					      contract_example.time);
	struct nlattr *nest = mnl_attr_nest_start(message, SHELLTRAP_RECORD_A_OUTCOME);

	mnl_attr_put_u64(message, SHELLTRAP_OUTCOME_A_OF, of);
	mnl_attr_put_u32(message, SHELLTRAP_OUTCOME_A_VERDICT, verdict);
	mnl_attr_nest_end(message, nest);
	return message;
}

struct nlmsghdr *message_held_outcome(void *data, uint64_t seq, uint64_t of, uint32_t verdict,
				      uint32_t why, bool by)
{
	struct nlmsghdr *message = put_record(data, contract_example.instance, seq,
					      contract_example.time);
	struct nlattr *nest = mnl_attr_nest_start(message, SHELLTRAP_RECORD_A_OUTCOME);

	mnl_attr_put_u64(message, SHELLTRAP_OUTCOME_A_OF, of);
	mnl_attr_put_u32(message, SHELLTRAP_OUTCOME_A_VERDICT, verdict);
	if (by)
		put_by(message, SHELLTRAP_OUTCOME_A_BY);
	mnl_attr_put_u32(message, SHELLTRAP_OUTCOME_A_WHY, why);
	mnl_attr_nest_end(message, nest);
	return message;
}

struct nlmsghdr *message_repeats(void *data, uint64_t seq, uint64_t of, uint64_t count)
{
	struct nlmsghdr *message = put_record(data, contract_example.instance, seq,
					      contract_example.time);
	struct nlattr *nest = mnl_attr_nest_start(message, SHELLTRAP_RECORD_A_REPEATS);
	struct nlattr *rule;

	mnl_attr_put_u64(message, SHELLTRAP_REPEATS_A_OF, of);
	mnl_attr_put_u64(message, SHELLTRAP_REPEATS_A_COUNT, count);
	mnl_attr_put_u64(message, SHELLTRAP_REPEATS_A_FIRST, contract_example.time);
	mnl_attr_put_u64(message, SHELLTRAP_REPEATS_A_LATEST,
			 contract_example.time + UINT64_C(60000000000));
	rule = mnl_attr_nest_start(message, SHELLTRAP_REPEATS_A_RULE);
	mnl_attr_put_strz(message, SHELLTRAP_RULE_A_NAME, "webserver_shell_exec");
	mnl_attr_put_u32(message, SHELLTRAP_RULE_A_SEVERITY, SHELLTRAP_SEVERITY_CRITICAL);
	mnl_attr_nest_end(message, rule);
	mnl_attr_put_u32(message, SHELLTRAP_REPEATS_A_VERDICT, SHELLTRAP_VERDICT_OBSERVED);
	mnl_attr_put_strz(message, SHELLTRAP_REPEATS_A_COMM, "php-fpm8.2");
	mnl_attr_put_strz(message, SHELLTRAP_REPEATS_A_PATHNAME, "/bin/sh");
	mnl_attr_nest_end(message, nest);
	return message;
}

struct nlmsghdr *message_invented(void *data, uint64_t instance, uint64_t seq)
{
	struct nlmsghdr *message = put_record(data, instance, seq, contract_example.time);

	mnl_attr_put_u32(message, SHELLTRAP_RECORD_A_MAX + 1000, 1);
	return message;
}
