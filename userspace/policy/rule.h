/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A rule while files say what it is. */
#ifndef POLICY_RULE_H
#define POLICY_RULE_H

#include "lib/choice.h"
#include "module/policy.h"
#include "policy/source.h"

struct policy_rule {
	struct shelltrap_rule rule;		/* strings are those below */
	char *title, *threat, *reference, *cgroup;
	struct buffer argv;
	const struct policy_section *section;	/* the last one of it */
	bool faulty;
};

void policy_rule_init(struct policy_rule *rule, const struct policy_section *section);
void policy_rule_free(struct policy_rule *rule);

/* What a section says of it counts from now on. The policy has all sets. */
void policy_rule_take(struct policy_rule *rule, const struct shelltrap_policy *policy,
		      const struct policy_section *section, struct buffer *faults);

/* Adds it. NULL, or what is wrong with it. */
const char *policy_rule_add(struct policy_rule *rule, struct shelltrap_policy *policy);

/* The words for the values of a key; those of a severity are severity_choices. */
extern const struct choices policy_actions, policy_scopes;

#define POLICY_CONNECTED "connected-socket"
#define POLICY_DROPPED "dropped"
#define POLICY_ANYBODY "anybody"
#define POLICY_LINEAGE "lineage"

#endif /* POLICY_RULE_H */
