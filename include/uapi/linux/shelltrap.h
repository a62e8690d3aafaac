/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/*
 * The Shelltrap netlink channel.
 *
 * The module reports over generic netlink: family "shelltrap", version 1,
 * multicast group "alerts". Everything here needs CAP_NET_ADMIN in the initial
 * user namespace, joining the group included, and is reachable from the initial
 * network namespace only. Numbers are in host byte order. Strings end in NUL
 * and carry whatever bytes the kernel had: a file name may hold anything but
 * NUL and '/', so a consumer must not expect UTF-8.
 *
 *
 * Records
 * -------
 *
 * What the module has to say is a stream of records. A record is a message with
 * the attributes of enum shelltrap_record_attr: its number (SEQ), the instance
 * it belongs to (INSTANCE), the time (TIME), and exactly one of
 *
 *	ALERT	an exec that hit at least one rule;
 *	LOSS	execs that hit a rule but of which nothing else is known.
 *
 * SEQ starts at 1 when the module is loaded and grows by 1 from record to
 * record, without gaps. INSTANCE is a random number chosen at load: another
 * INSTANCE means another load, whose numbers start anew. Records stay in a
 * backlog in the kernel, bounded in bytes (module parameter backlog_size);
 * when it is full the oldest ones make room.
 *
 *
 * SHELLTRAP_CMD_ALERT_NTF: records as they happen
 * -----------------------------------------------
 *
 * Multicast to the group "alerts". A reader that is too slow, or for whom there
 * was no memory, gets ENOBUFS from its socket and has missed some; it notices
 * (ENOBUFS, or SEQ jumps) and asks for them with SHELLTRAP_CMD_ALERT_GET. To miss
 * nothing: join the group first, then dump from the first number wanted, then go
 * on with what the group delivered, dropping every SEQ already seen.
 *
 *
 * SHELLTRAP_CMD_ALERT_GET: records from a number on
 * -------------------------------------------------
 *
 * A dump request (NLM_F_REQUEST | NLM_F_DUMP). One optional attribute:
 *
 *	SHELLTRAP_RECORD_A_SEQ	the first number wanted; 0 or absent: the oldest
 *				held
 *
 * Answers with one message per record, in order, up to the newest record at the
 * time of the request. A first answer above the number asked for means that the
 * backlog no longer holds the ones between. Where the backlog overtakes a dump
 * that is under way, NLM_F_DUMP_INTR is set on the next message, which may be the
 * one that ends the dump: some records before it are gone.
 *
 *
 * SHELLTRAP_CMD_STATUS_GET: state and counters
 * --------------------------------------------
 *
 * A request without attributes; one answer, with the same command, holding the
 * attributes of enum shelltrap_status_attr.
 *
 *
 * Errors
 * ------
 *
 * Parsing is strict: an unknown attribute, one of the wrong type or length, or
 * bytes behind the last one get EINVAL with a text in the extended ack (set
 * NETLINK_EXT_ACK), and nothing has happened. EPERM: CAP_NET_ADMIN is missing.
 * EOPNOTSUPP: no such command, or a dump where there is none and vice versa.
 */
#ifndef _UAPI_LINUX_SHELLTRAP_H
#define _UAPI_LINUX_SHELLTRAP_H

#define SHELLTRAP_GENL_NAME		"shelltrap"
#define SHELLTRAP_GENL_VERSION		1
#define SHELLTRAP_GENL_GROUP_ALERTS	"alerts"

/* Limits on what an alert carries; what is longer is cut, never left out. */
#define SHELLTRAP_PATH_MAX		4096	/* bytes, with the NUL */
#define SHELLTRAP_INTERPRETER_MAX	2048	/* bytes, with the NUL */
#define SHELLTRAP_ARGV_MAX		8192	/* bytes, with the NULs */
#define SHELLTRAP_ANCESTORS_MAX		32

enum shelltrap_cmd {
	SHELLTRAP_CMD_STATUS_GET = 1,
	SHELLTRAP_CMD_ALERT_GET,
	SHELLTRAP_CMD_ALERT_NTF,

	__SHELLTRAP_CMD_MAX,
	SHELLTRAP_CMD_MAX = __SHELLTRAP_CMD_MAX - 1
};

