/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Records about the module itself, and how pending execs ended. Like record.h in all else. */
#ifndef KERNEL_EVENT_H
#define KERNEL_EVENT_H

#include <linux/shelltrap.h>

#include "kernel/attributes.h"

/* The process that did something to the module. */
struct by {
	bool present;
	struct number pid;
	const char *comm;
	struct number uid, loginuid;
};

/* Names of rules. */
struct rule_names {
	const char *names[SHELLTRAP_RULES_MAX];
	size_t count;
};

struct event {
	bool present;
	struct number kind;		/* enum shelltrap_event */
	struct by by;
	const char *version;
	struct bytes sha256;
	struct number rules;
	struct rule_names came, went, changed;
	struct number enforce;
	struct number observe;		/* seconds */
	const char *what;
	struct number count;
	struct number since;		/* ns */
	struct number armed;		/* set of enum shelltrap_armed */
	struct number uptime;		/* ns */
	struct number execs, hits, alerts, lost, overwritten, missed, lineage, left_out;
};

struct exec_outcome {
	bool present;
	struct number of;		/* the number of the alert that it ends */
	struct number verdict;		/* enum shelltrap_verdict */
	struct by by;
	struct number why;		/* enum shelltrap_ended, if it was held */
};

/** ended_name() - Why an exec is not held any more, as in shelltrap-formats(5). */
const char *ended_name(uint64_t why);

extern const struct fields event_table;
extern const struct fields outcome_table;

/** event_name() - The name as in shelltrap-formats(5); NULL for an unknown value. */
const char *event_name(uint64_t kind);

/** event_is_trouble() - Whether the sensor sees less, or stops less, after this event. */
bool event_is_trouble(const struct event *event);

#endif /* KERNEL_EVENT_H */
