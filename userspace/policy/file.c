// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A section may name a set that a later section defines. So all sets are added first, then
 * their members, then the rules. The module's own source (module/policy.h) decides what is
 * valid; this file adds only where a fault is.
 */
#include "policy/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/suggest.h"
#include "lib/words.h"
#include "lib/xalloc.h"
#include "module/lookup.h"
#include "policy/doubt.h"
#include "policy/hold.h"
#include "policy/list.h"
#include "policy/rule.h"
#include "policy/shape.h"
#include "policy/source.h"
#include "policy/unknown.h"

struct maker {
	struct policy_sources sources;
	struct shelltrap_policy *policy;
	struct policy_report *report;
	struct buffer *faults;	/* of the report */
	bool defer_names;
	bool full;		/* a limit of the policy was reached, and reported */
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

#define INCLUDE 0
#define LIST (-1)

/* "kind" is an enum shelltrap_member_kind, INCLUDE or LIST. */
static const struct set_key {
	const char *name;
	int kind;
} set_keys[] = {
	{ "names", SHELLTRAP_MEMBER_NAME },
	{ "comms", SHELLTRAP_MEMBER_COMM },
	{ "paths", SHELLTRAP_MEMBER_PATH },
	{ "runs", SHELLTRAP_MEMBER_RUNS },
	{ "ports", SHELLTRAP_MEMBER_PORTS },
	{ "never", SHELLTRAP_MEMBER_NEVER },
	{ "lists", LIST },
	{ "include", INCLUDE },
};

static const char *maker_add(struct shelltrap_policy *policy, unsigned int set, int kind,
			     const char *word)
{
	if (kind == INCLUDE)
		return shelltrap_policy_add_include(policy, set,
						    shelltrap_policy_find_set(policy, word));
	return shelltrap_policy_add_member(policy, set, kind, word);
}

static const struct set_key *maker_find_key(const char *name)
{
	size_t len = strcspn(name, INI_TAKES_OUT);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(set_keys); i++)
		if (strlen(set_keys[i].name) == len && !memcmp(set_keys[i].name, name, len))
			return &set_keys[i];
	return NULL;
}

/* A set that a list is read into. */
struct listing {
	struct shelltrap_policy *policy;
	unsigned int set;
};

static const char *maker_take_listed(void *data, const char *name)
{
	const struct listing *listing = data;
	__u64 sets = shelltrap_policy_name_sets(listing->policy, name, SHELLTRAP_NAME_OF_FILE);

	if (sets >> listing->set & 1)
		return NULL;
	return shelltrap_policy_add_member(listing->policy, listing->set, SHELLTRAP_MEMBER_NAME,
					   name);
}

static const char *maker_add_list(struct shelltrap_policy *policy, unsigned int set,
				  const struct words *words)
{
	struct listing listing = { .policy = policy, .set = set };

	return list_read(words->word.data, words->quoted, maker_take_listed, &listing);
}

/* Is the word in the value of this key of the section? */
static bool maker_has_word(const struct policy_section *section, const char *key,
			   const char *wanted)
{
	const struct ini_entry *entry = NULL;
	struct buffer faults = {0};
	struct words words;
	bool has = false;

	while (!has && (entry = policy_section_next(section, entry, &faults))) {
		if (strcmp(entry->key, key))
			continue;
		words_start(&words, entry->value, entry->line);
		while (!has && words_next(&words))
			has = !strcmp(words.word.data, wanted);
		words_stop(&words);
	}
	buffer_free(&faults);
	return has;
}

static bool maker_is_in(const struct policy_section *first, const struct policy_section *end,
			const char *set, const char *key, const char *word)
{
	for (; first < end; first++)
		if (!first->is_rule && !strcmp(first->name, set) &&
		    maker_has_word(first, key, word))
			return true;
	return false;
}

/* Does a later file take the word out of the set again? */
static bool maker_is_taken_out(const struct maker *maker, const struct policy_section *section,
			       const struct set_key *key, const char *word)
{
	const struct policy_sources *sources = &maker->sources;
	char takes_out[sizeof("include" INI_TAKES_OUT)];

	snprintf(takes_out, sizeof(takes_out), "%s" INI_TAKES_OUT, key->name);
	return maker_is_in(section + 1, sources->sections + sources->nr_sections, section->name,
			   takes_out, word);
}

