// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/hold.h"

#include <string.h>

#include "lib/choice.h"
#include "lib/number.h"
#include "lib/suggest.h"
#include "lib/words.h"

static const char *const ends[] = {
	[SHELLTRAP_HOLD_THEN_RELEASE] = "release",
	[SHELLTRAP_HOLD_THEN_KILL] = "kill",
};

static const struct choices hold_ends = CHOICES(ends);

/* "max" is 0 for the key that takes a word. */
static const struct hold_key {
	const char *name;
	size_t at;		/* of the value in struct shelltrap_hold_limits */
	uint64_t max;
} hold_keys[] = {
	{ "hold_max", offsetof(struct shelltrap_hold_limits, max), SHELLTRAP_HOLD_MAX },
	{ "hold_per_server", offsetof(struct shelltrap_hold_limits, per_server),
	  SHELLTRAP_HOLD_MAX },
	{ "hold_per_user", offsetof(struct shelltrap_hold_limits, per_user), SHELLTRAP_HOLD_MAX },
	{ "hold_seconds", offsetof(struct shelltrap_hold_limits, seconds),
	  SHELLTRAP_HOLD_SECONDS_MAX },
	{ "hold_then", offsetof(struct shelltrap_hold_limits, then), 0 },
};

static const struct hold_key *hold_find_key(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(hold_keys); i++)
		if (!strcmp(hold_keys[i].name, name))
			return &hold_keys[i];
	return NULL;
}

static void hold_put_unknown_key(struct buffer *fault, const char *name)
{
	struct suggestion suggestion;
	size_t i;

	suggestion_start(&suggestion, name);
	for (i = 0; i < ARRAY_SIZE(hold_keys); i++)
		suggestion_offer(&suggestion, hold_keys[i].name);
	buffer_puts(fault, "[policy] has no such key");
	suggestion_put(fault, &suggestion);
	for (i = 0; i < ARRAY_SIZE(hold_keys); i++)
		buffer_printf(fault, "%s%s", i ? ", " : suggestion.best ? " The keys are " :
			      "; the keys are ", hold_keys[i].name);
}

/* Appends what is wrong with the value. */
static void hold_read(struct shelltrap_hold_limits *limits, const struct hold_key *key,
		      const char *text, struct buffer *fault)
{
	__u32 *value = (__u32 *)((char *)limits + key->at);
	uint64_t number;
	int choice;

	if (!key->max) {
		choice = choice_find(&hold_ends, text);
		if (choice < 0)
			buffer_printf(fault, "write one of %s", choice_list(&hold_ends));
		else
			*value = choice;
	} else if (parse_number(text, 1, key->max, &number)) {
		buffer_printf(fault, "write a number from 1 to %u", (unsigned int)key->max);
	} else {
		*value = number;
	}
}

void policy_hold_take(struct shelltrap_hold_limits *limits, const struct policy_section *section,
		      struct buffer *faults)
{
	const struct ini_entry *entry = NULL;
	struct buffer fault = {0}, text = {0};
	const struct hold_key *key;
	const char *broken;

	while ((entry = policy_section_next(section, entry, faults))) {
		buffer_reset(&fault);
		buffer_reset(&text);
		key = hold_find_key(entry->key);
		broken = words_join(&text, entry->value);
		if (broken)
			buffer_puts(&fault, broken);
		else if (key)
			hold_read(limits, key, text.data ? text.data : "", &fault);
		else
			hold_put_unknown_key(&fault, entry->key);
		if (fault.len)
			policy_fault(faults, section, entry->line,
				     key && !broken ? text.data : entry->key, fault.data);
	}
	buffer_free(&fault);
	buffer_free(&text);
}

void policy_put_hold_limits(struct buffer *out, const struct shelltrap_policy *policy)
{
	const char *limits = (const char *)&policy->hold;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(hold_keys); i++) {
		__u32 value = *(const __u32 *)(limits + hold_keys[i].at);

		if (hold_keys[i].max)
			buffer_printf(out, "%s = %u\n", hold_keys[i].name, value);
		else
			buffer_printf(out, "%s = %s\n", hold_keys[i].name,
				      choice_name(&hold_ends, value));
	}
}

void policy_put_hold(struct buffer *out, const struct shelltrap_policy *policy)
{
	if (!shelltrap_policy_has_hold(policy))
		return;
	buffer_puts(out, "[policy]\n");
	policy_put_hold_limits(out, policy);
}
