// SPDX-License-Identifier: GPL-2.0
#ifdef __KERNEL__
#include <linux/errno.h>
#include <linux/string.h>
#else
#include <errno.h>
#include <string.h>
#endif

#include "policy.h"

#define BIT_OF(n) ((__u64)1 << (n))

/* FNV-1a, a byte at a time: a prefix's hash falls out on the way to the name's. */
#define HASH_START 2166136261U

static __u32 hash_step(__u32 hash, char byte)
{
	return (hash ^ (unsigned char)byte) * 16777619U;
}

enum name_kind {
	NAME_EXACT = 1,
	NAME_PREFIX,
	NAME_CUT,	/* the first SHELLTRAP_COMM_MAX bytes of a longer name */
};

/* At most half full, so that a look-up for a name that isn't there ends soon. */
static __u32 table_size(__u32 names)
{
	__u32 size = 16;

	/* Each name may need a second entry, cut to a task name's length. */
	while (size / 4 < names)
		size *= 2;
	return size;
}

size_t shelltrap_policy_size(__u32 names, __u32 text)
{
	return sizeof(struct shelltrap_policy) +
	       table_size(names) * sizeof(struct shelltrap_name) + text;
}

void shelltrap_policy_init(struct shelltrap_policy *policy, __u32 names, __u32 text)
{
	policy->mask = table_size(names) - 1;
	policy->text_size = text;
}

static char *policy_text(const struct shelltrap_policy *policy)
{
	return (char *)&policy->table[policy->mask + 1];
}

/* The entry of that name, or the unused one where it belongs. */
static const struct shelltrap_name *find_name(const struct shelltrap_policy *policy, __u32 hash,
					      const char *text, size_t len, enum name_kind kind)
{
	const struct shelltrap_name *name;
	__u32 at = hash;

	for (;; at++) {
		name = &policy->table[at & policy->mask];
		if (!name->sets)
			return name;
		if (name->hash == hash && name->len == len && name->kind == kind &&
		    !memcmp(policy_text(policy) + name->text, text, len))
			return name;
	}
}

static __u32 hash_text(const char *text, size_t len)
{
	__u32 hash = HASH_START;
	size_t i;

	for (i = 0; i < len; i++)
		hash = hash_step(hash, text[i]);
	return hash;
}

static void enter_name(struct shelltrap_policy *policy, __u32 text, size_t len,
		       enum name_kind kind, __u64 sets)
{
	const char *bytes = policy_text(policy) + text;
	__u32 hash = hash_text(bytes, len);
	struct shelltrap_name *name;

	name = (struct shelltrap_name *)find_name(policy, hash, bytes, len, kind);
	if (!name->sets) {
		policy->nr_entries++;
		name->hash = hash;
		name->text = text;
		name->len = len;
		name->kind = kind;
	}
	name->sets |= sets;
}

int shelltrap_policy_add_name(struct shelltrap_policy *policy, const char *name, __u64 sets)
{
	enum name_kind kind = NAME_EXACT;
	size_t len = strlen(name), longest = SHELLTRAP_NAME_MAX;
	__u32 text = policy->text_used;

	if (len && name[len - 1] == '*') {
		kind = NAME_PREFIX;
		longest = SHELLTRAP_PREFIX_MAX;
		len--;
	}
	if (!sets || !len || len > longest)
		return -EINVAL;
	if (len > policy->text_size - text || policy->nr_entries + 2 > policy->mask / 2 + 1)
		return -ENOSPC;

	memcpy(policy_text(policy) + text, name, len);
	policy->text_used += len;
	policy->nr_names++;

	enter_name(policy, text, len, kind, sets);
	if (len > SHELLTRAP_COMM_MAX)
		enter_name(policy, text, SHELLTRAP_COMM_MAX, NAME_CUT, sets);
	if (kind == NAME_PREFIX)
		policy->prefix_lens |= BIT_OF(len);
	return 0;
}

int shelltrap_policy_add_rule(struct shelltrap_policy *policy, const struct shelltrap_rule *rule)
{
	__u32 i;

	if (!rule->name[0] || !rule->target || !rule->scope)
		return -EINVAL;
	for (i = 0; i < policy->nr_rules; i++)
		if (!strcmp(policy->rules[i].name, rule->name))
			return -EEXIST;
	if (policy->nr_rules == SHELLTRAP_RULES_MAX)
		return -ENOSPC;

	policy->rules[policy->nr_rules++] = *rule;
	policy->actors |= rule->actor;
	policy->targets |= rule->target;
	return 0;
}

__u64 shelltrap_policy_sets(const struct shelltrap_policy *policy, const char *name,
			    enum shelltrap_name_source source)
{
	__u64 lens = policy->prefix_lens;
	__u32 hash = HASH_START;
	__u64 sets = 0;
	size_t len;

	for (len = 0; name[len]; len++) {
		if (len == SHELLTRAP_NAME_MAX)
			return 0;
		hash = hash_step(hash, name[len]);
		lens >>= 1;
		if (lens & 1)
			sets |= find_name(policy, hash, name, len + 1, NAME_PREFIX)->sets;
	}
	sets |= find_name(policy, hash, name, len, NAME_EXACT)->sets;
	if (source == SHELLTRAP_NAME_OF_TASK && len == SHELLTRAP_COMM_MAX)
		sets |= find_name(policy, hash, name, len, NAME_CUT)->sets;
	return sets;
}

static bool rule_hit(const struct shelltrap_rule *rule, const struct shelltrap_exec *exec)
{
	__u64 actor = exec->self;

	if (!(rule->target & exec->target))
		return false;
	if (rule->scope == SHELLTRAP_SCOPE_ANCESTORS)
		actor |= exec->ancestors;
	return !rule->actor || (rule->actor & actor);
}

__u64 shelltrap_policy_decide(const struct shelltrap_policy *policy,
			      const struct shelltrap_exec *exec)
{
	__u64 rules = 0;
	__u32 i;

	for (i = 0; i < policy->nr_rules; i++)
		if (rule_hit(&policy->rules[i], exec))
			rules |= BIT_OF(i);
	return rules;
}

int shelltrap_policy_leading(const struct shelltrap_policy *policy, __u64 rules)
{
	int leading = -1;
	__u32 i;

	for (i = 0; i < policy->nr_rules; i++) {
		if (!(rules & BIT_OF(i)))
			continue;
		if (leading < 0 || policy->rules[i].severity > policy->rules[leading].severity)
			leading = i;
	}
	return leading;
}
