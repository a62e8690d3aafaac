// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/rule.h"

#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/threat.h"
#include "lib/number.h"
#include "lib/words.h"
#include "lib/xalloc.h"

static const char *const actions[] = {
	[SHELLTRAP_ACTION_OFF] = "off",
	[SHELLTRAP_ACTION_ALERT] = "alert",
	[SHELLTRAP_ACTION_ALLOW] = "allow",
	[SHELLTRAP_ACTION_DENY] = "deny",
	[SHELLTRAP_ACTION_KILL] = "kill",
};

const struct choices policy_actions = CHOICES(actions);

static const char *const scopes[] = {
	[SHELLTRAP_SCOPE_SELF] = "self",
	[SHELLTRAP_SCOPE_ANCESTORS] = "ancestors",
	[SHELLTRAP_SCOPE_LINEAGE] = "lineage",
};

const struct choices policy_scopes = CHOICES(scopes);

/* A key of a rule that is being read. */
struct taking {
	struct policy_rule *rule;
	const struct shelltrap_policy *policy;
	const struct policy_section *section;
	struct buffer *faults;
	const struct ini_entry *entry;
	struct words words;
};

static void rule_fail(struct taking *taking, const char *word, const char *what)
{
	policy_fault(taking->faults, taking->section, taking->words.line, word, what);
	taking->rule->faulty = true;
}

/* Returns the next word of the value; NULL: there is none, or a fault was added. */
static const char *rule_next_word(struct taking *taking)
{
	if (words_next(&taking->words))
		return taking->words.word.data;
	if (taking->words.fault)
		rule_fail(taking, NULL, taking->words.fault);
	return NULL;
}

/* Returns the word of a value of one word; NULL: a fault was added. */
static const char *rule_only_word(struct taking *taking)
{
	struct words more;
	const char *word = rule_next_word(taking);

	words_start(&more, taking->words.at, taking->words.next_line);
	if (word && words_next(&more)) {
		rule_fail(taking, more.word.data, "one word too many: this key takes one");
		word = NULL;
	}
	words_stop(&more);
	return word;
}

/* Takes all words, with a space between each two. */
static void rule_take_text(struct taking *taking, char **text)
{
	struct buffer all = {0};
	const char *word;

	while ((word = rule_next_word(taking))) {
		if (all.len)
			buffer_putc(&all, ' ');
		buffer_puts(&all, word);
	}
	free(*text);
	*text = xstrdup(all.data ? all.data : "");
	buffer_free(&all);
}

static void rule_take_title(struct taking *taking)
{
	rule_take_text(taking, &taking->rule->title);
}

static void rule_take_reference(struct taking *taking)
{
	rule_take_text(taking, &taking->rule->reference);
}

static void rule_take_threat(struct taking *taking)
{
	struct buffer all = {0};
	struct threat threat;
	const char *word;

	while ((word = rule_next_word(taking))) {
		if (!threat_parse(&threat, word, strlen(word)))
			rule_fail(taking, word,
				  "write TACTIC/TECHNIQUE, for example TA0002/T1059.004");
		buffer_printf(&all, "%s%s", all.len ? " " : "", word);
	}
	free(taking->rule->threat);
	taking->rule->threat = xstrdup(all.data ? all.data : "");
	buffer_free(&all);
}

static void rule_take_sets(struct taking *taking, __u64 *sets)
{
	const char *word;
	bool any = false;
	int set;

	*sets = 0;
	while ((word = rule_next_word(taking))) {
		set = shelltrap_policy_find_set(taking->policy, word);
		if (any || (*sets && !strcmp(word, "any")))
			rule_fail(taking, word, "'any' must be the only word");
		else if (set >= 0)
			*sets |= (__u64)1 << set;
		else if (!strcmp(word, "any"))
			any = true;
		else
			rule_fail(taking, word, "there is no set of this name");
	}
}

static void rule_take_actor(struct taking *taking)
{
	struct shelltrap_rule *rule = &taking->rule->rule;

	rule_take_sets(taking, &rule->actor);
	/* An earlier section may have set a scope for its actor. */
	if (!rule->actor)
		rule->scope = 0;
}

static void rule_take_target(struct taking *taking)
{
	rule_take_sets(taking, &taking->rule->rule.target);
}

/* Reads a value that must be one of these words; false: a fault was added. */
static bool rule_take_choice(struct taking *taking, const struct choices *choices, int *value)
{
	const char *word = rule_only_word(taking);
	struct buffer fault = {0};

	*value = word ? choice_find(choices, word) : -EINVAL;
	if (word && *value < 0) {
		buffer_printf(&fault, "%s must be one of %s", taking->entry->key,
			      choice_list(choices));
		rule_fail(taking, word, fault.data);
		buffer_free(&fault);
	}
	return *value >= 0;
}

static void rule_take_scope(struct taking *taking)
{
	int scope;

	if (rule_take_choice(taking, &policy_scopes, &scope))
		taking->rule->rule.scope = scope;
}

static void rule_take_severity(struct taking *taking)
{
	int severity;

	if (rule_take_choice(taking, &severity_choices, &severity))
		taking->rule->rule.severity = severity;
}

static void rule_take_action(struct taking *taking)
{
	int action;

	if (rule_take_choice(taking, &policy_actions, &action))
		taking->rule->rule.action = action;
}

static void rule_take_enforce(struct taking *taking)
{
	static const char *const words[] = { POLICY_LINEAGE, POLICY_ANYBODY };
	static const struct choices choices = CHOICES(words);
	int anybody;

	if (rule_take_choice(taking, &choices, &anybody))
		taking->rule->rule.anybody = anybody;
}

