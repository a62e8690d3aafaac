/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A record of the channel as plain structures.
 *
 * Everything points into the message it was read from. Whatever a message did
 * not hold is NULL, not known, not present, or empty. Strings may hold any byte
 * but NUL. Enumerations may have values this program does not know.
 */
#ifndef KERNEL_RECORD_H
#define KERNEL_RECORD_H

#include <linux/shelltrap.h>

#include "kernel/attributes.h"
#include "lib/buffer.h"
#include "lib/choice.h"

struct nlmsghdr;

#define ALERT_RULES_MAX 128

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
};

struct alert_ancestor {
	struct number pid;
	const char *comm;
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
};

struct loss {
	bool present;
	struct number lost;
	struct number why;		/* enum shelltrap_loss */
	const char *reason;		/* set where this program noticed the loss */
};

/* Either alert.present or loss.present. */
struct record {
	struct number seq;
	struct number instance;
	struct number time;		/* ns since the epoch */
	struct alert alert;
	struct loss loss;
};

/* Whatever its load has said, and that is over. */
#define PLACE_END UINT64_MAX

/* A record among all: up to here somebody has got. seq 0: nothing yet. */
struct place {
	uint64_t instance;
	uint64_t seq;
};

/*
 * Where the record ends: a loss that this program noticed stands for as many
 * numbers as were lost, or for all up to the end, everything else for its own.
 */
struct place record_place(const struct record *record);

/*
 * Reads a record from a whole message of the family, whatever its bytes.
 * Returns 0, or -EBADMSG with *fault filled; SEQ may be known even so.
 */
int record_parse(const struct nlmsghdr *message, struct record *record, struct fault *fault);

/*
 * The argument at *offset of an argv, and moves *offset behind it; false at the
 * end. The last one is a part where argv was truncated in its middle.
 */
bool alert_argument(const struct bytes *argv, size_t *offset, struct bytes *argument);

/* The rule that leads, NULL where there is none. */
const struct alert_rule *alert_leading_rule(const struct alert *alert);

const char *loss_reason(const struct loss *loss);

extern const struct choices severity_choices;

/* The contract's words; NULL for a value that has none. */
const char *severity_name(uint64_t severity);
const char *verdict_name(uint64_t verdict);
const char *matched_name(uint64_t matched);
const char *stdio_type_name(uint64_t type);
const char *socket_family_name(uint64_t family);
const char *socket_type_name(uint64_t type);
const char *socket_state_name(uint64_t state);

/* What Shelltrap did or would do, to be seen at a glance; NULL: nothing. */
const char *intervention_name(uint64_t verdict);

/* What somebody did with a program: "ran", or not quite. */
const char *verdict_verb(uint64_t verdict);

/* Is it a socket that somebody is at the other end of? */
bool stdio_is_connected(const struct alert_stdio *stdio);

/* Stdin or stdout, whichever has an IP address at its other end; NULL: neither. */
const struct alert_stdio *alert_connection(const struct alert *alert);

/* Adds "203.0.113.5" or "2001:db8::1"; false, and nothing is added: it is none. */
bool put_ip_address(struct buffer *out, const struct bytes *addr);

/*
 * Adds "203.0.113.5:4444" or "[2001:db8::1]:443", without the port where that
 * is missing. False, and nothing is added, where there is no IP address.
 */
bool put_endpoint(struct buffer *out, const struct bytes *addr, const struct number *port);

#endif /* KERNEL_RECORD_H */
