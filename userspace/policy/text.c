// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/text.h"

#include <ctype.h>
#include <string.h>

#include "kernel/record.h"
#include "lib/ini.h"
#include "lib/words.h"
#include "module/holes.h"
#include "policy/hold.h"
#include "policy/rule.h"
#include "policy/shape.h"

#define LINE_MAX_BYTES 80

/* The words of a value, which continue on further lines as needed. */
struct value {
	struct buffer *out;
	const char *key;	/* NULL: it has been printed; see INI_TAKES_OUT */
	const char *name;	/* the key */
	size_t line;		/* where the present line begins in out */
};

/*
 * Whether the word would have another meaning without quotes, also at the beginning of a line
 * (see lib/ini.h), or would be a fault.
 */
static bool value_needs_quotes(const struct value *value, const char *word)
{
	size_t name = 0;

	while (word[name] == '_' || (!(word[name] & 0x80) && isalnum(word[name])))
		name++;
	return word[name] == '=' || word[0] == '[' || !strcmp(word, "any") ||
	       shape_fault(value->name, word);
}

static void value_word(struct value *value, const char *word)
{
	struct buffer *out = value->out;
	struct buffer text = {0};

	if (value_needs_quotes(value, word))
		words_put_quoted(&text, word);
	else
		words_put(&text, word);
	if (value->key) {
		value->line = out->len;
		buffer_printf(out, "%s%s=", value->key, ini_takes_out(value->key) ? "" : " ");
		value->key = NULL;
	} else if (out->len - value->line + 1 + text.len > LINE_MAX_BYTES) {
		buffer_putc(out, '\n');
		value->line = out->len;
		buffer_puts(out, "       ");
	}
	buffer_putc(out, ' ');
	buffer_add(out, text.data, text.len);
	buffer_free(&text);
}

/* A key without words is not printed. */
static void value_end(struct value *value)
{
	if (!value->key)
		buffer_putc(value->out, '\n');
}

const char *policy_member_key(enum shelltrap_member_kind kind)
{
	static const char *const keys[] = {
		[SHELLTRAP_MEMBER_NAME] = "names",
		[SHELLTRAP_MEMBER_COMM] = "comms",
		[SHELLTRAP_MEMBER_PATH] = "paths",
		[SHELLTRAP_MEMBER_RUNS] = "runs",
		[SHELLTRAP_MEMBER_PORTS] = "ports",
		[SHELLTRAP_MEMBER_NEVER] = "never",
	};

	return keys[kind];
}

static void policy_put_members(struct buffer *out, const struct shelltrap_policy *policy,
			       unsigned int set, enum shelltrap_member_kind kind)
{
	const char *key = policy_member_key(kind);
	struct value value = { out, key, key, 0 };
	__u32 i;

	for (i = 0; i < policy->nr_members; i++)
		if (policy->members[i].set == set && policy->members[i].kind == kind)
			value_word(&value, shelltrap_policy_member(policy, i));
	value_end(&value);
}

static void policy_put_sets(struct buffer *out, const char *key,
			    const struct shelltrap_policy *policy, __u64 sets)
{
	struct value value = { out, key, key, 0 };
	__u32 i;

	for (i = 0; i < policy->nr_sets; i++)
		if (sets >> i & 1)
			value_word(&value, policy->sets[i].name);
	value_end(&value);
}

void policy_put_set(struct buffer *out, const struct shelltrap_policy *policy, unsigned int set)
{
	enum shelltrap_member_kind kind;

	buffer_printf(out, "[set %s]\n", policy->sets[set].name);
	for (kind = SHELLTRAP_MEMBER_NAME; kind <= SHELLTRAP_MEMBER_NEVER; kind++)
		policy_put_members(out, policy, set, kind);
	policy_put_sets(out, "include", policy, policy->sets[set].includes);
}

static void policy_put_word(struct buffer *out, const char *key, const char *word)
{
	struct value value = { out, key, key, 0 };

	if (word)
		value_word(&value, word);
	value_end(&value);
}

/* Whether the text is words that need no quotes, with one space between each two. */
static bool policy_text_is_plain(const char *text)
{
	struct buffer quoted = {0};
	char word[SHELLTRAP_TITLE_MAX + 1];
	bool plain = *text && strlen(text) < sizeof(word);

	while (plain && *text) {
		size_t len = strcspn(text, " ");

		memcpy(word, text, len);
		word[len] = '\0';
		buffer_reset(&quoted);
		words_put(&quoted, word);
		text += len;
		plain = !strcmp(quoted.data, word) && (!*text || (text[0] == ' ' && text[1]));
		text += *text == ' ';
	}
	buffer_free(&quoted);
	return plain;
}

static void policy_put_text(struct buffer *out, const char *key, const char *text)
{
	if (text && policy_text_is_plain(text))
		buffer_printf(out, "%s = %s\n", key, text);
	else
		policy_put_word(out, key, text);
}

