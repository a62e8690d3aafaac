// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/record.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <string.h>

static const struct field rule_fields[] = {
	STRING_FIELD(SHELLTRAP_RULE_A_NAME, struct alert_rule, name),
	U32_FIELD(SHELLTRAP_RULE_A_SEVERITY, struct alert_rule, severity),
	STRING_FIELD(SHELLTRAP_RULE_A_TITLE, struct alert_rule, title),
	STRING_FIELD(SHELLTRAP_RULE_A_THREAT, struct alert_rule, threat),
	STRING_FIELD(SHELLTRAP_RULE_A_REFERENCE, struct alert_rule, reference),
};

static const struct fields rule_table = FIELDS(rule_fields, struct alert_rule);

static const struct field process_fields[] = {
	U32_FIELD(SHELLTRAP_PROCESS_A_PID, struct alert_process, pid),
	U32_FIELD(SHELLTRAP_PROCESS_A_TID, struct alert_process, tid),
	STRING_FIELD(SHELLTRAP_PROCESS_A_COMM, struct alert_process, comm),
	STRING_FIELD(SHELLTRAP_PROCESS_A_EXE, struct alert_process, exe),
	BYTES_FIELD(SHELLTRAP_PROCESS_A_ARGV, struct alert_process, argv),
	U32_FIELD(SHELLTRAP_PROCESS_A_ARGC, struct alert_process, argc),
	FLAG_FIELD(SHELLTRAP_PROCESS_A_ARGV_TRUNCATED, struct alert_process, argv_truncated),
	STRING_FIELD(SHELLTRAP_PROCESS_A_CWD, struct alert_process, cwd),
	U32_FIELD(SHELLTRAP_PROCESS_A_UID, struct alert_process, uid),
	U32_FIELD(SHELLTRAP_PROCESS_A_GID, struct alert_process, gid),
	U32_FIELD(SHELLTRAP_PROCESS_A_EUID, struct alert_process, euid),
	U32_FIELD(SHELLTRAP_PROCESS_A_EGID, struct alert_process, egid),
	U32_FIELD(SHELLTRAP_PROCESS_A_LOGINUID, struct alert_process, loginuid),
	U32_FIELD(SHELLTRAP_PROCESS_A_SESSIONID, struct alert_process, sessionid),
	U32_FIELD(SHELLTRAP_PROCESS_A_PID_NS, struct alert_process, pid_ns),
	U32_FIELD(SHELLTRAP_PROCESS_A_MNT_NS, struct alert_process, mnt_ns),
	U32_FIELD(SHELLTRAP_PROCESS_A_NS_PID, struct alert_process, ns_pid),
	U32_FIELD(SHELLTRAP_PROCESS_A_UNCLEAN, struct alert_process, unclean),
	BYTES_FIELD(SHELLTRAP_PROCESS_A_ENVIRONMENT, struct alert_process, environment),
	U64_FIELD(SHELLTRAP_PROCESS_A_START, struct alert_process, start),
};

static const struct fields process_table = FIELDS(process_fields, struct alert_process);

static const struct field file_fields[] = {
	STRING_FIELD(SHELLTRAP_FILE_A_PATH, struct alert_file, path),
	U32_FIELD(SHELLTRAP_FILE_A_DEV_MAJOR, struct alert_file, dev_major),
	U32_FIELD(SHELLTRAP_FILE_A_DEV_MINOR, struct alert_file, dev_minor),
	U64_FIELD(SHELLTRAP_FILE_A_INO, struct alert_file, ino),
	U32_FIELD(SHELLTRAP_FILE_A_MODE, struct alert_file, mode),
	U32_FIELD(SHELLTRAP_FILE_A_UID, struct alert_file, uid),
	U32_FIELD(SHELLTRAP_FILE_A_GID, struct alert_file, gid),
};

static const struct fields file_table = FIELDS(file_fields, struct alert_file);

static const struct field server_fields[] = {
	U32_FIELD(SHELLTRAP_SERVER_A_PID, struct alert_server, pid),
	STRING_FIELD(SHELLTRAP_SERVER_A_COMM, struct alert_server, comm),
	STRING_FIELD(SHELLTRAP_SERVER_A_EXE, struct alert_server, exe),
	U32_FIELD(SHELLTRAP_SERVER_A_MATCHED, struct alert_server, matched),
	U32_FIELD(SHELLTRAP_SERVER_A_PORT, struct alert_server, port),
	U64_FIELD(SHELLTRAP_SERVER_A_STARTED, struct alert_server, started),
};

