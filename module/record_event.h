/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Records of events: what happens to the module itself. Like record.h, this needs no other part
 * of the module.
 */
#ifndef _SHELLTRAP_RECORD_EVENT_H
#define _SHELLTRAP_RECORD_EVENT_H

#include <linux/sched.h>
#include <linux/shelltrap.h>
#include <linux/types.h>

#include "policy.h"

struct sk_buff;

/* The process that did something to the module. */
struct shelltrap_by {
	pid_t pid;		/* 0: no process did it */
	char comm[TASK_COMM_LEN];
	uid_t uid;
	uid_t loginuid;		/* (uid_t)-1: not set */
};

/**
 * shelltrap_record_put_by() - Put a process that did something.
 * @skb: the message
 * @type: of the attribute
 * @by: the process; nothing is put if its pid is 0
 *
 * Return: 0 or -EMSGSIZE.
 */
int shelltrap_record_put_by(struct sk_buff *skb, int type, const struct shelltrap_by *by);

/* Counters of a heartbeat, as in the status. */
struct shelltrap_event_counters {
	u64 uptime;		/* ns since the module was loaded */
	u64 execs, hits, alerts, lost, overwritten, missed, left_out;
	u32 lineage;
};

/* An event. Each kind has the facts that enum shelltrap_event names; others are not used. */
struct shelltrap_event_facts {
	enum shelltrap_event kind;
	struct shelltrap_by by;
	const struct shelltrap_policy *policy;	/* the policy in force */
	const struct shelltrap_policy *before;	/* the policy that it has replaced */
	const void *sha256;	/* NULL: unknown */
	const u32 *observe;	/* seconds; NULL: the commit said nothing */
	bool enforce;
	const char *what;
	u64 count;
	u64 since;		/* ns */
	u32 armed;
	const struct shelltrap_event_counters *counters;
};

/* Bytes that suffice for the header and any event: names of the rules of two policies. */
#define SHELLTRAP_RECORD_EVENT_MAX	(2 * SHELLTRAP_RULES_MAX * (SHELLTRAP_LABEL_MAX + 9) + 1024)

/**
 * shelltrap_record_put_event() - Put an EVENT.
 * @skb: the message
 * @event: the facts
 *
 * Return: 0 or -EMSGSIZE.
 */
int shelltrap_record_put_event(struct sk_buff *skb, const struct shelltrap_event_facts *event);

#endif /* _SHELLTRAP_RECORD_EVENT_H */
