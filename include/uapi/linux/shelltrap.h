/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/*
 * The Shelltrap netlink channel.
 *
 * The module sends alerts and receives its policy over generic netlink: family "shelltrap",
 * version 1, multicast group "alerts". Everything needs CAP_NET_ADMIN in the initial user
 * namespace, also joining the group, and works only in the initial network namespace. The
 * commands that change what is detected and enforced (SHELLTRAP_CMD_POLICY_BEGIN, _ADD and
 * _COMMIT, SHELLTRAP_CMD_LOCK, SHELLTRAP_CMD_RELEASE) need CAP_SYS_ADMIN there, too: a web
 * server may well have been given CAP_NET_ADMIN.
 * Numbers are in host byte order. Strings end in NUL and contain the bytes that the kernel
 * had: a file name may contain any byte but NUL and '/', so a reader must not expect UTF-8.
 *
 *
 * Records
 * -------
 *
 * The module sends a stream of records. A record is a message with the attributes of enum
 * shelltrap_record_attr: its number (SEQ), the number of the module instance (INSTANCE), the
 * time (TIME), and exactly one of
 *
 *	ALERT	an exec that hit at least one rule
 *	LOSS	a number of execs that hit a rule, by user, server and rule; nothing else is
 *		known about them
 *	EVENT	something happened to the module itself, for example another policy
 *	OUTCOME	how an exec ended whose alert had the verdict PENDING or HELD
 *	REPEATS	a number of execs like one in an earlier ALERT, which have no ALERT of their own
 *
 * A later version of the module may have other kinds of records. A reader skips a record whose
 * kind it does not know. Such a record has a number like any other, and is no loss.
 *
 * SEQ starts at 1 when the module is loaded and grows by 1 with each record, without gaps.
 * INSTANCE is a random number chosen when the module is loaded. Another INSTANCE means that
 * the module was loaded again and that SEQ has started again. The kernel keeps records in a
 * backlog of limited size (module parameter backlog_size, in bytes). When the backlog is
 * full, a new record pushes out the oldest ones. Some of these are kept longer if no reader
 * has received them yet, so that nobody can push out the records of others: see "Who can take
 * how much".
 *
 * Where an alert would push out a record that no reader has received, and an alert like it
 * is in the backlog, it becomes part of a REPEATS. It is like it if server, user, rules,
 * verdict, program and arguments are the same. The COUNT of a REPEATS grows only until a
 * reader receives it; more execs are counted in the next one.
 *
 *
 * SHELLTRAP_CMD_ALERT_NTF: records as they happen
 * -----------------------------------------------
 *
 * Each record is multicast to the group "alerts". A reader misses records if it is too slow
 * or if the kernel had no memory for the message. It learns so by ENOBUFS from its socket,
 * or by a gap in SEQ, and asks for the missing records with SHELLTRAP_CMD_ALERT_GET. To miss
 * nothing: join the group first, then dump from the first number wanted, then go on with
 * what the group has delivered, and drop each SEQ already seen.
 *
 *
 * SHELLTRAP_CMD_ALERT_GET: records from a number on
 * -------------------------------------------------
 *
 * A dump request (NLM_F_REQUEST | NLM_F_DUMP) with one optional attribute:
 *
 *	SHELLTRAP_RECORD_A_SEQ	the first number wanted; 0 or absent: the oldest record in
 *				the backlog
 *
 * The answer has one message for each record, in order, up to the newest record at the time
 * of the request. If a record has a higher number than the one after the record before it, or,
 * if it is the first one, than requested, the records in between are gone. If the backlog
 * drops records before a running dump has sent them, the next
 * message has NLM_F_DUMP_INTR set; this may be the message that ends the dump.
 *
 *
 * SHELLTRAP_CMD_STATUS_GET: state and counters
 * --------------------------------------------
 *
 * A request without attributes. The answer is one message with the same command and the
 * attributes of enum shelltrap_status_attr.
 *
 * An alert counts for each rule that it lists, under the verdict of the alert. For example, a
 * rule with SHELLTRAP_ACTION_ALERT counts an exec under DENIED if another rule denied it. A
 * verdict that a rule has never had is left out. HITS of a rule is the sum of all verdicts.
 * HITS of an exception is the number of execs that it silenced; these have no alert and no
 * verdict. An exec counts for the policy that decided on it. When another policy comes into
 * force, the counters of rules start at 0, and execs in flight do not count any more.
 *
 *
 * The policy
 * ----------
 *
 * A policy consists of sets, and of rules that name sets. A set has members of these kinds:
 *
 *	NAME	the name of a program's file, or of a task
 *	COMM	the name of a task only
 *	PATH	an absolute path of a program
 *	RUNS	"PROGRAM:WHAT", a server that a runtime hosts
 *	PORTS	a TCP port, "80", or a range, "8000-8008"
 *	NEVER	the name of an executable that is no server, whatever it does
 *
 * A NAME or COMM that ends in '*' matches every name that starts with the part before '*'. One
 * that ends in "[version]" matches the part before it, alone or with a version: digits and dots
 * that begin with a digit, perhaps after a '-'. "php-fpm[version]" matches php-fpm8.2 and not
 * php-fpm-healthcheck. The same patterns may be in RUNS and NEVER.
 * A process that listens on one of the PORTS is in the set, as an actor by
 * SHELLTRAP_SCOPE_LINEAGE, with its descendants. In a set with PORTS, in a set that includes one,
 * and in the sets that such a set includes, the other members are only a hint
 * for a caller until it listens on any TCP port or UNIX stream socket. A hint matches rules of at
 * most SHELLTRAP_SEVERITY_MEDIUM with SHELLTRAP_SCOPE_SELF, and without the flag ANYBODY nothing
 * is refused by it. If the kernel's listen() cannot be probed (SHELLTRAP_ARMED_LISTEN), names
 * decide everywhere. An executable whose name is in NEVER makes no process a member of the set,
 * if the file is root's and not on a file system without set-user-ID. It takes no process out of
 * a lineage.
 * The kernel cuts the name of a task to 15 bytes, so a longer NAME matches a task by its
 * first 15 bytes. A PATH matches if exec was given exactly this string. It also matches the
 * file that the path leads to, under any name, by device, inode and generation. The module
 * resolves the path when the policy is committed, as the committing process sees it. A set
 * also has all members of the sets that it includes.
 *
 * In RUNS, PROGRAM is the name of an executable's file, and WHAT is the script, module or
 * class that its command line makes it run: the first argument after the runtime's options.
 * Examples: "java:org.apache.catalina.*", "python3*:gunicorn", "node:/srv/app/server.js".
 * Both parts may end in '*'. A WHAT without '/' matches the last component of a path. A WHAT
 * that starts with '/' matches the argument as it was given. RUNS matches only callers, and
 * only by SHELLTRAP_SCOPE_LINEAGE: what a program runs is known only after its exec. From
 * then on RUNS matches the process and everything that descends from it.
 *
 * A rule matches an exec if all its parts match: one of its ACTOR sets (the caller, or a
 * process from which the caller descends, see SCOPE), one of its TARGET sets (the program
 * that is started), each of its CONDITIONS, UID, CGROUP and ARGV. An absent part matches
 * everything. The module sends an alert if a rule with SHELLTRAP_ACTION_ALERT matches and no
 * rule with SHELLTRAP_ACTION_ALLOW does.
 *
 * An attacker must not be able to hide behind an exception (SHELLTRAP_ACTION_ALLOW).
 * Therefore an exception must have targets, and they match only by the identity of the file,
 * never by a name. An exception never matches a file that is SHELLTRAP_CONDITION_FILE_DROPPED,
 * an exec that did not complete, one with SHELLTRAP_CONDITION_CODE_INJECTED, or one that is
 * not clean: for which another process may change what is run (enum shelltrap_unclean), or one
 * of whose variables may, unless ENVIRONMENT names that variable.
 * A variable may do so unless it is known to be harmless. Harmless are variables of the session
 * (LANG, LC_*, TZ, TERM, USER, LOGNAME, PWD, SHLVL, ...), of the service manager
 * (INVOCATION_ID, JOURNAL_STREAM, ...), of CGI, NODE_ENV, PYTHON_VERSION and the like, with
 * values that are words; and PATH, HOME, SHELL, XDG_*, GEM_HOME, ZDOTDIR and others that name
 * paths, if the paths are absolute and only root can write to each of them and to all
 * directories above them. Each word of ENVIRONMENT names a variable: NAME with any value,
 * NAME=VALUE with this value, or NAME_* for all names with this beginning. If the command line
 * has a relative path, a script by its name alone, or a module or code of python, the exception
 * needs CWD, the working directory. A module that does not know these attributes refuses the
 * policy.
 * ARGV must equal the whole argument vector, byte by byte; only "sh -c -- X" and "sh -c X"
 * are the same, because C libraries write one or the other.
 *
 * ARGV_HOLES takes the place of ARGV if parts of the arguments may vary. In it these stand for
 * one or more characters: {number} for digits; {hex} for hexadecimal digits; {word} for
 * letters, digits, '_', '.' and '-', not '.' or '-' at the beginning; {uuid}; and {file:DIR}
 * for DIR and one or more such words, each after a '/'. "{{" stands for the character '{'.
 * Two holes need a character between them that neither can contain. The module refuses a hole
 * where a shell or a program such as env takes a command, a script or a variable. A module
 * that does not know this attribute refuses the policy.
 *
 * SHELLTRAP_ACTION_DENY and SHELLTRAP_ACTION_KILL send an alert, too, and keep the program
 * from running a single instruction. DENY makes the exec fail with EPERM at the hook, in the
 * interpreter round in which the rule matches. KILL sends SIGKILL when the exec has completed
 * and its command line can be read. DENY does the same if the hook cannot decide yet: when
 * an exception matches apart from environment and ARGV, or when the program is busybox, whose
 * arguments say what it is. If an exception matches then, the exec goes on; its CGROUP is
 * ignored for this decision. The decision holds until the exec is over, however long it
 * stands still. If the module has no room left to keep the exec until then, the exec fails
 * with EPERM.
 *
 * Neither action is ever applied to pid 1 or to processes that the kernel itself starts.
 * Without the flag ANYBODY of the rule, it applies only to a caller that is a server (in an
 * ACTOR set of some rule) or descends from one. Neither action is applied while the module
 * parameter "enforce" is off. A commit with OBSERVE suspends both actions for that many
 * seconds (0xffffffff: without end; 0: ends a suspension; a commit without OBSERVE changes
 * nothing). Alerts then have the verdict SHELLTRAP_VERDICT_WOULD_DENY.
 *
 * SHELLTRAP_ACTION_HOLD sends an alert, and lets the exec complete. Then the process waits,
 * before the new program's first instruction, until SHELLTRAP_CMD_RELEASE names its alert, or
 * HOLD_SECONDS are over, or the module is unloaded. After that it runs the program or, with
 * SHELLTRAP_HOLD_THEN_KILL, is killed. Nothing else ends the wait but a signal that ends the
 * process: a stopped process could be continued by any process of its user. The alert has the
 * verdict SHELLTRAP_VERDICT_HELD, and an OUTCOME follows with RELEASED or KILLED. If another
 * rule denies or kills the exec, that happens instead. The module holds only processes that
 * descend from a server, never pid 1 or a helper that the kernel starts. At most HOLD_MAX execs
 * are held at once, HOLD_PER_SERVER of a server (the outermost one) and HOLD_PER_USER of a
 * user. Half of HOLD_MAX is reserved: for servers that run as a user below 1000, or in the
 * cgroup of a systemd service that is not a user's. An exec beyond these bounds runs. Its alert
 * has SHELLTRAP_VERDICT_OBSERVED, and UNHELD says why. A process stays held by the policy that
 * held it, whichever policy comes into force, and if "enforce" is switched off.
 *
 * A policy is replaced as a whole:
 *
 *	SHELLTRAP_CMD_POLICY_BEGIN	with MEMBERS, TEXT, SETS and RULES, and perhaps with
 *					HOLD_*; drops what this socket began before
 *	SHELLTRAP_CMD_POLICY_ADD	any number of times, with SET and RULE attributes
 *	SHELLTRAP_CMD_POLICY_COMMIT	puts the policy into force
 *
 * A transaction belongs to one socket. It ends when the socket is closed, and when a message
 * adds something wrong (later messages get ENOENT). The commit fails if the numbers of sets,
 * rules and members are not those announced, so a lost message cannot go unnoticed. The
 * policy in force stays until a commit succeeds. Each exec is decided by one policy from
 * start to end, and at any time either the old or the new policy decides. If the kernel had
 * no memory for its answer (ENOBUFS from the socket), POLICIES in the status shows whether
 * the commit succeeded.
 *
 * A SET with the name of an earlier one adds to this set. INCLUDE, ACTOR and TARGET must name
 * sets that were sent before. Names of sets and rules consist of letters, digits, '_', '-'
 * and '.'.
 *
 * SHELLTRAP_CMD_POLICY_GET (a dump without attributes) sends the policy in force at the time
 * of the request: first a message like that of SHELLTRAP_CMD_POLICY_BEGIN, then messages like
 * those of SHELLTRAP_CMD_POLICY_ADD. Sent back to the module they build the same policy.
 *
 * SHELLTRAP_CMD_LOCK keeps the policy unchanged and the module loaded until the next boot.
 * Requests that would change the policy get EPERM. Each such attempt, and each attempt to
 * unload the module, is counted (REFUSED) and logged in the kernel's log.
 *
 *
 * SHELLTRAP_CMD_SERVERS_GET: the servers that are known
 * -----------------------------------------------------
 *
 * A dump request without attributes. The answer has a message for each process that serves and
 * is an actor of some rule, with the attributes of enum shelltrap_servers_attr. Processes that
 * descend from a server have no message of their own. If servers share an entry (see below),
 * PID and COMM are those of the first.
 *
 *
 * SHELLTRAP_CMD_HELD_GET and SHELLTRAP_CMD_RELEASE: execs that are held
 * ----------------------------------------------------------------------
 *
 * HELD_GET is a dump request without attributes. The answer has a message for each process that
 * is held now, with the attributes of enum shelltrap_held_attr but KILL. RELEASE has SEQ, and
 * lets that process run its program. With KILL it is killed instead, with its branch of the
 * lineage: the first program that its server has run in a child, and all that was forked from
 * it, whatever their parents are by now. What such a process forks later is killed, too, before
 * it runs. With KILL_SERVER all that descends from its server is killed, and the server itself.
 * RELEASE fails with ENOENT if no process is held for an alert SEQ, or if its server is not
 * known; the extended ack says which.
 *
 *
 * Events
 * ------
 *
 * An EVENT says what happened to the module, and by whom. The first record of an instance is
 * the event LOADED; an unload begins with UNLOADING. The module tests every 10 seconds whether
 * its probes fire (parameter canary_interval, in seconds, 0: never); DISARMED, ARMED and
 * PROBE_MISSED come from these tests. CHANGED are rules that both policies have, and that do
 * not have the same attributes; the members of sets are not compared. SHA256 in a
 * POLICY_LOADED is what the loader gave as SHELLTRAP_POLICY_A_SHA256 with its commit, and
 * absent if it gave none. The shelltrap program gives the SHA-256 of the bytes that "shelltrap
 * policy show" prints. The module cannot check this value: it is the claim of a process with
 * CAP_SYS_ADMIN.
 *
 *
 * Errors
 * ------
 *
 *	EINVAL		an unknown attribute, a wrong type or length, or bytes after the last
 *			attribute: nothing has happened. Or a policy that makes no sense: its
 *			transaction has ended. The extended ack (set NETLINK_EXT_ACK) has a
 *			text that says what is wrong, and the offset of the attribute.
 *	EPERM		a capability is missing (the extended ack says so where it is
 *			CAP_SYS_ADMIN), or the policy is locked
 *	ENOENT		no transaction has begun on this socket
 *	EBUSY		too many transactions at the same time
 *	EOPNOTSUPP	there is no such command, or it has no dump, or only a dump
 *
 *
 * Who can take how much
 * ---------------------
 *
 * Users share what the module has set aside. A user is the real user id; below another user
 * namespace it is the owner of that namespace.
 *
 *	execs in flight		SLOTS of them, 32 for each CPU, 256 to 2048. A user may have as
 *				many as are free, and one server half of that. Where less than
 *				half is free, an exec that has stood still for a second is
 *				reported as SHELLTRAP_VERDICT_PENDING and gives its room up,
 *				unless a rule denies or kills it. An exec that finds no room
 *				becomes part of a LOSS.
 *	servers			2048. A user may have as many as are free; 64 of these may be
 *				servers by a task's name alone. One more shares an entry with
 *				another server of that user, which counts as serving if one of
 *				the two does.
 *	calls of listen()	64 at the same time. Another one is found a second later.
 *	their descendants	32 for each MiB of memory, four times as many as the kernel
 *				allows threads. A task that finds no room is counted (LEFT_OUT),
 *				and looked for again after 5 seconds.
 *	backlog			its size is a module parameter. All records share it. Of those
 *				that it pushes out unread, an eighth of its size, at most 512,
 *				move to a reserve, until a reader has received them. A user
 *				may have as much there as is free, one server half of that,
 *				and a server's alerts half of that again, except for the first
 *				one of each rule. The server is the outermost one.
 */