static const struct fields server_table = FIELDS(server_fields, struct alert_server);

static const struct field stdio_fields[] = {
	U32_FIELD(SHELLTRAP_STDIO_A_TYPE, struct alert_stdio, type),
	U32_FIELD(SHELLTRAP_STDIO_A_FAMILY, struct alert_stdio, family),
	U32_FIELD(SHELLTRAP_STDIO_A_SOCK_TYPE, struct alert_stdio, sock_type),
	U32_FIELD(SHELLTRAP_STDIO_A_STATE, struct alert_stdio, state),
	BYTES_FIELD(SHELLTRAP_STDIO_A_LOCAL_ADDR, struct alert_stdio, local_addr),
	U32_FIELD(SHELLTRAP_STDIO_A_LOCAL_PORT, struct alert_stdio, local_port),
	BYTES_FIELD(SHELLTRAP_STDIO_A_PEER_ADDR, struct alert_stdio, peer_addr),
	U32_FIELD(SHELLTRAP_STDIO_A_PEER_PORT, struct alert_stdio, peer_port),
};

static const struct fields stdio_table = FIELDS(stdio_fields, struct alert_stdio);

static const struct field alert_fields[] = {
	LIST_FIELD(SHELLTRAP_ALERT_A_RULE, struct alert, rules, rule_count, &rule_table),
	U32_FIELD(SHELLTRAP_ALERT_A_VERDICT, struct alert, verdict),
	STRING_FIELD(SHELLTRAP_ALERT_A_COMM, struct alert, comm),
	STRING_FIELD(SHELLTRAP_ALERT_A_PATHNAME, struct alert, pathname),
	STRING_FIELD(SHELLTRAP_ALERT_A_INTERPRETER, struct alert, interpreter),
	NEST_FIELD(SHELLTRAP_ALERT_A_PROCESS, struct alert, process, &process_table),
	NEST_FIELD(SHELLTRAP_ALERT_A_FILE, struct alert, file, &file_table),
	NEST_FIELD(SHELLTRAP_ALERT_A_SERVER, struct alert, server, &server_table),
	LIST_FIELD(SHELLTRAP_ALERT_A_ANCESTOR, struct alert, ancestors, ancestor_count,
		   &ancestor_table),
	NEST_FIELD(SHELLTRAP_ALERT_A_STDIN, struct alert, in, &stdio_table),
	NEST_FIELD(SHELLTRAP_ALERT_A_STDOUT, struct alert, out, &stdio_table),
	U64_FIELD(SHELLTRAP_ALERT_A_CGROUP_ID, struct alert, cgroup_id),
	STRING_FIELD(SHELLTRAP_ALERT_A_CGROUP_PATH, struct alert, cgroup_path),
	NEST_FIELD(SHELLTRAP_ALERT_A_REQUEST, struct alert, request, &request_table),
	U32_FIELD(SHELLTRAP_ALERT_A_UNHELD, struct alert, unheld),
};

static const struct fields alert_table = FIELDS(alert_fields, struct alert);

static const struct field loss_cause_fields[] = {
	U64_FIELD(SHELLTRAP_LOSS_CAUSE_A_LOST, struct loss_cause, lost),
	STRING_FIELD(SHELLTRAP_LOSS_CAUSE_A_RULE, struct loss_cause, rule),
	U32_FIELD(SHELLTRAP_LOSS_CAUSE_A_SERVER_PID, struct loss_cause, server_pid),
	STRING_FIELD(SHELLTRAP_LOSS_CAUSE_A_SERVER_COMM, struct loss_cause, server_comm),
	U32_FIELD(SHELLTRAP_LOSS_CAUSE_A_UID, struct loss_cause, uid),
};

static const struct fields loss_cause_table = FIELDS(loss_cause_fields, struct loss_cause);

static const struct field loss_fields[] = {
	U64_FIELD(SHELLTRAP_LOSS_A_LOST, struct loss, lost),
	U32_FIELD(SHELLTRAP_LOSS_A_WHY, struct loss, why),
	LIST_FIELD(SHELLTRAP_LOSS_A_CAUSE, struct loss, causes, cause_count, &loss_cause_table),
};