/* A key with "-=": its words must be in the set, as earlier files make it. */
static void maker_check_taken_out(struct maker *maker, const struct policy_section *section,
				  const struct ini_entry *entry, const struct set_key *key)
{
	struct words words;

	words_start(&words, entry->value, entry->line);
	while (words_next(&words))
		if (!maker_is_in(maker->sources.sections, section, section->name, key->name,
				 words.word.data))
			policy_fault(maker->faults, section, words.line, words.word.data,
				     "no earlier file puts this into the set, so it cannot be "
				     "taken out; write it as it is there");
	if (words.fault)
		policy_fault(maker->faults, section, words.line, NULL, words.fault);
	words_stop(&words);
}

/* Appends what is wrong with the word, if it cannot be added. */
static void maker_add_word(struct maker *maker, const struct set_key *key, unsigned int set,
			   const struct words *words, struct buffer *fault)
{
	const char *word = words->word.data, *what = NULL;

	if (key->kind == INCLUDE && shelltrap_policy_find_set(maker->policy, word) < 0) {
		policy_put_no_set(fault, maker->policy, word);
		return;
	}
	if (!words->quoted)
		what = shape_fault(key->name, word);
	if (!what && key->kind == LIST)
		what = maker_add_list(maker->policy, set, words);
	else if (!what)
		what = maker_add(maker->policy, set, key->kind, word);
	if (what)
		buffer_puts(fault, what);
}

/* All further words would be the same fault. */
static bool maker_is_limit(const char *fault)
{
	static const char limit[] = "a policy can have at most ";

	return !strncmp(fault, limit, strlen(limit));
}

static void maker_add_words(struct maker *maker, const struct policy_section *section,
			    const struct ini_entry *entry, const struct set_key *key,
			    unsigned int set)
{
	struct buffer fault = {0};
	struct words words;

	words_start(&words, entry->value, entry->line);
	while (!maker->full && words_next(&words)) {
		buffer_reset(&fault);
		if (maker_is_taken_out(maker, section, key, words.word.data))
			continue;
		maker_add_word(maker, key, set, &words, &fault);
		if (!fault.len)
			continue;
		policy_fault(maker->faults, section, words.line, words.word.data, fault.data);
		maker->full = maker_is_limit(fault.data);
	}
	if (words.fault)
		policy_fault(maker->faults, section, words.line, NULL, words.fault);
	words_stop(&words);
	buffer_free(&fault);
}

static void maker_fail_unknown_key(struct maker *maker, const struct policy_section *section,
				   const struct ini_entry *entry)
{
	struct suggestion suggestion;
	struct buffer fault = {0};
	size_t i;

	suggestion_start(&suggestion, entry->key);
	for (i = 0; i < ARRAY_SIZE(set_keys); i++)
		suggestion_offer(&suggestion, set_keys[i].name);
	buffer_puts(&fault, "a set has no such key");
	suggestion_put(&fault, &suggestion);
	for (i = 0; i < ARRAY_SIZE(set_keys); i++)
		buffer_printf(&fault, "%s%s", i ? ", " : suggestion.best ? " The keys are " :
			      "; the keys are ", set_keys[i].name);
	policy_fault(maker->faults, section, entry->line, entry->key, fault.data);
	buffer_free(&fault);
}

