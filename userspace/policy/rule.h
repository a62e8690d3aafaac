/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A rule that is being put together from the sections of several files. */
#ifndef POLICY_RULE_H
#define POLICY_RULE_H

#include "lib/choice.h"
#include "module/policy.h"
#include "policy/source.h"

struct policy_rule {
	struct shelltrap_rule rule;		/* its strings are the members below */
	char *title, *threat, *reference, *cgroup;
	struct buffer argv;
	const struct policy_section *section;	/* the last section of this rule */
	bool faulty;				/* at least one fault was added */
};

/* Starts a rule with defaults: severity medium, action alert. */
void policy_rule_init(struct policy_rule *rule, const struct policy_section *section);
void policy_rule_free(struct policy_rule *rule);

/*
 * Reads the keys of a section into the rule: they replace the values of earlier sections.
 * The policy must have all sets already. Adds a line to @faults for each fault.
 */
void policy_rule_take(struct policy_rule *rule, const struct shelltrap_policy *policy,
		      const struct policy_section *section, struct buffer *faults);

/* Adds the rule to the policy. Returns NULL, or what is wrong with the rule. */
const char *policy_rule_add(struct policy_rule *rule, struct shelltrap_policy *policy);

/* The words for actions and scopes; severity_choices has the words for severities. */
extern const struct choices policy_actions, policy_scopes;

#define POLICY_CONNECTED "connected-socket"
#define POLICY_DROPPED "dropped"
#define POLICY_INJECTED "injected"
#define POLICY_ANYBODY "anybody"
#define POLICY_LINEAGE "lineage"

#endif /* POLICY_RULE_H */