static void rule_take_condition(struct taking *taking, const char *value,
				enum shelltrap_condition condition)
{
	const char *const words[] = { "any", value };
	const struct choices choices = CHOICES(words);
	int wanted;

	if (!rule_take_choice(taking, &choices, &wanted))
		return;
	if (wanted)
		taking->rule->rule.conditions |= condition;
	else
		taking->rule->rule.conditions &= ~condition;
}

static void rule_take_stdin(struct taking *taking)
{
	rule_take_condition(taking, POLICY_CONNECTED, SHELLTRAP_CONDITION_STDIN_CONNECTED);
}

static void rule_take_stdout(struct taking *taking)
{
	rule_take_condition(taking, POLICY_CONNECTED, SHELLTRAP_CONDITION_STDOUT_CONNECTED);
}

static void rule_take_stdio(struct taking *taking)
{
	rule_take_condition(taking, POLICY_CONNECTED, SHELLTRAP_CONDITION_STDIO_CONNECTED);
}

static void rule_take_file(struct taking *taking)
{
	rule_take_condition(taking, POLICY_DROPPED, SHELLTRAP_CONDITION_FILE_DROPPED);
}

static void rule_take_code(struct taking *taking)
{
	rule_take_condition(taking, POLICY_INJECTED, SHELLTRAP_CONDITION_CODE_INJECTED);
}

static void rule_take_uid(struct taking *taking)
{
	const char *word = rule_only_word(taking);
	struct shelltrap_rule *rule = &taking->rule->rule;
	const struct passwd *user;
	uint64_t uid;

	if (!word)
		return;
	rule->has_uid = strcmp(word, "any");
	user = parse_number(word, 0, UINT32_MAX - 1, &uid) ? getpwnam(word) : NULL;
	if (user)
		rule->uid = user->pw_uid;
	else if (!parse_number(word, 0, UINT32_MAX - 1, &uid))
		rule->uid = uid;
	else if (rule->has_uid)
		rule_fail(taking, word, "neither a user ID nor the name of a user on this machine");
}

static void rule_take_cgroup(struct taking *taking)
{
	const char *word = rule_only_word(taking);

	if (!word)
		return;
	free(taking->rule->cgroup);
	taking->rule->cgroup = strcmp(word, "any") ? xstrdup(word) : NULL;
}

static void rule_take_argv(struct taking *taking)
{
	struct buffer *argv = &taking->rule->argv;
	const char *word;

	buffer_reset(argv);
	while ((word = rule_next_word(taking)))
		buffer_add(argv, word, strlen(word) + 1);
}

static const struct {
	const char *name;
	void (*take)(struct taking *taking);
} rule_keys[] = {
	{ "title", rule_take_title },
	{ "threat", rule_take_threat },
	{ "reference", rule_take_reference },
	{ "actor", rule_take_actor },
	{ "scope", rule_take_scope },
	{ "target", rule_take_target },
	{ "stdin", rule_take_stdin },
	{ "stdout", rule_take_stdout },
	{ "stdio", rule_take_stdio },
	{ "file", rule_take_file },
	{ "code", rule_take_code },
	{ "uid", rule_take_uid },
	{ "cgroup", rule_take_cgroup },
	{ "argv", rule_take_argv },
	{ "severity", rule_take_severity },
	{ "action", rule_take_action },
	{ "enforce", rule_take_enforce },
};

static void rule_take_key(struct taking *taking)
{
	const struct ini_entry *entry = taking->entry;
	size_t i;

	words_start(&taking->words, entry->value, entry->line);
	for (i = 0; i < ARRAY_SIZE(rule_keys); i++)
		if (!strcmp(rule_keys[i].name, entry->key))
			break;
	if (i < ARRAY_SIZE(rule_keys))
		rule_keys[i].take(taking);
	else
		rule_fail(taking, entry->key, "a rule has no such key; see shelltrap-policy(5)");
	words_stop(&taking->words);
}

void policy_rule_init(struct policy_rule *rule, const struct policy_section *section)
{
	*rule = (struct policy_rule){
		.rule = {
			.name = section->name,
			.severity = SHELLTRAP_SEVERITY_MEDIUM,
			.action = SHELLTRAP_ACTION_ALERT,
		},
	};
}

void policy_rule_free(struct policy_rule *rule)
{
	free(rule->title);
	free(rule->threat);
	free(rule->reference);
	free(rule->cgroup);
	buffer_free(&rule->argv);
}

void policy_rule_take(struct policy_rule *rule, const struct shelltrap_policy *policy,
		      const struct policy_section *section, struct buffer *faults)
{
	struct taking taking = {
		.rule = rule,
		.policy = policy,
		.section = section,
		.faults = faults,
	};

	rule->section = section;
	while ((taking.entry = policy_section_next(section, taking.entry, faults)))
		rule_take_key(&taking);
}

const char *policy_rule_add(struct policy_rule *rule, struct shelltrap_policy *policy)
{
	struct shelltrap_rule *plain = &rule->rule;

	plain->title = rule->title;
	plain->threat = rule->threat;
	plain->reference = rule->reference;
	plain->cgroup = rule->cgroup;
	plain->argv = rule->argv.len ? rule->argv.data : NULL;
	plain->argv_len = rule->argv.len;
	if (plain->actor && !plain->scope)
		plain->scope = SHELLTRAP_SCOPE_LINEAGE;
	return shelltrap_policy_add_rule(policy, plain);
}