/* Top level of SHELLTRAP_CMD_ALERT_GET and SHELLTRAP_CMD_ALERT_NTF. */
enum shelltrap_record_attr {
	SHELLTRAP_RECORD_A_SEQ = 1,	/* u64 */
	SHELLTRAP_RECORD_A_INSTANCE,	/* u64 */
	SHELLTRAP_RECORD_A_TIME,	/* u64: ns since the epoch, wall clock */
	SHELLTRAP_RECORD_A_ALERT,	/* nest: enum shelltrap_alert_attr */
	SHELLTRAP_RECORD_A_LOSS,	/* nest: enum shelltrap_loss_attr */
	SHELLTRAP_RECORD_A_PAD,

	__SHELLTRAP_RECORD_A_MAX,
	SHELLTRAP_RECORD_A_MAX = __SHELLTRAP_RECORD_A_MAX - 1
};

/*
 * One exec. RULE comes once for each rule hit, the most severe first. COMM is
 * the name of the calling task before exec; PATHNAME is what exec was given
 * ("/dev/fd/N" for a descriptor); INTERPRETER is the program that really ran:
 * equal to PATHNAME unless a "#!" line or binfmt_misc named another.
 */
enum shelltrap_alert_attr {
	SHELLTRAP_ALERT_A_RULE = 1,	/* nest, repeated: enum shelltrap_rule_attr */
	SHELLTRAP_ALERT_A_VERDICT,	/* u32: enum shelltrap_verdict */
	SHELLTRAP_ALERT_A_COMM,		/* string, at most 15 bytes */
	SHELLTRAP_ALERT_A_PATHNAME,	/* string */
	SHELLTRAP_ALERT_A_INTERPRETER,	/* string */
	SHELLTRAP_ALERT_A_PROCESS,	/* nest: enum shelltrap_process_attr */
	SHELLTRAP_ALERT_A_FILE,		/* nest: enum shelltrap_file_attr */
	SHELLTRAP_ALERT_A_SERVER,	/* nest: enum shelltrap_server_attr; absent: no server */
	SHELLTRAP_ALERT_A_ANCESTOR,	/* nest, repeated, parent first: shelltrap_ancestor_attr */
	SHELLTRAP_ALERT_A_STDIN,	/* nest: enum shelltrap_stdio_attr */
	SHELLTRAP_ALERT_A_STDOUT,	/* nest: enum shelltrap_stdio_attr */
	SHELLTRAP_ALERT_A_CGROUP_ID,	/* u64: id in the cgroup2 hierarchy */
	SHELLTRAP_ALERT_A_CGROUP_PATH,	/* string: path from the hierarchy's root */
	SHELLTRAP_ALERT_A_PAD,

	__SHELLTRAP_ALERT_A_MAX,
	SHELLTRAP_ALERT_A_MAX = __SHELLTRAP_ALERT_A_MAX - 1
};

enum shelltrap_rule_attr {
	SHELLTRAP_RULE_A_NAME = 1,	/* string */
	SHELLTRAP_RULE_A_SEVERITY,	/* u32: enum shelltrap_severity */

	__SHELLTRAP_RULE_A_MAX,
	SHELLTRAP_RULE_A_MAX = __SHELLTRAP_RULE_A_MAX - 1
};

/*
 * The process after the exec; where the exec did not complete, before it (then
 * there is no ARGV). Ids are those of the initial namespaces but for NS_PID.
 * Paths are as seen from the root of the mount namespace the file was opened
 * in, a chroot's path included; " (deleted)" follows the path of a file that
 * has no name any more.
 */
enum shelltrap_process_attr {
	SHELLTRAP_PROCESS_A_PID = 1,	/* u32: thread group */
	SHELLTRAP_PROCESS_A_TID,	/* u32: the thread that called exec */
	SHELLTRAP_PROCESS_A_COMM,	/* string, at most 15 bytes */
	SHELLTRAP_PROCESS_A_EXE,	/* string: path of the running executable */
	SHELLTRAP_PROCESS_A_ARGV,	/* binary: arguments, each with its NUL */
	SHELLTRAP_PROCESS_A_ARGC,	/* u32: how many exec was given */
	SHELLTRAP_PROCESS_A_ARGV_TRUNCATED, /* flag: ARGV is not all of them */
	SHELLTRAP_PROCESS_A_CWD,	/* string; absent: gone before it was read */
	SHELLTRAP_PROCESS_A_UID,	/* u32 */
	SHELLTRAP_PROCESS_A_GID,	/* u32 */
	SHELLTRAP_PROCESS_A_EUID,	/* u32 */
	SHELLTRAP_PROCESS_A_EGID,	/* u32 */
	SHELLTRAP_PROCESS_A_LOGINUID,	/* u32; absent: not set */
	SHELLTRAP_PROCESS_A_SESSIONID,	/* u32, audit session; absent: not set */
	SHELLTRAP_PROCESS_A_PID_NS,	/* u32: inode number of the pid namespace */
	SHELLTRAP_PROCESS_A_MNT_NS,	/* u32: of the mount namespace; absent: unknown */
	SHELLTRAP_PROCESS_A_NS_PID,	/* u32: PID in its own pid namespace */

