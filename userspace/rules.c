// SPDX-License-Identifier: GPL-2.0-or-later
#include "rules.h"

#include <stdbool.h>
#include <string.h>

static const struct rule rules[] = {
	{
		.name = "illegitimate_shell",
		.title = "web server became a shell",
		.meaning = "A web server process itself executed a shell.",
		.threats = { { "TA0001", "T1190" } },
	}, {
		.name = "webserver_shell_exec",
		.title = "shell under a web server",
		.meaning = "A web server, or a process descended from one, executed a shell.",
		.threats = {
			{ "TA0002", "T1059.004" },
			{ "TA0003", "T1505.003" },
			{ "TA0011", "T1104" },
		},
	}, {
		.name = "webserver_exec",
		.title = "web server started",
		.meaning = "A web server program was executed.",
		.threats = { { "TA0011", "T1071.001" } },
	},
};

const struct rule *rule_find(const char *name)
{
	size_t i;

	for (i = 0; name && i < ARRAY_SIZE(rules); i++)
		if (!strcmp(rules[i].name, name))
			return &rules[i];
	return NULL;
}

static int compare(const struct threat *a, const struct threat *b)
{
	int order = strcmp(a->tactic, b->tactic);

	return order ? order : strcmp(a->technique, b->technique);
}

/* Keeps the list sorted; what is in it already stays single. */
static size_t insert(struct threat *threats, size_t count, size_t max, const struct threat *one)
{
	size_t at = 0;

	while (at < count && compare(&threats[at], one) < 0)
		at++;
	if (count == max || (at < count && !compare(&threats[at], one)))
		return count;
	memmove(&threats[at + 1], &threats[at], (count - at) * sizeof(*threats));
	threats[at] = *one;
	return count + 1;
}

size_t alert_threats(const struct alert *alert, struct threat *threats, size_t max)
{
	size_t count = 0, i, k;

	for (i = 0; i < alert->rule_count; i++) {
		const struct rule *rule = rule_find(alert->rules[i].name);

		for (k = 0; rule && k < RULE_THREATS_MAX && rule->threats[k].tactic; k++)
			count = insert(threats, count, max, &rule->threats[k]);
	}
	return count;
}
