// SPDX-License-Identifier: GPL-2.0-or-later
/* Compares the text of both policies, so that a new key of a set or rule needs no code here. */
#include "policy/difference.h"

#include <stdlib.h>
#include <string.h>

#include "lib/words.h"
#include "lib/xalloc.h"
#include "policy/hold.h"
#include "policy/text.h"

#define WORDS_SHOWN 8	/* of the members that come or go */
#define KEYS_MAX 32	/* of a section */

/* A section of a policy's text, taken apart. */
struct block {
	struct buffer text;
	struct {
		const char *key, *value;	/* a key that is followed by "-=" has this, too */
	} lines[KEYS_MAX];
	size_t count;
};

/* The words of a value, sorted. */
struct sorted {
	char **words;
	size_t count;
};

/* Reads "KEY = VALUE", and continuations of the value. The title of the section is skipped. */
static void block_read(struct block *block)
{
	char *at = strchr(block->text.data, '\n'), *equals;

	while (at && at[1] && block->count < KEYS_MAX) {
		*at++ = '\0';
		equals = strstr(at, "= ");
		block->lines[block->count].key = at;
		block->lines[block->count++].value = equals + 2;
		equals[equals[-1] == '-' ? 1 : -1] = '\0';
		at = strchr(equals + 2, '\n');
		while (at && (at[1] == ' ' || at[1] == '\t'))
			at = strchr(at + 1, '\n');
	}
	if (at)
		*at = '\0';
}

static const char *block_find(const struct block *block, const char *key)
{
	size_t i;

	for (i = 0; i < block->count; i++)
		if (!strcmp(block->lines[i].key, key))
			return block->lines[i].value;
	return NULL;
}

