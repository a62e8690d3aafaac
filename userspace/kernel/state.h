/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The status of the module (SHELLTRAP_CMD_STATUS_GET). */
#ifndef KERNEL_STATE_H
#define KERNEL_STATE_H

#include <linux/shelltrap.h>

#include "kernel/attributes.h"

struct nlmsghdr;

/* A rule in force, and what it has counted since its policy was committed. */
struct state_rule {
	const char *name;
	struct number severity;		/* enum shelltrap_severity */
	struct number action;		/* enum shelltrap_action */
	struct number hits;
	/* Indexed by enum shelltrap_verdict. */
	struct number alerts[SHELLTRAP_VERDICT_HELD + 1];
};

/* What the module has found out about the running kernel. */
struct state_kernel {
	bool present;
	struct number hook;		/* enum shelltrap_placed */
	const char *listen;		/* the function that is probed, or NULL */
	bool mnt_ns;			/* mount namespaces are known */
	struct number cgroup;		/* enum shelltrap_cgroup */
	bool preempt_rt;
};

/* Strings point into the message. Numbers that the message lacks are not known. */
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
	struct number silenced, dismissed, repeats;
	struct state_rule each_rule[SHELLTRAP_RULES_MAX];
	size_t each_rule_count;
	struct number policies;		/* committed since load */
	struct number paths, paths_missing;
	bool locked;
	struct number refused;
	struct number servers, lineage, left_out;
	bool enforce;			/* the module's parameter */
	struct number observing;	/* seconds left to observe only, if known */
	struct number denied, killed, would_deny, escaped, deny_missed;
	struct number held_now, held, unheld;
	struct state_kernel kernel;
};

/** state_parse() - Read a message. Returns 0, or -EBADMSG with *fault filled. */
int state_parse(const struct nlmsghdr *message, struct state *state, struct fault *fault);

/** state_count_rules() - Count the rules in force with this action. */
size_t state_count_rules(const struct state *state, enum shelltrap_action action);

/** state_count_enforced() - Count the rules in force that deny or kill. */
size_t state_count_enforced(const struct state *state);

/**
 * state_counts_alerts() - Whether the alerts of a rule are counted by verdict.
 *
 * False for a rule that raises no alerts, and for a module too old to report severities.
 */
bool state_counts_alerts(const struct state_rule *rule);

/**
 * state_unarmed() - The hooks which the rules in force need and which are not armed.
 *
 * Returns a set of enum shelltrap_armed.
 */
uint64_t state_unarmed(const struct state *state);

/** state_hook_name() - How the probe on exec is placed. Returns NULL if that is unknown. */
const char *state_hook_name(const struct state_kernel *kernel);

/** state_cgroup_name() - Which hierarchies of cgroups there are. Returns NULL for unknown. */
const char *state_cgroup_name(const struct state_kernel *kernel);

#endif /* KERNEL_STATE_H */
