/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/*
 * The Shelltrap netlink channel.
 *
 * The module reports, and takes its policy, over generic netlink: family "shelltrap", version 1,
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
 * An alert counts for each rule that it lists, under its own verdict: a rule that only
 * tells of an exec which another one denied has it under DENIED, too. A verdict that a
 * rule has never had is left out. All verdicts of a rule together are its HITS; those of
 * an exception are what it has silenced, of which there is no alert and so no verdict. An
 * exec counts for the policy that decided it: another policy begins at 0, and what is
 * still in flight then is counted no more.
 *
 *
 * The policy
 * ----------
 *
 * A policy is sets and rules over sets. A set has members: names, of a program's
 * file or of a task; names of tasks alone (COMM); paths. Names and COMMs may end
 * in '*': every name that begins so. A task's name has at most 15 bytes; a longer
 * NAME fits a task by its first 15. A PATH fits what exec was given as that very
 * string, and the file it leads to, by device, inode and generation, whatever that
 * is called: the module follows it when the policy is committed, as seen by the
 * process that commits. A set also has the members of the sets it includes.
 *
 * RUNS is for servers that a runtime hosts: "PROGRAM:WHAT", the name of an executable's
 * file and what its command line makes it run, the script, module or class that comes
 * after the runtime's options. "java:org.apache.catalina.*", "python3*:gunicorn",
 * "node:/srv/app/server.js". Both may end in '*'. A WHAT without '/' fits the last part
 * of a path; one that begins with it fits the argument as it was given. It is for callers
 * alone, and fits by SHELLTRAP_SCOPE_LINEAGE: what a program will run is known when it
 * runs, and then of all that descends from it.
 *
 * A rule fits an exec when all it says fits: one of its ACTOR sets (who calls
 * exec, or is behind that, see SCOPE), one of its TARGET sets (what is started),
 * each of its CONDITIONS, UID, CGROUP and ARGV. What it doesn't say fits anything.
 * An exec is told of if a rule with SHELLTRAP_ACTION_ALERT fits and none with
 * SHELLTRAP_ACTION_ALLOW does.
 *
 * An exception (SHELLTRAP_ACTION_ALLOW) is not to be ridden by an attacker. So its
 * targets fit by the identity of the file alone, never by a name, and it must have
 * some; it never fits a file that is SHELLTRAP_CONDITION_FILE_DROPPED, nor an exec that
 * did not complete, nor one whose environment makes it run something else: variables
 * of libraries (LD_*, GCONV_PATH, GLIBC_TUNABLES, OPENSSL_CONF, OPENSSL_MODULES), of
 * shells (ENV, BASH_ENV, BASH_FUNC_*, SHELLOPTS, BASHOPTS, PS4, ZDOTDIR), of interpreters
 * (PERL5*, PERLLIB, PYTHON*, RUBY*, NODE_*, LUA_INIT*, PHPRC, PHP_INI_SCAN_DIR,
 * JAVA_TOOL_OPTIONS, JDK_JAVA_OPTIONS, _JAVA_OPTIONS), or a PATH with anything but the
 * system's own directories in it. ARGV is the whole argument vector, byte for byte, but
 * that "sh -c -- X" and "sh -c X" are the same, as a C library writes either.
 *
 * SHELLTRAP_ACTION_DENY and SHELLTRAP_ACTION_KILL tell of the exec as an alert does, and
 * keep the program from running a single instruction. DENY makes the exec fail with EPERM,
 * at the hook, in whichever interpreter round the rule fits. KILL sends SIGKILL when the
 * exec has completed and its command line can be read; so does DENY where no more is known
 * at the hook: an exception fits but for environment and ARGV, or the program is busybox
 * and its arguments say what it is to be. An exception that fits spares the exec, with
 * its CGROUP left out of account. Where there is no slot to keep the exec in until then,
 * it fails with EPERM.
 *
 * Neither is ever applied to pid 1 or to what the kernel itself starts, nor, without the
 * rule's flag ANYBODY, to a caller that is neither a server (of some rule's ACTOR) nor
 * descends from one. Nor is either applied while the module's parameter "enforce" is off,
 * nor for OBSERVE seconds from a commit on that says so (0xffffffff: for good; 0: from now
 * on they are; a commit that doesn't say leaves it as it is). Alerts then have the verdict
 * SHELLTRAP_VERDICT_WOULD_DENY.
 *
 * On PREEMPT_RT nothing can be killed: KILL, and DENY beside exceptions, are refused there
 * (EOPNOTSUPP), and busybox is only told of.
 *
 * A policy is replaced as a whole:
 *
 *	SHELLTRAP_CMD_POLICY_BEGIN	with MEMBERS, TEXT, SETS and RULES; what this
 *					socket began before is dropped
 *	SHELLTRAP_CMD_POLICY_ADD	any number of times, with SETs and RULEs
 *	SHELLTRAP_CMD_POLICY_COMMIT	the policy as added is in force from now on
 *
 * A transaction belongs to its socket and is gone when that is closed, and when
 * something is added that is wrong (ENOENT for what follows). One of which not all
 * has come that was announced is not committed: no message of it can get lost. Until
 * the commit succeeds, and if it does not, the policy in force stays. An exec is
 * decided by one policy from beginning to end, and by one of the two at any time. Where
 * the kernel had no memory for its answer (ENOBUFS from the socket), POLICIES in the
 * status tells whether the commit succeeded.
 *
 * A SET that comes again adds to it; INCLUDE, ACTOR and TARGET name sets that have
 * come before. Names of sets and rules are letters, digits, '_', '-' and '.'.
 *
 * SHELLTRAP_CMD_POLICY_GET (a dump, no attributes) answers with the policy in force
 * at the request, as messages like those of SHELLTRAP_CMD_POLICY_ADD after a first one
 * like that of SHELLTRAP_CMD_POLICY_BEGIN: sent back they make the same policy.
 *
 * SHELLTRAP_CMD_LOCK: until the next boot the policy stays as it is and the module
 * stays loaded. Then the requests that would change it get EPERM; each attempt, and
 * each to unload the module, is counted (REFUSED) and told in the kernel's log.
 *
 *
 * Errors
 * ------
 *
 * Parsing is strict: an unknown attribute, one of the wrong type or length, or
 * bytes behind the last one get EINVAL with a text in the extended ack (set
 * NETLINK_EXT_ACK), and nothing has happened. The same for a policy that makes no
 * sense; the text says what, and the ack's offset points at the attribute.
 * EPERM: CAP_NET_ADMIN is missing, or the policy is locked. EOPNOTSUPP for a policy: this
 * kernel can't do what it asks for; the text says what. ENOENT: no transaction
 * has begun. EOPNOTSUPP: no such command, or a dump where there is none and vice
 * versa.
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

/* Limits of a policy; beyond them is an error. Bytes are without the NUL. */
#define SHELLTRAP_SETS_MAX		64
#define SHELLTRAP_RULES_MAX		64
#define SHELLTRAP_MEMBERS_MAX		65536	/* of all sets together */
#define SHELLTRAP_TEXT_MAX		(4 << 20) /* bytes of all strings, see POLICY_A_TEXT */
#define SHELLTRAP_LABEL_MAX		47	/* bytes of a set's or rule's name */
#define SHELLTRAP_NAME_MAX		255	/* bytes of a member that is a name */
#define SHELLTRAP_PREFIX_MAX		63	/* bytes of one that ends in '*', without that */
#define SHELLTRAP_COMM_MAX		15	/* bytes of a task's name */
#define SHELLTRAP_HOSTED_MAX		256	/* members that are a RUNS */
#define SHELLTRAP_RUNS_MAX		95	/* bytes of a WHAT */
#define SHELLTRAP_TITLE_MAX		127	/* bytes of TITLE, THREAT, REFERENCE each */
#define SHELLTRAP_EXCEPTION_ARGV_MAX	4096	/* bytes of a rule's ARGV, with the NULs */