#ifndef _UAPI_LINUX_SHELLTRAP_H
#define _UAPI_LINUX_SHELLTRAP_H

#define SHELLTRAP_GENL_NAME		"shelltrap"
#define SHELLTRAP_GENL_VERSION		1
#define SHELLTRAP_GENL_GROUP_ALERTS	"alerts"

/* Limits of an alert. Longer values are cut, not left out. */
#define SHELLTRAP_PATH_MAX		4096	/* bytes, with the NUL */
#define SHELLTRAP_INTERPRETER_MAX	2048	/* bytes, with the NUL */
#define SHELLTRAP_ARGV_MAX		8192	/* bytes, with the NULs */
#define SHELLTRAP_ANCESTORS_MAX		32
#define SHELLTRAP_CLIENTS_MAX		8
#define SHELLTRAP_LOSS_CAUSES_MAX	16	/* of a LOSS */
#define SHELLTRAP_CGI_MAX		1024	/* bytes of a value of the request, with the NUL */

/* Limits of a policy. More is an error. Bytes do not include the NUL. */
#define SHELLTRAP_SETS_MAX		64
#define SHELLTRAP_RULES_MAX		64
#define SHELLTRAP_MEMBERS_MAX		65536	/* of all sets together */
#define SHELLTRAP_TEXT_MAX		(4 << 20) /* bytes of all strings, see POLICY_A_TEXT */
#define SHELLTRAP_LABEL_MAX		47	/* bytes of a set's or rule's name */
#define SHELLTRAP_NAME_MAX		255	/* bytes of a member that is a name */
#define SHELLTRAP_PREFIX_MAX		63	/* bytes of a name before its final '*' */
#define SHELLTRAP_COMM_MAX		15	/* bytes of a task's name */
#define SHELLTRAP_HOSTED_MAX		256	/* members that are a RUNS */
#define SHELLTRAP_RUNS_MAX		95	/* bytes of a WHAT */
#define SHELLTRAP_PORTS_MAX		256	/* members that are a PORTS */
#define SHELLTRAP_TITLE_MAX		127	/* bytes of TITLE, THREAT, REFERENCE each */
#define SHELLTRAP_EXCEPTION_ARGV_MAX	4096	/* bytes of a rule's ARGV, with the NULs */
#define SHELLTRAP_EXCEPTION_ENVIRONMENT_MAX 2048 /* bytes of a rule's ENVIRONMENT */
#define SHELLTRAP_NOT_CGROUP_MAX	4096	/* bytes of a rule's NOT_CGROUP, with the NULs */