static const struct fields loss_table = FIELDS(loss_fields, struct loss);

static const struct field repeats_fields[] = {
	U64_FIELD(SHELLTRAP_REPEATS_A_OF, struct repeats, of),
	U64_FIELD(SHELLTRAP_REPEATS_A_COUNT, struct repeats, count),
	U64_FIELD(SHELLTRAP_REPEATS_A_FIRST, struct repeats, first),
	U64_FIELD(SHELLTRAP_REPEATS_A_LATEST, struct repeats, latest),
	LIST_FIELD(SHELLTRAP_REPEATS_A_RULE, struct repeats, rules, rule_count, &rule_table),
	U32_FIELD(SHELLTRAP_REPEATS_A_VERDICT, struct repeats, verdict),
	STRING_FIELD(SHELLTRAP_REPEATS_A_COMM, struct repeats, comm),
	STRING_FIELD(SHELLTRAP_REPEATS_A_PATHNAME, struct repeats, pathname),
};

static const struct fields repeats_table = FIELDS(repeats_fields, struct repeats);

static const struct field record_fields[] = {
	U64_FIELD(SHELLTRAP_RECORD_A_SEQ, struct record, seq),
	U64_FIELD(SHELLTRAP_RECORD_A_INSTANCE, struct record, instance),
	U64_FIELD(SHELLTRAP_RECORD_A_TIME, struct record, time),
	NEST_FIELD(SHELLTRAP_RECORD_A_ALERT, struct record, alert, &alert_table),
	NEST_FIELD(SHELLTRAP_RECORD_A_LOSS, struct record, loss, &loss_table),
	NEST_FIELD(SHELLTRAP_RECORD_A_EVENT, struct record, event, &event_table),
	NEST_FIELD(SHELLTRAP_RECORD_A_OUTCOME, struct record, outcome, &outcome_table),
	NEST_FIELD(SHELLTRAP_RECORD_A_REPEATS, struct record, repeats, &repeats_table),
};

static const struct fields record_table = FIELDS(record_fields, struct record);

enum record_kind record_kind(const struct record *record)
{
	if (record->alert.present)
		return RECORD_ALERT;
	if (record->loss.present)
		return RECORD_LOSS;
	if (record->event.present)
		return RECORD_EVENT;
	if (record->outcome.present)
		return RECORD_OUTCOME;
	return record->repeats.present ? RECORD_REPEATS : RECORD_UNKNOWN;
}

const char *record_kind_name(enum record_kind kind)
{
	static const char *const names[] = {
		[RECORD_UNKNOWN] = "unknown",
		[RECORD_ALERT] = "alert",
		[RECORD_LOSS] = "loss",
		[RECORD_EVENT] = "event",
		[RECORD_OUTCOME] = "outcome",
		[RECORD_REPEATS] = "repeats",
	};

	return names[kind];
}

static int record_kinds(const struct record *record)
{
	return record->alert.present + record->loss.present + record->event.present +
	       record->outcome.present + record->repeats.present;
}

int record_parse(const struct nlmsghdr *message, struct record *record, struct fault *fault)
{
	int ret = attributes_command(message, fault);

	memset(record, 0, sizeof(*record));
	if (ret < 0)
		return ret;
	if (ret != SHELLTRAP_CMD_ALERT_GET && ret != SHELLTRAP_CMD_ALERT_NTF)
		return fault_set(fault, NULL, "the message is not a record");
	ret = attributes_read(&record_table, message, record, fault);
	if (!ret && record_kinds(record) > 1)
		ret = fault_set(fault, NULL, "the record is of more than one kind");
	return ret;
}

struct place record_place(const struct record *record)
{
	struct place place = { record->instance.value, record->seq.value };

	if (record->loss.reason && !record->loss.lost.known)
		place.seq = PLACE_END;
	else if (record->loss.reason && record->loss.lost.value)
		place.seq += record->loss.lost.value - 1;
	return place;
}

bool alert_argument(const struct bytes *argv, size_t *offset, struct bytes *argument)
{
	const char *end;

	if (*offset >= argv->len)
		return false;
	argument->data = argv->data + *offset;
	argument->len = argv->len - *offset;
	end = memchr(argument->data, '\0', argument->len);
	if (end)
		argument->len = end - argument->data;
	*offset += argument->len + 1;
	return true;
}

