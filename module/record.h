/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Records: puts facts into the netlink attributes of include/uapi/linux/shelltrap.h.
 *
 * The functions take a struct sk_buff and plain structures, so that a test needs no other
 * part of the module. They neither sleep nor allocate. Each returns 0, or -EMSGSIZE if the
 * message is full; a message of SHELLTRAP_RECORD_MAX bytes is large enough for any record.
 */
#ifndef _SHELLTRAP_RECORD_H
#define _SHELLTRAP_RECORD_H

#include "cgi.h"
#include "policy.h"
#include "hit.h"
#include "record_event.h"

struct shelltrap_losses;
struct sk_buff;

/*
 * Paths of an alert, as the report resolved them. NULL: unknown; then what belongs to the
 * path is left out of the record as well.
 */
struct shelltrap_paths {
	const char *file;
	const char *exe;
	const char *cwd;
	const char *server_exe;
	const char *cgroup;
	const struct shelltrap_cgi *cgi;	/* NULL: the environment was not read */
};

/* Bytes of ENVIRONMENT at most. */
#define SHELLTRAP_RECORD_ENVIRONMENT	4096

/*
 * Size in bytes: seven paths (PATHNAME and INTERPRETER are two), ARGV, ENVIRONMENT, the values
 * of a CGI program, and the small parts.
 */
#define SHELLTRAP_RECORD_MAX	(7 * SHELLTRAP_PATH_MAX + SHELLTRAP_ARGV_MAX + \
				 SHELLTRAP_RECORD_ENVIRONMENT + \
				 SHELLTRAP_CGI_NR * SHELLTRAP_CGI_MAX + \
				 32 * SHELLTRAP_ANCESTORS_MAX + 200 * SHELLTRAP_RULES_MAX + \
				 80 * SHELLTRAP_CLIENTS_MAX + 2048)

/**
 * shelltrap_record_put_header() - Put the attributes that every record starts with.
 * @skb: the message
 * @instance: number of the module instance
 * @time: wall clock, ns since the epoch
 *
 * Return: 0 or -EMSGSIZE.
 */
int shelltrap_record_put_header(struct sk_buff *skb, u64 instance, u64 time);

/**
 * shelltrap_record_stamp() - Write its number into a complete record.
 * @record: the attributes, a header first; it has the number 0 until now
 * @len: their length in bytes
 * @seq: the number
 */
void shelltrap_record_stamp(void *record, u32 len, u64 seq);

/**
 * shelltrap_record_size() - Bytes that suffice for the header and an alert.
 * @facts: as for shelltrap_record_put_alert()
 * @paths: the same
 */
u32 shelltrap_record_size(const struct shelltrap_facts *facts, const struct shelltrap_paths *paths);

/**
 * shelltrap_record_put_alert() - Put an ALERT.
 * @skb: the message
 * @policy: the policy that decided on the exec
 * @facts: what the hooks captured
 * @paths: what the report resolved
 *
 * Return: 0 or -EMSGSIZE.
 */
int shelltrap_record_put_alert(struct sk_buff *skb, const struct shelltrap_policy *policy,
			       const struct shelltrap_facts *facts,
			       const struct shelltrap_paths *paths);

/**
 * shelltrap_record_put_loss() - Put a LOSS.
 * @skb: the message
 * @losses: how many execs, and whose
 * @why: the reason
 *
 * Return: 0 or -EMSGSIZE.
 */
int shelltrap_record_put_loss(struct sk_buff *skb, const struct shelltrap_losses *losses,
			      enum shelltrap_loss why);

/**
 * shelltrap_record_put_repeats() - Put a REPEATS that counts one exec.
 * @skb: the message
 * @policy: the policy that decided on the exec
 * @facts: what the hooks captured
 * @of: number of the alert that the exec repeats
 *
 * Return: 0 or -EMSGSIZE.
 */
int shelltrap_record_put_repeats(struct sk_buff *skb, const struct shelltrap_policy *policy,
				 const struct shelltrap_facts *facts, u64 of);

/**
 * shelltrap_record_count_repeat() - Count one more exec in a complete REPEATS record.
 * @record: the attributes
 * @len: their length in bytes
 * @time: of the exec, wall clock, ns since the epoch
 */
void shelltrap_record_count_repeat(void *record, u32 len, u64 time);

/* Bytes that suffice for the header and an OUTCOME. */
#define SHELLTRAP_RECORD_OUTCOME_MAX	192

/* How the exec of an alert has ended, or goes on. */
struct shelltrap_outcome {
	u64 of;			/* number of the alert */
	enum shelltrap_verdict verdict;
	enum shelltrap_ended why;	/* 0: it was not held */
	struct shelltrap_by by;
};

/**
 * shelltrap_record_put_outcome() - Put an OUTCOME.
 * @skb: the message
 * @outcome: the facts
 *
 * Return: 0 or -EMSGSIZE.
 */
int shelltrap_record_put_outcome(struct sk_buff *skb, const struct shelltrap_outcome *outcome);

#endif /* _SHELLTRAP_RECORD_H */