#define SHELLTRAP_HOLD_MAX		64	/* the largest HOLD_MAX */
#define SHELLTRAP_HOLD_SECONDS_MAX	300	/* the largest HOLD_SECONDS */

#define SHELLTRAP_SHA256_SIZE		32	/* bytes of a SHA-256 */

enum shelltrap_cmd {
	SHELLTRAP_CMD_STATUS_GET = 1,
	SHELLTRAP_CMD_ALERT_GET,
	SHELLTRAP_CMD_ALERT_NTF,
	SHELLTRAP_CMD_POLICY_BEGIN,
	SHELLTRAP_CMD_POLICY_ADD,
	SHELLTRAP_CMD_POLICY_COMMIT,
	SHELLTRAP_CMD_POLICY_GET,
	SHELLTRAP_CMD_LOCK,
	SHELLTRAP_CMD_SERVERS_GET,
	SHELLTRAP_CMD_HELD_GET,
	SHELLTRAP_CMD_RELEASE,

	__SHELLTRAP_CMD_MAX,
	SHELLTRAP_CMD_MAX = __SHELLTRAP_CMD_MAX - 1
};

/* Top level of SHELLTRAP_CMD_ALERT_GET and SHELLTRAP_CMD_ALERT_NTF. */
enum shelltrap_record_attr {
	SHELLTRAP_RECORD_A_SEQ = 1,	/* u64 */
	SHELLTRAP_RECORD_A_INSTANCE,	/* u64 */
	SHELLTRAP_RECORD_A_TIME,	/* u64: wall clock, ns since the epoch */
	SHELLTRAP_RECORD_A_ALERT,	/* nest: enum shelltrap_alert_attr */
	SHELLTRAP_RECORD_A_LOSS,	/* nest: enum shelltrap_loss_attr */
	SHELLTRAP_RECORD_A_PAD,
	SHELLTRAP_RECORD_A_EVENT,	/* nest: enum shelltrap_event_attr */
	SHELLTRAP_RECORD_A_OUTCOME,	/* nest: enum shelltrap_outcome_attr */
	SHELLTRAP_RECORD_A_REPEATS,	/* nest: enum shelltrap_repeats_attr */

	__SHELLTRAP_RECORD_A_MAX,
	SHELLTRAP_RECORD_A_MAX = __SHELLTRAP_RECORD_A_MAX - 1
};

/*
 * One exec. There is one RULE for each rule hit, the most severe first. COMM is the name of
 * the calling task before the exec. PATHNAME is what exec was given ("/dev/fd/N" for a
 * descriptor). INTERPRETER is the program that really ran: it equals PATHNAME unless a "#!"
 * line or binfmt_misc named another program.
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
	SHELLTRAP_ALERT_A_CGROUP_ID,	/* u64: id in the cgroup2 hierarchy, if that is in use */
	SHELLTRAP_ALERT_A_CGROUP_PATH,	/* string: path from the hierarchy's root */
	SHELLTRAP_ALERT_A_PAD,
	SHELLTRAP_ALERT_A_REQUEST,	/* nest: enum shelltrap_request_attr; absent: no server */
	SHELLTRAP_ALERT_A_UNHELD,	/* u32: enum shelltrap_unheld; absent: no rule holds it */

	__SHELLTRAP_ALERT_A_MAX,
	SHELLTRAP_ALERT_A_MAX = __SHELLTRAP_ALERT_A_MAX - 1
};

/*
 * A rule. In an alert it has NAME, SEVERITY and THREAT; the first rule also has TITLE and
 * REFERENCE. In the status it has NAME, SEVERITY, ACTION, HITS, and OBSERVED to PENDING: the
 * alerts with each verdict, in the order of enum shelltrap_verdict, and HELD. In a policy it may
 * have all attributes but HITS, OBSERVED to PENDING and HELD, but not both ARGV and ARGV_HOLES;
 * NAME, SEVERITY and ACTION are required.
 */
