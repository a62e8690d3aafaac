// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/threat.h"

#include <string.h>

/* In the shape, '0' stands for any digit, and any other character for itself. */
static bool threat_has_shape(const char *word, size_t len, const char *shape)
{
	size_t i;

	if (len != strlen(shape))
		return false;
	for (i = 0; i < len; i++)
		if (shape[i] == '0' ? word[i] < '0' || word[i] > '9' : word[i] != shape[i])
			return false;
	return true;
}

bool threat_parse(struct threat *threat, const char *word, size_t len)
{
	const size_t tactic = sizeof(threat->tactic) - 1;

	if (!threat_has_shape(word, len, "TA0000/T0000") &&
	    !threat_has_shape(word, len, "TA0000/T0000.000"))
		return false;
	*threat = (struct threat){0};
	memcpy(threat->tactic, word, tactic);
	memcpy(threat->technique, word + tactic + 1, len - tactic - 1);
	return true;
}

static int threat_compare(const struct threat *a, const struct threat *b)
{
	int order = strcmp(a->tactic, b->tactic);

	return order ? order : strcmp(a->technique, b->technique);
}

/* Keeps the list sorted and without duplicates. Returns its new length. */
static size_t threat_insert(struct threat *threats, size_t count, size_t max,
			    const struct threat *one)
{
	size_t at = 0;

	while (at < count && threat_compare(&threats[at], one) < 0)
		at++;
	if (count == max || (at < count && !threat_compare(&threats[at], one)))
		return count;
	memmove(&threats[at + 1], &threats[at], (count - at) * sizeof(*threats));
	threats[at] = *one;
	return count + 1;
}

size_t alert_threats(const struct alert *alert, struct threat *threats, size_t max)
{
	struct threat threat;
	size_t count = 0, i, len;

	for (i = 0; i < alert->rule_count; i++) {
		const char *at = alert->rules[i].threat;

		for (; at && *at; at += len + (at[len] == ' ')) {
			len = strcspn(at, " ");
			if (threat_parse(&threat, at, len))
				count = threat_insert(threats, count, max, &threat);
		}
	}
	return count;
}
