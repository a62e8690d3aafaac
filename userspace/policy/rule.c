// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/rule.h"

#include <assert.h>
#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/threat.h"
#include "lib/number.h"
#include "lib/suggest.h"
#include "lib/text.h"
#include "lib/words.h"
#include "lib/xalloc.h"
#include "module/environment.h"
#include "module/holes.h"
#include "policy/shape.h"
#include "policy/unknown.h"

static const char *const actions[] = {
	[SHELLTRAP_ACTION_OFF] = "off",
	[SHELLTRAP_ACTION_ALERT] = "alert",
	[SHELLTRAP_ACTION_ALLOW] = "allow",
	[SHELLTRAP_ACTION_DENY] = "deny",
	[SHELLTRAP_ACTION_KILL] = "kill",
	[SHELLTRAP_ACTION_HOLD] = "hold",
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
	bool defer_names;
};

static void rule_fail(struct taking *taking, const char *word, const char *what)
{
	policy_fault(taking->faults, taking->section, taking->words.line, word, what);
	taking->rule->faulty = true;
}

/* The fault is "what", and a word that was most likely meant. */
static void rule_fail_suggesting(struct taking *taking, const char *word, const char *what,
				 const struct suggestion *suggestion)
{
	struct buffer fault = {0};

	buffer_puts(&fault, what);
	suggestion_put(&fault, suggestion);
	rule_fail(taking, word, fault.data);
	buffer_free(&fault);
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
	if (word && (words_next(&more) || more.fault)) {
		taking->words.line = more.line;
		rule_fail(taking, more.fault ? NULL : more.word.data,
			  more.fault ? more.fault : "one word too many: this key takes one");
		word = NULL;
	}
	words_stop(&more);
	return word;
}

static void rule_set_text(struct taking *taking, char **text, struct buffer *all)
{
	if (all->len > SHELLTRAP_TITLE_MAX)
		rule_fail(taking, taking->entry->key,
			  "title, threat and reference must not be longer than 127 bytes each");
	free(*text);
	*text = xstrdup(all->data ? all->data : "");
	buffer_free(all);
}

/* Takes all words, with a space between each two. */
static void rule_take_text(struct taking *taking, char **text)
{
	struct buffer all = {0};
	const char *fault = words_join(&all, taking->entry->value);

	if (fault)
		rule_fail(taking, NULL, fault);
	rule_set_text(taking, text, &all);
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
	rule_set_text(taking, &taking->rule->threat, &all);
}

static void rule_fail_no_set(struct taking *taking, const char *word)
{
	struct buffer fault = {0};

	policy_put_no_set(&fault, taking->policy, word);
	rule_fail(taking, word, fault.data);
	buffer_free(&fault);
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
			rule_fail_no_set(taking, word);
	}
}

static void rule_take_actor(struct taking *taking)
{
	struct shelltrap_rule *rule = &taking->rule->rule;

	rule->not_actor = 0;
	rule_take_sets(taking, &rule->actor);
	/* An earlier section may have set a scope for its actor. */
	if (!rule->actor)
		rule->scope = 0;
}

/* Several files may each leave out a server of theirs. */
static void rule_take_not_actor(struct taking *taking)
{
	const char *word;
	int set;

	while ((word = rule_next_word(taking))) {
		set = shelltrap_policy_find_set(taking->policy, word);
		if (set >= 0)
			taking->rule->rule.not_actor |= (__u64)1 << set;
		else
			rule_fail_no_set(taking, word);
	}
}

static void rule_take_target(struct taking *taking)
{
	rule_take_sets(taking, &taking->rule->rule.target);
}

/* What to know about a wrong word for a choice; NULL: the choices say enough. */
static const char *rule_choice_advice(const struct taking *taking, const char *word)
{
	if (!strcmp(taking->entry->key, "enforce"))
		return " (the callers that are refused); action = deny or kill makes a rule refuse";
	if (!strncmp(taking->entry->key, "std", 3) && strpbrk(word, ".:"))
		return "; a rule cannot name the address of a connection";
	return "";
}