enum shelltrap_rule_attr {
	SHELLTRAP_RULE_A_NAME = 1,	/* string */
	SHELLTRAP_RULE_A_SEVERITY,	/* u32: enum shelltrap_severity */
	SHELLTRAP_RULE_A_TITLE,		/* string: a few words */
	SHELLTRAP_RULE_A_THREAT,	/* string: MITRE ATT&CK, "TA0002/T1059.004 ..." */
	SHELLTRAP_RULE_A_REFERENCE,	/* string: one or two URLs */
	SHELLTRAP_RULE_A_ACTION,	/* u32: enum shelltrap_action */
	SHELLTRAP_RULE_A_ACTOR,		/* string, repeated: a set; absent: any caller */
	SHELLTRAP_RULE_A_SCOPE,		/* u32: enum shelltrap_scope; if and only if with ACTOR */
	SHELLTRAP_RULE_A_TARGET,	/* string, repeated: a set; absent: any program */
	SHELLTRAP_RULE_A_CONDITIONS,	/* u32: set of enum shelltrap_condition */
	SHELLTRAP_RULE_A_UID,		/* u32: real user id of the caller */
	SHELLTRAP_RULE_A_CGROUP,	/* string: path in the cgroup2 hierarchy, with all below */
	SHELLTRAP_RULE_A_ARGV,		/* binary: arguments, each with its NUL; exceptions only */
	SHELLTRAP_RULE_A_HITS,		/* u64: alerts that list the rule, or execs silenced */
	SHELLTRAP_RULE_A_PAD,
	SHELLTRAP_RULE_A_ANYBODY,	/* flag: DENY or KILL for any caller */
	SHELLTRAP_RULE_A_OBSERVED,	/* u64; absent: 0, as all attributes below */
	SHELLTRAP_RULE_A_DENIED,	/* u64 */
	SHELLTRAP_RULE_A_KILLED,	/* u64 */
	SHELLTRAP_RULE_A_FAILED,	/* u64 */
	SHELLTRAP_RULE_A_WOULD_DENY,	/* u64 */
	SHELLTRAP_RULE_A_PENDING,	/* u64 */
	SHELLTRAP_RULE_A_ARGV_HOLES,	/* binary: in place of ARGV, with parts that may vary */
	SHELLTRAP_RULE_A_ENVIRONMENT,	/* binary: variables, each with its NUL; exceptions only */
	SHELLTRAP_RULE_A_CWD,		/* string: working directory; exceptions only */
	SHELLTRAP_RULE_A_HELD,		/* u64 */
	SHELLTRAP_RULE_A_NOT_ACTOR,	/* string, repeated: a set; off below its servers */
	SHELLTRAP_RULE_A_NOT_CGROUP,	/* binary: paths, each with its NUL; off there */

	__SHELLTRAP_RULE_A_MAX,
	SHELLTRAP_RULE_A_MAX = __SHELLTRAP_RULE_A_MAX - 1
};

/*
 * The process after the exec. If the exec did not complete, the process before it, without
 * ARGV. Ids are those of the initial namespaces, except NS_PID. A path starts at the root of
 * the mount namespace in which the file was opened, so it includes the path of a chroot.
 * " (deleted)" follows the path of a file that has no name any more. Of ENVIRONMENT, the
 * variables that are not harmless, only values that look like paths are there, as others may be
 * secrets; "..." at its end stands for variables for which there was no room.
 */
enum shelltrap_process_attr {
	SHELLTRAP_PROCESS_A_PID = 1,	/* u32: thread group */
	SHELLTRAP_PROCESS_A_TID,	/* u32: the thread that called exec */
	SHELLTRAP_PROCESS_A_COMM,	/* string, at most 15 bytes */
	SHELLTRAP_PROCESS_A_EXE,	/* string: path of the running executable */
	SHELLTRAP_PROCESS_A_ARGV,	/* binary: arguments, each with its NUL */
	SHELLTRAP_PROCESS_A_ARGC,	/* u32: number of arguments given to exec */
	SHELLTRAP_PROCESS_A_ARGV_TRUNCATED, /* flag: ARGV does not have all arguments */
	SHELLTRAP_PROCESS_A_CWD,	/* string; absent: the process ended before it was read */
	SHELLTRAP_PROCESS_A_UID,	/* u32 */
	SHELLTRAP_PROCESS_A_GID,	/* u32 */
	SHELLTRAP_PROCESS_A_EUID,	/* u32 */
	SHELLTRAP_PROCESS_A_EGID,	/* u32 */
	SHELLTRAP_PROCESS_A_LOGINUID,	/* u32; absent: not set */
	SHELLTRAP_PROCESS_A_SESSIONID,	/* u32: audit session; absent: not set */
	SHELLTRAP_PROCESS_A_PID_NS,	/* u32: inode number of the pid namespace */
	SHELLTRAP_PROCESS_A_MNT_NS,	/* u32: the same of the mount namespace; absent: unknown */
	SHELLTRAP_PROCESS_A_NS_PID,	/* u32: PID in the process's own pid namespace */
	SHELLTRAP_PROCESS_A_UNCLEAN,	/* u32: enum shelltrap_unclean; absent: not looked at */
	SHELLTRAP_PROCESS_A_ENVIRONMENT, /* binary: what an exception must name, with NULs */
	SHELLTRAP_PROCESS_A_START,	/* u64: when the process was forked, ns since boot */
	SHELLTRAP_PROCESS_A_PAD,

	__SHELLTRAP_PROCESS_A_MAX,
	SHELLTRAP_PROCESS_A_MAX = __SHELLTRAP_PROCESS_A_MAX - 1
};

/*
 * The file that exec was given. For a script this is the script, not its interpreter. Absent
 * if the module did not have the file any more when the exec hit a rule.
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
 * The web server from which the exec comes: the nearest ancestor that is a server by its
 * name, or the process itself if no ancestor is. MATCHED says why the calling task counts.
 */
enum shelltrap_server_attr {
	SHELLTRAP_SERVER_A_PID = 1,	/* u32: thread group */
	SHELLTRAP_SERVER_A_COMM,	/* string, at most 15 bytes */
	SHELLTRAP_SERVER_A_EXE,		/* string; absent: the server ended before it was read */
	SHELLTRAP_SERVER_A_MATCHED,	/* u32: enum shelltrap_matched */
	SHELLTRAP_SERVER_A_PORT,	/* u32: TCP port, if MATCHED is SHELLTRAP_MATCHED_PORT */
	SHELLTRAP_SERVER_A_STARTED,	/* u64: since when it serves, ns since the epoch */
	SHELLTRAP_SERVER_A_PAD,

	__SHELLTRAP_SERVER_A_MAX,
	SHELLTRAP_SERVER_A_MAX = __SHELLTRAP_SERVER_A_MAX - 1
};

/*
 * The request that made the server start the program. CLIENT are connections that the server
 * has accepted; they are evidence. VIA are the processes at the other end of UNIX sockets that
 * the server has accepted, if they have clients of their own: CLIENT are those clients then.
 * METHOD and all below come from the environment of a CGI program. They are at most
 * SHELLTRAP_CGI_MAX long. The client chooses most of them, and the program can change them.
 */
enum shelltrap_request_attr {
	SHELLTRAP_REQUEST_A_CERTAINTY = 1, /* u32: enum shelltrap_certainty */
	SHELLTRAP_REQUEST_A_SOURCES,	/* u32: set of enum shelltrap_request_source */
	SHELLTRAP_REQUEST_A_CLIENT,	/* nest, repeated: enum shelltrap_client_attr; at most 8 */
	SHELLTRAP_REQUEST_A_MORE,	/* u32: clients without CLIENT; absent: unknown */
	SHELLTRAP_REQUEST_A_THREAD,	/* u32: thread of the server; absent: not found */
	SHELLTRAP_REQUEST_A_VIA,	/* nest, repeated: enum shelltrap_ancestor_attr */
	SHELLTRAP_REQUEST_A_METHOD,	/* string: REQUEST_METHOD */
	SHELLTRAP_REQUEST_A_URI,	/* string: REQUEST_URI */
	SHELLTRAP_REQUEST_A_SCRIPT,	/* string: SCRIPT_FILENAME */
	SHELLTRAP_REQUEST_A_HOST,	/* string: HTTP_HOST */
	SHELLTRAP_REQUEST_A_REMOTE_ADDR, /* string: REMOTE_ADDR */
	SHELLTRAP_REQUEST_A_FORWARDED_FOR, /* string: HTTP_X_FORWARDED_FOR */
	SHELLTRAP_REQUEST_A_USER_AGENT,	/* string: HTTP_USER_AGENT */

	__SHELLTRAP_REQUEST_A_MAX,
	SHELLTRAP_REQUEST_A_MAX = __SHELLTRAP_REQUEST_A_MAX - 1
};

/* An address has 4 or 16 bytes, in network order. */
enum shelltrap_client_attr {
	SHELLTRAP_CLIENT_A_ADDR = 1,	/* binary */
	SHELLTRAP_CLIENT_A_PORT,	/* u32 */
	SHELLTRAP_CLIENT_A_LOCAL_ADDR,	/* binary: the server's end of the connection */
	SHELLTRAP_CLIENT_A_LOCAL_PORT,	/* u32 */

