// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/doubt.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/suggest.h"
#include "lib/text.h"
#include "lib/words.h"
#include "module/relative.h"
#include "policy/risk.h"

struct doubting {
	struct buffer *out;
	const struct shelltrap_policy *policy;
	const struct policy_sources *sources;
};

static void doubt_put(struct doubting *doubting, const struct policy_section *section,
		      unsigned int line, const char *word, const char *what)
{
	ini_fault(doubting->out, section->path, line, "warning: '%s': %s", word, what);
}

/* Words of one key that have the same doubt. */
struct doubted {
	struct buffer words;
	unsigned int count;
};

#define WORDS_SHOWN 4

static void doubted_add(struct doubted *doubted, const char *word)
{
	if (doubted->count++ < WORDS_SHOWN)
		buffer_printf(&doubted->words, "%s%s", doubted->words.len ? ", " : "", word);
}

static void doubted_put(struct doubted *doubted, struct buffer *out,
			const struct policy_section *section, unsigned int line, const char *what)
{
	struct buffer more = {0};

	if (doubted->count > WORDS_SHOWN)
		buffer_printf(&more, " and %u more", doubted->count - WORDS_SHOWN);
	if (doubted->count)
		ini_fault(out, section->path, line, "warning: %s%s: %s", doubted->words.data,
			  more.data ? more.data : "", what);
	buffer_free(&more);
	buffer_free(&doubted->words);
}

/* The kernel matches files, and no files were found here. */
static void doubt_paths(struct doubting *doubting, const struct policy_section *section,
			const struct ini_entry *entry)
{
	struct doubted missing = {0}, directories = {0};
	struct stat status;
	struct words words;

	words_start(&words, entry->value, entry->line);
	while (words_next(&words)) {
		if (words.quoted)
			continue;
		if (stat(words.word.data, &status))
			doubted_add(&missing, words.word.data);
		else if (S_ISDIR(status.st_mode))
			doubted_add(&directories, words.word.data);
	}
	words_stop(&words);
	doubted_put(&missing, doubting->out, section, entry->line,
		    "no such file on this machine; quote a path that may be missing");
	doubted_put(&directories, doubting->out, section, entry->line,
		    "a directory; only a file can be run, so name the files in it");
}

static void doubt_section_paths(struct doubting *doubting, const struct policy_section *section)
{
	const struct ini_entry *entry = NULL;
	struct buffer faults = {0};	/* were reported before */

	while ((entry = policy_section_next(section, entry, &faults)))
		if (!strcmp(entry->key, "paths"))
			doubt_paths(doubting, section, entry);
	buffer_free(&faults);
}

static __u64 doubt_with_included(const struct shelltrap_policy *policy, __u32 set)
{
	return policy->sets[set].all | (__u64)1 << set;
}

static __u64 doubt_with_all(const struct shelltrap_policy *policy, __u64 sets)
{
	__u64 all = 0;
	__u32 i;

	for (i = 0; i < policy->nr_sets; i++)
		if (sets >> i & 1)
			all |= doubt_with_included(policy, i);
	return all;
}

static bool doubt_has_member(const struct shelltrap_policy *policy, __u64 sets, bool of_files)
{
	__u32 i;

	for (i = 0; i < policy->nr_members; i++) {
		bool is_file = policy->members[i].kind == SHELLTRAP_MEMBER_NAME ||
			       policy->members[i].kind == SHELLTRAP_MEMBER_PATH;

		if (!(sets >> policy->members[i].set & 1))
			continue;
		if (is_file || (!of_files && policy->members[i].kind != SHELLTRAP_MEMBER_NEVER))
			return true;
	}
	return false;
}

static __u64 doubt_used_sets(const struct shelltrap_policy *policy)
{
	__u64 used = 0;
	__u32 i;

	for (i = 0; i < policy->nr_rules; i++)
		used |= policy->rules[i].all_actor | policy->rules[i].all_target |
			policy->rules[i].all_not_actor;
	return used;
}