enum shelltrap_cmd {
	SHELLTRAP_CMD_STATUS_GET = 1,
	SHELLTRAP_CMD_ALERT_GET,
	SHELLTRAP_CMD_ALERT_NTF,
	SHELLTRAP_CMD_POLICY_BEGIN,
	SHELLTRAP_CMD_POLICY_ADD,
	SHELLTRAP_CMD_POLICY_COMMIT,
	SHELLTRAP_CMD_POLICY_GET,
	SHELLTRAP_CMD_LOCK,

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

/*
 * A rule. In an alert: NAME, SEVERITY, THREAT, of the first also TITLE and REFERENCE.
 * In the status: NAME, SEVERITY, ACTION, HITS and, of those, the alerts with each verdict,
 * in the order of enum shelltrap_verdict. In a policy: all but HITS and these; NAME,
 * SEVERITY and ACTION must be there.
 */
enum shelltrap_rule_attr {
	SHELLTRAP_RULE_A_NAME = 1,	/* string */
	SHELLTRAP_RULE_A_SEVERITY,	/* u32: enum shelltrap_severity */
	SHELLTRAP_RULE_A_TITLE,		/* string: a few words */
	SHELLTRAP_RULE_A_THREAT,	/* string: "TA0002/T1059.004 ...", MITRE ATT&CK */
	SHELLTRAP_RULE_A_REFERENCE,	/* string: an address or two */
	SHELLTRAP_RULE_A_ACTION,	/* u32: enum shelltrap_action */
	SHELLTRAP_RULE_A_ACTOR,		/* string, repeated: a set; absent: anybody */
	SHELLTRAP_RULE_A_SCOPE,		/* u32: enum shelltrap_scope; there if ACTOR is */
	SHELLTRAP_RULE_A_TARGET,	/* string, repeated: a set; absent: anything */
	SHELLTRAP_RULE_A_CONDITIONS,	/* u32: set of enum shelltrap_condition */
	SHELLTRAP_RULE_A_UID,		/* u32: real user id of the caller */
	SHELLTRAP_RULE_A_CGROUP,	/* string: path in the cgroup2 hierarchy; it or one below */
	SHELLTRAP_RULE_A_ARGV,		/* binary: arguments, each with its NUL; exceptions only */
	SHELLTRAP_RULE_A_HITS,		/* u64: execs it was told of, or has silenced */
	SHELLTRAP_RULE_A_PAD,
	SHELLTRAP_RULE_A_ANYBODY,	/* flag: DENY or KILL whoever the caller is */
	SHELLTRAP_RULE_A_OBSERVED,	/* u64; absent: 0, as with all that follow */
	SHELLTRAP_RULE_A_DENIED,	/* u64 */
	SHELLTRAP_RULE_A_KILLED,	/* u64 */
	SHELLTRAP_RULE_A_FAILED,	/* u64 */
	SHELLTRAP_RULE_A_WOULD_DENY,	/* u64 */
	SHELLTRAP_RULE_A_PENDING,	/* u64 */

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

/* Top level of SHELLTRAP_CMD_POLICY_*. */
enum shelltrap_policy_attr {
	SHELLTRAP_POLICY_A_MEMBERS = 1,	/* u32: how many will be added to sets */
	SHELLTRAP_POLICY_A_TEXT,	/* u32: bytes of all strings; see below */
	SHELLTRAP_POLICY_A_SET,		/* nest, repeated: enum shelltrap_set_attr */
	SHELLTRAP_POLICY_A_RULE,	/* nest, repeated: enum shelltrap_rule_attr */
	SHELLTRAP_POLICY_A_SETS,	/* u32: how many */
	SHELLTRAP_POLICY_A_RULES,	/* u32: how many */
	SHELLTRAP_POLICY_A_OBSERVE,	/* u32: seconds, in a commit; see above */