static int sorted_order(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static struct sorted sorted_read(const char *value)
{
	struct sorted sorted = {0};
	size_t room = 0;
	struct words words;

	words_start(&words, value ? value : "", 1);
	while (words_next(&words)) {
		struct buffer word = {0};

		if (sorted.count == room) {
			room = room ? 2 * room : 16;
			sorted.words = xreallocarray(sorted.words, room, sizeof(*sorted.words));
		}
		words_put(&word, words.word.data);
		sorted.words[sorted.count++] = word.data;
	}
	words_stop(&words);
	if (sorted.count)
		qsort(sorted.words, sorted.count, sizeof(*sorted.words), sorted_order);
	return sorted;
}

static void sorted_free(struct sorted *sorted)
{
	while (sorted->count)
		free(sorted->words[--sorted->count]);
	free(sorted->words);
}

/* Appends the words that only the second value has, behind a sign. */
static void difference_put_words(struct buffer *out, const struct sorted *from,
				 const struct sorted *to, char sign)
{
	size_t a = 0, b = 0, count = 0;

	while (b < to->count) {
		int order = a < from->count ? strcmp(from->words[a], to->words[b]) : 1;

		a += order <= 0;
		b += order >= 0;
		if (order > 0 && count++ < WORDS_SHOWN)
			buffer_printf(out, " %c%s", sign, to->words[b - 1]);
	}
	if (count > WORDS_SHOWN)
		buffer_printf(out, " and %zu more", count - WORDS_SHOWN);
}

static void difference_put_members(struct buffer *out, const char *key, const char *from,
				   const char *to)
{
	struct sorted before = sorted_read(from), after = sorted_read(to);
	struct buffer changes = {0};

	difference_put_words(&changes, &before, &after, '+');
	difference_put_words(&changes, &after, &before, '-');
	if (changes.len)
		buffer_printf(out, " %s%s;", key, changes.data);
	buffer_free(&changes);
	sorted_free(&before);
	sorted_free(&after);
}

/* Appends a value in one line. */
static void difference_put_value(struct buffer *out, const char *value)
{
	for (; *value; value++)
		if (*value != '\n')
			buffer_putc(out, *value);
		else
			value += strspn(value + 1, " \t") - 1;
}

static void difference_put_setting(struct buffer *out, const char *key, const char *from,
				   const char *to)
{
	bool takes_out = key[strlen(key) - 1] == '=';

	if (from && to && !strcmp(from, to))
		return;
	buffer_printf(out, " %s%s ", key, takes_out ? "" : " =");
	difference_put_value(out, to ? to : takes_out ? "nothing" : "any");
	if (from) {
		buffer_puts(out, " (was ");
		difference_put_value(out, from);
		buffer_putc(out, ')');
	}
	buffer_putc(out, ';');
}

typedef void (*put_key_fn)(struct buffer *out, const char *key, const char *from, const char *to);

/* Appends the line of a set or rule that both policies have, unless it is the same in both. */
static void difference_put_blocks(struct buffer *out, const char *kind, const char *name,
				  struct block *from, struct block *to, put_key_fn put_key)
{
	struct buffer changes = {0};
	size_t i;

	block_read(from);
	block_read(to);
	for (i = 0; i < to->count; i++)
		put_key(&changes, to->lines[i].key, block_find(from, to->lines[i].key),
			to->lines[i].value);
	for (i = 0; i < from->count; i++)
		if (!block_find(to, from->lines[i].key))
			put_key(&changes, from->lines[i].key, from->lines[i].value, NULL);
	if (changes.len) {
		changes.data[--changes.len] = '\0';
		buffer_printf(out, "~ %s%s%s:%s\n", kind, *name ? " " : "", name, changes.data);
	}
	buffer_free(&changes);
	buffer_free(&from->text);
	buffer_free(&to->text);
}

static void difference_of_sets(struct buffer *out, const struct shelltrap_policy *from,
			       const struct shelltrap_policy *to)
{
	__u32 i;

	for (i = 0; i < from->nr_sets; i++)
		if (shelltrap_policy_find_set(to, from->sets[i].name) < 0)
			buffer_printf(out, "- set %s\n", from->sets[i].name);
	for (i = 0; i < to->nr_sets; i++) {
		int before = shelltrap_policy_find_set(from, to->sets[i].name);
		struct block old = {0}, new = {0};

		if (before < 0) {
			buffer_printf(out, "+ set %s\n", to->sets[i].name);
			continue;
		}
		policy_put_set(&old.text, from, before);
		policy_put_set(&new.text, to, i);
		difference_put_blocks(out, "set", to->sets[i].name, &old, &new,
				      difference_put_members);
	}
}

static const struct shelltrap_rule *difference_rule(const struct shelltrap_policy *policy,
						    const char *name)
{
	__u32 i;

	for (i = 0; i < policy->nr_rules; i++)
		if (!strcmp(policy->rules[i].name, name))
			return &policy->rules[i];
	return NULL;
}

static void difference_of_rules(struct buffer *out, const struct shelltrap_policy *from,
				const struct shelltrap_policy *to)
{
	__u32 i;

	for (i = 0; i < from->nr_rules; i++)
		if (!difference_rule(to, from->rules[i].name))
			buffer_printf(out, "- rule %s\n", from->rules[i].name);
	for (i = 0; i < to->nr_rules; i++) {
		const struct shelltrap_rule *rule = &to->rules[i];
		const struct shelltrap_rule *before = difference_rule(from, rule->name);
		struct block old = {0}, new = {0};

		if (!before) {
			buffer_printf(out, "+ rule %s: action = %s\n", rule->name,
				      policy_action(rule));
			continue;
		}
		policy_put_rule(&old.text, from, before);
		policy_put_rule(&new.text, to, rule);
		difference_put_blocks(out, "rule", rule->name, &old, &new,
				      difference_put_setting);
	}
}

/* The order decides which of two rules of one severity leads. */
static bool difference_of_order(const struct shelltrap_policy *from,
				const struct shelltrap_policy *to)
{
	__u32 i;

	for (i = 0; i < to->nr_rules; i++)
		if (strcmp(from->rules[i].name, to->rules[i].name))
			return true;
	return false;
}

static void difference_of_settings(struct buffer *out, const struct shelltrap_policy *from,
				   const struct shelltrap_policy *to)
{
	struct block old = {0}, new = {0};

	if (!shelltrap_policy_has_hold(from) && !shelltrap_policy_has_hold(to))
		return;
	buffer_puts(&old.text, "[policy]\n");
	policy_put_hold_limits(&old.text, from);
	buffer_puts(&new.text, "[policy]\n");
	policy_put_hold_limits(&new.text, to);
	difference_put_blocks(out, "policy", "", &old, &new, difference_put_setting);
}

void difference_put(struct buffer *out, const struct shelltrap_policy *from,
		    const struct shelltrap_policy *to)
{
	size_t before = out->len;

	difference_of_settings(out, from, to);
	difference_of_sets(out, from, to);
	difference_of_rules(out, from, to);
	if (out->len == before && difference_of_order(from, to))
		buffer_puts(out, "~ the order of the rules\n");
}