void policy_put_conditions(struct buffer *out, __u32 conditions)
{
	static const struct {
		const char *key, *value;
		__u32 condition;
	} shown[] = {
		{ "stdin", POLICY_CONNECTED, SHELLTRAP_CONDITION_STDIN_CONNECTED },
		{ "stdout", POLICY_CONNECTED, SHELLTRAP_CONDITION_STDOUT_CONNECTED },
		{ "stdio", POLICY_CONNECTED, SHELLTRAP_CONDITION_STDIO_CONNECTED },
		{ "file", POLICY_DROPPED, SHELLTRAP_CONDITION_FILE_DROPPED },
		{ "code", POLICY_INJECTED, SHELLTRAP_CONDITION_CODE_INJECTED },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(shown); i++)
		if (conditions & shown[i].condition)
			policy_put_word(out, shown[i].key, shown[i].value);
}

/* Writes an argument that has no holes such that none is read in it. */
static void text_escape_argument(struct buffer *out, const char *argument)
{
	buffer_puts(out, "");
	for (; *argument; argument++)
		if (argument[0] == '{' && (argument[1] == '{' || shelltrap_holes_begin(argument)))
			buffer_puts(out, "{{");
		else
			buffer_putc(out, *argument);
}

void policy_put_argv(struct buffer *out, const char *argv, __u32 len, bool holes)
{
	struct value value = { out, "argv", "argv", 0 };
	struct buffer escaped = {0};
	__u32 at;

	for (at = 0; argv && at < len; at += strlen(argv + at) + 1) {
		buffer_reset(&escaped);
		text_escape_argument(&escaped, argv + at);
		value_word(&value, holes ? argv + at : escaped.data);
	}
	value_end(&value);
	buffer_free(&escaped);
}

/* Words of which each ends in a NUL. */
static void policy_put_words(struct buffer *out, const char *key, const char *name,
			     const char *words, __u32 len)
{
	struct value value = { out, key, name, 0 };
	__u32 at;

	for (at = 0; words && at < len; at += strlen(words + at) + 1)
		value_word(&value, words + at);
	value_end(&value);
}

void policy_put_environment(struct buffer *out, const char *environment, __u32 len)
{
	policy_put_words(out, "environment", "environment", environment, len);
}

void policy_put_left_out(struct buffer *out, const struct shelltrap_policy *policy, __u64 actor,
			 const char *cgroup, __u32 cgroup_len)
{
	policy_put_sets(out, "actor" INI_TAKES_OUT, policy, actor);
	policy_put_words(out, "cgroup" INI_TAKES_OUT, "cgroup", cgroup, cgroup_len);
}

const char *policy_action(const struct shelltrap_rule *rule)
{
	return choice_name(&policy_actions, rule->action);
}

void policy_put_rule(struct buffer *out, const struct shelltrap_policy *policy,
		     const struct shelltrap_rule *rule)
{
	buffer_printf(out, "[rule %s]\n", rule->name);
	policy_put_text(out, "title", rule->title);
	policy_put_text(out, "threat", rule->threat);
	policy_put_text(out, "reference", rule->reference);
	policy_put_sets(out, "actor", policy, rule->actor);
	policy_put_left_out(out, policy, rule->not_actor, NULL, 0);
	if (rule->actor)
		policy_put_word(out, "scope", choice_name(&policy_scopes, rule->scope));
	policy_put_sets(out, "target", policy, rule->target);
	policy_put_conditions(out, rule->conditions);
	if (rule->has_uid)
		buffer_printf(out, "uid = %u\n", rule->uid);
	policy_put_word(out, "cgroup", rule->cgroup);
	policy_put_left_out(out, policy, 0, rule->not_cgroup, rule->not_cgroup_len);
	policy_put_word(out, "cwd", rule->cwd);
	policy_put_argv(out, rule->argv, rule->argv_len, rule->argv_holes);
	policy_put_environment(out, rule->environment, rule->environment_len);
	policy_put_word(out, "severity", severity_name(rule->severity));
	policy_put_word(out, "action", policy_action(rule));
	if (rule->anybody)
		policy_put_word(out, "enforce", POLICY_ANYBODY);
}

void policy_put(struct buffer *out, const struct shelltrap_policy *policy)
{
	size_t before = out->len;
	__u32 i;

	policy_put_hold(out, policy);
	for (i = 0; i < policy->nr_sets; i++) {
		buffer_puts(out, out->len > before ? "\n" : "");
		policy_put_set(out, policy, i);
	}
	for (i = 0; i < policy->nr_rules; i++) {
		buffer_puts(out, out->len > before ? "\n" : "");
		policy_put_rule(out, policy, &policy->rules[i]);
	}
}
