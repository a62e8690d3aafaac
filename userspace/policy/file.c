// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A section may name a set that a later section defines. So all sets are added first, then
 * their members, then the rules. The module's own source (module/policy.h) decides what is
 * valid; this file adds only where a fault is.
 */
#include "policy/file.h"

#include <stdlib.h>
#include <string.h>

#include "lib/words.h"
#include "lib/xalloc.h"
#include "policy/rule.h"
#include "policy/source.h"

struct maker {
	struct policy_sources sources;
	struct shelltrap_policy *policy;
	struct buffer *faults;
	struct policy_rule *rules;
	unsigned int nr_rules;
};

struct shelltrap_policy *policy_new(void)
{
	size_t size = shelltrap_policy_size(SHELLTRAP_MEMBERS_MAX, SHELLTRAP_TEXT_MAX);
	struct shelltrap_policy *policy = xcalloc(1, size);

	shelltrap_policy_init(policy, SHELLTRAP_MEMBERS_MAX, SHELLTRAP_TEXT_MAX);
	return policy;
}

void policy_free(struct shelltrap_policy *policy)
{
	free(policy);
}

static void maker_add_set(struct maker *maker, const struct policy_section *section)
{
	const char *fault;

	if (shelltrap_policy_find_set(maker->policy, section->name) >= 0)
		return;
	fault = shelltrap_policy_add_set(maker->policy, section->name);
	if (fault)
		policy_fault(maker->faults, section, section->line, section->name, fault);
}

static const char *maker_add_include(struct shelltrap_policy *policy, unsigned int set,
				     const char *name)
{
	int included = shelltrap_policy_find_set(policy, name);

	if (included < 0)
		return "there is no set of this name";
	return shelltrap_policy_add_include(policy, set, included);
}

static const char *maker_add_name(struct shelltrap_policy *policy, unsigned int set,
				  const char *name)
{
	return shelltrap_policy_add_member(policy, set, SHELLTRAP_MEMBER_NAME, name);
}

static const char *maker_add_comm(struct shelltrap_policy *policy, unsigned int set,
				  const char *name)
{
	return shelltrap_policy_add_member(policy, set, SHELLTRAP_MEMBER_COMM, name);
}

static const char *maker_add_path(struct shelltrap_policy *policy, unsigned int set,
				  const char *path)
{
	return shelltrap_policy_add_member(policy, set, SHELLTRAP_MEMBER_PATH, path);
}

static const char *maker_add_runs(struct shelltrap_policy *policy, unsigned int set,
				  const char *runs)
{
	return shelltrap_policy_add_member(policy, set, SHELLTRAP_MEMBER_RUNS, runs);
}

static const char *maker_add_ports(struct shelltrap_policy *policy, unsigned int set,
				   const char *ports)
{
	return shelltrap_policy_add_member(policy, set, SHELLTRAP_MEMBER_PORTS, ports);
}

static const char *maker_add_never(struct shelltrap_policy *policy, unsigned int set,
				   const char *name)
{
	return shelltrap_policy_add_member(policy, set, SHELLTRAP_MEMBER_NEVER, name);
}

static const struct set_key {
	const char *name;
	const char *(*add)(struct shelltrap_policy *policy, unsigned int set, const char *word);
} set_keys[] = {
	{ "names", maker_add_name },
	{ "comms", maker_add_comm },
	{ "paths", maker_add_path },
	{ "runs", maker_add_runs },
	{ "ports", maker_add_ports },
	{ "never", maker_add_never },
	{ "include", maker_add_include },
};

static const struct set_key *maker_find_key(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(set_keys); i++)
		if (!strcmp(set_keys[i].name, name))
			return &set_keys[i];
	return NULL;
}

static void maker_add_words(struct maker *maker, const struct policy_section *section,
			    const struct ini_entry *entry, const struct set_key *key,
			    unsigned int set)
{
	struct words words;
	const char *fault;

	words_start(&words, entry->value, entry->line);
	while (words_next(&words)) {
		fault = key->add(maker->policy, set, words.word.data);
		if (!fault)
			continue;
		policy_fault(maker->faults, section, words.line, words.word.data, fault);
		/* All further words would be the same fault. */
		if (maker->policy->nr_members == SHELLTRAP_MEMBERS_MAX)
			break;
	}
	if (words.fault)
		policy_fault(maker->faults, section, words.line, NULL, words.fault);
	words_stop(&words);
}