	__SHELLTRAP_POLICY_A_MAX,
	SHELLTRAP_POLICY_A_MAX = __SHELLTRAP_POLICY_A_MAX - 1
};

/*
 * What TEXT must come to at least: the length of each string of sets and rules with
 * its NUL, a final '*' included, and of each ARGV; 16 more for each PATH.
 */

enum shelltrap_set_attr {
	SHELLTRAP_SET_A_NAME = 1,	/* string */
	SHELLTRAP_SET_A_INCLUDE,	/* string, repeated: another set */
	SHELLTRAP_SET_A_MEMBER_NAME,	/* string, repeated: of a file or a task */
	SHELLTRAP_SET_A_MEMBER_COMM,	/* string, repeated: of a task alone */
	SHELLTRAP_SET_A_MEMBER_PATH,	/* string, repeated: absolute */
	SHELLTRAP_SET_A_MEMBER_RUNS,	/* string, repeated: "PROGRAM:WHAT" */

	__SHELLTRAP_SET_A_MAX,
	SHELLTRAP_SET_A_MAX = __SHELLTRAP_SET_A_MAX - 1
};

/* Counters count since load, but for those of rules: since that policy came into force. */
enum shelltrap_status_attr {
	SHELLTRAP_STATUS_A_VERSION = 1,	/* string: of the module */
	SHELLTRAP_STATUS_A_INSTANCE,	/* u64 */
	SHELLTRAP_STATUS_A_ARMED,	/* u32: set of enum shelltrap_armed, tried at the request */
	SHELLTRAP_STATUS_A_LISTENING,	/* flag: somebody has joined the group "alerts" */
	SHELLTRAP_STATUS_A_RULES,	/* u32: rules in force */
	SHELLTRAP_STATUS_A_NAMES,	/* u32: members of their sets */
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
	SHELLTRAP_STATUS_A_SILENCED,	/* u64: of HITS, those that an exception fitted */
	SHELLTRAP_STATUS_A_DISMISSED,	/* u64: of HITS, those that CGROUP then did not fit */
	SHELLTRAP_STATUS_A_RULE,	/* nest, repeated: enum shelltrap_rule_attr */
	SHELLTRAP_STATUS_A_POLICIES,	/* u32: committed since load; 0: the built-in one */
	SHELLTRAP_STATUS_A_PATHS,	/* u32: members that are paths */
	SHELLTRAP_STATUS_A_PATHS_MISSING, /* u32: of those, not found at the commit */
	SHELLTRAP_STATUS_A_LOCKED,	/* flag */
	SHELLTRAP_STATUS_A_REFUSED,	/* u64: attempts to change something, since it is locked */
	SHELLTRAP_STATUS_A_LINEAGE,	/* u32: tasks that are servers or descend from one */
	SHELLTRAP_STATUS_A_LEFT_OUT,	/* u64: times there was no room for one more */
	SHELLTRAP_STATUS_A_ENFORCE,	/* flag: the module's parameter of that name is on */
	SHELLTRAP_STATUS_A_OBSERVING,	/* u32: seconds left of OBSERVE; absent: it is over */
	SHELLTRAP_STATUS_A_DENIED,	/* u64: execs that were refused */
	SHELLTRAP_STATUS_A_KILLED,	/* u64: execs that were ended */
	SHELLTRAP_STATUS_A_WOULD_DENY,	/* u64: execs that would have been either */
	SHELLTRAP_STATUS_A_ESCAPED,	/* u64: execs to be refused that were not, but killed */
	SHELLTRAP_STATUS_A_DENY_MISSED,	/* u64: times the return probe had no instance left */