/* Reads a value that must be one of these words; false: a fault was added. */
static bool rule_take_choice(struct taking *taking, const struct choices *choices, int *value)
{
	const char *word = rule_only_word(taking);
	struct suggestion suggestion;
	struct buffer fault = {0};
	size_t i;

	*value = word ? choice_find(choices, word) : -EINVAL;
	if (word && *value < 0) {
		suggestion_start(&suggestion, word);
		for (i = 0; i < choices->count; i++)
			if (choices->words[i])
				suggestion_offer(&suggestion, choices->words[i]);
		buffer_printf(&fault, "%s must be one of %s%s", taking->entry->key,
			      choice_list(choices), rule_choice_advice(taking, word));
		rule_fail_suggesting(taking, word, fault.data, &suggestion);
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

static void rule_set_uid(struct policy_rule *rule, bool has_uid, __u32 uid)
{
	free(rule->unknown_user);
	rule->unknown_user = NULL;
	rule->rule.has_uid = has_uid;
	rule->rule.uid = uid;
}

/* A number that no user can have is no name, either. */
static bool rule_is_name_of_user(const char *word)
{
	return *word != '-' && word[strspn(word, "0123456789")];
}

static void rule_take_uid(struct taking *taking)
{
	const char *word = rule_only_word(taking);
	const struct passwd *user;
	uint64_t uid;

	if (!word)
		return;
	if (!parse_number(word, 0, UINT32_MAX - 1, &uid)) {
		rule_set_uid(taking->rule, true, uid);
		return;
	}
	user = getpwnam(word);
	if (user)
		rule_set_uid(taking->rule, true, user->pw_uid);
	else
		rule_set_uid(taking->rule, false, 0);
	if (user || !strcmp(word, "any"))
		return;
	if (taking->defer_names && rule_is_name_of_user(word))
		taking->rule->unknown_user = xstrdup(word);
	else
		rule_fail(taking, word,
			  "neither a user ID nor the name of a user on this machine");
}

static void rule_check_cgroup(struct taking *taking, const char *word)
{
	const char *fault = NULL;

	if (word[0] != '/')
		fault = "cgroup must be a path that begins with '/'";
	else if (!taking->words.quoted)
		fault = shape_fault("cgroup", word);
	if (fault)
		rule_fail(taking, word, fault);
}

static void rule_take_cgroup(struct taking *taking)
{
	const char *word = rule_only_word(taking);

	buffer_reset(&taking->rule->not_cgroup);
	if (!word)
		return;
	free(taking->rule->cgroup);
	taking->rule->cgroup = strcmp(word, "any") ? xstrdup(word) : NULL;
	if (taking->rule->cgroup)
		rule_check_cgroup(taking, word);
}

static void rule_take_not_cgroup(struct taking *taking)
{
	struct buffer *not_cgroup = &taking->rule->not_cgroup;
	const char *word;

	while ((word = rule_next_word(taking))) {
		rule_check_cgroup(taking, word);
		buffer_add(not_cgroup, word, strlen(word) + 1);
	}
	if (not_cgroup->len > SHELLTRAP_NOT_CGROUP_MAX)
		rule_fail(taking, "cgroup -=", "the paths must not be longer than 4096 bytes");
}

static void rule_take_cwd(struct taking *taking)
{
	const char *word = rule_only_word(taking), *fault = NULL;

	if (!word)
		return;
	free(taking->rule->cwd);
	taking->rule->cwd = strcmp(word, "any") ? xstrdup(word) : NULL;
	if (!taking->rule->cwd)
		return;
	if (word[0] != '/')
		fault = "cwd must be a path that begins with '/'";
	else if (word[1] && word[strlen(word) - 1] == '/')
		fault = "cwd is compared as it is written: remove the '/' at its end";
	if (fault)
		rule_fail(taking, word, fault);
}

/* Does a hole begin anywhere in an argument? */
static bool rule_has_hole(const char *argument)
{
	while (*argument && !shelltrap_holes_begin(argument))
		argument += argument[0] == '{' && argument[1] == '{' ? 2 : 1;
	return *argument;
}

/* Without holes, the module gets the arguments as they are: "{{" becomes "{". */
static void rule_unescape_argv(struct buffer *argv)
{
	size_t from, to = 0;

	for (from = 0; from < argv->len; from++) {
		argv->data[to++] = argv->data[from];
		if (argv->data[from] == '{' && argv->data[from + 1] == '{')
			from++;
	}
	argv->len = to;
}

static void rule_check_argument(struct taking *taking, const char *word)
{
	const char *fault = taking->words.quoted ? NULL : shape_fault(taking->entry->key, word);

	if (!fault)
		fault = shelltrap_holes_syntax(word);
	if (fault)
		rule_fail(taking, word, fault);
}

static void rule_take_argv(struct taking *taking)
{
	struct shelltrap_rule *rule = &taking->rule->rule;
	struct buffer *argv = &taking->rule->argv;
	bool any = false;
	const char *word;

	buffer_reset(argv);
	rule->argv_holes = false;
	while ((word = rule_next_word(taking))) {
		rule_check_argument(taking, word);
		rule->argv_holes |= rule_has_hole(word);
		any = !argv->len && !taking->words.quoted && !strcmp(word, "any");
		buffer_add(argv, word, strlen(word) + 1);
	}
	taking->rule->any_argv = any && argv->len == sizeof("any");
	if (taking->rule->any_argv)
		buffer_reset(argv);
	if (!rule->argv_holes)
		rule_unescape_argv(argv);
	if (argv->len > SHELLTRAP_EXCEPTION_ARGV_MAX)
		rule_fail(taking, taking->entry->key, "argv must not be longer than 4096 bytes");
}

/* "any" here is no pattern for all variables, but what an earlier file says taken back. */
static void rule_take_environment(struct taking *taking)
{
	struct buffer *environment = &taking->rule->environment;
	const char *word, *fault;
	bool any = false;

	buffer_reset(environment);
	while ((word = rule_next_word(taking))) {
		any = !environment->len && !taking->words.quoted && !strcmp(word, "any");
		buffer_add(environment, word, strlen(word) + 1);
	}
	if (any && environment->len == sizeof("any"))
		buffer_reset(environment);
	fault = environment->len ? shelltrap_environment_fault(environment->data,
							       environment->len) : NULL;
	if (fault)
		rule_fail(taking, NULL, fault);
}

static const struct {
	const char *name;
	void (*take)(struct taking *taking);
} rule_keys[] = {
	[RULE_TITLE] = { "title", rule_take_title },
	[RULE_THREAT] = { "threat", rule_take_threat },
	[RULE_REFERENCE] = { "reference", rule_take_reference },
	[RULE_ACTOR] = { "actor", rule_take_actor },
	[RULE_NOT_ACTOR] = { "actor" INI_TAKES_OUT, rule_take_not_actor },
	[RULE_SCOPE] = { "scope", rule_take_scope },
	[RULE_TARGET] = { "target", rule_take_target },
	[RULE_STDIN] = { "stdin", rule_take_stdin },
	[RULE_STDOUT] = { "stdout", rule_take_stdout },
	[RULE_STDIO] = { "stdio", rule_take_stdio },
	[RULE_FILE] = { "file", rule_take_file },
	[RULE_CODE] = { "code", rule_take_code },
	[RULE_UID] = { "uid", rule_take_uid },
	[RULE_CGROUP] = { "cgroup", rule_take_cgroup },
	[RULE_NOT_CGROUP] = { "cgroup" INI_TAKES_OUT, rule_take_not_cgroup },
	[RULE_CWD] = { "cwd", rule_take_cwd },
	[RULE_ARGV] = { "argv", rule_take_argv },
	[RULE_ENVIRONMENT] = { "environment", rule_take_environment },
	[RULE_SEVERITY] = { "severity", rule_take_severity },
	[RULE_ACTION] = { "action", rule_take_action },
	[RULE_ENFORCE] = { "enforce", rule_take_enforce },
};

static_assert(ARRAY_SIZE(rule_keys) == RULE_KEYS, "each key of a rule has a row");

static void rule_fail_unknown_key(struct taking *taking)
{
	struct suggestion suggestion;
	struct buffer fault = {0};
	size_t i;

	if (ini_takes_out(taking->entry->key)) {
		rule_fail(taking, taking->entry->key,
			  "in a rule, only actor and cgroup can be followed by '-='");
		return;
	}
	suggestion_start(&suggestion, taking->entry->key);
	for (i = 0; i < ARRAY_SIZE(rule_keys); i++)
		suggestion_offer(&suggestion, rule_keys[i].name);
	buffer_puts(&fault, "a rule has no such key");
	suggestion_put(&fault, &suggestion);
	for (i = 0; i < ARRAY_SIZE(rule_keys); i++)
		buffer_printf(&fault, "%s%s%s", i ? ", " : suggestion.best ? " The keys are " :
			      "; the keys are ", rule_keys[i].name,
			      ini_takes_out(rule_keys[i].name) ? "=" : "");
	rule_fail(taking, taking->entry->key, fault.data);
	buffer_free(&fault);
}

static void rule_take_key(struct taking *taking)
{
	const struct ini_entry *entry = taking->entry;
	size_t i;

	words_start(&taking->words, entry->value, entry->line);
	for (i = 0; i < ARRAY_SIZE(rule_keys); i++)
		if (!strcmp(rule_keys[i].name, entry->key))
			break;
	if (i < ARRAY_SIZE(rule_keys)) {
		taking->rule->places[i] = (struct rule_place){ taking->section, entry->line };
		rule_keys[i].take(taking);
	} else {
		rule_fail_unknown_key(taking);
	}
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
	free(rule->cwd);
	free(rule->unknown_user);
	buffer_free(&rule->argv);
	buffer_free(&rule->environment);
	buffer_free(&rule->not_cgroup);
}

void policy_rule_take(struct policy_rule *rule, const struct shelltrap_policy *policy,
		      const struct policy_section *section, bool defer_names,
		      struct buffer *faults)
{
	struct taking taking = {
		.rule = rule,
		.policy = policy,
		.section = section,
		.defer_names = defer_names,
		.faults = faults,
	};

	rule->section = section;
	while ((taking.entry = policy_section_next(section, taking.entry, faults)))
		rule_take_key(&taking);
}

struct rule_place policy_rule_place(const struct policy_rule *rule, enum rule_key key)
{
	if (rule->places[key].section)
		return rule->places[key];
	return (struct rule_place){ rule->section, rule->section->line };
}

struct rule_place policy_rule_later_place(const struct policy_rule *rule, enum rule_key a,
					  enum rule_key b)
{
	const struct rule_place *first = &rule->places[a], *second = &rule->places[b];

	if (!first->section || !second->section)
		return policy_rule_place(rule, first->section ? a : b);
	if (first->section != second->section)
		return first->section > second->section ? *first : *second;
	return first->line > second->line ? *first : *second;
}

static bool rule_refuses(const struct shelltrap_rule *rule)
{
	return rule->action == SHELLTRAP_ACTION_DENY || rule->action == SHELLTRAP_ACTION_KILL;
}

/*
 * Returns what the module would refuse because of two keys, and where; NULL: nothing. The
 * module says the same, but not where.
 */
static const char *rule_conflict(const struct policy_rule *rule, struct rule_place *place)
{
	const struct shelltrap_rule *plain = &rule->rule;
	bool off = plain->action == SHELLTRAP_ACTION_OFF;
	const char *fault = NULL;

	*place = policy_rule_later_place(rule, RULE_ACTION, RULE_CGROUP);
	if (rule->cgroup && rule_refuses(plain))
		return "a rule that denies or kills cannot use cgroup, which is known too late: "
		       "remove cgroup, or use actor or uid instead";
	if (rule->cgroup && plain->action == SHELLTRAP_ACTION_HOLD)
		return "a rule that holds cannot use cgroup, which is known too late: "
		       "remove cgroup, or use actor or uid instead";
	*place = policy_rule_later_place(rule, RULE_ACTION, RULE_NOT_CGROUP);
	if (rule->not_cgroup.len &&
	    (rule_refuses(plain) || plain->action == SHELLTRAP_ACTION_HOLD))
		return "a rule that denies, kills or holds cannot use cgroup, which is known too "
		       "late: write 'actor -= SET' with a set that has the server's program";
	*place = policy_rule_later_place(rule, RULE_ACTION, RULE_ARGV);
	if (rule->argv.len && plain->action != SHELLTRAP_ACTION_ALLOW && !off)
		return "only exceptions (action = allow) may have argv: remove argv";
	*place = policy_rule_later_place(rule, RULE_ACTION, RULE_CWD);
	if (rule->cwd && plain->action != SHELLTRAP_ACTION_ALLOW && !off)
		return "only exceptions (action = allow) may have cwd: remove cwd";
	*place = policy_rule_later_place(rule, RULE_ACTION, RULE_ENVIRONMENT);
	if (rule->environment.len && plain->action != SHELLTRAP_ACTION_ALLOW && !off)
		return "only exceptions (action = allow) may have environment: remove it";
	*place = policy_rule_place(rule, RULE_ARGV);
	if (plain->argv_holes && !rule->faulty)
		fault = shelltrap_holes_fault(rule->argv.data, rule->argv.len, 0);
	if (fault)
		return fault;
	*place = policy_rule_later_place(rule, RULE_ACTION, RULE_ENFORCE);
	if (plain->anybody && plain->action == SHELLTRAP_ACTION_HOLD)
		return "a rule that holds cannot have enforce, as only descendants of a server "
		       "are held: remove enforce";
	if (plain->anybody && !rule_refuses(plain) && !off)
		return "only a rule that denies or kills may have enforce: remove enforce, or "
		       "write action = deny";
	*place = policy_rule_later_place(rule, RULE_ACTION, RULE_FILE);
	if (plain->action == SHELLTRAP_ACTION_ALLOW &&
	    (plain->conditions & SHELLTRAP_CONDITION_FILE_DROPPED))
		return "an exception never matches a dropped file: remove 'file = dropped'";
	*place = policy_rule_later_place(rule, RULE_ACTION, RULE_CODE);
	if (plain->action == SHELLTRAP_ACTION_ALLOW &&
	    (plain->conditions & SHELLTRAP_CONDITION_CODE_INJECTED))
		return "an exception never matches an exec with injected code: remove "
		       "'code = injected'";
	*place = policy_rule_later_place(rule, RULE_ACTOR, RULE_SCOPE);
	if (plain->scope && !plain->actor)
		return "scope needs an actor: add one, or remove scope";
	return NULL;
}

static bool rule_matches_everything(const struct policy_rule *rule)
{
	const struct shelltrap_rule *plain = &rule->rule;

	return !plain->actor && !plain->target && !plain->conditions && !plain->has_uid &&
	       !rule->cgroup;
}

static void rule_fail_everything(const struct policy_rule *rule,
				 const struct shelltrap_policy *policy, struct buffer *faults)
{
	struct buffer fault = {0};
	struct suggestion suggestion;
	__u32 i;

	suggestion_start(&suggestion, rule->rule.name);
	for (i = 0; i < policy->nr_rules; i++)
		suggestion_offer(&suggestion, policy->rules[i].name);
	buffer_puts(&fault, "the rule would match every exec: add an actor, a target or a "
		    "condition. If it shall change a rule of another file, no such rule was read");
	suggestion_put(&fault, &suggestion);
	policy_fault(faults, rule->section, rule->section->line, rule->rule.name, fault.data);
	buffer_free(&fault);
}

/* Makes a rule that waits for a user safe. Returns false if it must be left out. */
static bool rule_defer(struct policy_rule *rule, struct buffer *waiting)
{
	const char *effect = "until then the rule applies to all users";
	bool everything = rule_matches_everything(rule);

	if (!rule->unknown_user)
		return true;
	if (rule->rule.action == SHELLTRAP_ACTION_ALLOW)
		effect = "until then the exception does not apply";
	else if (everything)
		effect = "until then the rule does not apply, as it has no other condition";
	buffer_printf(waiting, "rule %s waits for the user ", rule->rule.name);
	text_put(waiting, rule->unknown_user, TEXT_ASCII);
	buffer_printf(waiting, ": %s\n", effect);
	if (rule->rule.action == SHELLTRAP_ACTION_ALLOW)
		rule->rule.action = SHELLTRAP_ACTION_OFF;
	return !everything;
}

static void rule_use_strings(struct policy_rule *rule)
{
	struct shelltrap_rule *plain = &rule->rule;

	plain->title = rule->title;
	plain->threat = rule->threat;
	plain->reference = rule->reference;
	plain->cgroup = rule->cgroup;
	plain->cwd = rule->cwd;
	plain->argv = rule->argv.len ? rule->argv.data : NULL;
	plain->argv_len = rule->argv.len;
	plain->environment = rule->environment.len ? rule->environment.data : NULL;
	plain->environment_len = rule->environment.len;
	plain->not_cgroup = rule->not_cgroup.len ? rule->not_cgroup.data : NULL;
	plain->not_cgroup_len = rule->not_cgroup.len;
	if (plain->actor && !plain->scope)
		plain->scope = SHELLTRAP_SCOPE_LINEAGE;
}

void policy_rule_add(struct policy_rule *rule, struct shelltrap_policy *policy,
		     struct buffer *faults, struct buffer *waiting)
{
	struct rule_place place;
	const char *fault = rule_conflict(rule, &place);

	if (fault) {
		policy_fault(faults, place.section, place.line, rule->rule.name, fault);
		return;
	}
	if (!rule_defer(rule, waiting))
		return;
	if (rule_matches_everything(rule)) {
		rule_fail_everything(rule, policy, faults);
		return;
	}
	rule_use_strings(rule);
	fault = shelltrap_policy_add_rule(policy, &rule->rule);
	if (fault)
		policy_fault(faults, rule->section, rule->section->line, rule->rule.name, fault);
}
