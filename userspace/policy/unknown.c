// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/unknown.h"

#include <string.h>

#include "lib/suggest.h"
#include "policy/shape.h"

/* The first set that has this word as a member; NULL: none. */
static const char *unknown_set_with(const struct shelltrap_policy *policy, const char *word)
{
	__u32 i;

	for (i = 0; i < policy->nr_members; i++)
		if (!strcmp(shelltrap_policy_member(policy, i), word))
			return policy->sets[policy->members[i].set].name;
	return NULL;
}

void policy_put_no_set(struct buffer *out, const struct shelltrap_policy *policy,
		       const char *word)
{
	const char *with = unknown_set_with(policy, word), *comma = shape_fault("include", word);
	struct suggestion suggestion;
	__u32 i;

	if (comma) {
		buffer_puts(out, comma);
		return;
	}
	suggestion_start(&suggestion, word);
	for (i = 0; i < policy->nr_sets; i++)
		suggestion_offer(&suggestion, policy->sets[i].name);
	buffer_puts(out, "there is no set of this name");
	if (with)
		buffer_printf(out, "; write %s, which has it as a member, or put it "
			      "into a section [set NAME] of its own and write NAME", with);
	else if (suggestion.best)
		suggestion_put(out, &suggestion);
	else
		buffer_printf(out, "; sets are named here: for a program, put it into a section "
			      "[set NAME] with '%s = %s', and write NAME here",
			      *word == '/' ? "paths" : "names", word);
}