static void maker_fill_set(struct maker *maker, const struct policy_section *section)
{
	int set = shelltrap_policy_find_set(maker->policy, section->name);
	const struct ini_entry *entry = NULL;
	const struct set_key *key;

	while ((entry = policy_section_next(section, entry, maker->faults))) {
		key = maker_find_key(entry->key);
		if (!key)
			policy_fault(maker->faults, section, entry->line, entry->key,
				     "a set has no such key; write names, comms, paths, runs, ports, never or include");
		else if (set >= 0)
			maker_add_words(maker, section, entry, key, set);
	}
}

static struct policy_rule *maker_find_rule(struct maker *maker,
					   const struct policy_section *section)
{
	unsigned int i, nr = maker->nr_rules;

	for (i = 0; i < nr; i++)
		if (!strcmp(maker->rules[i].rule.name, section->name))
			return &maker->rules[i];
	maker->rules = xreallocarray(maker->rules, nr + 1, sizeof(*maker->rules));
	policy_rule_init(&maker->rules[nr], section);
	maker->nr_rules++;
	return &maker->rules[nr];
}

typedef void (*section_fn)(struct maker *maker, const struct policy_section *section);

static void maker_each_section(struct maker *maker, bool of_rules, section_fn take)
{
	const struct policy_section *section = maker->sources.sections;
	const struct policy_section *end = section + maker->sources.nr_sections;

	for (; section < end; section++)
		if (section->is_rule == of_rules)
			take(maker, section);
}

static void maker_take_rule(struct maker *maker, const struct policy_section *section)
{
	policy_rule_take(maker_find_rule(maker, section), maker->policy, section, maker->faults);
}

static void maker_add_rule(struct maker *maker, struct policy_rule *rule)
{
	const char *fault = rule->faulty ? NULL : policy_rule_add(rule, maker->policy);

	if (fault)
		policy_fault(maker->faults, rule->section, rule->section->line, rule->rule.name,
			     fault);
}

/* Adds a fault at the last "include" of the set. */
static void maker_fault_of_include(struct maker *maker, unsigned int set, const char *fault)
{
	const char *name = maker->policy->sets[set].name;
	const struct policy_section *section = maker->sources.sections + maker->sources.nr_sections;
	const struct ini_entry *entry = NULL;

	while (section-- > maker->sources.sections) {
		if (section->is_rule || strcmp(section->name, name))
			continue;
		while ((entry = policy_section_next(section, entry, maker->faults)))
			if (!strcmp(entry->key, "include")) {
				policy_fault(maker->faults, section, entry->line, name, fault);
				return;
			}
	}
}

static void maker_finish(struct maker *maker)
{
	int rule, set;
	const char *fault = shelltrap_policy_finish(maker->policy, &rule, &set);

	if (fault && set >= 0)
		maker_fault_of_include(maker, set, fault);
	else if (fault)
		policy_fault(maker->faults, maker->rules[rule].section,
			     maker->rules[rule].section->line, maker->rules[rule].rule.name, fault);
}

static void maker_run(struct maker *maker)
{
	unsigned int i;

	maker_each_section(maker, false, maker_add_set);
	maker_each_section(maker, false, maker_fill_set);
	maker_each_section(maker, true, maker_take_rule);
	for (i = 0; i < maker->nr_rules; i++)
		maker_add_rule(maker, &maker->rules[i]);
	/* A policy that detects nothing must say so: by a rule with action = off. */
	if (!maker->faults->len && !maker->nr_rules)
		ini_fault(maker->faults, maker->sources.paths[0], 0,
			  "the policy has no rule; add a section [rule NAME]");
	if (!maker->faults->len)
		maker_finish(maker);
}

static void maker_free(struct maker *maker)
{
	unsigned int i;

	for (i = 0; i < maker->nr_rules; i++)
		policy_rule_free(&maker->rules[i]);
	free(maker->rules);
	policy_sources_free(&maker->sources);
}

struct shelltrap_policy *policy_read(char **paths, unsigned int count, struct buffer *faults)
{
	struct maker maker = { .policy = policy_new(), .faults = faults };
	bool fine;

	buffer_reset(faults);
	fine = policy_sources_read(&maker.sources, paths, count, faults);
	if (fine)
		maker_run(&maker);
	maker_free(&maker);
	if (fine && !faults->len)
		return maker.policy;
	policy_free(maker.policy);
	return NULL;
}