	__SHELLTRAP_PROCESS_A_MAX,
	SHELLTRAP_PROCESS_A_MAX = __SHELLTRAP_PROCESS_A_MAX - 1
};

/*
 * The file that exec was given: for a script the script, not its interpreter.
 * Absent where it was not at hand any more when the exec hit a rule.
 */
enum shelltrap_file_attr {
	SHELLTRAP_FILE_A_PATH = 1,	/* string */
	SHELLTRAP_FILE_A_DEV_MAJOR,	/* u32 */
	SHELLTRAP_FILE_A_DEV_MINOR,	/* u32 */
	SHELLTRAP_FILE_A_INO,		/* u64 */
	SHELLTRAP_FILE_A_MODE,		/* u32: type and permission bits as in stat(2) */
	SHELLTRAP_FILE_A_UID,		/* u32 */
	SHELLTRAP_FILE_A_GID,		/* u32 */
	SHELLTRAP_FILE_A_PAD,

	__SHELLTRAP_FILE_A_MAX,
	SHELLTRAP_FILE_A_MAX = __SHELLTRAP_FILE_A_MAX - 1
};

/*
 * The web server behind the exec: the nearest ancestor that is one by name, or
 * the process itself where none is. MATCHED says why the calling task counts.
 */
enum shelltrap_server_attr {
	SHELLTRAP_SERVER_A_PID = 1,	/* u32: thread group */
	SHELLTRAP_SERVER_A_COMM,	/* string, at most 15 bytes */
	SHELLTRAP_SERVER_A_EXE,		/* string; absent: gone before it was read */
	SHELLTRAP_SERVER_A_MATCHED,	/* u32: enum shelltrap_matched */

	__SHELLTRAP_SERVER_A_MAX,
	SHELLTRAP_SERVER_A_MAX = __SHELLTRAP_SERVER_A_MAX - 1
};

enum shelltrap_ancestor_attr {
	SHELLTRAP_ANCESTOR_A_PID = 1,	/* u32: thread group */
	SHELLTRAP_ANCESTOR_A_COMM,	/* string, at most 15 bytes: of the thread that forked */

	__SHELLTRAP_ANCESTOR_A_MAX,
	SHELLTRAP_ANCESTOR_A_MAX = __SHELLTRAP_ANCESTOR_A_MAX - 1
};

/*
 * What a standard descriptor was when exec was called. Only a socket has more
 * than TYPE; only AF_INET and AF_INET6 have addresses (4 or 16 bytes, network
 * order), and PEER_* only where it is connected.
 */
enum shelltrap_stdio_attr {
	SHELLTRAP_STDIO_A_TYPE = 1,	/* u32: enum shelltrap_stdio_type */
	SHELLTRAP_STDIO_A_FAMILY,	/* u32: AF_* */
	SHELLTRAP_STDIO_A_SOCK_TYPE,	/* u32: SOCK_* */
	SHELLTRAP_STDIO_A_STATE,	/* u32: TCP_* of the kernel, whatever the family */
	SHELLTRAP_STDIO_A_LOCAL_ADDR,	/* binary */
	SHELLTRAP_STDIO_A_LOCAL_PORT,	/* u32 */
	SHELLTRAP_STDIO_A_PEER_ADDR,	/* binary */
	SHELLTRAP_STDIO_A_PEER_PORT,	/* u32 */

	__SHELLTRAP_STDIO_A_MAX,
	SHELLTRAP_STDIO_A_MAX = __SHELLTRAP_STDIO_A_MAX - 1
};

enum shelltrap_loss_attr {
	SHELLTRAP_LOSS_A_LOST = 1,	/* u64: execs lost since the record before */
	SHELLTRAP_LOSS_A_WHY,		/* u32: enum shelltrap_loss */
	SHELLTRAP_LOSS_A_PAD,

	__SHELLTRAP_LOSS_A_MAX,
	SHELLTRAP_LOSS_A_MAX = __SHELLTRAP_LOSS_A_MAX - 1
};