static void maker_fill_set(struct maker *maker, const struct policy_section *section)
{
	int set = shelltrap_policy_find_set(maker->policy, section->name);
	const struct ini_entry *entry = NULL;
	const struct set_key *key;

	while ((entry = policy_section_next(section, entry, maker->faults))) {
		key = maker_find_key(entry->key);
		if (!key)
			maker_fail_unknown_key(maker, section, entry);
		else if (ini_takes_out(entry->key))
			maker_check_taken_out(maker, section, entry, key);
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
		if (section->is_rule == of_rules && !section->is_settings)
			take(maker, section);
}

/* The sections [policy] of all files: what a later one says counts. */
static void maker_take_settings(struct maker *maker)
{
	const struct policy_section *section = maker->sources.sections, *last = NULL;
	const struct policy_section *end = section + maker->sources.nr_sections;
	struct shelltrap_hold_limits limits = maker->policy->hold;
	size_t before = maker->faults->len;
	const char *fault;

	for (; section < end; section++)
		if (section->is_settings) {
			policy_hold_take(&limits, section, maker->faults);
			last = section;
		}
	if (!last || maker->faults->len != before)
		return;
	fault = shelltrap_policy_set_hold(maker->policy, &limits);
	if (fault)
		policy_fault(maker->faults, last, last->line, NULL, fault);
}

static void maker_take_rule(struct maker *maker, const struct policy_section *section)
{
	policy_rule_take(maker_find_rule(maker, section), maker->policy, section,
			 maker->defer_names, maker->faults);
}

static void maker_add_rule(struct maker *maker, struct policy_rule *rule)
{
	if (!rule->faulty)
		policy_rule_add(rule, maker->policy, maker->faults, &maker->report->waiting);
}

/* Adds a fault at the last "include" of the set. */
static void maker_fault_of_include(struct maker *maker, unsigned int set, const char *fault)
{
	const char *name = maker->policy->sets[set].name;
	const struct policy_section *section = maker->sources.sections + maker->sources.nr_sections;
	const struct ini_entry *entry = NULL;

	while (section-- > maker->sources.sections) {
		if (section->is_rule || section->is_settings || strcmp(section->name, name))
			continue;
		while ((entry = policy_section_next(section, entry, maker->faults)))
			if (!strcmp(entry->key, "include")) {
				policy_fault(maker->faults, section, entry->line, name, fault);
				return;
			}
	}
}

/* The rule that the policy has as this number: a rule that waits may have been left out. */
static const struct policy_rule *maker_rule(const struct maker *maker, __u32 number)
{
	unsigned int i;

	for (i = 0; strcmp(maker->rules[i].rule.name, maker->policy->rules[number].name); i++)
		;
	return &maker->rules[i];
}

static void maker_finish(struct maker *maker)
{
	int rule, set;
	const char *fault = shelltrap_policy_finish(maker->policy, &rule, &set);
	struct rule_place place;

	if (fault && set >= 0) {
		maker_fault_of_include(maker, set, fault);
	} else if (fault) {
		place = policy_rule_later_place(maker_rule(maker, rule), RULE_ACTION, RULE_TARGET);
		policy_fault(maker->faults, place.section, place.line,
			     maker->policy->rules[rule].name, fault);
	}
}

static void maker_run(struct maker *maker)
{
	unsigned int i;

	maker_each_section(maker, false, maker_add_set);
	maker_each_section(maker, false, maker_fill_set);
	maker_take_settings(maker);
	maker_each_section(maker, true, maker_take_rule);
	for (i = 0; i < maker->nr_rules; i++)
		maker_add_rule(maker, &maker->rules[i]);
	/* A policy that detects nothing must say so: by a rule with action = off. */
	if (!maker->faults->len && !maker->nr_rules)
		ini_fault(maker->faults, maker->sources.paths[0], 0,
			  "the policy has no rule; add a section [rule NAME]");
	if (!maker->faults->len)
		maker_finish(maker);
	if (!maker->faults->len)
		doubt_policy(&maker->report->doubts, maker->policy, &maker->sources, maker->rules,
			     maker->nr_rules);
}

static void maker_free(struct maker *maker)
{
	unsigned int i;

	for (i = 0; i < maker->nr_rules; i++)
		policy_rule_free(&maker->rules[i]);
	free(maker->rules);
	policy_sources_free(&maker->sources);
}

struct shelltrap_policy *policy_read(const struct policy_files *files,
				     struct policy_report *report)
{
	struct maker maker = {
		.policy = policy_new(),
		.report = report,
		.faults = &report->faults,
		.defer_names = files->defer_names,
	};
	bool fine;

	buffer_reset(&report->faults);
	buffer_reset(&report->doubts);
	buffer_reset(&report->waiting);
	fine = policy_sources_read(&maker.sources, files, maker.faults);
	if (fine)
		maker_run(&maker);
	maker_free(&maker);
	if (fine && !maker.faults->len)
		return maker.policy;
	policy_free(maker.policy);
	return NULL;
}

void policy_report_free(struct policy_report *report)
{
	buffer_free(&report->faults);
	buffer_free(&report->doubts);
	buffer_free(&report->waiting);
}