	__SHELLTRAP_CLIENT_A_MAX,
	SHELLTRAP_CLIENT_A_MAX = __SHELLTRAP_CLIENT_A_MAX - 1
};

enum shelltrap_ancestor_attr {
	SHELLTRAP_ANCESTOR_A_PID = 1,	/* u32: thread group */
	SHELLTRAP_ANCESTOR_A_COMM,	/* string, at most 15 bytes: the thread that forked */

	__SHELLTRAP_ANCESTOR_A_MAX,
	SHELLTRAP_ANCESTOR_A_MAX = __SHELLTRAP_ANCESTOR_A_MAX - 1
};

/*
 * A standard descriptor at the time of the exec. Only a socket has more than TYPE. Only
 * AF_INET and AF_INET6 have addresses (4 or 16 bytes, network order), and only a connected
 * socket has PEER_*.
 */
enum shelltrap_stdio_attr {
	SHELLTRAP_STDIO_A_TYPE = 1,	/* u32: enum shelltrap_stdio_type */
	SHELLTRAP_STDIO_A_FAMILY,	/* u32: AF_* */
	SHELLTRAP_STDIO_A_SOCK_TYPE,	/* u32: SOCK_* */
	SHELLTRAP_STDIO_A_STATE,	/* u32: TCP_* of the kernel, for any family */
	SHELLTRAP_STDIO_A_LOCAL_ADDR,	/* binary */
	SHELLTRAP_STDIO_A_LOCAL_PORT,	/* u32 */
	SHELLTRAP_STDIO_A_PEER_ADDR,	/* binary */
	SHELLTRAP_STDIO_A_PEER_PORT,	/* u32 */

	__SHELLTRAP_STDIO_A_MAX,
	SHELLTRAP_STDIO_A_MAX = __SHELLTRAP_STDIO_A_MAX - 1
};

enum shelltrap_loss_attr {
	SHELLTRAP_LOSS_A_LOST = 1,	/* u64: execs lost since the record before this one */
	SHELLTRAP_LOSS_A_WHY,		/* u32: enum shelltrap_loss */
	SHELLTRAP_LOSS_A_PAD,
	SHELLTRAP_LOSS_A_CAUSE,		/* nest, repeated: enum shelltrap_loss_cause_attr */

	__SHELLTRAP_LOSS_A_MAX,
	SHELLTRAP_LOSS_A_MAX = __SHELLTRAP_LOSS_A_MAX - 1
};

/*
 * Execs of a LOSS with the same user, server and leading rule. Of more kinds than
 * SHELLTRAP_LOSS_CAUSES_MAX the rest is only part of LOST.
 */
enum shelltrap_loss_cause_attr {
	SHELLTRAP_LOSS_CAUSE_A_LOST = 1,	/* u64: number of execs */
	SHELLTRAP_LOSS_CAUSE_A_RULE,	/* string; none: what matches was not yet known */
	SHELLTRAP_LOSS_CAUSE_A_SERVER_PID,	/* u32: thread group; none: no server */
	SHELLTRAP_LOSS_CAUSE_A_SERVER_COMM,	/* string, at most 15 bytes; none: no server */
	SHELLTRAP_LOSS_CAUSE_A_UID,	/* u32: the user who is charged */
	SHELLTRAP_LOSS_CAUSE_A_PAD,

	__SHELLTRAP_LOSS_CAUSE_A_MAX,
	SHELLTRAP_LOSS_CAUSE_A_MAX = __SHELLTRAP_LOSS_CAUSE_A_MAX - 1
};

/* The process that did something to the module. Ids are those of the initial namespaces. */
enum shelltrap_by_attr {
	SHELLTRAP_BY_A_PID = 1,		/* u32: thread group */
	SHELLTRAP_BY_A_COMM,		/* string, at most 15 bytes */
	SHELLTRAP_BY_A_UID,		/* u32: real user id */
	SHELLTRAP_BY_A_LOGINUID,	/* u32; absent: not set */

	__SHELLTRAP_BY_A_MAX,
	SHELLTRAP_BY_A_MAX = __SHELLTRAP_BY_A_MAX - 1
};

/*
 * Something that happened to the module. KIND is always there, BY where a process did it. The
 * comment of enum shelltrap_event says what else an event has.
 */
enum shelltrap_event_attr {
	SHELLTRAP_EVENT_A_KIND = 1,	/* u32: enum shelltrap_event */
	SHELLTRAP_EVENT_A_BY,		/* nest: enum shelltrap_by_attr */
	SHELLTRAP_EVENT_A_VERSION,	/* string: version of the module */
	SHELLTRAP_EVENT_A_SHA256,	/* binary: 32 bytes; see POLICY_A_SHA256 */
	SHELLTRAP_EVENT_A_RULES,	/* u32: rules in force */
	SHELLTRAP_EVENT_A_CAME,		/* string, repeated: a rule that the old policy lacks */
	SHELLTRAP_EVENT_A_WENT,		/* string, repeated: a rule that the new policy lacks */
	SHELLTRAP_EVENT_A_CHANGED,	/* string, repeated: a rule that both have, not the same */
	SHELLTRAP_EVENT_A_ENFORCE,	/* u32: the module parameter "enforce", 0 or 1 */
	SHELLTRAP_EVENT_A_OBSERVE,	/* u32: seconds, as POLICY_A_OBSERVE */
	SHELLTRAP_EVENT_A_WHAT,		/* string: what was refused */
	SHELLTRAP_EVENT_A_COUNT,	/* u64: how often since the last event of this kind */
	SHELLTRAP_EVENT_A_SINCE,	/* u64: ns since the last proof that the probes work */
	SHELLTRAP_EVENT_A_ARMED,	/* u32: bits of enum shelltrap_armed */
	SHELLTRAP_EVENT_A_UPTIME,	/* u64: ns since the module was loaded */
	SHELLTRAP_EVENT_A_EXECS,	/* u64: this one and those below as in the status */
	SHELLTRAP_EVENT_A_HITS,		/* u64 */
	SHELLTRAP_EVENT_A_ALERTS,	/* u64 */
	SHELLTRAP_EVENT_A_LOST,		/* u64 */
	SHELLTRAP_EVENT_A_OVERWRITTEN,	/* u64 */
	SHELLTRAP_EVENT_A_MISSED,	/* u64 */
	SHELLTRAP_EVENT_A_LINEAGE,	/* u32 */
	SHELLTRAP_EVENT_A_LEFT_OUT,	/* u64 */
	SHELLTRAP_EVENT_A_PAD,

	__SHELLTRAP_EVENT_A_MAX,
	SHELLTRAP_EVENT_A_MAX = __SHELLTRAP_EVENT_A_MAX - 1
};

/*
 * How the exec of the alert OF has ended, whose verdict was PENDING or HELD. There is no OUTCOME
 * of a PENDING if the module has stopped following the exec: to make room for others (see "Who
 * can take how much"), or because the module was unloaded and no rule denies or kills the exec.
 * An OUTCOME with HELD is followed by another one. WHY is there after HELD. BY is the process
 * that asked for the release or, with ENDED_SIGNAL, that sent the signal, as it was then: its
 * COMM is what it called itself, and who made it do so is not known. BY is absent where no
 * process sent the signal just then: the kernel did for want of memory, with the namespace or a
 * tracer of the process, or as another process had asked for it earlier (F_SETSIG).
 */
enum shelltrap_outcome_attr {
	SHELLTRAP_OUTCOME_A_OF = 1,	/* u64: number of the alert */
	SHELLTRAP_OUTCOME_A_VERDICT,	/* u32: enum shelltrap_verdict */
	SHELLTRAP_OUTCOME_A_BY,		/* nest: enum shelltrap_by_attr; absent: no process */
	SHELLTRAP_OUTCOME_A_PAD,
	SHELLTRAP_OUTCOME_A_WHY,	/* u32: enum shelltrap_ended; absent: it was not held */

	__SHELLTRAP_OUTCOME_A_MAX,
	SHELLTRAP_OUTCOME_A_MAX = __SHELLTRAP_OUTCOME_A_MAX - 1
};