/* The last section of the set. */
static const struct policy_section *doubt_section(const struct doubting *doubting, __u32 set)
{
	const struct policy_section *section = doubting->sources->sections +
					       doubting->sources->nr_sections;

	while (section-- > doubting->sources->sections)
		if (!section->is_rule && !section->is_settings &&
		    !strcmp(section->name, doubting->policy->sets[set].name))
			return section;
	return doubting->sources->sections;
}

static void doubt_unused_set(struct doubting *doubting, __u32 set, __u64 used)
{
	const struct shelltrap_policy *policy = doubting->policy;
	const struct policy_section *section = doubt_section(doubting, set);
	struct suggestion suggestion;
	struct buffer what = {0};
	__u32 i;

	suggestion_start(&suggestion, policy->sets[set].name);
	for (i = 0; i < policy->nr_sets; i++)
		if (used >> i & 1)
			suggestion_offer(&suggestion, policy->sets[i].name);
	buffer_puts(&what, "no rule names this set, so it matches nothing");
	suggestion_put(&what, &suggestion);
	doubt_put(doubting, section, section->line, policy->sets[set].name, what.data);
	buffer_free(&what);
}

static void doubt_set(struct doubting *doubting, __u32 set, __u64 used)
{
	const struct shelltrap_policy *policy = doubting->policy;
	const struct policy_section *section = doubt_section(doubting, set);

	if (!doubt_has_member(policy, doubt_with_included(policy, set), false))
		doubt_put(doubting, section, section->line, policy->sets[set].name,
			  "the set is empty, so it matches nothing; add names or paths");
	else if (!(used >> set & 1))
		doubt_unused_set(doubting, set, used);
}

/* Only the name of a file or a file can be a target. */
static void doubt_targets(struct doubting *doubting, const struct policy_rule *rule)
{
	const struct shelltrap_policy *policy = doubting->policy;
	struct rule_place place = policy_rule_place(rule, RULE_TARGET);
	__u32 i;

	for (i = 0; i < policy->nr_sets; i++) {
		__u64 sets = doubt_with_included(policy, i);

		if ((rule->rule.target >> i & 1) && doubt_has_member(policy, sets, false) &&
		    !doubt_has_member(policy, sets, true))
			doubt_put(doubting, place.section, place.line, policy->sets[i].name,
				  "the members of this set are only callers (runs, comms, ports), "
				  "which "
				  "are never a target; name a set with names or paths");
	}
}

static bool doubt_has_ports(const struct shelltrap_policy *policy, __u64 sets)
{
	__u32 i;

	for (i = 0; i < policy->nr_ports; i++)
		if (sets >> policy->ports[i].set & 1)
			return true;
	return false;
}

/* A set whose servers a rule leaves out. */
static void doubt_left_out(struct doubting *doubting, const struct policy_rule *rule)
{
	struct rule_place place = policy_rule_place(rule, RULE_NOT_ACTOR);
	const struct shelltrap_policy *policy = doubting->policy;
	__u32 i;

	for (i = 0; i < policy->nr_sets; i++)
		if ((rule->rule.not_actor >> i & 1) &&
		    doubt_has_ports(policy, doubt_with_included(policy, i)))
			doubt_put(doubting, place.section, place.line, policy->sets[i].name,
				  "the ports of this set leave no server out, as an attacker in any "
				  "server can listen on one; only names, comms, paths and runs do");
}

static void doubt_exception(struct doubting *doubting, const struct policy_rule *rule)
{
	struct rule_place place = policy_rule_place(rule, RULE_ACTION);

	if (rule->rule.action == SHELLTRAP_ACTION_ALLOW && !rule->argv.len && !rule->any_argv)
		doubt_put(doubting, place.section, place.line, rule->rule.name, rule->rule.actor ?
			  "the exception silences every command line of its targets; add argv, "
			  "or write argv = any if that is meant" :
			  "the exception silences every command line of its targets, by any "
			  "caller; add actor and argv, or write argv = any if that is meant");
}

