/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints a policy in the syntax of policy files, see shelltrap-policy(5). */
#ifndef POLICY_TEXT_H
#define POLICY_TEXT_H

#include "lib/buffer.h"
#include "module/policy.h"

/* Appends the policy. Reading the text gives the same policy, which has the same text. */
void policy_put(struct buffer *out, const struct shelltrap_policy *policy);

/* Append one section of it. The rule is one of this policy. */
void policy_put_set(struct buffer *out, const struct shelltrap_policy *policy, unsigned int set);
void policy_put_rule(struct buffer *out, const struct shelltrap_policy *policy,
		     const struct shelltrap_rule *rule);

/*
 * Append lines "KEY = VALUE": the conditions of a rule, a command line, perhaps with holes, and
 * the variables that an exception names.
 */
void policy_put_conditions(struct buffer *out, __u32 conditions);
void policy_put_argv(struct buffer *out, const char *argv, __u32 len, bool holes);
void policy_put_environment(struct buffer *out, const char *environment, __u32 len);

/* Append "actor -= SET..." and "cgroup -= PATH...", each if there is any. */
void policy_put_left_out(struct buffer *out, const struct shelltrap_policy *policy, __u64 actor,
			 const char *cgroup, __u32 cgroup_len);

/* The key under which a set has a member of this kind, such as "names". */
const char *policy_member_key(enum shelltrap_member_kind kind);

/* The word for the action of a rule. */
const char *policy_action(const struct shelltrap_rule *rule);

#endif /* POLICY_TEXT_H */