/*
 * Execs that are like the one in the alert OF: the same server, user, rules, verdict, program
 * and arguments. They were counted because the backlog was full of records that no reader had
 * received.
 */
enum shelltrap_repeats_attr {
	SHELLTRAP_REPEATS_A_OF = 1,	/* u64: number of the alert */
	SHELLTRAP_REPEATS_A_COUNT,	/* u64: number of execs */
	SHELLTRAP_REPEATS_A_FIRST,	/* u64: time of the first exec, ns since the epoch */
	SHELLTRAP_REPEATS_A_LATEST,	/* u64: time of the last exec, ns since the epoch */
	SHELLTRAP_REPEATS_A_RULE,	/* nest: enum shelltrap_rule_attr; the leading rule */
	SHELLTRAP_REPEATS_A_VERDICT,	/* u32: enum shelltrap_verdict */
	SHELLTRAP_REPEATS_A_COMM,	/* string, at most 15 bytes: as in the alert */
	SHELLTRAP_REPEATS_A_PATHNAME,	/* string: as in the alert */
	SHELLTRAP_REPEATS_A_PAD,

	__SHELLTRAP_REPEATS_A_MAX,
	SHELLTRAP_REPEATS_A_MAX = __SHELLTRAP_REPEATS_A_MAX - 1
};

/* Top level of SHELLTRAP_CMD_POLICY_*. */
enum shelltrap_policy_attr {
	SHELLTRAP_POLICY_A_MEMBERS = 1,	/* u32: number of members of all sets */
	SHELLTRAP_POLICY_A_TEXT,	/* u32: bytes of all strings; see below */
	SHELLTRAP_POLICY_A_SET,		/* nest, repeated: enum shelltrap_set_attr */
	SHELLTRAP_POLICY_A_RULE,	/* nest, repeated: enum shelltrap_rule_attr */
	SHELLTRAP_POLICY_A_SETS,	/* u32: number of sets */
	SHELLTRAP_POLICY_A_RULES,	/* u32: number of rules */
	SHELLTRAP_POLICY_A_OBSERVE,	/* u32: seconds, in a commit; see above */
	SHELLTRAP_POLICY_A_SHA256,	/* binary: 32 bytes, in a commit; see "Events" */
	SHELLTRAP_POLICY_A_HOLD_MAX,	/* u32: 1 to 64; absent: 8 */
	SHELLTRAP_POLICY_A_HOLD_PER_SERVER, /* u32: 1 to HOLD_MAX; absent: 2 */
	SHELLTRAP_POLICY_A_HOLD_PER_USER, /* u32: 1 to HOLD_MAX; absent: 2 */
	SHELLTRAP_POLICY_A_HOLD_SECONDS, /* u32: 1 to 300; absent: 30 */
	SHELLTRAP_POLICY_A_HOLD_THEN,	/* u32: enum shelltrap_hold_then; absent: release */

	__SHELLTRAP_POLICY_A_MAX,
	SHELLTRAP_POLICY_A_MAX = __SHELLTRAP_POLICY_A_MAX - 1
};

/*
 * TEXT must be at least the sum of: the length of each string of sets and rules, with its
 * final '*' and its NUL; the length of each ARGV; 16 for each PATH.
 */

enum shelltrap_set_attr {
	SHELLTRAP_SET_A_NAME = 1,	/* string */
	SHELLTRAP_SET_A_INCLUDE,	/* string, repeated: another set */
	SHELLTRAP_SET_A_MEMBER_NAME,	/* string, repeated: name of a file or a task */
	SHELLTRAP_SET_A_MEMBER_COMM,	/* string, repeated: name of a task only */
	SHELLTRAP_SET_A_MEMBER_PATH,	/* string, repeated: absolute path */
	SHELLTRAP_SET_A_MEMBER_RUNS,	/* string, repeated: "PROGRAM:WHAT" */
	SHELLTRAP_SET_A_MEMBER_PORTS,	/* string, repeated: "80" or "8000-8008" */
	SHELLTRAP_SET_A_MEMBER_NEVER,	/* string, repeated: name of an executable */

	__SHELLTRAP_SET_A_MAX,
	SHELLTRAP_SET_A_MAX = __SHELLTRAP_SET_A_MAX - 1
};

/* Counters start when the module is loaded, those of a rule when its policy is committed. */
enum shelltrap_status_attr {
	SHELLTRAP_STATUS_A_VERSION = 1,	/* string: version of the module */
	SHELLTRAP_STATUS_A_INSTANCE,	/* u64 */
	SHELLTRAP_STATUS_A_ARMED,	/* u32: bits of enum shelltrap_armed, tested just now */
	SHELLTRAP_STATUS_A_LISTENING,	/* flag: some socket has joined the group "alerts" */
	SHELLTRAP_STATUS_A_RULES,	/* u32: rules in force */
	SHELLTRAP_STATUS_A_NAMES,	/* u32: members of all sets in force */
	SHELLTRAP_STATUS_A_SEQ_OLDEST,	/* u64: from here on no record is missing; none: SEQ_NEXT */
	SHELLTRAP_STATUS_A_SEQ_NEXT,	/* u64: number of the next record */
	SHELLTRAP_STATUS_A_BACKLOG_SIZE, /* u64: bytes */
	SHELLTRAP_STATUS_A_BACKLOG_USED, /* u64: bytes */
	SHELLTRAP_STATUS_A_SLOTS,	/* u32: execs that can be in flight at the same time */
	SHELLTRAP_STATUS_A_EXECS,	/* u64: execs checked */
	SHELLTRAP_STATUS_A_HITS,	/* u64: execs that hit a rule */
	SHELLTRAP_STATUS_A_ALERTS,	/* u64: those of HITS that are in an ALERT record */
	SHELLTRAP_STATUS_A_LOST,	/* u64: those of HITS that are in a LOSS record */
	SHELLTRAP_STATUS_A_OVERWRITTEN,	/* u64: records dropped before any reader received them */
	SHELLTRAP_STATUS_A_UNSENT,	/* u64: records that reached none of the listeners */
	SHELLTRAP_STATUS_A_MISSED,	/* u64: times that the kernel skipped the probe */
	SHELLTRAP_STATUS_A_PAD,
	SHELLTRAP_STATUS_A_SILENCED,	/* u64: those of HITS that matched an exception */
	SHELLTRAP_STATUS_A_DISMISSED,	/* u64: those of HITS that CGROUP later did not match */
	SHELLTRAP_STATUS_A_RULE,	/* nest, repeated: enum shelltrap_rule_attr */
	SHELLTRAP_STATUS_A_POLICIES,	/* u32: policies committed; 0: the built-in one is used */
	SHELLTRAP_STATUS_A_PATHS,	/* u32: members that are paths */
	SHELLTRAP_STATUS_A_PATHS_MISSING, /* u32: paths that led to no file at the commit */
	SHELLTRAP_STATUS_A_LOCKED,	/* flag: the policy is locked */
	SHELLTRAP_STATUS_A_REFUSED,	/* u64: attempts to change something while locked */
	SHELLTRAP_STATUS_A_LINEAGE,	/* u32: tasks that are servers or descend from one */
	SHELLTRAP_STATUS_A_LEFT_OUT,	/* u64: times that there was no space for such a task */
	SHELLTRAP_STATUS_A_ENFORCE,	/* flag: the module parameter "enforce" is on */
	SHELLTRAP_STATUS_A_OBSERVING,	/* u32: seconds left of OBSERVE; absent: none */
	SHELLTRAP_STATUS_A_DENIED,	/* u64: execs that were refused */
	SHELLTRAP_STATUS_A_KILLED,	/* u64: execs whose process was killed */
	SHELLTRAP_STATUS_A_WOULD_DENY,	/* u64: execs with the verdict WOULD_DENY */
	SHELLTRAP_STATUS_A_ESCAPED,	/* u64: execs that should have been refused: killed */
	SHELLTRAP_STATUS_A_DENY_MISSED,	/* u64: times that no instance of the probe was free */
	SHELLTRAP_STATUS_A_REPEATS,	/* u64: those of HITS that are in a REPEATS record */
	SHELLTRAP_STATUS_A_SERVERS,	/* u32: servers that are known, by what they listen on */
	SHELLTRAP_STATUS_A_HELD_NOW,	/* u32: execs that are held now */
	SHELLTRAP_STATUS_A_HELD,	/* u64: execs that were held */
	SHELLTRAP_STATUS_A_UNHELD,	/* u64: execs that a rule holds and that were not held */
	SHELLTRAP_STATUS_A_KERNEL,	/* nest: enum shelltrap_kernel_attr */