	__SHELLTRAP_STATUS_A_MAX,
	SHELLTRAP_STATUS_A_MAX = __SHELLTRAP_STATUS_A_MAX - 1
};

enum shelltrap_severity {
	SHELLTRAP_SEVERITY_LOW = 1,
	SHELLTRAP_SEVERITY_MEDIUM,
	SHELLTRAP_SEVERITY_HIGH,
	SHELLTRAP_SEVERITY_CRITICAL,
};

enum shelltrap_action {
	SHELLTRAP_ACTION_OFF = 1,	/* the rule never fits */
	SHELLTRAP_ACTION_ALERT,
	SHELLTRAP_ACTION_ALLOW,		/* an exception: no alert, whatever else fits */
	SHELLTRAP_ACTION_DENY,		/* alert, and the exec fails with EPERM */
	SHELLTRAP_ACTION_KILL,		/* alert, and the process ends before the program runs */
};

/* Whose sets a rule's ACTOR is held against. */
enum shelltrap_scope {
	SHELLTRAP_SCOPE_SELF = 1,	/* the calling task */
	SHELLTRAP_SCOPE_ANCESTORS,	/* it or a living ancestor */
	SHELLTRAP_SCOPE_LINEAGE,	/* it or anything it descends from */
};

/* Connected: a stream socket of AF_INET or AF_INET6 that has a peer. */
enum shelltrap_condition {
	SHELLTRAP_CONDITION_STDIN_CONNECTED = 1,
	SHELLTRAP_CONDITION_STDOUT_CONNECTED = 2,
	SHELLTRAP_CONDITION_STDIO_CONNECTED = 4, /* one of the two */
	/*
	 * The caller is not root and owns the file or may write to it; or the file's
	 * directory is world-writable; or the file has no name any more, as of a memfd.
	 * Of a caller that is root: it descends from a server, the file was changed
	 * after that had started, and it does not lie below usr, bin, sbin, lib, lib32,
	 * lib64, libx32, libexec, local or opt at the top of the caller's root directory
	 * or of another file system. Root of the user namespace that the server started
	 * in is root here.
	 */
	SHELLTRAP_CONDITION_FILE_DROPPED = 8,
};

enum shelltrap_verdict {
	SHELLTRAP_VERDICT_OBSERVED = 1,	/* the exec completed */
	SHELLTRAP_VERDICT_DENIED,	/* Shelltrap refused it */
	SHELLTRAP_VERDICT_KILLED,	/* Shelltrap killed the process before the program ran */
	SHELLTRAP_VERDICT_FAILED,	/* the exec did not complete for another reason */
	SHELLTRAP_VERDICT_WOULD_DENY,	/* it completed, and but for OBSERVE would not have */
	SHELLTRAP_VERDICT_PENDING,	/* it stands still, and its end is not waited for */
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
	SHELLTRAP_ARMED_DENY = 4,	/* a rule denies or kills, and the return probe is there */
};

#endif /* _UAPI_LINUX_SHELLTRAP_H */
