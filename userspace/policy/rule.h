/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A rule that is being put together from the sections of several files. */
#ifndef POLICY_RULE_H
#define POLICY_RULE_H

#include "lib/choice.h"
#include "module/policy.h"
#include "policy/source.h"

/* The keys of a rule. */
enum rule_key {
	RULE_TITLE,
	RULE_THREAT,
	RULE_REFERENCE,
	RULE_ACTOR,
	RULE_NOT_ACTOR,
	RULE_SCOPE,
	RULE_TARGET,
	RULE_STDIN,
	RULE_STDOUT,
	RULE_STDIO,
	RULE_FILE,
	RULE_CODE,
	RULE_UID,
	RULE_CGROUP,
	RULE_NOT_CGROUP,
	RULE_CWD,
	RULE_ARGV,
	RULE_ENVIRONMENT,
	RULE_SEVERITY,
	RULE_ACTION,
	RULE_ENFORCE,
	RULE_KEYS
};

/* Where a key was set last. Without a section: nowhere. */
struct rule_place {
	const struct policy_section *section;
	unsigned int line;
};

struct policy_rule {
	struct shelltrap_rule rule;		/* its strings are the members below */
	char *title, *threat, *reference, *cgroup, *cwd;
	struct buffer argv, environment, not_cgroup;
	char *unknown_user;			/* whose uid is waited for; NULL: none */
	const struct policy_section *section;	/* the last section of this rule */
	struct rule_place places[RULE_KEYS];
	bool faulty;				/* at least one fault was added */
	bool any_argv;				/* the files say "argv = any" */
};

/* Starts a rule with defaults: severity medium, action alert. */
void policy_rule_init(struct policy_rule *rule, const struct policy_section *section);
void policy_rule_free(struct policy_rule *rule);

/*
 * Reads the keys of a section into the rule: they replace the values of earlier sections.
 * The policy must have all sets already. With @defer_names the name of a user that this
 * machine does not know is no fault, but is waited for. Adds a line to @faults for each fault.
 */
void policy_rule_take(struct policy_rule *rule, const struct shelltrap_policy *policy,
		      const struct policy_section *section, bool defer_names,
		      struct buffer *faults);

/*
 * Adds the rule to the policy, or a line to @faults. A rule that waits for the name of a user
 * is added such that it never silences too much and never refuses too little: an exception is
 * off, and any other rule applies to all users. @waiting gets a line that says so.
 */
void policy_rule_add(struct policy_rule *rule, struct shelltrap_policy *policy,
		     struct buffer *faults, struct buffer *waiting);

/* Where the key is written; if no file has the key, where the rule's last section begins. */
struct rule_place policy_rule_place(const struct policy_rule *rule, enum rule_key key);

/* Where two keys came together that do not go together: the place of the later one. */
struct rule_place policy_rule_later_place(const struct policy_rule *rule, enum rule_key a,
					  enum rule_key b);

/* The words for actions and scopes; severity_choices has the words for severities. */
extern const struct choices policy_actions, policy_scopes;

#define POLICY_CONNECTED "connected-socket"
#define POLICY_DROPPED "dropped"
#define POLICY_INJECTED "injected"
#define POLICY_ANYBODY "anybody"
#define POLICY_LINEAGE "lineage"

#endif /* POLICY_RULE_H */