	__SHELLTRAP_STATUS_A_MAX,
	SHELLTRAP_STATUS_A_MAX = __SHELLTRAP_STATUS_A_MAX - 1
};

/* What the module has found out about the running kernel; its version does not tell. */
enum shelltrap_kernel_attr {
	SHELLTRAP_KERNEL_A_HOOK = 1,	/* u32: enum shelltrap_placed */
	SHELLTRAP_KERNEL_A_LISTEN,	/* string: what is probed; absent: names decide */
	SHELLTRAP_KERNEL_A_MNT_NS,	/* flag: PROCESS_A_MNT_NS is known */
	SHELLTRAP_KERNEL_A_CGROUP,	/* u32: enum shelltrap_cgroup; absent: it has no cgroups */
	SHELLTRAP_KERNEL_A_PREEMPT_RT,	/* flag: it was built with PREEMPT_RT */

	__SHELLTRAP_KERNEL_A_MAX,
	SHELLTRAP_KERNEL_A_MAX = __SHELLTRAP_KERNEL_A_MAX - 1
};

/* Top level of SHELLTRAP_CMD_SERVERS_GET. */
enum shelltrap_servers_attr {
	SHELLTRAP_SERVERS_A_PID = 1,	/* u32: thread group */
	SHELLTRAP_SERVERS_A_COMM,	/* string, at most 15 bytes: when it became a server */
	SHELLTRAP_SERVERS_A_EXE,	/* string: name of its executable's file; "": unknown */
	SHELLTRAP_SERVERS_A_UID,	/* u32: the user who is charged, see below */
	SHELLTRAP_SERVERS_A_MATCHED,	/* u32: enum shelltrap_matched; COMM, EXE, FILE, ... */
	SHELLTRAP_SERVERS_A_PORTS,	/* binary: u16 each, at most 16 TCP ports; absent: none */
	SHELLTRAP_SERVERS_A_SINCE,	/* u64: since when it serves, ns since the epoch */
	SHELLTRAP_SERVERS_A_CGROUP,	/* string: path; absent: the process is gone */
	SHELLTRAP_SERVERS_A_PAD,

	__SHELLTRAP_SERVERS_A_MAX,
	SHELLTRAP_SERVERS_A_MAX = __SHELLTRAP_SERVERS_A_MAX - 1
};

/* Top level of SHELLTRAP_CMD_HELD_GET and SHELLTRAP_CMD_RELEASE. */
enum shelltrap_held_attr {
	SHELLTRAP_HELD_A_SEQ = 1,	/* u64: number of the alert */
	SHELLTRAP_HELD_A_PID,		/* u32: thread group */
	SHELLTRAP_HELD_A_START,		/* u64: as SHELLTRAP_PROCESS_A_START */
	SHELLTRAP_HELD_A_COMM,		/* string, at most 15 bytes: of the new program */
	SHELLTRAP_HELD_A_PATHNAME,	/* string: as in the alert, at most 255 bytes */
	SHELLTRAP_HELD_A_UID,		/* u32: real user id */
	SHELLTRAP_HELD_A_SERVER_PID,	/* u32: as in the alert */
	SHELLTRAP_HELD_A_SERVER_COMM,	/* string, at most 15 bytes: as in the alert */
	SHELLTRAP_HELD_A_RULE,		/* string: the most severe rule that holds it */
	SHELLTRAP_HELD_A_SINCE,		/* u64: ns since the epoch */
	SHELLTRAP_HELD_A_LEFT,		/* u32: milliseconds until HOLD_SECONDS are over */
	SHELLTRAP_HELD_A_THEN,		/* u32: enum shelltrap_hold_then */
	SHELLTRAP_HELD_A_KILL,		/* flag, in a RELEASE: end its branch of the lineage */
	SHELLTRAP_HELD_A_PAD,
	SHELLTRAP_HELD_A_KILL_SERVER,	/* flag, in a RELEASE: end its server, too */

	__SHELLTRAP_HELD_A_MAX,
	SHELLTRAP_HELD_A_MAX = __SHELLTRAP_HELD_A_MAX - 1
};

enum shelltrap_severity {
	SHELLTRAP_SEVERITY_LOW = 1,
	SHELLTRAP_SEVERITY_MEDIUM,
	SHELLTRAP_SEVERITY_HIGH,
	SHELLTRAP_SEVERITY_CRITICAL,
};

enum shelltrap_action {
	SHELLTRAP_ACTION_OFF = 1,	/* the rule never matches */
	SHELLTRAP_ACTION_ALERT,
	SHELLTRAP_ACTION_ALLOW,		/* an exception: no alert, whichever other rules match */
	SHELLTRAP_ACTION_DENY,		/* alert, and the exec fails with EPERM */
	SHELLTRAP_ACTION_KILL,		/* alert, and kill the process before the program runs */
	SHELLTRAP_ACTION_HOLD,		/* alert, and the process waits before the program runs */
};

/* What becomes of a process that was held for HOLD_SECONDS, or until an unload. */
enum shelltrap_hold_then {
	SHELLTRAP_HOLD_THEN_RELEASE = 1,
	SHELLTRAP_HOLD_THEN_KILL,
};

/* Why an exec was not held although a rule holds it. */
enum shelltrap_unheld {
	SHELLTRAP_UNHELD_MAX = 1,	/* HOLD_MAX are held, or the part that is not reserved */
	SHELLTRAP_UNHELD_PER_SERVER,	/* HOLD_PER_SERVER of this server are held */
	SHELLTRAP_UNHELD_PER_USER,	/* HOLD_PER_USER of this user are held */
	SHELLTRAP_UNHELD_OFF,		/* enforcement is off or suspended */
	SHELLTRAP_UNHELD_IMPOSSIBLE,	/* the process cannot wait, or was ending already */
	SHELLTRAP_UNHELD_NO_MEMORY,
};

/* Why a process is not held any more. */
enum shelltrap_ended {
	SHELLTRAP_ENDED_COMMAND = 1,	/* SHELLTRAP_CMD_RELEASE */
	SHELLTRAP_ENDED_TIME,		/* HOLD_SECONDS are over */
	SHELLTRAP_ENDED_UNLOAD,		/* the module was unloaded */
	SHELLTRAP_ENDED_SIGNAL,		/* SIGKILL, or another signal that ends the process */
};

/* The tasks that a rule's ACTOR can match. */
enum shelltrap_scope {
	SHELLTRAP_SCOPE_SELF = 1,	/* the calling task */
	SHELLTRAP_SCOPE_ANCESTORS,	/* the calling task or a living ancestor */
	SHELLTRAP_SCOPE_LINEAGE,	/* the same, or a server it descends from, even if ended */
};

/* Why an exec is not clean: something else than its file and its arguments decides. */
enum shelltrap_unclean {
	SHELLTRAP_UNCLEAN_TRACED = 1,	/* another process traces it */
	SHELLTRAP_UNCLEAN_ENVIRONMENT = 2, /* its environment cannot be read, or is too large */
	SHELLTRAP_UNCLEAN_USER_NAMESPACE = 4, /* another one than that of its server */
	SHELLTRAP_UNCLEAN_MOUNT_NAMESPACE = 8, /* the same */
	/* The caller shared its memory with its parent, and this was no vfork(). */
	SHELLTRAP_UNCLEAN_MEMORY = 16,
	SHELLTRAP_UNCLEAN_DIRECTORY = 32, /* it shares its working directory with a process */
	/* It has more filters of seccomp than its server had when it began to serve. */
	SHELLTRAP_UNCLEAN_SECCOMP = 64,
};