/* Counters count since load. */
enum shelltrap_status_attr {
	SHELLTRAP_STATUS_A_VERSION = 1,	/* string: of the module */
	SHELLTRAP_STATUS_A_INSTANCE,	/* u64 */
	SHELLTRAP_STATUS_A_ARMED,	/* u32: set of enum shelltrap_armed, tried at the request */
	SHELLTRAP_STATUS_A_LISTENING,	/* flag: somebody has joined the group "alerts" */
	SHELLTRAP_STATUS_A_RULES,	/* u32: rules in force */
	SHELLTRAP_STATUS_A_NAMES,	/* u32: names they know */
	SHELLTRAP_STATUS_A_SEQ_OLDEST,	/* u64: oldest record held; SEQ_NEXT if none is */
	SHELLTRAP_STATUS_A_SEQ_NEXT,	/* u64: number the next record will get */
	SHELLTRAP_STATUS_A_BACKLOG_SIZE, /* u64: bytes */
	SHELLTRAP_STATUS_A_BACKLOG_USED, /* u64: bytes */
	SHELLTRAP_STATUS_A_SLOTS,	/* u32: execs that can be in flight at once */
	SHELLTRAP_STATUS_A_EXECS,	/* u64: execs checked */
	SHELLTRAP_STATUS_A_HITS,	/* u64: execs that hit a rule */
	SHELLTRAP_STATUS_A_ALERTS,	/* u64: of those, in an ALERT record */
	SHELLTRAP_STATUS_A_LOST,	/* u64: of those, in a LOSS record */
	SHELLTRAP_STATUS_A_OVERWRITTEN,	/* u64: records dropped before anybody was handed them */
	SHELLTRAP_STATUS_A_UNSENT,	/* u64: records that reached none of those listening */
	SHELLTRAP_STATUS_A_MISSED,	/* u64: times the kernel skipped the probe */
	SHELLTRAP_STATUS_A_PAD,

	__SHELLTRAP_STATUS_A_MAX,
	SHELLTRAP_STATUS_A_MAX = __SHELLTRAP_STATUS_A_MAX - 1
};

enum shelltrap_severity {
	SHELLTRAP_SEVERITY_LOW = 1,
	SHELLTRAP_SEVERITY_MEDIUM,
	SHELLTRAP_SEVERITY_HIGH,
	SHELLTRAP_SEVERITY_CRITICAL,
};

enum shelltrap_verdict {
	SHELLTRAP_VERDICT_OBSERVED = 1,	/* the exec completed */
	SHELLTRAP_VERDICT_DENIED,	/* Shelltrap refused it */
	SHELLTRAP_VERDICT_KILLED,	/* Shelltrap killed the process before the program ran */
	SHELLTRAP_VERDICT_FAILED,	/* the exec did not complete for another reason */
};

/* Why a task counts as a web server, the most direct reason. */
enum shelltrap_matched {
	SHELLTRAP_MATCHED_COMM = 1,	/* its own name */
	SHELLTRAP_MATCHED_LEADER,	/* the name of its thread group's leader */
	SHELLTRAP_MATCHED_EXE,		/* the file name of its executable */
	SHELLTRAP_MATCHED_FILE,		/* the identity of its executable */
	SHELLTRAP_MATCHED_ANCESTOR,	/* an ancestor's name */
	SHELLTRAP_MATCHED_LINEAGE,	/* it descends from a server that may be gone */
};

enum shelltrap_stdio_type {
	SHELLTRAP_STDIO_NONE = 1,	/* closed */
	SHELLTRAP_STDIO_PIPE,
	SHELLTRAP_STDIO_FIFO,		/* a pipe with a name */
	SHELLTRAP_STDIO_SOCKET,
	SHELLTRAP_STDIO_FILE,
	SHELLTRAP_STDIO_DIR,
	SHELLTRAP_STDIO_CHR,
	SHELLTRAP_STDIO_BLK,
};

enum shelltrap_loss {
	SHELLTRAP_LOSS_NO_SLOT = 1,	/* more execs in flight than slots */
};

enum shelltrap_armed {
	SHELLTRAP_ARMED_CHECK = 1,	/* the kprobe on security_bprm_check fires */
	SHELLTRAP_ARMED_DONE = 2,	/* the tracepoint sched_process_exec is connected */
};

#endif /* _UAPI_LINUX_SHELLTRAP_H */
