/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the module says about itself (SHELLTRAP_CMD_STATUS_GET). */
#ifndef KERNEL_STATE_H
#define KERNEL_STATE_H

#include <linux/shelltrap.h>

#include "kernel/attributes.h"

struct nlmsghdr;

/* Of a rule in force: what it counted since its policy is. */
struct state_rule {
	const char *name;
	struct number severity;		/* enum shelltrap_severity */
	struct number action;		/* enum shelltrap_action */
	struct number hits;
	/* By enum shelltrap_verdict; one that is not known is 0. */
	struct number alerts[SHELLTRAP_VERDICT_PENDING + 1];
};

/* Strings point into the message, like everything in alert.h. */
struct state {
	const char *version;
	struct number instance;
	struct number armed;		/* set of enum shelltrap_armed */
	bool listening;
	struct number rules, names;
	struct number seq_oldest, seq_next;
	struct number backlog_size, backlog_used;	/* bytes */
	struct number slots;
	struct number execs, hits, alerts, lost;
	struct number overwritten, unsent, missed;
	struct number silenced, dismissed;
	struct state_rule each_rule[SHELLTRAP_RULES_MAX];
	size_t each_rule_count;
	struct number policies;		/* committed since load */
	struct number paths, paths_missing;
	bool locked;
	struct number refused;
	struct number lineage, left_out;
	bool enforce;			/* the module's parameter */
	struct number observing;	/* seconds left; not known: nothing is observed only */
	struct number denied, killed, would_deny, escaped, deny_missed;
};

/* As record_parse(). */
int state_parse(const struct nlmsghdr *message, struct state *state, struct fault *fault);

/* How many rules in force have that action. */
size_t state_count_rules(const struct state *state, enum shelltrap_action action);

/* How many deny or kill. */
size_t state_count_enforced(const struct state *state);

/* Whether it raises alerts, of a module that counts them by verdict and tells severities. */
bool state_counts_alerts(const struct state_rule *rule);

/* The hooks that its rules want and that are not in place: set of enum shelltrap_armed. */
uint64_t state_unarmed(const struct state *state);

#endif /* KERNEL_STATE_H */