const struct alert_rule *alert_leading_rule(const struct alert *alert)
{
	return alert->rule_count ? &alert->rules[0] : NULL;
}

const struct alert_rule *repeats_rule(const struct repeats *repeats)
{
	return repeats->rule_count ? &repeats->rules[0] : NULL;
}

const struct alert_rule *record_rule(const struct record *record)
{
	return record->repeats.present ? repeats_rule(&record->repeats) :
					 alert_leading_rule(&record->alert);
}

static const char *record_name(const char *const *names, size_t count, uint64_t value)
{
	return value < count ? names[value] : NULL;
}

const char *loss_reason(const struct loss *loss)
{
	static const char *const reasons[] = {
		[SHELLTRAP_LOSS_NO_SLOT] = "more execs in flight than slots",
	};
	const char *reason = NULL;

	if (loss->reason)
		return loss->reason;
	if (loss->why.known)
		reason = record_name(reasons, ARRAY_SIZE(reasons), loss->why.value);
	return reason ? reason : "for a reason this program does not know";
}

static const char *const severities[] = {
	[SHELLTRAP_SEVERITY_LOW] = "low",
	[SHELLTRAP_SEVERITY_MEDIUM] = "medium",
	[SHELLTRAP_SEVERITY_HIGH] = "high",
	[SHELLTRAP_SEVERITY_CRITICAL] = "critical",
};

const struct choices severity_choices = CHOICES(severities);

const char *severity_name(uint64_t severity)
{
	return choice_name(&severity_choices, severity);
}

const char *verdict_name(uint64_t verdict)
{
	static const char *const names[] = {
		[SHELLTRAP_VERDICT_OBSERVED] = "observed",
		[SHELLTRAP_VERDICT_DENIED] = "denied",
		[SHELLTRAP_VERDICT_KILLED] = "killed",
		[SHELLTRAP_VERDICT_FAILED] = "failed",
		[SHELLTRAP_VERDICT_WOULD_DENY] = "would-deny",
		[SHELLTRAP_VERDICT_PENDING] = "pending",
		[SHELLTRAP_VERDICT_HELD] = "held",
		[SHELLTRAP_VERDICT_RELEASED] = "released",
	};

	return record_name(names, ARRAY_SIZE(names), verdict);
}

const char *unheld_name(uint64_t unheld)
{
	static const char *const names[] = {
		[SHELLTRAP_UNHELD_MAX] = "hold_max",
		[SHELLTRAP_UNHELD_PER_SERVER] = "hold_per_server",
		[SHELLTRAP_UNHELD_PER_USER] = "hold_per_user",
		[SHELLTRAP_UNHELD_OFF] = "enforcement-off",
		[SHELLTRAP_UNHELD_IMPOSSIBLE] = "impossible",
		[SHELLTRAP_UNHELD_NO_MEMORY] = "no-memory",
	};

	return record_name(names, ARRAY_SIZE(names), unheld);
}

const char *intervention_name(uint64_t verdict)
{
	static const char *const names[] = {
		[SHELLTRAP_VERDICT_DENIED] = "DENIED",
		[SHELLTRAP_VERDICT_KILLED] = "KILLED",
		[SHELLTRAP_VERDICT_WOULD_DENY] = "WOULD DENY",
		[SHELLTRAP_VERDICT_HELD] = "HELD",
	};

	return record_name(names, ARRAY_SIZE(names), verdict);
}

const char *verdict_verb(uint64_t verdict)
{
	static const char *const verbs[] = {
		[SHELLTRAP_VERDICT_DENIED] = "tried to run",
		[SHELLTRAP_VERDICT_KILLED] = "tried to run",
		[SHELLTRAP_VERDICT_FAILED] = "tried to run",
		[SHELLTRAP_VERDICT_HELD] = "tried to run",
	};
	const char *verb = record_name(verbs, ARRAY_SIZE(verbs), verdict);

	return verb ? verb : "ran";
}