/* Connected: a stream socket of AF_INET or AF_INET6 that has a peer. */
enum shelltrap_condition {
	SHELLTRAP_CONDITION_STDIN_CONNECTED = 1,
	SHELLTRAP_CONDITION_STDOUT_CONNECTED = 2,
	SHELLTRAP_CONDITION_STDIO_CONNECTED = 4, /* stdin or stdout */
	/*
	 * An attacker who has taken over the server may have put the file there:
	 * - its directory is world-writable, or it has no name any more, such as a memfd;
	 * - it is on FUSE, or on a file system that was mounted in a user namespace which the
	 *   server does not have; not if the server's own executable is there, too;
	 * - it belongs to a user of the caller (real, effective or saved), or to the user that
	 *   the server had when it began to serve, or one of these users, or a group of theirs,
	 *   may write to it, also by an access control list;
	 * - it belongs to any other user than root, outside the directories of the distribution;
	 * - the server was root when it began to serve, and the file was changed since then,
	 *   outside the directories of the distribution; if the server has a PID or user
	 *   namespace of its own, as in a container, wherever it is.
	 * The directories of the distribution are usr (but not usr/local), bin, sbin, lib, lib32,
	 * lib64, libx32 and libexec in the caller's root directory. Root of the user namespace in
	 * which the server started counts as root.
	 * If the hook cannot decide, as a list is not in memory or the file is on another file
	 * system than the root directory, the task's own work does, and a rule that denies kills.
	 */
	SHELLTRAP_CONDITION_FILE_DROPPED = 8,
	/*
	 * The caller descends from a server, and code that is not the program's own runs in
	 * the program. Either a variable of the environment names libraries or modules in a
	 * place that not only root can write to, or that has changed since a server with
	 * root's rights started. The variables are LD_PRELOAD, LD_AUDIT, LD_LIBRARY_PATH,
	 * GCONV_PATH, OPENSSL_CONF, OPENSSL_MODULES, OPENSSL_ENGINES, GIO_MODULE_DIR,
	 * GIO_EXTRA_MODULES, GTK_PATH, QT_PLUGIN_PATH, MAGICK_CODER_MODULE_PATH and
	 * MAGICK_CONFIGURE_PATH; and of Python, Perl, Ruby, Node, Lua, PHP and Java, if the
	 * program is that interpreter, those that name modules or options. A variable with
	 * which the server itself was started, with the same value, does not count.
	 * Or the caller has another mount namespace or root directory than the server had,
	 * and there the program, its loader, a directory of libraries, the C library,
	 * ld.so.preload or ld.so.cache is not root's.
	 * It is decided in the task's own work, after the exec: a rule that denies kills.
	 */
	SHELLTRAP_CONDITION_CODE_INJECTED = 16,
};

enum shelltrap_verdict {
	SHELLTRAP_VERDICT_OBSERVED = 1,	/* the exec completed */
	SHELLTRAP_VERDICT_DENIED,	/* Shelltrap refused it */
	SHELLTRAP_VERDICT_KILLED,	/* Shelltrap killed the process before the program ran */
	SHELLTRAP_VERDICT_FAILED,	/* the exec did not complete for another reason */
	SHELLTRAP_VERDICT_WOULD_DENY,	/* completed, because enforcement was off or suspended */
	SHELLTRAP_VERDICT_PENDING,	/* it hangs; the module does not wait for its end */
	SHELLTRAP_VERDICT_HELD,		/* completed; it waits before the first instruction */
	SHELLTRAP_VERDICT_RELEASED,	/* in an OUTCOME: it was held, and runs now */
};

/* Why a task counts as a web server: the most direct reason. */
enum shelltrap_matched {
	SHELLTRAP_MATCHED_COMM = 1,	/* its own name */
	SHELLTRAP_MATCHED_LEADER,	/* the name of its thread group's leader */
	SHELLTRAP_MATCHED_EXE,		/* the file name of its executable */
	SHELLTRAP_MATCHED_FILE,		/* the identity of its executable */
	SHELLTRAP_MATCHED_ANCESTOR,	/* an ancestor's name */
	SHELLTRAP_MATCHED_LINEAGE,	/* it descends from a server that may be gone */
	SHELLTRAP_MATCHED_PORT,		/* it or its server listens on a port of the set */
	SHELLTRAP_MATCHED_RUNS,		/* what its runtime, or that of its server, runs */
};

/*
 * How sure it is that the client made the request. EXACT: a single connection, which was up, of
 * a process that serves one connection at a time. The process has one thread, does not wait for
 * the connection in an event loop, and forked while it had the connection. Behind a proxy, the
 * proxy has no other client.
 */
enum shelltrap_certainty {
	SHELLTRAP_CERTAINTY_NONE = 1,	/* no client was found */
	SHELLTRAP_CERTAINTY_CANDIDATES,	/* one of the clients, or one that is gone */
	SHELLTRAP_CERTAINTY_EXACT,
};

enum shelltrap_request_source {
	SHELLTRAP_REQUEST_SOURCE_SOCKET = 1,	/* connections among the caller's own descriptors */
	SHELLTRAP_REQUEST_SOURCE_PARENT_SOCKET = 2, /* of an ancestor: the caller has none */
	SHELLTRAP_REQUEST_SOURCE_PROXY_SOCKET = 4, /* among those of a proxy on this machine */
	SHELLTRAP_REQUEST_SOURCE_ENVIRON = 8,	/* the environment of a CGI program */
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
	SHELLTRAP_LOSS_NO_SLOT = 1,	/* more execs in flight than slots, see above */
};

/*
 * What happened to the module. A REFUSED stands for COUNT attempts, of which the first has
 * WHAT and BY. The COUNT of a LINEAGE_FULL is the number of tasks until the event was written;
 * no other one follows before LINEAGE_RECOVERED. LOADED has VERSION and RULES, POLICY_LOADED
 * has SHA256, RULES, CAME, WENT, CHANGED and OBSERVE, ENFORCE_CHANGED has ENFORCE, REFUSED has
 * WHAT and COUNT, DISARMED and ARMED have ARMED and SINCE, LINEAGE_FULL and PROBE_MISSED have
 * COUNT, and HEARTBEAT has ARMED and the attributes from UPTIME on.
 */
enum shelltrap_event {
	SHELLTRAP_EVENT_LOADED = 1,
	SHELLTRAP_EVENT_UNLOADING,
	SHELLTRAP_EVENT_POLICY_LOADED,
	SHELLTRAP_EVENT_ENFORCE_CHANGED,
	SHELLTRAP_EVENT_OBSERVE_ENDED,	/* an OBSERVE has ended; rules deny and kill again */
	SHELLTRAP_EVENT_LOCKED,
	SHELLTRAP_EVENT_REFUSED,	/* an attempt on what is locked; at most one a second */
	SHELLTRAP_EVENT_DISARMED,	/* the probes do not fire any more */
	SHELLTRAP_EVENT_ARMED,		/* they fire again */
	SHELLTRAP_EVENT_LINEAGE_FULL,	/* a task found no room; see LEFT_OUT in the status */
	SHELLTRAP_EVENT_LINEAGE_RECOVERED, /* a survey found room for all tasks */
	SHELLTRAP_EVENT_HEARTBEAT,	/* each N minutes, by the module parameter "heartbeat" */
	SHELLTRAP_EVENT_PROBE_MISSED,	/* the kernel skipped the probe */
};

enum shelltrap_armed {
	SHELLTRAP_ARMED_CHECK = 1,	/* the kprobe on security_bprm_check fires */
	SHELLTRAP_ARMED_DONE = 2,	/* the tracepoint sched_process_exec is connected */
	SHELLTRAP_ARMED_DENY = 4,	/* a rule denies or kills, and the return probe is set */
	SHELLTRAP_ARMED_LISTEN = 8,	/* the kprobe on security_socket_listen fires */
};

/* How the kernel calls the kprobe on security_bprm_check. */
enum shelltrap_placed {
	SHELLTRAP_PLACED_FTRACE = 1,	/* by the function tracer */
	SHELLTRAP_PLACED_INT3,		/* by a breakpoint, which may have become a jump; x86 */
	SHELLTRAP_PLACED_BREAKPOINT,	/* by a breakpoint of another architecture */
};

/* Which hierarchies of cgroups are mounted, and so whether an alert has its cgroup. */
enum shelltrap_cgroup {
	SHELLTRAP_CGROUP_V2 = 1,	/* only version 2 */
	SHELLTRAP_CGROUP_V1,		/* version 2 has no cgroup but its root: they are unknown */
	SHELLTRAP_CGROUP_HYBRID,	/* version 2, and controllers in version 1 */
};

#endif /* _UAPI_LINUX_SHELLTRAP_H */