/* Do the targets of a rule have a shell, or none of their files here? */
struct doubt_targets {
	bool shell, there;
};

static struct doubt_targets doubt_find_targets(const struct shelltrap_policy *policy, __u64 sets)
{
	struct doubt_targets targets = {0};
	const char *path;
	__u32 i;

	for (i = 0; i < policy->nr_members; i++) {
		if (policy->members[i].kind != SHELLTRAP_MEMBER_PATH ||
		    !(sets >> policy->members[i].set & 1))
			continue;
		path = shelltrap_policy_member(policy, i);
		targets.shell |= risk_is_shell(path);
		targets.there |= !access(path, F_OK);
	}
	return targets;
}

struct doubted_rule {
	struct doubting *doubting;
	const struct policy_rule *rule;
};

static void doubt_put_risk(void *context, const char *what)
{
	const struct doubted_rule *doubted = context;
	struct rule_place place = policy_rule_place(doubted->rule, RULE_ARGV);

	doubt_put(doubted->doubting, place.section, place.line, doubted->rule->rule.name, what);
}

/* Without cwd, an exception whose command line depends on the directory never matches. */
static void doubt_directory(struct doubting *doubting, const struct policy_rule *rule)
{
	struct rule_place place = policy_rule_place(rule, RULE_ARGV);
	struct buffer what = {0};
	const char *word;
	size_t len;

	word = rule->cwd || !rule->argv.len ? NULL :
	       shelltrap_relative(rule->argv.data, rule->argv.len, &len);
	if (!word)
		return;
	buffer_puts(&what, "'");
	text_put_bytes(&what, word, len, TEXT_ASCII);
	buffer_puts(&what, "' is looked up in the caller's directory, so without 'cwd = "
		    "/DIRECTORY' the exception never matches");
	doubt_put(doubting, place.section, place.line, rule->rule.name, what.data);
	buffer_free(&what);
}

/* What an exception lets through, and whether it can match at all. */
static void doubt_risks(struct doubting *doubting, const struct policy_rule *rule)
{
	struct doubted_rule doubted = { doubting, rule };
	struct rule_place place = policy_rule_place(rule, RULE_TARGET);
	struct doubt_targets targets;

	if (rule->rule.action != SHELLTRAP_ACTION_ALLOW)
		return;
	targets = doubt_find_targets(doubting->policy,
				     doubt_with_all(doubting->policy, rule->rule.target));
	if (!targets.there)
		doubt_put(doubting, place.section, place.line, rule->rule.name,
			  "none of the files of its targets exists on this machine, so the "
			  "exception never matches here");
	doubt_directory(doubting, rule);
	if (rule->argv.len)
		risk_find(rule->argv.data, rule->argv.len, targets.shell, doubt_put_risk, &doubted);
	else if (targets.shell && rule->any_argv)
		doubt_put_risk(&doubted, "the exception lets a shell run anything");
}

void doubt_policy(struct buffer *out, const struct shelltrap_policy *policy,
		  const struct policy_sources *sources, const struct policy_rule *rules,
		  unsigned int nr_rules)
{
	struct doubting doubting = { out, policy, sources };
	__u64 used = doubt_used_sets(policy);
	unsigned int i;

	for (i = 0; i < sources->nr_sections; i++)
		if (!sources->sections[i].is_rule)
			doubt_section_paths(&doubting, &sources->sections[i]);
	for (i = 0; i < policy->nr_sets; i++)
		doubt_set(&doubting, i, used);
	for (i = 0; i < nr_rules; i++) {
		doubt_targets(&doubting, &rules[i]);
		doubt_left_out(&doubting, &rules[i]);
		doubt_exception(&doubting, &rules[i]);
		doubt_risks(&doubting, &rules[i]);
	}
}