const char *matched_name(uint64_t matched)
{
	static const char *const names[] = {
		[SHELLTRAP_MATCHED_COMM] = "comm",
		[SHELLTRAP_MATCHED_LEADER] = "leader",
		[SHELLTRAP_MATCHED_EXE] = "exe",
		[SHELLTRAP_MATCHED_FILE] = "file",
		[SHELLTRAP_MATCHED_ANCESTOR] = "ancestor",
		[SHELLTRAP_MATCHED_LINEAGE] = "lineage",
		[SHELLTRAP_MATCHED_PORT] = "port",
		[SHELLTRAP_MATCHED_RUNS] = "runs",
	};

	return record_name(names, ARRAY_SIZE(names), matched);
}

const char *stdio_type_name(uint64_t type)
{
	static const char *const names[] = {
		[SHELLTRAP_STDIO_NONE] = "none",
		[SHELLTRAP_STDIO_PIPE] = "pipe",
		[SHELLTRAP_STDIO_FIFO] = "fifo",
		[SHELLTRAP_STDIO_SOCKET] = "socket",
		[SHELLTRAP_STDIO_FILE] = "file",
		[SHELLTRAP_STDIO_DIR] = "dir",
		[SHELLTRAP_STDIO_CHR] = "chr",
		[SHELLTRAP_STDIO_BLK] = "blk",
	};

	return record_name(names, ARRAY_SIZE(names), type);
}

const char *socket_family_name(uint64_t family)
{
	static const char *const names[] = {
		[AF_UNIX] = "unix",
		[AF_INET] = "inet",
		[AF_INET6] = "inet6",
		[AF_NETLINK] = "netlink",
		[AF_PACKET] = "packet",
		[AF_TIPC] = "tipc",
		[AF_BLUETOOTH] = "bluetooth",
		[AF_ALG] = "alg",
		[AF_VSOCK] = "vsock",
		[AF_XDP] = "xdp",
	};

	return record_name(names, ARRAY_SIZE(names), family);
}

const char *socket_type_name(uint64_t type)
{
	static const char *const names[] = {
		[SOCK_STREAM] = "stream",
		[SOCK_DGRAM] = "dgram",
		[SOCK_RAW] = "raw",
		[SOCK_RDM] = "rdm",
		[SOCK_SEQPACKET] = "seqpacket",
		[SOCK_DCCP] = "dccp",
		[SOCK_PACKET] = "packet",
	};

	return record_name(names, ARRAY_SIZE(names), type);
}

/* As in the kernel's include/net/tcp_states.h; no uapi header has all of these states. */
enum {
	STATE_ESTABLISHED = 1,
	STATE_SYN_SENT,
	STATE_SYN_RECV,
	STATE_FIN_WAIT1,
	STATE_FIN_WAIT2,
	STATE_TIME_WAIT,
	STATE_CLOSE,
	STATE_CLOSE_WAIT,
	STATE_LAST_ACK,
	STATE_LISTEN,
	STATE_CLOSING,
	STATE_NEW_SYN_RECV,
	STATE_BOUND_INACTIVE,
};

const char *socket_state_name(uint64_t state)
{
	static const char *const names[] = {
		[STATE_ESTABLISHED] = "established",
		[STATE_SYN_SENT] = "syn_sent",
		[STATE_SYN_RECV] = "syn_recv",
		[STATE_FIN_WAIT1] = "fin_wait1",
		[STATE_FIN_WAIT2] = "fin_wait2",
		[STATE_TIME_WAIT] = "time_wait",
		[STATE_CLOSE] = "close",
		[STATE_CLOSE_WAIT] = "close_wait",
		[STATE_LAST_ACK] = "last_ack",
		[STATE_LISTEN] = "listen",
		[STATE_CLOSING] = "closing",
		[STATE_NEW_SYN_RECV] = "new_syn_recv",
		[STATE_BOUND_INACTIVE] = "bound_inactive",
	};

	return record_name(names, ARRAY_SIZE(names), state);
}

bool stdio_is_connected(const struct alert_stdio *stdio)
{
	return stdio->present && stdio->type.value == SHELLTRAP_STDIO_SOCKET &&
	       stdio->peer_addr.data;
}

const struct alert_stdio *alert_connection(const struct alert *alert)
{
	const struct alert_stdio *const both[] = { &alert->in, &alert->out };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(both); i++)
		if (stdio_is_connected(both[i]) && address_family(&both[i]->peer_addr))
			return both[i];
	return NULL;
}
