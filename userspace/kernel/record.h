/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A record of the channel as plain structures.
 *
 * Strings point into the message from which the record was read. What the message lacks
 * is NULL, not known, not present, or empty. Strings may hold any byte but NUL, and
 * enumerations may have values that this program does not know.
 */
#ifndef KERNEL_RECORD_H
#define KERNEL_RECORD_H

#include <linux/shelltrap.h>

#include "kernel/address.h"
#include "kernel/attributes.h"
#include "kernel/event.h"
#include "kernel/request.h"
#include "lib/buffer.h"
#include "lib/choice.h"

struct nlmsghdr;

#define ALERT_RULES_MAX 128

/* Nanoseconds in a tick of /proc/PID/stat: it counts 100 a second, whatever the kernel does. */
#define PROCESS_TICK 10000000

struct alert_rule {
	const char *name;
	struct number severity;		/* enum shelltrap_severity */
	const char *title;		/* a few words */
	const char *threat;		/* see threat.h */
	const char *reference;
};

struct alert_process {
	bool present;
	struct number pid, tid;
	const char *comm;
	const char *exe;
	struct bytes argv;		/* see alert_argument() */
	struct number argc;
	bool argv_truncated;
	const char *cwd;
	struct number uid, gid, euid, egid;
	struct number loginuid, sessionid;
	struct number pid_ns, mnt_ns;
	struct number ns_pid;
	struct number unclean;		/* set of enum shelltrap_unclean */
	struct bytes environment;	/* variables, each with its NUL; values only of paths */
	struct number start;		/* when it was forked, ns since boot */
};

struct alert_file {
	bool present;
	const char *path;
	struct number dev_major, dev_minor;
	struct number ino;
	struct number mode;
	struct number uid, gid;
};

struct alert_server {
	bool present;
	struct number pid;
	const char *comm;
	const char *exe;
	struct number matched;		/* enum shelltrap_matched */
	struct number port;		/* only if matched is SHELLTRAP_MATCHED_PORT */
	struct number started;		/* since when it serves: ns since the epoch */
	const char *command;		/* its command line, which the module does not know */
};

struct alert_stdio {
	bool present;
	struct number type;		/* enum shelltrap_stdio_type */
	struct number family;
	struct number sock_type;
	struct number state;
	struct bytes local_addr;
	struct number local_port;
	struct bytes peer_addr;
	struct number peer_port;
};

struct alert {
	bool present;
	struct alert_rule rules[ALERT_RULES_MAX];	/* most severe first */
	size_t rule_count;
	struct number verdict;		/* enum shelltrap_verdict */
	const char *comm;
	const char *pathname;
	const char *interpreter;
	struct alert_process process;
	struct alert_file file;
	struct alert_server server;
	struct alert_ancestor ancestors[SHELLTRAP_ANCESTORS_MAX];	/* parent first */
	size_t ancestor_count;
	struct alert_stdio in, out;
	struct number cgroup_id;
	const char *cgroup_path;
	struct alert_request request;
	struct number unheld;		/* enum shelltrap_unheld, if a rule holds it */
};

/* Execs of a loss with the same user, server and leading rule. */
struct loss_cause {
	struct number lost;
	const char *rule;		/* NULL: it was not yet known which rule would match */
	struct number server_pid;	/* unknown: no server */
	const char *server_comm;
	struct number uid;
};

struct loss {
	bool present;
	struct number lost;
	struct number why;		/* enum shelltrap_loss */
	const char *reason;		/* set if this program, not the module, noticed the loss */
	struct loss_cause causes[SHELLTRAP_LOSS_CAUSES_MAX];
	size_t cause_count;
};

/* Execs like that of an earlier alert, which the module has counted instead of kept. */
struct repeats {
	bool present;
	struct number of;		/* the number of the alert */
	struct number count;
	struct number first, latest;	/* ns since the epoch */
	struct alert_rule rules[1];	/* the leading rule */
	size_t rule_count;
	struct number verdict;
	const char *comm;
	const char *pathname;
};

enum record_kind {
	RECORD_UNKNOWN,		/* of a newer module: to be skipped */
	RECORD_ALERT,
	RECORD_LOSS,
	RECORD_EVENT,
	RECORD_OUTCOME,
	RECORD_REPEATS,
};

/* At most one of the structures is present; see record_kind(). */
struct record {
	struct number seq;
	struct number instance;
	struct number time;		/* ns since the epoch */
	struct alert alert;
	struct loss loss;
	struct event event;
	struct exec_outcome outcome;
	struct repeats repeats;
};

enum record_kind record_kind(const struct record *record);

/** record_kind_name() - "alert", "loss" and so on. */
const char *record_kind_name(enum record_kind kind);

/** record_rule() - The leading rule of an alert or of what repeats one; else NULL. */
const struct alert_rule *record_rule(const struct record *record);

/* After all records of an instance that was unloaded. */
#define PLACE_END UINT64_MAX

/* A position among all records: after this record. With seq 0, before the first one. */
struct place {
	uint64_t instance;
	uint64_t seq;
};

/**
 * record_place() - The place of the last number that a record covers.
 *
 * A loss that this program noticed covers as many numbers as were lost, or, if their count
 * is not known, all numbers of the instance. Any other record covers its own number.
 */
struct place record_place(const struct record *record);

/**
 * record_parse() - Read a record from a message of the family, which may hold any bytes.
 *
 * Returns 0, or -EBADMSG with *fault filled; record->seq may be known even then. A record of
 * a kind that this program does not know is no fault.
 */
int record_parse(const struct nlmsghdr *message, struct record *record, struct fault *fault);

/**
 * alert_argument() - Read the argument at *offset of an argv and advance *offset.
 *
 * Returns false at the end. The last argument is incomplete if argv was truncated.
 */
bool alert_argument(const struct bytes *argv, size_t *offset, struct bytes *argument);

/** alert_leading_rule() - The most severe rule, or NULL if there is none. */
const struct alert_rule *alert_leading_rule(const struct alert *alert);

/** repeats_rule() - The leading rule of the alert that is repeated, or NULL. */
const struct alert_rule *repeats_rule(const struct repeats *repeats);

const char *loss_reason(const struct loss *loss);

extern const struct choices severity_choices;

/* Names as in shelltrap-formats(5); NULL for an unknown value. */
const char *severity_name(uint64_t severity);
const char *verdict_name(uint64_t verdict);
const char *matched_name(uint64_t matched);
const char *stdio_type_name(uint64_t type);
const char *socket_family_name(uint64_t family);
const char *socket_type_name(uint64_t type);
const char *socket_state_name(uint64_t state);

/** unheld_name() - Why an exec was not held, as in shelltrap-formats(5). */
const char *unheld_name(uint64_t unheld);

/** intervention_name() - "DENIED", "KILLED", "HELD" or "WOULD DENY"; NULL for other verdicts. */
const char *intervention_name(uint64_t verdict);

/** verdict_verb() - "ran" or "tried to run". */
const char *verdict_verb(uint64_t verdict);

/** stdio_is_connected() - Whether it is a socket that has a peer address. */
bool stdio_is_connected(const struct alert_stdio *stdio);

/** alert_connection() - stdin, else stdout, if it is connected to an IP address; or NULL. */
const struct alert_stdio *alert_connection(const struct alert *alert);

#endif /* KERNEL_RECORD_H */
